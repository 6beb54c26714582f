"""A clinic goes from folder to workbook and back by commands, and a workbook is a clinic everywhere."""

import json
import shutil
import stat
import tomllib
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from iopsched.cli.exits import Exit
from iopsched.ingest import inspect_clinic, own_settings
from iopsched.ingest.source.raw import read_raw
from iopsched.store import clinic_home
from iopsched.work.drafts import default_folder

TEENS = Path(__file__).parents[2] / "data" / "teens"
SMALL = Path(__file__).parents[1] / "badinput" / "clinic"
WEEK = "2026-11-30"


def test_there_and_back(run, tmp_path):
    """Nothing is lost but what is said to stay behind; files are for their owner only."""
    source = Path(shutil.copytree(TEENS, tmp_path / "teens"))
    done = run("convert", source, tmp_path / "new" / "clinic.xlsx")
    assert (done.exit_code, done.stdout) == (Exit.DONE, f"{tmp_path / 'new' / 'clinic.xlsx'}\n")
    assert "Not taken along: 'README.md'." in done.stderr
    assert run("convert", tmp_path / "new" / "clinic.xlsx", tmp_path / "back").exit_code == Exit.DONE
    assert read_raw(tmp_path / "back")[0].content == read_raw(source)[0].content  # columns without a value are spare
    for path in (tmp_path / "new", tmp_path / "back"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.iterdir()} == {0o600}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["clinic.xlsx"]


def test_a_title_above_the_header_stays_behind(run, tmp_path):
    """The reader leaves it out, too; each row of the table keeps its number."""
    source = Path(shutil.copytree(TEENS, tmp_path / "teens"))
    rooms = source / "rooms.csv"
    rooms.write_text("Our rooms\n" + rooms.read_text())
    assert run("convert", source, tmp_path / "clinic.xlsx").exit_code == Exit.DONE
    sheet = openpyxl.load_workbook(tmp_path / "clinic.xlsx")["rooms"]
    assert [sheet.cell(row, 1).value for row in (1, 2)] == [None, "room_id"]
    day = date.fromisoformat(WEEK)
    assert inspect_clinic(tmp_path / "clinic.xlsx", day).problem == inspect_clinic(source, day).problem


def test_nothing_is_overwritten(run, tmp_path):
    (tmp_path / "a.xlsx").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")
    (tmp_path / "b.xlsx").symlink_to(tmp_path / "nowhere")
    assert run("convert", TEENS, tmp_path / "b.xlsx").exit_code == Exit.USAGE
    done = run("convert", TEENS, tmp_path / "a.xlsx")
    assert (done.exit_code, done.stderr) == (Exit.USAGE, f"Error: {tmp_path / 'a.xlsx'} exists. Name a new file.\n")
    assert run("init", tmp_path / "a", "--xlsx").exit_code == Exit.USAGE
    assert (tmp_path / "a.xlsx").read_text() == "mine"
    run("convert", TEENS, tmp_path / "c.xlsx")
    assert run("convert", tmp_path / "c.xlsx", tmp_path / "full").exit_code == Exit.USAGE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx", "c.xlsx", "full"]


@pytest.mark.parametrize(("source", "target"), [(TEENS, "folder"), ("a.xlsx", "b.xlsx")])
def test_two_of_a_kind_make_no_sense(source, target, run, tmp_path):
    run("convert", TEENS, tmp_path / "a.xlsx")
    done = run("convert", tmp_path / source, tmp_path / target)
    assert done.exit_code == Exit.USAGE
    assert "One of the two must be a folder" in done.stderr


