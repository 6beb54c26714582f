"""What fixes a side of a session before anybody searches: pins, the cells of its group, a given primary, what has begun."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.answers.causes.factcells import Cell, cells
from iopsched.answers.explanation import CellFact
from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.sessionpattern import SessionPattern
from iopsched.domain.timegrid import moment
from iopsched.model.terms import Terms
from iopsched.rulebook import RuleId
from iopsched.verifier.pins import matches
from iopsched.verifier.week import Week
from iopsched.why.cause import unchanged
from iopsched.words.sentence import Sentence

PINNED = {"start": ("day", "start"), "days": ("day", "start"), "lead": ("therapist_id",), "room": ("room_id",)}
"""Which cells of a pin fix which side."""


def fixed_by(problem: Problem, terms: Terms, session: Session, facet: str) -> tuple[Cell, ...]:
    """Return what fixes the start, lead or room of a session."""
    if session in problem.begun:
        told = Sentence(
            "it was published and has begun ({}; what has begun before {} stays)", session.id, _now(problem)
        )
        return (Cell(CellFact("published", session.id, "start", moment(session.start), told), "", unchanged),)
    return (*_pins(problem, session, facet), *_cells(problem, terms, session, facet))


def _now(problem: Problem) -> str:
    return moment(problem.first_start) if problem.first_start < 7 * 24 * 60 else "the end of the week"


def _pins(problem: Problem, session: Session, facet: str) -> Iterator[Cell]:
    meetings = Week(problem, Schedule(problem.week, (session,))).meetings
    for pin in problem.pins:
        if pin.action == "must" and _says(pin, facet) and any(matches(pin, problem.week, row) for row in meetings):
            yield from (cell for cell in cells(problem, (RuleId.PIN,), ()) if cell.fact.id == f"row {pin.row}")


def _says(pin: Pin, facet: str) -> bool:
    return any(getattr(pin, name) is not None for name in PINNED.get(facet, ()))


def _cells(problem: Problem, terms: Terms, session: Session, facet: str) -> Iterator[Cell]:
    group, service = problem.group.get(session.group_id or ""), problem.service[session.service_id]
    if group is not None:
        has_no_others = group.times is not None and len(terms.starts(service, group)) <= group.sessions_per_week
        if facet in {"start", "days"} and has_no_others:
            yield from cell_of(problem, RuleId.WINDOW, group.id, "times")
        if facet == "lead" and len(group.lead_ids) == 1:
            yield from cell_of(problem, RuleId.STAFFED, group.id, "lead")
        if facet == "room" and group.room_id is not None:
            yield from cell_of(problem, RuleId.SEATS, group.id, "room_id")
        return
    for key in session.participant_ids if facet == "lead" else ():
        if service.with_primary and problem.participant[key].primary_id == session.lead_id:
            yield from cell_of(problem, RuleId.PRIMARY, key, "therapist_id")
        need = problem.need.get((key, service.id))
        if need is not None and session.lead_id in need.therapist_ids:
            found = cells(problem, (RuleId.STAFFED,), {key})
            yield from (cell for cell in found if cell.fact.file == "needs.csv" and cell.fact.column == "therapist_id")


def cell_of(problem: Problem, rule: RuleId, row: str, column: str) -> Iterator[Cell]:
    """Yield one cell of a row."""
    yield from (cell for cell in cells(problem, (rule,), {row}) if (cell.row, cell.fact.column) == (row, column))


def is_told_by_pin(terms: Terms, pin: Pin, pattern: SessionPattern) -> bool:
    """Return whether a ``must`` pin asks for just such a session as a pattern says: then no week is without one."""
    if pin.action != "must" or pattern == SessionPattern() or pattern.modality is not None:
        return False
    cells = (
        (pattern.participant_id, pin.participant_id),
        (pattern.lead_id, pin.therapist_id),
        (pattern.room_id, pin.room_id),
        (pattern.group_id, pin.group_id),
        (pattern.service_id, pin.service_id),
        (pattern.day, pin.day),
        (pattern.clock, pin.start),
    )
    return bool(terms.pin_days(pin)) and all(one in (None, other) for one, other in cells)
