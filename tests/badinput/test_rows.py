"""Each of the 110 kinds of bad input in ``rows.toml`` is answered as that list says."""

import os
import re
import shutil
import tomllib
import zipfile
from collections import Counter
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from iopsched.convert.workbook import workbook_bytes
from iopsched.ingest import inspect_clinic, read_names
from iopsched.ingest.source.raw import read_raw
from tests.support.naming import source_of

HERE = Path(__file__).parent

ROWS = {int(number): row for number, row in tomllib.loads((HERE / "rows.toml").read_text(encoding="utf-8")).items()}
TOLD = {
    name: text
    for path in HERE.glob("expected_*.txt")
    for name, _, text in (part.partition("\n") for part in path.read_text(encoding="utf-8").split("## ")[1:])
}
"""What is told of each case of the catalog."""
SAYS = {
    "E": r"\bE-[A-Z]|Fault|UnreadableError",
    "C": r"\bC-[A-Z]|code == 5|Contradiction",
    "W": r"\bW-[A-Z]|Warning:|warned",
    "F": r"\bI-[A-Z]",
    "A": "assert",
    "U": r"Exit\.USAGE|UsageError",
    "N": r"Exit\.UNMET|unmet|reasons\(",
    "S": "ConflictError",
}
"""What a test says that shows such an answer."""
WEEK = date(2026, 12, 2)


def answer(text):
    """Return the letter of the gravest thing told."""
    codes = {code[0] for code in re.findall(r": ([EWCI])-[A-Z-]+ ", text)}
    return next((letter for letter in "ECWI" if letter in codes), "A").replace("I", "F")


def test_every_row_is_there_once_and_has_its_answer():
    assert sorted(ROWS) == list(range(1, 111))
    for number, row in ROWS.items():
        assert set(row) - {"what", "but"} <= ({"none"} if "none" in row else set(SAYS)), number
        assert set(row) - {"what", "but"}, number


@pytest.mark.parametrize("number", ROWS)
def test_row(number):
    for letter in SAYS.keys() & ROWS[number].keys():
        for name in ROWS[number][letter]:
            if "::" in name:
                assert re.search(SAYS[letter], source_of(name)), name
            else:
                assert answer(TOLD[name]) == letter, name


def test_the_list_names_nothing_twice_in_a_row():
    for number, row in ROWS.items():
        names = [(letter, name) for letter in SAYS.keys() & row.keys() for name in row[letter]]
        assert not [name for name, times in Counter(names).items() if times > 1], number


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(HERE / "clinic", tmp_path / "clinic"))


def test_a_file_is_opened_once(folder, monkeypatch):
    """So what is judged, hashed and planned is one and the same, whatever is saved meanwhile."""
    opened, seen = os.open, Counter()

    def count(path, *args, **kwargs):
        seen[Path(path).name] += 1
        handle = opened(path, *args, **kwargs)
        if Path(path).name == "rooms.csv":
            Path(path).with_suffix(".new").write_text("room_id,capacity\nR9,1\n")
            Path(path).with_suffix(".new").replace(path)
        return handle

    before = inspect_clinic(folder, WEEK)
    monkeypatch.setattr(os, "open", count)
    found = inspect_clinic(folder, WEEK)
    assert seen["rooms.csv"] == 1
    assert set(seen.values()) == {1}
    assert found.problem.rooms == before.problem.rooms
    assert found.inputs_sha256 == before.inputs_sha256


def book(folder, change):
    """Write the clinic as a workbook, changed, and return its path."""
    made = openpyxl.load_workbook(BytesIO(workbook_bytes(read_raw(HERE / "clinic")[0])))
    change(made)
    made.save(folder / "clinic.xlsx")
    return folder / "clinic.xlsx"


def test_a_workbook_without_settings(tmp_path):
    found = inspect_clinic(book(tmp_path, lambda made: made.remove(made["clinic"])), WEEK)
    assert [issue.code for issue in found.issues if issue.file == "clinic.xlsx: clinic"] == ["E-FILE-MISSING"]


def test_a_stored_result_is_read(tmp_path):
    """A formula counts as the result that Excel stored with it."""
    path = book(tmp_path, lambda made: None)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = next(name for name in parts if b"<v>16</v>" in parts[name] and "sheet" in name)
    parts[part] = parts[part].replace(b"<v>16</v>", b"<f>8+8</f><v>16</v>", 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    found = inspect_clinic(path, WEEK)
    assert found.issues == ()
    assert found.problem.rooms[0].capacity == 16


def test_names_stay_as_they_are(folder):
    """No word means that a name is missing, and no sign is lost."""
    odd = ["NA", "None", "Null", "True", "nan", "O'Nei-ll", "Jörg 张伟", "X", "=1+1", "<b>", "דוד"]
    with (folder / "participants.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"Q{number},adult,sud,,34,,,,G1,,,,,,{name},\n" for number, name in enumerate(odd))
    names = read_names(folder).participants
    assert [names[f"Q{number}"] for number in range(len(odd))] == odd
