"""What ``explain`` answers, as data: causes of unmet need, and ways out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from iopsched.steps.offer import WrittenStep
from iopsched.words.sentence import Sentence

AnswerKind = Literal["alone", "shortage", "conflict"]
WayKind = Literal["single", "complete", "other"]


@dataclass(frozen=True, slots=True)
class CellFact:
    """A cell, row or setting that has its part in a cause; ``value`` is what stands there, blank where nothing does."""

    file: str
    id: str
    column: str
    value: str
    sentence: Sentence

    def as_json(self) -> dict[str, object]:
        """Return the fact as a machine reads it."""
        return {
            "file": self.file,
            "id": self.id,
            "column": self.column,
            "value": self.value,
            "sentence": str(self.sentence),
        }


@dataclass(frozen=True, slots=True)
class CauseAnswer:
    """Why people are short.

    ``alone``: they could not have it with the clinic to themselves; ``shortage``: ``demand`` exceeds ``supply``, both in
    ``unit``; ``conflict``: a smallest set of facts that cannot all hold. ``minutes`` are those of unmet need of these
    ``participants``. ``is_proven``: whether giving way on one of the facts alone, of a conflict leaving one out, was
    solved again and is certain to help.
    """

    id: str
    kind: AnswerKind
    participants: tuple[str, ...]
    minutes: int
    facts: tuple[CellFact, ...]
    sentence: Sentence
    is_proven: bool
    demand: int | None = None
    supply: int | None = None
    unit: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the cause as a machine reads it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "participants": list(self.participants),
            "minutes": self.minutes,
            "facts": [fact.as_json() for fact in self.facts],
            "demand": self.demand,
            "supply": self.supply,
            "unit": self.unit,
            "sentence": str(self.sentence),
            "proven": self.is_proven,
        }


@dataclass(frozen=True, slots=True)
class Effect:
    """What a way out changes for one person, in minutes of unmet need: less helps, more harms."""

    id: str
    before: int
    after: int

    def as_json(self) -> dict[str, object]:
        """Return the effect as a machine reads it."""
        return {"participant_id": self.id, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class WayOut:
    """Steps that together make the week better; ``unmet_after`` is that of a schedule that the verifier accepts."""

    number: int
    kind: WayKind
    price: int
    steps: tuple[WrittenStep, ...]
    unmet_before: int
    unmet_after: int
    bound_after: int
    helps: tuple[Effect, ...]
    harms: tuple[Effect, ...]

    def as_json(self) -> dict[str, object]:
        """Return the way out as a machine reads it."""
        return {
            "number": self.number,
            "kind": self.kind,
            "price": self.price,
            "steps": [step.as_json() for step in self.steps],
            "unmet_before": self.unmet_before,
            "unmet_after": self.unmet_after,
            "bound_after": self.bound_after,
            "helps": [effect.as_json() for effect in self.helps],
            "harms": [effect.as_json() for effect in self.harms],
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything ``explain`` found; ``unfinished`` says what time did not allow. Minutes of unmet need, and people short."""

    minutes: int
    people: int
    bound: int
    causes: tuple[CauseAnswer, ...]
    ways_out: tuple[WayOut, ...]
    unfinished: tuple[Sentence, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the answer as a machine reads it."""
        return {
            "unmet": {"minutes": self.minutes, "people": self.people, "bound": self.bound},
            "causes": [cause.as_json() for cause in self.causes],
            "ways_out": [way.as_json() for way in self.ways_out],
            "unfinished": [str(sentence) for sentence in self.unfinished],
        }