@pytest.mark.parametrize("target", ["x.xlsx", "folder"])
def test_a_full_disk_leaves_nothing(target, run, tmp_path, monkeypatch):
    run("convert", TEENS, tmp_path / "c.xlsx")

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("iopsched.files.unnamed.write_whole", full)
    source = TEENS if target.endswith("xlsx") else tmp_path / "c.xlsx"
    done = run("convert", source, tmp_path / target)
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (
        Exit.USAGE,
        f"Error: Cannot write {tmp_path / target}: No space left on device.",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["c.xlsx"]


def test_a_source_that_cannot_be_read_is_told(run, tmp_path):
    source = Path(shutil.copytree(TEENS, tmp_path / "teens"))
    (source / "rooms.csv").write_text('room_id,capacity\n"R1,12\n')
    (source / "clinic.toml").write_text("name = \n")
    done = run("convert", source, tmp_path / "c.xlsx")
    assert done.exit_code == Exit.BAD_INPUT
    assert "rooms.csv:2: E-QUOTE-OPEN" in done.stderr
    assert "clinic.toml:1: E-TOML" in done.stderr
    assert not (tmp_path / "c.xlsx").exists()
    assert run("convert", tmp_path / "nowhere", tmp_path / "c.xlsx").exit_code == Exit.BAD_INPUT


def test_faulty_cells_are_taken_along(run, tmp_path):
    """They are for the director to mend, in the form that suits."""
    source = Path(shutil.copytree(TEENS, tmp_path / "teens"))
    text = (source / "rooms.csv").read_text().replace("\nR", "\nR?R", 1)
    (source / "rooms.csv").write_text(text + "last,many\n")
    assert run("convert", source, tmp_path / "c.xlsx").exit_code == Exit.DONE
    assert read_raw(tmp_path / "c.xlsx")[0].content == read_raw(source)[0].content


@pytest.mark.parametrize("line", ["grid_minutes = [3]", "populations = 99999", "[curriculum]\nstart = 99999"])
def test_a_setting_that_has_no_other_form_is_no_bug(line, run, tmp_path):
    source = Path(shutil.copytree(SMALL, tmp_path / "clinic"))
    text = (source / "clinic.toml").read_text(encoding="utf-8")
    kept = [row for row in text.splitlines() if not row.startswith(line.partition(" ")[0] + " ")]
    at_end = line.startswith("[")
    (source / "clinic.toml").write_text("\n".join([*kept, line] if at_end else [line, *kept]), encoding="utf-8")
    done = run("convert", source, tmp_path / "clinic.xlsx")
    assert done.exit_code == Exit.USAGE
    assert "are of a wrong kind. Mend what check reports" in done.stderr
    assert not (tmp_path / "clinic.xlsx").exists()


def test_init_writes_a_workbook_of_its_own(run, tmp_path):
    done = run("init", tmp_path / "mine", "--xlsx", "--template", "teens")
    assert (done.exit_code, done.stdout) == (Exit.DONE, f"{tmp_path / 'mine.xlsx'}\n")
    assert f"iopsched week {tmp_path / 'mine.xlsx'} --week 2026-11-30" in done.stderr
    assert run("init", tmp_path / "other.xlsx", "--template", "teens").exit_code == Exit.DONE
    ids = {own_settings(path)["clinic_id"] for path in tmp_path.glob("*.xlsx")}
    assert len(ids) == 2
    assert tomllib.loads((TEENS / "clinic.toml").read_text())["clinic_id"] not in ids
    found = inspect_clinic(tmp_path / "mine.xlsx", date.fromisoformat(WEEK))
    assert found.issues == ()
    assert found.problem.participants == inspect_clinic(TEENS, date.fromisoformat(WEEK)).problem.participants


def test_a_workbook_is_a_clinic_for_every_command(run, tmp_path):
    """Its weeks go into the folder beside it that is named like it."""
    book = tmp_path / "mine.xlsx"
    run("convert", SMALL, book)
    assert run("check", book, "--week", WEEK).exit_code == Exit.DONE
    done = run("solve", book, "--week", WEEK, "--deterministic-limit", "0.05", "--workers", "1", "--json")
    week = tmp_path / "mine" / "schedules" / WEEK
    assert done.exit_code in (Exit.DONE, Exit.UNMET), done.output
    assert json.loads(done.stdout)["folder"] == str(week)
    assert run("verify", book, week).exit_code in (Exit.DONE, Exit.UNMET)
    assert run("show", book, week, "--day", "Mon").exit_code == Exit.DONE
    assert run("curriculum", book, week).exit_code == Exit.DONE
    assert "In this clinic:" in run("rules", "week_max", "--clinic", book, "--week", WEEK).stdout


def test_faults_as_text_and_json(run, tmp_path):
    book = tmp_path / "mine.xlsx"
    run("init", book, "--template", "teens")
    found = openpyxl.load_workbook(book)
    found["rooms"]["A2"] = None
    found.save(book)
    done = run("check", book, "--week", WEEK)
    assert done.exit_code == Exit.BAD_INPUT
    line = "mine.xlsx: rooms!A2 (room_id): E-CELL-BLANK The cell 'room_id' is blank. It must be filled in every row."
    assert line in done.stdout.splitlines()
    issues = json.loads(run("check", book, "--week", WEEK, "--json").stdout)["issues"]
    blank = next(issue for issue in issues if issue["code"] == "E-CELL-BLANK")
    assert (blank["file"], blank["cell"], blank["row"], blank["column"]) == ("mine.xlsx: rooms", "A2", 2, "room_id")


def test_where_weeks_go(tmp_path):
    """Two workbooks in one folder do not get into each other's way."""
    for name in ("north.xlsx", "south.xlsx", "odd"):
        (tmp_path / name).write_text("")
    (tmp_path / "folder.xlsx").mkdir()
    monday = date.fromisoformat(WEEK)
    assert default_folder(tmp_path / "north.xlsx", monday) == tmp_path / "north" / "schedules" / WEEK
    assert default_folder(tmp_path / "south.xlsx", monday) == tmp_path / "south" / "schedules" / WEEK
    assert clinic_home(tmp_path / "odd") == tmp_path / "odd.made"
    assert clinic_home(tmp_path / "folder.xlsx") == tmp_path / "folder.xlsx"


def test_a_copy_with_the_faults_in_red(run, tmp_path):
    """The director's own workbook stays as it is; a text that looks like a formula stays a text."""
    book, copy = tmp_path / "mine.xlsx", tmp_path / "faults.xlsx"
    run("init", book, "--template", "teens")
    assert "nothing to mark" in run("check", book, "--week", WEEK, "--marked", copy).stderr
    found = openpyxl.load_workbook(book)
    found["rooms"]["A2"] = "=1+1"
    found["rooms"]["A2"].data_type = "s"
    row = next(cell.row for cell in found["clinic"]["A"] if cell.value == "grid_minutes")
    found["clinic"][f"B{row}"] = 7
    found.save(book)
    before = book.read_bytes()
    done = run("check", book, "--week", WEEK, "--marked", copy)
    assert done.exit_code == Exit.BAD_INPUT
    assert book.read_bytes() == before
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    marked = openpyxl.load_workbook(copy)
    assert marked.sheetnames[:2] == ["Faults", "READ ME"]
    for sheet, cell, code in (("rooms", "A2", "E-ID"), ("clinic", f"B{row}", "E-GRID")):
        assert marked[sheet][cell].fill.start_color.rgb == "FFFF9999"
        assert marked[sheet][cell].comment.text.startswith(f"{code} ")
        assert any(line.startswith(f"mine.xlsx: {sheet}!{cell} ") for line in (c.value for c in marked["Faults"]["A"]))
    assert marked["rooms"]["A2"].data_type == "s"
    assert run("check", book, "--week", WEEK, "--marked", copy).exit_code == Exit.USAGE
    assert run("check", TEENS, "--week", WEEK, "--marked", tmp_path / "x.xlsx").exit_code == Exit.USAGE
    book.write_bytes(before[:9000])
    done = run("check", book, "--week", WEEK, "--marked", tmp_path / "x.xlsx")
    assert done.exit_code == Exit.BAD_INPUT
    assert "No marked copy was written" in done.stderr
    assert not (tmp_path / "x.xlsx").exists()


def test_only_what_reads_back_the_same_is_left(run, tmp_path, monkeypatch):
    """Should a writer ever lose a cell, no file is left that looks complete."""
    other = (tmp_path / "other.xlsx", SMALL)
    run("convert", *reversed(other))
    monkeypatch.setattr("iopsched.work.conversions.workbook_bytes", lambda _clinic: other[0].read_bytes())
    done = run("convert", TEENS, tmp_path / "c.xlsx")
    assert done.exit_code == Exit.BUG
    assert "does not read back as the same clinic" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["other.xlsx"]
