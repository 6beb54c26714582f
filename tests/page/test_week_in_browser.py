"""The Week screen in a real browser: what is drawn, the drag, the keys, the form, and what is told of each."""

import itertools
import random
import re

import pytest

from benchmarks.page import full_clinic
from tests.support.browsing import axe
from tests.support.page_weeks import week_tab

expect = pytest.importorskip("playwright.sync_api").expect

VIEWS = ("day", "week", "board", "people", "list")
HELD = "individual-3"  # Monday 09:00 in S01
OTHER = "individual-4"  # Monday 10:30 in S01


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return full_clinic(tmp_path_factory.mktemp("weeks") / "clinic")


@pytest.fixture
def shown(browser, personal, template, tmp_path):
    with week_tab(browser, personal, template, tmp_path / "full") as found:
        yield found


def rectangles(tab):
    """Return of each block its session, its rectangle, and that of the column around it."""
    return tab.evaluate(
        """() => [...document.querySelectorAll(".wk-grid .wk-block")].map((block) => {
          const [own, column] = [block, block.parentElement].map((element) => {
            const { left, top, right, bottom } = element.getBoundingClientRect();
            return { left, top, right, bottom };
          });
          return { id: block.dataset.session, own, column };
        })"""
    )


def is_inside(own, column):
    return (
        own["left"] >= column["left"] - 0.5
        and own["right"] <= column["right"] + 0.5
        and own["top"] >= column["top"] - 0.5
        and own["bottom"] <= column["bottom"] + 0.5
    )


def overlap(one, other):
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return across > 0.5 and down > 0.5


def assert_well_drawn(tab, expected):
    found = rectangles(tab)
    assert sorted(row["id"] for row in found) == sorted(expected)
    assert [row["id"] for row in found if not is_inside(row["own"], row["column"])] == []
    assert [(a["id"], b["id"]) for a, b in itertools.combinations(found, 2) if overlap(a["own"], b["own"])] == []


def test_every_session_is_drawn_once_in_its_place_and_axe_finds_nothing(shown):
    tab, week = shown.tab, shown.week()
    for view in VIEWS:
        tab.click(f"[data-view={view}]")
        assert axe(tab) == [], view
        if view == "week":
            assert_well_drawn(tab, [row["id"] for row in week["sessions"]])
        if view in ("board", "list"):
            drawn = tab.evaluate("[...document.querySelectorAll('.wk-pane .wk-block')].map((b) => b.dataset.session)")
            assert sorted(drawn) == sorted(row["id"] for row in week["sessions"])
    tab.click("[data-view=day]")
    for columns in ("rooms", "staff", "groups"):
        tab.click(f"[data-columns={columns}]")
        assert_well_drawn(tab, [row["id"] for row in week["sessions"] if row["date"] == "2026-11-30"])
    assert len(tab.evaluate("[...document.querySelectorAll('.wk-block[tabindex=\"0\"]')]")) == 1


def test_a_press_is_no_drag_and_a_drop_is_judged_told_and_undone(shown):
    tab = shown.tab
    x, y = shown.middle(shown.block(HELD))
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 2, y + 3)
    tab.mouse.up()
    assert not any("/week/try" in url or "/week/move" in url for url in tab.asked)

    before = shown.week()
    shown.take(shown.block(HELD))
    shown.over("room S01", "10:30")
    move = {"kind": "place", "session": HELD, "start": "10:30"}
    told = shown.other.post("/api/week/try", {"revision": before["revision"], "move": move})
    places = sum(rule["count"] for rule in told["broken"]["new"])
    rules = len(told["broken"]["new"])
    expect(shown.verdict).to_contain_text(
        f"Breaks {rules} {'rule' if rules == 1 else 'rules'} in {places} {'place' if places == 1 else 'places'}"
    )
    expect(shown.verdict).to_contain_text(told["broken"]["new"][0]["places"][0]["sentence"])
    expect(tab.locator(".wk-map > div").nth(10)).to_be_attached()
    assert tab.locator(".wk-illegal:not(.wk-swatch)").count() > 0
    assert axe(tab) == []
    tab.keyboard.press("Escape")
    expect(shown.status).to_contain_text("is put back")
    tab.mouse.up()
    assert shown.week() == before

    shown.take(shown.block(HELD))
    shown.over("room S01", "10:30")
    tab.mouse.up()
    expect(shown.status).to_contain_text("as a draft. Breaks")
    assert shown.session(HELD)["start"] == "10:30"
    assert shown.focused() == HELD
    assert axe(tab) == []
    undo, redo = tab.locator("#undo"), tab.locator("#redo")
    expect(undo).to_have_accessible_name(re.compile(r"Undo: move \S+ individual"))
    expect(redo).to_be_disabled()
    tab.keyboard.press("Control+z")
    expect(shown.status).to_contain_text("Undone: move ")
    assert shown.week()["sessions"] == before["sessions"]
    assert shown.focused() == HELD
    expect(redo).to_have_accessible_name(re.compile(r"Redo: move \S+ individual"))
    tab.locator('[href="#/open"]').click()
    expect(redo).to_be_disabled()
    expect(shown.status).to_be_empty()


