"""What a director sees in a sheet and cells do not say: struck out, hidden, with comments, titles, blank settings."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from iopsched.ingest import inspect_clinic

WEEK = date(2026, 11, 30)
SHEETS = {
    "clinic": [["key", "value"], ["timezone", "UTC"], ["open", "Mon-Fri 08:00-21:00"], ["populations", "adult"]],
    "participants": [
        ["participant_id", "population", "therapist_id"],
        *([f"P{n}", "adult", "T1"] for n in range(1, 9)),
    ],
    "therapists": [["therapist_id", "skills"], ["T1", "group;individual"], ["T2", "group;individual"]],
    "rooms": [["room_id", "capacity", "busy"], ["R1", 14, None], ["R2", 4, "Mon 09:00-10:00"]],
}


@pytest.fixture
def told(tmp_path):
    """Return what is told of the workbook after a change."""

    def look(change):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in SHEETS.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        change(book)
        stream = BytesIO()
        book.save(stream)
        path = tmp_path / "c.xlsx"
        path.write_bytes(stream.getvalue())
        found = inspect_clinic(path, WEEK)
        lines = [str(issue) for issue in found.issues]
        return [line.removeprefix("c.xlsx: ") for line in lines if "SHORT" not in line], found.problem

    return look


def strike(sheet, cells):
    for place in cells.split():
        sheet[place].font = Font(strike=True)


def test_the_untouched_workbook(told):
    assert told(lambda book: None)[0] == []


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ("A3 B3 C3", "participants!A3: W-STRUCK Row 3 is struck out; read all the same. Delete the row if it no longer holds; else remove the line through it."),
        ("A3", "participants!A3: W-STRUCK Row 3 is struck out; read all the same. Delete the row if it no longer holds; else remove the line through it."),
        ("B3 C3", "participants!A3: W-STRUCK Row 3 is struck out; read all the same. Delete the row if it no longer holds; else remove the line through it."),
        ("A3 A4", "participants!A3: W-STRUCK Rows 3, 4 are struck out; read all the same. Delete the row if it no longer holds; else remove the line through it."),
        ("A2 A3 A4 A5 A6 A7 A8", "participants!A2: W-STRUCK Rows 2, 3, 4, 5, 6 and 2 more are struck out; read all the same. Delete the row if it no longer holds; else remove the line through it."),
        ("C4", "participants!A4: W-STRUCK The cell C4 is struck out; read all the same. Clear the cell if it no longer holds; else remove the line through it."),
        ("C4 C7", "participants!A4: W-STRUCK The cells C4, C7 are struck out; read all the same. Clear the cell if it no longer holds; else remove the line through it."),
        ("B1 D9", ""),
    ],
)  # fmt: skip
def test_what_is_struck_out_is_read_and_told(told, cells, line):
    lines, problem = told(lambda book: strike(book["participants"], cells))
    assert lines == ([line] if line else [])
    assert len(problem.participants) == 8


def test_text_that_is_struck_out_letter_by_letter(told):
    def change(book):
        line, none = InlineFont(strike=True), InlineFont(b=True)
        book["rooms"]["A3"] = CellRichText(TextBlock(line, "R"), TextBlock(line, "2"))
        book["rooms"]["A2"] = CellRichText(TextBlock(line, "R"), TextBlock(none, "1"))

    assert [line[:40] for line in told(change)[0]] == ["rooms!A3: W-STRUCK Row 3 is struck out; "]


def test_hidden_columns_that_hold_something(told):
    def change(book):
        for column in "BCF":
            book["rooms"].column_dimensions[column].hidden = True
        book["therapists"].column_dimensions["B"].hidden = True

    assert told(change)[0] == [
        "rooms!A1: W-HIDDEN Columns B (capacity), C (busy) are hidden; read all the same. Clear what no longer holds; else show it again.",
        "therapists!A1: W-HIDDEN Column B (skills) is hidden; read all the same. Clear what no longer holds; else show it again.",
    ]


def test_comments_below_the_header(told):
    def change(book):
        book["participants"]["A1"].comment = Comment("what this is", "us")
        book["participants"]["B4"].comment = Comment("canary", "somebody")
        book["rooms"]["A2"].comment = Comment("canary", "somebody")
        book["rooms"]["B3"].comment = Comment("canary", "somebody")

    assert told(change)[0] == [
        "participants!A4: W-COMMENT The cell B4 has a comment, which is not read. Write in cells what counts.",
        "rooms!A2: W-COMMENT The cells A2, B3 have comments, which are not read. Write in cells what counts.",
    ]


def test_a_table_below_a_title_and_in_the_second_column(told):
    def change(book):
        book["rooms"].insert_rows(1, 2)
        book["rooms"].insert_cols(1)
        book["rooms"]["A1"] = "Our rooms"
        book["rooms"]["C4"] = "many"

    assert told(change)[0] == [
        "rooms!A3: I-HEADER-LOW The header stands in this row; what is above it was not read.",
        "rooms!C4 (capacity): E-NUMBER 'many' is not a whole number. Write a whole number from 0 to 999999999.",
    ]


def test_settings_below_a_title(told):
    def change(book):
        book["clinic"].insert_rows(1)
        book["clinic"]["A1"] = "Settings of the program"

    assert told(change)[0] == []


def test_settings_without_value_or_key(told):
    def change(book):
        book["clinic"].append(["grid_minutes", None])
        book["clinic"].append([None, 30])
        book["clinic"].append(["payers.acme.min_hours_per_week", " "])
        book["participants"]["D1"], book["participants"]["D2"] = "payer", "Acme"

    assert told(change)[0] == [
        "clinic!B5 (grid_minutes): W-SETTING-BLANK The setting 'grid_minutes' has no value, so this row has no effect. Write the value, or delete the row.",
        "clinic!B6: E-SETTING-UNKNOWN This value has no key. Write the key, such as timezone, or clear the cell.",
        "clinic!B7 (payers.acme.min_hours_per_week): W-SETTING-BLANK The setting 'payers.acme.min_hours_per_week' has no value, so this row has no effect. Write the value, or delete the row.",
    ]


def test_a_second_table_beside_the_first(told):
    def change(book):
        for row, cells in enumerate((("phone", "who"), (1, "x")), 1):
            for at, cell in enumerate(cells, 6):
                book["rooms"].cell(row, at, cell)

    assert told(change)[0] == ["rooms!A1: W-COLUMN-UNKNOWN The columns 'phone', 'who' are not known and were not read."]


def test_repeated_headers_and_totals(told):
    def change(book):
        book["participants"].append(["Participant ID", "Population", "Therapist-ID"])
        book["participants"].append([None, "Total", 8])

    assert [line.split(" ")[1] for line in told(change)[0]] == ["I-HEADER-AGAIN", "E-ROW-REMARK"]
