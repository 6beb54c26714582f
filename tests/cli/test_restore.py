"""A published revision as a folder again, and the folder that is meant where none is named."""

import json
import re
import shutil

import pytest

from iopsched.cli.exits import Exit
from tests.support import small_clinic
from tests.support.known_weeks import remember_weeks

WEEK = "2026-11-30"
SOLVE = ("--week", WEEK, "--time-limit", "5", "--workers", "1", "-q")


@pytest.fixture(autouse=True)
def known_weeks(monkeypatch):
    remember_weeks(monkeypatch)


@pytest.fixture
def clinic(tmp_path):
    return small_clinic.write(tmp_path / "clinic")


@pytest.fixture
def folder(clinic):
    return clinic / "schedules" / WEEK


@pytest.fixture
def did(run):
    """Run a command that has to end well; returns what it printed."""

    def go(*words):
        done = run(*words)
        assert done.exit_code in (Exit.DONE, Exit.UNMET), done.output
        return done

    return go


@pytest.fixture
def two(did, clinic, folder):
    """Two revisions, whose second was made by a call-out; returns the folders of both."""
    did("solve", clinic, *SOLVE)
    did("publish", clinic, folder)
    small_clinic.call_out(clinic, folder)
    did("solve", clinic, *SOLVE)
    second = folder.with_name(f"{WEEK}.r2")
    did("publish", clinic, second)
    return folder, second


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_revision_comes_back_byte_for_byte_with_the_facts_of_its_time(did, clinic, two):
    before = [files(folder) for folder in two]
    for folder in two:
        shutil.rmtree(folder)
    people = clinic / "participants.csv"
    people.write_text(people.read_text().replace("P3,adult,sud,G1,Zyxcanary Three,CT\n", ""))
    done = json.loads(did("restore", clinic, "--week", WEEK, "--json").stdout)
    assert (done["revision"], done["is_exact"], files(two[1])) == (2, True, before[1])
    done = did("restore", clinic, "--revision", "1")
    first = two[0].with_name(f"{WEEK}.r1")
    assert done.stdout == f"Revision 1 of the week of Monday 30 November 2026 is in {first}\n"
    assert files(first) == before[0]
    for folder in (first, two[1]):
        assert "facts of its time" in did("verify", clinic, folder).stderr
        did("export", clinic, folder, "--to", "csv")


def test_what_is_there_stays_and_a_draft_is_kept(did, run, clinic, two):
    first, second = two
    done = did("restore", clinic, "--revision", "1")
    assert f"is in {first}, as it was published: nothing was written\n" in done.stdout
    assert sorted(path.name for path in first.parent.iterdir()) == [first.name, second.name]
    roster = second / "roster.csv"
    roster.write_text(roster.read_text() + "G1-1,P9\n")
    edited = files(second)
    done = did("restore", clinic)
    kept = second.with_name(f"{second.name}.before-1")
    assert f"What lay there is kept in {kept}.\n" in done.stderr
    assert files(kept) == edited
    assert did("restore", clinic, "--out", second).stdout.endswith("nothing was written\n")
    assert run("restore", clinic, "--out", clinic).exit_code == Exit.USAGE


def test_what_cannot_be_restored_says_so(run, did, clinic, folder):
    assert run("restore", clinic).stderr == "Error: Nothing was published yet.\n"
    assert run("restore", clinic / "none").exit_code == Exit.USAGE
    did("solve", clinic, *SOLVE)
    did("publish", clinic)
    for words, what in (
        (("--revision", "7"), "No revision 7 of the week of 2026-11-30"),
        (("--week", "2026-12-07"), "Nothing of"),
    ):
        done = run("restore", clinic, *words)
        assert (done.exit_code, what in done.stderr) == (Exit.USAGE, True)


