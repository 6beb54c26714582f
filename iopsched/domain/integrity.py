"""What makes facts true: numbers within bounds, ends after beginnings, references to rows that exist.

Each is declared in the type of its field. A fact alone may break them, because
the reader keeps faulty rows until all faults are told; a
:class:`~iopsched.domain.problem.Problem` holds none that does.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeAlias, get_args, get_type_hints

from iopsched.domain.ids import Refers


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest number allowed; ``high`` None = no limit. Of a mapping its values are meant."""

    low: int
    high: int | None = None

    def __str__(self) -> str:
        """Return for instance ``at least 1``."""
        return f"at least {self.low}" if self.high is None else f"from {self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class NotBelow:
    """The value is at least another field's where both are filled; ``strict``: it is greater."""

    field: str
    strict: bool = False


Count: TypeAlias = Annotated[int, Range(0)]
Positive: TypeAlias = Annotated[int, Range(1)]
Weekday: TypeAlias = Annotated[int, Range(0, 6)]


def check(rows: Iterable[Any], known: Mapping[str, Container[str]]) -> None:
    """Check facts against their own types; ``known`` are the ids that there are of each table.

    Raises
    ------
    ValueError
        If a number is out of its bounds, an end lies before its beginning, or a reference names no row. The sentence
        has ids and numbers, never names or dates.
    """
    for row in rows:
        for name, constraint in constraints(row.__class__):
            value = getattr(row, name)
            if value is None:
                continue
            if isinstance(constraint, Refers):
                for key in (value,) if isinstance(value, str) else value:
                    if key and key not in known[constraint.table]:
                        raise ValueError(f"{subject(row)} names the {constraint.table} '{key}', which does not exist.")
            elif isinstance(constraint, Range):
                for number in _numbers(value):
                    if number < constraint.low or (constraint.high is not None and number > constraint.high):
                        raise ValueError(f"{subject(row)} has {name} {number}; it must be {constraint}.")
            else:
                least = getattr(row, constraint.field)
                if least is not None and (value < least or (constraint.strict and value == least)):
                    raise ValueError(f"{subject(row)} has {constraint.field} after {name}.")


@cache
def constraints(kind: type) -> tuple[tuple[str, Refers | Range | NotBelow], ...]:
    """Return the constraints of a fact's fields, as (field, constraint); its own ``id`` is no reference."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple((name, each) for name, hint in hints.items() if name != "id" for each in _declared(hint))


def subject(row: object) -> str:
    """Return what a fact is and its id, such as ``Group G1``; of a row without an id, the people it names."""
    own = getattr(row, "id", None) or getattr(row, "participant_id", None) or getattr(row, "skill", None) or ""
    return f"{type(row).__name__} {own}".rstrip()


def _declared(hint: Any) -> Iterator[Refers | Range | NotBelow]:
    for each in getattr(hint, "__metadata__", ()):
        if isinstance(each, Refers | Range | NotBelow):
            yield each
    for inner in get_args(hint):
        if not isinstance(inner, Refers | Range | NotBelow):
            yield from _declared(inner)


def _numbers(value: Any) -> Iterator[int]:
    if isinstance(value, int):
        yield value
    else:
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _numbers(each)
