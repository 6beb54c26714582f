"""A changed CSV file is the old one but for the cell or row in question, byte for byte, and the reader finds just that change."""

import codecs
import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iopsched.edits.cellspans import layout_of
from iopsched.edits.csvfile import CsvFile
from iopsched.edits.tablechange import TableChange
from iopsched.errors import InputError
from iopsched.ingest.report import At, Report
from iopsched.ingest.source.texts import split_rows
from iopsched.policy.columns import COVERS, PINS, TABLES, THERAPISTS

EXAMPLES = sorted((Path(__file__).parents[2] / "data").glob("*/*.csv"))
LETTERS = st.sampled_from([*"ab1; '=-", '"', '""', "\t", "\n", "\r\n", "\r", "é", " ", ",", '" ,'])
TEXTS = st.lists(LETTERS, max_size=60).map("".join)
CELLS = st.sampled_from(
    [
        "",
        " ",
        "T1",
        "Mon 09:00-12:00; Tue",
        "007",
        "1-2",
        "=1+1",
        "-",
        "'",
        "a,b",
        'say "x"',
        "é",
        "\u201chi\u201d",
        "two\nlines",
        "'=1",
    ]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
ENCODINGS = st.sampled_from(
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "cp1252"),
    ]
)
HEADER = ["therapist_id", "Skills", "availability"]


@st.composite
def files(draw):
    """Draw the bytes of a table as somebody's program might write it: any signs, quotes, line ends, blank lines."""
    delimiter = draw(st.sampled_from(",;\t"))
    mark, encoding = draw(ENCODINGS)

    def written(text):
        must = any(sign in text for sign in (delimiter, '"', "\n", "\r", ";", ",", "\t"))
        quoted = '"' + text.replace('"', '""') + '"' if must or draw(st.booleans()) else text
        return draw(st.sampled_from(["", " "])) + quoted + draw(st.sampled_from(["", " "]))

    rows = draw(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5))
    lines = [delimiter.join(map(written, HEADER)) + draw(ENDS)]
    for row in rows:
        lines.append(delimiter.join(written(cell) for cell in row) + draw(ENDS))
        lines.append(draw(st.sampled_from(["", "", draw(ENDS), delimiter * 2 + draw(ENDS)])))
    text = "".join(lines)
    return mark + (text.rstrip("\r\n") if draw(st.booleans()) else text).encode(encoding)


# A busy machine takes its time for an example; what is wrong does not depend on it.
ANY_TIME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(data):
    """Return what a file holds: its rows by number, and its columns."""
    found = CsvFile.of(THERAPISTS, data)
    return found.columns, dict(found.rows)


def with_cell(file, row, column, text):
    found = file.with_columns([column])
    return found.with_change(TableChange({row: {found.columns.index(column): text}}))


def with_row(file, cells):
    found = file.with_columns(cells)
    return found.with_change(TableChange(added=({found.columns.index(name): text for name, text in cells.items()},)))


def without_row(file, row):
    return file.with_change(TableChange(removed=frozenset({row})))


def changed(before, change):
    """Return what a change gives, None where the encoding lacks a letter of it, which must be told."""
    if before.lettering.encoding != "cp1252":
        return change()
    with contextlib.suppress(InputError):
        return change()
    with pytest.raises(InputError, match="E-EDIT-LETTER"):
        change()
    return None


@ANY_TIME
@given(text=TEXTS)
def test_cells_are_found_where_the_reader_finds_them(text):
    """Where they differ nothing is edited, so what is told here is that they hardly ever do."""
    rows = list(split_rows(text, At("x.csv"), Report()))
    layout = layout_of(text, "x.csv")
    if None in rows:
        assert layout is None
        return
    assert layout is not None
    assert [(row.number, row.texts) for row in layout.rows] == [(n, [c.strip() for c in cells]) for n, cells in rows]
    pieces = [text[: layout.begin], *(text[row.begin : row.next] for row in layout.rows)]
    assert "".join(pieces) == text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_example_can_be_edited(path):
    data = path.read_bytes()
    found = CsvFile.of(TABLES[path.name], data)
    column, last = found.columns[0], max(found.rows)
    more = with_row(found, {column: "X1"})
    assert more.data.startswith(data)
    assert without_row(more, last + 1).data == data
    assert with_cell(with_cell(more, last + 1, column, "X2"), last + 1, column, "X1").data == more.data


