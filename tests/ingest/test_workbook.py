"""A workbook says what its CSV files would say, and every fault is told by sheet and cell."""

from datetime import date, time
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from iopsched.convert.workbook import workbook_bytes
from iopsched.ingest import inspect_clinic, own_settings, read_names
from iopsched.ingest.source.raw import read_raw
from iopsched.ingest.source.serials import shown_number
from iopsched.ingest.source.tables import letters
from iopsched.policy.columns import TABLES

SOUND = Path(__file__).parents[1] / "badinput" / "clinic"
CLINIC = read_raw(SOUND)[0]
WHOLE = workbook_bytes(CLINIC)


@cache
def bare():
    """Return the workbook without comments, drop-downs and sheets without rows: quicker to change."""
    found = openpyxl.load_workbook(BytesIO(WHOLE))
    for sheet in list(found):
        sheet.data_validations.dataValidation = []
        for cell in sheet[1]:
            cell.comment = None
        if sheet.max_row < 2:
            found.remove(sheet)
    stream = BytesIO()
    found.save(stream)
    return stream.getvalue()


@pytest.fixture
def book(tmp_path):
    """Return the path of the sound clinic as a workbook."""
    path = tmp_path / "clinic.xlsx"
    path.write_bytes(bare())
    return path


@pytest.fixture
def edit(book):
    """Set cells by ``sheet!cell``; a pair is a value and its number format, or a formula and ``formula``."""

    def put(cells, then=lambda found: None):
        found = openpyxl.load_workbook(book)
        for place, value in cells.items():
            sheet, name = place.split("!")
            text, form = value if isinstance(value, tuple) else (value, None)
            cell = found[sheet][name]
            cell.value = text
            if form == "formula":
                cell.data_type = "f"
            elif form is not None:
                cell.number_format = form
        then(found)
        found.save(book)
        return book

    return put


def told(path, week):
    return [str(issue) for issue in inspect_clinic(path, week).issues]


def where(sheet, column, row):
    """Return a cell by the name of its column."""
    names = CLINIC.tables[f"{sheet}.csv"].names
    at = (
        names.index(column)
        if column in names
        else len(names) + [c for c in TABLES[f"{sheet}.csv"].names if c not in names].index(column)
    )
    return f"{sheet}!{letters(at + 1)}{row}"


def test_the_untouched_workbook_is_the_same_clinic(book, sound, week):
    book.write_bytes(WHOLE)
    found = inspect_clinic(book, week)
    assert found.issues == ()
    assert found.problem == inspect_clinic(sound, week).problem
    assert read_names(book) == read_names(sound)
    assert own_settings(book) == own_settings(sound)


@pytest.mark.parametrize(
    "cell",
    [
        "15:30",
        "3:30 PM",
        (time(15, 30), "hh:mm"),
        (0.6458333, "General"),
        (0.6458333333333, "h:mm AM/PM"),
        (0.64583, "0.00"),
    ],
)
def test_half_past_three_in_every_form(cell, book, edit, week):
    """As text, as a time, as a rounded fraction: all are one start."""
    found = inspect_clinic(edit({where("pins", "start", 3): cell}), week)
    assert found.problem is not None
    assert found.problem.pins[1].start == 15 * 60 + 30
    is_bare = isinstance(cell, tuple) and cell[1] in ("General", "0.00")
    assert [issue.code for issue in found.issues] == (["I-TIME-NUMBER"] if is_bare else [])


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ((date(2026, 11, 9), "mm/dd/yyyy"), "2026-11-09"),
        ((date(2026, 11, 9), "[$-407]d. mmmm yyyy;@"), "2026-11-09"),
        ((date(2026, 11, 9), "yyyy-mm-dd hh:mm"), "2026-11-09"),
        (("2026-11-09", "@"), "2026-11-09"),
    ],
)
def test_dates_as_excel_stores_them(cell, text, book, edit, week):
    place = where("participants", "admitted", 2)
    found = inspect_clinic(edit({place: cell}), week)
    assert found.issues == ()
    assert found.problem.participants[0].admitted == date.fromisoformat(text)


