"""What the headers and sides of a grid say: of which day, room or member of staff a column is, and when a row is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from iopsched.imports.entries import Surroundings, When
from iopsched.imports.understanding import Understanding


@dataclass(frozen=True, slots=True)
class GridLabel:
    """What a header says of its column; ``text`` is how the mapping file writes it."""

    around: Surroundings
    text: str

    def joined(self, other: GridLabel) -> GridLabel:
        """Return the label of two rows of headers; the lower one comes first where both say something."""
        mine, theirs = self.around, other.around
        return GridLabel(
            Surroundings(
                mine.days if theirs.days is None else theirs.days,
                mine.staff or theirs.staff,
                theirs.room or mine.room,
                theirs.group or mine.group,
                theirs.service or mine.service,
                theirs.how or mine.how,
            ),
            f"{self.text} {other.text}",
        )


@dataclass(frozen=True, slots=True)
class LabelReader:
    """Reads single texts of headers and sides."""

    known: Understanding

    def label(self, text: str) -> GridLabel | None:
        """Return what a header says of its column, None where it says nothing of a day, room, group or member of staff."""
        lines = [line for line in re.split(r"\n| - |\u00b7|(?<=[a-z]) ?/ ?(?=[A-Z]{2})", text) if line.strip()]
        days = self.known.dates.days(text)
        if days is not None:
            return GridLabel(Surroundings(days=days), text.replace("\n", " "))
        if len(lines) > 1 and (days := self.known.dates.days(lines[0])) is not None:
            rest = self.known.label(" ".join(lines[1:]))
            return GridLabel(replace(rest, days=days), text.replace("\n", " "))
        if (parts := self._day_and_more(text)) is not None:
            return parts
        if self.known.clocks.find_span(text) or self.known.clocks.find_point(text) or len(text) > 60:
            return None
        around = self.known.label(text)
        if around.room or around.staff or around.group or around.how:
            return GridLabel(around, text.replace("\n", " "))
        return None

    def _day_and_more(self, text: str) -> GridLabel | None:
        """Return the label of ``Mon R1``: a day, and a room or member of staff."""
        first, _, rest = text.replace("\n", " ").partition(" ")
        days = self.known.dates.days(first) if len(first) > 1 else None
        around = self.known.label(rest) if days is not None and rest else Surroundings()
        return (
            GridLabel(replace(around, days=days), text)
            if around.room or around.staff or around.group or around.how
            else None
        )

    def time(self, text: str, after: int = -1) -> When | None:
        """Return the time of a label such as ``9:00``, ``9-12``, ``Morning 9-12`` or ``morning``, None where it has none."""
        if (span := self.known.clocks.span(text)) is not None:
            return When(start=span[0], end=span[1])
        if (span := self.known.clocks.block(text)) is not None:
            return When(start=span[0], end=span[1])
        point = self.known.clocks.point(text, after)
        if point is None and (found := self.known.clocks.find_point(text)) is not None:
            point = found[0]
        return None if point is None else When(start=point)

    def of_name(self, name: str) -> Surroundings:
        """Return what the name of a sheet says: a day, or a member of staff, a room or a group."""
        days = self.known.dates.days(name) if len(name) > 1 else None
        return Surroundings(days=days) if days is not None else self.known.label(name)


def within(inner: Surroundings, outer: Surroundings) -> Surroundings:
    """Return what holds for a cell: its own label before what stands around that."""
    return Surroundings(
        inner.days if inner.days is not None else outer.days,
        inner.staff or outer.staff,
        inner.room or outer.room,
        inner.group or outer.group,
        inner.service or outer.service,
        inner.how or outer.how,
        inner.people or outer.people,
        inner.fallback_staff or outer.fallback_staff,
    )


def below(upper: dict[int, GridLabel], lower: dict[int, GridLabel]) -> dict[int, GridLabel]:
    """Return the labels of two rows of headers; a label above holds up to the next one."""
    found: dict[int, GridLabel] = {}
    columns = sorted(upper)
    for column, label in lower.items():
        left = [at for at in columns if at <= column]
        found[column] = upper[left[-1]].joined(label) if left else label
    return found
