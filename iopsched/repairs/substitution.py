"""Who or what could stand in for what a session lost, as data: what it costs them, or what forbids it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from iopsched.answers.explanation import CellFact
from iopsched.rulebook import RuleId
from iopsched.words.sentence import Sentence

CostKind = Literal[
    "day_hours",
    "week_hours",
    "day_off",
    "earlier",
    "later",
    "run",
    "rest",
    "preferred",
    "language",
    "seats",
]
"""Minutes in session that day and that week; a day without sessions; minutes before the first and after the last one of
the day; minutes without a pause; minutes between two days; minutes outside the preferred times; participants without a
common language; seats left in the room."""


BROKEN = frozenset({RuleId.STAFF_LOAD, RuleId.RATIO, RuleId.SIZE, RuleId.TWO_STAFF, RuleId.SUPERVISOR})
"""Rules of which the numbers that would be reached tell more than the cell with the limit."""


@dataclass(frozen=True, slots=True)
class SubstituteCost:
    """What standing in costs: ``after`` instead of ``before``, at most (of rest at least) ``limit``; None where it says nothing."""

    kind: CostKind
    sentence: Sentence
    before: int | None = None
    after: int | None = None
    limit: int | None = None

    def as_json(self) -> dict[str, object]:
        """Return it as a machine reads it."""
        numbers = {"before": self.before, "after": self.after, "limit": self.limit}
        return {"kind": self.kind, **numbers, "sentence": str(self.sentence)}


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A session of their own that could not be held then; ``lacking`` are the minutes of unmet need that it leaves, by participant."""

    session_id: str
    lacking: Mapping[str, int]
    sentence: Sentence

    def as_json(self) -> dict[str, object]:
        """Return it as a machine reads it."""
        return {"session_id": self.session_id, "lacking": dict(self.lacking), "sentence": str(self.sentence)}


@dataclass(frozen=True, slots=True)
class SubstituteBar:
    """The rule that forbids somebody to stand in, and the cell that says so; None where other sessions of the week do.

    ``by_cover``: a row of ``covers.csv`` would allow it, and nothing else is in the way; then there are costs, too.
    """

    rule: RuleId
    sentence: Sentence
    fact: CellFact | None = None
    by_cover: bool = False

    @property
    def short(self) -> Sentence:
        """Return what the cell says; of limits that add up, and where no cell is known, how the rule would be broken."""
        return self.sentence if self.fact is None or self.rule in BROKEN else self.fact.sentence

    def as_json(self) -> dict[str, object]:
        """Return it as a machine reads it."""
        blank = {"file": "", "id": "", "column": "", "value": "", "sentence": str(self.sentence)}
        fact = blank if self.fact is None else self.fact.as_json()
        return {"rule": str(self.rule), **fact, "by_cover": self.by_cover}


@dataclass(frozen=True, slots=True)
class Substitute:
    """Somebody, or a room, instead of what a session lost, all else of the published week as it is.

    ``who`` is blank where the session can be held without anybody in that place, or by video without a room. ``start`` is
    the minute of the week of the session, ``others`` are the rest of its staff. ``gain`` are the minutes of unmet need that
    it spares against a session that is not held, less what is given up for it. ``knows_them``: has a session with the same
    group, or the same participant, in this week. ``led_by`` is who of the rest leads then, where they join as a helper. ``is_taken``: the repaired week holds the session so.
    """

    session_id: str
    kind: Literal["therapist", "room"]
    instead_of: str
    who: str
    start: int
    others: tuple[str, ...] = ()
    costs: tuple[SubstituteCost, ...] = ()
    gives_up: tuple[GivenUp, ...] = ()
    forbidden_by: SubstituteBar | None = None
    gain: int = 0
    knows_them: bool = False
    led_by: str = ""
    is_taken: bool = field(default=False, compare=False)

    @property
    def is_possible(self) -> bool:
        """Return whether no rule forbids it."""
        return self.forbidden_by is None

    @property
    def lacking(self) -> int:
        """Return the minutes of unmet need that arise by what they give up."""
        return sum(sum(row.lacking.values()) for row in self.gives_up)

    def as_json(self) -> dict[str, object]:
        """Return it as a machine reads it."""
        return {
            "session_id": self.session_id,
            "kind": self.kind,
            "instead_of": self.instead_of,
            "who": self.who,
            "is_taken": self.is_taken,
            "knows_them": self.knows_them,
            "led_by": self.led_by,
            "gain": self.gain,
            "costs": [cost.as_json() for cost in self.costs],
            "gives_up": [row.as_json() for row in self.gives_up],
            "forbidden_by": None if self.forbidden_by is None else self.forbidden_by.as_json(),
        }
