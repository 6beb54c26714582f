"""The same clinic as a folder and as a workbook, and back: nothing is lost, nothing becomes a formula."""

import re
import shutil
import subprocess
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iopsched.convert.folder import folder_files
from iopsched.convert.workbook import CannotHoldError, workbook_bytes
from iopsched.ingest import inspect_clinic
from iopsched.ingest.source.raw import RawClinic, RawTable, read_raw
from iopsched.ingest.source.settingrows import form_of, rows_of, tables_of, toml_of
from iopsched.policy.columns import TABLES
from iopsched.words.formulas import guard, unguard

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "data").glob("*/clinic.toml"))
EVERY = [*EXAMPLES, ROOT / "tests" / "badinput" / "clinic"]
WEEK = date(2026, 11, 30)
NASTY = [
    "=1+1", "+1", "-5", "@x", "'=1", "''=1", "\uff1d1", "None", "NA", "nan", "True", "007", "1-2", "1e5", "3/4", "0.10",
    "46000", "\U0001f600 \u0141\u00f3d\u017a", "a\nb", "a\tb", "_x0041_", "_x000D_", '"', "a,b;c", "<b>&amp;", "http://x.org",
    "{=1}", "#REF!", "2026-02-30", "24:00", "9:30 AM", "1899-12-31", "x" * 900, "x\u00a0x",
]  # fmt: skip


def folder_of(clinic, folder):
    folder.mkdir()
    for name, data in folder_files(clinic).items():
        (folder / name).write_bytes(data)
    return folder


def workbook_of(clinic, path):
    path.write_bytes(workbook_bytes(clinic))
    return path


@pytest.mark.parametrize("folder", EVERY, ids=lambda path: path.name)
def test_round_trip(folder, tmp_path):
    """Folder, workbook, folder: the same problem, the same hash-relevant cells, the same issues, the same remarks."""
    clinic, _ = read_raw(folder)
    book = workbook_of(clinic, tmp_path / "clinic.xlsx")
    again, _ = read_raw(book)
    back = folder_of(again, tmp_path / "back")
    assert again.content == clinic.content
    assert again.notes == clinic.notes
    assert read_raw(back)[0].content == clinic.content
    assert tomllib.loads((back / "clinic.toml").read_text()) == tomllib.loads((folder / "clinic.toml").read_text())
    expected = inspect_clinic(folder, WEEK)
    assert expected.problem is not None
    for other in (book, back):
        found = inspect_clinic(other, WEEK)
        assert found.problem == expected.problem
        assert len(found.issues) == len(expected.issues)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice (soffice)")
def test_another_program_may_save_it(tmp_path):
    """LibreOffice opens the workbooks and saves them in its own way: still the same clinics."""
    for folder in EVERY:
        workbook_of(read_raw(folder)[0], tmp_path / f"{folder.name}.xlsx")
    subprocess.run(
        [
            shutil.which("soffice"), f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--headless",
            "--convert-to", "xlsx", "--outdir", tmp_path / "saved", *tmp_path.glob("*.xlsx"),
        ],
        check=True, timeout=180, capture_output=True,
    )  # fmt: skip
    for folder in EVERY:
        clinic, _ = read_raw(folder)
        saved, _ = read_raw(tmp_path / "saved" / f"{folder.name}.xlsx")
        assert saved.content == clinic.content, folder.name
        assert saved.notes == clinic.notes
        assert (
            inspect_clinic(tmp_path / "saved" / f"{folder.name}.xlsx", WEEK).problem
            == inspect_clinic(folder, WEEK).problem
        )


def nasty_clinic(texts):
    """Return a clinic with every text in columns of every kind."""
    rows = tuple((number, [f"P{number}", "adult", *[text] * 5]) for number, text in enumerate(texts, 2))
    header = ["participant_id", "population", "name", "age", "admitted", "availability", "of my own"]
    notes = {"name": "a # remark"}
    return RawClinic({"name": texts[0], "timezone": "UTC"}, notes, {"participants.csv": RawTable((1, header), rows)})


def test_nasty_texts_survive(tmp_path):
    """As text, as number, as date, under a header of one's own; in the workbook they are text cells, never formulas."""
    clinic = nasty_clinic(NASTY)
    book = workbook_of(clinic, tmp_path / "clinic.xlsx")
    assert read_raw(book)[0].content == clinic.content
    assert read_raw(folder_of(clinic, tmp_path / "folder"))[0].content == clinic.content
    sheet = openpyxl.load_workbook(book)["participants"]
    names = list(sheet["C"][1:])
    assert [cell.data_type for cell in names] == ["s"] * len(NASTY)
    with zipfile.ZipFile(book) as archive:
        assert not [name for name in archive.namelist() if re.search(rb"<f[ >]|hyperlink", archive.read(name))]
    line = (tmp_path / "folder" / "participants.csv").read_text().splitlines()[1]
    assert line.startswith("P2,adult,'=1+1,'=1+1,")


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn")), min_size=1, max_size=30),
        min_size=1,
        max_size=8,
    )
)
def test_any_text_survives(tmp_path_factory, texts):
    clinic = nasty_clinic([text.strip() or "x" for text in texts])
    home = tmp_path_factory.mktemp("any")
    assert read_raw(workbook_of(clinic, home / "c.xlsx"))[0].content == clinic.content
    assert read_raw(folder_of(clinic, home / "c"))[0].content == clinic.content


