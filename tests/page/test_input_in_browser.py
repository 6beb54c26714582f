"""The input screen as a director uses it: type, mend, paste, take back, by keys alone; and what stands in the way."""

import pytest

from tests.support.browsing import axe

expect = pytest.importorskip("playwright.sync_api").expect
COLUMNS = ("participant_id", "population", "track", "availability", "age")
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
COPY = """() => {
  const data = new DataTransfer();
  document.activeElement.dispatchEvent(new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true}));
  return data.getData("text/plain");
}"""


class Sheet:
    """The grid of a tab."""

    def __init__(self, tab):
        self.tab = tab
        tab.evaluate("location.hash = '#/input'")
        tab.locator(".cells td").first.wait_for()

    def at(self, name):
        heads = [text.strip("* ") for text in self.tab.locator(".cells thead th").all_inner_texts()]
        return heads.index(name) - 1

    def cell(self, row, name):
        return self.tab.locator(f'.cells td[data-at="{row}"][data-col="{self.at(name)}"]')

    def write(self, row, name, text):
        self.cell(row, name).click()
        self.tab.keyboard.type(text)
        self.tab.keyboard.press("Enter")

    def rest(self):
        """Wait until all that was typed is written."""
        self.tab.locator(".sheet:not([aria-busy])").wait_for()

    @property
    def faults(self):
        return self.tab.locator('.cells td[data-level="error"]')

    @property
    def status(self):
        return self.tab.locator("#status")

    def open(self, name):
        self.tab.locator("button.entry", has_text=name).click()
        expect(self.tab.locator("#table-title")).to_have_text(name)


@pytest.fixture
def sheet(tab):
    return Sheet(tab)


def people(number):
    """Return a block of people as a spreadsheet copies it, with a row of names above."""
    rows = [f"N{n:03d}\tadult\tsud\tMon-Fri 9am-3pm\t{30 + n}" for n in range(number)]
    return "\r\n".join(["\t".join(COLUMNS), *rows, ""])


def test_whoever_typed_what_may_be_a_name_sees_it_and_can_mend_it(sheet, tab, clinic):
    """Names are hidden also in wrong columns, but not before the person who types them."""
    sheet.write(3, "availability", "Xyz 9-5")
    expect(sheet.faults).to_have_count(1)
    expect(sheet.cell(3, "availability")).to_have_text("Xyz 9-5")
    sheet.cell(3, "availability").dblclick()
    expect(tab.locator("input.cell")).to_have_value("Xyz 9-5")
    tab.keyboard.press("Escape")
    sheet.rest()
    tab.reload()
    tab.locator(".cells td").first.wait_for()
    expect(sheet.cell(3, "availability")).to_have_text("hidden")
    sheet.cell(3, "availability").dblclick()
    expect(sheet.status).to_contain_text("What you type takes its place")
    tab.keyboard.press("Enter")
    expect(sheet.cell(3, "availability")).to_have_text("hidden")
    sheet.cell(3, "availability").click()
    tab.keyboard.press("F2")
    tab.keyboard.type("Mon 9am-12pm")
    tab.keyboard.press("Enter")
    expect(sheet.faults).to_have_count(0)
    sheet.rest()
    columns = "Age\tPhone\tParticipant ID\tPopulation\tdays\tAvailability"
    tab.keyboard.press("Control+End")
    tab.evaluate(PASTE, f"{columns}\r\n33\t555-0101\tN1\tadult\tx\tTue 9am-12pm\r\n")
    expect(sheet.status).to_contain_text("2 columns are not known here and were left out: Phone, days.")
    expect(sheet.cell(60, "age")).to_have_text("33")
    expect(sheet.cell(60, "availability")).to_have_text("Tue 9am-12pm")
    assert b"555-0101" not in (clinic / "participants.csv").read_bytes()
    assert tab.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_director_mends_a_window_pastes_people_and_takes_it_back(sheet, tab, clinic):
    """A window misspelled twice, the remedy's button for both, ten people out of Excel, time off, undo by the keys."""
    before, text = (clinic / "participants.csv").read_bytes(), sheet.cell(3, "availability").inner_text()
    sheet.write(4, "availability", "Mon-Fri 9:00-5:00")
    sheet.write(3, "availability", "Mon-Fri 9:00-5:00")
    expect(sheet.faults).to_have_count(2)
    expect(tab.locator(".problems button.write").first).to_be_visible()
    tab.keyboard.press("F8")
    expect(sheet.cell(3, "availability")).to_be_focused()
    tab.locator(".problems button.write", has_text="Write Mon-Fri 09:00-17:00 in all 2 rows").click()
    expect(sheet.faults).to_have_count(0)
    expect(sheet.cell(4, "availability")).to_have_text("Mon-Fri 09:00-17:00")
    expect(sheet.cell(3, "availability")).to_have_text("Mon-Fri 09:00-17:00")
    expect(sheet.cell(3, "availability")).to_be_focused()
    tab.keyboard.press("Control+End")
    tab.evaluate(PASTE, people(10))
    expect(tab.locator(".cells tbody tr")).to_have_count(71)
    expect(sheet.status).to_contain_text("50 cells pasted")
    expect(sheet.cell(69, "participant_id")).to_have_text("N009")
    assert b"\nN009," in (clinic / "participants.csv").read_bytes()
    for _ in range(4):
        tab.keyboard.press("Control+z")
    expect(tab.locator(".cells tbody tr")).to_have_count(61)
    expect(sheet.cell(3, "availability")).to_have_text(text)
    sheet.rest()
    assert (clinic / "participants.csv").read_bytes() == before
    sheet.open("Time off")
    tab.get_by_role("button", name="Add a row").click()
    tab.keyboard.type("p")  # the list of words stands over the frame, and the only word that begins so is taken
    choice = tab.get_by_role("option", name="participant")
    expect(choice).to_be_visible()
    at, frame = choice.bounding_box(), tab.locator(".cells-frame").bounding_box()
    assert at["y"] + at["height"] > frame["y"] + frame["height"]
    assert choice.evaluate(
        "one => { const {left, bottom} = one.getBoundingClientRect(); return one.contains(document.elementFromPoint(left + 4, bottom - 3)); }"
    )
    for text in ("artic", "P001", "2026-12-01", "2026-12-02"):
        tab.keyboard.type(text)
        tab.keyboard.press("Tab")
    expect(tab.locator(".cells tbody tr")).to_have_count(7)
    expect(sheet.faults).to_have_count(0)
    sheet.rest()
    assert (
        (clinic / "time_off.csv")
        .read_text(encoding="utf-8")
        .splitlines()[-1]
        .startswith("participant,P001,2026-12-01,2026-12-02")
    )


