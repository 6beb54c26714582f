"""Two tabs, commands, a spreadsheet and another program write at once, in an order by chance: no edit that was acknowledged is lost."""

import contextlib
import csv
import fcntl
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iopsched import ingest, store
from iopsched.cli import options
from iopsched.domain.timegrid import DAY, HOUR
from iopsched.errors import ConflictError
from iopsched.files import locks
from tests.cli.conftest import runner
from tests.page.conftest import WEEK
from tests.support.editing_world import clinic_at, edited, hold, make, place
from tests.support.page_world import PageClient, running_page

PLACE = ("date", "start", "end", "room", "therapists", "participants")
NAMES = ("participants", "pinned", *PLACE)
TRIES = 2_000
MOVES = ("move", "move", "move", "undo", "redo", "save", "publish")


def rows(week):
    """Return the sessions that an answer shows."""
    return {row["id"]: {name: row[name] for name in NAMES} for row in week["sessions"]}


def on_disk(folder):
    """Return the sessions of a folder, None where it is none."""
    schedule = ingest.inspect_schedule(folder).schedule if folder.is_dir() else None
    return None if schedule is None else schedule.sessions


class ManyWriters:
    """Everybody who writes at one clinic; ``seen`` is what each of two tabs shows, which may be old."""

    def __init__(self, clinic, running, draw, run):
        self.clinic, self.draw, self.run = clinic, draw, run
        self.tabs = [PageClient(running, running.page.first, WEEK) for _ in range(3)]
        self.seen = [self.now(), self.now()]
        self.tables = [self.table(0), self.table(1)]
        self.rooms = {"R1": "4", "R2": "4"}
        self.refused, self.published = set(), 0

    def now(self):
        """Return the week as the third tab sees it, which never writes."""
        return self.tabs[2].get("/api/week")

    def folder(self):
        return self.clinic / "schedules" / (self.now()["state"]["folder"] or "none")

    # --- the page -------------------------------------------------------------
    def ask(self):
        """Have a tab do something with the week that it shows."""
        which, before = self.draw.choice((0, 1)), self.now()
        seen = self.seen[which]
        kind = self.draw.choice(("settle",) if seen["state"]["elsewhere"] else MOVES)
        path, more = f"week/{kind}", {}
        if kind == "move":
            more = {"move": self.a_move(seen)}
        elif kind == "settle":
            more = {"side": self.draw.choice(("mine", "theirs", "both"))}
        elif kind == "publish":
            path = "publish"
        sides, disk = self.tabs[2].get("/api/week/elsewhere")["sessions"], on_disk(self.folder())
        own = self.own()
        status, answer = self.tabs[which].answer("POST", f"/api/{path}", {"revision": seen["revision"], **more})
        after = self.now()
        self.seen[which] = after  # drawn anew, whatever came
        if seen["revision"] != before["revision"]:
            assert (status, answer["error"]) == (409, "stale")
        elif before["state"]["elsewhere"] and kind != "settle":
            assert (status, answer["error"]) in {(409, "elsewhere"), (409, "blocked")}
        if status != 200:
            self.refused.add(answer["error"])
            assert rows(after) == rows(before), answer
            return
        assert rows(after) == rows(answer)
        if kind == "settle":
            assert rows(after) == settled(more["side"], rows(before), sides), more
        elif kind in ("save", "publish"):
            assert rows(after) == rows(before)
            self.published += kind == "publish" and answer["is_new"]
            kept = [on_disk(path) for path in (self.clinic / "schedules").iterdir()]
            assert disk is None or disk in kept or disk in own, "somebody else's week was written over"

    def own(self):
        """Return every week that the draft itself has been."""
        history = edited(self.clinic).state().history
        return [history.base.schedule.sessions, *(move.after.schedule.sessions for move in history.moves)]

    def a_move(self, week):
        where = {"date": f"2026-12-0{self.draw.randint(1, 4)}", "start": f"{self.draw.randint(9, 19):02}:00"}
        held = [row["id"] for row in week["sessions"]]
        if not held or (len(held) < 4 and self.draw.random() < 0.4):
            return hold(where["date"][5:], where["start"], self.draw.choice(("P01", "P01", "P02")))
        one = self.draw.choice(held)
        return self.draw.choice((place(one, **where), place(one, **where), {"kind": "unplace", "session": one}))

    # --- others ---------------------------------------------------------------
    def edit_by_hand(self):
        """Have a spreadsheet put a session elsewhere in the folder of the week."""
        path = self.folder() / "sessions.csv"
        if not path.is_file():
            return
        told = [*csv.reader(path.read_text(encoding="utf-8").splitlines())]
        if len(told) > 1:
            row, hour = self.draw.choice(told[1:]), self.draw.randint(9, 19)
            row[3:5] = f"{hour:02}:00", f"{hour + 1:02}:00"
            self.outside(lambda: path.write_text("".join(",".join(row) + "\n" for row in told), encoding="utf-8"))

    def command(self):
        """Have a command search, publish or take back."""
        words = (
            ["solve", "--time-limit", "1", "--workers", "1", "--seed", self.draw.randint(0, 9)],
            ["publish"],
            ["publish", "--undo"],
        )
        name, *more = self.draw.choice(words)
        self.outside(lambda: self.run(name, self.clinic, "--week", WEEK, *more))
        self.published = len(store.history(self.clinic))

    def outside(self, write):
        """Have somebody else write the week; a draft with moves stays as it is, another one shows what was written."""
        before = self.now()
        write()
        after = self.now()
        if before["state"]["can_undo"] or before["state"]["can_redo"]:
            assert rows(after) == rows(before)
        elif after["state"]["folder"]:
            assert len(after["sessions"]) == len(on_disk(self.folder()))
        assert after["state"]["elsewhere"] is False or after["state"]["can_undo"] or after["state"]["can_redo"]

    # --- the tables -----------------------------------------------------------
    def table(self, which):
        return self.tabs[which].get("/api/input/table/rooms.csv")

    def type_cell(self):
        """Have a tab type the seats of the first room, maybe into a table that is old."""
        which, seats = self.draw.choice((0, 1)), str(self.draw.randint(4, 9))
        old = self.tables[which]
        body = {"table": "rooms.csv", "revision": old["revision"], "cells": [[old["rows"][0]["row"], 1, seats]]}
        is_stale = self.table(2)["revision"] != old["revision"]
        status, answer = self.tabs[which].answer("POST", "/api/input/change", body)
        assert (status, answer.get("error")) == ((409, "stale") if is_stale else (200, None))
        if not is_stale:
            self.rooms["R1"] = seats
        self.tables[which] = self.table(which)
        self.see_rooms()

    def rewrite(self):
        """Have another program write the table of rooms, with other seats of the second room."""
        self.rooms["R2"] = str(self.draw.randint(4, 9))
        text = "".join(f"{room},{seats}\n" for room, seats in self.rooms.items())
        (self.clinic / "rooms.csv").write_text(f"room_id,capacity\n{text}", encoding="utf-8")
        self.see_rooms()

    def see_rooms(self):
        text = (self.clinic / "rooms.csv").read_text(encoding="utf-8")
        assert {row["room_id"]: row["capacity"] for row in csv.DictReader(text.splitlines())} == self.rooms


