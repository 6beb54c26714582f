"""The page in a real browser: no request, usable by keyboard, no serious finding, nothing cut on paper."""

import io
import re
from dataclasses import replace

import pytest

from iopsched.export import handouts
from iopsched.export.page import page
from iopsched.views.labels import Labels, NameMode
from tests.support.browsing import axe, chromium, opened


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def path(edition, tmp_path_factory):
    found = tmp_path_factory.mktemp("page") / "week.html"
    found.write_bytes(page(edition))
    return found


def test_it_asks_for_nothing_and_filters_by_keyboard(browser, path, edition):
    tab, asked, complaints = opened(browser, path, viewport={"width": 1400, "height": 900})
    everything = len(edition.schedule.sessions)
    shown = tab.locator("[data-session]:visible")
    assert shown.count() == everything

    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    for _ in range(40):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.id") == "only-participant":
            break
    person = edition.schedule.sessions[0].participant_ids[0]
    tab.keyboard.type(person)
    own = [session for session in edition.schedule.sessions if person in session.participant_ids]
    assert shown.count() == len(own)
    assert (
        tab.locator("#shown")
        .inner_text()
        .startswith(f"{len(own)} of {everything} sessions are shown: participant {person}.")
    )
    assert tab.locator("[data-person]:visible").count() == 1
    others = [row.id for row in edition.problem.participants if row.id != person]
    text = tab.locator("main").inner_text().replace(tab.locator("#filters").inner_text(), "")
    assert [other for other in others if re.search(rf"\b{other}\b", text)] == []

    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_function("document.getElementById('shown').textContent.startsWith('All')")
    assert shown.count() == everything
    for kind, key in (("therapist", "T01"), ("room", "R02"), ("group", "A1")):
        tab.select_option(f"#only-{kind}", label=key)
    kept = [
        s for s in edition.schedule.sessions if "T01" in s.therapist_ids and (s.room_id, s.group_id) == ("R02", "A1")
    ]
    assert shown.count() == len(kept)
    assert asked == [path.as_uri()]
    assert complaints == []
    tab.close()


def test_everything_can_be_read_without_script(browser, path, edition):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(path.as_uri())
    assert tab.locator("[data-session]:visible").count() == len(edition.schedule.sessions)
    assert not tab.locator("#filters").is_visible()
    context.close()


@pytest.mark.parametrize("width", [1400, 500])
def test_nothing_runs_over_the_edge(browser, path, width):
    tab, _, _ = opened(browser, path, viewport={"width": width, "height": 900})
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()


def test_axe_finds_nothing_on_the_page(browser, path):
    tab, _, _ = opened(browser, path, viewport={"width": 1400, "height": 900})
    assert axe(tab) == []
    tab.close()


def test_axe_finds_nothing_on_handouts(browser, edition, tmp_path):
    made = handouts.files(edition)
    for kind in ("participant-P001", "arrivals-2026-12-01"):
        path = tmp_path / f"{kind}.html"
        path.write_bytes(made[f"handouts/{kind}.html"])
        tab, asked, complaints = opened(browser, path)
        assert axe(tab) == []
        assert asked == [path.as_uri()]
        assert complaints == []
        tab.close()


def test_nothing_is_cut_on_paper(browser, edition, tmp_path):
    """Names as long as they come are all on the paper, inside its edges, on either paper."""
    pypdf = pytest.importorskip("pypdf")
    names = replace(
        edition.labels.names,
        participants={row.id: f"Maximiliane Wolkenstein {row.id}" for row in edition.problem.participants},
    )
    path = tmp_path / "week.html"
    path.write_bytes(page(replace(edition, labels=Labels(NameMode.FULL, names))))
    tab, _, _ = opened(browser, path)
    for paper in ("Letter", "A4"):
        read = pypdf.PdfReader(io.BytesIO(tab.pdf(format=paper, landscape=True, print_background=True)))
        seen = []
        texts = [sheet.extract_text(visitor_text=_keep(seen)) for sheet in read.pages]
        text = re.sub(r"\s+", "", "".join(texts))
        for session in edition.schedule.sessions:
            for person in session.participant_ids:
                assert f"Wolkenstein{person}" in text
        assert f"Page1of{len(read.pages)}" in text
        assert min(seen) >= 0
        assert max(seen) < float(read.pages[0].mediabox.width)
    tab.close()


def _keep(seen):
    """Return a visitor that keeps where each piece of text begins."""

    def visit(text, matrix, of_text, *_):
        if text.strip():
            seen.append(matrix[4] + of_text[4] * matrix[0])

    return visit