@pytest.mark.slow
def test_what_stands_in_the_way_is_told_and_nothing_is_written_over(sheet, tab, clinic):
    tab.refused.update((409, 400))
    sign = clinic / ".~lock.participants.csv#"
    sign.touch()
    before = (clinic / "participants.csv").read_bytes()
    sheet.write(5, "availability", "never")
    banner = tab.locator(".banner")
    expect(banner).to_contain_text("participants.csv is open in Excel")
    assert (clinic / "participants.csv").read_bytes() == before
    sign.unlink()
    banner.get_by_role("button", name="Write again").click()
    expect(banner).to_be_hidden()
    expect(sheet.cell(5, "availability")).to_have_text("never")
    text = (clinic / "participants.csv").read_text(encoding="utf-8")
    (clinic / "participants.csv").write_text(text.replace("\nP001,", "\nP901,"), encoding="utf-8")
    sheet.write(6, "availability", "never")
    expect(banner).to_contain_text("changed")
    expect(sheet.cell(0, "participant_id")).to_have_text("P901")
    expect(sheet.cell(6, "availability")).not_to_have_text("never")
    sheet.rest()
    banner.get_by_role("button", name="Got it").click()
    (clinic / "rooms.csv").write_bytes((clinic / "rooms.csv").read_bytes() + b"R99,9\n")
    expect(banner).to_contain_text("Rooms was changed in another program")
    expect(tab.locator("button.entry", has_text="Rooms")).to_contain_text("9")


