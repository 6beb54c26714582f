"""Hundreds of random moves of every kind: what is held in memory is what a fresh reader of the disk finds."""

import json
import random
import shutil
from datetime import UTC, datetime

import pytest

from iopsched import ingest
from iopsched.errors import UsageError
from iopsched.files.output import short_summary
from iopsched.verifier import goal_values, violations
from iopsched.views.labels import Labels
from iopsched.views.weekfacts import WeekTelling
from iopsched.work.editing import EditedWeek
from tests.support.board_world import DATA, TABLES, WEEK, complete

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def clinic(quick_path):
    folder = shutil.copytree(DATA / "complete", quick_path / "clinic")
    week = shutil.copytree(TABLES, folder / "schedules" / WEEK.isoformat())
    for name, data in short_summary(complete()[0]).items():
        (week / name).write_bytes(data)
    return folder


def random_move(draw, problem, week, unplaced):
    """Return a move of any kind, as the page would send it; not each of them is possible."""
    sessions = [row.id for row in week.schedule.sessions]
    place = {
        "date": f"2026-12-{draw.randint(7, 12):02}",
        "start": f"{draw.randint(8, 20):02}:{draw.choice(['00', '30'])}",
        **draw.choice(
            [{}, {"room": draw.choice([None, *problem.room])}, {"therapist": draw.choice([*problem.therapist])}]
        ),
    }
    one = {"session": draw.choice(sessions)}
    return draw.choice(
        [
            {"kind": "place", **one, **place},
            {"kind": "place_group", **one, **place},
            {"kind": "unplace", **one},
            {"kind": "hold", "unplaced": draw.choice([row["id"] for row in unplaced] or ["x"]), **place},
            {"kind": "swap", **one, "other": draw.choice(sessions)},
            {"kind": "instead", **one, **place, "unplace": draw.sample(sessions, 1)},
            {"kind": draw.choice(["pin", "unpin"]), **one},
            {"kind": draw.choice(["join", "leave"]), **one, "participant": draw.choice([*problem.participant])},
            {"kind": draw.choice(["assist", "relieve"]), **one, "therapist": draw.choice([*problem.therapist])},
        ]
    )


def walk(clinic, seed, number):
    """Make moves, undo and redo; after each the whole week can be told."""
    draw, edited = random.Random(seed), EditedWeek(clinic, WEEK, lambda: NOW)
    state, judged = edited.judged()
    problem, made = state.opened.problem, 0
    facts = WeekTelling(problem, Labels())
    for _ in range(number):
        told = facts.whole(state.week, state.history.saved, judged)
        json.dumps(told)
        assert sum(row["count"] for row in told["broken"]) == len(judged.violations)
        try:
            step = draw.choice([edited.undo, edited.redo, *[None] * 6])
            if step is None:
                asked = random_move(draw, problem, state.week, told["unplaced"])
                after, verdict = edited.tried(state.revision, asked)
                state = edited.move(state.revision, asked)
                assert state.week == after
                assert {*verdict.then.violations} == {*violations(problem, after.schedule)}
                made += 1
            else:
                state = step(state.revision)
        except UsageError:
            continue
        state, judged = edited.judged()
    return edited, made


def check(clinic, seed, number):
    edited, made = walk(clinic, seed, number)
    state, judged = edited.judged()
    assert made > number / 3
    fresh = EditedWeek(clinic, WEEK, lambda: NOW)
    assert fresh.state().history == state.history
    saved = edited.save(state.revision)
    problem = state.opened.problem
    on_disk = ingest.read_schedule(saved.folder, problem)
    assert on_disk.sessions == state.week.schedule.sessions
    assert violations(problem, on_disk) == judged.violations
    assert goal_values(problem, on_disk) == judged.goals
    assert saved.broken == len(judged.violations)
    while (state := edited.state()).history.can_undo:
        edited.undo(state.revision)
    assert state.week.schedule.sessions == ingest.read_schedule(TABLES, problem).sessions


def test_twenty_random_moves(clinic):
    check(clinic, 1, 20)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 6))
def test_two_hundred_random_moves(clinic, seed):
    check(clinic, seed, 200)
