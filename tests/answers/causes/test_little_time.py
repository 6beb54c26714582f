"""Causes where there is little time: what is cheap is told as likely, and what is not known in one sentence."""

import pytest

from iopsched.answers.base import Base, Budget
from iopsched.answers.causes import finding
from iopsched.answers.causes.finding import find_causes
from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Need
from tests.support.clinics import MONDAY, adults, small, therapist, windows


@pytest.fixture
def base():
    """Return a week without sessions: two adults need a talk with the one therapist, who is there for one; nothing is proven."""
    problem = small(
        participants=adults(3),
        needs=tuple(Need(f"A{number}", "individual", per_week=1) for number in (1, 2, 3)),
        therapists=(therapist("T1", availability=windows("Mon 09:00-09:30")),),
    )
    return Base.of(problem, Schedule(MONDAY, (), {}, frozenset({"A1", "A2", "A3"})), 0)


def test_cells_near_people_are_told_as_likely_before_parts_of_the_week_are_searched(base, monkeypatch):
    """People with the same cell share one cause."""

    def least_alone(*_):
        return 0

    monkeypatch.setattr(finding, "least_alone", least_alone)
    monkeypatch.setattr(finding, "part_around", None)
    found = find_causes(base, Budget.of(60.0, workers=1))
    (cause,) = found.causes
    assert cause.participants == ("A1", "A2", "A3")
    assert ("therapists.csv", "T1", "availability") in {(fact.file, fact.id, fact.column) for fact in cause.facts}
    assert not cause.is_proven
    assert not found.unfinished


def test_those_of_whom_nothing_is_known_are_named_in_one_sentence(base):
    found = find_causes(base, Budget.of(0.0, workers=1))
    assert not found.causes
    assert [str(row) for row in found.unfinished] == ["Time ended before it was known why A1, A2, A3 are short."]
