"""The next best choice that is told costs what brute force finds, and what is said to forbid a choice does, on tiny clinics."""

import threading
from dataclasses import replace

import pytest

from iopsched.answers.alternatives.hindrances import alone
from iopsched.answers.alternatives.otherchoices import OtherChoices
from iopsched.answers.causes.factcells import cells
from iopsched.domain.outcome import GoalId
from iopsched.domain.sessionpattern import SessionPattern
from iopsched.model.terms import Terms
from iopsched.params import SolveParams
from iopsched.rulebook import RuleId
from iopsched.search.condition import Around, Condition
from iopsched.search.nextbest import NextBest
from iopsched.verifier import violations
from tests.support.worlds import batch, values

SLOW = range(1000, 2000, 100)
PARAMS = SolveParams(time_limit_s=60, workers=1)


def is_in(rows):
    """Return whether any of these sessions is as a pattern says."""
    return lambda pattern: any(map(pattern.matches, rows))


def conditions(problem, week):
    """Yield what could be otherwise of each session: its time, lead or room; of a group one of all its times."""
    for group in problem.groups:
        held = [row for row in week.sessions if row.group_id == group.id]
        if held:
            times = tuple(map(SessionPattern.at, held))
            yield held[0], Condition(not_all=times), lambda rows, times=times: not all(map(is_in(rows), times))
    for session in week.sessions:
        at = SessionPattern.at(session)
        yield session, Condition(never=(at,)), lambda rows, at=at: not is_in(rows)(at)
        lead = replace(at, day=None, clock=None, lead_id=session.lead_id)
        yield session, Condition(never=(lead,)), lambda rows, lead=lead: not is_in(rows)(lead)
        if session.room_id is not None:
            there = replace(at, room_id=session.room_id)
            yield session, Condition(never=(there,)), lambda rows, there=there: not is_in(rows)(there)


def best_of(problem, legal, now, is_allowed, *, is_best):
    """Return the least values of all legal weeks that are allowed, None where there is none."""
    rows = [week for week in legal if is_allowed(week.sessions)]
    ranks = [values(problem, week) for week in rows]
    if not is_best:
        ranks = [tuple(max(one, least) for one, least in zip(rank, now, strict=True)) for rank in ranks]
    return min(ranks, default=None)


