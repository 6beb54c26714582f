"""What is cut off or lost as a whole shows by the anchors that exports carry."""

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing

import pytest

from iopsched.cli.exits import Exit
from iopsched.store import history, latest


def test_every_page_calendar_and_workbook_carries_the_anchor(exported, world):
    sha = latest(exported, world.WEEK).anchor
    assert sha == history(exported)[-1].sha
    text = f"2026-11-30/3/{sha[:32]}"
    files = [path for path in (exported / "schedules").rglob("*") if path.suffix in (".html", ".ics", ".xlsx")]
    assert {path.suffix for path in files} == {".html", ".ics", ".xlsx"}
    for path in files:
        data = path.read_bytes()
        if path.suffix == ".xlsx":
            data = zipfile.ZipFile(path).read("docProps/custom.xml")
        assert text.encode() in data, path
    assert f"Record {sha[:16]} (revision 3)" in next(p for p in files if p.name == "week-2026-11-30.html").read_text()


def cut_entries(clinic, least):
    with closing(sqlite3.connect(clinic / "iopsched.db")) as db:
        for table in ("facts", "attendance", "staff", "session", "publication"):
            db.execute(" ".join(("DELETE FROM", table, "WHERE number >=", str(least))))
        db.commit()


def cut_files(clinic, least):
    for path in (clinic / "published/2026-11-30").iterdir():
        if int(path.name[1:4]) >= least:
            path.unlink()


def nothing_left(clinic):
    (clinic / "iopsched.db").unlink(missing_ok=True)
    shutil.rmtree(clinic / "published")


def only(*kept):
    def drop(clinic):
        nothing_left(clinic)
        for path in sorted((clinic / "schedules").rglob("*"), reverse=True):
            if path.is_file() and path.name not in kept:
                path.unlink()

    return drop


def both(least):
    return lambda clinic: (cut_entries(clinic, least), cut_files(clinic, least))


HARMS = {
    "nothing": (lambda clinic: None, Exit.DONE, "Checked 3 revisions"),
    "entries cut": (lambda clinic: cut_entries(clinic, 3), Exit.DONE, "Checked 3 revisions"),
    "database lost": (lambda clinic: (clinic / "iopsched.db").unlink(), Exit.DONE, "Checked 3 revisions"),
    "files cut": (lambda clinic: cut_files(clinic, 3), Exit.CONFLICT, "has lost its file"),
    "all files lost": (lambda clinic: shutil.rmtree(clinic / "published"), Exit.CONFLICT, "has lost its file"),
    "both cut by one": (both(3), Exit.CONFLICT, "Revision 3 of the week of 2026-11-30 is lost"),
    "both cut by two": (both(2), Exit.CONFLICT, "Revision 3 of the week of 2026-11-30 is lost"),
    "all rows gone": (both(1), Exit.CONFLICT, "Revision 3 of the week of 2026-11-30 is lost"),
    "all lost": (nothing_left, Exit.CONFLICT, "is lost or was replaced"),
    "all lost but a page": (only("week-2026-11-30.html"), Exit.CONFLICT, "week-2026-11-30.html was made from it"),
    "all lost but a calendar": (only("clinic.ics"), Exit.CONFLICT, "clinic.ics was made from it"),
    "all lost but the list": (only(".iopsched-exports.json"), Exit.CONFLICT, "exports.json was made from it"),
    "all lost but a handout": (only("participant-P1.html"), Exit.CONFLICT, "participant-P1.html was made from it"),
    "all lost, exports too": (only(), Exit.DONE, "Nothing was published yet"),
}


@pytest.mark.parametrize("name", HARMS)
def test_what_is_lost_is_told(exported, run, name):
    harm, code, told = HARMS[name]
    harm(exported)
    done = run("history", exported, "--verify")
    assert (done.exit_code, told in done.stderr) == (code, True), done.output
    assert ("Put back copies" in done.stderr) == ("lost or was replaced" in done.stderr)
    assert ("Nothing was published" in done.stderr) == (name == "all lost, exports too")


def test_a_chain_that_was_replaced(exported, run, install, world):
    nothing_left(exported)
    install(week=world.schedule())
    run("publish", exported, exported / "schedules/2026-11-30")
    done = run("history", exported, "--verify", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == Exit.CONFLICT
    assert found["faults"] == []
    assert [(row["week"], row["revision"]) for row in found["lost"]] == [("2026-11-30", 3)]


def test_a_draft_carries_the_anchor_that_it_follows(exported, run, install, world):
    install(week=world.schedule(individual=("P2",)))
    folder = exported / "schedules/2026-11-30"
    run("export", exported, folder, "--to", "html")
    text = (folder / "exports/week-2026-11-30.html").read_text()
    assert f"2026-11-30/3/{history(exported)[-1].sha[:32]}" in text
    assert "DRAFT" in text
    assert run("history", exported, "--verify").exit_code == Exit.DONE
