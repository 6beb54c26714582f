"""One session held otherwise is judged beside few others exactly as in the whole week."""

import random
from dataclasses import replace
from itertools import islice

import pytest

from iopsched.board.nearby import NearbyWeek, rules_of
from iopsched.board.startsmap import at, starts_map
from iopsched.domain.schedule import Schedule
from iopsched.rulebook import RuleId
from iopsched.verifier import violations
from tests.support.board_world import complete
from tests.support.edge_worlds import all_worlds
from tests.support.every_schedule import every_session, legal_sessions
from tests.support.worlds import random_problem

MOST = 2_000


def whole(problem, rows, new, without=()):
    """Return what a move breaks by the whole verifier: what is new, and all that names the session."""
    gone = {new.id, *(row.id for row in without)}
    kept = [row for row in rows if row.id not in gone]
    now, then = (violations(problem, Schedule(problem.week, tuple(sorted(week)))) for week in (rows, [*kept, new]))
    return {row for row in then if row not in now or new.id in row.sessions}


def weeks_of(problem, draw, every, number, most):
    """Yield some sessions of a problem, legal together or not; what has begun is among them."""
    for _ in range(number):
        chosen = draw.sample(every, draw.randint(1, min(most, len(every))))
        rows = [replace(row, id=f"S{place}") for place, row in enumerate(chosen)]
        if problem.begun:
            rows = [*(row for row in rows if row.start >= problem.first_start), *problem.begun]
        yield rows


def check(problem, draw, every, number, most=7):
    """Compare moves of all kinds, and every start of a session, with the whole verifier; return how many were legal."""
    legal = 0
    for rows in weeks_of(problem, draw, every, number, most):
        around, old = NearbyWeek(problem, rows), draw.choice(rows)
        others = [row for row in rows if row.id != old.id]
        for new in (replace(draw.choice(every), id=old.id), at(old, draw.choice(every).start)):
            without = draw.sample(others, 1) if others and draw.random() < 0.3 else []
            assert {*around.broken(old, new, without)} == whole(problem, rows, new, without)
        new = replace(draw.choice(every), id="NEW")
        assert {*around.broken(None, new)} == whole(problem, rows, new)
        for found in starts_map(around, old, old):
            assert found.is_legal == (not whole(problem, rows, at(old, found.start)))
            legal += found.is_legal
    return legal


@pytest.mark.parametrize("world", all_worlds(), ids=lambda world: world.name.replace(" ", "_"))
def test_each_rule_on_its_edge(world):
    every = list(islice(every_session(world.problem, world.starts, world.most_staff), MOST))
    check(world.problem, random.Random(world.name), every, 1)


def test_random_clinics():
    legal = 0
    for seed in range(1000, 1010):
        problem = random_problem(seed)
        every = list(islice(legal_sessions(problem, islice(every_session(problem), MOST)), 60))
        legal += check(problem, random.Random(seed), every, 5, 2) if len(every) > 3 else 0
    assert legal > 3


@pytest.mark.parametrize("number", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_the_map_of_the_complete_example_is_the_verifiers(number):
    """So in random moves of its sessions, a third of them in a week in which rules are broken already."""
    problem, week = complete()
    draw, legal = random.Random(7), 0
    for part in range(3):
        rows = [*week.schedule.sessions]
        if part == 2:
            for place in draw.sample(range(len(rows)), 4):
                rows[place] = at(rows[place], draw.choice(rows).start)
        around, known = NearbyWeek(problem, rows), {}
        for _ in range(number):
            old = draw.choice(rows)
            if old.id not in known:
                known[old.id] = starts_map(around, old, old)
            found = draw.choice([row for row in known[old.id] if row.is_legal] or known[old.id])
            found = draw.choice([found, draw.choice(known[old.id])])
            broken = whole(problem, rows, at(old, found.start))
            assert found.is_legal == (not broken), (old.id, found)
            assert {*found.rules} <= {*rules_of(broken)}
            legal += found.is_legal
    assert number / 2 < legal < number * 2.5


def test_what_has_begun_stays_and_nothing_is_held_before_now():
    problem, week = complete()
    now = 36 * 60  # Tuesday noon
    problem = replace(problem, previous=week.schedule, now=now)
    around = NearbyWeek(problem, week.schedule.sessions)
    rows = week.schedule.sessions
    first, later = (
        next(row for row in rows if row.group_id is None and (row.start < now) == is_begun)
        for is_begun in (True, False)
    )
    begun = {row.start: row.rules for row in starts_map(around, first, first)}
    assert begun.pop(first.start) == ()
    assert all(RuleId.PIN in rules for rules in begun.values())
    coming = {row.start: row.rules for row in starts_map(around, later, later)}
    assert all((RuleId.PIN in rules) == (start < now) for start, rules in coming.items() if start != later.start)


def test_a_start_says_which_rules_are_in_the_way():
    problem, week = complete()
    around = NearbyWeek(problem, week.schedule.sessions)
    old = week.session("A1-1")
    rules = {row.start: row.rules for row in starts_map(around, old, old)}
    assert rules[old.start] == ()
    assert RuleId.WINDOW in rules[old.start + problem.clinic.grid_minutes]
