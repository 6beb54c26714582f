"""Pins that cannot hold: which rows are behind it, and with which single steps there is a week again."""

from datetime import UTC, date, datetime
from threading import Event

import pytest

from iopsched.answers import contradictions
from iopsched.answers.explaining import Unheard
from iopsched.params import SolveParams
from iopsched.stopping import TimeOver
from iopsched.verifier import violations
from iopsched.work import explanations
from tests.support.small_clinic import ONE_SHORT, write

WEEK = date(2026, 11, 30)
HEADER = "action,participant_id,therapist_id,service_id,day,start\n"
AWAY = "must,P01,T02,individual,Mon,09:00\n"
TWICE = "must,P01,T01,individual,Mon,09:00\nmust,P02,T01,individual,Mon,09:30\n"


@pytest.fixture
def explained(tmp_path):
    """Explain the clinic with these pins."""

    def ask(pins):
        clinic = write(tmp_path / "clinic", {**ONE_SHORT, "pins.csv": HEADER + pins})
        question = explanations.read_question(clinic, WEEK, None, datetime(2026, 11, 27, 12, tzinfo=UTC))
        params = SolveParams(20, workers=1)
        found = explanations.answer(question, (), params, 20, Event(), Unheard(), is_all=False, is_soft=False)
        return question, found.explanation

    return ask


@pytest.mark.parametrize(
    ("pins", "facts"),
    [
        (AWAY, {("pins.csv", "row 2", ""), ("therapists.csv", "T02", "availability")}),
        (TWICE, {("pins.csv", "row 2", ""), ("pins.csv", "row 3", "")}),
    ],
)
def test_each_row_of_a_contradiction_is_named(explained, pins, facts):
    _, found = explained(pins)
    (cause,) = found.causes
    assert (cause.kind, cause.is_proven) == ("conflict", True)
    assert {(fact.file, fact.id, fact.column) for fact in cause.facts} == facts
    assert (found.minutes, found.people, found.bound) == (240, 2, 240)


@pytest.mark.parametrize("pins", [AWAY, TWICE])
def test_each_way_out_makes_a_week_as_it_promised(explained, tmp_path, pins):
    question, found = explained(pins)
    assert [way.number for way in found.ways_out] == [1, 2]
    for way in found.ways_out:
        changed = explanations.apply(question, way, tmp_path / f"new-{way.number}")
        now = datetime(2026, 11, 27, 12, tzinfo=UTC)
        params = SolveParams(20, workers=1)
        again = explanations.read_question(changed, WEEK, None, now)
        done = explanations.answer(again, (), params, 20, Event(), Unheard(), is_all=False, is_soft=False)
        assert done.base.minutes == way.unmet_after == way.bound_after
        assert not violations(done.base.problem, done.base.schedule)


def test_the_pins_are_told_where_no_time_is_left_to_try_what_is_near_them(explained, monkeypatch):
    def out_of_time(*_):
        raise TimeOver

    monkeypatch.setattr(contradictions, "contradicting_pins", out_of_time)
    _, found = explained(TWICE)
    (cause,) = found.causes
    assert {fact.id for fact in cause.facts} == {"row 2", "row 3"}
    assert [str(sentence) for sentence in found.unfinished] == [
        "Time ended before every row near these pins was tried."
    ]
