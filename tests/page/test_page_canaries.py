"""Made names stand wherever a clinic has names; the page shows none, sends none and keeps none while the switch is off."""

import csv
import json

import pytest

from iopsched.page.server import SCREENS
from iopsched.policy.columns import PRIVATE_COLUMNS
from scripts.canaries import hits
from tests.support.page_world import PageClient, running_page, watched_tab

WEEK = "2026-11-30"
NAMED = {**dict.fromkeys(PRIVATE_COLUMNS, "Quillon"), "name": "Zyxwick"}


@pytest.fixture
def named(clinic):
    """Put a made name into each cell of the complete example that holds what is private."""
    for path in clinic.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as source:
            rows = list(csv.DictReader(source))
        for number, row in enumerate(rows):
            for column in row.keys() & NAMED.keys():
                if row[column]:
                    row[column] = f"{NAMED[column]} {chr(65 + number // 26)}{chr(97 + number % 26)}"
        with path.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return clinic


@pytest.fixture
def watched(named, personal):
    """Return a page of such a clinic."""
    with running_page(personal / "page", named) as running:
        yield running


def asked_of(client):
    """Return every path that only reads: of all screens, of all tables."""
    paths = [f"/api{way.path}" for screen in SCREENS for way in screen.WAYS if way.method == "GET"]
    tables = [table["id"] for table in client.get("/api/input")["tables"]]
    return [path.replace("{name}", name) for path in paths for name in (tables if "{name}" in path else [""])]


def test_no_answer_holds_a_name_until_names_are_asked_for(watched, capfd):
    client = PageClient(watched, watched.page.first, WEEK)
    paths = asked_of(client)
    assert len(paths) > 20
    for path in paths:
        assert not hits(json.dumps(client.answer("GET", path)).encode()), path
    client.post("/api/names", {"on": True})
    assert hits(json.dumps(client.get("/api/week")).encode())  # so that the search is able to find one
    client.post("/api/names", {"on": False})
    assert not hits(json.dumps(client.get("/api/week")).encode())
    other = PageClient(watched, watched.page.first, WEEK)
    client.post("/api/names", {"on": True})
    assert not hits(json.dumps(other.get("/api/week")).encode())  # the switch is one person's
    told = [row for row in watched.page.news.since(0) if row["kind"] == "names"]
    assert [{key: row[key] for key in row if key != "n"} for row in told] == [
        {"kind": "names", "on": is_on} for is_on in (True, False, True)
    ]
    assert not hits("".join(capfd.readouterr()).encode())


def test_the_browser_is_given_none_to_show_to_keep_or_to_remember(browser, watched, personal):
    with watched_tab(browser, watched) as tab:
        sent = []
        tab.context.on("response", lambda answer: "/api/events" in answer.url or sent.append(answer))
        tab.goto(watched.link())
        for step in ("week", "input", "solve", "open"):
            tab.goto(f"http://{watched.host}/#/{step}")
            tab.locator("h1").first.wait_for()
            tab.wait_for_timeout(200)
            seen = tab.content() + tab.title() + tab.url
            seen += tab.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])")
            assert not hits(seen.encode()), step
        kept = tab.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])")
        assert "P001" not in kept
        assert not [answer.url for answer in sent if hits(answer.body())]
        assert not any("P001" in url or hits(url.encode()) for url in tab.asked)
    assert not hits(b"".join(path.read_bytes() for path in personal.rglob("*") if path.is_file()))


@pytest.mark.slow
def test_names_that_are_hidden_in_one_tab_leave_all_of_them(browser, watched):
    expect = pytest.importorskip("playwright.sync_api").expect
    with watched_tab(browser, watched) as tab:
        tab.goto(watched.link())
        tab.locator("#names").check()
        tabs = [tab]
        for step in ("input", "sick"):
            tabs.append(tab.context.new_page())
            tabs[-1].goto(f"http://{watched.host}/#/{step}")
            expect(tabs[-1].locator("#names")).to_be_checked()
        expect(tabs[1].locator("td[data-at='0']", has_text="Zyxwick").first).to_be_visible()
        tab.locator("#names").uncheck()
        for one in tabs:
            expect(one.locator("#names")).not_to_be_checked()
            expect(one.locator("body")).not_to_contain_text("Zyxwick")
            expect(one.locator("#status")).to_contain_text("ids")
