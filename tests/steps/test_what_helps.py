"""Each kind of step, in a tiny clinic in which it is one thing that helps: less is lacking with it than without."""

import pytest

from iopsched import search
from iopsched.domain.pins import Pin
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.rulebook.steps import StepKind
from iopsched.steps.offers import narrowed, offers
from iopsched.verifier import unmet_minutes, violations
from tests.support.clinics import (
    TUESDAY,
    adult,
    clinic,
    group,
    level,
    off,
    room,
    schedule,
    service,
    small,
    therapist,
    windows,
)

FAST = SolveParams(10, workers=1)
VISIT = service("individual", kind="individual", per_week={"adult": 1})
WITH_PRIMARY = service("individual", kind="individual", per_week={"adult": 1}, with_primary=True)
TWO_VISITS = service("individual", kind="individual", per_week={"adult": 2})
ONLINE = service("individual", kind="individual", per_week={"adult": 1}, modality="telehealth")
ONE_PERSON, ONE_THERAPIST = (adult("A1"),), (therapist("T1"),)
MEETING = service("process")
THREE_HOURS = clinic(level=level(min_minutes_per_week=180))
SIX_HOURS = clinic(level=level(min_minutes_per_week=360))


def visits(*, offered=VISIT, people=ONE_PERSON, staff=ONE_THERAPIST, **changes):
    return small(services=(offered,), participants=people, therapists=staff, **changes)


def meetings(*groups, settings=THREE_HOURS, people=ONE_PERSON, **changes):
    return small(services=(MEETING,), clinic=settings, groups=groups, participants=people, **changes)


def at_monday_nine(*ids):
    return tuple(adult(key, availability=windows("Mon 09:00-10:00")) for key in ids)


def only_on(day):
    return windows(f"{day} 09:00-12:00")


CLINICS = {
    StepKind.MOVE_PARTICIPANT: meetings(
        group("G1", times=None, lead_ids=("T1",)),
        group("G2"),
        people=(adult("A1", group_ids=("G1",)),),
        therapists=(therapist("T1", availability=windows("Mon 08:00-09:00")), therapist("T2")),
    ),
    StepKind.TELEHEALTH: visits(offered=ONLINE),
    StepKind.ROOM_WINDOW: visits(people=at_monday_nine("A1"), rooms=(room(availability=windows("Mon 10:00-12:00")),)),
    StepKind.PARTICIPANT_WINDOW: visits(
        people=(adult("A1", availability=only_on("Tue")),), staff=(therapist("T1", availability=only_on("Mon")),)
    ),
    StepKind.RAISE_SIZE: meetings(group("G1", max_size=1, sessions_per_week=1), people=(adult("A1"), adult("A2"))),
    StepKind.DROP_PIN: visits(pins=(Pin("must_not", participant_id="A1", row=2),)),
    StepKind.OTHER_PRIMARY: visits(
        offered=WITH_PRIMARY,
        people=(adult("A1", primary_id="T1"),),
        staff=(therapist("T1", availability=windows()), therapist("T2")),
    ),
    StepKind.COVER: visits(
        offered=WITH_PRIMARY,
        people=(adult("A1", primary_id="T1"),),
        staff=(therapist("T1"), therapist("T2")),
        time_off=(off("therapist", "T1", "Mon 00:00", "Sun 23:00"),),
    ),
    StepKind.EXTRA_SESSION: meetings(group("G1", sessions_per_week=1), settings=SIX_HOURS),
    StepKind.STAFF_HOURS: visits(offered=TWO_VISITS, staff=(therapist("T1", max_minutes_per_week=60),)),
    StepKind.STAFF_WINDOW: visits(
        people=at_monday_nine("A1"), staff=(therapist("T1", availability=windows("Mon 10:00-12:00")),)
    ),
    StepKind.DROP_TIME_OFF: visits(time_off=(off("participant", "A1", "Mon 00:00", "Sun 23:00"),)),
    StepKind.EXTRA_STAFF: visits(staff=(therapist("T1", skills=("group",)),)),
    StepKind.NEW_GROUP: meetings(group("G1", max_size=1, sessions_per_week=1), people=(adult("A1"), adult("A2"))),
    StepKind.NEW_SKILL: visits(staff=(therapist("T1", skills=("group",)),)),
    StepKind.EXTRA_ROOM: visits(
        people=at_monday_nine("A1", "A2"), staff=(therapist("T1"), therapist("T2")), rooms=(room("R1"),)
    ),
}


def least(problem, start=None):
    """Return a week with the least unmet need, and its minutes."""
    found = search.solve(problem, FAST, start=start, last=GoalId.UNMET_NEED)
    assert found.goals[0].is_proven
    assert not violations(problem, found.schedule)
    return found.schedule, found.goals[0].value


