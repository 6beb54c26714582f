"""``must`` pins come first: neither a large clinic nor a short limit costs the week that keeps them."""

import threading
from dataclasses import replace

import pytest

import iopsched.search.beginning
from iopsched.domain.outcome import Solved
from iopsched.domain.pins import Pin
from iopsched.domain.services import Need
from iopsched.domain.timegrid import DAY
from iopsched.model.terms import Terms
from iopsched.params import SolveParams, Tuning
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.search.clock import Clock
from iopsched.search.start.first_week import first_large_week
from iopsched.search.start.pinned import lacks_only_pins, pinned_week, with_pins
from iopsched.search.start.sketch import sketch
from iopsched.search.workshop import Workshop
from iopsched.verifier import violations
from tests.support.clinics import adult, service
from tests.support.solving import HARD_PIN, assert_sound, example, ordinary

IN_PARTS = Tuning(parts_from_choices=0)
PINS = (
    HARD_PIN,
    Pin("must", participant_id="A1", group_id="G1", day=1, row=3),
    Pin("must", participant_id="A3", service_id="individual", day=0, row=4),
)


def clock(seconds=20.0):
    return Clock(SolveParams(time_limit_s=seconds, workers=1), threading.Event())


def workshop(problem):
    return Workshop(Terms(problem), IN_PARTS)


def test_a_week_for_the_pins_is_found_also_without_any_time():
    problem = replace(ordinary(), pins=PINS)
    week = pinned_week(workshop(problem), clock(1e-6))
    assert week is not None
    assert violations(problem, week) == ()


def test_without_pins_there_is_none():
    assert pinned_week(workshop(ordinary()), clock()) is None


def test_the_sketch_keeps_pins_about_visits_and_groups():
    problem = replace(ordinary(), pins=PINS)
    room = workshop(problem)
    week = sketch(room, clock(), pinned=pinned_week(room, clock()))
    assert week is not None
    assert violations(problem, week) == ()


def test_a_week_that_lacks_pins_is_mended():
    problem = replace(ordinary(), pins=PINS)
    room = workshop(problem)
    week = sketch(workshop(ordinary()), clock())
    lacking = replace(week, sessions=tuple(row for row in week.sessions if row.service_id == "process"))
    assert lacks_only_pins(room, lacking)
    assert violations(problem, with_pins(room, clock(), lacking)) == ()


def test_what_keeps_pins_takes_the_place_of_what_it_clashes_with():
    """Without any time for a solver."""
    problem = replace(ordinary(), pins=(HARD_PIN,))
    room = workshop(problem)
    pinned = pinned_week(room, clock())
    pinned = replace(pinned, sessions=tuple(row for row in pinned.sessions if row.start == 2 * DAY + HARD_PIN.start))
    week = sketch(workshop(ordinary()), clock())
    assert lacks_only_pins(room, week)
    found = first_large_week(room, clock(1e-6), lambda _: None, tuple(GoalId), week, pinned)
    assert violations(problem, found) == ()
    assert len(found.sessions) > len(pinned.sessions)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_large_clinic_with_pins_never_needs_the_model_of_the_whole(monkeypatch, workers):
    def refuse(*_):
        raise AssertionError("the whole model was built")

    best = solve(ordinary(), SolveParams(time_limit_s=60, workers=workers)).goals[0].value
    monkeypatch.setattr(iopsched.search.beginning, "build_model", refuse)
    problem = replace(ordinary(), pins=PINS)
    outcome = solve(problem, SolveParams(time_limit_s=1, workers=workers, tuning=IN_PARTS))
    assert_sound(problem, outcome)
    assert outcome.goals[0].value == best


@pytest.mark.parametrize("tuning", [Tuning(), IN_PARTS])
def test_the_shortest_limit_keeps_pins(tuning):
    for problem in (replace(ordinary(), pins=PINS), example("complete")):
        outcome = solve(problem, SolveParams(time_limit_s=0.01, workers=2, tuning=tuning))
        assert isinstance(outcome, Solved)
        assert_sound(problem, outcome)


def test_a_session_for_some_of_another_population_is_held_as_it_is():
    """Two populations may have a session of the same service at the same place: each stays a session of its own."""
    people = (adult("A1"), adult("B1", population="adolescent"), adult("A2"))
    problem = ordinary(
        participants=people,
        services=(service("family", kind="family"),),
        needs=tuple(Need(person.id, "family", 1, ("T1", "T2")) for person in people),
        groups=(),
    )
    room = workshop(problem)
    for row in room.for_several:
        staff = (row.lead_id, *row.surplus_ids[:1])
        session = row.session(staff, row.participant_ids[:1], None)
        held = room.as_held(session)
        assert (held.population, held.surplus_ids) == (row.population, staff[1:])
