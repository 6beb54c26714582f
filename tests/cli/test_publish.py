import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from iopsched.cli.exits import Exit


@pytest.fixture
def folder(clinic):
    """A schedule folder: the stand-ins never look inside."""
    found = clinic / "schedules" / "2026-11-30"
    found.mkdir(parents=True)
    return found


def moved(schedule, session_id, start):
    """The schedule with one session elsewhere."""
    sessions = (
        replace(one, start=start, end=start + one.minutes) if one.id == session_id else one for one in schedule.sessions
    )
    return replace(schedule, sessions=tuple(sessions))


@pytest.fixture
def publish(run, install, clinic, folder):
    """Publish a week of the small clinic."""

    def call(week=None, *options):
        install(week=week)
        return run("publish", clinic, folder, *options)

    return call


def test_first_again_and_changed(publish, world):
    done = publish()
    assert (done.exit_code, done.stdout) == (
        Exit.DONE, "Published the week of Monday 30 November 2026: revision 1, 6 sessions.\n",
    )  # fmt: skip
    assert "iopsched push" in done.stderr
    done = publish()
    assert (done.exit_code, done.stderr) == (Exit.DONE, "")
    assert done.stdout.startswith(
        "Nothing new: the week of Monday 30 November 2026 is published as it is here, revision 1"
    )
    later = moved(world.schedule(individual=("P1", "P3")), "individual-1", 17 * 60)
    done = publish(later)
    assert done.stdout.splitlines() == [
        "Published the week of Monday 30 November 2026: revision 2, 5 sessions; 1 changed, 1 cancelled since revision 1.",
        "  individual-1: moved from Mon 13:00 to Mon 17:00",
        "  individual-2 (Mon 14:00): cancelled",
        *CALLS,
    ]


CALLS = [
    "Call list, revision 2 against 1: 2 participants and 1 member of staff.",
    "  P1",
    "    individual P1: Mon 13:00-14:00 · T1 · R2 -> Mon 17:00-18:00 · T1 · R2",
    "  T1 (staff)",
    "    individual P1: Mon 13:00-14:00 · T1 · R2 -> Mon 17:00-18:00 · T1 · R2",
    "    individual P2: Mon 14:00-15:00 · T1 · R2 -> cancelled",
    "  P2",
    "    individual P2: Mon 14:00-15:00 · T1 · R2 -> cancelled",
]


def test_the_call_list_is_printed_again_written_and_in_every_export(publish, run, clinic, folder, world):
    """Ids only, unless names are asked for; a list that somebody has ticked off stays."""
    publish()
    later = moved(world.schedule(individual=("P1", "P3")), "individual-1", 17 * 60)
    before = publish(later, "--dry-run")
    assert before.stdout.splitlines()[-len(CALLS) :] == CALLS
    assert not (folder / "exports").exists()
    path = folder / "exports/call-list-2026-11-30-r2.csv"
    assert f"Call list, to be ticked off: {path}\n" in publish(later).stderr
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    assert rows[:2] == [
        "who,kind,what,before,after,told",
        "P1,participant,individual P1,Mon 13:00-14:00 · T1 · R2,Mon 17:00-18:00 · T1 · R2,",
    ]
    path.write_text(path.read_text().replace("R2,\n", "R2,yes\n"))
    again = publish(later)
    assert again.stdout.splitlines()[1:] == CALLS
    assert "Warning: the call list is not written anew: 1 file would be replaced" in again.stderr
    assert ",yes" in path.read_text()
    calls = json.loads(publish(later, "--json").stdout)["call_list"]
    assert calls[-1] == {
        "who": "P2",
        "kind": "participant",
        "what": "individual P2",
        "old": "Mon 14:00-15:00 · T1 · R2",
        "new": "",
    }
    assert "  Z2\n    individual Z2: " in publish(later, "--names", "initials").stdout
    done = run("export", clinic, folder, "--to", "xlsx,html")
    assert done.exit_code == Exit.DONE, done.output
    book = load_workbook(folder / "exports/week-2026-11-30.xlsx")
    cells = [cell.value for row in book["Call list"].iter_rows() for cell in row]
    page = (folder / "exports/week-2026-11-30.html").read_text()
    for text in ("2 participants and 1 member of staff", "individual P2", "cancelled"):
        assert any(text in str(cell) for cell in cells)
        assert text in page.partition('id="calls"')[2]


