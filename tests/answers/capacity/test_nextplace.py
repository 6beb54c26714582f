"""What one more person costs lets one more come, and what limits a kind is a cell of the files."""

import shutil
import threading
from datetime import date, datetime
from pathlib import Path

from iopsched.answers.base import Base, Budget, base_of
from iopsched.answers.capacity.capacityquestions import CapacityQuestions
from iopsched.answers.capacity.nextplace import NextPlaces, with_limits
from iopsched.answers.capacity.personkinds import PersonKind
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.work.clinics import read_clinic
from tests.support.tiny_capacity import write_tiny

WEEK = date(2026, 11, 30)
KIND = PersonKind("adult", "sud", "")


def asked(folder, seconds=60):
    """Return the questions about a tiny clinic in which a counselor has one hour left, and its files."""
    write_tiny(folder)
    given = read_clinic(folder, WEEK, None, datetime(2026, 11, 1, 12, tzinfo=None).astimezone())
    budget = Budget.of(seconds, threading.Event(), workers=1)
    base = base_of(given.problem, None, budget)
    assert isinstance(base, Base)
    return CapacityQuestions(base, budget), given, ClinicFiles.read(folder)


def test_the_hours_of_a_counselor_are_full_after_one_more(tmp_path):
    questions, given, files = asked(tmp_path)
    answer = questions.kind(KIND, questions.budget)
    assert (answer.more, answer.bound) == (1, 1)
    told = NextPlaces(questions, files, given.rows).told(answer, questions.budget)
    assert [(f.file, f.id, f.column, f.value) for f in told.limited_by] == [
        ("therapists.csv", "T1", "max_hours_per_week", "3")
    ]
    assert str(told.limited_by[0].sentence) == "T1 has 3 h of 3 h in sessions (therapists.csv)."
    assert [step.new for step in told.price_of_next] == ["4"]
    assert told.price == 3


def test_with_the_steps_one_more_can_come(tmp_path):
    questions, given, files = asked(tmp_path)
    answer = questions.kind(KIND, questions.budget)
    told = NextPlaces(questions, files, given.rows).told(answer, questions.budget)
    changed = shutil.copytree(tmp_path, tmp_path.with_name("changed"))
    ClinicFiles.read(tmp_path).with_written(told.price_of_next).write(Path(changed / "new"))
    again = read_clinic(changed / "new", WEEK, None, None)
    base = base_of(again.problem, None, questions.budget)
    assert isinstance(base, Base)
    assert CapacityQuestions(base, questions.budget).kind(KIND, questions.budget).more == answer.more + 1


def test_time_that_is_over_is_told_and_leaves_the_answers_as_they_are(tmp_path):
    questions, given, files = asked(tmp_path)
    answer = questions.kind(KIND, questions.budget)
    unfinished = []
    limits = NextPlaces(questions, files, given.rows)
    assert with_limits(limits, [answer], Budget.of(0.0), unfinished) == (answer,)
    assert len(unfinished) == 1