@pytest.mark.slow
def test_the_answers_to_a_clash_and_the_tray(shown):
    tab = shown.tab

    def clash():
        shown.take(shown.block(HELD))
        shown.over("room S01", "10:30")
        tab.mouse.up()
        expect(tab.locator(".wk-answers button")).to_have_count(4)

    clash()
    tab.get_by_role("button", name="Swap with").click()
    expect(shown.status).to_contain_text("have changed places")
    assert (shown.session(HELD)["start"], shown.session(OTHER)["start"]) == ("10:30", "09:00")
    tab.click("#undo")
    expect(shown.block(HELD)).to_contain_text("09:00")
    clash()
    tab.get_by_role("button", name="Keep mine, take out").click()
    expect(shown.status).to_contain_text("Taken out of the week")
    need = tab.locator(f'[data-unplaced="session:{OTHER}"]')
    expect(need).to_be_visible()
    assert axe(tab) == []
    shown.take(need)
    shown.over("room S04", "12:00")
    expect(shown.verdict).not_to_contain_text("Checking")
    tab.mouse.up()
    expect(shown.block(OTHER)).to_be_visible()
    assert (shown.session(OTHER)["room"], shown.session(OTHER)["start"]) == ("S04", "12:00")
    clash_free = shown.week()["unplaced"]
    assert clash_free == []
    x, y = shown.take(shown.block(OTHER))
    tray = tab.locator(".wk-tray").bounding_box()
    tab.mouse.move(x, y + 20)
    tab.mouse.move(tray["x"] + 300, tray["y"] + 10, steps=4)
    tab.mouse.up()
    expect(need).to_be_visible()
    expect(shown.status).to_contain_text("is taken out of the week")
    badge = tab.locator("[href='#/short'] .badge")
    expect(badge).to_contain_text(f"! {len(shown.week()['short'])}")  # with each move, not only when the page is loaded


def test_keys_alone_move_a_session_and_a_whole_group(shown):
    tab = shown.tab
    shown.block(HELD).focus()
    tab.keyboard.press("ArrowDown")
    assert shown.focused() != HELD
    shown.block(HELD).focus()
    tab.keyboard.press("m")
    expect(shown.status).to_contain_text("is picked up")
    tab.keyboard.press("ArrowDown")
    expect(shown.status).to_contain_text("Mon 09:30, S01")
    expect(shown.status).to_contain_text("Breaks")
    tab.keyboard.press("PageDown")
    expect(shown.status).to_contain_text("Tue 09:30, S01")
    tab.keyboard.press("ArrowRight")
    expect(shown.status).to_contain_text("Tue 09:30, S02")
    tab.keyboard.press("Enter")
    expect(shown.status).to_contain_text("is now Tue 09:30, S02")
    assert (shown.session(HELD)["date"], shown.session(HELD)["room"]) == ("2026-12-01", "S02")
    assert shown.focused() == HELD
    tab.keyboard.press("p")
    expect(shown.status).to_contain_text("is pinned")
    assert shown.session(HELD)["pinned"]
    assert shown.focused() == HELD

    tab.click("[data-day='2026-11-30']")
    shown.block("G01-1").focus()
    tab.keyboard.press("m")
    tab.keyboard.press("a")
    expect(shown.verdict).to_contain_text("all sessions of G01")
    for _ in range(8):
        tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    expect(shown.status).to_contain_text("is now Mon 13:00")
    group = [row for row in shown.week()["sessions"] if row["group"] == "G01"]
    assert len(group) > 1
    assert {row["start"] for row in group} == {"13:00"}
    tab.keyboard.press("Control+z")
    expect(shown.block("G01-1")).to_contain_text("09:00")
    assert {row["start"] for row in shown.week()["sessions"] if row["group"] == "G01"} == {"09:00"}
    tab.keyboard.press("m")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Escape")
    expect(shown.status).to_have_text("G01-1 is put back.")


