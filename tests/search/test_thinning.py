"""Few ways to hold sessions for several: what stays is enough for everybody, and what pins ask for stays."""

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.planted import MAKES, WEEK, plant_make
from iopsched.domain.pins import Pin
from iopsched.domain.timegrid import DAY
from iopsched.ingest import inspect_clinic
from iopsched.model.terms import Terms
from iopsched.search.start.thinning import Thinning
from iopsched.search.workshop import Workshop


@pytest.fixture(scope="module")
def problem(tmp_path_factory):
    def read(make):
        folder = tmp_path_factory.mktemp("planted") / make
        plant_make(folder, MAKES[make], 40, 3)
        return inspect_clinic(folder, WEEK).problem

    return {make: read(make) for make in ("free", "rehab")}


def thinned(problem, times=3, ways=2, groups=9):
    workshop = Workshop(Terms(problem))
    return workshop, Thinning(workshop, times, ways, groups).of(workshop.for_several)


def test_a_group_keeps_few_times_of_day_and_everybody_who_could_come_at_some_of_them(problem):
    workshop, rows = thinned(problem["free"])
    assert len(rows) < len(workshop.for_several) / 2
    times = {}
    for row in rows:
        times.setdefault(row.group_id, set()).add(row.start % DAY)
    assert {len(own) for own in times.values()} == {3}
    before = {(row.group_id, pid) for row in workshop.for_several for pid in row.participant_ids}
    assert {(row.group_id, pid) for row in rows for pid in row.participant_ids} == before


def test_sessions_formed_freely_have_room_for_what_everybody_needs(problem):
    workshop, rows = thinned(problem["rehab"])
    assert len(rows) < len(workshop.for_several) / 2
    ways = Counter((row.service.id, pid) for row in rows for pid in row.participant_ids)
    for person in workshop.terms.participants:
        for service in workshop.problem.services:
            needed = workshop.terms.demand(person, service).required
            if (person.id, service.id) not in workshop.visit_kinds:
                assert ways[service.id, person.id] >= needed, f"{person.id} {service.id}"


def test_what_a_pin_may_ask_for_stays(problem):
    workshop = Workshop(Terms(problem["free"]))
    gone = next(row for row in workshop.for_several if row not in Thinning(workshop, 1, 1, 9).of(workshop.for_several))
    pin = Pin("must", group_id=gone.group_id, day=gone.day, start=gone.start % DAY)
    workshop = Workshop(Terms(replace(problem["free"], pins=(pin,))))
    kept = {(row.group_id, row.start) for row in Thinning(workshop, 1, 1, 9).of(workshop.for_several)}
    assert (gone.group_id, gone.start) in kept
    assert len(kept) < len(workshop.for_several)


def test_whoever_could_join_many_groups_is_dealt_a_few_evenly(problem):
    workshop, rows = thinned(problem["free"], times=9, groups=1)
    of = {}
    for row in rows:
        for pid in row.participant_ids:
            of.setdefault((pid, row.service.id), set()).add(row.group_id)
    assert {len(groups) for groups in of.values()} == {1}
    assert len(set().union(*of.values())) == len(workshop.problem.groups)
