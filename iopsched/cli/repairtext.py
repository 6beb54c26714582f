"""A repaired week on the terminal: each choice as soon as it is known, and of the first what happens, whom to call, who else could cover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from iopsched.cli.answertext import wrapped
from iopsched.cli.weekreport import help_line
from iopsched.views.calls import Call, by_person, people_line
from iopsched.words.phrases import count, shown

if TYPE_CHECKING:
    from iopsched.repairs.repaired import RepairChoice
    from iopsched.views.repairtold import RepairWords

MOST_FATES, MOST_CALLED, MOST_COVERS, MOST_BEGUN = 8, 8, 5, 3
MOST_CAUSES = 4


def choice_text(words: RepairWords, choice: RepairChoice, clinic: Path, width: int, *, is_long: bool) -> str:
    """Return a choice; the first, or each that is asked for at length, with what happens and the call list."""
    lines = list(wrapped(words.choice(choice).line, width, hang=3))
    if choice.is_as_published:
        return "\n".join(lines)
    if choice.number == 1 or is_long:
        lines += _details(words, choice, width, is_long=is_long)
    if choice.number == 1 and words.is_short(choice):
        lines.append(help_line(clinic, choice.folder or Path()))
    lines.append(f"To publish it: iopsched publish {shown(clinic)} {shown(choice.folder or Path())}\n")
    return "\n".join(lines)


def _details(words: RepairWords, choice: RepairChoice, width: int, *, is_long: bool) -> Iterator[str]:
    yield from _part("Why somebody has less:", words.why(choice), MOST_CAUSES, width, is_long=is_long)
    found = words.fates(choice)
    hit, others = [row.line for row in found if row.is_hit], [row.line for row in found if not row.is_hit]
    yield from _part("What happens:", hit, MOST_FATES, width, is_long=is_long)
    yield from _part("Changes besides:", others, MOST_FATES, width, is_long=is_long)
    stay = [f"{row.when} {row.title}" for row in words.begun()]
    yield from _part("Has begun, and stays as it was published:", stay, MOST_BEGUN, width, is_long=is_long)
    yield from _calls(words.calls(choice), width, is_long=is_long)
    covers = [row.line for row in words.covers(choice)]
    yield from _part("Who else could cover:", covers, MOST_COVERS, width, is_long=is_long)


def _part(heading: str, lines: Sequence[str], most: int, width: int, *, is_long: bool) -> Iterator[str]:
    if not lines:
        return
    yield heading
    for line in lines if is_long else lines[:most]:
        yield from wrapped(line, width, "  ", 4)
    if len(lines) > most and not is_long:
        yield f"  and {len(lines) - most} more (--all)"


def _calls(calls: Sequence[Call], width: int, *, is_long: bool) -> Iterator[str]:
    if not calls:
        return
    yield f"To call, first whose session is next: {people_line(calls)}."
    people = list(by_person(calls))
    for number, (person, own) in enumerate(people if is_long else people[:MOST_CALLED], start=1):
        who = f"{number}. {person.label}" + (" (staff)" if person.kind == "therapist" else "")
        for place, call in enumerate(own):
            told = f"{call.what}: {call.before} -> {call.after}"
            indent, text = ("  ", f"{who}: {told}") if place == 0 else ("     ", told)
            yield from wrapped(text, width, indent, 7 - len(indent))
    if len(people) > MOST_CALLED and not is_long:
        yield f"  and {count(len(people) - MOST_CALLED, 'more person', 'more people')} (--all)"
