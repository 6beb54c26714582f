"""Weeks to publish. Also a program: ``python -m tests.support.store_world HOME HOUR WAIT [death]`` publishes a week and tells how it went.

``death`` kills the process at a chosen moment, as a power cut would, or takes its locks away.
"""

import os
import sqlite3
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from iopsched.domain.clinic import Clinic
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import ALWAYS, DAY, HOUR
from iopsched.errors import ConflictError
from iopsched.files import locks, unnamed
from iopsched.store import publish, snapshots

WEEK = date(2026, 11, 30)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def clinic(clinic_id="harbor", name="Harbor Bend"):
    return Clinic(name, clinic_id, "America/New_York", ALWAYS, ("adult",), 30, "generic", (), {}, {}, {}, {})


def schedule(hour=9, week=WEEK):
    """Two mornings, of which the second begins at an hour, and an hour alone."""
    people = ("P1", "P2")
    return Schedule(
        week,
        (
            Session("G1-1", "group", 9 * HOUR, 12 * HOUR, ("T1", "T2"), people, "in_person", "G1", "R1"),
            Session(
                "G1-2",
                "group",
                2 * DAY + hour * HOUR,
                2 * DAY + (hour + 3) * HOUR,
                ("T1",),
                people,
                "hybrid",
                "G1",
                "R1",
            ),
            Session("individual-1", "individual", 15 * HOUR, 16 * HOUR, ("T2",), ("P1",)),
        ),
    )


def publish_week(home, hour=9, week=WEEK, **options):
    """Publish the week; the later its second morning, the later it is published."""
    moment = NOW + timedelta(hours=hour)
    return publish(home, options.pop("clinic", clinic()), schedule(hour, week), now=moment, actor="dana", **options)


def refuse_lock(*_):
    """Be a disk without locks."""
    raise OSError(95, "Operation not supported")


def forget_locks():
    """Be on a network share that knows no locks: neither for files nor for the database."""
    connect = sqlite3.connect
    locks.fcntl.flock = refuse_lock
    sqlite3.connect = lambda database, **options: connect(f"{database}&vfs=unix-none", **options)


def die(moment):
    if moment == "without locks":
        forget_locks()
        return
    write = snapshots.write

    def before(*_):
        os._exit(9)

    def after(*arguments):
        write(*arguments)
        os._exit(9)

    def half(handle, data):
        os.write(handle, data[:20])
        os._exit(9)

    if moment == "half-way":
        unnamed.write_whole = half
    else:
        snapshots.write = before if moment == "before" else after


if __name__ == "__main__":
    home, hour, wait_s, *death = sys.argv[1:]
    if death:
        die(death[0])
    print("READY", flush=True)
    sys.stdin.readline()
    try:
        done = publish_week(Path(home), int(hour), wait_s=float(wait_s))
    except ConflictError as error:
        print("busy" if "busy" in str(error) else error, flush=True)
    else:
        print(done.publication.revision, done.is_new, flush=True)
