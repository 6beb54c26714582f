"""Sentences as data: what is said stays apart from the things it speaks of, so that nobody has to look for them in words.

A rule, a reason or a fault is told once, with references to people, rooms or
tables. Who shows it decides how each of them is called: by id, by a name that
the reader may see, or as the sheet of a workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a sentence speaks of, by its id; the subclass says what it is."""

    id: str

    def __str__(self) -> str:
        """Return what stands for it where nobody decides otherwise."""
        return self.id


class ParticipantRef(Reference):
    """A participant."""


class TherapistRef(Reference):
    """A member of staff."""


class GroupRef(Reference):
    """A group."""


class RoomRef(Reference):
    """A room."""


class SessionRef(Reference):
    """A session of a schedule."""


Label = Callable[[Reference], str]
_KINDS: Mapping[str, type[Reference]] = {
    "participant": ParticipantRef,
    "therapist": TherapistRef,
    "group": GroupRef,
    "room": RoomRef,
    "session": SessionRef,
}


class Sentence(str):
    """A text that knows what it speaks of. As a ``str`` it has ids and file names; ``text`` asks a label for each.

    ``Sentence("Participant {} is in room {}.", ParticipantRef("P1"), RoomRef("R1"))``:
    each ``{}`` of the template is filled with the next value: a reference,
    another sentence, whose references it takes over, or anything to be shown
    as it is. Raises ``ValueError`` if there are fewer or more values.
    """

    __slots__ = ("parts",)
    parts: tuple[str | Reference, ...]

    def __new__(cls, template: str, *values: object) -> Self:
        """Fill the template."""
        first, *rest = template.split("{}")
        return cls.of(part for pair in zip(("", *values), (first, *rest), strict=True) for part in pair)

    @classmethod
    def of(cls, values: Iterable[object]) -> Self:
        """Return the sentence of these values in a row."""
        parts: list[str | Reference] = []
        for value in values:
            for part in value.parts if isinstance(value, Sentence) else (value,):
                shown = part if isinstance(part, Reference) else str(part)
                if isinstance(shown, str) and parts and isinstance(parts[-1], str):
                    parts[-1] += shown
                elif shown != "":
                    parts.append(shown)
        made = super().__new__(cls, "".join(map(str, parts)))
        made.parts = tuple(parts)
        return made

    @classmethod
    def joined(cls, separator: str, values: Iterable[object]) -> Self:
        """Return the values with a separator between each two."""
        return cls.of(
            part for place, value in enumerate(values) for part in ((separator, value) if place else (value,))
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Let copies and pickles keep the references."""
        return Sentence.of, (self.parts,)

    @property
    def refs(self) -> tuple[Reference, ...]:
        """Return what it speaks of, in the order of the words."""
        return tuple(part for part in self.parts if isinstance(part, Reference))

    def as_json(self) -> list[str | dict[str, str]]:
        """Return for instance ``["Group ", {"group": "G1"}, " is full."]``; files and tables are words."""
        names = {kind: name for name, kind in _KINDS.items()}
        parts = (part if type(part) in names else str(part) for part in self.parts)
        return [{names[type(part)]: part.id} if isinstance(part, Reference) else part for part in parts]

    @classmethod
    def from_json(cls, text: str, parts: object) -> Self:
        """Return a text with the references that ``as_json`` wrote; without any where they do not belong to it."""
        said = cls.of(map(_part, parts if isinstance(parts, list) else ()))
        return said if said == text else cls.of([text])

    def text(self, label: Label) -> str:
        """Return the words with the label of each reference."""
        return "".join(label(part) if isinstance(part, Reference) else part for part in self.parts)


def _part(value: object) -> object:
    """Return a part that ``as_json`` wrote; of anything else something that is no reference."""
    if isinstance(value, dict):
        return next((kind(str(value[name])) for name, kind in _KINDS.items() if name in value), "")
    return value
