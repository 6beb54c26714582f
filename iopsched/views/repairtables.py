"""A repaired week as tables, which a page and a workbook lay out: whom to call, the choices, what becomes of whom, who could cover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY, clock, clock_of_end, moment
from iopsched.repairs.repaired import RepairChoice
from iopsched.views.answertables import AnswerCell, AnswerColumn, AnswerTable, AnswerTold
from iopsched.views.calls import by_person, people_line
from iopsched.views.repairtold import RepairWords
from iopsched.views.sessionwords import title
from iopsched.views.substitutewords import by_loss, told_substitute
from iopsched.words.phrases import count

TICK = "\u2610"
"""An empty box, to be ticked off on paper."""


def repair_told(words: RepairWords) -> AnswerTold:
    """Return a repair: of the first choice whom to call and what becomes of each session; all choices beside each other."""
    repaired = words.repaired
    first = repaired.choices[0]
    tables = [*_calls(words, first), _choices(words)]
    tables += [*_fates(words, first), *_days(words, first), *_covers(words, first)]
    lines = (*words.heading(), words.choice(first).line)
    return AnswerTold(
        "repair",
        "Whom to call, and what changes",
        lines,
        tuple(tables),
        tuple(map(str, repaired.unfinished)),
    )


def _calls(words: RepairWords, choice: RepairChoice) -> Iterator[AnswerTable]:
    """Yield the call list, one row an appointment; whoever has several is named once."""
    calls = words.calls(choice)
    if not calls:
        return
    columns = (
        AnswerColumn("Told", 6),
        AnswerColumn("Who", 20),
        AnswerColumn("Kind", 12),
        AnswerColumn("What", 24),
        AnswerColumn("Before", 40),
        AnswerColumn("Now", 40),
    )
    rows: list[tuple[AnswerCell, ...]] = []
    for person, own in by_person(calls):
        for place, call in enumerate(own):
            who = (TICK, person.label, person.kind_words) if place == 0 else ("", "", "")
            rows.append((*who, call.what, call.before, call.after))
    about = f"Choice {choice.number}. To call: {people_line(calls)}; first whose session is next. Tick off whom you have told."
    yield AnswerTable("Call list", about, columns, tuple(rows))


def _choices(words: RepairWords) -> AnswerTable:
    """Return the choices beside each other, a column each."""
    told = [words.choice(choice) for choice in words.repaired.choices]
    columns = (AnswerColumn("Choice", 18), *(AnswerColumn(f"{row.number}. {row.name}", 44) for row in told))
    folders = [str(choice.folder or "") for choice in words.repaired.choices]
    rows: Sequence[tuple[AnswerCell, ...]] = (
        ("Who has less", *(_sentence(row.unmet) for row in told)),
        *_why(words),
        ("To call", *(_sentence(row.calls) for row in told)),
        ("How certain", *(row.proof for row in told)),
        ("Folder", *folders),
    )
    about = "Each lies in a folder of its own. `iopsched publish CLINIC FOLDER` makes one of them official."
    return AnswerTable("Choices", about, columns, tuple(rows), starts_page=True)


def _why(words: RepairWords) -> Iterator[tuple[AnswerCell, ...]]:
    """Yield a row with why people have less, where that is known of somebody."""
    found = ["\n".join(words.why(choice)) for choice in words.repaired.choices]
    if any(found):
        yield ("Why", *found)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _fates(words: RepairWords, choice: RepairChoice) -> Iterator[AnswerTable]:
    columns = (AnswerColumn("When", 12), AnswerColumn("Session", 26), AnswerColumn("What happens", 70))
    rows = [(row.when, row.title, row.what) for row in words.fates(choice)]
    rows += [(row.when, row.title, "has begun, and stays as it was published") for row in words.begun()]
    if rows:
        about = f"Choice {choice.number}: first what is hit by what happened, then what changes besides."
        yield AnswerTable("What happens", about, columns, tuple(rows))


def _days(words: RepairWords, choice: RepairChoice) -> Iterator[AnswerTable]:
    """Yield the days that change, before and after, of each member of staff whose day changes."""
    columns = (AnswerColumn("Day", 14), AnswerColumn("Staff", 20), AnswerColumn("Before", 60), AnswerColumn("Now", 60))
    rows = []
    for day, staff_ids in staff_days(words, choice).items():
        for key in staff_ids:
            sides = (_day_of(words, week, day, key) for week in (words.repaired.base.schedule, choice.solved.schedule))
            rows.append((words.day_title(day), words.labels.therapist(key), *sides))
    if rows:
        yield AnswerTable("Days of staff", "Whose day is another than published, hour by hour.", columns, tuple(rows))


def staff_days(words: RepairWords, choice: RepairChoice) -> dict[int, tuple[str, ...]]:
    """Return the members of staff whose sessions of a day change, by weekday."""
    sides = [_own_days(week) for week in (words.repaired.base.schedule, choice.solved.schedule)]
    found: dict[int, list[str]] = {}
    for day, key in sorted(sides[0].keys() | sides[1].keys()):
        if sides[0].get((day, key)) != sides[1].get((day, key)):
            found.setdefault(day, []).append(key)
    return {day: tuple(keys) for day, keys in found.items()}


def _own_days(week: Schedule) -> dict[tuple[int, str], list[tuple[object, ...]]]:
    found: dict[tuple[int, str], list[tuple[object, ...]]] = {}
    for row in sorted(week.sessions, key=lambda row: (row.start, row.id)):
        for key in row.therapist_ids:
            found.setdefault((row.start // DAY, key), []).append((row.id, row.start, row.end, row.room_id))
    return found


def sessions_of(week: Schedule, day: int, therapist_id: str) -> tuple[Session, ...]:
    """Return the sessions of one member of staff on one day, by their start."""
    own = (row for row in week.sessions if therapist_id in row.therapist_ids and row.start // DAY == day)
    return tuple(sorted(own, key=lambda row: (row.start, row.id)))


def _day_of(words: RepairWords, week: Schedule, day: int, key: str) -> str:
    rows = sessions_of(week, day, key)
    return "\n".join(f"{clock(row.start)}-{clock_of_end(row.end)} {words.told(title(row))}" for row in rows) or "free"


def _covers(words: RepairWords, choice: RepairChoice) -> Iterator[AnswerTable]:
    columns = (
        AnswerColumn("When", 12),
        AnswerColumn("Session", 24),
        AnswerColumn("Instead of", 14),
        AnswerColumn("Who", 20),
        AnswerColumn("Could cover", 16),
        AnswerColumn("What it costs them", 60),
        AnswerColumn("What they would give up", 44),
        AnswerColumn("Why not", 60),
    )
    rows: list[tuple[AnswerCell, ...]] = []
    was = {session.id: session for session in words.repaired.base.schedule.sessions}
    for own in by_loss(choice.substitutes):
        session = was[own[0].session_id]
        away = words.label(own[0])
        head: tuple[AnswerCell, ...] = (moment(session.start), words.told(title(session)), away)
        told = [told_substitute(row, words.told) for row in own]
        rows += [
            (*head, one.who, one.answer, one.costs, one.gives_up, one.why_not) for one in told if not one.is_barred
        ]
        barred = [one for one in told if one.is_barred]
        if barred:
            others = f"{count(len(barred), 'other')}" if len(barred) < len(told) else f"all {len(barred)}"
            rows.append((*head, others, "cannot", "", "", "\n".join(one.why_not for one in barred)))
    if rows:
        about = (
            "Who could take over each session as it is, nothing else moved, first whom one would ask first; each was tried, "
            "and every rule checked. Of everybody else what forbids it, with the cell."
        )
        yield AnswerTable("Who could cover", about, columns, tuple(rows))
