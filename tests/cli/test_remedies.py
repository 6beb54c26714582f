"""Each remedy that `history --verify` prints, obeyed as it is written, mends what it was printed for."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from iopsched.cli.exits import Exit
from iopsched.store import history

FILE = "published/2026-11-30/r00{}.json"


def sql(*statements):
    def harm(clinic):
        with closing(sqlite3.connect(clinic / "iopsched.db")) as db:
            db.execute("PRAGMA foreign_keys = OFF")
            for statement in statements:
                db.execute(statement)
            db.commit()

    return harm


def lost(number):
    return lambda clinic: (clinic / FILE.format(number)).unlink()


def edited(number, **values):
    def harm(clinic):
        path = clinic / FILE.format(number)
        path.write_text(json.dumps(json.loads(path.read_text()) | values))

    return harm


def stray(clinic):
    shutil.copyfile(clinic / FILE.format(1), clinic / FILE.format(7))


def database_lost(clinic):
    (clinic / "iopsched.db").unlink()


def cut(number):
    tables = ("facts", "attendance", "staff", "session", "publication")
    return sql(*(" ".join(("DELETE FROM", table, "WHERE number =", str(number))) for table in tables))


ACTOR = sql("UPDATE publication SET actor = 'x' WHERE number = 2")
HARMS = {
    "a file lost": (lost(2),),
    "all files lost": (lost(1), lost(2), lost(3)),
    "a file edited": (edited(2, actor="x"),),
    "a file laid out anew": (edited(3),),
    "an entry edited": (ACTOR,),
    "an entry and its file edited": (ACTOR, edited(2, actor="x")),
    "an entry edited, another's file lost": (ACTOR, lost(3)),
    "an entry lost": (cut(2),),
    "a stray file": (stray,),
    "a stray file, one lost, one edited": (stray, lost(2), edited(1, actor="x")),
    "the last entry lost, its file laid out anew": (cut(3), edited(3)),
    "database lost, a file lost": (database_lost, lost(2)),
    "database lost, a file laid out anew": (database_lost, edited(2)),
    "database lost, a file edited": (database_lost, edited(2, actor="x")),
}


def obey(remedy, clinic, copy, run):
    """Do what a remedy says: move, put back, publish."""
    assert re.search("Move|Put back|Run `publish`", remedy)
    if "Move iopsched.db" in remedy:
        (clinic / "iopsched.db").rename(clinic / "elsewhere.db")
    elif moved := re.search(r"Move (\S+) elsewhere", remedy):
        Path(moved[1]).rename(clinic / f"elsewhere-{Path(moved[1]).name}")
    elif "Put back" in remedy:
        for name in ("iopsched.db", "published"):
            if re.search(rf"copies of .*{name}|a copy of \S*/{name}", remedy):
                source, place = copy / name, clinic / name
                if source.is_dir():
                    shutil.rmtree(place)
                    shutil.copytree(source, place)
                else:
                    shutil.copyfile(source, place)
    if "un `publish` again" in remedy:
        done = run("publish", clinic, clinic / "schedules/2026-11-30")
        assert done.exit_code == Exit.DONE, done.output


@pytest.mark.parametrize("name", HARMS)
def test_a_remedy_obeyed_mends(exported, original, run, name):
    published = [entry.sha for entry in history(original)]
    for harm in HARMS[name]:
        harm(exported)
    done = run("history", exported, "--verify", "--json")
    assert done.exit_code == Exit.CONFLICT
    faults = json.loads(done.stdout)["faults"]
    told = run("history", exported, "--verify").stderr
    for remedy in dict.fromkeys(fault["remedy"] for fault in faults):
        assert told.count(remedy) == 1
        obey(remedy, exported, original, run)
    done = run("history", exported, "--verify")
    assert (done.exit_code, "Checked 3 revisions" in done.stderr) == (Exit.DONE, True), done.output
    assert [entry.sha for entry in history(exported)] == published
