"""The summary of a solve, for a director: people served and short, how full, how certain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from iopsched.domain.outcome import GoalId, GoalResult, Infeasible, Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.views.goals import GOAL_WORDS, POINTS, WEIGHTED, minutes_outside, proven, unproven
from iopsched.views.labels import Labels
from iopsched.views.lacks import shortage
from iopsched.views.sessions import group_rows, kinds_held
from iopsched.words.phrases import count, long_date, shown

MOST_SHORT = 20


def report(problem: Problem, solved: Solved) -> str:
    """Return the whole summary; ids only."""
    return "\n".join(_lines(problem, solved))


def _lines(problem: Problem, solved: Solved) -> Iterator[str]:
    yield f"{problem.clinic.name}, week of {long_date(problem.week)}: {_how_good(solved)}"
    yield ""
    yield from _people(problem, solved)
    yield from _groups(problem, solved)
    kinds = kinds_held(problem, solved.schedule)
    yield f"{count(len(solved.schedule.sessions), 'session')} held" + (f": {kinds}." if kinds else ".")
    yield from _goals(problem, solved)


def _how_good(solved: Solved) -> str:
    if solved.is_optimal:
        return "the best schedule there is (every goal is proven)."
    how = "interrupted; the best schedule so far" if solved.was_interrupted else "a schedule that obeys every rule"
    return f"{how} (not every goal is proven best)."


def _people(problem: Problem, solved: Solved) -> Iterator[str]:
    found = shortage(problem, solved.schedule, solved.unmet, Labels())
    yield found.sentence + (":" if found.short else ".")
    lines = found.by_cause
    for row in lines[:MOST_SHORT]:
        yield f"  {row.who} {row.facts}" + (f": {row.why}" if row.why else ".")
    if len(lines) > MOST_SHORT:
        yield f"  and {sum(len(row.labels) for row in lines[MOST_SHORT:])} more (hours.csv)"


def _groups(problem: Problem, solved: Solved) -> Iterator[str]:
    rows = group_rows(problem, solved.schedule, Labels())
    if rows:
        cells = (f"{row.label} {row.members}/{row.most}" + ("" if row.held else " (not held)") for row in rows)
        yield "Members of groups: " + ", ".join(cells) + "."
    held = Counter(session.group_id for session in solved.schedule.sessions)
    seldom = [group for group in problem.groups if 0 < held[group.id] < group.sessions_per_week]
    if seldom:
        cells = (f"{group.id} {held[group.id]} of {group.sessions_per_week}" for group in seldom)
        yield (
            f"Held less often than sessions_per_week allows, which is the most and not a need: {', '.join(cells)}. "
            "To ask for more, write per_week in needs.csv or POPULATION_per_week in services.csv."
        )


def _goals(problem: Problem, solved: Solved) -> Iterator[str]:
    yield ""
    first = next((goal for goal in solved.goals if goal.name == GoalId.UNMET_NEED), None)
    if first and first.value and first.is_proven:
        yield "Proven: with these people, rooms and hours no schedule meets more of the need."
    for goal in solved.goals:
        if goal.is_proven:
            yield f"  {proven(goal, problem.clinic)}"
    if not solved.is_optimal:
        yield from open_goals(solved.goals, problem, solved.schedule)
        if solved.untried:
            names = ", ".join(GOAL_WORDS[goal].lower() for goal in solved.untried)
            yield f"Time ended before these had a search of their own; more time is likely to find better: {names}."
        if not solved.is_polished:
            yield "Time ended before every change of one session or one member had been tried; more time may find better."
    if any(goal.value for goal in solved.goals if goal.name in WEIGHTED):
        yield POINTS


def open_goals(goals: Sequence[GoalResult], problem: Problem, schedule: Schedule) -> Iterator[str]:
    """Yield which goals a longer search may improve, and by how much at most; nothing where all are proven."""
    found = [goal for goal in goals if not goal.is_proven]
    if found:
        yield "Not proven yet:"
        outside = minutes_outside(problem, schedule)
        yield from (f"  {unproven(goal, problem.clinic, outside)}" for goal in found)


def contradiction(outcome: Infeasible) -> str:
    """Return which pins cannot hold together."""
    if not outcome.pins:
        return "The fixed facts cannot hold together with the rules; nothing was written."
    rows = "\n".join(f"  {pin}" for pin in outcome.pins)
    what = "This pin cannot hold" if len(outcome.pins) == 1 else "These pins cannot all hold"
    return f"{what} together with the other rules; nothing was written. Change one of them:\n{rows}"


def stale_entries(target: Path) -> str:
    """Return a warning if exports of the earlier schedule are still there."""
    if (target / "exports").is_dir():
        return f"Note: {target / 'exports'} was made from the earlier schedule.\n"
    return ""


def next_steps(clinic: Path, target: Path, again: str, *, is_short: bool) -> str:
    """Return what one would do next; ``again`` is the command that searches longer, blank where nothing is left."""
    commands = ("show", "verify", *(("explain",) if is_short else ()))
    steps = [f"iopsched {command} {shown(clinic)} {shown(target)}" for command in commands]
    return "Next:\n" + "\n".join(f"  {step}" for step in (*steps, again) if step)


def help_line(clinic: Path, target: Path) -> str:
    """Return which command says what would help those who are short."""
    return f"What would help: iopsched explain {shown(clinic)} {shown(target)}"
