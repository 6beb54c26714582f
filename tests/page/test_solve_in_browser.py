"""The Solve screen in a real browser, with a recorded search in place of a solver."""

import re

import pytest

from tests.support.browsing import axe
from tests.support.page_world import watched_tab

expect = pytest.importorskip("playwright.sync_api").expect


@pytest.fixture
def solving(browser, playing):
    """Return a tab that shows the Solve screen."""
    with watched_tab(browser, playing.running) as tab:
        tab.goto(playing.running.link())
        expect(tab.locator("#week")).to_be_visible()  # the frame of an open clinic
        tab.evaluate(
            f"location.hash = '#/solve'; import('/static/main.js').then(({{app}}) => app.setWeek('{playing.week}'))"
        )
        expect(tab.locator("#week")).to_have_value(playing.week)
        tab.locator("#solve-start").wait_for()
        yield tab


def test_a_search_is_watched_stopped_compared_taken_and_undone(solving, playing):
    tab = solving
    assert axe(tab) == []
    tab.locator("#solve-start").focus()
    tab.keyboard.press("Enter")
    need = tab.get_by_role("row", name="Unmet need")
    expect(need).to_contain_text("Proven best")
    expect(tab.get_by_role("row", name="Preferences")).to_contain_text("At most 67% better")
    expect(need.locator("svg.steps-line")).to_be_visible()
    expect(tab.locator("#solve-stop")).to_be_focused()
    assert axe(tab) == []
    playing.running.page.searches.of(playing.clinic)._begun_s -= 30
    tab.reload()  # all that was told before is there
    expect(tab.get_by_role("row", name="Unmet need").locator("svg.steps-line")).to_be_visible()
    expect(tab.locator(".solve-head")).to_contain_text(
        re.compile(r" [12]\d seconds left")
    )  # nor does the time begin anew
    tab.locator("#solve-stop").click()
    expect(tab.locator("#found")).to_be_focused()
    expect(tab.locator("#status")).to_have_text("Stopped: this is the best week so far")
    tab.locator("#solve-side").click()
    expect(tab.locator("#side")).to_contain_text("Wednesday")
    expect(tab.locator("#solve-side")).to_be_focused()
    assert axe(tab) == []
    tab.locator("#solve-take").click()
    expect(tab.locator("#draft")).to_have_text("Draft, 1 change")
    tab.locator("#undo").click()
    expect(tab.locator("#draft")).to_have_text("No changes")


@pytest.mark.slow
def test_what_was_found_is_offered_at_the_next_start_and_left(solving, playing):
    tab = solving
    tab.locator("#solve-start").click()
    tab.locator("#solve-stop").click()
    tab.locator("#found").wait_for()
    playing.running.page.searches.forget(playing.clinic)
    tab.reload()
    expect(tab.locator("#found")).to_have_text("An earlier search has left this week")
    tab.locator("#solve-discard").click()
    expect(tab.locator("#status")).to_contain_text("discarded")
    expect(tab.locator("#found")).to_have_count(0)
