"""Somebody in a hurry, and answers that come late or broken: nothing is lost, nothing false is said."""

import shutil

import pytest

from tests.support.editing_world import clinic_at, hold
from tests.support.page_world import WAIT_MS, know_answer, watched_tab

expect = pytest.importorskip("playwright.sync_api").expect


@pytest.fixture
def clinic(tmp_path):
    return clinic_at(tmp_path / "clinic")


@pytest.fixture
def draft(client):
    """Return the draft after three hours were held, one after the other."""
    found = client.get("/api/week")
    for day in ("11-30", "12-01", "12-02"):
        found = client.post("/api/week/move", {"revision": found["revision"], "move": hold(day, "09:00")})
    return found


@pytest.fixture
def show(tab, running, draft, client):
    """Return how a step is shown in the week of the draft."""
    expect(tab.locator("#week")).to_be_visible()  # the frame of an open clinic
    tab.evaluate(f"import('/static/main.js').then(({{app}}) => app.setWeek('{client.week}'))")
    expect(tab.locator("#week")).to_have_value(client.week)

    def step(name):
        tab.goto(f"http://{running.host}/#/{name}")
        tab.locator(f"#screen.screen-{name} h1").wait_for()

    return step


def wait_for(tab, caught):
    """Wait until a request was caught."""
    for _ in range(WAIT_MS // 20):
        if caught:
            return
        tab.wait_for_timeout(20)
    pytest.fail("the request did not come")


def sessions(client):
    return len(client.get("/api/week")["sessions"])


@pytest.mark.slow
@pytest.mark.parametrize("step", ["week", "changes"])
def test_undo_pressed_twice_takes_back_two_moves(tab, show, client, step):
    show(step)
    expect(tab.locator("#undo")).to_be_enabled()
    tab.evaluate(
        """() => { for (let n = 0; n < 2; n += 1)
          document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true })); }"""
    )
    expect(tab.locator("#status")).to_contain_text("Undone")
    expect(tab.locator("#draft")).to_contain_text("1 change")
    assert sessions(client) == 1


@pytest.mark.slow
def test_a_week_is_published_once_by_a_double_click(tab, show, client):
    show("publish")
    sent = []
    tab.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    tab.locator("#publish-do").dblclick()
    expect(tab.locator("#published")).to_be_visible()
    expect(tab.locator("#status")).to_contain_text("revision 1")
    assert len([url for url in sent if "/api/publish?" in url]) == 1


@pytest.mark.slow
@pytest.mark.parametrize("step", ["changes", "short"])
def test_a_step_shows_what_another_window_did_to_the_draft(tab, show, client, draft, step):
    show(step)
    client.post("/api/week/undo", {"revision": draft["revision"]})
    expect(tab.locator("#draft")).to_contain_text("2 changes")
    tab.locator("#undo").click()
    expect(tab.locator("#draft")).to_contain_text("1 change")
    assert sessions(client) == 1


@pytest.mark.slow
def test_a_late_answer_of_the_frame_leads_to_no_other_week(tab, show, client):
    show("week")
    late = []
    tab.route("**/api/clinic*", lambda route: route.continue_() if late else late.append((route, route.fetch())))
    tab.evaluate("import('/static/main.js').then(({app}) => { app.reload(); })")
    wait_for(tab, late)
    tab.locator("#week-after").click()
    expect(tab.locator("#week")).to_have_value("2026-12-07")
    route, answer = late[0]
    with tab.expect_response("**/api/clinic*"):
        route.fulfill(response=answer)
    assert tab.evaluate("import('/static/api.js').then(({place}) => place.week)") == "2026-12-07"
    expect(tab.locator("#week")).to_have_value("2026-12-07")


@pytest.mark.slow
def test_after_an_answer_that_breaks_off_further_edits_are_sent(tab, show, clinic):
    show("input")
    tab.locator("[role=gridcell]").first.click()
    tab.route("**/api/input/change*", lambda route: route.fulfill(response=route.fetch(), body="{"))
    tab.keyboard.type("P08")
    tab.keyboard.press("Enter")
    expect(tab.locator("#status")).to_contain_text("broke off")
    tab.unroute_all()
    tab.locator("[role=gridcell]").first.click()
    tab.keyboard.type("P09")
    tab.keyboard.press("Enter")
    tab.locator(".sheet:not([aria-busy])").wait_for()
    assert "P09" in (clinic / "participants.csv").read_text(encoding="utf-8")


@pytest.mark.slow
def test_where_the_clinic_is_refused_at_first_another_can_be_opened(browser, running, client):
    with watched_tab(browser, running) as tab:
        tab.refused.add(400)
        told = '{"error": "input", "message": "The settings cannot be read.", "issues": []}'
        tab.route("**/api/clinic*", lambda route: route.fulfill(response=route.fetch(), status=400, body=told))
        tab.goto(running.link())
        expect(tab.locator("#status")).to_have_text("The settings cannot be read.")
        expect(tab.locator("#step-open")).to_have_attribute("aria-current", "page")
        tab.unroute_all()
        tab.evaluate("import('/static/main.js').then(({app}) => app.openClinic(1))")
        expect(tab.locator("#week")).to_be_visible()
        running.page.news.post("names", on=False)  # it has ears, too
        expect(tab.locator("#status")).to_contain_text("Names are hidden")


@pytest.mark.slow
def test_a_clinic_that_was_moved_is_told_where_another_week_is_asked_for(tab, show, clinic):
    show("week")
    tab.refused.add(404)
    shutil.move(clinic, clinic.with_name("moved"))
    tab.locator("#week-after").click()
    expect(tab.locator("#status")).to_contain_text("Open it again", timeout=WAIT_MS)
    expect(tab.locator("#week")).to_have_value("2026-11-30")


@pytest.mark.slow
def test_an_old_answer_does_not_paint_over_the_last_one_of_a_sick_call(tab, show, client, running):
    show("publish")
    tab.locator("#publish-do").click()
    expect(tab.locator("#published")).to_be_visible()
    show("sick")
    expect(tab.locator("#sick-find")).to_be_visible()
    late = []
    tab.route("**/api/sick?*", lambda route: route.continue_() if late else late.append((route, route.fetch())))
    running.page.news.post("sick", clinic=client.clinic, week=client.week, row={"state": "running"})
    wait_for(tab, late)
    heading = {"kind": "heading", "lines": ["T01 is away."]}
    know_answer(client, "repair", [heading], {"kind": "answered", "choices": 0})
    running.page.news.post("sick", clinic=client.clinic, week=client.week, row={"state": "ended"})
    expect(tab.locator(".sick-answers")).to_contain_text("T01 is away.")
    route, answer = late[0]
    with tab.expect_response("**/api/sick?*"):
        route.fulfill(response=answer)
    tab.evaluate("() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))")
    expect(tab.locator(".sick-answers")).to_contain_text("T01 is away.")


def cell_of(tab, who):
    """Return the cell for the hours of a person, wherever their row stands now."""
    return tab.locator(".cells tbody tr", has_text=who).locator('td[data-col="2"]')


def hours_in(clinic):
    rows = (row.split(",") for row in (clinic / "participants.csv").read_text(encoding="utf-8").splitlines())
    return {row[0]: row[2] for row in rows}


@pytest.fixture
def five(show, clinic):
    """Return a table of five people on the step Input."""
    rows = "".join(f"P0{n},adult,\n" for n in range(1, 6))
    (clinic / "participants.csv").write_text(f"participant_id,population,availability\n{rows}", encoding="utf-8")
    show("input")


@pytest.mark.slow
def test_what_is_typed_after_rows_were_deleted_stands_where_it_was_typed(tab, five, clinic):
    held = []
    tab.route("**/api/input/change*", lambda route: route.continue_() if held else held.append(route))
    tab.locator(".cells tbody tr", has_text="P01").locator("td").first.click()
    tab.get_by_role("button", name="Delete rows").click()
    wait_for(tab, held)
    cell_of(tab, "P03").click()
    tab.keyboard.type("Mon 09:00-12:00")
    tab.keyboard.press("Enter")
    held[0].continue_()
    tab.locator(".sheet:not([aria-busy])").wait_for()
    assert hours_in(clinic) == {
        "participant_id": "availability",
        "P02": "",
        "P03": "Mon 09:00-12:00",
        "P04": "",
        "P05": "",
    }


@pytest.mark.slow
def test_a_remedy_that_is_clicked_while_a_row_is_deleted_is_written_in_its_own_row(tab, five, clinic):
    cell_of(tab, "P03").click()
    tab.keyboard.type("Mon 12:00-09:00")
    tab.keyboard.press("Enter")
    held = []
    remedy = tab.locator(".problems button.write")
    expect(remedy).to_have_count(1)
    tab.route("**/api/input/change*", lambda route: route.continue_() if held else held.append(route))
    tab.locator(".cells tbody tr", has_text="P01").locator("td").first.click()
    tab.get_by_role("button", name="Delete rows").click()
    wait_for(tab, held)
    remedy.click()
    held[0].continue_()
    expect(tab.locator("#status")).to_contain_text("Written")
    tab.locator(".sheet:not([aria-busy])").wait_for()
    assert {who for who, hours in hours_in(clinic).items() if hours} == {"participant_id", "P03"}
    assert hours_in(clinic)["P03"] != "Mon 12:00-09:00"


@pytest.mark.slow
@pytest.mark.parametrize("is_open", [True, False])
def test_a_new_row_of_a_long_table_stays_one_while_rows_move_up(tab, show, clinic, is_open):
    rows = "".join(f"P{n:03},adult,\n" for n in range(1, 206))
    (clinic / "participants.csv").write_text(f"participant_id,population,availability\n{rows}", encoding="utf-8")
    show("input")
    held = []
    tab.route("**/api/input/change*", lambda route: route.continue_() if held else held.append(route))
    tab.locator(".cells tbody tr", has_text="P001").locator("td").first.click()
    tab.get_by_role("button", name="Delete rows").click()
    wait_for(tab, held)
    tab.locator(".cells tbody tr.new td").nth(2).click()
    tab.keyboard.type("never")
    if not is_open:
        tab.keyboard.press("Enter")
    held[0].continue_()
    expect(tab.locator(".cells tbody tr", has_text="P201")).to_have_count(1)
    tab.keyboard.press("Enter")
    tab.locator(".sheet:not([aria-busy])").wait_for()
    assert [who for who, hours in hours_in(clinic).items() if hours == "never"] == [""]
    assert "P201,adult,\n" in (clinic / "participants.csv").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("how", ["typed", "painted"])
def test_what_is_typed_while_another_program_sorts_the_rows_stands_where_it_was_typed(tab, five, clinic, running, how):
    cell_of(tab, "P02").click()
    tab.keyboard.press("F4" if how == "painted" else "F2")
    path = clinic / "participants.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(head + "".join(reversed(rows)), encoding="utf-8")
    running.page.news.post("files", clinic=1, files=["participants.csv"], outside=True)
    expect(tab.locator(".cells tbody tr").first).to_contain_text("P05")
    if how == "painted":
        tab.get_by_role("button", name="Never").click()
        tab.get_by_role("button", name="Take it").click()
    else:
        tab.keyboard.type("never")
        tab.keyboard.press("Enter")
    tab.locator(".sheet:not([aria-busy])").wait_for()
    expect(cell_of(tab, "P02")).to_have_text("never")
    assert [who for who, hours in hours_in(clinic).items() if hours == "never"] == ["P02"]


@pytest.mark.slow
def test_two_sessions_are_taken_out_one_right_after_the_other(tab, show, client):
    show("week")
    tab.locator('.wk-switch [data-view="week"]').click()
    expect(tab.locator(".wk-block")).to_have_count(3)
    tab.evaluate(
        """() => { for (const block of [...document.querySelectorAll(".wk-block")].slice(0, 2)) {
          block.focus();
          block.dispatchEvent(new KeyboardEvent("keydown", { key: "Delete", bubbles: true }));
        } }"""
    )
    expect(tab.locator(".wk-block")).to_have_count(1)
    assert sessions(client) == 1


@pytest.mark.slow
def test_two_places_that_are_chosen_one_right_after_the_other_are_two_moves(tab, show, client):
    show("week")
    tab.locator('.wk-switch [data-view="week"]').click()
    tab.locator(".wk-block").first.click()
    tab.locator("#wk-best").click()
    expect(tab.locator(".wk-best li .wk-link").nth(1)).to_be_visible()
    expect(tab.locator("#status")).to_contain_text("the best come first")
    before = client.get("/api/week")["state"]["moves"]
    tab.evaluate(
        "for (const place of [...document.querySelectorAll('.wk-best li .wk-link')].slice(0, 2)) place.click()"
    )
    expect(tab.locator("#draft")).to_contain_text(str(before + 2))
    assert client.get("/api/week")["state"]["moves"] == before + 2
