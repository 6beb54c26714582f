"""What is told besides is true, is told once, and names what was planted."""

import pytest

from iopsched.answers.base import Base, Budget, base_of
from iopsched.answers.causes.further import further_causes
from iopsched.answers.causes.retrials import Retrials
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.search import solve
from scripts.causes.clinics import clinic
from scripts.causes.plants import plants

PLANTED = {
    "pin": ("pins.csv", "row 2", ""),
    "own window": ("participants.csv", "P1", "availability"),
    "no license": ("therapists.csv", "T1", "licensed"),
    "offered": ("groups.csv", "A", "sessions_per_week"),
    "room's window": ("rooms.csv", "R1", "availability"),
}


def budget():
    return Budget.of(60, workers=1)


@pytest.fixture(scope="module", params=list(PLANTED))
def planted(request):
    """Return what was planted, and the week with the least unmet need."""
    problem = clinic(1)
    plant = next(row for row in plants(problem) if row.name == request.param)
    base = base_of(plant.change(problem), None, budget())
    assert isinstance(base, Base)
    assert base.is_proven
    assert base.minutes
    return PLANTED[request.param], base


def places(causes):
    return [(fact.file, fact.id, fact.column) for cause in causes for fact in cause.facts]


def test_what_was_planted_is_named_once_and_nothing_twice(planted):
    place, base = planted
    heard = []
    found = further_causes(base, (), budget(), heard.append)
    assert place in places(found.causes)
    assert len(set(places(found.causes))) == len(places(found.causes))
    assert heard == list(found.causes)
    assert found.unfinished == ()
    again = further_causes(base, found.causes, budget(), heard.append)
    assert again.causes == ()


def test_without_a_cell_the_least_unmet_need_falls(planted):
    _, base = planted
    for cell, _, unmet in Retrials(base, base.unmet, (), budget()).find():
        found = solve(cell.undo(base.problem), SolveParams(workers=1), last=GoalId.UNMET_NEED)
        assert found.goals[0].value < base.minutes, cell.fact
        assert sum(unmet.values()) < base.minutes


def test_nothing_is_told_where_the_week_is_not_proven(planted):
    _, base = planted
    less = Base.of(base.problem, base.schedule, base.minutes - 1)
    assert further_causes(less, (), budget(), print).causes == ()