@pytest.mark.slow
def test_the_form_the_best_places_and_the_sentences(shown):
    tab = shown.tab
    shown.block(HELD).focus()
    tab.keyboard.press("Enter")
    assert shown.focused() == "wk-day"
    tab.locator("#wk-start").select_option("10:30")
    expect(shown.verdict).to_contain_text("Breaks")
    assert axe(tab) == []
    tab.click("#wk-move")
    expect(shown.status).to_contain_text("as a draft")
    assert shown.session(HELD)["start"] == "10:30"
    tab.get_by_role("button", name="Keep both").click()
    expect(shown.verdict).to_contain_text("The draft breaks")
    tab.locator(".wk-verdict .wk-link").first.click()
    assert tab.locator(".wk-lit").count() >= 2
    assert tab.locator(".wk-faded").count() > 5
    tab.click("#wk-unlight")
    assert tab.locator(".wk-faded").count() == 0

    shown.block(HELD).click()
    tab.get_by_text("History of this session").click()
    expect(tab.locator(".wk-history li").first).to_contain_text("move 1")
    tab.click("#wk-best")
    places = tab.locator(".wk-best li .wk-link")
    expect(places.first).to_be_visible()
    expect(shown.status).to_contain_text("the best come first")
    assert axe(tab) == []
    assert places.count() <= 5
    places.first.click()
    expect(shown.status).to_contain_text("Breaks nothing new")
    assert shown.week()["broken"] == []
    tab.click("#wk-save")
    expect(shown.status).to_contain_text("Saved to")
    expect(tab.locator("#wk-save")).to_be_disabled()


@pytest.mark.slow
def test_what_somebody_else_moved_is_drawn_and_what_was_held_is_put_back(shown):
    tab = shown.tab
    shown.block(HELD).focus()
    tab.keyboard.press("m")
    week = shown.week()
    move = {"kind": "place", "session": OTHER, "start": "11:30"}
    shown.other.post("/api/week/move", {"revision": week["revision"], "move": move})
    expect(shown.block(OTHER)).to_contain_text("11:30")
    assert tab.locator(".wk-ghost").count() == 0
    tab.locator("#wk-find").fill("Individual-11")
    expect(tab.locator("#wk-found")).to_contain_text("1 session found")
    assert tab.locator(".wk-block:not(.wk-faded)").count() == 1
    assert axe(tab) == []


@pytest.mark.slow
@pytest.mark.parametrize("look", [{"viewport": {"width": width, "height": 768}} for width in (683, 1024, 1680)])
def test_nothing_overlaps_at_any_width(browser, personal, template, tmp_path, look):
    with week_tab(browser, personal, template, tmp_path / "full", **look) as shown:
        tab, week = shown.tab, shown.week()
        tab.click("[data-view=week]")
        for columns in ("rooms", "staff", "groups"):
            tab.click(f"[data-columns={columns}]")
            assert_well_drawn(tab, [row["id"] for row in week["sessions"]])
            cut = tab.evaluate(
                "[...document.querySelectorAll('.wk-brief .wk-row')].filter((row) => row.scrollWidth > row.clientWidth).length"
            )
            assert cut == 0
        assert tab.evaluate("document.documentElement.scrollWidth") <= look["viewport"]["width"]
        assert axe(tab) == []


@pytest.mark.slow
@pytest.mark.parametrize("look", [{"forced_colors": "active"}, {"color_scheme": "dark"}, {"reduced_motion": "reduce"}])
def test_every_state_in_other_looks(browser, personal, template, tmp_path, look):
    with week_tab(browser, personal, template, tmp_path / "full", **look) as shown:
        tab = shown.tab
        for view in VIEWS:
            tab.click(f"[data-view={view}]")
            assert axe(tab) == [], view
        tab.click("[data-view=day]")
        shown.take(shown.block(HELD))
        shown.over("room S01", "10:30")
        expect(shown.verdict).to_contain_text("Breaks")
        assert axe(tab) == []
        tab.mouse.up()
        expect(tab.locator(".wk-answers button")).to_have_count(4)
        assert axe(tab) == []


@pytest.mark.slow
def test_an_old_answer_never_paints_over_a_new_one(shown):
    tab, draw = shown.tab, random.Random(7)
    open_now, most = 0, 0

    def slowly(route):
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        tab.wait_for_timeout(draw.randrange(10, 120))
        open_now -= 1
        route.continue_()

    tab.route("**/api/week/try*", slowly)
    revision = shown.week()["revision"]
    for _ in range(4):
        shown.take(shown.block(HELD))
        for _ in range(6):
            clock = f"{draw.randrange(8, 20):02d}:{draw.choice(('00', '30'))}"
            shown.over(f"room S0{draw.randrange(1, 5)}", clock)
        where = tab.locator(".wk-where").inner_text()
        expect(shown.verdict).not_to_contain_text("Checking", timeout=5000)
        clock, room = where.split(", ")[0].split()[1], where.split(", ")[1]
        move = {"kind": "place", "session": HELD, "start": clock, "room": room}
        told = shown.other.post("/api/week/try", {"revision": revision, "move": move})
        for rule in told["broken"]["new"]:
            expect(shown.verdict).to_contain_text(rule["places"][0]["sentence"])
        assert tab.locator(".wk-verdict .wk-rule").count() == len(told["broken"]["new"])
        tab.keyboard.press("Escape")
        tab.mouse.up()
    assert most == 1
