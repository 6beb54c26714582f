"""The states of the step Week."""

import shutil

from tests.support.page_stage import FOLDER
from tests.support.walks.basics import blocks, expect


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
    tab.locator(f'[data-column$=" room {other["room"]}"] .wk-map > div').nth(10).wait_for(state="attached")
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