def test_unmet_needs_are_published_broken_rules_are_not(publish, clinic, world):
    """P3 lacks an hour; P1 would be in two places at once."""
    assert publish(world.schedule(individual=("P1", "P2"))).exit_code == Exit.DONE
    broken = moved(world.schedule(), "individual-1", 9 * 60)
    done = publish(broken)
    assert done.exit_code == Exit.UNMET
    assert ["overlap", "P1"] in [line.split("\t")[:2] for line in done.stdout.splitlines()]
    assert "Not published: " in done.stderr
    assert not (clinic / "published/2026-11-30/r002.json").exists()
    content = json.loads(publish(broken, "--json").stdout)
    assert (content["schema"], content["ok"]) == ("iopsched.publish/1", False)
    assert content["violations"]
    done = publish(broken, "--force")
    assert (done.exit_code, "revision 2" in done.stdout, "Warning: " in done.stderr) == (Exit.DONE, True, True)


def test_a_dry_run_records_nothing(publish, clinic, world):
    done = publish(None, "--dry-run")
    assert done.stdout.startswith("Would publish the week of Monday 30 November 2026: revision 1, 6 sessions.")
    assert [path.name for path in clinic.iterdir()] == ["schedules"]
    publish()
    before = (clinic / "iopsched.db").read_bytes()
    assert "revision 2" in publish(world.schedule(individual=()), "--dry-run").stdout
    assert (clinic / "iopsched.db").read_bytes() == before


def test_json(publish, world):
    content = json.loads(publish(None, "--json").stdout)
    assert {key: content[key] for key in ("ok", "is_new", "revision", "sessions", "added", "changes")} == {
        "ok": True, "is_new": True, "revision": 1, "sessions": 6, "added": 6, "changes": [],
    }  # fmt: skip
    content = json.loads(publish(moved(world.schedule(), "individual-1", 17 * 60), "--json").stdout)
    assert (content["added"], content["changed"], content["cancelled"]) == (0, 1, 0)
    assert content["changes"][0]["kinds"] == ["moved"]
    assert content["changes"][0]["after"]["start"] == "Mon 17:00"


def test_no_name_is_kept_or_told(publish, clinic, world):
    done = publish()
    kept = b"".join(path.read_bytes() for path in clinic.rglob("*") if path.is_file())
    assert b"individual-1" in kept
    assert world.CANARY.encode() not in kept + done.output.encode()


def test_who_did_it_is_written_down_also_where_nobody_is_known(publish, clinic, monkeypatch):
    def nobody():
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    publish()
    with closing(sqlite3.connect(clinic / "iopsched.db")) as db:
        assert db.execute("SELECT actor FROM publication").fetchall() == [("unknown",)]


class TestHistory:
    """What was published when, and whether anybody has edited it since."""

    def test_lines(self, publish, run, clinic, world):
        publish()
        publish(world.schedule(individual=("P1",)))
        done = run("history", clinic)
        cells = [line.split("\t") for line in done.stdout.splitlines()]
        assert [(row[0], row[1], row[4], row[5]) for row in cells] == [
            ("2026-11-30", "revision 1", "6 sessions", ""), ("2026-11-30", "revision 2", "4 sessions", "2 cancelled"),
        ]  # fmt: skip
        assert run("history", clinic, "--week", "2026-12-07").stderr == "Nothing was published of this week.\n"
        content = json.loads(run("history", clinic, "--json").stdout)
        assert [row["revision"] for row in content["revisions"]] == [1, 2]

    def test_nothing_was_published(self, run, clinic, tmp_path):
        done = run("history", clinic, "--verify")
        assert (done.exit_code, done.stdout) == (Exit.DONE, "")
        assert list(clinic.iterdir()) == []
        assert run("history", tmp_path / "nowhere").exit_code == Exit.USAGE

    def test_an_edited_revision_is_named(self, publish, run, clinic, world):
        """Pitfall 30."""
        for hour in (13, 17, 18):
            publish(moved(world.schedule(), "individual-1", hour * 60))
        done = run("history", clinic, "--verify")
        assert (done.exit_code, done.stderr) == (Exit.DONE, "Checked 3 revisions: all are as they were published.\n")
        with closing(sqlite3.connect(clinic / "iopsched.db")) as db, db:
            db.execute("UPDATE session SET room_id = 'R9' WHERE number = 2 AND session_id = 'G1-1'")
        done = run("history", clinic, "--verify")
        assert done.exit_code == Exit.CONFLICT
        sentence, remedy = done.stderr.splitlines()
        assert sentence == "Revision 2 of the week of 2026-11-30 was edited in iopsched.db after it was published."
        assert remedy.startswith("Move iopsched.db")
        faults = json.loads(run("history", clinic, "--verify", "--json").stdout)["faults"]
        assert [(row["week"], row["revision"]) for row in faults] == [("2026-11-30", 2)]
