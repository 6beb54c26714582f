"""The states of the page's screens, each reached as a director reaches it.

A walk goes through the states of one screen and yields the name of each when it is shown. Whoever walks looks at the tab
between two names. ``WALKS`` has one for each screen; a screen without one, and a control that no walk has shown, fail a test.
"""

import itertools
import shutil

import pytest

from tests.support.page_stage import FOLDER, recorded
from tests.support.page_world import know_answer

MONDAY = FOLDER
FAULT = "Mon-Fri 9:00-5:00"


def expect(what):
    return pytest.importorskip("playwright.sync_api").expect(what)


def blocks(stage):
    """Return a session of one person on Monday, another in a room where the first could be, and one of a group."""
    week = stage.week()
    rows = [row for row in week["sessions"] if row["date"] == MONDAY and row["room"]]
    alone = [row for row in rows if row["group"] is None]
    for one, other in itertools.permutations(alone, 2):
        asked = {"revision": week["revision"], "session": one["id"], "room": other["room"]}
        starts = {
            row["start"]
            for row in stage.other.post("/api/week/map", asked)["starts"]
            if row["date"] == MONDAY and row["legal"]
        }
        if len(starts) > 2 and other["start"] not in starts | {one["start"]}:
            return one, other, next(row for row in rows if row["group"] is not None)
    return pytest.fail("no two sessions of Monday can be where the other is")


def open_states(stage):
    tab = stage.tab
    (stage.folder.parent / "home" / "Our clinic").mkdir(exist_ok=True)
    stage.show("open")
    yield "recent clinics"
    tab.locator("#look").click()
    tab.locator("#folders button.plain").first.wait_for()
    yield "folders"
    tab.get_by_role("button", name="Our clinic").click()
    expect(tab.locator("#where")).to_contain_text("Our clinic")
    yield "an empty folder"
    gone = stage.folder.with_name("gone")
    shutil.copytree(stage.folder, gone)
    stage.other.running.page.open(gone)
    shutil.rmtree(gone)
    stage.show("open")
    yield "a clinic that is gone"


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
    stage.running.page.news.post("closing")
    expect(tab.locator("h1")).to_have_text("The program has ended")
    yield "the program has ended"


def input_states(stage):
    tab = stage.tab
    tab.refused.update((400, 409))
    (stage.folder / "keep_apart.csv").unlink()
    stage.show("input")
    tab.locator(".cells td").first.wait_for()
    tab.locator(".problems .quiet, .problems .problem").first.wait_for()
    yield "a table"

    def at(name):
        heads = [text.strip("* ") for text in tab.locator(".cells thead th").all_inner_texts()]
        return heads.index(name) - 1

    def cell(row, name):
        return tab.locator(f'.cells td[data-at="{row}"][data-col="{at(name)}"]')

    def rest():
        tab.locator(".sheet:not([aria-busy])").wait_for()

    cell(3, "availability").click()
    tab.keyboard.type(FAULT)
    yield "a cell being typed"
    tab.keyboard.press("Enter")
    expect(tab.locator('.cells td[data-level="error"]')).to_have_count(1)
    rest()
    tab.keyboard.press("F8")
    expect(cell(3, "availability")).to_be_focused()
    yield "a fault and what to write instead"
    tab.keyboard.press("Shift+ArrowDown")
    tab.keyboard.press("Shift+ArrowRight")
    yield "a block chosen"
    cell(5, "modality").click()
    tab.keyboard.type("te")
    tab.locator(".choices li").first.wait_for()
    yield "words offered"
    tab.keyboard.press("Escape")
    tab.keyboard.press("Escape")
    cell(5, "availability").click()
    tab.keyboard.press("F4")
    tab.locator("dialog").wait_for()
    yield "windows painted"
    tab.locator("#windows-text").fill("Mon 1:00-")
    tab.locator("dialog [role=status]:not([hidden])").wait_for()
    yield "windows that are not understood"
    tab.keyboard.press("Escape")
    yield from _hindered(stage, cell(5, "availability"), rest)