def test_a_week_edited_by_hand_is_kept_without_what_was_written_there(did, clinic, folder):
    """Whatever stands in a cell that nobody reads may be a name."""
    did("solve", clinic, *SOLVE)
    before = files(folder)
    (folder / "hours.csv").write_text((folder / "hours.csv").read_text().replace(",met", ",Zyxcanary"))
    (folder / "summary.json").write_text(
        (folder / "summary.json").read_text().replace('"seed"', '"Zyxcanary": 1, "seed"')
    )
    did("publish", clinic, folder)
    assert b"Zyxcanary" not in b"".join(path.read_bytes() for path in (clinic / "published").rglob("*.json"))
    shutil.rmtree(folder)
    did("restore", clinic)
    back = files(folder.with_name(f"{WEEK}.r1"))
    assert {name: back[name] for name in before if name != "summary.json"} == {
        name: data for name, data in before.items() if name != "summary.json"
    }
    assert json.loads(back["summary.json"])["week"] == WEEK
    assert did("verify", clinic, folder.with_name(f"{WEEK}.r1")).stdout == ""


def test_a_revision_of_an_earlier_version_kept_its_sessions_only(did, clinic, folder, monkeypatch):
    monkeypatch.setattr("iopsched.work.publications.kept_files", lambda *_: {})
    did("solve", clinic, *SOLVE)
    before = files(folder)
    did("publish", clinic, folder)
    shutil.rmtree(folder)
    assert "Only its sessions were kept" in did("restore", clinic).stderr
    back = files(folder.with_name(f"{WEEK}.r1"))
    assert {name for name in before if back[name] == before[name]} == before.keys() - {"summary.json"}


# --- the folder that is meant -----------------------------------------------
COMMANDS = {"show": (), "verify": (), "curriculum": (), "export": ("--to", "csv"), "publish": ("--dry-run",)}


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_folder_the_draft_comes_before_what_is_published(did, run, clinic, folder, command):
    options = COMMANDS[command]
    done = run(command, clinic, *options)
    assert (done.exit_code, "There is no schedule yet. `iopsched solve" in done.stderr) == (Exit.USAGE, True)
    did("solve", clinic, *SOLVE)
    assert did(command, clinic, *options).stderr.startswith(f"Folder: {folder} (a draft, not published).\n")
    did("publish", clinic)
    assert did(command, clinic, *options).stderr.startswith(f"Folder: {folder} (revision 1).\n")
    did("solve", clinic, *SOLVE)
    draft = folder.with_name(f"{WEEK}.r2")
    assert did(command, clinic, *options).stderr.startswith(f"Folder: {draft} (a draft, not published).\n")
    assert run(command, clinic, "--week", "2026-12-07", *options).exit_code == Exit.USAGE


def test_push_takes_what_is_published(did, run, clinic, folder):
    push = ("push", clinic, "--caldav", "http://127.0.0.1:9/")
    assert "Nothing is published. `iopsched publish" in run(*push).stderr
    did("solve", clinic, *SOLVE)
    did("publish", clinic)
    did("solve", clinic, *SOLVE)
    assert f"Folder: {folder} (revision 1).\n" in run(*push).stderr
    shutil.rmtree(folder)
    assert f"`iopsched restore {clinic} --week {WEEK}` makes it one" in run(*push).stderr


def test_a_draft_that_was_overtaken_is_not_meant(did, clinic, folder, tmp_path):
    """The first revision was edited by hand and published again while a draft of the second lay beside it."""
    did("solve", clinic, *SOLVE)
    did("publish", clinic)
    did("solve", clinic, *SOLVE)
    draft = folder.with_name(f"{WEEK}.r2")
    for name in ("sessions.csv", "roster.csv"):
        (folder / name).write_text(re.sub(r"(?m)^G1-3.*\n", "", (folder / name).read_text()))
    did("publish", clinic, folder)
    assert did("show", clinic).stderr.startswith(f"Folder: {folder} (revision 2).\n")
    history = did("history", clinic)
    assert history.stderr == f"Draft: {draft}, made from revision 1.\n"
    told = json.loads(did("history", clinic, "--json").stdout)["drafts"]
    assert told == [{"week": WEEK, "folder": str(draft), "previous": {"week": WEEK, "revision": 1}}]
