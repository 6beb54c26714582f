"""What a week with open starts is said to wait at least, held against the verifier in weeks drawn at random."""

import random
from dataclasses import replace
from itertools import islice

import pytest

from iopsched.model.goals.least_waits import least_gap
from iopsched.model.loose import loose_values
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, violations
from tests.support.clinics import (
    adult,
    at,
    clinic,
    family,
    group,
    individual,
    level,
    room,
    schedule,
    service,
    session,
    small,
    therapist,
    windows,
)
from tests.support.strengthened import least_at, loose_model

CLINICS, WEEKS, DRAWS = 50, 6, 150
HOURS = range(9, 17)


def drawn(chance):
    """Return a clinic of one or two days, with groups and two kinds of visits, in which much depends on hours."""
    days = "Mon-Tue" if chance.random() < 0.5 else "Mon-Mon"
    opening = windows(f"{days} 09:00-17:00")

    def hours():
        first = chance.choice((9, 9, 10, 12))
        return windows(f"{days} {first:02}:00-{chance.choice((14, 16, 17)):02}:00")

    often = {"adult": chance.choice((1, 1, 2))}
    kinds = (
        service("process", minutes=chance.choice((60, 120, 180)), max_per_day=1),
        service("individual", kind="individual", per_week=often, max_per_day=1, modality="either", needs_room=False),
        service("family", kind="family", per_week={"adult": 1}, max_per_day=chance.choice((1, 1, 2)), needs_room=False),
    )
    people = (adult("A1", availability=hours(), modality=chance.choice(("in_person", "either"))), adult("A2"))
    return small(
        clinic=clinic(open=opening, level=level(), grid_minutes=chance.choice((30, 60))),
        services=kinds,
        participants=people,
        therapists=(
            therapist(
                "T1",
                availability=windows(f"{days} {chance.choice((9, 13, 14)):02}:00-17:00"),
                skills=("individual", "family"),
            ),
            therapist("T2", availability=windows(f"{days} 09:00-{chance.choice((12, 13))}:00"), skills=("group",)),
        ),
        rooms=(room(),),
        groups=(group("G1", same_start=False), group("G2", membership="open")),
    )


def drawn_week(problem, chance):
    """Return a group session in the morning and a few visits, at random, legal or not."""
    by_id = {row.id: row for row in problem.services}
    rows = []
    for number in range(chance.randint(2, 4)):
        is_group = number == 0
        kind = by_id["process" if is_group else chance.choice(("individual", "family"))]
        hour = chance.choice((9, 9, 10) if is_group else HOURS)
        start = at(f"{chance.choice(('Mon', 'Mon', 'Tue'))} {hour:02}:{chance.choice(('00', '00', '30'))}")
        row = session(
            "Mon 09:00-10:00",
            chance.choice(("A1 A2", "A1", "A2")) if is_group else chance.choice(("A1", "A1", "A2")),
            "T2" if is_group else "T1",
            id_=f"S-{number}",
            service_id=kind.id,
            group_id=chance.choice(("G1", "G2")) if is_group else None,
            room_id="R1" if is_group else None,
        )
        rows.append(replace(row, start=start, end=start + kind.minutes))
    return schedule(*rows)


def loose(problem):
    model = loose_model(problem)
    model.cp.minimize(model.goal(GoalId.COST))
    return model


def test_other_visits_of_the_day_may_fill_the_gap():
    """The family session begins an hour after the group at the earliest, and the individual one may lie between."""
    alone = {"max_per_day": 1, "per_week": {"adult": 1}, "needs_room": False}
    problem = small(
        services=(
            service("process", max_per_day=1),
            service("individual", kind="individual", **alone),
            service("family", kind="family", **alone),
        ),
        therapists=(
            therapist("T1", availability=windows("Mon-Mon 12:00-17:00"), skills=("individual",)),
            therapist("T2", availability=windows("Mon-Mon 09:00-12:00"), skills=("group",)),
            therapist("T3", availability=windows("Mon-Mon 13:00-17:00"), skills=("family",)),
        ),
        groups=(group("G1"),),
    )
    model = loose(problem)
    early = session("Mon 09:00-12:00", "A1", "T2", group_id="G1")
    between = individual("Mon 12:00-13:00", "A1", "T1", room_id=None)
    late = family("Mon 13:00-14:00", "A1", "T3", room_id=None)
    for rows, waits in (((early, late), 60), ((early, between, late), 0), ((early, between), 0), ((between, late), 0)):
        week = schedule(*rows)
        assert not violations(problem, week)
        cost = goal_values(problem, week)[GoalId.COST]
        assert dict(cost.parts)["waits"] == waits
        assert least_at(model, GoalId.COST, loose_values(model.x, week)) == cost.value


def legal_weeks(problem, chance):
    """Yield the legal ones of many drawn weeks in which somebody has two sessions at least."""
    for _ in range(DRAWS):
        week = drawn_week(problem, chance)
        if not violations(problem, week):
            yield week


def test_no_week_waits_less_than_is_said():
    waiting = seen = exact = 0
    for seed in range(CLINICS):
        chance = random.Random(seed)
        problem = drawn(chance)
        model = loose(problem)
        for week in islice(legal_weeks(problem, chance), WEEKS):
            cost = goal_values(problem, week)[GoalId.COST]
            bound = least_at(model, GoalId.COST, loose_values(model.x, week))
            assert bound is not None, (seed, week.sessions)
            assert bound <= cost.value, (seed, week.sessions)
            waits = dict(cost.parts)["waits"]
            waiting += waits > 0
            seen += bound > cost.value - waits
            exact += waits > 0 and bound == cost.value
    assert waiting > 30
    assert seen > 10, "in no week is any waiting seen"
    assert exact > 5


@pytest.mark.parametrize(
    ("starts", "gap"),
    [((480,), 0), ((450,), 30), ((420, 450), 30), ((540, 600), None), ((720,), 0), ((780, 810), 60), ((600, 840), 120)],
)
def test_the_least_gap_is_that_of_the_start_nearest_to_the_session(starts, gap):
    assert least_gap([(540, 720)], starts, 60) == gap


def test_the_least_gap_is_that_of_the_nearest_session():
    assert least_gap([(540, 600), (780, 840)], (630,), 60) == 30