def _hindered(stage, cell, rest):
    """Go on with what stands in the way of typing, other tables and the settings."""
    tab = stage.tab
    sign = stage.folder / ".~lock.participants.csv#"
    sign.touch()
    cell.click()
    tab.keyboard.type("never")
    tab.keyboard.press("Enter")
    expect(tab.locator(".banner")).to_contain_text("is open in Excel")
    rest()
    yield "a file that Excel holds"
    sign.unlink()
    tab.locator(".banner").get_by_role("button", name="Got it").click()
    (stage.folder / "rooms.csv").write_bytes((stage.folder / "rooms.csv").read_bytes() + b"R99,9\n")
    expect(tab.locator(".banner")).to_contain_text("Rooms was changed in another program")
    yield "a file changed elsewhere"
    tab.locator('.entry[data-there="false"]').first.click()
    tab.locator(".notice button").wait_for()
    yield "a table that is not there"
    tab.locator("button.entry", has_text="Settings").click()
    tab.locator(".setting-group").first.wait_for()
    yield "settings"
    tab.locator("#setting-grid_minutes").fill("31")
    tab.keyboard.press("Tab")
    expect(tab.locator(".banner")).to_contain_text("31")
    yield "a setting refused"
    with (stage.folder / "participants.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"Q{n:03d},,,adult\n" for n in range(260))
    stage.show("input")
    expect(tab.locator(".pages")).to_contain_text("Rows 1 to 200")
    tab.locator(".problems .problem").first.wait_for()
    yield "a long table with many faults"


def solve_states(stage):
    tab = stage.tab
    stage.searching(shutil.copytree(stage.folder / "schedules" / FOLDER, stage.folder.with_name("found")))
    for row in [row for row in stage.week()["sessions"] if row["group"] is None][:3]:
        stage.move(kind="unplace", session=row["id"])
    stage.show("solve")
    tab.locator("#solve-start").wait_for()
    yield "nothing searched"
    tab.locator("#solve-start").click()
    expect(tab.get_by_role("row", name="Workload")).to_be_visible()
    yield "at work"
    tab.locator("#solve-stop").click()
    expect(tab.locator("#found")).to_be_focused()
    yield "found"
    tab.locator("#solve-side").click()
    tab.locator("#side").wait_for()
    yield "side by side"
    stage.running.page.searches.forget(stage.other.clinic)
    stage.show("solve")
    expect(tab.locator("#found")).to_have_text("An earlier search has left this week")
    yield "left by an earlier search"
    tab.locator("#solve-discard").click()
    expect(tab.locator("#found")).to_have_count(0)
    yield "left where it is"
    know_answer(stage.other, "search", [], {"kind": "none", "why": "time", "limit_s": 60})
    stage.show("solve")
    tab.locator("#solve-none").wait_for()
    yield "nothing found"
    (stage.folder / "rooms.csv").write_text("room_id,capacity\nR1,many\n", encoding="utf-8")
    stage.show("solve")
    tab.locator("#solve-faults").wait_for()
    yield "the tables have faults"


def week_states(stage):
    tab = stage.tab
    tab.refused.add(409)
    stage.show("week")
    stage.ready()
    alone, other, grouped = blocks(stage)
    for axis in ("groups", "staff", "rooms"):
        for view in ("week", "day"):
            tab.click(f"[data-view={view}]")
            tab.click(f"[data-columns={axis}]")
            yield f"{view} by {axis}"
    for view in ("board", "people", "list"):
        tab.click(f"[data-view={view}]")
        yield view
    tab.click("[data-view=day]")
    tab.locator("#wk-find").fill(alone["therapists"][0])
    yield "looked for"
    tab.locator("#wk-find").fill("")
    stage.block(alone["id"]).click()
    expect(tab.locator("#wk-day")).to_be_focused()
    yield "a session chosen"
    tab.locator("#wk-start").select_option(other["start"])
    expect(stage.verdict).to_contain_text("Breaks")
    yield "held by the form"
    tab.keyboard.press("Escape")
    tab.get_by_text("History of this session").click()
    tab.locator(".wk-history li").first.wait_for()
    yield "its history"
    tab.locator("#wk-best").click()
    expect(stage.status).to_contain_text("the best come first", timeout=30_000)
    yield "best places"
    yield from _held(stage, alone, other, grouped)


def _held(stage, alone, other, grouped):
    """Go on with what is held by keys and by the mouse, and what comes of it."""
    tab = stage.tab
    stage.block(grouped["id"]).click()
    tab.locator("#wk-pin").click()
    expect(stage.status).to_contain_text("is pinned")
    yield "a group's session pinned"
    stage.block(grouped["id"]).focus()
    tab.keyboard.press("m")
    tab.keyboard.press("ArrowDown")
    expect(stage.verdict).not_to_contain_text("Checking")
    yield "held by keys"
    tab.keyboard.press("Escape")
    stage.take(stage.block(alone["id"]))
    stage.over(f"room {other['room']}", other["start"])
    expect(stage.verdict).to_contain_text("Breaks")
    tab.locator(".wk-map > div").nth(10).wait_for(state="attached")
    yield "held by the mouse"
    tab.mouse.up()
    expect(tab.locator(".wk-answers button")).to_have_count(4)
    yield "answers to a clash"
    tab.get_by_role("button", name="Keep both").click()
    expect(stage.verdict).to_contain_text("The draft breaks")
    yield "a draft that breaks rules"
    tab.locator(".wk-verdict .wk-link").first.click()
    tab.locator("#wk-unlight").wait_for()
    yield "the sessions of a sentence"
    tab.click("#wk-unlight")
    tab.locator(".wk-need").first.click()
    tab.locator(".wk-panel form").wait_for()
    yield "a need chosen"
    stage.block(grouped["id"]).click()
    tab.locator("#wk-keep").click()
    expect(stage.status).to_contain_text("pins.csv")
    stage.move(kind="place", session=grouped["id"], start=other["start"])
    tab.locator("#wk-letgo").wait_for()
    yield "a session away from its pin in the tables"
    table = stage.folder / "schedules" / FOLDER / "sessions.csv"
    row = next(line for line in table.read_text(encoding="utf-8").splitlines() if line.startswith(f"{grouped['id']},"))
    theirs = row.replace(f",{grouped['room']},", ",R07,")
    table.write_text(table.read_text(encoding="utf-8").replace(row, theirs), encoding="utf-8")
    stage.show("week")
    tab.locator(".wk-banner [data-side]").first.wait_for()
    yield "changed elsewhere"
    shutil.rmtree(table.parent)
    (stage.folder / "schedules" / f".{FOLDER}.draft.jsonl").unlink()
    tab.evaluate("import('/static/main.js').then(({app}) => app.setWeek('2026-12-14'))")
    tab.locator(".wk-banner:not([aria-label])").wait_for()
    yield "an empty week"


def short_states(stage):
    tab = stage.tab
    stage.show("short")
    tab.locator("#short-P035").wait_for()
    yield "who is short"
    tab.locator("#place-need-P035-individual").click()
    expect(stage.status).not_to_have_text("")
    expect(tab.locator("#short-P035 .places")).not_to_contain_text("Looking")
    yield "places for a need"
    rows = recorded("explain")
    know_answer(stage.other, "explain", rows[:-1], rows[-1])
    stage.show("short")
    tab.locator("#ways li").first.wait_for()
    yield "causes and ways out"
    yield from _tried(stage)
    yield from _counted(stage)
    standing = {**rows[0], "is_least": False, "again": ""}
    know_answer(stage.other, "explain", [standing], rows[-1])
    stage.show("short")
    tab.locator("#short-search").wait_for()
    yield "no cause, but a week that is not the best"
    know_answer(stage.other, "explain", [], {"kind": "none", "why": "time", "limit_s": 45})
    stage.show("short")
    tab.locator("#short-failed").wait_for()
    yield "no answer"
    told = stage.other.get("/api/short")
    running = {**told, "state": "running", "result": None, "limit_s": 45, "used_s": 3}
    stage.told("**/api/short/start*", running)
    tab.locator("#short-explain").click()
    tab.locator("#short-stop").wait_for()
    yield "an answer is looked for"
    stage.told("**/api/short?*", {**told, "people": [], "state": "none", "result": None})
    stage.show("short")
    tab.locator("#short-none").wait_for()
    yield "nobody is short"
    stage.told("**/api/short?*", {**told, "is_empty": True})
    stage.show("short")
    tab.locator("#short-solve").wait_for()
    yield "an empty week"


def _tried(stage):
    """Go on with a way out that is tried: searched, found, taken, left."""
    tab = stage.tab
    stage.searching(shutil.copytree(stage.folder / "schedules" / FOLDER, stage.folder.with_name("found")))
    stage.move(kind="unplace", session=blocks(stage)[0]["id"])
    tab.locator("#try-way-1").click()
    expect(tab.locator("#trial-stop")).to_be_visible()
    yield "a way out is tried"
    tab.locator("#trial-stop").click()
    tab.locator("#trial-have").wait_for()
    yield "what comes of it"
    tab.locator("#trial-side").click()
    yield "what comes of it, side by side"
    tab.locator("#trial-have").click()
    tab.locator("#trial-look").wait_for()
    yield "it is taken"
    tab.locator("#trial-back").click()
    expect(tab.locator("#short-title")).to_be_focused()
    yield "it is taken back"


def _counted(stage):
    """Go on with who else could come."""
    stage.other.post("/api/week/save", {"revision": stage.week()["revision"]})
    rows = recorded("capacity")
    know_answer(stage.other, "capacity", rows[:-1], rows[-1])
    stage.show("short")
    tab = stage.tab
    tab.locator("#waitlist").wait_for()
    yield "who else could come"
    tab.locator("#try-next-1").click()
    tab.locator("#trial-ask").wait_for()
    yield "what one more needs is written"
    tab.locator("#trial-back").click()
    expect(tab.locator("#short-title")).to_be_focused()
    with (stage.folder / "rooms.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    stage.show("short")
    tab.locator("#newcomers-old").wait_for()
    yield "answers to other tables than now"
    running = {**stage.other.get("/api/newcomers"), "state": "running", "result": None, "limit_s": 60, "used_s": 3}
    stage.told("**/api/newcomers/start*", running)
    stage.told("**/api/newcomers?*", running)  # news of the tables ask again
    tab.locator("#newcomers-ask").click()
    tab.locator("#newcomers-stop").wait_for()
    yield "who could come is looked for"


def sick_states(stage):
    tab = stage.tab
    stage.show("sick")
    tab.locator("#sick-none").wait_for()
    yield "not published"
    stage.publish()
    stage.show("sick")
    tab.locator("#sick-who").wait_for()
    yield "who is away"
    tab.locator("#sick-another").click()  # without a person: what is missing is said
    yield "nobody is named"
    tab.locator("#sick-who").select_option("absent T01")
    tab.locator("#sick-day").select_option("2026-12-08")
    tab.locator("#sick-another").click()
    tab.locator("#sick-happened").wait_for()
    yield "more than one thing happened"
    rows = recorded("repair")
    stage.told("**/api/sick/start*", {**stage.other.get("/api/sick"), "state": "running"})
    tab.locator("#sick-find").click()
    tab.locator("#sick-stop").wait_for()
    yield "answers are looked for"
    know_answer(stage.other, "repair", [], {"kind": "none", "why": "time", "limit_s": 10})
    stage.running.page.news.post("sick", clinic=stage.other.clinic, week=FOLDER, row={"state": "ended"})
    tab.locator("#sick-failed").wait_for()
    yield "no answer"
    know_answer(stage.other, "repair", rows[:-1], rows[-1])
    stage.running.page.news.post("sick", clinic=stage.other.clinic, week=FOLDER, row={"state": "ended"})
    tab.locator("#publish-1").wait_for()
    yield "answers"
    tab.get_by_text("Call list").first.click()
    yield "a call list"
    where = "schedules/2026-12-07.r2/exports/call-list-2026-12-07-r2.csv"
    stage.told("**/api/sick/publish*", {"revision": 2, "calls": len(rows[1]["calls"]), "call_list": where})
    tab.locator("#publish-1").click()
    expect(tab.locator("#answers")).to_have_text("Published as revision 2")
    yield "published, to be called"


def changes_states(stage):
    tab = stage.tab
    stage.show("changes")
    tab.locator("#told").wait_for()
    yield "nobody"
    for row in [row for row in stage.week()["sessions"] if row["group"] is None][:3]:
        stage.move(kind="unplace", session=row["id"])
    stage.show("changes")
    tab.locator("table.changes").wait_for()
    yield "people"
    tab.locator("summary").click()
    yield "the list to copy"


def publish_states(stage):
    tab = stage.tab
    alone, _, _ = blocks(stage)
    stage.show("publish")
    tab.locator("#publish-do").wait_for()
    yield "ready"
    stage.move(kind="place", session=alone["id"], start="03:00")
    stage.show("publish")
    tab.locator("#blocked").wait_for()
    yield "rules are broken"
    stage.other.post("/api/week/undo", {"revision": stage.week()["revision"]})
    stage.show("publish")
    tab.locator("#publish-do").click()
    tab.locator("#published").wait_for()
    yield "published"
    tab.locator("#show-names").select_option("full")
    tab.locator("#handout-do").click()
    tab.locator("#files").wait_for(timeout=60_000)
    yield "handed out"
    stage.show("publish")
    tab.locator("#nothing-new").wait_for()
    yield "nothing new"
    stage.move(kind="unplace", session=alone["id"])
    stage.show("publish")
    tab.locator("#publish-do").wait_for()
    yield "a further revision"
    told = stage.other.get("/api/publish")
    row = "T01 is away on Tuesday"
    stage.told(
        "**/api/publish?*",
        {
            **told,
            "unrecorded": [row],
            "kept": [row],
            "corrected": [row],
            "news": [row],
            "news_more": 3,
            "news_text": row,
        },
    )
    stage.show("publish")
    tab.locator("#record").wait_for()
    stage.tab.unroute("**/api/publish?*")
    yield "what a call-out has changed"
    tab.evaluate("import('/static/main.js').then(({app}) => app.setWeek('2026-12-14'))")
    tab.locator("#publish-solve").wait_for()
    yield "an empty week"


WALKS = {
    "open": open_states,
    "input": input_states,
    "solve": solve_states,
    "week": week_states,
    "short": short_states,
    "sick": sick_states,
    "changes": changes_states,
    "publish": publish_states,
    "frame": frame_states,
}
