"""Answers as text of a given width: causes and ways out with hanging indents, no line wider than the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from iopsched.views.explained import ToldCause, ToldWay, place_of

_INDENT = "   "


def cause_lines(cause: ToldCause, width: int, *, is_long: bool) -> Iterator[str]:
    """Yield a cause and where its facts stand; ``is_long``: a line for each fact, with what stands there."""
    yield from numbered(cause.number, _with_count(cause), width)
    if not is_long:
        if cause.places:
            yield from wrapped(f"See {cause.places}.", width, _INDENT)
        return
    for fact in cause.facts:
        value = f": {fact.value}" if fact.value else ""
        yield from wrapped(f"- {fact.sentence or fact.place} ({fact.place}{value})", width, _INDENT, hang=2)


def _with_count(cause: ToldCause) -> str:
    """Return the line of a cause with its numbers, unless the sentence has them already."""
    return f"{cause.line} ({cause.count})" if cause.count and not any(map(str.isdigit, cause.sentence)) else cause.line


def way_lines(way: ToldWay, width: int, *, is_long: bool) -> Iterator[str]:
    """Yield a way out: whom to ask, what it brings, and each step; ``is_long``: also what its cell says before and after.

    The same step on the same cell, such as one more hour, is told once.
    """
    yield from numbered(way.number, way.line, width)
    for (asked, sentence), alike in groupby(way.steps, key=lambda step: (step.who, step.sentence)):
        first, *more = alike
        last = more[-1] if more else first
        who = f"{asked[:1].upper()}{asked[1:]}: " if way.asks_several else ""
        times = f" ({1 + len(more)} times)" if more else ""
        yield from wrapped(f"- {who}{sentence}{times}", width, _INDENT, hang=2)
        if is_long:
            place = place_of(first.file, first.row, first.column)
            yield from wrapped(
                f"{place}: {first.before or 'blank'} -> {last.after or 'taken out'}", width, _INDENT + "  "
            )


def numbered(number: int, text: str, width: int) -> Sequence[str]:
    """Return a numbered paragraph."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=f"{number}. ",
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def wrapped(text: str, width: int, indent: str = "", hang: int = 0) -> Sequence[str]:
    """Return a paragraph that begins at an indent; further lines hang by so much more."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent + " " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