@given(st.text(st.sampled_from("'=+-@\t \na1\uff1d"), max_size=8))
def test_a_guarded_cell_reads_back(text):
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in set("=+-@\uff1d\t\n")


def test_same_clinic_same_bytes():
    clinic, _ = read_raw(EXAMPLES[0])
    assert workbook_bytes(clinic) == workbook_bytes(clinic)


def test_a_cell_that_no_workbook_can_hold_is_refused():
    """A spreadsheet would cut it without a word; the sentence says where, not what."""
    with pytest.raises(CannotHoldError, match=r"^sheet clinic, cell B2$"):
        workbook_bytes(nasty_clinic(["canary" * 6000]))


def test_every_setting_of_the_examples_has_its_form():
    """Else a number would come back as a text."""
    for path in (*(folder / "clinic.toml" for folder in EXAMPLES), *(ROOT / "iopsched" / "presets").glob("*.toml")):
        table = {
            key: value for key, value in tomllib.loads(path.read_text()).items() if key not in ("sources", "guides")
        }
        assert [key for key, _ in rows_of(table) if form_of(key) == "unknown"] == [], path
        assert tomllib.loads(toml_of(table, {})) == table


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.text(max_size=9)
        | st.integers(-(10**12), 10**12)
        | st.booleans()
        | st.dates()
        | st.lists(st.integers(0, 99), max_size=3),
        lambda inner: st.dictionaries(st.text(min_size=1, max_size=6), inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_settings_are_written_as_toml(value):
    assert tomllib.loads(toml_of({"x": value}, {"x": "a\nremark"})) == {"x": value}


def test_what_a_director_sees(tmp_path):
    """Frozen header, drop-downs that know the other sheets, real dates, text cells for ids, comments on all columns."""
    book = openpyxl.load_workbook(workbook_of(read_raw(ROOT / "data" / "complete")[0], tmp_path / "c.xlsx"))
    assert book.sheetnames == ["READ ME", "clinic", *(file.removesuffix(".csv") for file in TABLES)]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert all(cell.comment is not None for cell in sheet[1]), sheet.title
    people = book["participants"]
    at = {cell.value: cell.column_letter for cell in people[1]}
    rules = {str(rule.sqref).split("2:")[0]: rule for rule in people.data_validations.dataValidation}
    assert rules[at["population"]].formula1 == '"adult,adolescent"'
    assert rules[at["modality"]].formula1 == '"in_person,telehealth,either"'
    assert rules[at["modality"]].showErrorMessage
    assert rules[at["group_id"]].formula1 == "groups!$A$2:$A$310"
    assert not rules[at["group_id"]].showErrorMessage
    assert people[f"{at['participant_id']}2"].number_format == "@"
    assert people[f"{at['authorized_from']}4"].is_date
    assert people[f"{at['authorized_from']}4"].number_format == "yyyy-mm-dd"
    assert people[f"{at['age']}2"].value == 32
    assert book["time_off"]["C3"].number_format == 'yyyy-mm-dd"T"hh:mm'
    assert book["services"].auto_filter.ref


def test_an_empty_optional_sheet_is_no_table(tmp_path):
    """The workbook offers sheets that the clinic does not use; without services the built-in ones hold."""
    bare = RawClinic(
        {"timezone": "America/Chicago", "open": "Mon-Fri 08:00-21:00"},
        tables={
            "participants.csv": RawTable((1, ["participant_id", "population"]), ((2, ["P1", "adult"]),)),
            "therapists.csv": RawTable((1, ["therapist_id"]), ((2, ["T1"]),)),
            "rooms.csv": RawTable((1, ["room_id", "capacity"]), ((2, ["R1", "14"]),)),
        },
    )
    path = workbook_of(bare, tmp_path / "c.xlsx")
    found = inspect_clinic(path, WEEK)
    assert [service.id for service in found.problem.services] == ["group", "individual", "family"]
    assert set(read_raw(path)[0].tables) == set(bare.tables)
    assert found.problem.clinic.name == "c"


def test_rows_and_settings_that_cannot_stand_together():
    table, misfits = tables_of([(("a",), 1), (("a", "b"), 2), (("c", "d"), 3), (("c",), {}), (("c", "d"), 4)])
    assert table == {"a": 1, "c": {"d": 3}}
    assert misfits == [("a", "b"), ("c", "d")]


@pytest.mark.parametrize("names", [[], ["none"], ["a; b"], ["a,b", "c"], ["[x]"], ["adult", "tween"], [" x"], ["007"]])
def test_lists_survive_whatever_is_in_them(names, tmp_path):
    """A cell has no brackets and quotation marks unless a list would read otherwise without them."""
    clinic = RawClinic({"populations": names, "phases": {"a": {"group_sessions": [3, 5]}}, "payers": {"self": {}}})
    assert read_raw(workbook_of(clinic, tmp_path / "c.xlsx"))[0].settings == clinic.settings
