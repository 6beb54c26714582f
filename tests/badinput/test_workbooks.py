"""Workbooks that are none, are damaged, or would fill the memory: told in a sentence, quickly, never with a traceback.

Codes told here: "E-WORKBOOK" "E-SHEET-TWICE" "E-FORMULA" "E-CELL-ERROR" "E-CELL-DATE" "E-DATE-NUMBER" "W-MERGED"
"W-HIDDEN" "I-TIME-NUMBER" "E-SETTING-TWICE" (the cells among them in ``tests/ingest/test_workbook.py``).
"""

import os
import random
import re
import time
import tracemalloc
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from iopsched.convert.workbook import workbook_bytes
from iopsched.ingest import CODES, inspect_clinic, read_names
from iopsched.ingest.source.raw import read_raw

HERE = Path(__file__).parent
WEEK = date(2026, 12, 2)
SOUND = workbook_bytes(read_raw(HERE / "clinic")[0])
ROOMS = "xl/worksheets/sheet5.xml"
SAVE = "Open it in the spreadsheet and save it as Excel workbook (.xlsx)."
DAMAGED = "This workbook is damaged. Open it in Excel, let Excel repair it, and save it under a new name."


def rebuilt(change):
    """Return the sound workbook with the parts that ``change`` returns for a dict of them."""
    with zipfile.ZipFile(BytesIO(SOUND)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed(change(parts) or parts)


def packed(parts):
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def swapped(part, old, new):
    def change(parts):
        assert re.search(old, parts[part]), part
        parts[part] = re.sub(old, lambda _: new, parts[part], count=1)

    return lambda: rebuilt(change)


def added(name, data=b"x"):
    return lambda: rebuilt(lambda parts: {**parts, name: data})


def lied():
    """Return the workbook with a size in the zip's list that is too small."""
    data = bytearray(SOUND)
    at = data.rindex(b"xl/workbook.xml") - 46
    data[at + 24 : at + 28] = (7).to_bytes(4, "little")
    return bytes(data)


def strict():
    """Return the workbook in the kind that Excel calls Strict Open XML Spreadsheet."""
    family, other = b"schemas.openxmlformats.org/%s/2006", b"purl.oclc.org/ooxml/%s"

    def change(parts):
        for part in parts:
            for word in (b"spreadsheetml", b"officeDocument"):
                parts[part] = parts[part].replace(family % word, other % word)

    return rebuilt(change)


def in_utf_16():
    """Return the workbook with a document type that a search for its letters does not find."""
    hidden = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><workbook/>'.encode("utf-16")
    return rebuilt(lambda parts: {**parts, "xl/workbook.xml": hidden})


CASES = {
    "nothing": (lambda: b"", "E-FILE-EMPTY This file is empty. Save the workbook again."),
    "text": (lambda: b"a,b\n", f"E-FILE-CONTENT This is not an Excel workbook (.xlsx). {SAVE} Of a clinic folder name the folder, not a file in it."),
    "old": (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), f"E-FILE-CONTENT This is an old Excel workbook (.xls). {SAVE}"),
    "locked": (
        lambda: b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        ("E-FILE-CONTENT This workbook is locked with a password. "
        "Remove the password in Excel (File, Info, Protect Workbook) and save it."),
    ),
    "opendocument": (
        lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}),
        f"E-FILE-CONTENT This is an OpenDocument file (.ods). {SAVE}",
    ),
    "word": (lambda: packed({"word/document.xml": "<a/>"}), f"E-FILE-CONTENT This is a zip or Word file, not an Excel workbook. {SAVE}"),
    "binary": (added("xl/workbook.bin"), f"E-FILE-CONTENT This is a binary Excel workbook (.xlsb). {SAVE}"),
    "macros": (added("xl/vbaProject.bin"), f"E-FILE-CONTENT This workbook holds macros (.xlsm). {SAVE}"),
    "cut": (lambda: SOUND[:20_000], f"E-WORKBOOK {DAMAGED}"),
    "entities": (
        swapped("xl/workbook.xml", rb"\?>", b'?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'),
        f"E-WORKBOOK This workbook holds a document type, which no spreadsheet writes. {SAVE}",
    ),
    "entities in UTF-16": (in_utf_16, f"E-WORKBOOK This workbook holds a document type, which no spreadsheet writes. {SAVE}"),
    "strict": (strict, f"E-FILE-CONTENT This workbook has no sheets, or was saved as Strict Open XML. {SAVE}"),
    "no list of sheets": (lambda: rebuilt(lambda parts: {n: d for n, d in parts.items() if n != "xl/workbook.xml"}), f"E-WORKBOOK {DAMAGED}"),
    "a lying size": (lied, f"E-WORKBOOK {DAMAGED}"),
    "too large when unpacked": (
        added("xl/media/x.bin", bytes(60_000_000)),
        "E-FILE-SIZE This workbook unpacks to more than 50 MB. Remove what is not part of the tables.",
    ),
    "too large": (lambda: SOUND + os.urandom(10_000_001), "E-FILE-SIZE This file is larger than 10 MB. Remove what is not part of the table."),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_no_workbook(name, tmp_path):
    make, expected = CASES[name]
    path = tmp_path / "clinic.xlsx"
    path.write_bytes(make())
    begin = time.monotonic()
    found = inspect_clinic(path, WEEK)
    assert time.monotonic() - begin < 2
    assert [str(issue) for issue in found.issues] == [f"clinic.xlsx: {expected}"]
    assert found.problem is None


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        (swapped(ROOMS, rb"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'), "rooms", "E-COLUMN-BLANK"),
        (swapped(ROOMS, rb"</sheetData>", b'<row r="200000"><c r="A200000"><v>1</v></c></row></sheetData>'), "rooms", "E-ROWS-MANY"),
        (swapped(ROOMS, rb"</sheetData>", b"<row/>" * 3_000_000 + b"</sheetData>"), "rooms", "E-ROWS-MANY"),
        (swapped(ROOMS, rb"</sheetData>", b'<row r="9">' + b"<c/>" * 3_000_000 + b"</row></sheetData>"), "rooms", "E-ROWS-MANY"),
        (swapped(ROOMS, rb'<c r="A1"', b'<c r="XFD1" t="str"><v>x</v></c><c r="A1"'), "rooms", "E-COLUMNS-MANY"),
        (swapped(ROOMS, rb"<sheetData>", b"<sheetData><oops>"), "rooms", "E-WORKBOOK"),
        (swapped(ROOMS, rb'<c r="A2"', b'<c r="A-2"'), "rooms", "E-WORKBOOK"),
        (swapped(ROOMS, rb"<v>16</v>", b"<v>sixteen</v>"), "rooms", "E-WORKBOOK"),
    ],
    ids=["a far cell", "a far row", "empty rows", "empty cells", "a far column", "no XML", "no reference", "no number"],
)  # fmt: skip
def test_a_sheet_that_cannot_be_used(change, place, code, tmp_path):
    """The others are read all the same, in little time and memory."""
    path = tmp_path / "clinic.xlsx"
    path.write_bytes(change())
    assert path.stat().st_size < 1_000_000
    begin = time.monotonic()
    found = inspect_clinic(path, WEEK)
    seconds = time.monotonic() - begin
    assert (f"clinic.xlsx: {place}", code) in {(issue.file, issue.code) for issue in found.issues}
    assert {issue.file for issue in found.issues if issue.level == "error"} <= {
        f"clinic.xlsx: {place}",
        "clinic.xlsx: pins",
    }
    assert seconds < 8