@pytest.mark.parametrize("kind", StepKind)
def test_a_step_helps_where_it_is_what_is_missing(kind):
    problem = CLINICS[kind]
    week, unmet = least(problem)
    short = [key for key, minutes in unmet_minutes(problem, week).items() if minutes]
    assert short
    found = [row for row in offers(problem, week, short) if row.kind == kind]
    assert any(least(row.changed(problem), week)[1] < unmet for row in found), found


def test_a_stretch_cut_to_what_a_week_uses_of_it_is_enough():
    problem = CLINICS[StepKind.PARTICIPANT_WINDOW]
    week, _ = least(problem)
    for row in offers(problem, week, ["A1"]):
        if row.kind == StepKind.PARTICIPANT_WINDOW and "Mon" in row.sentence:
            after, unmet = least(row.changed(problem), week)
            (step,) = narrowed(problem, after, [row])
            assert unmet == 0
            assert step.edit != row.edit
            assert not violations(step.changed(problem), after)


def test_a_closed_day_is_no_time_to_offer():
    """Nor is a day on which somebody is away or not in the program yet, nor time that they are busy."""
    person = adult("A1", availability=windows("Fri 09:00-10:00"), busy=windows("Wed 08:00-20:00"), admitted=TUESDAY)
    problem = visits(people=(person,), time_off=(off("clinic", "", "Thu 00:00", "Fri 00:00"),))
    week = schedule()
    found = [row.sentence for row in offers(problem, week, ["A1"]) if row.kind == StepKind.PARTICIPANT_WINDOW]
    assert any("Tue" in sentence for sentence in found)
    assert not [sentence for sentence in found if any(day in sentence for day in ("Mon", "Wed", "Thu", "Sat"))]


def test_what_has_a_price_of_nought_is_never_offered():
    problem = CLINICS[StepKind.STAFF_WINDOW]
    week, _ = least(problem)
    free = visits(clinic=clinic(prices={"staff_window": 0}), people=problem.participants, staff=problem.therapists)
    assert {row.kind for row in offers(problem, week, ["A1"])} - {row.kind for row in offers(free, week, ["A1"])} == {
        StepKind.STAFF_WINDOW
    }


def test_pieces_of_an_hour_that_touch_hold_a_session_together():
    """Three hours of an evening cost three times the price of one."""
    problem = meetings(
        group("G1", times=None),
        people=(adult("A1", availability=windows("Mon 17:00-20:00")),),
        therapists=(therapist("T1", availability=windows("Mon 08:00-17:00")),),
    )
    week, unmet = least(problem)
    found = [row for row in offers(problem, week, ["A1"]) if row.kind == StepKind.STAFF_WINDOW]
    evening = [row for row in found if "Mon" in row.sentence]
    assert [row.sentence.split()[5] for row in evening] == ["17:00-18:00", "18:00-19:00", "19:00-20:00"]
    changed = problem
    for row in evening:
        changed = row.changed(changed)
    assert least(changed, week)[1] == unmet - 180
    assert sum(row.price for row in evening) == 12


def test_a_supervisor_of_whom_nobody_asks_for_a_skill_is_asked_to_be_there():
    """No session is held in the building without one."""
    problem = visits(
        clinic=clinic(staff={"supervisor_on_site": True}),
        people=at_monday_nine("A1"),
        staff=(
            therapist("T1"),
            therapist("T2", supervisor=True, skills=("medicine",), availability=windows("Mon 10:00-12:00")),
        ),
    )
    week, unmet = least(problem)
    found = [row for row in offers(problem, week, ["A1"]) if row.key == ("T2",) and "Mon 09:00-10:00" in row.sentence]
    assert [least(row.changed(problem), week)[1] for row in found] == [unmet - 60]


@pytest.mark.parametrize(
    ("kind", "told"),
    [(StepKind.OTHER_PRIMARY, "Make T2 the primary"), (StepKind.MOVE_PARTICIPANT, "Move A1 to group G2")],
)
def test_what_was_left_open_is_told_as_the_week_has_it(kind, told):
    problem = CLINICS[kind]
    week, unmet = least(problem)
    (row,) = [row for row in offers(problem, week, ["A1"]) if row.kind == kind]
    after, better = least(row.changed(problem), week)
    assert better < unmet
    (step,) = narrowed(problem, after, [row])
    assert told in step.sentence
    assert step.price == row.price
    assert not violations(step.changed(problem), after)
    assert narrowed(problem, schedule(), [row]) == (row,)