@ANY_TIME
@given(data=files(), text=CELLS, place=st.integers(0, 2), which=st.integers(0, 9))
def test_one_cell_changes_and_every_other_byte_stays(data, text, place, which):
    before = CsvFile.of(THERAPISTS, data)
    if not before.rows:
        return
    row = sorted(before.rows)[which % len(before.rows)]
    column = before.columns[place]
    after = changed(before, lambda: with_cell(before, row, column, text))
    if after is None:
        return
    columns, rows = read(data)
    rows[row] = {**rows[row], column: text.strip()}
    blank = not any(rows[row].values())
    assert read(after.data) == (columns, {n: cells for n, cells in rows.items() if n != row or not blank})
    span = before.layout.rows[row - 1].cells[place]
    letters = before.lettering
    assert after.data.startswith(letters.bytes_of(before.text[: span.begin]))
    assert after.data.endswith(before.text[span.end :].encode(letters.encoding))


@ANY_TIME
@given(data=files(), text=CELLS)
def test_a_new_row_stands_behind_the_last_and_goes_without_a_trace(data, text):
    before = CsvFile.of(THERAPISTS, data)
    after = changed(before, lambda: with_row(before, {"therapist_id": "N1", "availability": text}))
    if after is None:
        return
    new = max(after.rows)
    assert after.rows[new] == {"therapist_id": "N1", "skills": "", "availability": text.strip()}
    assert {n: c for n, c in after.rows.items() if n != new} == before.rows
    gone = without_row(after, new)
    assert gone.text in (before.text, before.text + before.writer.line_end)


@ANY_TIME
@given(data=files(), which=st.integers(0, 9))
def test_a_row_goes_with_its_line_end_and_nothing_else(data, which):
    before = CsvFile.of(THERAPISTS, data)
    if not before.rows:
        return
    row = sorted(before.rows)[which % len(before.rows)]
    span = before.layout.rows[row - 1]
    after = without_row(before, row)
    assert after.text == before.text[: span.begin] + before.text[span.next :]
    assert list(after.rows.values()) == [cells for n, cells in before.rows.items() if n != row]


@ANY_TIME
@given(data=files())
def test_a_further_column_is_blank_in_every_row(data):
    before = CsvFile.of(THERAPISTS, data)
    if not before.rows:
        return
    row = min(before.rows)
    after = with_cell(before, row, "busy", "Mon 12:00-13:00")
    assert after.columns == (*before.columns, "busy")
    assert {n: {k: v for k, v in c.items() if k != "busy"} for n, c in after.rows.items()} == before.rows
    assert {n: c["busy"] for n, c in after.rows.items()} == {
        n: "Mon 12:00-13:00" if n == row else "" for n in after.rows
    }


@pytest.mark.parametrize(
    ("before", "row", "column", "text", "after"),
    [
        (
            b"therapist_id,skills\nT1,group\n",
            2,
            "skills",
            "group; individual",
            b"therapist_id,skills\nT1,group; individual\n",
        ),
        (b"therapist_id;skills\r\nT1;group\r\n", 2, "skills", "a;b", b'therapist_id;skills\r\nT1;"a;b"\r\n'),
        (b'therapist_id,skills\nT1,"group"\n', 2, "skills", "x", b'therapist_id,skills\nT1,"x"\n'),
        (b"therapist_id,skills\nT1, group \n", 2, "skills", "x", b"therapist_id,skills\nT1, x \n"),
        (b"therapist_id,skills\nT1,\n", 2, "skills", "=x", b"therapist_id,skills\nT1,'=x\n"),
        (b"therapist_id,skills\nT1,\n", 2, "busy", "Mon", b"therapist_id,skills,busy\nT1,,Mon\n"),
        (
            b"therapist_id,skills,,\nT1,a,,\nT2,b,,\n",
            3,
            "busy",
            "Mon",
            b"therapist_id,skills,busy,\nT1,a,,\nT2,b,Mon,\n",
        ),
        (b'"therapist_id","skills"\n"T1",""\n', 2, "busy", "Mon", b'"therapist_id","skills","busy"\n"T1","",Mon\n'),
        (b"Our staff\n\nTherapist-ID,skills\nT1,a", 4, "skills", "b", b"Our staff\n\nTherapist-ID,skills\nT1,b"),
        (b"sep=;\ntherapist_id;skills\nT1;a\n", 2, "skills", "b", b"sep=;\ntherapist_id;skills\nT1;b\n"),
        (
            b'therapist_id,skills\nT1,"two\nlines"\nT2,a\n',
            3,
            "skills",
            "b",
            b'therapist_id,skills\nT1,"two\nlines"\nT2,b\n',
        ),
        (b'therapist_id,skills\n"T1"  ,"a" \nT2,a\n', 2, "skills", "b", b'therapist_id,skills\n"T1"  ,"b" \nT2,a\n'),
    ],
)
def test_a_cell_is_written_as_it_was(before, row, column, text, after):
    assert with_cell(CsvFile.of(THERAPISTS, before), row, column, text).data == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"therapist_id,skills\nT1,a\n", b"therapist_id,skills\nT1,a\nN1,x; y\n"),
        (b"therapist_id,skills\r\nT1,a", b"therapist_id,skills\r\nT1,a\r\nN1,x; y"),
        (b"therapist_id,skills\nT1,a\r\n\n\n", b"therapist_id,skills\nT1,a\r\nN1,x; y\r\n\n\n"),
        (
            b'"therapist_id","skills","busy"\n"T1","a",""\n',
            b'"therapist_id","skills","busy"\n"T1","a",""\n"N1","x; y",""\n',
        ),
        (b"therapist_id, skills\nT1, a\n", b"therapist_id, skills\nT1, a\nN1, x; y\n"),
        (b"skills;therapist_id;;\na;T1;;\n", b'skills;therapist_id;;\na;T1;;\n"x; y";N1;;\n'),
        (b"therapist_id,skills", b"therapist_id,skills\nN1,x; y"),
        (b"therapist_id,skills\rT1,a\r", b"therapist_id,skills\rT1,a\rN1,x; y\r"),
    ],
)
def test_a_new_row_is_written_as_those_above(before, after):
    assert with_row(CsvFile.of(THERAPISTS, before), {"therapist_id": "N1", "skills": "x; y"}).data == after


