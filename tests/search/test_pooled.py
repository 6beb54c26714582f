"""A week whose sessions are formed freely: legal, never worse than told, repeatable, and left to others where pins bind it."""

from dataclasses import replace

import pytest
from ortools.sat.python import cp_model

from iopsched.domain.outcome import Infeasible, Solved
from iopsched.domain.pins import Pin
from iopsched.domain.services import Need, Role
from iopsched.model.build import build_model
from iopsched.model.candidates import CandidateFactory
from iopsched.model.pooled import decisions_of, pooled_candidates, pooled_values
from iopsched.model.terms import Terms
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.search.pooled.pooledweek import is_formed_freely
from iopsched.search.workshop import Workshop
from iopsched.verifier import goal_values, violations
from tests.property.test_pooled import outcomes
from tests.support.clinics import adults, clinic, level, service, small, therapist, windows
from tests.support.freely import formed_freely

ALONE = SolveParams(workers=1, deterministic_limit=6.0)
TWO = SolveParams(workers=2, time_limit_s=4.0)

HELPED = (Role("other", 1), Role("aide", 1))


def is_pooled(problem):
    return is_formed_freely(Workshop(Terms(problem)))


@pytest.mark.parametrize("seed", [1, 4])
def test_the_least_unmet_need_is_found_and_proven(seed):
    problem = formed_freely(seed)
    assert is_pooled(problem)
    for params in (ALONE, TWO):
        outcome = solve(problem, params)
        assert isinstance(outcome, Solved)
        assert not violations(problem, outcome.schedule)
        first = outcome.goals[0]
        assert first.value == goal_values(problem, outcome.schedule)[GoalId.UNMET_NEED].value
        assert (first.value, first.bound) == (outcomes(problem)[-1],) * 2


def test_one_worker_does_the_same_again():
    problem = formed_freely(2)
    assert solve(problem, ALONE).schedule == solve(problem, ALONE).schedule


OFFER = service("workshop", kind="other", minutes=60, min_participants=2, max_participants=4, max_per_day=1)


def workshops(number, **changes):
    """Return a clinic in which each of so many adults needs two workshops of two to four, led by one of two."""
    people = adults(number)
    facts = {
        "clinic": clinic(open=windows("Mon-Wed 08:00-10:00"), level=level()),
        "services": (OFFER,),
        "participants": people,
        "needs": tuple(Need(person.id, "workshop", per_week=2) for person in people),
        "therapists": (therapist("T1"), therapist("T2")),
    }
    return small(**{**facts, **changes})


def test_people_are_dealt_to_sessions_of_the_same_start():
    """Nine people, each twice, in one hour a day with two leads: eight a day at most, so one day has two sessions."""
    problem = workshops(9, clinic=clinic(open=windows("Mon-Wed 08:00-09:00"), level=level()))
    outcome = solve(problem, TWO)
    assert outcome.goals[0].value == 0
    assert len(outcome.schedule.sessions) >= 5
    assert all(2 <= len(row.participant_ids) <= 4 for row in outcome.schedule.sessions)


@pytest.mark.parametrize(
    "changes",
    [
        {"needs": tuple(Need(f"A{n}", "workshop", per_week=2, therapist_ids=("T1",)) for n in range(1, 6))},
        {"needs": tuple(Need(f"A{n}", "workshop", per_week=2, same_therapist="require") for n in range(1, 6))},
        {"pins": (Pin(row=2, action="must", service_id="workshop", participant_id="A1", day=1),)},
        {"participants": (*adults(4), replace(adults(5)[4], needs_features=frozenset({"lift"})))},
        {
            "therapists": (
                therapist("T1"),
                therapist("T2", populations=("adolescent",)),
                therapist("T3", tracks=("sud",)),
            )
        },
        {"services": (replace(OFFER, participants_per_staff=3),)},
    ],
    ids=["staff", "one lead", "pin", "feature", "all alike", "staff that the ratio asks for"],
)
def test_what_tells_sessions_apart_is_not_pooled(changes, request):
    problem = workshops(5, **changes)
    assert is_pooled(problem) == ("all alike" in request.node.name)
    outcome = solve(problem, TWO)
    assert isinstance(outcome, Solved)
    assert not violations(problem, outcome.schedule)


def test_a_ratio_that_asks_for_more_staff_makes_nothing_unmet():
    """Pooled sessions know nothing of staff beyond the roles: without these the five would lack everything."""
    *bounds, in_week, optimum = outcomes(workshops(5, services=(replace(OFFER, participants_per_staff=3),)))
    assert {*bounds, in_week, optimum} == {0}


def test_whoever_may_not_be_with_the_people_leaves_the_second_role_to_others():
    """T3 has the skill but another track: sessions at which T3 could be there, too, are led all the same."""
    problem = workshops(
        5,
        services=(replace(OFFER, staff=(Role("other", 1), Role("second", 1))),),
        therapists=(
            therapist("T1", skills=("other",)),
            therapist("T2", skills=("second",)),
            therapist("T3", skills=("second",), populations=("adolescent",)),
        ),
    )
    assert not is_pooled(problem)
    *bounds, in_week, optimum = outcomes(problem)
    assert {*bounds, in_week, optimum} == {0}


