"""Goals in words that a director understands, on the terminal and in files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from iopsched.domain.clinic import Clinic
from iopsched.domain.outcome import GoalId, GoalResult
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import hours
from iopsched.rulebook import weights_of
from iopsched.verifier.preferences import outside_preferred
from iopsched.verifier.week import Week
from iopsched.words.phrases import count

GOAL_WORDS: Mapping[GoalId, str] = {
    GoalId.UNMET_NEED: "Unmet need",
    GoalId.WORST_OFF: "Worst off",
    GoalId.PEOPLE_SHORT: "People short",
    GoalId.CHANGES: "People with changes",
    GoalId.MOVES: "Appointments changed",
    GoalId.PREFERENCES: "Preferences",
    GoalId.WORKLOAD: "Workload",
    GoalId.COST: "Cost",
}


@dataclass(frozen=True, slots=True)
class TermWords:
    """A sub-term in clinic words: ``one`` and ``many`` follow the number; time has only ``one``, which follows hours."""

    one: str
    many: str = ""

    def told(self, amount: int) -> str:
        """Return for instance ``2 trips`` or ``9 h of waiting``."""
        return f"{self.number(amount)} {self.many if self.many and amount != 1 else self.one}"

    def fewer(self, amount: int) -> str:
        """Return for instance ``2 fewer trips`` or ``9 h less of waiting``."""
        how = "fewer" if self.many else "less"
        return f"{self.number(amount)} {how} {self.many if self.many and amount != 1 else self.one}"

    def more(self, amount: int) -> str:
        """Return for instance ``2 more trips`` or ``9 h more of waiting``."""
        return f"{self.number(amount)} more {self.many if self.many and amount != 1 else self.one}"

    def number(self, amount: int) -> str:
        """Return only the number: ``2``, ``9 h``."""
        return str(amount) if self.many else hours(amount)


TERM_WORDS: Mapping[str, TermWords] = {
    "skipped": TermWords("of their own groups missed by members"),
    "outside_preferred": TermWords("outside preferred times"),
    "leads": TermWords("other lead in a group or need", "other leads in groups or needs"),
    "therapists": TermWords("second therapist of somebody", "second therapists of somebody"),
    "wishes": TermWords("wish not met", "wishes not met"),
    "modules": TermWords("module of the rotation missed", "modules of the rotation missed"),
    "steadiness": TermWords("appointment unlike last week", "appointments unlike last week"),
    "primary": TermWords("person with another primary than before", "people with another primary than before"),
    "language": TermWords("visit without a common language", "visits without a common language"),
    "short_days": TermWords("trip for a short visit only", "trips for a short visit only"),
    "mixed_days": TermWords("day both in person and by video", "days both in person and by video"),
    "rooms": TermWords("second room of a group", "second rooms of groups"),
    "apart_days": TermWords("pair of visits on days in a row", "pairs of visits on days in a row"),
    "imbalance": TermWords("between the fullest and the emptiest week of staff"),
    "evenings": TermWords(
        "evening session more for some than for others", "evening sessions more for some than for others"
    ),
    "idle": TermWords("of staff waiting"),
    "sizes": TermWords("member too many or too few in groups", "members too many or too few in groups"),
    "no_pause": TermWords("of staff at work too long without a pause"),
    "staff": TermWords("of staff in sessions"),
    "trips": TermWords("trip of participants", "trips of participants"),
    "waits": TermWords("of participants waiting between sessions"),
    "staff_days": TermWords("day that staff come in", "days that staff come in"),
}
"""The words of each sub-term that has a weight: reports, page, workbook and PDF tell goals by them."""

NOTHING: Mapping[GoalId, str] = {
    GoalId.PREFERENCES: "all met",
    GoalId.WORKLOAD: "even, and nobody waits",
    GoalId.COST: "none",
}
POINTS = (
    "A point is a minute; what is no time has the points that [goals] in clinic.toml gives it "
    "(`iopsched rules preferences` lists them)."
)
UNKNOWN = "not known, because the week was edited since it was made, or made by hand"
OPEN = "not known yet"
WEIGHTED = (GoalId.PREFERENCES, GoalId.WORKLOAD, GoalId.COST)


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal in words: its value, the best that any week could have, and ``left``, how much better a week may be.

    ``points`` is the number by which weeks are compared, blank where the value is that number.
    """

    name: str
    value: str
    points: str
    best: str
    gap: float
    is_proven: bool
    left: str


