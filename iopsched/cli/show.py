"""``iopsched show``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk, width
from iopsched.cli.folder import read_week
from iopsched.cli.layout import days_text, hours_text, list_text, week_text
from iopsched.cli.options import AsJson, ClinicPath, FolderPath, FolderWeek
from iopsched.cli.weekreport import help_line, open_goals
from iopsched.cli.words import known_id
from iopsched.domain.names import Names
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import HoursRow, Schedule
from iopsched.domain.timegrid import hours as hours_words
from iopsched.errors import UsageError
from iopsched.verifier import hours
from iopsched.views.labels import Labels, NameMode
from iopsched.views.lacks import shortage
from iopsched.views.sessions import SessionRow, hours_lines, only, session_rows
from iopsched.words.phrases import DAYS, count, long_date

if TYPE_CHECKING:
    from iopsched.work.weeks import Read

EPILOG = """\b
Examples:
  iopsched show myclinic myclinic/schedules/2026-11-30
  iopsched show myclinic myclinic/schedules/2026-11-30 --therapist T02
  iopsched show myclinic myclinic/schedules/2026-11-30 --day Mon --names initials

A cell reads: group or session, staff (lead first), room, participants/most.
Ids are shown unless --names asks for more; none hides participants.
"""
_Therapist = Annotated[str | None, typer.Option(metavar="ID", help="Only this member of staff, by id or name.")]
_Room = Annotated[str | None, typer.Option(metavar="ID", help="Only this room, by id or name.")]
_Participant = Annotated[str | None, typer.Option(metavar="ID", help="Only this participant, by id or name.")]
_Day = Annotated[str | None, typer.Option(metavar="DAY", help="Only this day: Mon, tuesday or a date.")]
_Names = Annotated[NameMode, typer.Option("--names", help="How participants are shown.")]


def show(
    clinic: ClinicPath,
    folder: FolderPath = None,
    *,
    therapist: _Therapist = None,
    room: _Room = None,
    participant: _Participant = None,
    day: _Day = None,
    names: _Names = NameMode.ID,
    week: FolderWeek = None,
    as_json: AsJson = False,
) -> None:
    """Print the week as a grid, or the list of one person, room or day."""
    read = read_week(clinic, folder, week)
    problem, schedule = read.problem, read.schedule
    picked = _Picked(problem, schedule, clinic, therapist=therapist, room=room, participant=participant, day=day)
    labels = _labels(clinic, names)
    rows = session_rows(problem, picked.schedule, labels, picked.reader(problem))
    people = picked.people(problem, schedule) if labels.shows_people else ()
    if as_json:
        hours = [{**asdict(line.row), "participant_id": line.label} for line in hours_lines(people, labels)]
        facts = {"clinic": problem.clinic.name, "week": problem.week.isoformat(), "names": names.value}
        out_json("show", {**facts, "sessions": [_session(row, labels) for row in rows], "hours": hours})
        return
    out(f"{problem.clinic.name}, week of {long_date(problem.week)}{picked.title(labels)}\n")
    out(
        "\n".join(
            (*_body(rows, picked, people, labels), *_reasons(read, {row.participant_id for row in people}, labels))
        )
    )
    if picked.is_whole:
        for line in open_goals(work.exports.goals_of(read), problem, schedule):
            out(line)
    if any(row.unmet_minutes for row in people):
        talk(help_line(clinic, read.folder))


def _reasons(read: Read, people: Collection[str], labels: Labels) -> Iterator[str]:
    """Yield what these people lack and why, as the search told it."""
    found = shortage(read.problem, read.schedule, work.exports.reasons_of(read), labels)
    chosen = replace(found, lines=tuple(line for line in found.lines if line.participant_id in people))
    for number, row in enumerate(chosen.by_cause):
        yield ("" if number else "\n") + f"{', '.join(row.labels)} {row.facts}" + (f": {row.why}" if row.why else ".")


def _labels(clinic: Path, names: NameMode) -> Labels:
    """Return the labels; files are asked for names only where names are shown."""
    if names is NameMode.ID:
        return Labels(names)
    every = work.weeks.names_of(clinic)
    asked = every.participants if names is NameMode.FULL else every.initials
    if names is not NameMode.NONE and not asked:
        column = "name" if names is NameMode.FULL else "initials"
        talk(f"Warning: participants.csv has nothing in a column {column}; ids are shown.")
    if names is NameMode.NONE:
        every = Names(public_groups=every.public_groups)
    return Labels(names, every)


class _Picked:
    """What was asked for: known ids, and the part of the schedule that they choose."""

    def __init__(
        self,
        problem: Problem,
        schedule: Schedule,
        clinic: Path,
        *,
        therapist: str | None,
        room: str | None,
        participant: str | None,
        day: str | None,
    ) -> None:
        def find(given: str | None, kind: str, ids: Iterable[str], column: str) -> str | None:
            return known_id(given, kind, ids, lambda: getattr(work.weeks.names_of(clinic), column)) if given else None

        self.therapist = find(therapist, "member of staff", problem.therapist, "therapists")
        self.room = find(room, "room", problem.room, "rooms")
        self.participant = find(participant, "participant", problem.participant, "participants")
        self.day = _weekday(day, problem.week) if day else None
        sessions = only(schedule, participant=self.participant, therapist=self.therapist, room=self.room, day=self.day)
        self.schedule = replace(schedule, sessions=sessions)

    @property
    def is_list(self) -> bool:
        """Return whether one person or room was asked for."""
        return bool(self.therapist or self.room or self.participant)

    @property
    def is_whole(self) -> bool:
        """Return whether the whole week was asked for."""
        return not self.is_list and self.day is None

    def reader(self, problem: Problem) -> Participant | Therapist | None:
        """Return the person whose week it is, None of a room or everybody."""
        if self.participant:
            return problem.participant.get(self.participant)
        return problem.therapist.get(self.therapist) if self.therapist else None

    def title(self, labels: Labels) -> str:
        """Return what was asked for, for the first line."""
        parts = [
            labels.participant(self.participant) or "one participant" if self.participant else "",
            labels.therapist(self.therapist) if self.therapist else "",
            labels.room(self.room) if self.room else "",
            DAYS[self.day] if self.day is not None else "",
        ]
        return "".join(f" · {part}" for part in parts if part)

    def people(self, problem: Problem, schedule: Schedule) -> Sequence[HoursRow]:
        """Return the hours that the reader asked for: of everybody, of the participant, or none."""
        if not (self.is_whole or self.participant):
            return ()
        return [row for row in hours(problem, schedule) if self.participant in (None, row.participant_id)]


def _weekday(text: str, week: date) -> int:
    for index, name in enumerate(DAYS):
        if len(text) >= 2 and name.casefold().startswith(text.casefold()):
            return index
    try:
        index = (date.fromisoformat(text) - week).days
    except ValueError:
        raise UsageError(f"--day {text!r} is no day. Write Mon, Tue, Wed, Thu, Fri, Sat or Sun.") from None
    if not 0 <= index < 7:
        raise UsageError(f"{text} is not in the week of {week.isoformat()}.")
    return index


def _body(rows: Sequence[SessionRow], picked: _Picked, people: Sequence[HoursRow], labels: Labels) -> Iterator[str]:
    if picked.is_list:
        yield list_text(rows, with_people=picked.participant is None)
        yield f"\n{count(len(rows), 'session')}, {hours_words(sum(s.minutes for s in picked.schedule.sessions))}."
    elif picked.day is not None:
        yield days_text(rows, width()) if rows else "No sessions."
    else:
        yield week_text(rows, width())
    if people:
        title = "The whole week:\n" if picked.day is not None else ""
        yield f"\n{title}{hours_text(hours_lines(people, labels))}"


def _session(row: SessionRow, labels: Labels) -> dict[str, object]:
    """Return a session for a machine; its id holds the group's, which is not shown where people are not."""
    session_id = row.session_id if labels.shows_people else ""
    cells = {name.removesuffix("_minute"): value for name, value in asdict(row).items()}
    return {**cells, "session_id": session_id, "date": row.date.isoformat(), "start": row.start, "end": row.end}