def test_dates_of_old_macintosh_workbooks(book, edit, week):
    """They count from 1904."""
    place = where("participants", "admitted", 2)

    def mac(found):
        found.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        found["participants"][place.split("!")[1]] = date(2026, 11, 9)

    path = edit({}, mac)
    assert inspect_clinic(path, week).problem.participants[0].admitted == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("7", "000", "007"),
        ("7", '"P"000', "P007"),
        ("7", "0", "7"),
        ("1.0", "General", "1"),
        ("12.5", "General", "12.5"),
        ("1E-05", "General", "0.00001"),
        ("0.395833", "h:mm", "09:30"),
        ("1", "[h]:mm", "24:00"),
        ("46330.395833333", "yyyy-mm-dd hh:mm", "2026-11-04 09:30"),
        ("46330.395833333", 'yyyy-mm-dd"T"hh:mm', "2026-11-04T09:30"),
        ("46330", 'dddd, "the" d', "2026-11-04"),
        ("46330", "[Red]0", "46330"),
        ("46330", '0 "days"', "46330 days"),
        ("60", "yyyy-mm-dd", "60"),
        ("59", "yyyy-mm-dd", "1900-02-28"),
        ("61", "yyyy-mm-dd", "1900-03-01"),
        ("99999999999", "yyyy-mm-dd", "99999999999"),
        ("-3", "yyyy-mm-dd", "-3"),
    ],
)
def test_numbers_that_show_as_something_else(stored, code, text):
    assert shown_number(stored, code).text == text


