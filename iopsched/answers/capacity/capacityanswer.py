"""What ``capacity`` answers, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from iopsched.answers.capacity.personkinds import PersonKind
from iopsched.answers.explanation import CellFact
from iopsched.domain.schedule import Schedule
from iopsched.steps.offer import WrittenStep
from iopsched.views.freeplaces import FreePart
from iopsched.words.sentence import Sentence


@dataclass(frozen=True, slots=True)
class KindAnswer:
    """How many ``more`` typical people of a kind can come, each with all they need, while nobody has less than now.

    ``bound``: no week has more of them, None where nothing is proven. ``limited_by``: facts of which giving way on each one alone lets one more come.
    ``price_of_next``: the cheapest steps so that one more can come; empty where none are known.
    """

    kind: PersonKind
    more: int
    bound: int | None
    limited_by: tuple[CellFact, ...] = ()
    price_of_next: tuple[WrittenStep, ...] = ()

    @property
    def is_proven(self) -> bool:
        """Return whether no more can come."""
        return self.bound is not None and self.bound <= self.more

    @property
    def price(self) -> int:
        """Return the points of trouble of one more place, 0 where nothing is known."""
        return sum(step.price for step in self.price_of_next)

    def as_json(self) -> dict[str, Any]:
        """Return the answer as a machine reads it."""
        return {
            "population": self.kind.population,
            "track": self.kind.track,
            "part": self.kind.part,
            "more": self.more,
            "bound": self.bound,
            "limited_by": [fact.as_json() for fact in self.limited_by],
            "price_of_next": [step.as_json() for step in self.price_of_next],
        }


@dataclass(frozen=True, slots=True)
class ReferralAnswer:
    """Whether somebody who waits can start this week, if nobody else comes: in which group and with which primary.

    ``group_ids`` are those of the services, in the order of the services; the primary is None where none is needed.
    ``earliest_week`` is the Monday of the first week in which they can start, None where none was found. ``is_proven``:
    whether it is certain that they cannot start this week; True of whoever can. ``why``: what keeps them, None where nothing does; ``facts`` are the cells
    behind it, each of which lets them lack less if it gives way, where that is certain.
    """

    participant_id: str
    can_start: bool
    is_proven: bool
    group_ids: tuple[str, ...] = ()
    therapist_id: str | None = None
    earliest_week: date | None = None
    why: Sentence | None = None
    facts: tuple[CellFact, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the answer as a machine reads it."""
        return {
            "participant_id": self.participant_id,
            "can_start": self.can_start,
            "group_id": ";".join(self.group_ids) or None,
            "therapist_id": self.therapist_id,
            "earliest_week": None if self.earliest_week is None else self.earliest_week.isoformat(),
            "why": None if self.why is None else str(self.why),
            "proven": self.is_proven,
        }


@dataclass(frozen=True, slots=True)
class TogetherAnswer:
    """The most of those who wait that can start this week at once, and who, in the order of waiting.

    ``bound``: no week has more of them. ``is_in_order``: whether of as many as these no others who have waited longer
    could come.
    """

    who: tuple[str, ...]
    bound: int
    is_in_order: bool

    @property
    def is_proven(self) -> bool:
        """Return whether no more can start at once."""
        return self.bound <= len(self.who)

    def as_json(self) -> dict[str, Any]:
        """Return the answer as a machine reads it."""
        return {"most": len(self.who), "bound": self.bound, "who": list(self.who), "in_order": self.is_in_order}


@dataclass(frozen=True, slots=True)
class Capacity:
    """Everything that ``capacity`` found; ``unfinished`` says what time did not allow.

    ``minutes`` are those that participants lack now; ``waiting`` is when each person who waits was referred, None where
    nobody wrote it, whoever has waited longest first. ``schedule`` is the week that was asked about, ``places`` is what the week has left, part by part of each day.
    """

    week: date
    minutes: int
    people: int
    kinds: tuple[KindAnswer, ...]
    waitlist: tuple[ReferralAnswer, ...]
    together: TogetherAnswer
    waiting: Mapping[str, date | None]
    moves_nobody: bool
    schedule: Schedule
    places: tuple[FreePart, ...] = ()
    unfinished: tuple[Sentence, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the answer as a machine reads it."""
        return {
            "move_nobody": self.moves_nobody,
            "unmet": {"minutes": self.minutes, "people": self.people},
            "kinds": [row.as_json() for row in self.kinds],
            "waitlist": [row.as_json() for row in self.waitlist],
            "together": self.together.as_json(),
            "map": [row.as_json() for row in self.places],
            "unfinished": [str(row) for row in self.unfinished],
        }