def test_pins_may_leave_blank_cells_at_the_end_out():
    found = CsvFile.of(PINS, b"action,participant_id,therapist_id,day\nmust,P1\nmust_not,P2,T1\n")
    assert with_cell(found, 2, "day", "Mon").data.splitlines()[1] == b"must,P1,,Mon"
    assert with_cell(found, 3, "start", "09:00").data.splitlines() == [
        b"action,participant_id,therapist_id,day,start",
        b"must,P1",
        b"must_not,P2,T1,,09:00",
    ]


def test_a_letter_that_the_encoding_lacks_is_told():
    found = CsvFile.of(THERAPISTS, "therapist_id,skills\nT1,café\n".encode("cp1252"))
    with pytest.raises(InputError) as told:
        with_cell(found, 2, "skills", "łódź")
    (issue,) = told.value.issues
    assert (issue.code, issue.row, issue.column) == ("E-EDIT-LETTER", 2, "skills")
    assert "'ł'" in issue.message
    assert "cp1252" in issue.message


def test_a_new_file_is_written_like_another():
    model = CsvFile.of(THERAPISTS, codecs.BOM_UTF8 + b'"therapist_id";"skills"\r\n"T1";"a"\r\n')
    made = with_row(
        CsvFile.like(COVERS, ("therapist_id", "covered_by"), model), {"therapist_id": "T1", "covered_by": "T2"}
    )
    assert made.data == codecs.BOM_UTF8 + b'"therapist_id";"covered_by"\r\n"T1";"T2"\r\n'


@pytest.mark.parametrize(
    "data", [b"therapist_id|skills\nT1|a\n", b'therapist_id,skills\nT1,"a\n', b"nothing,known\n1,2\n", b"PK\x03\x04"]
)
def test_what_cannot_be_read_is_not_edited(data):
    with pytest.raises(InputError):
        CsvFile.of(THERAPISTS, data)


@ANY_TIME
@given(
    data=files(),
    texts=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), CELLS), max_size=6),
    new=st.lists(CELLS, max_size=3),
    gone=st.sets(st.integers(0, 9), max_size=2),
)
def test_many_changes_at_once_come_out_as_one_after_the_other(data, texts, new, gone):
    before = CsvFile.of(THERAPISTS, data)
    numbers = sorted(before.rows)
    removed = {numbers[which % len(numbers)] for which in gone} if numbers else set()
    cells = {}
    for which, place, text in texts if numbers else ():
        row = numbers[which % len(numbers)]
        if row not in removed and place < len(before.columns):
            cells.setdefault(row, {})[place] = text
    added = tuple({0: f"N{at}", 2: text} for at, text in enumerate(new))
    after = changed(before, lambda: before.with_change(TableChange(cells, added, frozenset(removed))))
    if after is None:
        return
    rows = {number: dict(found) for number, found in before.rows.items() if number not in removed}
    for row, places in cells.items():
        rows[row] |= {before.columns[place]: text.strip() for place, text in places.items()}
    expected = [row for row in rows.values() if any(row.values())]
    expected += [{"therapist_id": row[0], "skills": "", "availability": row[2].strip()} for row in added]
    assert list(after.rows.values()) == expected
    kept = [span for span in before.layout.rows if span.number not in {*removed, *cells}]
    text = after.lettering.text_of(after.data)
    at = 0
    for span in kept:  # rows that nobody touched stand there letter by letter, in their order
        at = text.index(before.text[span.begin : span.end], at) + span.end - span.begin