def wishes(problem, present, legal):
    """Yield sessions of other legal weeks, each to be had: its time, its time and lead, its time, lead and room."""
    others = {row for week in legal[:: 1 + len(legal) // 40] for row in week.sessions} - set(present.sessions)
    for session in sorted(others)[:: 1 + len(others) // 4]:
        at = SessionPattern.at(session)
        yield session, at
        yield session, replace(at, lead_id=session.lead_id)
        yield session, replace(at, lead_id=session.lead_id, room_id=session.room_id)


def around_of(session):
    visits = () if session.group_id else ((key, session.service_id) for key in session.participant_ids)
    groups = [session.group_id] if session.group_id else []
    return Around(
        frozenset(visits), frozenset(groups), frozenset(session.participant_ids), frozenset(session.therapist_ids)
    )


def assert_exact(seed, world, *, is_best):
    problem = world.problem
    present = min(world.legal, key=lambda week: values(problem, week))
    if not is_best:  # any legal week will do
        present = world.legal[seed % len(world.legal)]
    now = values(problem, present)
    floor = dict(zip(GoalId, now, strict=True)) if is_best else {}
    search = NextBest(problem, present, floor)
    assert search.is_best or not is_best
    for session, condition, is_allowed in conditions(problem, present):
        if session in problem.begun:
            continue
        found = search.find(condition, around_of(session), PARAMS, threading.Event())
        best = best_of(problem, world.legal, now, is_allowed, is_best=search.is_best)
        if best is None:
            assert (found.week, found.is_proven) == (None, True), f"seed {seed}: {session}"
            continue
        assert found.week is not None, f"seed {seed}: {session} {condition}"
        assert violations(problem, found.week.schedule) == ()
        assert is_allowed(found.week.schedule.sessions), f"seed {seed}: {session}"
        assert tuple(search.rank(found.week)) == tuple(best), f"seed {seed}: {session} {condition}"
        assert all(found.week.bounds[goal] <= value for goal, value in zip(GoalId, best, strict=True))
        if search.is_best:
            assert found.is_proven, f"seed {seed}: {session} {found.week}"


def assert_wishes_exact(seed, world):
    problem, present = world.problem, min(world.legal, key=lambda week: values(world.problem, week))
    search = NextBest(problem, present, dict(zip(GoalId, values(problem, present), strict=True)))
    for session, wanted in wishes(problem, present, world.legal):
        found = search.find(Condition(must=(wanted,)), around_of(session), PARAMS, threading.Event())
        rows = [week for week in world.legal if any(map(wanted.matches, week.sessions))]
        best = min((values(problem, week) for week in rows), default=None)
        assert (found.week is None) == (best is None), f"seed {seed}: {wanted}"
        assert found.is_proven, f"seed {seed}: {wanted}"
        if found.week is not None:
            assert any(map(wanted.matches, found.week.schedule.sessions)), f"seed {seed}: {wanted}"
            assert tuple(search.rank(found.week)) == tuple(best), f"seed {seed}: {wanted}"


def without(problem, facts):
    """Return the problem without these facts."""
    known = {cell.fact: cell for cell in cells(problem, list(RuleId), every_id(problem))}
    for fact in facts:
        problem = known[fact].undo(problem)
    return problem


def every_id(problem):
    tables = (problem.participants, problem.therapists, problem.rooms, problem.groups, problem.services)
    return {row.id for table in tables for row in table}


def assert_forbidden(seed, world):
    """Assert that each choice that is called forbidden is, that its facts are behind it, and that no other is."""
    problem, present = world.problem, max(world.legal, key=lambda week: len(week.sessions))
    options = OtherChoices(problem, present, Terms(problem))
    for session in present.sessions:
        if session in problem.begun:
            continue
        rows = options.forbidden_starts(session) + options.forbidden_leads(session) + options.forbidden_rooms(session)
        for row in rows:
            for tried in row.tried:
                assert alone(problem, tried), f"seed {seed}: {tried}"
                left = [one for one in alone(without(problem, row.facts), tried) if one.facts]
                assert not left, f"seed {seed}: {tried} {row.facts} {left}"
        barred = {tried.start for row in options.forbidden_starts(session) for tried in row.tried}
        possible = {row.start for week in world.legal for row in week.sessions if is_same(row, session)}
        assert barred.isdisjoint(possible), f"seed {seed}: {session}"


def is_same(row, session):
    if session.group_id:
        return row.group_id == session.group_id
    return row.service_id == session.service_id and set(row.participant_ids) >= set(session.participant_ids)


@pytest.mark.parametrize(("first_seed", "is_best"), [(0, True), (100, False)])
def test_the_next_best_choice_costs_what_brute_force_finds(first_seed, is_best):
    for seed, world in list(batch(first_seed))[::2]:
        if world.legal:
            assert_exact(seed, world, is_best=is_best)


@pytest.mark.parametrize("first_seed", [200])
def test_a_session_that_is_asked_for_costs_what_brute_force_finds(first_seed):
    for seed, world in list(batch(first_seed))[::2]:
        if world.legal:
            assert_wishes_exact(seed, world)


@pytest.mark.parametrize("first_seed", [0, 100, 200])
def test_what_is_called_forbidden_is_and_its_rows_are_behind_it(first_seed):
    for seed, world in batch(first_seed):
        if world.legal:
            assert_forbidden(seed, world)


@pytest.mark.slow
@pytest.mark.parametrize("first_seed", SLOW)
def test_all_of_this_holds_at_length(first_seed):
    for seed, world in batch(first_seed):
        if world.legal:
            assert_exact(seed, world, is_best=seed % 2 == 0)
            assert_wishes_exact(seed, world)
            assert_forbidden(seed, world)
