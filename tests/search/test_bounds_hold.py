"""No legal week beats a bound: proven weeks are edited at random, and the verifier alone counts."""

import random
from dataclasses import replace

import pytest

from iopsched.domain.outcome import Solved
from iopsched.domain.people import Participant
from iopsched.domain.schedule import Session
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.verifier import goal_values, session_modalities, violations
from tests.support.clinics import adults, clinic, group, level, room, service, session, small, therapist, windows
from tests.support.solving import ordinary
from tests.support.worlds import random_problem

EDITS = 500


def co_led(**changes):
    """Return a clinic whose groups any of four therapists may sit in, with a busy lead and one who has little to do."""
    facts = {
        "clinic": clinic(
            level=level(min_minutes_per_week=300, min_days_per_week=2, program_day_minutes=60),
            open=windows("Mon-Wed 09:00-13:00"),
        ),
        "services": (service("process", minutes=120), service("individual", kind="individual", per_week={"adult": 1})),
        "participants": adults(5),
        "therapists": tuple(therapist(f"T{n}") for n in range(1, 5)),
        "rooms": (room("R1"), room("R2")),
        "groups": (group("G1", sessions_per_week=2, lead_ids=("T1",)), group("G2", sessions_per_week=2)),
    }
    return small(**{**facts, **changes})


def problems():
    """Return clinics that are proven within a moment, with earlier weeks in some of them."""
    yield ordinary()
    yield co_led()
    first = solve(co_led(), briefly()).schedule
    helped = tuple(
        replace(row, therapist_ids=(*row.therapist_ids, "T4")) if row.group_id else row for row in first.sessions
    )
    earlier = tuple(row for row in helped if "T4" not in row.therapist_ids[:1])
    yield co_led(previous=replace(first, sessions=earlier))
    yield from (random_problem(seed) for seed in range(17))


def briefly():
    return SolveParams(time_limit_s=60, deterministic_limit=2.0, workers=1)


@pytest.mark.parametrize("place", range(20))
def test_no_edit_of_a_week_beats_a_bound(place):
    problem = list(problems())[place] if place < 3 else random_problem(place - 3)
    outcome = solve(problem, briefly())
    if not isinstance(outcome, Solved):
        return
    chance = random.Random(place)
    legal = 0
    for _ in range(EDITS // 20):
        sessions = outcome.schedule.sessions
        for _ in range(chance.choice((1, 1, 2, 3))):
            sessions = edited(problem, sessions, chance)
        week = replace(outcome.schedule, sessions=sessions)
        if not violations(problem, week):
            legal += 1
            assert_no_better(problem, outcome, week)
    for sessions in joined(problem, outcome.schedule.sessions):
        week = replace(outcome.schedule, sessions=sessions)
        if not violations(problem, week):
            assert_no_better(problem, outcome, week)


def assert_no_better(problem, outcome, week):
    """Assert that in each goal a week is no better than the bound, if its earlier goals are no worse than reported."""
    found = goal_values(problem, week)
    for goal in outcome.goals:
        value = found[GoalId(goal.name)].value
        assert value >= goal.bound, f"{goal.name}: {value} is below the bound {goal.bound}\n{week.sessions}"
        if value > goal.value:
            return


def joined(problem, sessions):
    """Yield the sessions with one more member of staff in one of them: each of them in each."""
    for row in sessions:
        for therapist_id in (w.id for w in problem.therapists if w.id not in row.therapist_ids):
            more = replace(row, therapist_ids=(*row.therapist_ids, therapist_id))
            yield tuple(more if other is row else other for other in sessions)


def edited(problem, sessions, chance):
    """Return sessions with one edit that somebody could make by hand."""
    rows = list(sessions)
    if not rows or chance.random() < 0.15:
        return (*rows, anything(problem, chance, len(rows)))
    place = chance.randrange(len(rows))
    rows[place] = chance.choice((_staff, _staff, _room, _people, _modality, _start, _dropped))(
        problem, rows[place], chance
    )
    return tuple(row for row in rows if row is not None and row.participant_ids)


def anything(problem, chance, number):
    """Return one more session of some service with somebody, somewhere."""
    row = chance.choice(problem.services)
    groups = problem.groups_of.get(row.id, (None,))
    people = chance.sample(problem.participants, chance.randint(1, len(problem.participants)))
    picked = chance.choice(groups)
    start = chance.choice([w.start for w in problem.clinic.open]) + 60 * chance.randint(0, 4)
    modality = chance.choice(sorted(session_modalities(row, picked)) or ["in_person"])
    return Session(
        id=f"more-{number}",
        service_id=row.id,
        start=start,
        end=start + row.minutes,
        therapist_ids=(chance.choice(problem.therapists).id,),
        participant_ids=tuple(sorted(person.id for person in people)),
        modality=modality,
        group_id=picked.id if picked else None,
        room_id=None if modality == "telehealth" or not row.needs_room else chance.choice(problem.rooms).id,
    )


def _staff(problem, row, chance):
    picked = chance.choice(problem.therapists).id
    others = [w for w in row.therapist_ids if w != picked]
    return replace(row, therapist_ids=chance.choice(((picked, *others), (*others, picked), (picked, *others[1:]))))


def _room(problem, row, chance):
    return row if row.room_id is None else replace(row, room_id=chance.choice(problem.rooms).id)


def _people(problem, row, chance):
    picked: Participant = chance.choice(problem.participants)
    return replace(row, participant_ids=tuple(sorted({*row.participant_ids} ^ {picked.id})))


def _modality(problem, row, chance):
    modality = chance.choice(("in_person", "telehealth", "hybrid"))
    has_room = modality != "telehealth" and problem.service[row.service_id].needs_room
    room_id = (row.room_id or chance.choice(problem.rooms).id) if has_room else None
    return replace(row, modality=modality, room_id=room_id)


def _start(problem, row, chance):
    start = row.start + chance.choice((-1440, -60, -30, 30, 60, 120, 1440))
    return replace(row, start=start, end=start + row.minutes)


def _dropped(problem, row, chance):
    return None


def test_staff_who_sit_in_do_not_even_out_the_work():
    """Who is in a session for no reason counts nowhere but in the cost; whoever was there before counts as ever."""
    problem = small(services=(service("process", minutes=60),), groups=(group("G1"),))
    alone = session("Mon 09:00-10:00", "A1 A2", group_id="G1")
    both = replace(alone, therapist_ids=("T1", "T2"))
    assert imbalance(problem, alone) == 60
    assert imbalance(problem, both) == 60
    before = replace(problem, previous=week_of(both))
    assert imbalance(before, both) == 0


def week_of(*sessions):
    """Return a week of sessions."""
    return replace(solve(ordinary(), SolveParams(time_limit_s=0.1)).schedule, sessions=sessions)


def imbalance(problem, row):
    """Return what the verifier counts as imbalance."""
    return dict(goal_values(problem, week_of(row))[GoalId.WORKLOAD].parts)["imbalance"]
