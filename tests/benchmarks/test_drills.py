"""Drills: call-outs are the same for a seed, a cause is told without a solver, and weeks are compared person by person."""

from dataclasses import replace

import pytest

from benchmarks.callouts import call_out, moves, moves_without_cause
from benchmarks.steady import continuity, entries
from benchmarks.upsets import KINDS, upset
from iopsched.domain.pins import Pin
from iopsched.search.start.first_week import keep_previous
from tests.support.clinics import (
    adults,
    clinic,
    individual,
    level,
    schedule,
    service,
    session,
    small,
    therapist,
    windows,
)

MON = session("Mon 09:00-12:00", "A1 A2", id_="process-001")
TUE = session("Tue 09:00-12:00", "A1 A2", id_="process-002")


def week_of(*before, **facts):
    facts = {"services": (service(),), "participants": adults(2), **facts}
    return small(previous=schedule(*before, census=frozenset({"A1", "A2"})), **facts)


@pytest.mark.parametrize(
    "now",
    [
        (replace(MON, room_id="R2"), TUE),
        (replace(MON, therapist_ids=("T2",)), TUE),
        (session("Wed 09:00-12:00", "A1 A2", id_="process-001"), TUE),
        (replace(MON, participant_ids=("A1",)), TUE),
        (TUE,),
        (MON, TUE, session("Fri 09:00-12:00", id_="process-003")),
    ],
    ids=["room", "lead", "day", "person", "canceled", "added"],
)
def test_a_move_for_nothing_has_no_cause(now):
    problem = week_of(MON, TUE, therapists=(therapist("T1"), therapist("T2")))
    assert {row.session_id for row in moves_without_cause(problem, schedule(*now))} == (
        {"process-003"} if len(now) == 3 else {"process-001"}
    )


def test_a_rule_in_the_way_is_a_cause():
    facts = {"therapists": (therapist("T1", availability=windows("Tue 09:00-12:00")), therapist("T2"))}
    problem = week_of(MON, TUE, **facts)
    now = schedule(replace(MON, therapist_ids=("T2",)), TUE)
    assert moves_without_cause(problem, now) == []
    assert {row.cause.split(":")[0] for row in moves(problem, now)} == {"window", "as many changes and moves"}


def test_a_need_is_a_cause():
    """The session of Friday is new because somebody lacks three hours."""
    problem = week_of(MON, clinic=clinic(level=level(min_minutes_per_week=360)))
    now = schedule(MON, session("Fri 09:00-12:00", "A1 A2", id_="process-002"))
    assert [row.cause for row in moves(problem, now)] == ["unmet_need: 360 for 0"]


def test_an_unchanged_week_has_no_moves():
    assert list(moves(week_of(MON, TUE), schedule(MON, TUE))) == []


def test_a_seed_is_one_call_out_and_no_pin_is_called_out():
    problem = small(pins=(Pin("must", participant_id="A1", therapist_id="T1", row=2),))
    published = schedule(MON, individual("Tue 09:00-10:00", "A2", "T2", room_id="R2"))
    drawn = [call_out(problem, published, seed) for seed in range(20)]
    assert [str(row) for row in drawn] == [str(call_out(problem, published, seed)) for seed in range(20)]
    assert not {row.id for row in drawn} & {"A1", "T1"}
    assert {row.kind for row in drawn} == {"therapist", "participant", "room"}


def test_who_stays_is_compared_by_group_days_and_primary():
    census, primaries = frozenset({"A1", "A2", "A3"}), {"A1": "T1", "A2": "T1", "A3": "T1"}
    held = session("Mon 09:00-12:00", "A1 A2 A3", group_id="G1")
    before = schedule(held, census=census, primaries=primaries)
    gone = replace(held, participant_ids=("A1", "A2"))
    now = schedule(gone, census=census - {"A3"}, primaries={"A1": "T2", "A2": "T1"})
    assert continuity(before, before) == (3, 3)
    assert continuity(before, now) == (1, 2)
    assert entries(before) != entries(now)


@pytest.mark.parametrize("kind", KINDS)
def test_no_upset_takes_what_a_pin_asks_for(kind):
    pin = Pin("must", participant_id="A1", service_id="individual", day=4, row=2)
    pinned = individual("Fri 09:00-10:00", "A1", "T1", room_id="R1")
    others = [
        individual(f"Fri 1{hour}:00-1{hour + 1}:00", "A2", f"T{1 + hour % 2}", room_id="R2") for hour in (1, 2, 3)
    ]
    published = schedule(MON, pinned, *others, census=frozenset({"A1", "A2"}))
    problem = small(services=(service(), service("individual", kind="individual")), pins=(pin,))
    for seed in range(20):
        left = keep_previous(upset(problem, published, seed, kind).problem)
        assert ("A1",) in [row.participant_ids for row in left.sessions if row.start == pinned.start]
