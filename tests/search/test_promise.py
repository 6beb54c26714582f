"""A week in which every need is met, asked for as a limit: legal, found where there is one, refused only where none is."""

import threading
from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.planted import MAKES, ROOMY, TIGHT, WEEK, plant, plant_make
from iopsched.domain.services import Need
from iopsched.ingest import inspect_clinic
from iopsched.model.terms import Terms
from iopsched.params import SolveParams, Tuning
from iopsched.search.clock import Clock
from iopsched.search.start.leads import FewLeads, visits_needed
from iopsched.search.start.promise import promise
from iopsched.search.workshop import Workshop
from iopsched.verifier import unmet_minutes, violations
from tests.support.worlds import batch


def asked(problem, **tuning):
    clock = Clock(SolveParams(workers=1, tuning=Tuning(**tuning)), threading.Event())
    return promise(Workshop(Terms(problem), clock.params.tuning), clock)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("planted") / "clinic"


@pytest.mark.parametrize("make", ["windows", "fixed", "evening"])
def test_every_need_of_a_planted_clinic_is_met(folder, make):
    plant_make(folder / make, MAKES[make], 40, 5)
    problem = inspect_clinic(folder / make, WEEK).problem
    found = asked(problem)
    assert found.is_kept
    assert not violations(problem, found.week)
    assert not sum(unmet_minutes(problem, found.week).values())


def test_few_leads_are_enough_where_staff_is_tight(folder):
    plant(folder / "tight", 40, 3, TIGHT)
    assert asked(inspect_clinic(folder / "tight", WEEK).problem, promise_leads=3, group_leads=4).is_kept


def modest(world):
    """Return the problem of a tiny clinic that needs no more than one of its legal weeks gives; all these weeks are legal there, too."""
    problem, week = world.problem, max(world.legal, key=lambda legal: len(legal.sessions))
    terms = Terms(problem)
    held = Counter((pid, session.service_id) for session in week.sessions for pid in session.participant_ids)
    needs = dict(problem.need)
    for person in terms.participants:
        for service in problem.services:
            key = person.id, service.id
            if terms.demand(person, service).required > held[key]:
                stated = terms.stated_per_week(person, service)
                needs[key] = replace(needs.get(key, Need(*key, per_week=stated)), optional=True)
    levels = {
        name: replace(row, min_minutes_per_week=0, min_days_per_week=0, max_gap_days=0)
        for name, row in problem.clinic.levels.items()
    }
    people = tuple(
        replace(row, min_minutes_per_week=None, min_days_per_week=None, phase=None, payer=None)
        for row in problem.participants
    )
    groups = tuple(replace(row, meets="needed") for row in problem.groups)
    clinic = replace(problem.clinic, levels=levels)
    return replace(problem, clinic=clinic, participants=people, needs=tuple(needs.values()), groups=groups)


def test_only_what_cannot_be_is_refused():
    """Brute force knows all legal weeks of tiny clinics."""
    outcomes = Counter()
    for seed, world in batch(0):
        for problem in (world.problem, modest(world)) if world.legal else ():
            found = asked(problem)
            least = min(sum(unmet_minutes(problem, week).values()) for week in world.legal)
            assert not (found.is_refused and least == 0), f"seed {seed}"
            if found.week is not None:
                assert not violations(problem, found.week), f"seed {seed}"
                assert found.unmet == sum(unmet_minutes(problem, found.week).values()) >= least
            outcomes["refused" if found.is_refused else "kept" if found.is_kept else "unknown"] += 1
    assert outcomes["refused"] >= 4
    assert outcomes["kept"] >= 4


def test_leads_are_dealt_so_that_each_visit_keeps_few_and_the_given_primary(folder):
    plant(folder / "roomy", 40, 2, ROOMY)
    problem = inspect_clinic(folder / "roomy", WEEK).problem
    workshop = Workshop(Terms(problem))
    needed = visits_needed(workshop)
    chosen = FewLeads(workshop, needed).of_visits(3)
    assert chosen.keys() == needed.keys()
    for (participant_id, service_id), leads in chosen.items():
        primary = problem.participant[participant_id].primary_id
        assert 1 <= len(leads) <= 3
        if primary is not None and problem.service[service_id].with_primary:
            assert leads == {primary}
    asked_most = max(sum(w in leads for leads in chosen.values()) for w in problem.therapist)
    assert asked_most < len(chosen) / 2


def test_services_with_the_same_primary_ask_for_the_same_staff(folder):
    plant(folder / "two", 30, 4, ROOMY)
    problem = inspect_clinic(folder / "two", WEEK).problem
    services = tuple(
        replace(row, with_primary=True) if row.id in {"individual", "family"} else row for row in problem.services
    )
    workshop = Workshop(Terms(replace(problem, services=services)))
    chosen = FewLeads(workshop, visits_needed(workshop)).of_visits(2)
    both = [pid for pid, service_id in chosen if service_id == "family" and (pid, "individual") in chosen]
    assert both
    assert all(chosen[pid, "family"] == chosen[pid, "individual"] for pid in both)
