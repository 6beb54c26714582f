"""Pins that contradict each other, or other rows: what is told, and that without each of it there is a week."""

from iopsched.answers.base import Budget, base_of
from iopsched.answers.causes.contradictingcells import contradictions
from iopsched.domain.outcome import Infeasible
from iopsched.domain.pins import Pin
from tests.support.clinics import service, small, therapist, windows

VISITS = (service("individual", kind="individual", per_week={"adult": 1}, max_participants=1),)


def told(**changes):
    """Return what is told of a clinic of visits whose pins cannot hold."""
    problem = small(services=VISITS, **changes)
    base = base_of(problem, None, Budget.of(60, workers=1))
    assert isinstance(base, Infeasible)
    return list(contradictions(problem, base.pins, Budget.of(60, workers=1)))


def must(row, **cells):
    return Pin("must", row=row, service_id="individual", **{"start": 540, **cells})


def test_two_pins_where_one_session_is_needed():
    """Nobody has two sessions where one is needed; without either pin there is a week."""
    at = {"participant_id": "A1", "day": 0}
    (cause,) = told(pins=(must(2, **at), must(3, start=600, **at)))
    assert {("pins.csv", "row 2"), ("pins.csv", "row 3")} <= {(fact.file, fact.id) for fact in cause.facts}
    assert (cause.kind, cause.participants, cause.is_proven) == ("conflict", ("A1",), True)


AWAY = (therapist("T1", availability=windows("Tue 08:00-12:00")), therapist("T2"))


def test_a_pin_and_the_hours_of_its_therapist():
    (cause,) = told(therapists=AWAY, pins=(must(2, therapist_id="T1", day=0),))
    named = {(fact.file, fact.id, fact.column) for fact in cause.facts}
    assert named == {("pins.csv", "row 2", ""), ("therapists.csv", "T1", "availability")}


def test_two_contradictions_that_share_no_pin():
    causes = told(therapists=AWAY, pins=(must(2, therapist_id="T1", day=0), must(3, therapist_id="T1", day=2)))
    pins = [fact.id for cause in causes for fact in cause.facts if fact.file == "pins.csv"]
    assert sorted(pins) == ["row 2", "row 3"]
    assert len(causes) == 2