def test_a_clinic_with_groups_and_visits_only_is_searched_otherwise():
    assert not is_pooled(small(services=(service("individual", kind="individual", per_week={"adult": 1}),)))


@pytest.mark.parametrize(("visits", "expected"), [(1, True), (2, False)])
def test_a_clinic_of_visits_to_primaries_in_the_main_is_searched_otherwise(visits, expected):
    """Each needs two hours of workshops: with one visit of an hour these are most of it, with two they are half."""
    problem = workshops(4)
    visit = service("individual", kind="individual", minutes=60, per_week={"adult": visits}, with_primary=True)
    assert is_pooled(replace(problem, services=(*problem.services, visit))) == expected


@pytest.mark.parametrize(
    "changes", [{"kind": "group", "participants_per_staff": 2}, {"staff": HELPED}], ids=["ratio", "helper"]
)
def test_sessions_with_staff_beyond_pooled_ones_are_held(changes):
    """Four at once need a second member of staff, or a helper who is not for adults may help: nothing is lacking."""
    offer = replace(workshops(4).services[0], **changes)
    staff = (
        therapist("T1", skills=("other", "group")),
        therapist("T2", skills=("aide", "group")),
        therapist("T3", skills=("aide",), populations=("adolescent",)),
    )
    problem = workshops(4, services=(offer,), therapists=staff)
    assert not is_pooled(problem)
    first = solve(problem, TWO).goals[0]
    assert (first.value, first.bound) == (0, 0)


@pytest.mark.parametrize("params", [ALONE, TWO], ids=["one worker", "two"])
def test_a_week_without_any_start_has_nothing_to_open(params):
    """The clinic is open for half an hour, a workshop takes an hour."""
    problem = workshops(4, clinic=clinic(open=windows("Mon 08:00-08:30"), level=level()))
    assert is_pooled(problem)
    first = solve(problem, params).goals[0]
    assert (first.value, first.bound) == (480, 480)


SOON = SolveParams(workers=1, deterministic_limit=0.3)
TOLD_APART = {
    "therapist": {"therapist_id": "T1"},
    "room": {"room_id": "R1"},
    "both": {"therapist_id": "T2", "room_id": "R2"},
    "nobody": {},
}


def pinned(action, cells):
    """Return :func:`small` with two pins about A1's talks on Monday at nine, and needs that are told apart by staff or are not."""
    talk = {"service_id": "individual", "participant_id": "A1", "day": 0}
    rows = (Pin(action, row=2, start=540, **talk, **cells), Pin(action, row=3, start=600, **talk, **cells))
    needs = (Need("A1", "individual", per_week=2), *(Need(key, "family", per_week=2) for key in ("A1", "A2")))
    return small(pins=rows, needs=needs)


@pytest.mark.parametrize("action", ["must", "must_not"])
@pytest.mark.parametrize("cells", TOLD_APART.values(), ids=TOLD_APART)
def test_a_week_is_described_with_one_value_for_each_literal(action, cells):
    """A visit that is not pooled is held by the literal of its lead: that literal is 1 then, not 2."""
    problem = pinned(action, cells)
    outcome = solve(problem, SOON, last=GoalId.UNMET_NEED)
    assert isinstance(outcome, Solved)
    assert not violations(problem, outcome.schedule)
    terms = Terms(problem)
    model = build_model(problem, terms=terms, candidates=pooled_candidates(CandidateFactory(terms)), told_apart=0)
    values = pooled_values(model.x, outcome.schedule)
    assert values is not None
    for index in {index for row in model.x.open_candidates for index in decisions_of(model.x, row)}:
        domain, value = model.cp.proto.variables[index].domain, values.get(index, 0)
        domain[0], domain[1] = value, value
    assert not model.cp.validate()
    assert cp_model.CpSolver().solve(model.cp) in {cp_model.OPTIMAL, cp_model.FEASIBLE}


def test_two_musts_that_name_two_therapists_for_one_hour_are_answered():
    """The best week known is described to the model also where a literal of it stands for a session and for its lead."""
    talk = {"service_id": "individual", "participant_id": "A1", "day": 0, "start": 540}
    problem = small(pins=(Pin("must", row=2, therapist_id="T1", **talk), Pin("must", row=3, therapist_id="T2", **talk)))
    outcome = solve(problem, SOON, last=GoalId.UNMET_NEED)
    assert isinstance(outcome, Solved | Infeasible)
    assert isinstance(outcome, Infeasible) or not violations(problem, outcome.schedule)


def test_more_sessions_than_a_candidate_stands_for_are_no_week_of_the_model():
    """Then the search begins otherwise: a value outside of its domain would make the model invalid."""
    problem = pinned("must", {})
    terms = Terms(problem)
    model = build_model(problem, terms=terms, candidates=pooled_candidates(CandidateFactory(terms)), told_apart=0)
    week = solve(problem, SOON, last=GoalId.UNMET_NEED).schedule
    twice = replace(week, sessions=(*week.sessions, *(replace(row, id=f"{row.id}-again") for row in week.sessions)))
    assert pooled_values(model.x, twice) is None