MOST_GAINS = 2
"""So many sub-terms are told of a goal that is not proven: those that could bring most points."""


@dataclass(frozen=True, slots=True)
class Gain:
    """The most by which a sub-term could be less, in minutes or numbers, in any week where nothing gets worse."""

    term: str
    most: int


def gains(goal: GoalResult, clinic: Clinic) -> tuple[Gain, ...]:
    """Return how much less sub-terms of a goal that is not proven could be, what could bring most points first.

    The bound is one of the sum. It says of a sub-term that it can fall by at most as much as the sum, in weeks where no
    other sub-term grows. A sub-term that could fall to nothing, as far as this says, is left out: it says nothing of it.
    """
    own, rest = weights_of(goal.name, clinic.weights), goal.value - goal.bound
    found = [Gain(name, rest // own[name]) for name, part in goal.parts if own.get(name) and rest < part]
    return tuple(sorted((gain for gain in found if gain.most), key=lambda gain: -gain.most * own[gain.term]))


def more_people(minutes: Iterable[int], most: int) -> int:
    """Return how many participants more could have only preferred times, where these have so many minutes outside them.

    ``most`` is by how many minutes the sum can fall: whoever has only preferred times then has lost all of theirs.
    """
    number = 0
    for own in sorted(filter(None, minutes)):
        most -= own
        if most < 0:
            break
        number += 1
    return number


def minutes_outside(problem: Problem, schedule: Schedule) -> tuple[int, ...]:
    """Return how many minutes each participant who would rather have some times has outside them."""
    week = Week(problem, schedule)
    return tuple(outside_preferred(week.participants, week.of_participant).values())


def goal_lines(goals: Iterable[GoalResult], clinic: Clinic, outside: Iterable[int] = ()) -> tuple[GoalLine, ...]:
    """Return the goals as tables tell them; the clinic's weights turn points back into numbers of things.

    ``outside`` are the minutes that each participant has outside preferred times.
    """
    minutes = tuple(outside)
    return tuple(_line(goal, clinic, minutes) for goal in goals)


def _line(goal: GoalResult, clinic: Clinic, outside: Iterable[int]) -> GoalLine:
    text = "proven: no week does better" if goal.is_proven else left(goal, clinic, outside)
    return GoalLine(
        name=GOAL_WORDS[goal.name],
        value=value_words(goal, clinic),
        points=_points_beside(goal, clinic),
        best=_best(goal, clinic),
        gap=max(0.0, goal.gap),
        is_proven=goal.is_proven,
        left=f"{text[:1].upper()}{text[1:]}.",
    )


def amount(value: int, unit: str) -> str:
    """Return a number with its unit: ``90 min``, ``9 h``, ``1 person``, ``2 appointments``."""
    match unit:
        case "people":
            return count(value, "person", "people")
        case "entries":
            return count(value, "appointment")
        case _:
            return hours(value)


def points(value: int, goal: GoalId, unit: str) -> str:
    """Return a goal's number: the later goals are sums of unlike things, and no hours of anybody."""
    return count(value, "point") if goal in WEIGHTED else amount(value, unit)


def value_words(goal: GoalResult, clinic: Clinic) -> str:
    """Return a goal's value in clinic words, such as ``17 trips for a short visit only, 9 h of staff waiting``."""
    if goal.name not in WEIGHTED:
        return amount(goal.value, goal.unit)
    own = weights_of(goal.name, clinic.weights)
    told = [TERM_WORDS[name].told(part // own[name]) for name, part in goal.parts if part and own.get(name)]
    return ", ".join(told) or (points(goal.value, goal.name, goal.unit) if goal.value else NOTHING[goal.name])


def _points_beside(goal: GoalResult, clinic: Clinic) -> str:
    """Return the points that stand beside the words; nothing where the words are the number itself."""
    if goal.name not in WEIGHTED or (goal.value and not goal.parts) or _only_term(goal.name, clinic):
        return ""
    return points(goal.value, goal.name, goal.unit)


def _only_term(goal: GoalId, clinic: Clinic) -> tuple[str, int] | None:
    """Return name and weight of a goal's only sub-term that is switched on: its bound is that of the goal."""
    counted = [(name, weight) for name, weight in weights_of(goal, clinic.weights).items() if weight]
    return counted[0] if len(counted) == 1 else None


def _best(goal: GoalResult, clinic: Clinic) -> str:
    """Return the best that a week could have; in clinic words where the goal counts one thing only."""
    if goal.name not in WEIGHTED:
        return amount(goal.bound, goal.unit)
    if goal.bound <= 0 < goal.value:
        return OPEN
    if goal.parts and (only := _only_term(goal.name, clinic)):
        name, weight = only
        return TERM_WORDS[name].number(-(-goal.bound // weight))
    return points(goal.bound, goal.name, goal.unit)


def left(goal: GoalResult, clinic: Clinic, outside: Iterable[int] = ()) -> str:
    """Return in plain words how much better a schedule might still be in a goal that is not proven."""
    rest = goal.value - goal.bound
    match goal.name:
        case GoalId.UNMET_NEED:
            return f"at most {hours(rest)} more of need could be met by a longer search"
        case GoalId.WORST_OFF:
            return f"whoever lacks most could lack at most {hours(rest)} less"
        case GoalId.PEOPLE_SHORT:
            return f"at most {count(rest, 'more person', 'more people')} could have everything"
        case GoalId.CHANGES:
            return f"at most {count(rest, 'person fewer', 'people fewer')} would be told of a change"
        case GoalId.MOVES:
            return f"at most {count(rest, 'appointment fewer', 'appointments fewer')} would change"
        case _ if goal.bound <= 0:
            return "how much better is possible is not known yet"
        case _:
            return _gains_told(goal, clinic, outside)


def _gains_told(goal: GoalResult, clinic: Clinic, outside: Iterable[int]) -> str:
    """Return what follows for things and hours from the bound of their sum; a share where nothing does."""
    found = gains(goal, clinic)[:MOST_GAINS]
    if not found:
        return f"{f'at most {goal.gap:.0%}' if goal.gap >= 0.01 else 'under 1 %'} better is possible"
    told = " or ".join(_gain_words(gain, outside) for gain in found)
    return f"at most {told}" + ("" if _only_term(goal.name, clinic) else ", if nothing else gets worse")


def _gain_words(gain: Gain, outside: Iterable[int]) -> str:
    words = TERM_WORDS[gain.term].fewer(gain.most)
    if gain.term == "outside_preferred" and (number := more_people(outside, gain.most)):
        return f"{count(number, 'more participant')} with preferred times only ({words})"
    return words


def unproven(goal: GoalResult, clinic: Clinic, outside: Iterable[int] = ()) -> str:
    """Return a goal that a longer search may improve, in plain words; points only where nothing else can be said."""
    line = _line(goal, clinic, outside)
    best = "" if line.best == OPEN or (goal.name in WEIGHTED and gains(goal, clinic)) else f"; at best {line.best}"
    return f"{_told(line)}{best}; {left(goal, clinic, outside)}."


def proven(goal: GoalResult, clinic: Clinic) -> str:
    """Return a goal that no schedule can beat, in plain words."""
    return f"{_told(_line(goal, clinic, ()))}, proven best."


def _told(line: GoalLine) -> str:
    return f"{line.name}: {line.value}" + (f" ({line.points})" if line.points else "")
