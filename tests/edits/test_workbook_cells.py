"""A changed workbook is the old one but for the cells in question: every other part of it stays byte for byte."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from iopsched.edits.booktables import BookTables
from iopsched.errors import InputError

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")  # openpyxl, of what it would lose

STAFF, PINS, COVERS = "therapists.csv", "pins.csv", "covers.csv"


def made(path, fill):
    """Write a workbook with whatever a spreadsheet may hold beside the tables."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    fill(book)
    book.close()
    return BookTables.read(path)


def usual(book):
    """Fill the sheets of a clinic, with much that is no table."""
    text, day, head = (
        book.add_format(look) for look in ({"num_format": "@"}, {"num_format": "yyyy-mm-dd"}, {"bold": True})
    )
    staff = book.add_worksheet("Therapists")
    for at, name in enumerate(("therapist_id", "skills", "availability", "max_hours_per_week", "note")):
        staff.write(0, at, name, head)
    for row, cells in enumerate((("007", "group", "Mon 09:00-12:00", 20), ("T2", "group; family", "", 25.5)), 1):
        for at, cell in enumerate(cells):
            staff.write(row, at, cell, text if at < 3 else None)
    staff.write_formula(1, 4, "=D2*2", None, 40)
    staff.write_formula(2, 4, "=D3*2", None, 51)
    staff.write_comment("B2", "Ask first", {"author": "Director"})
    staff.data_validation("C2:C300", {"validate": "list", "source": "=Lists!$A$1:$A$3"})
    staff.conditional_format("D2:D300", {"type": "data_bar", "bar_solid": True})
    staff.freeze_panes(1, 1)
    staff.autofilter("A1:E3")
    staff.set_column("C:C", 40)
    staff.insert_textbox("K2", "A note in a box")
    pins = book.add_worksheet("pins")
    pins.add_table(
        "A1:C3",
        {
            "columns": [{"header": "action"}, {"header": "participant_id"}, {"header": "from"}],
            "data": [["must", "P1", date(2026, 11, 30)], ["must_not", "P2", date(2026, 12, 1)]],
        },
    )
    pins.set_column("C:C", 12, day)
    pins.write_datetime("C2", date(2026, 11, 30), day)
    pins.write_datetime("C3", date(2026, 12, 1), day)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Therapists!$D$2:$D$3"})
    lists = book.add_worksheet("Lists")
    lists.insert_chart("C1", chart)
    lists.write_column("A1", ["Mon 09:00-12:00", "Tue 09:00-12:00", "never"])
    lists.write_url("H1", "https://example.org")
    lists.write_rich_string("H2", "Some ", head, "bold", " words")
    lists.merge_range("H4:I5", "Merged")
    lists.hide()
    book.define_name("hours", "=Therapists!$D$2:$D$3")


def parts(data):
    """Return every part of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def changed_parts(before, after):
    """Return the names of the parts that differ."""
    old, new = parts(before.made), parts(after.made)
    return {name for name in {*old, *new} if old.get(name) != new.get(name)}


def content(data):
    """Return every cell of a workbook as openpyxl reads it: what it holds, its look, its comment."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        (sheet.title, cell.coordinate): (
            cell.value,
            cell.number_format,
            cell.font.b,
            cell.comment and cell.comment.text,
        )
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None or cell.comment
    }


def differences(before, after):
    """Return the cells that differ, as they are afterwards."""
    old, new = content(before.made), content(after.made)
    return {place: new.get(place) for place in {*old, *new} if old.get(place) != new.get(place)}


@pytest.fixture
def book(tmp_path):
    return made(tmp_path / "clinic.xlsx", usual)


def test_one_cell_changes_and_nothing_else(book):
    after = book.with_cell(STAFF, 2, "availability", "Mon 09:00-12:00; Tue 17:00-18:00")
    text = "Mon 09:00-12:00; Tue 17:00-18:00"
    assert differences(book, after) == {("Therapists", "C2"): (text, "@", False, None)}
    assert changed_parts(book, after) == {"xl/worksheets/sheet1.xml"}
    old, new = (parts(one.made)["xl/worksheets/sheet1.xml"] for one in (book, after))
    begin, end = old.index(b'<c r="C2"'), old.index(b'<c r="D2"')
    assert new.startswith(old[:begin])
    assert new.endswith(old[end:])


