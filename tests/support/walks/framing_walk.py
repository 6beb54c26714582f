"""The states of the frame: names, weeks, and why the page cannot go on."""

from tests.support.walks.basics import expect


def frame_states(stage):
    tab = stage.tab
    stage.show("short")
    tab.locator("#names").check()
    expect(stage.status).to_contain_text("ames")
    yield "names shown"
    tab.locator("#week-after").click()
    expect(stage.status).to_contain_text("December 14")
    yield "the week after"
    tab.refused.add(400)
    rooms = stage.folder / "rooms.csv"
    rooms.write_text("room_id,capacity\nR1,many\n", encoding="utf-8")
    tab.locator("#week-after").click()
    tab.locator("#mend").wait_for()
    yield "the tables have faults"
    yield from _lost(stage)
    stage.running.page.news.post("closing")
    expect(tab.locator("h1")).to_have_text("The program has ended")
    yield "the program has ended"


def _lost(stage):
    """Go on with a program that does not answer, then with another start of it, then without a login; at the end log in."""
    tab = stage.tab
    tab.refused.add("net::ERR_FAILED")
    tab.route("**/api/**", lambda route: route.abort())
    tab.evaluate("document.querySelector('#week-before')?.click()")  # if no other request has told it before
    expect(tab.locator("h1")).to_have_text("The program does not answer")
    yield "the program does not answer"
    tab.unroute("**/api/**")
    tab.get_by_role("button", name="Try once more").click()
    tab.locator("#mend").wait_for()
    tab.route("**/api/clinic?*", lambda route: route.fulfill(json={}, headers={"x-iopsched-server": "another"}))
    tab.evaluate("document.querySelector('#week-before')?.click()")
    expect(tab.locator("h1")).to_have_text("The program was started anew")
    yield "the program was started anew"
    tab.unroute("**/api/clinic?*")
    tab.reload()
    expect(tab.locator("h1")).to_have_text("This page is not logged in")
    yield "not logged in"
    tab.goto("about:blank")  # an address that differs in its fragment only loads nothing
    tab.goto(stage.running.link())
    stage.ready()