@pytest.mark.slow
def test_everything_is_done_by_keys_alone(sheet, tab, clinic):
    """From the skip link on: choose a table, move, type, choose a word, paint windows, a setting, undo."""
    tab.locator("button.entry", has_text="Participants").focus()
    for _ in range(9):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.tagName") == "TD":
            break
    else:
        for _ in range(30):
            tab.keyboard.press("Tab")
            if tab.evaluate("document.activeElement.tagName") == "TD":
                break
    expect(sheet.cell(0, "participant_id")).to_be_focused()
    assert tab.locator('td[tabindex="0"]').count() == 1
    for key in ("ArrowDown", "PageDown", "PageUp", "End", "Home", "Control+End", "Control+Home"):
        tab.keyboard.press(key)
    expect(sheet.cell(0, "participant_id")).to_be_focused()
    for _ in range(sheet.at("modality")):
        tab.keyboard.press("ArrowRight")
    tab.keyboard.type("tele")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    expect(sheet.cell(0, "modality")).to_have_text("telehealth")
    expect(sheet.cell(1, "modality")).to_be_focused()
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("F2")
    tab.keyboard.type("either")
    tab.keyboard.press("Escape")
    tab.keyboard.press("Escape")
    expect(sheet.cell(0, "modality")).to_have_text("telehealth")
    tab.keyboard.press("Delete")
    expect(sheet.cell(0, "modality")).to_have_text("")
    tab.keyboard.press("Control+y")
    tab.keyboard.press("Control+z")
    expect(sheet.cell(0, "modality")).to_have_text("telehealth")
    for _ in range(sheet.at("modality") - sheet.at("availability")):
        tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("F4")
    expect(tab.locator("dialog")).to_be_visible()
    tab.get_by_role("button", name="Never").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#windows-text")).to_have_value("never")
    tab.locator('.strip td[tabindex="0"]').focus()
    tab.keyboard.press(" ")
    tab.keyboard.press("Shift+ArrowRight")
    tab.keyboard.press("Shift+ArrowDown")
    expect(tab.locator("#windows-text")).to_have_value("Mon 08:00-09:00; Tue 08:30-09:00")
    tab.get_by_role("button", name="Take it").focus()
    tab.keyboard.press("Enter")
    expect(sheet.cell(0, "availability")).to_have_text("Mon 08:00-09:00; Tue 08:30-09:00")
    expect(sheet.cell(0, "availability")).to_be_focused()
    assert b"Mon 08:00-09:00; Tue 08:30-09:00" in (clinic / "participants.csv").read_bytes()


@pytest.mark.slow
def test_what_is_painted_last_is_taken_however_late_its_answer_comes(sheet, tab):
    """An answer to an earlier paint is not written over it, and *Take it* waits for the last one."""
    late = []

    def hold(route):
        late.append(route)

    sheet.open("Participants")
    sheet.cell(0, "availability").click()
    tab.keyboard.press("F4")
    tab.get_by_role("button", name="Never").click()
    expect(tab.locator("#windows-text")).to_have_value("never")
    tab.route("**/api/input/windows*", lambda route: route.continue_() if late else hold(route))
    tab.locator('.strip td[tabindex="0"]').focus()
    tab.keyboard.press(" ")
    tab.keyboard.press("Shift+ArrowRight")
    expect(tab.locator("#windows-text")).to_have_value("Mon 08:00-09:00")
    with tab.expect_response("**/api/input/windows*"):
        late[0].continue_()
    tab.unroute_all()
    tab.route("**/api/input/windows*", hold)
    tab.keyboard.press("Shift+ArrowRight")
    tab.get_by_role("button", name="Take it").click()
    expect(tab.locator("#windows-text")).to_have_value("Mon 08:00-09:00")
    expect(tab.locator("dialog")).to_be_visible()
    late[1].continue_()
    expect(sheet.cell(0, "availability")).to_have_text("Mon 08:00-09:30")


@pytest.mark.slow
def test_settings_are_written_where_they_stand_and_refused_where_they_make_no_sense(sheet, tab, clinic):
    tab.refused.add(400)
    before = (clinic / "clinic.toml").read_text(encoding="utf-8")
    sheet.open("Settings")
    grid = tab.locator("#setting-grid_minutes")
    grid.fill("31")
    grid.press("Tab")
    expect(tab.locator(".banner")).to_contain_text("An hour cannot be divided by 31 minutes")
    assert (clinic / "clinic.toml").read_text(encoding="utf-8") == before
    grid.fill("15")
    grid.press("Tab")
    expect(sheet.status).to_have_text("grid_minutes is written.")
    expect(tab.locator(".banner")).to_be_hidden()
    after = (clinic / "clinic.toml").read_text(encoding="utf-8")
    assert after == before.replace("grid_minutes = 30  ", "grid_minutes = 15  ")
    expect(grid).to_have_value("15")
    tab.keyboard.press("Escape")
    tab.locator("#undo").click()
    expect(grid).to_have_value("30")
    assert (clinic / "clinic.toml").read_text(encoding="utf-8") == before
    tab.locator('details[data-key="staff"] summary').click()
    field = tab.locator("#setting-staff\\.meal_minutes")
    field.fill("")
    field.press("Tab")
    expect(sheet.status).to_have_text("meal_minutes is no longer written.")
    for name, text in (("max_hours_per_day", "7"), ("max_hours_per_week", "24"), ("min_rest_hours", "11")):
        tab.locator(f"#setting-staff\\.{name}").fill(text, timeout=2_000)  # the group stays open, what is begun stays
    tab.keyboard.press("Tab")
    expect(sheet.status).to_have_text("min_rest_hours is written.")
    tab.wait_for_timeout(500)
    written = (clinic / "clinic.toml").read_text(encoding="utf-8")
    for line in ("max_hours_per_day = 7", "max_hours_per_week = 24", "min_rest_hours = 11"):
        assert line in written
    assert axe(tab) == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(sheet, tab, scheme):
    tab.emulate_media(color_scheme=scheme)
    assert axe(tab) == []
    sheet.write(3, "availability", "Mon-Fri 9:00-5:00")
    expect(sheet.faults).to_have_count(1)
    tab.keyboard.press("Shift+ArrowDown")
    tab.keyboard.press("Shift+ArrowRight")
    assert axe(tab) == []
    sheet.cell(5, "modality").click()
    tab.keyboard.type("te")
    assert axe(tab) == []
    tab.keyboard.press("Escape")
    tab.keyboard.press("Escape")
    sheet.cell(5, "availability").click()
    tab.keyboard.press("F4")
    tab.locator("dialog").wait_for()
    assert axe(tab) == []
    tab.keyboard.press("Escape")
    sheet.open("Settings")
    tab.locator("details").nth(5).locator("summary").click()
    assert axe(tab) == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [1680, 1024, 683, 320])