@pytest.mark.parametrize(
    ("row", "column", "text", "stored"),
    [
        (2, "therapist_id", "008", ("008", "@")),
        (2, "skills", "1-2", ("1-2", "@")),
        (3, "skills", "=1+1", ("=1+1", "@")),
        (3, "availability", "a < b & c", ("a < b & c", "@")),
        (2, "max_hours_per_week", "21", (21, "General")),
        (3, "max_hours_per_week", "26.5", (26.5, "General")),
        (3, "max_hours_per_week", "many", ("many", "General")),
    ],
)
def test_a_text_stays_a_text_and_a_number_a_number(book, row, column, text, stored):
    after = book.with_cell(STAFF, row, column, text)
    ((value, look, _, _),) = differences(book, after).values()
    assert (value, look) == stored
    assert after.rows(STAFF)[row][column] == text


def test_a_text_that_looks_like_an_escaped_letter_stays_one(book):
    """XML parts write letters that they cannot hold so; openpyxl does not read them back."""
    for text in ("_x0041_", "a_x000D_b", "_xZZZZ_"):
        assert book.with_cell(STAFF, 3, "skills", text).rows(STAFF)[3]["skills"] == text


def test_results_of_formulas_stay(book):
    """A library that saves a workbook loses them, and then nothing could be read there."""
    after = book.with_cell(STAFF, 2, "max_hours_per_week", "21")
    found = openpyxl.load_workbook(io.BytesIO(after.made), data_only=True)["Therapists"]
    assert [found["E2"].value, found["E3"].value] == [40, 51]
    assert b'fullCalcOnLoad="1"' in parts(after.made)["xl/workbook.xml"]


def test_a_new_row_looks_like_the_one_above(book):
    after = book.with_row(STAFF, {"therapist_id": "009", "max_hours_per_week": "10"})
    assert differences(book, after) == {
        ("Therapists", "A4"): ("009", "@", False, None),
        ("Therapists", "D4"): (10, "General", False, None),
    }
    assert after.rows(STAFF)[4]["therapist_id"] == "009"


def test_a_new_row_belongs_to_the_table_above(book):
    after = book.with_row(PINS, {"action": "must", "participant_id": "P3", "from": "2026-12-02"})
    found = openpyxl.load_workbook(io.BytesIO(after.made))["pins"]
    assert next(iter(found.tables.values())).ref == "A1:C4"
    assert found["C4"].value.date() == date(2026, 12, 2)
    assert found["C4"].number_format == "yyyy-mm-dd"
    assert after.rows(PINS)[4] == {"action": "must", "participant_id": "P3", "from": "2026-12-02"}


def test_a_row_taken_out_leaves_its_place(book):
    after = book.without_row(PINS, 2)
    assert {place: cell and cell[0] for place, cell in differences(book, after).items()} == {
        ("pins", "A2"): None,
        ("pins", "B2"): None,
        ("pins", "C2"): None,
    }
    assert list(after.rows(PINS)) == [3]


def test_a_further_column_stands_behind_the_others(book):
    after = book.with_cell(PINS, 3, "day", "Mon")
    assert after.rows(PINS)[3] == {**book.rows(PINS)[3], "day": "Mon"}
    assert after.rows(PINS)[2] == {**book.rows(PINS)[2], "day": ""}
    assert differences(book, after).keys() == {("pins", "D1"), ("pins", "D3")}