def settled(side, mine, sides):
    """Return what a draft is once it was said which side holds, as the page shows it."""
    found = dict(mine)
    for row in sides:
        theirs = row["theirs"] and {name: row["theirs"][name] for name in PLACE}
        if side == "theirs" or (side == "both" and not row["disputed"] and same(row["mine"], row["before"])):
            found.pop(row["id"], None)
            if theirs is not None:
                found[row["id"]] = theirs | {"pinned": False}
    return found


def same(one, other):
    return one == other or (one and other and all(one[name] == other[name] for name in PLACE))


def interleave(home, seed, steps, patch):
    """Have everybody write in an order by chance; return who was refused, and how."""
    clinic, draw = clinic_at(home / f"clinic-{seed}"), random.Random(seed)
    patch.setattr(options, "clock", lambda: datetime(2026, 11, 27, 12, tzinfo=UTC))
    with running_page(home / f"page-{seed}", clinic) as running:
        world = ManyWriters(clinic, running, draw, runner(patch))
        ways = [world.ask] * 8 + [
            world.edit_by_hand,
            world.edit_by_hand,
            world.type_cell,
            world.type_cell,
            world.rewrite,
            world.command,
        ]
        for _ in range(steps):
            draw.choice(ways)()
        fresh = edited(clinic).state()
        assert {row.id: row.start for row in fresh.week.schedule.sessions}.keys() == rows(world.now()).keys()
        assert fresh.revision == world.now()["revision"] or not fresh.history.moves
        assert len(store.history(clinic)) == world.published
        assert store.verify(clinic) == ()
    return world.refused


