"""What is different between two weeks in clinic words: ``1 more trip of participants, 30 min less of staff waiting``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iopsched.domain.clinic import Clinic
from iopsched.domain.outcome import GoalId
from iopsched.domain.timegrid import hours
from iopsched.rulebook import weights_of
from iopsched.verifier import GoalValue
from iopsched.views.goals import TERM_WORDS, WEIGHTED
from iopsched.words.phrases import count

Values = Mapping[GoalId, GoalValue]


def shift_words(clinic: Clinic, before: Values, after: Values) -> tuple[list[str], list[str]]:
    """Return what becomes worse from one week to the other and what becomes better, in rank order."""
    worse: list[str] = []
    better: list[str] = []
    for goal in GoalId:
        for more, words in _words(clinic, goal, before, after):
            (worse if more > 0 else better).append(words)
    return worse, better


def _words(clinic: Clinic, goal: GoalId, before: Values, after: Values) -> Iterator[tuple[int, str]]:
    if goal in WEIGHTED:
        own, old = weights_of(goal, clinic.weights), dict(before[goal].parts)
        for name, value in after[goal].parts:
            more = (value - old.get(name, 0)) // (own[name] or 1)
            if more:
                yield more, _of_term(name, more)
        return
    more = after[goal].value - before[goal].value
    if more:
        told = _of_goal(goal, more, is_alone=before[GoalId.UNMET_NEED].value == after[GoalId.UNMET_NEED].value)
        if told:
            yield more, told


def _of_goal(goal: GoalId, more: int, *, is_alone: bool) -> str:
    size, word = abs(more), "more" if more > 0 else "less"
    fewer = "more" if more > 0 else "fewer"
    match goal:
        case GoalId.UNMET_NEED:
            return f"{hours(size)} {word} of need unmet"
        case GoalId.WORST_OFF:
            return f"whoever lacks most lacks {hours(size)} {word}" if is_alone else ""
        case GoalId.PEOPLE_SHORT:
            return f"{count(size, f'{fewer} person', f'{fewer} people')} short"
        case GoalId.CHANGES:
            return f"{count(size, f'{fewer} person', f'{fewer} people')} with changes"
        case _:
            return f"{count(size, f'{fewer} appointment', f'{fewer} appointments')} changed"


def _of_term(name: str, more: int) -> str:
    words, size = TERM_WORDS.get(name), abs(more)
    if name == "evenings":
        return f"evenings shared {'less' if more > 0 else 'more'} evenly by {count(size, 'session')}"
    if words is None:
        return f"{name} {'+' if more > 0 else '-'}{size}"
    return words.more(size) if more > 0 else words.fewer(size)