FAULTS = {
    "a formula that was never computed": (
        {"rooms!capacity!2": ("=8+8", "formula")},
        [("clinic.xlsx: rooms!B2 (capacity): E-FORMULA This cell holds a formula without a result. "
         "Open the workbook in Excel and save it, so that the result is stored.")],
    ),
    "an error of a formula": (
        {"rooms!capacity!2": "#REF!"},
        ["clinic.xlsx: rooms!B2 (capacity): E-CELL-ERROR This cell shows #REF!. Mend its formula, or type the value."],
    ),
    "an id that became a date": (
        {"rooms!room_id!4": (date(2026, 1, 2), "d-mmm")},
        [("clinic.xlsx: rooms!A4 (room_id): E-CELL-DATE This cell holds a date, and this column holds none. "
         "Format the cell as Text (a number as General), then type it again.")],
    ),
    "a number that shows as a date": (
        {"rooms!capacity!2": (date(1900, 1, 16), "yyyy-mm-dd")},
        [("clinic.xlsx: rooms!B2 (capacity): E-CELL-DATE This cell holds a date, and this column holds none. "
         "Format the cell as Text (a number as General), then type it again.")],
    ),
    "a date that is only a number": (
        {"participants!admitted!2": (46000, "General")},
        [("clinic.xlsx: participants!@ (admitted): E-DATE-NUMBER This cell holds the number 46000 that may be the date "
         "2025-12-09. Format the cell as a date.")],
    ),
    "an unknown word": (
        {"participants!population!3": "adlut"},
        [("clinic.xlsx: participants!@ (population): E-POPULATION There is no population 'adlut' in the sheet clinic. "
         "Write one of: adult, adolescent.")],
    ),
    "a filled cell beside the table": (
        {"rooms!Z3": "x"},
        [("clinic.xlsx: rooms!A3: E-COLUMN-BLANK Column Z has a cell here but no name. "
         "Give the column a name, or clear the cell.")],
    ),
    "a control character": (
        {"rooms!features!2": "a_x0007_b"},
        [("clinic.xlsx: rooms!@ (features): E-CONTROL This cell holds the invisible control character '\\x07'. "
         "Type the cell again by hand.")],
    ),
    "a NUL character": (
        {"rooms!features!2": "a_x0000_b"},
        ["clinic.xlsx: rooms!@ (features): E-NUL This cell holds a NUL character. Type the cell again by hand."],
    ),
    "letters saved twice": (
        {"rooms!name!2": "Jos\u00c3\u00a9"},
        [("clinic.xlsx: rooms!@ (name): W-ENCODING-TWICE Letters of this cell look as if they had been saved twice in the "
         "wrong encoding. Type its special letters again.")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_by_sheet_and_cell(name, book, edit, week):
    changes, expected = FAULTS[name]
    cells = {}
    for place, value in changes.items():
        parts = place.split("!")
        cells[where(*parts[:2], int(parts[2])) if len(parts) == 3 else place] = value
    place = next(iter(cells)).split("!")[1]
    assert told(edit(cells), week) == [line.replace("!@", f"!{place}") for line in expected]


def test_sheets(book, edit, week):
    """A missing one is told with the one that resembles it; others by number, since a name may be a person's."""

    def change(found):
        found["rooms"].title = "Roms"
        found.create_sheet("Canary Onefield")
        found.create_sheet("Pins ")

    lines = told(edit({}, change), week)
    assert "clinic.xlsx: W-FILE-UNKNOWN The 14th sheet is not part of a clinic and was not read." in lines
    assert any(
        line.startswith("clinic.xlsx: rooms: E-FILE-MISSING ")
        and "and this sheet is missing. Rename the 5th sheet to rooms." in line
        for line in lines
    )
    assert any(line.startswith("clinic.xlsx: pins: E-SHEET-TWICE The sheets 'pins' and 'Pins '") for line in lines)
    assert "canary" not in repr(lines).casefold()


def test_names_of_sheets_and_columns_as_people_write_them(book, edit, sound, week):
    def change(found):
        found["time_off"].title = "Time Off"
        found["keep_apart"].title = " KEEP-APART"
        for cell in found["participants"][1]:
            cell.value = cell.value.replace("_", " ").title()

    found = inspect_clinic(edit({}, change), week)
    assert found.issues == ()
    assert found.problem == inspect_clinic(sound, week).problem


def test_merged_cells_hidden_rows_and_hidden_sheets_are_told(book, edit, week):
    def change(found):
        found["rooms"].merge_cells("E2:E3")
        found["groups"].row_dimensions[2].hidden = True
        found["services"].sheet_state = "hidden"

    assert told(edit({}, change), week) == [
        "clinic.xlsx: groups!A2: W-HIDDEN Row 2 is hidden; read all the same. Delete what no longer holds; else show it again.",
        (
            "clinic.xlsx: rooms!A2: W-MERGED The cells E2:E3 are merged; only the first of them has a value. "
            "Unmerge them, and fill each row."
        ),
        "clinic.xlsx: services: W-HIDDEN This sheet is hidden; it was read all the same.",
    ]


def test_rows_are_those_that_excel_shows(book, edit, week):
    """Blank rows count, and what lies before the header, too."""

    def change(found):
        found["rooms"].insert_rows(1, 2)
        found["rooms"].insert_rows(5)
        found["rooms"]["B6"] = "many"

    assert told(edit({}, change), week) == [
        "clinic.xlsx: rooms!B6 (capacity): E-NUMBER 'many' is not a whole number. Write a whole number from 0 to 999999999."
    ]


@cache
def settings_rows():
    """Return the row of every key."""
    sheet = openpyxl.load_workbook(BytesIO(bare()))["clinic"]
    return {row[0].value: row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value}


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("grid_minutes", "soon", ("!B{} (grid_minutes): E-SETTING-TYPE The setting 'grid_minutes' is not a whole number. "
         "Write a whole number, such as 12.")),
        ("grid_minutes", (date(2026, 1, 2), "d-mmm"), ("!B{} (grid_minutes): E-CELL-DATE This cell holds a date, and the "
         "setting is none. Format the cell as Text (a number as General), then type it again.")),
        ("timezone", "America/Chicgo", "!B{} (timezone): E-TIMEZONE 'America/Chicgo' is not the name of a time zone. "),
        ("blocks.1.start", ("=9/24", "formula"), "!B{} (blocks.1.start): E-FORMULA This cell holds a formula without a result. "),
        ("blocks.1.start", (0.3763, "hh:mm:ss"), "!B{} (blocks.1.start): E-TIME '09:01:52' has seconds. "),
    ],
)  # fmt: skip
def test_a_fault_of_a_setting_names_its_cell(key, value, line, book, edit, week):
    row = settings_rows()[key]
    lines = told(edit({f"clinic!B{row}": value}), week)
    assert lines[0].startswith("clinic.xlsx: clinic" + line.format(row)), lines
    assert len(lines) == 1


def test_settings_that_stand_twice_or_in_each_others_way(book, edit, week):
    end = max(settings_rows().values())
    cells = {f"clinic!A{end + 1}": "open", f"clinic!B{end + 1}": "Mon", f"clinic!A{end + 2}": "open.late"}
    lines = told(edit({**cells, f"clinic!B{end + 2}": "yes", f"clinic!B{end + 3}": "lost"}), week)
    assert [line.split(": ")[2][:15] for line in lines] == ["E-SETTING-TWICE", "E-SETTING-TWICE", "E-SETTING-UNKNO"]
    assert f"clinic!B{end + 1} (open)" in lines[0]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("blocks.1.start", (time(9, 0), "hh:mm"), "09:00"),
        ("blocks.1.start", (0.375, "General"), "09:00"),
        ("blocks.1.end", (1, "[h]:mm"), "24:00"),
        ("populations", "adult, adolescent", ["adult", "adolescent"]),
        ("populations", '["adult"; "x"]', ['["adult"; "x"]']),
        ("grid_minutes", "15", 15),
        ("grid_minutes", True, True),
        ("name", (7, "000"), "007"),
        ("staff.two_staff", "none", []),
        ("curriculum.start", (date(2026, 11, 2), "d.m.yyyy"), date(2026, 11, 2)),
        ("phases.initial.group_sessions", "2, 3", [2, 3]),
        ("staff.supervisor_on_site", "Yes", True),
        ('equipment."rocking chair"', 2, 2),
    ],
)
def test_settings_as_cells(key, value, expected, book, edit):
    rows = settings_rows()
    row = rows.get(key, max(rows.values()) + 1)
    found = own_settings(edit({f"clinic!A{row}": key, f"clinic!B{row}": value}))
    for part in key.replace('"', "").split("."):
        found = found[int(part) - 1] if part.isdecimal() else found[part]
    assert found == expected
    assert type(found) is type(expected)


def test_settings_without_a_header(book, edit, sound):
    """Two columns are enough."""
    assert own_settings(edit({}, lambda found: found["clinic"].delete_rows(1))) == own_settings(sound)


def test_no_name_is_repeated(book, edit, week):
    """Not from a cell in the wrong column, not from the column of names, not from a sheet's name."""
    places = {column: where("participants", column, 2) for column in ("age", "availability", "therapist_id", "name")}
    cells = {places[column]: "Mary O'Brien" for column in ("age", "availability", "therapist_id")}
    issues = inspect_clinic(edit({**cells, places["name"]: "Canary\u202eOnefield"}), week).issues
    assert len([issue for issue in issues if issue.level == "error"]) >= 4
    assert "mary" not in repr(issues).casefold()
    assert "canary" not in repr(issues).casefold()


def test_saving_again_changes_no_hash(book, week):
    """What counts is what the cells say, not the bytes that another program makes of them."""
    before = inspect_clinic(book, week).inputs_sha256
    openpyxl.load_workbook(book).save(book)
    assert inspect_clinic(book, week).inputs_sha256 == before
    found = openpyxl.load_workbook(book)
    found["rooms"]["B2"] = 17
    found.save(book)
    assert inspect_clinic(book, week).inputs_sha256 != before
