"""A whole week by keyboard alone: a table, a search, the grid, the form, a pin, undo, publishing, handing out."""

import pytest

from tests.support.page_world import watched_tab

expect = pytest.importorskip("playwright.sync_api").expect
FIRST = "individual-001"
MOST_TABS = 90


class Keys:
    """A person without a mouse."""

    def __init__(self, tab):
        self.tab = tab

    def press(self, *keys):
        for key in keys:
            self.tab.keyboard.press(key)

    def is_at(self, selector):
        return self.tab.evaluate("(selector) => document.activeElement?.matches(selector)", selector)

    def to(self, selector, key="Tab"):
        """Press Tab until something has the focus."""
        self.tab.locator(selector).first.wait_for()
        for _ in range(MOST_TABS):
            if self.is_at(selector):
                return
            self.press(key)
        pytest.fail(f"{selector} is not reached by {key}")

    def step(self, name):
        """Go to a step of the frame; the focus is on its screen then."""
        self.to(f'nav a[href="#/{name}"]')
        self.press("Enter")
        self.tab.locator(f".screen-{name} h1").wait_for()
        expect(self.tab.locator("body :focus")).to_have_count(1)

    def choose(self, selector, text):
        """Choose in a list by typing how the choice begins."""
        self.to(selector)
        self.tab.keyboard.type(text)

    def says(self, text):
        expect(self.tab.locator("#status")).to_contain_text(text)


@pytest.mark.slow  # a whole week, some two hundred keys
def test_a_whole_week_without_a_mouse(browser, playing, small):
    with watched_tab(browser, playing.running) as tab:
        keys = Keys(tab)
        tab.goto(playing.running.link())
        tab.locator("#week").wait_for()
        keys.step("open")
        for way in ("#look", "#up", "#folders button.main"):
            keys.to(way)
            keys.press("Enter")
        tab.locator(".screen-solve h1").wait_for()
        expect(tab.locator("header .brand, #frame .brand").first).to_be_visible()
        keys.choose("#week", "Week of Nov 30, 2026")
        expect(tab.locator("#week")).to_have_value(playing.week)
        keys.step("input")
        rooms = 'button.entry:has-text("Rooms")'
        tab.locator(rooms).wait_for()
        at = tab.locator(rooms).evaluate("(button) => { button.id ||= 'the-rooms'; return button.id; }")
        keys.to(f"#{at}")
        keys.press("Enter")
        expect(tab.locator("#table-title")).to_have_text("Rooms")
        keys.to(".cells td")
        keys.press("Control+Home", "ArrowRight", "F2", "Control+A")
        tab.keyboard.type("6")
        keys.press("Enter")
        tab.locator(".sheet:not([aria-busy])").wait_for()
        assert "R1,6" in (small / "rooms.csv").read_text(encoding="utf-8")
        keys.step("solve")
        keys.to("#solve-start")
        keys.press("Enter")
        expect(tab.get_by_role("row", name="Unmet need")).to_contain_text("Proven best")
        keys.to("#solve-stop")
        keys.press("Enter")
        expect(tab.locator("#found")).to_be_focused()
        keys.to("#solve-take")
        keys.press("Enter")
        expect(tab.locator("#draft")).to_have_text("Draft, 1 change")
        keys.step("week")
        week_by_keys(keys, playing)
        keys.step("publish")
        keys.to("#publish-do")
        keys.press("Enter")
        keys.says("Published as revision 1")
        keys.to("#handout-do")
        keys.press("Enter")
        expect(tab.locator("#files")).to_contain_text("written into")
        assert list((small / "schedules").glob("*/exports/*.html"))


def week_by_keys(keys, playing):
    """Move, place by the form, pin, keep and take back."""

    def session():
        return next(row for row in playing.get("/api/week")["sessions"] if row["id"] == FIRST)

    tab = keys.tab
    keys.to(".wk-block")
    keys.press("m", "ArrowDown", "ArrowDown", "Enter")
    keys.says("is now Mon 10:00")
    assert session()["start"] == "10:00"
    expect(tab.locator(f'[data-session="{FIRST}"]')).to_be_focused()
    keys.press("Enter")
    expect(tab.locator("#wk-day")).to_be_focused()
    keys.choose("#wk-start", "14:00")
    expect(tab.locator(".wk-verdict")).to_contain_text("Breaks nothing new")
    keys.to("#wk-move")
    keys.press("Enter")
    keys.says("is now Mon 14:00")
    expect(tab.locator(f'[data-session="{FIRST}"]')).to_be_focused()
    keys.press("p")
    keys.says("is pinned")
    keys.to("#wk-keep")
    keys.press("Enter")
    keys.says("pins.csv says so now")
    keys.to("#undo")
    keys.press("Enter")
    expect(tab.locator("#wk-pin")).to_have_attribute("aria-pressed", "false")
    keys.press("Enter")
    expect(tab.locator(f'[data-session="{FIRST}"]')).to_contain_text("10:00")
    assert session()["start"] == "10:00"
    keys.to("#redo")
    keys.press("Enter")
    expect(tab.locator(f'[data-session="{FIRST}"]')).to_contain_text("14:00")
    keys.to("#wk-save")
    keys.press("Enter")
    keys.says("Saved to")
