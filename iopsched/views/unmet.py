"""Who is short of what, and why, as far as people may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from iopsched.domain.outcome import Unmet
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.view import Labels, NameMode
from iopsched.views.lacks import facts, people_short


@dataclass(frozen=True, slots=True)
class UnmetLine:
    """A participant who is short: the minutes that the goal counts, what is lacking, and a first reason if known."""

    label: str
    level: str
    minutes: int
    facts: str
    why: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """Everybody who is short; ``lines`` is empty where people are not shown, the numbers are there always."""

    people: int
    short: int
    minutes: int
    lines: tuple[UnmetLine, ...]


def shortage(problem: Problem, schedule: Schedule, unmet: Iterable[Unmet], labels: Labels) -> Shortage:
    """Return who is short, who lacks most first."""
    accounts, people = people_short(problem, schedule)
    why = {row.participant_id: row.why for row in unmet}
    told = Told(problem, labels)
    lines = (
        UnmetLine(
            label=labels.participant(account.participant.id),
            level=(account.participant.level or f"iop-{account.participant.population}").removesuffix(
                f" ({account.participant.population})"
            ),
            minutes=account.unmet_minutes,
            facts=facts(account),
            why=told.sentence(why.get(account.participant.id, "")),
        )
        for account in accounts
    )
    minutes = sum(account.unmet_minutes for account in accounts)
    return Shortage(people, len(accounts), minutes, tuple(lines) if labels.shows_people else ())


class Told:
    """Turns the ids of participants in a sentence into what may be shown of them."""

    def __init__(self, problem: Problem, labels: Labels) -> None:
        self._labels = labels
        ids = sorted((row.id for row in problem.participants), key=lambda key: (-len(key), key))
        is_needed = ids and labels.mode is not NameMode.ID
        self._pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, ids))})(?![\w-])") if is_needed else None

    def sentence(self, text: str) -> str:
        """Return the sentence with labels for ids; where nobody is shown, ``a participant``."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self._labels.participant(match[0]) or "a participant", text)
