"""Two spellings of one clinic are one clinic."""

import csv
import io

import pytest

from iopsched.ingest import inspect_clinic, read_problem, read_schedule


def rewritten(folder, change):
    """Rewrite every CSV file of a folder: ``change`` gets the rows and returns bytes."""
    for path in folder.glob("*.csv"):
        path.write_bytes(change(list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))))


def text_of(rows, delimiter=",", end="\n"):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    return stream.getvalue()


def shuffled_columns(rows):
    order = sorted(range(len(rows[0])), key=lambda index: index * 7 % len(rows[0]))
    order = list(dict.fromkeys([order[-1], *order]))
    return text_of([[row[i] for i in order] for row in rows]).encode()


def other_headers(rows):
    return text_of([[f" {name.upper().replace('_', '-')}" for name in rows[0]], *rows[1:]]).encode()


def spaced_headers(rows):
    return text_of([[name.title().replace("_", " ") for name in rows[0]], *rows[1:]]).encode()


def padded(rows):
    blank = [""] * len(rows[0])
    return text_of([*([f" {cell} " for cell in row] for row in rows), blank, []]).encode()


SPELLINGS = {
    "bom": lambda rows: b"\xef\xbb\xbf" + text_of(rows).encode(),
    "utf-16 little endian": lambda rows: b"\xff\xfe" + text_of(rows).encode("utf-16-le"),
    "utf-16 big endian": lambda rows: b"\xfe\xff" + text_of(rows).encode("utf-16-be"),
    "cp1252": lambda rows: text_of([*rows[:-1], rows[-1]]).encode("cp1252"),
    "semicolons": lambda rows: text_of(rows, ";").encode(),
    "tabs": lambda rows: text_of(rows, "\t").encode(),
    "tabs in utf-16, as Excel's Unicode text": lambda rows: (
        b"\xff\xfe" + text_of(rows, "\t", "\r\n").encode("utf-16-le")
    ),
    "sep line": lambda rows: b"sep=;\r\n" + text_of(rows, ";", "\r\n").encode(),
    "windows line ends": lambda rows: text_of(rows, end="\r\n").encode(),
    "old line ends": lambda rows: text_of(rows, end="\r").encode(),
    "column order": shuffled_columns,
    "headers with hyphens": other_headers,
    "headers with blanks": spaced_headers,
    "blanks around cells and below": padded,
    "quotes around everything": lambda rows: "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode(),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_spelling(name, clinic, sound, week):
    rewritten(clinic, SPELLINGS[name])
    inspection = inspect_clinic(clinic, week)
    assert inspection.problem == read_problem(sound, week)
    assert {issue.level for issue in inspection.issues} <= {"information", "warning"}


def test_twelve_hour_clock_and_long_words(clinic, sound, week):
    """09:00 is 9am, Mon is Monday, yes is TRUE."""
    changes = {
        "clinic.toml": {
            "08:00-21:00": "8am-9pm",
            "09:00-13:00": "9 AM-1:00 PM",
            '"18:00"': '"6:00 pm"',
            '"09:00"': "09:00:00",
        },
        "participants.csv": {
            "Mon-Fri 08:00-16:00": "Monday-Friday 8am-4pm",
            "daily evening": "DAILY Night",
            "adult": "Adult",
        },
        "groups.csv": {
            "Mon Wed Fri 09:00": '"monday, wednesday, friday 9 am"',
            "Mon-Thu night": "Mon Tue Wed Thu 6pm-9pm",
        },
        "services.csv": {"yes": "TRUE", "no": "0"},
        "pins.csv": {"15:00": "3PM", "Tue": "tuesday"},
    }
    for name, pairs in changes.items():
        text = (clinic / name).read_text(encoding="utf-8")
        for old, new in pairs.items():
            assert old in text
            text = text.replace(old, new)
        (clinic / name).write_text(text, encoding="utf-8")
    assert read_problem(clinic, week) == read_problem(sound, week)


def test_any_order_of_rows(clinic, sound, week):
    """Rows may stand in any order; only services keep theirs, because the first of a kind matters, and pins their rows."""
    for path in clinic.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        if path.name not in ("services.csv", "pins.csv"):
            path.write_text("".join([header, *reversed(rows)]), encoding="utf-8")
    assert read_problem(clinic, week) == read_problem(sound, week)


def test_any_order_of_faulty_rows(clinic, week):
    """The same faults are told whatever the order of rows, but for the row numbers."""
    path = clinic / "rooms.csv"
    path.write_text("room_id,capacity\nR1,16\nR1,x\nr1,5\nR2,-1\n")
    one = sorted((i.code, i.column, i.value) for i in inspect_clinic(clinic, week).issues)
    path.write_text("room_id,capacity\nR2,-1\nR1,x\nR1,16\nr1,5\n")
    two = sorted((i.code, i.column, i.value) for i in inspect_clinic(clinic, week).issues)
    assert {code for code, _, _ in one} >= {"E-ID-TWICE", "E-NUMBER-RANGE", "W-ID-CASE"}
    assert [code for code, _, _ in one if code != "E-NUMBER"] == [code for code, _, _ in two if code != "E-NUMBER"]


def test_ids_keep_every_character(bare, week):
    (bare / "rooms.csv").write_text("room_id,capacity\n007,14\nNA,2\nNone,3\n1 A,4\n")
    assert [room.id for room in read_problem(bare, week).rooms] == ["007", "1 A", "NA", "None"]


def test_schedule_in_another_spelling(tmp_path, sound, week):
    """A schedule edited in a spreadsheet reads the same."""
    source = sound.parent / "week"
    for path in source.glob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_text(), newline="")))
        (tmp_path / path.name).write_bytes(b"\xef\xbb\xbf" + text_of(rows, ";", "\r\n").encode())
    text = (tmp_path / "sessions.csv").read_bytes().replace(b"09:00;12:00", b"9:00 AM;12pm")
    (tmp_path / "sessions.csv").write_bytes(text)
    assert read_schedule(tmp_path, read_problem(sound, week)) == read_schedule(source)
