"""The week that is laid out before the search breaks no rule, has no pointless staff, and the model can express it.

It is all there is when time runs out at once. A session of it that broke a
rule would be dropped, and where no session is to blame the whole week.
"""

from dataclasses import replace

import pytest

from iopsched.domain.people import KeepApart, KeepTogether
from iopsched.domain.services import Need
from iopsched.model.build import build_model
from iopsched.model.decisions import values_of
from iopsched.search.start.construct import construct
from iopsched.verifier import violations
from tests.support.clinics import adult, adults, clinic, group, level, room, service, small, therapist, windows
from tests.support.every_schedule import is_sensible
from tests.support.solving import EXAMPLES, example
from tests.support.worlds import random_problem

MONDAY_NINE = windows("Mon 09:00-10:00")


def laid_out(problem):
    """Return the schedule, and what the verifier says against it apart from pins that ask for more."""
    model = build_model(problem)
    found = construct(model.x)
    assert all(is_sensible(problem, session) for session in found.sessions)
    assert values_of(model.x, found) is not None
    return found, [row for row in violations(problem, found) if not row.sentence.startswith("No session")]


def has_bad_caseloads(problem):
    """Return whether more primaries are given than a caseload allows: the reader refuses that."""
    given = [row.primary_id for row in problem.participants]
    return any(row.max_caseload is not None and given.count(row.id) > row.max_caseload for row in problem.therapists)


@pytest.mark.parametrize("first_seed", range(0, 900, 300))
def test_breaks_no_rule_on_random_clinics(first_seed):
    problems = [random_problem(seed) for seed in range(first_seed, first_seed + 300)]
    held = 0
    for seed, problem in enumerate(problems, first_seed):
        if not has_bad_caseloads(problem):
            found, broken = laid_out(problem)
            assert not broken, f"seed {seed}"
            held += len(found.sessions)
    assert held > 200


@pytest.mark.parametrize("name", EXAMPLES)
def test_breaks_no_rule_and_keeps_every_pin_of_the_examples(name):
    found, _ = laid_out(example(name))
    assert violations(example(name), found) == ()
    assert found.sessions


def test_a_short_group_is_held_on_days_that_visits_fill():
    """Two hours of group are too few for a day with a group, three with an hour alone are enough."""
    problem = small(
        clinic=clinic(level=level(min_minutes_per_week=540, min_minutes_on_group_days=180)),
        services=(
            service("skills", minutes=120, max_per_day=1),
            service("talk", kind="individual", per_week={"adult": 3}),
        ),
        groups=(group(service_id="skills", sessions_per_week=3),),
        needs=tuple(Need(person, "talk", 3, max_per_day=1) for person in ("A1", "A2")),
    )
    found, broken = laid_out(problem)
    assert not broken
    assert [len(row.participant_ids) for row in found.sessions if row.service_id == "skills"] == [2, 2, 2]


def test_a_second_member_of_staff_joins_where_two_are_needed_and_there_is_one():
    """With T2 both may come, without T2 only one of them."""
    for staff, expected in (("T1 T2", [("T1", "T2")]), ("T1", [("T1",)])):
        problem = small(
            clinic=clinic(staff={"two_staff": ("adult",)}, level=level(min_minutes_per_week=180)),
            services=(service(),),
            therapists=tuple(map(therapist, staff.split())),
            groups=(group(sessions_per_week=1),),
        )
        found, broken = laid_out(problem)
        assert not broken
        assert [row.therapist_ids for row in found.sessions] == expected
        assert [len(row.participant_ids) for row in found.sessions] == [len(expected[0])]


def test_two_staff_are_with_those_who_need_them():
    problem = example("day_and_evening")
    place = replace(problem.clinic, ratios={"adult": 12, "adolescent": 10})
    problem = replace(problem, clinic=place)
    found = construct(build_model(problem).x)
    assert violations(problem, found) == ()
    assert {len(session.therapist_ids) for session in found.sessions if session.group_id == "TEEN"} == {2}


