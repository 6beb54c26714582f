"""What must not matter does not matter: names, the order of rows, a useless room, more time than before."""

import random
from dataclasses import fields, is_dataclass, replace

import pytest

from iopsched.domain.outcome import Solved
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.timegrid import NEVER, Windows
from iopsched.rulebook import GoalId
from iopsched.search import SolveParams, solve
from tests.support.worlds import random_problem

PARAMS = SolveParams(time_limit_s=120, workers=1)
SEEDS = (4, 12, 20, 21, 22, 105, 118, 206, 216, 410)


def values(problem):
    """Return the optimal value of each goal; None where pins contradict."""
    outcome = solve(problem, PARAMS)
    if not isinstance(outcome, Solved):
        return None
    assert outcome.is_optimal
    return {goal.name: goal.value for goal in outcome.goals}


def unmet(problem):
    """Return minutes of unmet need."""
    found = values(problem)
    return None if found is None else found[GoalId.UNMET_NEED.value]


def without_pins(seed):
    """Return a random clinic in which every schedule that keeps the other rules may be held."""
    return replace(random_problem(seed), pins=())


def renamed(row, names):
    """Return a row, or anything inside it, with ids replaced; ids are words such as A1, so no other text is one."""
    if isinstance(row, str):
        return names.get(row, row)
    if isinstance(row, tuple):
        return tuple(renamed(item, names) for item in row)
    if isinstance(row, frozenset):
        return frozenset(renamed(item, names) for item in row)
    if is_dataclass(row):
        own = {field.name: renamed(getattr(row, field.name), names) for field in fields(row)}
        return replace(row, **own)
    return row


def relabelled(problem, seed):
    """Return the clinic with new ids, so that every list sorted by id is in another order, and rows shuffled."""
    shuffle = random.Random(seed).shuffle
    names = {}
    for rows in (problem.participants, problem.therapists, problem.rooms, problem.groups):
        new = [f"{row.id[0]}-{100 - place}" for place, row in enumerate(rows)]
        names |= dict(zip((row.id for row in rows), new, strict=True))
    changed = {}
    for name in (
        "participants",
        "therapists",
        "rooms",
        "groups",
        "needs",
        "keep_apart",
        "keep_together",
        "covers",
        "pins",
        "time_off",
        "modules",
        "borders",
    ):
        rows = list(renamed(getattr(problem, name), names))
        shuffle(rows)
        changed[name] = tuple(rows)
    previous = None if problem.previous is None else renamed(problem.previous, names)
    if previous is not None:
        sessions = tuple(replace(row, participant_ids=tuple(sorted(row.participant_ids))) for row in previous.sessions)
        previous = replace(previous, sessions=sessions)
    return replace(problem, previous=previous, **changed)


def test_relabelling_reaches_every_row():
    """Else the next test could not fail."""
    before = random_problem(12)
    after = relabelled(before, 12)
    for name in ("participants", "therapists", "rooms"):
        old, new = ({row.id for row in getattr(problem, name)} for problem in (before, after))
        assert not old & new
        assert len(old) == len(new)


@pytest.mark.parametrize("seed", SEEDS)
def test_names_and_the_order_of_rows_do_not_matter(seed):
    problem = random_problem(seed)
    assert values(relabelled(problem, seed)) == values(problem)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_room_that_is_never_free_changes_nothing(seed):
    problem = random_problem(seed)
    useless = Room("R9", capacity=40, availability=NEVER)
    assert values(replace(problem, rooms=(*problem.rooms, useless))) == values(problem)


@pytest.mark.parametrize("seed", SEEDS)
def test_another_room_never_adds_unmet_need(seed):
    problem = without_pins(seed)
    spare = Room("R9", capacity=40, availability=problem.clinic.open)
    assert unmet(replace(problem, rooms=(*problem.rooms, spare))) <= unmet(problem)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_therapist_who_can_hold_nothing_changes_nothing(seed):
    problem = random_problem(seed)
    idle = Therapist("T9", skills=("juggling",), availability=problem.clinic.open)
    assert values(replace(problem, therapists=(*problem.therapists, idle))) == values(problem)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_twin_of_a_therapist_never_worsens_the_optimum(seed):
    """Goal by goal in rank order; even work over more people is another goal, so its two terms are off."""
    problem = without_pins(seed)
    weights = {**problem.clinic.weights, "workload": {"imbalance": 0, "evenings": 0}}
    before = replace(problem, clinic=replace(problem.clinic, weights=weights))
    twin = replace(problem.therapists[seed % len(problem.therapists)], id="T9")
    after = replace(before, therapists=(*problem.therapists, twin))
    assert tuple(values(after).values()) <= tuple(values(before).values())


@pytest.mark.parametrize("seed", SEEDS)
def test_one_more_window_never_adds_unmet_need(seed):
    """One day of one participant, and of one therapist."""
    problem = without_pins(seed)
    for name in ("participants", "therapists"):
        rows = list(getattr(problem, name))
        row = rows[seed % len(rows)]
        day = problem.clinic.open.ranges[seed % len(problem.clinic.open.ranges)]
        rows[seed % len(rows)] = replace(row, availability=row.availability.union(Windows((day,))))
        assert unmet(replace(problem, **{name: tuple(rows)})) <= unmet(problem)


@pytest.mark.parametrize("seed", SEEDS)
def test_wider_windows_never_add_unmet_need(seed):
    """Everybody may come whenever the clinic is open."""
    problem = without_pins(seed)

    def widened(row: Participant | Therapist | Room):
        return replace(row, availability=problem.clinic.open, busy=NEVER)

    wider = {name: tuple(map(widened, getattr(problem, name))) for name in ("participants", "therapists", "rooms")}
    people = tuple(replace(row, family_availability=None) for row in wider["participants"])
    assert unmet(replace(problem, **{**wider, "participants": people}, time_off=())) <= unmet(problem)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_previous_week_that_is_the_best_one_is_kept(seed):
    """The optimum without a previous week, taken as the previous week, needs no change and loses nothing."""
    problem = replace(without_pins(seed), previous=None)
    outcome = solve(problem, PARAMS)
    assert isinstance(outcome, Solved)
    again = solve(replace(problem, previous=outcome.schedule), PARAMS)
    assert isinstance(again, Solved)
    assert [goal.value for goal in again.goals] == [goal.value for goal in outcome.goals]
    assert {goal.name: goal.value for goal in again.goals}[GoalId.CHANGES] == 0
