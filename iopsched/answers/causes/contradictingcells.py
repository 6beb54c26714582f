"""Why there is no week: ``must`` pins that contradict each other, or other rows. Whatever is told was tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from iopsched.answers.base import Budget
from iopsched.answers.causes.factcells import Cell, cells
from iopsched.answers.explanation import CauseAnswer
from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.model.terms import Terms
from iopsched.rulebook import ALL_RULES
from iopsched.search.clock import Clock
from iopsched.search.contradiction import contradicting_pins
from iopsched.search.start.pinned import pinned_week
from iopsched.search.workshop import Workshop
from iopsched.verifier import violations
from iopsched.words.sentence import Sentence


def contradictions(problem: Problem, pins: Sequence[Pin], budget: Budget) -> Iterator[CauseAnswer]:
    """Yield each smallest set of pins that cannot hold, with the other cells without which it could; ``pins`` is the first.

    A cell is told where a week without it was found that the verifier accepts.
    """
    left, number = problem, 0
    while pins and not budget.is_over:
        number += 1
        yield _cause(problem, pins, budget, f"C{number}")
        left = replace(left, pins=tuple(row for row in left.pins if row not in pins))
        pins = (contradicting_pins(left, budget.params(), budget.stop) or ()) if _asks(left) else ()


def _asks(problem: Problem) -> bool:
    return any(row.action == "must" for row in problem.pins)


def _cause(problem: Problem, pins: Sequence[Pin], budget: Budget, cause_id: str) -> CauseAnswer:
    kept = [row for row in problem.pins if row.action == "must_not" or row in pins]
    alone = replace(problem, pins=tuple(kept))
    rows = {key for pin in pins for key in _named(problem, pin) if key}
    own = [cell for cell in cells(alone, ALL_RULES, rows) if cell.fact.file == "pins.csv"]
    of_set = [cell for cell in own if cell.fact.id in {f"row {pin.row}" for pin in pins}]
    others = [cell for cell in cells(alone, ALL_RULES, rows) if cell not in of_set and cell.fact.file != "clinic.toml"]
    certain = [cell for cell in of_set if _can_hold(alone, cell, budget)]
    helping = list(_helping(alone, others, budget))
    facts = tuple(cell.fact for cell in (*of_set, *helping))
    return CauseAnswer(
        id=cause_id,
        kind="conflict",
        participants=tuple(sorted({pin.participant_id for pin in pins if pin.participant_id})),
        minutes=0,
        facts=facts,
        sentence=Sentence("These cannot all hold: {}.", Sentence.joined("; ", [fact.sentence for fact in facts])),
        is_proven=len(certain) == len(of_set),
    )


def _named(problem: Problem, pin: Pin) -> Iterator[str | None]:
    """Yield the ids of the rows that a pin is about."""
    yield from (pin.participant_id, pin.therapist_id, pin.room_id, pin.group_id, pin.service_id)
    person = problem.participant.get(pin.participant_id or "")
    if person is not None:
        yield from (person.primary_id, *person.group_ids)


def _helping(problem: Problem, others: Sequence[Cell], budget: Budget) -> Iterator[Cell]:
    part = budget.part(share=0.5)
    for cell in others:
        if part.is_over:
            return
        if _can_hold(problem, cell, part):
            yield cell


def _can_hold(problem: Problem, cell: Cell, budget: Budget) -> bool:
    """Return whether a week that keeps all pins without a cell was found and is legal."""
    try:
        changed = cell.undo(problem)
    except ValueError:
        return False
    if not _asks(changed):
        return True
    week = pinned_week(Workshop(Terms(changed)), Clock(budget.params(), budget.stop))
    return week is not None and not violations(changed, week)
