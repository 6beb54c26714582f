"""Offers: what is offered, and that a step says the same of the files as of the problem."""

from datetime import date
from functools import reduce
from pathlib import Path

import pytest

from iopsched.domain.schedule import Schedule
from iopsched.rulebook.steps import KINDS, StepKind
from iopsched.steps.offer import AddItem, NewRow
from iopsched.steps.offers import narrowed, offers
from tests.support.clinics import adult, clinic, schedule, session, small, windows
from tests.support.stepping import read, taken

WEEK = date(2026, 11, 30)
EXAMPLES = sorted(path for path in (Path(__file__).parents[2] / "data").iterdir() if path.is_dir())
EVERY_EXAMPLE = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)


def all_offers(example):
    """Return a clinic with its rows, and what is offered where everybody lacks everything."""
    problem, rows = read(taken(example, (), {}), WEEK)
    return problem, rows, offers(problem, Schedule(WEEK), [row.id for row in problem.participants], rows=rows)


def some_of_each_kind(found):
    """Return the first, the middle and the last offer of each kind and column."""
    for place in {(row.kind, row.column): None for row in found}:
        rows = [row for row in found if (row.kind, row.column) == place]
        yield from {id(row): row for row in (rows[0], rows[len(rows) // 2], rows[-1])}.values()


@EVERY_EXAMPLE
def test_a_step_says_the_same_of_the_files_as_of_the_problem(example):
    problem, rows, found = all_offers(example)
    for offer in some_of_each_kind(found):
        changed, _ = read(taken(example, [offer], rows), WEEK)
        assert changed == offer.changed(problem), offer.sentence
        assert changed != problem, offer.sentence


@EVERY_EXAMPLE
def test_every_offer_names_a_row_its_file_and_its_column(example):
    _, rows, found = all_offers(example)
    for offer in found:
        assert isinstance(offer.edit, NewRow) or (offer.file, *offer.key) in rows, offer
        assert offer.file in offer.sentence, offer
        assert offer.column in offer.sentence, offer
        assert offer.price % KINDS[offer.kind].price == 0
        assert offer.price == KINDS[offer.kind].price or offer.kind == StepKind.EXTRA_STAFF
        assert offer.file == KINDS[offer.kind].file


@EVERY_EXAMPLE
def test_no_offer_stands_twice(example):
    _, _, found = all_offers(example)
    assert len(set(found)) == len(found)
    assert [row.kind for row in found] == sorted((row.kind for row in found), key=list(StepKind).index)


def test_steps_add_up_on_one_cell():
    """Pieces that touch become one window, numbers grow by each."""
    example = next(path for path in EXAMPLES if path.name == "step_down")
    problem, rows, found = all_offers(example)
    for kind in (StepKind.STAFF_WINDOW, StepKind.ROOM_WINDOW, StepKind.PARTICIPANT_WINDOW):
        several = [row for row in found if row.kind == kind][:4]
        changed, _ = read(taken(example, several, rows), WEEK)
        assert changed == reduce(lambda before, offer: offer.changed(before), several, problem), kind


def test_somebody_is_asked_only_for_the_time_that_a_week_uses():
    problem = small(clinic=clinic(), participants=(adult("A1", availability=windows("Mon 09:00-12:00")),))
    week = schedule(session("Tue 13:00-16:00", "A1"))
    gap = next(row for row in offers(problem, Schedule(week.week), ["A1"]) if "Tue" in row.sentence)
    (step,) = narrowed(problem, week, [gap])
    assert "Tue 13:00-16:00" in step.sentence
    assert step.edit == AddItem("Tue 13:00-16:00")
    assert step.changed(problem).participant["A1"].availability == windows("Mon 09:00-12:00", "Tue 13:00-16:00")
    assert narrowed(problem, Schedule(week.week), [gap]) == (gap,)


@pytest.mark.parametrize("kind", StepKind)
def test_the_docs_say_what_a_step_of_each_kind_is(kind):
    """A line of the table, with its file, price and decider; and how it is read."""
    declared = KINDS[kind]
    cell = f"`{declared.file}`" + (f" `{declared.column}`" if declared.column else "")
    row = f"| `{kind}` | {cell} | {declared.price} | {declared.decider} | {declared.meaning} |"
    docs = Path(__file__).parents[2] / "docs"
    assert row in (docs / "answers.md").read_text(encoding="utf-8").splitlines()
    assert f"`{kind}`" in (docs / "readings.md").read_text(encoding="utf-8").split("## Steps that are offered")[1]
