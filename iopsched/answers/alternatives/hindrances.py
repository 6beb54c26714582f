"""What forbids a choice: the rules that it breaks, each with the rows without which it would keep them, by trial."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from iopsched.answers.causes.factcells import Cell, cells
from iopsched.answers.explanation import CellFact
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.rulebook import RuleId
from iopsched.verifier import CHECKS, Violation, violations_in
from iopsched.verifier.week import Week

Key = tuple[str, str, str]
FIRST = ("pins.csv", "time_off.csv", "keep_apart.csv", "keep_together.csv")
SPECIFIC = ("busy", "availability")
"""Of several rows that would do, the dated and written ones are told first, then times."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A broken rule; without all of ``facts`` it would be kept. Empty where other sessions are in the way, or nothing is known."""

    violation: Violation
    facts: tuple[CellFact, ...]


def alone(problem: Problem, session: Session) -> tuple[Hindrance, ...]:
    """Return what forbids a session if it were the only one of the week: facts, and no other session."""
    return hindrances(problem, (), (session,), ignored=frozenset({RuleId.DAY_MIN}))


def hindrances(
    problem: Problem,
    before: Collection[Session],
    after: Collection[Session],
    *,
    ignored: frozenset[RuleId] = frozenset(),
) -> tuple[Hindrance, ...]:
    """Return the rules that a week breaks, and the week before it does not."""
    known = {_key(row) for row in violations_in(_week(problem, before))} if before else _empty(problem)
    broken = [row for row in violations_in(_week(problem, after)) if _key(row) not in known and row.rule not in ignored]
    return tuple(Hindrance(row, facts_behind(problem, after, row)) for row in broken)


def _empty(problem: Problem) -> set[Key]:
    return {_key(row) for row in violations_in(_week(problem, problem.begun))}


def _week(problem: Problem, sessions: Iterable[Session]) -> Week:
    return Week(problem, Schedule(problem.week, tuple(sessions)))


def _key(row: Violation) -> Key:
    return row.rule, row.subject, str(row.sentence)


def facts_behind(
    problem: Problem, sessions: Collection[Session], violation: Violation, nearest: str = ""
) -> tuple[CellFact, ...]:
    """Return the fewest facts without which a rule is kept: one where there is one; first those of the row ``nearest``."""
    guesses = sorted(guesses_of(problem, sessions, violation), key=lambda cell: cell.fact.id != nearest)
    for guess in guesses:
        if not _is_broken(problem, sessions, violation, [guess]):
            return (guess.fact,)
    kept = guesses
    if not guesses or _is_broken(problem, sessions, violation, guesses):
        return ()
    for guess in reversed(guesses):
        fewer = [other for other in kept if other is not guess]
        if not _is_broken(problem, sessions, violation, fewer):
            kept = fewer
    return tuple(cell.fact for cell in kept)


def guesses_of(problem: Problem, sessions: Collection[Session], violation: Violation) -> list[Cell]:
    """Return the cells that could be behind a broken rule, the likeliest first."""
    found: Mapping[str, Session] = {row.id: row for row in sessions}
    rows = {violation.subject, *violation.people, *violation.staff, *violation.rooms}
    for session in (found[key] for key in violation.sessions if key in found):
        rows |= {session.service_id, session.group_id or "", session.room_id or ""}
        if violation.rule != RuleId.WINDOW:
            rows |= {*session.therapist_ids, *session.participant_ids}
    return sorted(cells(problem, (violation.rule,), rows - {""}), key=lambda cell: _place(cell, violation.subject))


def _place(cell: Cell, subject: str) -> tuple[bool, bool, bool, bool]:
    fact = cell.fact
    return fact.file not in FIRST, fact.file == "clinic.toml", fact.id != subject, fact.column not in SPECIFIC


def _is_broken(problem: Problem, sessions: Collection[Session], violation: Violation, facts: Sequence[Cell]) -> bool:
    try:
        for cell in facts:
            problem = cell.undo(problem)
    except ValueError:  # what is left is no clinic, such as a smallest size above the largest
        return True
    found = CHECKS[violation.rule](_week(problem, sessions))
    return any((row.subject, row.sessions) == (violation.subject, violation.sessions) for row in found)


def without(sessions: Iterable[Session], ids: Collection[str]) -> tuple[Session, ...]:
    """Return the sessions without some of them."""
    return tuple(row for row in sessions if row.id not in ids)
