"""What ``why`` answers, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from iopsched.answers.explanation import CellFact
from iopsched.domain.outcome import GoalId
from iopsched.domain.schedule import Session
from iopsched.steps.offer import WrittenStep
from iopsched.words.sentence import Sentence

NOTHING = Sentence("")
SubjectKind = Literal["participant", "session", "group", "therapist"]


@dataclass(frozen=True, slots=True)
class GoalShift:
    """A goal now and in the other week; no week with that choice is below ``bound``, as far as is known."""

    name: GoalId
    now: int
    then: int
    bound: int

    def as_json(self) -> dict[str, object]:
        """Return it as a machine reads it."""
        return {"name": str(self.name), "now": self.now, "then": self.then, "bound": self.bound}


@dataclass(frozen=True, slots=True)
class Moved:
    """An appointment of somebody that changes besides; ``old`` and ``new`` are blank where there is none."""

    who: str
    kind: str
    what: str
    old: str
    new: str

    def as_json(self) -> dict[str, object]:
        """Return it as a machine reads it."""
        return {"who": self.who, "kind": self.kind, "what": self.what, "old": self.old, "new": self.new}


@dataclass(frozen=True, slots=True)
class OtherChoice:
    """Another choice in a week that the verifier accepts.

    ``choice`` says what is otherwise, ``sentence`` what that costs. ``is_proven``: no week with another choice is better.
    ``moved`` are the appointments that change.
    """

    choice: str
    sentence: Sentence
    goals: tuple[GoalShift, ...]
    moved: tuple[Moved, ...]
    is_proven: bool

    def as_json(self) -> dict[str, object]:
        """Return it as a machine reads it."""
        return {
            "choice": self.choice,
            "sentence": str(self.sentence),
            "proven": self.is_proven,
            "goals": [goal.as_json() for goal in self.goals],
            "changes": [row.as_json() for row in self.moved],
        }


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Choices that a rule forbids; all ``facts`` together, or alone where there is one, stand in the way of each.

    ``is_of_week``: only other sessions of this week are in the way; if they move, it may be. ``tried`` are the sessions as
    they would be.
    """

    choice: str
    rule: str
    sentence: Sentence
    facts: tuple[CellFact, ...] = ()
    is_of_week: bool = False
    tried: tuple[Session, ...] = field(default=(), compare=False, repr=False)

    def as_json(self) -> list[dict[str, object]]:
        """Return a row for each fact; rows of one choice hold together."""
        head = {"choice": self.choice, "rule": self.rule}
        if not self.facts:
            return [{**head, "file": "", "id": "", "column": "", "value": "", "sentence": str(self.sentence)}]
        return [{**head, **fact.as_json()} for fact in self.facts]


@dataclass(frozen=True, slots=True)
class FacetAnswer:
    """One side of a session, group or person: how it is, what fixes it, the next best choice and what forbids others.

    ``next`` is None where there is no other, or it was not looked for; ``remark`` says which. ``as_edit`` is the best other
    choice with which nothing else moves, where the next best moves more. ``without`` is the next best
    choice if what fixes it gave way, where it leaves no other.
    """

    facet: str
    session_id: str
    now: Sentence
    fixed_by: tuple[CellFact, ...] = ()
    next: OtherChoice | None = None
    forbidden: tuple[Forbidden, ...] = ()
    as_edit: OtherChoice | None = None
    without: OtherChoice | None = None
    remark: Sentence = NOTHING

    def as_json(self) -> dict[str, object]:
        """Return it as a machine reads it."""
        return {
            "facet": self.facet,
            "session_id": self.session_id,
            "now": str(self.now),
            "fixed_by": [fact.as_json() for fact in self.fixed_by],
            "next": self.next.as_json() if self.next else None,
            "as_edit": self.as_edit.as_json() if self.as_edit else None,
            "forbidden": [row for one in self.forbidden for row in one.as_json()],
            "without": self.without.as_json() if self.without else None,
            "remark": str(self.remark),
        }


@dataclass(frozen=True, slots=True)
class InsteadAnswer:
    """What becomes of one alternative.

    ``is_legal``: whether it may be written into the week as it is, nothing else moved; then ``as_edit`` says what that
    costs. Else ``broken`` are the rules. ``best`` is the best week with it, in which others may move; None where there is
    none, or none was found. ``steps`` are the cheapest changes to the clinic's files that were found to allow it, and
    ``with_steps`` is the best week with it then.
    """

    asked: str
    is_legal: bool
    as_edit: OtherChoice | None = None
    broken: tuple[Forbidden, ...] = ()
    best: OtherChoice | None = None
    steps: tuple[WrittenStep, ...] = ()
    with_steps: OtherChoice | None = None
    remark: Sentence = NOTHING

    def as_json(self) -> dict[str, object]:
        """Return it as a machine reads it."""
        return {
            "asked": self.asked,
            "legal": self.is_legal,
            "as_edit": self.as_edit.as_json() if self.as_edit else None,
            "broken": [row for one in self.broken for row in one.as_json()],
            "best": self.best.as_json() if self.best else None,
            "steps": [step.as_json() for step in self.steps],
            "with_steps": self.with_steps.as_json() if self.with_steps else None,
            "remark": str(self.remark),
        }


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """Everything ``why`` found about a subject; ``unfinished`` says what time did not allow."""

    subject: str
    kind: SubjectKind
    facets: tuple[FacetAnswer, ...]
    instead: InsteadAnswer | None = None
    unfinished: tuple[Sentence, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return it as a machine reads it."""
        return {
            "subject": self.subject,
            "kind": self.kind,
            "facets": [facet.as_json() for facet in self.facets],
            "instead": self.instead.as_json() if self.instead else None,
            "unfinished": [str(sentence) for sentence in self.unfinished],
        }