def test_nothing_runs_over_at_any_width(sheet, tab, width):
    tab.set_viewport_size({"width": width, "height": 768})
    tab.wait_for_timeout(100)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert sheet.cell(0, "participant_id").bounding_box()["width"] > 40


@pytest.mark.slow
def test_no_name_is_anywhere_while_names_are_off(sheet, tab, clinic):
    text = (clinic / "participants.csv").read_text(encoding="utf-8").splitlines()
    place = text[0].split(",").index("name")
    names = [line.split(",")[place] for line in text[1:] if line.split(",")[place]]
    assert len(names) == 60

    def told():
        kept = tab.evaluate(
            "JSON.stringify([{...sessionStorage}, {...localStorage}, document.title, location.href, history.length])"
        )
        return tab.content() + kept + "".join(tab.asked)

    tab.wait_for_timeout(800)
    assert [name for name in names if name in told()] == []
    tab.keyboard.press("Tab")
    sheet.cell(0, "name").click()
    tab.keyboard.press("F2")
    expect(sheet.status).to_contain_text("is hidden")
    tab.keyboard.press("Shift+End")
    assert [name for name in names if name in tab.evaluate(COPY)] == []
    tab.locator("#names").check()
    expect(sheet.cell(0, "name")).to_have_text(names[0])
    tab.locator("#names").uncheck()
    expect(sheet.cell(0, "name")).to_have_text("hidden")
    assert [name for name in names if name in told()] == []


@pytest.mark.slow
def test_a_thousand_rows_come_in_pages(tab, clinic):
    with (clinic / "participants.csv").open("a", encoding="utf-8") as file:
        width = (clinic / "participants.csv").read_text(encoding="utf-8").splitlines()[0].count(",")
        file.writelines(f"Q{n:04d}{',' * width}\n" for n in range(940))
    sheet = Sheet(tab)
    expect(tab.locator(".cells tbody tr")).to_have_count(201)
    expect(tab.locator(".pages")).to_contain_text("Rows 1 to 200 of 1000")
    tab.get_by_role("button", name="Rows after").click()
    expect(sheet.cell(0, "participant_id")).to_have_text("Q0140")
    tab.locator(".problems button.problem").last.click()
    expect(sheet.faults.first).to_be_visible()


@pytest.mark.slow
def test_two_tabs_see_each_other_and_neither_loses_an_edit(browser, tab, running, sheet, clinic):
    other = tab.context.new_page()
    other.goto(f"http://{running.host}/#/input")
    second = Sheet(other)
    sheet.write(0, "availability", "Mon 09:00-12:00")
    expect(second.cell(0, "availability")).to_have_text("Mon 09:00-12:00")
    second.write(1, "availability", "Tue 09:00-12:00")
    expect(sheet.cell(1, "availability")).to_have_text("Tue 09:00-12:00")
    sheet.rest()
    second.rest()
    text = (clinic / "participants.csv").read_text(encoding="utf-8")
    assert "Mon 09:00-12:00" in text
    assert "Tue 09:00-12:00" in text


@pytest.mark.slow
def test_a_deleted_row_that_others_name_says_so(sheet, tab):
    sheet.open("Staff")
    sheet.cell(1, "therapist_id").click()
    tab.get_by_role("button", name="Delete rows").click()
    expect(sheet.status).to_contain_text("1 row deleted. Undo brings it back.")
    expect(sheet.status).to_contain_text("other rows name what was deleted")
    tab.keyboard.press("Control+z")
    expect(sheet.status).to_contain_text("Undone: delete 1 row of Staff.")
    sheet.open("Participants")
    tab.get_by_role("button", name="Delete rows").click()
    expect(sheet.status).to_contain_text("1 row deleted")
