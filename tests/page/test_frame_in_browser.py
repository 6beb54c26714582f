"""The frame and the Open screen in a real browser."""

import pytest

expect = pytest.importorskip("playwright.sync_api").expect


def test_a_launch_link_opens_the_page_and_is_gone(tab, running):
    assert tab.url.startswith(f"http://{running.host}/")
    assert "launch" not in tab.url
    expect(tab.locator("header .brand")).to_have_text("Harbor Bend IOP")
    assert tab.title() == "iopsched"
    stored = tab.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert "Harbor" not in stored
    assert len(tab.asked) <= 14