def test_an_interleaving_loses_nothing(tmp_path, monkeypatch):
    assert interleave(tmp_path, 317, 20, monkeypatch) == {"stale", "elsewhere"}


@pytest.mark.slow  # half a minute; some search
def test_a_hundred_interleavings_lose_nothing(tmp_path, monkeypatch):
    found = set()
    for seed in range(100, 200):
        found |= interleave(tmp_path, seed, 25, monkeypatch)
    assert found >= {"stale", "elsewhere", "blocked"}


class WindowsLocks:
    """Locks of files as Windows has them, of whoever has the file open: nobody waits, and who comes second is refused."""

    LK_NBLCK = 2

    def locking(self, handle, _mode, _size):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PermissionError(13, "Permission denied") from None


def unlink_as_windows(path, missing_ok=False, real=Path.unlink):
    """Refuse to remove a lock file, as Windows does while another process has it open."""
    if path.name == locks.LOCK:
        raise PermissionError(13, "Permission denied")
    real(path, missing_ok=missing_ok)


def move_and_save(clinic, session, number, is_windows):
    """Move a session so many times, and save after each; what another process was faster with is asked again."""
    if is_windows:
        locks.fcntl, locks.msvcrt, Path.unlink = None, WindowsLocks(), unlink_as_windows
    week = edited(clinic)
    for count in range(number):
        where = {"date": f"2026-12-0{1 + count % 4}", "start": f"{9 + count % 11:02}:00"}
        persist(week, "move", place(session, **where))
        persist(week, "save")


def persist(week, name, *more):
    """Ask until nobody else was faster, which must come soon."""
    for _ in range(TRIES):
        with contextlib.suppress(ConflictError):
            return getattr(week, name)(week.state().revision, *more)
    raise AssertionError(f"{name} was refused {TRIES} times")


def write_together(clinic, number, *, is_windows):
    """Have two processes write the same week, each so many times; all that both did is there."""
    found = make(edited(clinic), hold("11-30", "09:00", "P01"), hold("11-30", "10:00", "P02"))
    children = []
    for session in (row.id for row in found.week.schedule.sessions):
        children.append(os.fork())
        if not children[-1]:
            try:
                move_and_save(clinic, session, number, is_windows)
                os._exit(0)
            finally:
                os._exit(1)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    week = edited(clinic)
    found = week.state()
    assert len(found.history.moves) == 2 + 2 * number
    assert not found.is_elsewhere
    last = number - 1
    expected = (last % 4 + 1) * DAY + (9 + last % 11) * HOUR
    assert [row.start for row in found.week.schedule.sessions] == [expected, expected]
    assert on_disk(week.save(found.revision).folder) == found.week.schedule.sessions
    left = {path.name for path in (clinic / "schedules").iterdir()}
    assert left <= {"2026-11-30", ".2026-11-30.draft.jsonl", locks.LOCK}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
@pytest.mark.parametrize("is_windows", [False, True])
def test_two_processes_lose_no_move_and_no_save(tmp_path, is_windows):
    write_together(clinic_at(tmp_path / "clinic"), 4, is_windows=is_windows)


@pytest.mark.slow  # four hundred saves
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
@pytest.mark.parametrize("is_windows", [False, True])
def test_a_hundred_saves_of_each_of_two_processes_lose_nothing(tmp_path, is_windows):
    write_together(clinic_at(tmp_path / "clinic"), 100, is_windows=is_windows)
