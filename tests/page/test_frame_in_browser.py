"""The frame and the Open screen in a real browser."""

import pytest

from tests.support.browsing import axe
from tests.support.page_world import watched_tab

expect = pytest.importorskip("playwright.sync_api").expect


def test_a_launch_link_opens_the_page_and_is_gone(tab, running):
    assert tab.url.startswith(f"http://{running.host}/")
    assert "launch" not in tab.url
    expect(tab.locator("header .brand")).to_have_text("Harbor Bend IOP")
    assert tab.title() == "iopsched"
    assert "Harbor" not in tab.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert len(tab.asked) <= 14
    sizes = tab.evaluate("performance.getEntriesByType('resource').map(row => row.transferSize)")
    assert sum(sizes) < 150_000
    tab.reload()
    expect(tab.locator("header .brand")).to_have_text("Harbor Bend IOP")


@pytest.mark.slow
def test_an_example_is_opened_by_keyboard_and_axe_finds_nothing(tab, running):
    tab.goto(f"http://{running.host}/#/open")
    tab.locator("#look").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#status")).to_contain_text("home")
    assert axe(tab) == []
    tab.get_by_role("button", name="Try Lantern Hill IOP").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("header .brand")).to_have_text("Lantern Hill IOP")
    expect(tab.locator("h1")).to_have_text("Search for the best week")
    assert axe(tab) == []
    tab.get_by_role("button", name="The week after").click()
    expect(tab.locator("#status")).to_contain_text("December")


@pytest.mark.slow
def test_of_many_tabs_one_holds_the_stream_and_all_hear_the_news(tab, running):
    """Browsers allow six connections; a second tab without a link is let in by the first one."""
    tabs = [tab]
    for _ in range(8):
        more = tab.context.new_page()
        more.goto(f"http://{running.host}/")
        more.locator("#week, .wk-toolbar").first.wait_for()
        tabs.append(more)
    assert len(running.page.news._streams) == 1
    for number, one in enumerate(tabs):
        one.evaluate(
            "n => import('/static/main.js').then(({app}) => { window.heard = []; app.on('files', news => heard.push(news.n)); })",
            number,
        )
    running.page.news.post("files")
    for one in tabs:
        one.wait_for_function("() => heard.length === 1")
    tab.close()  # another one takes over, and no news is lost
    running.page.news.post("files")
    running.page.news.post("files")
    for one in tabs[1:]:
        one.wait_for_function("() => heard.length === 3")
    assert len(running.page.news._streams) == 1


def test_when_the_program_ends_the_page_says_so_and_shows_nothing(browser, running):
    with watched_tab(browser, running) as tab:
        tab.goto(running.link())
        expect(tab.locator("header .brand")).to_have_text("Harbor Bend IOP")
        while not running.page.news._streams:
            tab.wait_for_timeout(20)
        running.serving.end()
        expect(tab.locator("h1")).to_have_text("The program has ended")
        assert "Harbor" not in tab.locator("body").inner_text()


@pytest.mark.slow
def test_names_are_off_until_the_switch_and_the_server_keeps_it(tab):
    names = tab.get_by_role("checkbox", name="Show names")
    expect(names).not_to_be_checked()
    names.check()
    expect(tab.locator("#status")).to_contain_text("Names are shown")
    tab.reload()
    expect(tab.get_by_role("checkbox", name="Show names")).to_be_checked()


@pytest.mark.slow
@pytest.mark.parametrize(
    "look", [{"forced_colors": "active"}, {"color_scheme": "dark"}, {"viewport": {"width": 683, "height": 384}}]
)
def test_the_frame_in_other_looks(browser, running, look):
    with watched_tab(browser, running, **look) as tab:
        tab.goto(running.link())
        tab.locator("h1").wait_for()
        assert axe(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= tab.viewport_size["width"]


@pytest.mark.slow
def test_a_page_of_an_earlier_start_says_so(browser, running, personal, clinic):
    """Another start may get the same port: the old tab must not go on with a clinic that it did not open."""
    with watched_tab(browser, running) as tab:
        tab.goto(running.link())
        tab.locator(".wk-toolbar").wait_for()  # nothing is under way any more that would notice at once
        tab.evaluate("sessionStorage.setItem('iopsched-server', 'earlier')")
        tab.reload()
        expect(tab.locator("h1")).to_have_text("The program was started anew")
        assert "Harbor" not in tab.locator("body").inner_text()
        assert tab.evaluate("sessionStorage.length") == 0