def test_a_far_cell_costs_no_memory(tmp_path):
    path = tmp_path / "clinic.xlsx"
    path.write_bytes(
        swapped(ROOMS, rb"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')()
    )
    tracemalloc.start()
    inspect_clinic(path, WEEK)
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()


def test_a_part_is_never_unpacked_beyond_the_limit(tmp_path):
    """Whatever size the file claims for it."""
    data = bytearray(added("xl/sharedStrings.xml", bytes(300_000_000))())
    at = data.rindex(b"xl/sharedStrings.xml") - 46
    data[at + 24 : at + 28] = (7).to_bytes(4, "little")
    path = tmp_path / "clinic.xlsx"
    path.write_bytes(data)
    tracemalloc.start()
    found = inspect_clinic(path, WEEK)
    assert tracemalloc.get_traced_memory()[1] < 200_000_000
    tracemalloc.stop()
    assert [str(issue) for issue in found.issues] == [f"clinic.xlsx: E-WORKBOOK {DAMAGED}"]


def test_what_a_sheet_claims_costs_nothing(tmp_path):
    """Seventeen billion merged cells, each a link, in a sheet of five rows."""
    whole = b'"A1:XFD1048576"'

    def change(parts):
        parts[ROOMS] = re.sub(rb'<dimension ref="[^"]*"', b"<dimension ref=" + whole, parts[ROOMS])
        more = b"<mergeCells><mergeCell ref=%s/></mergeCells><hyperlinks><hyperlink ref=%s/></hyperlinks>" % (
            whole,
            whole,
        )
        parts[ROOMS] = re.sub(b"</sheetData>", b"</sheetData>" + more, parts[ROOMS])

    path = tmp_path / "clinic.xlsx"
    path.write_bytes(rebuilt(change))
    begin = time.monotonic()
    found = inspect_clinic(path, WEEK)
    assert time.monotonic() - begin < 2
    assert [(issue.code, issue.row) for issue in found.issues] == [("W-MERGED", 1)]


def test_what_other_programs_write_is_no_fault(tmp_path):
    """A formula whose result is the empty text, and extensions that openpyxl warns of."""
    cell = b'<row r="30"><c r="C30" t="str"><f>""</f><v></v></c></row></sheetData>'
    path = tmp_path / "clinic.xlsx"
    path.write_bytes(swapped(ROOMS, rb"</sheetData>", cell + b'<extLst><ext uri="{x}"/></extLst>')())
    assert inspect_clinic(path, WEEK).issues == ()


def mutated(dice):
    """Return the workbook with bytes of the file, or of one of its parts, changed, cut or doubled."""
    if dice.random() < 0.3:
        return spoiled(SOUND, dice)

    def change(parts):
        name = dice.choice(sorted(parts))
        if dice.random() < 0.15:
            del parts[name]
        else:
            parts[name] = spoiled(parts[name], dice)

    return rebuilt(change)


def spoiled(data, dice):
    found = bytearray(data)
    for _ in range(dice.choice([1, 1, 3, 30])):
        at = dice.randrange(len(found))
        match dice.randrange(4):
            case 0:
                found[at] = dice.randrange(256)
            case 1:
                del found[at : at + dice.randrange(1, 40)]
            case 2:
                found[at:at] = found[at : at + dice.randrange(1, 40)]
            case _:
                found[at:at] = dice.choice(
                    [b"&#0;", b"<", b'"', b"-1", b"99999999999999999999", b"</row>", b"<f/>", b"\xff"]
                )
        found = found or bytearray(b"x")
    return bytes(found)


@pytest.mark.parametrize("seed", range(60))
def test_mutation(seed, tmp_path):
    """Whatever is broken in a workbook ends in issues, never in an exception or a name."""
    path = tmp_path / "clinic.xlsx"
    path.write_bytes(mutated(random.Random(seed)))
    found = inspect_clinic(path, WEEK)
    assert (found.problem is None) == any(issue.level == "error" for issue in found.issues)
    assert {issue.code for issue in found.issues} <= set(CODES)
    assert all(issue.file.startswith("clinic.xlsx") for issue in found.issues)
    assert "canary" not in repr(found.issues).casefold()
    read_names(path)


def test_a_pipe_does_not_hang(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    os.mkfifo(tmp_path / "clinic.xlsx")
    found = inspect_clinic(tmp_path / "clinic.xlsx", WEEK)
    assert [issue.code for issue in found.issues] == ["E-FILE-KIND"]
