"""Who can come as well is what brute force finds over all schedules of tiny clinics, and nobody pays for it."""

import threading
from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest

from iopsched.domain.people import WaitlistEntry
from iopsched.domain.schedule import Schedule
from iopsched.params import SolveParams
from iopsched.search.admission import Waiting, admissions, admitted_problem, most_alike
from iopsched.verifier import unmet_minutes, violations
from tests.support.clinics import small, windows
from tests.support.worlds import batch

PARAMS = SolveParams(time_limit_s=60, workers=1)


def asked(problem, ids, week, **facts):
    """Return the question who of these participants could come to a week without them."""
    return Waiting(without(problem, ids), week, tuple(ids), problem, **facts)


def without(problem, ids):
    """Return a problem in which these participants still wait."""
    here = tuple(row for row in problem.participants if row.id not in ids)
    waitlist = tuple(WaitlistEntry(problem.participant[key]) for key in ids)
    return replace(problem, participants=here, waitlist=waitlist)


def held(problem, week):
    """Return how many sessions each group holds that always meets."""
    number = Counter(row.group_id for row in week.sessions)
    return {group.id: number[group.id] for group in problem.groups if group.meets == "always"}


def sets_by_force(waiting, legal):
    """Return every set of those who wait that some legal schedule has, with all they need and nobody worse off."""
    most, before = unmet_minutes(waiting.problem, waiting.week), held(waiting.problem, waiting.week)
    found = set()
    for number in range(len(waiting.people) + 1):
        for who in combinations(waiting.people, number):
            problem = admitted_problem(waiting, who)
            absent = set(waiting.people).difference(who)
            for whole in legal:
                if any(absent.intersection(row.participant_ids) for row in whole.sessions):
                    continue
                now, meets = unmet_minutes(problem, whole), held(problem, whole)
                is_kept = all(now[key] <= most.get(key, 0) for key in now)
                if is_kept and all(meets[key] >= before[key] for key in before) and not violations(problem, whole):
                    found.add(who)
                    break
    return found


def best_by_force(waiting, legal):
    """Return the largest set, of equal ones that with whoever has waited longer."""
    return max(sets_by_force(waiting, legal), key=lambda who: (len(who), [key in who for key in waiting.people]))


def questions(first_seed):
    """Yield random tiny clinics in which the last participants wait, with a week of least unmet need and all schedules."""
    for seed, world in batch(first_seed):
        problem = world.problem
        ids = [row.id for row in problem.participants][1:]
        named = {pin.participant_id for pin in problem.pins} | {
            pid for row in problem.begun for pid in row.participant_ids
        }
        if not ids or named.intersection(ids) or not world.legal or problem.previous is not None:
            continue
        here = without(problem, ids)
        alone = [row for row in world.legal if not any(set(ids) & set(s.participant_ids) for s in row.sessions)]
        alone = [row for row in alone if not violations(here, row)]
        if alone:
            week = min(alone, key=lambda row: sum(unmet_minutes(here, row).values()))
            yield seed, asked(problem, ids, week), world.legal


@pytest.mark.parametrize("first_seed", [0, 300])
def test_those_who_can_come_are_those_that_brute_force_finds(first_seed):
    tried = 0
    for seed, waiting, legal in questions(first_seed):
        found = admissions(waiting, PARAMS, threading.Event())
        best = best_by_force(waiting, legal)
        assert found.who == best, f"seed {seed}"
        assert found.bound == len(best), f"seed {seed}"
        assert found.is_in_order, f"seed {seed}"
        tried += 1
    assert tried


def stays(week, whole):
    """Return whether every session of a week is in another one, at its place, with its staff and at least its people."""
    rows = {(s.service_id, s.group_id, s.start, s.modality, s.therapist_ids, s.room_id): s for s in whole.sessions}
    found = [
        rows.get((s.service_id, s.group_id, s.start, s.modality, s.therapist_ids, s.room_id)) for s in week.sessions
    ]
    return all(
        row is not None and set(s.participant_ids) <= set(row.participant_ids)
        for s, row in zip(week.sessions, found, strict=True)
    )


@pytest.mark.parametrize("first_seed", [0, 300])
def test_no_session_moves_where_nobody_is_to_be_moved(first_seed):
    for seed, waiting, legal in questions(first_seed):
        keeping = replace(waiting, keeps_sessions=True, with_people=waiting.with_people)
        best = best_by_force(keeping, [row for row in legal if stays(waiting.week, row)])
        found = admissions(keeping, PARAMS, threading.Event())
        assert stays(waiting.week, found.week), f"seed {seed}"
        assert (found.who, found.bound) == (best, len(best)), f"seed {seed}"


def test_a_caseload_counts_those_who_come_and_nobody_who_stays_away():
    """Both have T1 as their primary by their own row, who may have one more participant."""
    base = small()
    staff = tuple(replace(row, max_caseload=1 if row.id == "T1" else None) for row in base.therapists)
    here = replace(base.participants[0], primary_id=None, individual_per_week=0)
    new = [replace(here, id=key, primary_id="T1", individual_per_week=1) for key in ("N1", "N2")]
    problem = replace(base, therapists=staff, participants=(here, *new))
    found = admissions(asked(problem, ["N2", "N1"], Schedule(problem.week)), PARAMS, threading.Event())
    assert (found.who, found.bound, found.is_in_order) == (("N2",), 1, True)


def visitors(hours):
    """Return a clinic that has so many hours of T1 left and three people who need one of them each, and nothing else."""
    base = small()
    staff = (replace(base.therapist["T1"], availability=windows(hours)),)
    facts = {"individual_per_week": 1, "family_per_week": 0, "group_ids": (), "phase": None, "primary_id": None}
    facts |= {"min_minutes_per_week": 0, "min_days_per_week": 0}
    new = tuple(replace(base.participants[0], id=key, **facts) for key in ("N1", "N2", "N3"))
    services = tuple(row for row in base.services if row.kind == "individual")
    return replace(base, therapists=staff, participants=new, groups=(), needs=(), services=services)


def test_whoever_has_waited_longer_comes_first_where_as_many_could_come():
    problem = visitors("Mon 08:00-09:00")
    for order in (["N3", "N1", "N2"], ["N2", "N3", "N1"]):
        found = admissions(asked(problem, order, Schedule(problem.week)), PARAMS, threading.Event())
        assert (found.who, found.bound, found.is_in_order) == ((order[0],), 1, True)


def test_people_who_could_stand_for_each_other_are_counted_alike():
    waiting = asked(visitors("Mon 08:00-10:00"), ["N1", "N2", "N3"], Schedule(small().week), are_alike=True)
    found = admissions(waiting, PARAMS, threading.Event())
    assert (found.who, found.bound) == (("N1", "N2"), 2)
    assert most_alike(waiting, PARAMS, threading.Event()) == 2
