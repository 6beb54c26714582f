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


@dataclass(frozen=True, slots=True)
class Effect:
    """What a way out changes for one person, in minutes of unmet need: less helps, more harms."""

    id: str
    before: int
    after: int


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


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything ``explain`` found; ``unfinished`` says what time did not allow. Minutes of unmet need, and people short."""

    minutes: int
    people: int
    bound: int
    causes: tuple[CauseAnswer, ...]
    ways_out: tuple[WayOut, ...]
    unfinished: tuple[Sentence, ...] = ()
