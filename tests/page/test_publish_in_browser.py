"""The screens of changes and publishing in a real browser, as a director uses them."""

import re

import pytest

from tests.support.browsing import axe
from tests.support.editing_world import clinic_at, hold, place

expect = pytest.importorskip("playwright.sync_api").expect
FIRST = "individual-001"


@pytest.fixture
def clinic(tmp_path):
    return clinic_at(tmp_path / "clinic")


@pytest.fixture
def draft(client):
    """Return a draft of two hours."""
    found = client.get("/api/week")
    for asked in (hold("11-30", "09:00"), hold("12-01", "10:00", "P02")):
        found = client.move(found["revision"], asked)
    return found


def show(tab, running, screen):
    tab.goto(f"http://{running.host}/#/open")
    tab.evaluate(
        "async screen => { const {app} = await import('/static/main.js'); await app.openClinic(1, '2026-11-30'); app.go(screen); }",
        screen,
    )
    tab.locator("h1").first.wait_for()


def test_a_week_is_published_changed_put_back_and_handed_out(tab, running, client, draft, clinic):
    show(tab, running, "publish")
    tab.locator("#publish-do").click()
    expect(tab.locator("#status")).to_contain_text("Published as revision 1")
    expect(tab.locator("#published")).to_be_visible()
    tab.locator("#published").evaluate("(said) => { said.dataset.drawn = 'before'; }")
    running.page.news.post("week", clinic=client.clinic, week=client.week)
    expect(
        tab.locator("#published:not([data-drawn])")
    ).to_be_visible()  # the news of a week that is published take nothing away
    now = client.get("/api/week")
    client.move(now["revision"], place(FIRST, start="14:00"))
    show(tab, running, "changes")
    expect(tab.locator("#told")).to_contain_text("1 participant and 1 member of staff")
    expect(tab.locator("table.changes")).to_contain_text("Mon 14:00")
    tab.get_by_role("button", name="Put back for P01").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#told")).to_have_text("Nobody has another week.")
    tab.keyboard.press("Control+z")
    expect(tab.locator("table.changes")).to_contain_text("Mon 14:00")
    show(tab, running, "publish")
    expect(tab.locator("#publish-do")).to_have_text("Publish as revision 2")
    tab.locator("#show-names").select_option("full")
    expect(tab.locator("#discloses")).to_contain_text("full name")
    tab.locator("#show-names").select_option("id")
    tab.get_by_label("XLSX").uncheck()
    expect(tab.locator("#show-language")).to_be_hidden()
    tab.locator('#formats [value="handouts"]').check()
    expect(tab.locator("#language-about")).to_contain_text("English, Spanish")
    tab.locator("#show-language").select_option("es")
    expect(tab.locator("#language-about")).to_contain_text("handouts are in Spanish")
    tab.locator("#handout-do").click()
    expect(tab.locator("#files")).to_contain_text("written into")
    tab.get_by_role("button", name="Copy where they are").click()
    expect(tab.locator("#status")).to_contain_text(re.compile("Copied|does not allow"))
    expect(tab.locator("#show-language")).to_have_value("es")
    handouts = (clinic / "schedules" / "2026-11-30.r2" / "exports").glob("handouts/*.html")
    assert any("Su semana" in path.read_text(encoding="utf-8") for path in handouts)
    assert list((clinic / "schedules" / "2026-11-30.r2" / "exports").glob("*.html"))
    tab.get_by_role("button", name="Take into the draft: revision 1").click()
    expect(tab.locator("#status")).to_contain_text("revision 1")


@pytest.mark.slow
def test_what_breaks_rules_says_so_and_leads_to_the_week(tab, running, client, draft):
    client.move(draft["revision"], place(FIRST, start="03:00"))
    show(tab, running, "publish")
    expect(tab.locator("#blocked")).to_be_visible()
    expect(tab.locator("#publish-do")).to_have_count(0)
    tab.locator("#to-week").click()
    tab.wait_for_url("**/#/week")


@pytest.mark.slow
def test_where_nothing_is_planned_only_a_search_is_offered(tab, running):
    show(tab, running, "publish")
    expect(tab.locator("#publish-empty")).to_contain_text("Nothing is planned")
    expect(tab.locator("#publish-do, #handout-do")).to_have_count(0)
    tab.locator('[href="#/week"]').click()
    expect(tab.locator(".wk-verdict")).to_contain_text("Nothing is planned yet")
    expect(tab.locator('[href="#/week"] .badge')).to_have_count(0)
    tab.locator("#wk-solve").click()
    expect(tab.locator("#solve-start")).to_be_visible()


@pytest.mark.slow
def test_axe_finds_nothing_on_either_screen(tab, running, client, draft):
    for screen in ("changes", "publish"):
        show(tab, running, screen)
        assert axe(tab) == []
