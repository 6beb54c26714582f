"""The cheapest steps that would allow an alternative that facts forbid: for each broken rule, all together tried by the verifier."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.rulebook import RuleId
from iopsched.steps.offer import OfferedStep
from iopsched.steps.offers import offers
from iopsched.stopping import look
from iopsched.verifier import CHECKS, Violation, violations_in
from iopsched.verifier.week import Week

MOST_OF_ONE_ROW = 4
"""So many pieces of one row's windows are joined: a session of two hours may need each."""


def needed_steps(
    problem: Problem, schedule: Schedule, edited: Schedule, sessions: Collection[Session]
) -> tuple[OfferedStep, ...]:
    """Return steps after which an edited week breaks no rule by its facts; empty where none are found.

    ``sessions`` are those that are otherwise, as they are now. Other sessions in the way are left to a search.
    """
    known = {(row.rule, row.subject, str(row.sentence)) for row in violations_in(Week(problem, schedule))}
    broken = [
        row
        for row in violations_in(Week(problem, edited))
        if row.rule != RuleId.OVERLAP and (row.rule, row.subject, str(row.sentence)) not in known
    ]
    people = {key for row in sessions for key in row.participant_ids}
    lacking = replace(schedule, sessions=tuple(row for row in schedule.sessions if row not in sessions))
    offered = offers(problem, lacking, people)
    chosen: list[OfferedStep] = []
    for violation in broken:
        look()
        if not _is_broken(problem, edited, violation, chosen):
            continue
        way = min(_ways(problem, edited, violation, chosen, offered), key=_trouble, default=None)
        if way is None:
            return ()
        chosen += way
    return tuple(chosen) if broken else ()


def _trouble(steps: Sequence[OfferedStep]) -> tuple[int, int]:
    return sum(step.price for step in steps), len(steps)


def _ways(
    problem: Problem,
    edited: Schedule,
    violation: Violation,
    chosen: Sequence[OfferedStep],
    offered: Sequence[OfferedStep],
) -> Iterator[tuple[OfferedStep, ...]]:
    """Yield steps without which a rule is broken: one, else several pieces of one cell."""
    single = [step for step in offered if not _is_broken(problem, edited, violation, [*chosen, step])]
    yield from ((step,) for step in single)
    if single:
        return
    of_row: dict[object, list[OfferedStep]] = {}
    for step in offered:
        if violation.subject in step.key:
            of_row.setdefault((step.file, step.key, step.column), []).append(step)
    for steps in of_row.values():
        for size in range(2, MOST_OF_ONE_ROW + 1):
            found = [
                row for row in combinations(steps, size) if not _is_broken(problem, edited, violation, [*chosen, *row])
            ]
            yield from found
            if found:
                break


def _is_broken(problem: Problem, edited: Schedule, violation: Violation, steps: Sequence[OfferedStep]) -> bool:
    try:
        for step in steps:
            problem = step.changed(problem)
    except ValueError:  # what is left is no clinic
        return True
    found = CHECKS[violation.rule](Week(problem, edited))
    return any((row.subject, row.sessions) == (violation.subject, violation.sessions) for row in found)