def test_equipment_in_use_is_not_promised_twice():
    film = service("film", kind="other", equipment={"projector": 1}, per_week={"adult": 1}, max_participants=1)
    problem = small(
        clinic=clinic(equipment={"projector": 1}, open=windows("Mon 09:00-11:00")),
        services=(film,),
        participants=adults(2),
    )
    found, broken = laid_out(problem)
    assert not broken
    assert [session.start for session in found.sessions] == [540, 600]


def test_staff_whom_a_need_asks_for_match_too():
    """T2 is asked for beside the lead: kept apart from A1, and not of the track of A3."""
    talk = service("talk", kind="individual", per_week={"adult": 1})
    needs = tuple(Need(person, "talk", 1, therapist_ids=("T1", "T2")) for person in ("A1", "A2", "A3"))
    problem = small(
        services=(talk,),
        participants=(adult("A1"), adult("A2"), adult("A3", tracks=("sud",))),
        therapists=(therapist("T1"), therapist("T2", tracks=("mh",))),
        keep_apart=(KeepApart("A1", therapist_id="T2"),),
        needs=needs,
    )
    found, broken = laid_out(problem)
    assert not broken
    assert [session.participant_ids for session in found.sessions] == [("A2",)]


def test_one_therapist_for_all_sessions_where_that_is_required():
    """T1 is free on Monday alone, so that the second session cannot be theirs."""
    talk = service("talk", kind="individual", per_week={"adult": 2}, max_per_day=1)
    problem = small(
        services=(talk,),
        participants=(adult("A1", availability=windows("Mon-Tue 09:00-10:00")),),
        therapists=(
            therapist("T1", availability=MONDAY_NINE),
            therapist("T2", availability=windows("Tue 09:00-10:00")),
        ),
        needs=(Need("A1", "talk", 2, same_therapist="require"),),
    )
    found, broken = laid_out(problem)
    assert not broken
    assert len(found.sessions) == 1


def test_a_second_facilitator_is_taken_only_while_the_ratio_asks():
    """Three are members, yet the room seats one participant beside the staff: T2 would sit there for nothing."""
    problem = small(
        services=(service("process", participants_per_staff=1),),
        participants=adults(3, group_ids=("G1",)),
        groups=(group("G1", sessions_per_week=1),),
        rooms=(room("R1", capacity=9, max_participants=1),),
        clinic=clinic(open=windows("Mon 09:00-12:00")),
    )
    found, broken = laid_out(problem)
    assert not broken
    assert [len(session.therapist_ids) for session in found.sessions] == [1]


def test_others_who_need_a_free_session_join_it():
    """T1 has one hour: one session for all three, or two of them are left out."""
    talk = service("talk", kind="other", minutes=60, per_week={"adult": 1})
    problem = small(
        services=(talk,),
        participants=adults(3),
        therapists=(therapist("T1", availability=MONDAY_NINE),),
    )
    found, broken = laid_out(problem)
    assert not broken
    assert [session.participant_ids for session in found.sessions] == [("A1", "A2", "A3")]


def test_two_who_are_kept_together_choose_one_group():
    """A2 may come to G2 alone; A1, who could come to either, follows."""
    problem = small(
        participants=(adult("A1", tracks=("sud", "mh")), adult("A2", tracks=("mh",))),
        groups=(group("G1", tracks=("sud",), min_size=1), group("G2", tracks=("mh",), min_size=1)),
        keep_together=(KeepTogether("A1", "A2"),),
        clinic=clinic(level=level(min_minutes_per_week=540)),
    )
    found, broken = laid_out(problem)
    assert not broken
    attended = {(session.group_id, who) for session in found.sessions for who in session.participant_ids}
    assert attended >= {("G2", "A1"), ("G2", "A2")}
    assert "G1" not in {group_id for group_id, _ in attended}
