"""Goals in words that a director understands, on the terminal and in files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from iopsched.domain.outcome import GoalId, GoalResult
from iopsched.domain.timegrid import hours
from iopsched.words.phrases import count

GOAL_WORDS: Mapping[GoalId, str] = {
    GoalId.UNMET_NEED: "Unmet need",
    GoalId.PEOPLE_SHORT: "People short",
    GoalId.CHANGES: "People with changes",
    GoalId.PREFERENCES: "Preferences",
    GoalId.WORKLOAD: "Workload",
    GoalId.COST: "Cost",
}

PART_WORDS: Mapping[str, str] = {
    "skipped": "own group sessions missed",
    "outside_preferred": "outside preferred times",
    "leads": "changes of lead",
    "therapists": "different therapists",
    "wishes": "wishes not met",
    "modules": "modules missed",
    "imbalance": "uneven hours",
    "evenings": "uneven evenings",
    "idle": "waiting",
    "sizes": "group sizes",
    "staff": "staff time",
    "trips": "trips",
    "waits": "waiting between sessions",
}


UNKNOWN = "not known, because the week was edited since it was made, or made by hand"
WEIGHTED = (GoalId.PREFERENCES, GoalId.WORKLOAD, GoalId.COST)


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal with its value and bound in words. ``left`` says how much better a week may be."""

    name: str
    value: str
    parts: str
    bound: str
    gap: float
    is_proven: bool
    left: str


def goal_lines(goals: Iterable[GoalResult]) -> tuple[GoalLine, ...]:
    """Return the goals as tables tell them."""
    return tuple(map(_line, goals))


def _line(goal: GoalResult) -> GoalLine:
    text = "proven: no week does better" if goal.is_proven else left(goal)
    return GoalLine(
        name=GOAL_WORDS[goal.name],
        value=points(goal.value, goal.name, goal.unit),
        parts=parts_words(goal),
        bound=points(goal.bound, goal.name, goal.unit),
        gap=max(0.0, goal.gap),
        is_proven=goal.is_proven,
        left=f"{text[:1].upper()}{text[1:]}.",
    )


def amount(value: int, unit: str) -> str:
    """Return a number with its unit: ``90 min``, ``9 h``, ``1 person``."""
    return count(value, "person", "people") if unit == "people" else hours(value)


def points(value: int, goal: GoalId, unit: str) -> str:
    """Return a goal's number: the later goals are weighted minutes, not hours of anybody."""
    if goal in WEIGHTED:
        return f"{value} weighted minutes"
    return amount(value, unit)


def parts_words(goal: GoalResult) -> str:
    """Return what a weighted goal is made of, such as ``uneven hours 540, waiting 30``; blank where of nothing."""
    return ", ".join(f"{PART_WORDS[name]} {value}" for name, value in goal.parts if value and name in PART_WORDS)


def left(goal: GoalResult) -> str:
    """Return in plain words how much better a schedule might still be in a goal that is not proven."""
    rest = goal.value - goal.bound
    match goal.name:
        case GoalId.UNMET_NEED:
            return f"at most {hours(rest)} more of need could be met by a longer search"
        case GoalId.PEOPLE_SHORT:
            return f"at most {count(rest, 'more person', 'more people')} could have everything"
        case GoalId.CHANGES:
            return f"at most {count(rest, 'person fewer', 'people fewer')} would be told of a change"
        case _ if goal.bound <= 0:
            return "how much better is possible is not known yet"
        case _:
            return f"{f'at most {goal.gap:.0%}' if goal.gap >= 0.01 else 'under 1 %'} better is possible"


def _in_brackets(goal: GoalResult) -> str:
    parts = parts_words(goal)
    return f" ({parts})" if parts else ""


def unproven(goal: GoalResult) -> str:
    """Return a goal that a longer search may improve, in plain words."""
    value, bound = points(goal.value, goal.name, goal.unit), points(goal.bound, goal.name, goal.unit)
    return f"{GOAL_WORDS[goal.name]}: {value}{_in_brackets(goal)}, proven at least {bound}; {left(goal)}."


def proven(goal: GoalResult) -> str:
    """Return a goal that no schedule can beat, in plain words."""
    return f"{GOAL_WORDS[goal.name]}: {points(goal.value, goal.name, goal.unit)}{_in_brackets(goal)}, proven best."