def test_a_table_that_is_not_there_gets_a_sheet(book):
    after = book.with_row(COVERS, {"therapist_id": "007", "covered_by": "T2"})
    found = openpyxl.load_workbook(io.BytesIO(after.made))
    assert found.sheetnames == ["Therapists", "pins", "Lists", "covers"]
    assert [[cell.value for cell in row] for row in found["covers"]] == [["therapist_id", "covered_by"], ["007", "T2"]]
    assert found["covers"]["A1"].font.b
    assert after.rows(COVERS) == {2: {"therapist_id": "007", "covered_by": "T2"}}
    assert after.rows(STAFF) == book.rows(STAFF)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [(3, "skills", "formula that other cells share"), (2, "availability", "merged cells C1:C2")],
)
def test_what_would_be_lost_is_told(tmp_path, row, column, words):
    def fill(book):
        sheet = book.add_worksheet("therapists")
        sheet.write_row("A1", ["therapist_id", "skills"])
        sheet.write_row("A2", ["T1", "group"])
        sheet.write("A3", "T2")
        sheet.write_array_formula("B3:B4", "{=A3:A4}", None, "x")
        sheet.merge_range("C1:C2", "availability")

    with pytest.raises(InputError) as told:
        made(tmp_path / "clinic.xlsx", fill).with_cell(STAFF, row, column, "new")
    (issue,) = told.value.issues
    assert (issue.row, issue.column) == (row, column)
    assert words in issue.message


def test_an_ordinary_formula_gives_way(tmp_path):
    def fill(book):
        sheet = book.add_worksheet("therapists")
        sheet.write_row("A1", ["therapist_id", "skills"])
        sheet.write_row("A2", ["T1"])
        sheet.write_formula("B2", '="group"', None, "group")

    book = made(tmp_path / "clinic.xlsx", fill)
    after = book.with_cell(STAFF, 2, "skills", "family")
    assert content(after.made)["therapists", "B2"][0] == "family"


def inline(prefix, place, text):
    """Return a cell that holds its text itself; its place may be left out."""
    where = f' r="{place}"' if place else ""
    return f'<{prefix}c{where} t="inlineStr"><{prefix}is><{prefix}t>{text}</{prefix}t></{prefix}is></{prefix}c>'


BARE = f"""<worksheet xmlns="NS"><sheetData><row>{inline("", "", "therapist_id")}{inline("", "", "skills")}</row>\
<row>{inline("", "", "T1")}</row></sheetData></worksheet>"""
PREFIXED = f"""<x:worksheet xmlns:x="NS"><x:dimension ref="A1:A2"/><x:sheetData>
  <x:row r="1" spans="1:2">{inline("x:", "A1", "therapist_id")}{inline("x:", "B1", "skills")}</x:row>
  <x:row r="2" spans="1:1">{inline("x:", "A2", "T1")}</x:row>
</x:sheetData></x:worksheet>"""


@pytest.mark.parametrize("xml", [BARE, PREFIXED], ids=["without places", "with a prefix"])
def test_other_programs_write_otherwise(tmp_path, xml):
    path = tmp_path / "clinic.xlsx"
    made(path, lambda book: book.add_worksheet("therapists"))
    found = parts(path.read_bytes())
    found["xl/worksheets/sheet1.xml"] = xml.replace(
        "NS", "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    ).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in found.items():
            archive.writestr(name, part)
    book = BookTables.read(path)
    after = book.with_cell(STAFF, 2, "skills", "group").with_row(STAFF, {"therapist_id": "T2", "skills": "x"})
    assert after.rows(STAFF) == {2: {"therapist_id": "T1", "skills": "group"}, 3: {"therapist_id": "T2", "skills": "x"}}
    after = after.with_cell(STAFF, 3, "busy", "Mon 12:00-13:00")
    assert after.rows(STAFF)[3] == {"therapist_id": "T2", "skills": "x", "busy": "Mon 12:00-13:00"}
    assert {cell[0] for cell in content(after.made).values()} == {
        "therapist_id",
        "skills",
        "busy",
        "T1",
        "group",
        "T2",
        "x",
        "Mon 12:00-13:00",
    }


def test_a_new_row_is_not_struck_out_like_the_one_above(tmp_path):
    def fill(book):
        sheet = book.add_worksheet("therapists")
        sheet.write_row("A1", ["therapist_id", "skills"])
        sheet.write_row("A2", ["T1", "group"], book.add_format({"bold": True}))
        sheet.write_row("A3", ["T2", "group"], book.add_format({"font_strikeout": True}))

    after = made(tmp_path / "clinic.xlsx", fill).with_row(STAFF, {"therapist_id": "T3"})
    cell = openpyxl.load_workbook(io.BytesIO(after.made))["therapists"]["A4"]
    assert (cell.value, cell.font.b, bool(cell.font.strike)) == ("T3", True, False)
