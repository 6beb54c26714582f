"""Which stretches of time are opened next: a stretch of the clock on several days, some stretches of days, whole days."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.params import Tuning

Span = tuple[int, int]


@dataclass(slots=True)
class StretchKind:
    """A way to choose stretches: ``number`` are opened at a time; what it has won (minutes) and what that has cost."""

    choose: Callable[[int], list[Span]]
    number: float
    won: float = 1.0
    effort: float = 1.0


class Stretches:
    """Chooses stretches by chance, those kinds more often that have won more for their effort."""

    def __init__(self, candidates: Iterable[Candidate], tuning: Tuning, chance: random.Random) -> None:
        self._tuning = tuning
        self._random = chance
        rows = list(candidates)
        self._days = {
            day: (min(row.start for row in rows if row.day == day), max(row.end for row in rows if row.day == day))
            for day in sorted({row.day for row in rows})
        }
        self._clocks = sorted({row.start % DAY for row in rows})
        self._kinds = [
            StretchKind(self._by_clock, 4.0),
            StretchKind(self._parts_of_days, 2.0),
            StretchKind(self._whole_days, 1.0),
        ]

    def next(self) -> tuple[StretchKind, list[Span]]:
        """Return the stretches to open next, and their kind."""
        rates = [kind.won / kind.effort for kind in self._kinds]
        least = self._tuning.least_chance * max(rates)
        kind = self._random.choices(self._kinds, [max(least, rate) for rate in rates])[0]
        number = int(kind.number) + (self._random.random() < kind.number % 1)
        return kind, kind.choose(max(1, number))

    def learn(self, kind: StretchKind, won: int, effort: float, *, is_proven: bool) -> None:
        """Note what a step has won and cost; more is opened while steps are solved to their end, else less."""
        tuning = self._tuning
        kind.number = min(len(self._days) * 2.0, kind.number * (tuning.growth if is_proven else tuning.decline))
        kind.number = max(1.0, kind.number)
        kind.won = tuning.decay * kind.won + won
        kind.effort = tuning.decay * kind.effort + effort

    @property
    def reach(self) -> float:
        """Return the share of the days that are opened at once as whole days: so many are mostly solved to their end."""
        return self._kinds[-1].number / max(1, len(self._days))

    def _by_clock(self, number: int) -> list[Span]:
        begin, minutes = self._random.choice(self._clocks), self._tuning.stretch_minutes
        days = self._random.sample(sorted(self._days), min(number, len(self._days)))
        return [(day * DAY + begin, day * DAY + begin + minutes) for day in sorted(days)]

    def _parts_of_days(self, number: int) -> list[Span]:
        halves = [
            span
            for first, last in self._days.values()
            for span in ((first, (first + last) // 2), ((first + last) // 2, last))
        ]
        return sorted(self._random.sample(halves, min(number, len(halves))))

    def _whole_days(self, number: int) -> list[Span]:
        return sorted(self._random.sample(sorted(self._days.values()), min(number, len(self._days))))
