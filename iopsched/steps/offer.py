"""Offers: steps that could be taken, as data that add up; and the steps that come of them in a clinic's files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from iopsched.domain.problem import Problem
from iopsched.rulebook.steps import KINDS, Decider, StepKind
from iopsched.words.sentence import Sentence

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetText:
    """A cell says this and nothing else."""

    text: str


@dataclass(frozen=True, slots=True)
class AddItem:
    """A list or windows get one more item, after a ``;``. A blank cell becomes ``whole`` and the item."""

    item: str
    whole: str = ""


@dataclass(frozen=True, slots=True)
class AddNumber:
    """A number grows; ``instead`` is what a blank cell stands for."""

    more: int
    instead: str = "0"


@dataclass(frozen=True, slots=True)
class NewRow:
    """A file gets a row with these cells, by column."""

    cells: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class DropRow:
    """A row is taken out."""


Edit = SetText | AddItem | AddNumber | NewRow | DropRow


@dataclass(frozen=True, slots=True)
class OfferedStep:
    """A step that could be taken.

    ``key`` is what the row is known by in its file: with the file before it, it is a key of
    :data:`iopsched.domain.whereabouts.Rows`; that of a new row are its ids. ``edit`` says what its cell or row becomes,
    ``changed`` what the problem becomes. Both say the same: reading the edited files gives the changed problem.
    ``price`` is in points of trouble. Of steps that can be taken several times ``unit`` counts from 1: they are alike,
    and whoever takes one takes those before it. Of those that set one cell (``SetText``) only one can be taken.
    """

    kind: StepKind
    file: str
    key: Key
    column: str
    edit: Edit
    price: int
    sentence: Sentence
    changed: Callable[[Problem], Problem] = field(compare=False, repr=False)
    unit: int = 1

    @property
    def decider(self) -> Decider:
        """Return who decides on it."""
        return KINDS[self.kind].decider


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """One change to a clinic's files, as somebody would type it.

    ``id`` is the row's id. ``old`` and ``new`` are the cell before and after; of a new row ``old`` is None, ``column``
    blank and ``new`` its cells; of a row taken out ``new`` is None and ``old`` its cells.
    """

    kind: StepKind
    file: str
    id: str
    column: str
    old: str | Mapping[str, str] | None
    new: str | Mapping[str, str] | None
    price: int
    sentence: Sentence

    @property
    def decider(self) -> Decider:
        """Return who decides on it."""
        return KINDS[self.kind].decider

    def as_json(self) -> dict[str, object]:
        """Return the step as a machine reads it."""
        return {
            "kind": str(self.kind),
            "file": self.file,
            "id": self.id,
            "column": self.column,
            "old": self.old if self.old is None or isinstance(self.old, str) else dict(self.old),
            "new": self.new if self.new is None or isinstance(self.new, str) else dict(self.new),
            "price": self.price,
            "decider": str(self.decider),
            "sentence": str(self.sentence),
        }

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> WrittenStep:
        """Return what :meth:`as_json` gives; its sentence is plain text."""
        kind, sentence = StepKind(facts["kind"]), Sentence.of([facts["sentence"]])
        return cls(
            kind, facts["file"], facts["id"], facts["column"], facts["old"], facts["new"], facts["price"], sentence
        )


def as_offered(offers: Sequence[OfferedStep]) -> tuple[WrittenStep, ...]:
    """Return offers as far as they are known without the files: what a cell says before is blank."""
    return tuple(
        WrittenStep(row.kind, row.file, "/".join(row.key), row.column, "", str(row.edit), row.price, row.sentence)
        for row in offers
    )
