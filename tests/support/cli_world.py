"""A clinic small enough to know by heart, and stand-ins for the reader and the solver.

Also a program: ``python -m tests.support.cli_world ARGUMENTS`` runs the command line against the stand-ins, with a solver that
works until it is stopped.
"""

import sys
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from iopsched import ingest, search
from iopsched.cli import options
from iopsched.domain.clinic import Block, Clinic, Level
from iopsched.domain.names import Names
from iopsched.domain.outcome import GoalResult, Solved, Unmet
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Role, Service
from iopsched.domain.timegrid import DAY, HOUR, TimeRange, Windows
from iopsched.params import Progress
from iopsched.rulebook import DEFAULT_WEIGHTS, GoalId
from iopsched.why import counts
from iopsched.words.sentence import Sentence

WEEK = date(2026, 11, 30)
OPEN = Windows.of(TimeRange(day * DAY + 8 * HOUR, day * DAY + 20 * HOUR) for day in range(5))
LEVEL = Level("iop-adult", 9 * HOUR, 19 * HOUR, 3, 5 * HOUR, 3 * HOUR)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIRST_LINE = "Earlier week: none; nothing is published of this week or the week before.\n"
CANARY = "Zyxcanary"


def problem():
    """Three people in one group of three mornings, each with one hour alone with T1."""
    return Problem(
        clinic=Clinic(
            name="Test Clinic",
            clinic_id="test-clinic",
            timezone="America/Chicago",
            open=OPEN,
            populations=("adult",),
            grid_minutes=30,
            preset="generic",
            blocks=(Block("morning", "day", 9 * HOUR, 12 * HOUR, frozenset(range(5))),),
            levels={"iop-adult": LEVEL},
            phases={},
            ratios={"adult": 12},
            caps={"adult": 12},
            weights=DEFAULT_WEIGHTS,
        ),
        week=WEEK,
        services=(
            Service("group", "group", 180, 180, staff=(Role("group", 1),), starts="blocks"),
            Service(
                "individual",
                "individual",
                60,
                60,
                staff=(Role("individual", 1),),
                with_primary=True,
                per_week={"adult": 1},
            ),
        ),
        participants=tuple(
            Participant(
                f"P{i}",
                "adult",
                tracks=("SUD",),
                availability=OPEN,
                level="iop-adult",
                group_ids=("G1",),
                primary_id="T1",
            )
            for i in (1, 2, 3)
        ),
        therapists=tuple(Therapist(f"T{i}", availability=OPEN) for i in (1, 2)),
        rooms=tuple(Room(f"R{i}", 14, availability=OPEN) for i in (1, 2)),
        groups=(Group("G1", "group", ("SUD",), "adult", 3),),
    )


def schedule(*, individual=("P1", "P2", "P3")):
    """The group on Monday, Wednesday and Friday at 9 with T2 in R1; hours alone from 13:00 on Monday in R2."""
    people = ("P1", "P2", "P3")
    groups = [
        Session(
            f"G1-{i}", "group", day * DAY + 9 * HOUR, day * DAY + 12 * HOUR, ("T2",), people, "in_person", "G1", "R1"
        )
        for i, day in enumerate((0, 2, 4), 1)
    ]
    alone = [
        Session(f"individual-{i + 1}", "individual", (13 + i) * HOUR, (14 + i) * HOUR, ("T1",), (person,), room_id="R2")
        for i, person in enumerate(people)
        if person in individual
    ]
    return Schedule(WEEK, tuple(sorted((*groups, *alone))), dict.fromkeys(people, "T1"), frozenset(people))


def goals(**values):
    """Proven goals of value 0, or (value, bound) where named."""
    units = {GoalId.PEOPLE_SHORT: "people", GoalId.CHANGES: "people", GoalId.MOVES: "entries"}
    return tuple(GoalResult(str(goal), *values.get(str(goal), (0, 0)), units.get(goal, "minutes")) for goal in GoalId)


def solved(**changes):
    """The best week of the small clinic."""
    return replace(Solved(schedule(), goals(), is_repeatable=True, seconds=1.5), **changes)


def short():
    """A week in which P3 has no hour alone: 60 minutes short, 5 of which the proof leaves open in workload."""
    found = goals(unmet_need=(60, 60), people_short=(1, 1), workload=(200, 150), preferences=(60, 60))
    return Solved(
        schedule(individual=("P1", "P2")),
        found,
        (Unmet("P3", 60, Sentence("T1 has no free hour with P3.")),),
    )


NAMES = Names(
    participants={f"P{i}": f"{CANARY}0{i} Doe" for i in (1, 2, 3)},
    initials={f"P{i}": f"Z{i}" for i in (1, 2, 3)},
    therapists={"T1": f"{CANARY}11"},
    credentials={"T1": "LCSW"},
    rooms={"R1": "Blue room"},
    groups={"G1": f"{CANARY}21 relapse"},
    public_groups={"G1": "Morning group"},
)


@dataclass
class Inspection:
    """What the real reader returns."""

    problem: object
    issues: tuple = ()
    rows: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    inputs_sha256: str = "ab" * 32
    attendance: tuple = ()


@dataclass
class ScheduleInspection:
    """What the real reader returns of a schedule folder."""

    schedule: object
    issues: tuple = ()


def install(setattr_, *, solve=None, issues=(), week=None, calls=None, outlook_issues=()):
    """Put the stand-ins in place of reader and solver."""
    calls = {} if calls is None else calls

    def inspect_clinic(folder, monday, previous=None, *, is_for_solving=True):
        calls["inspect"] = (folder, monday, previous)
        has_errors = any(issue.level == "error" for issue in issues)
        return Inspection(None if has_errors else replace(problem(), week=monday), tuple(issues))

    def run(_problem, params, on_progress=None, stop=None, start=None):
        calls["params"], calls["start"] = params, start
        return solve(on_progress, stop) if callable(solve) else solve or solved()

    setattr_(options, "clock", lambda: NOW)
    setattr_(search, "solve", run)
    setattr_(counts, "never", lambda *_: tuple(outlook_issues))
    setattr_(ingest, "inspect_clinic", inspect_clinic)
    setattr_(ingest, "facts_now", lambda folder, name, sha, week=(), made=None: ingest.Facts({}, "", dict(week)))
    setattr_(ingest, "is_as_now", lambda facts, folder, name: True)
    setattr_(ingest, "inspect_kept", lambda facts, monday, previous=None: inspect_clinic(None, monday, previous))
    setattr_(ingest, "read_problem", lambda folder, monday: replace(problem(), week=monday))
    found = week or schedule()
    setattr_(ingest, "read_schedule", lambda folder, problem=None: found)
    setattr_(ingest, "inspect_schedule", lambda folder, problem=None: ScheduleInspection(found, tuple(issues)))
    setattr_(ingest, "read_names", lambda folder: NAMES)


def slow(on_progress, stop):
    """Work until stopped, as the real solver does, then return the best so far."""
    on_progress(Progress("build", 0.0, 60.0))
    on_progress(Progress("goal_done", 0.1, 59.9, GoalId.UNMET_NEED, 0, 0))
    sys.stderr.write("READY\n")
    sys.stderr.flush()
    while not stop.wait(0.02):
        pass
    if "--hang" in HANG:
        time.sleep(60)
    return solved(was_interrupted=True)


HANG = []

if __name__ == "__main__":
    if "--hang" in sys.argv:
        sys.argv.remove("--hang")
        HANG.append("--hang")
    install(setattr, solve=slow)
    from iopsched.cli import main

    main()
