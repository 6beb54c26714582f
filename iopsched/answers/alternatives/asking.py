"""What somebody asks of one alternative, in their words: ``P014 Tue 15:00 T02 R1``, ``another day``, ``not held``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from iopsched.domain.names import Names
from iopsched.domain.people import HeldModality
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import WEEKDAYS, clock
from iopsched.errors import UsageError
from iopsched.ingest.cell.clocktimes import NAMED_TIMES, time_of_day
from iopsched.ingest.cell.days import many_days, one_day
from iopsched.ingest.cell.fault import Fault
from iopsched.words.wording import plain

KINDS = ("participant", "therapist", "room", "group", "session", "service")
NOUNS: Mapping[str, str] = {
    **dict.fromkeys(("day", "days", "date"), "day"),
    **dict.fromkeys(("time", "times", "start", "hour", "slot"), "start"),
    **dict.fromkeys(("therapist", "lead", "leader", "staff", "primary", "clinician"), "lead"),
    **dict.fromkeys(("room", "place"), "room"),
    **dict.fromkeys(("group", "cohort"), "group"),
}
OTHERS = frozenset({"another", "other", "different"})
VIDEO = frozenset({"video", "online", "telehealth", "remote"})
FILLERS = frozenset(
    {"at", "on", "with", "in", "by", "the", "a", "an", "instead", "to", "of", "is", "and", "for", "room", "group"}
)
MORE = ("am", "pm", "a.m.", "p.m.")
LONGEST_NAME = 6
FORMS = (
    "ids or names of a participant, therapist, room or group; a session or service; a day (Tue), a time (15:00, 3pm); "
    "video, in person; another day, time, therapist, room or group; not held"
)


@dataclass(frozen=True, slots=True)
class Alternative:
    """What is asked. ``start`` is a minute of the day; ``others`` are the sides that are to be anything but as they are."""

    participant_id: str | None = None
    therapist_id: str | None = None
    room_id: str | None = None
    group_id: str | None = None
    session_id: str | None = None
    service_id: str | None = None
    day: int | None = None
    start: int | None = None
    modality: HeldModality | None = None
    is_not_held: bool = False
    others: frozenset[str] = frozenset()

    @property
    def told(self) -> str:
        """Return it as somebody may write it: who, when, with whom, where; ids only."""
        when = [WEEKDAYS[self.day]] if self.day is not None else []
        when += [clock(self.start)] if self.start is not None else []
        who = [
            self.session_id,
            self.service_id,
            self.participant_id,
            self.group_id,
            *when,
            self.therapist_id,
            self.room_id,
        ]
        words = [word for word in who if word]
        words += [{"telehealth": "by video", "in_person": "in person"}.get(self.modality or "", "")]
        words += [f"another {noun}" for noun in sorted(self.others)] + (["not held"] if self.is_not_held else [])
        return " ".join(word for word in words if word)


@dataclass(slots=True)
class Words:
    """What the words of a clinic and its week mean; ``names`` are asked for only where no id is meant."""

    problem: Problem
    schedule: Schedule
    names: Callable[[], Names]
    _names: list[Mapping[str, tuple[str, str]]] = field(default_factory=list)

    def ids(self, kind: str) -> Iterable[str]:
        """Return the ids of a kind."""
        problem = self.problem
        rows: Mapping[str, Iterable[str]] = {
            "participant": problem.participant,
            "therapist": problem.therapist,
            "room": problem.room,
            "group": problem.group,
            "service": problem.service,
            "session": [row.id for row in self.schedule.sessions],
        }
        return rows[kind]

    def exact(self, text: str) -> list[tuple[str, str]]:
        """Return what has exactly this id, as (kind, id)."""
        return [(kind, text) for kind in KINDS if text in self.ids(kind)]

    def loose(self, text: str) -> list[tuple[str, str]]:
        """Return what has this id in other letters, or this name."""
        form = _form(text)
        found = [(kind, key) for kind in KINDS for key in self.ids(kind) if _form(key) == form]
        return found or [row for name, row in self._by_name() if name == form]

    def _by_name(self) -> list[tuple[str, tuple[str, str]]]:
        names = self.names()
        rows = (
            ("participant", names.participants),
            ("therapist", names.therapists),
            ("room", names.rooms),
            ("group", names.groups),
        )
        return [
            (_form(name), (kind, key)) for kind, known in rows for key, name in known.items() if key in self.ids(kind)
        ]


def subject_of(text: str, words: Words) -> tuple[str, str]:
    """Return kind and id of a subject: a participant, session, group or therapist, by id or name.

    Raises
    ------
    UsageError
        If nothing or more than one thing has it. It never tells a name.
    """
    asked = ("participant", "session", "group", "therapist")
    for found in (words.exact(text.strip()), words.loose(text)):
        rows = [row for row in found if row[0] in asked]
        if len(rows) == 1:
            return rows[0]
        if rows:
            ids = ", ".join(f"{kind} {key}" for kind, key in rows)
            raise UsageError(f"SUBJECT may mean {ids}. Write the id of one of them.")
        if found:
            raise UsageError(f"A {found[0][0]} is no subject. Ask of a participant, session, group or therapist.")
    raise UsageError("There is no participant, session, group or therapist of this id or name.")


def alternative_of(text: str, words: Words) -> Alternative:
    """Return what is asked.

    Raises
    ------
    UsageError
        If a word is not understood, or says a second time what another one says; it names the word.
    """
    tokens = [token for token in re.split(r"[\s,;]+", text.strip()) if token]
    if not tokens:
        raise UsageError(f"--instead is blank. It takes {FORMS}.")
    found = Alternative()
    place = 0
    while place < len(tokens):
        taken, changes = _next(tokens, place, words)
        for name, value in changes.items():
            before, is_set = getattr(found, name), name == "others"  # several sides may be otherwise
            if not is_set and before not in (None, False, value):
                raise UsageError(f"--instead: {_shown(tokens, place, taken)} is a second {_noun(name)}.")
            found = _with(found, name, before | value if is_set else value)
        place += taken
    if found == Alternative():
        raise UsageError(f"--instead says nothing that could be otherwise. It takes {FORMS}.")
    return found


def _with(found: Alternative, name: str, value: Any) -> Alternative:
    changes = {name: value}
    return replace(found, **changes)


def _next(tokens: Sequence[str], place: int, words: Words) -> tuple[int, Mapping[str, object]]:
    """Return how many tokens the next meaning takes, and what it says."""
    rest = [token.casefold() for token in tokens[place:]]
    for size in range(min(LONGEST_NAME, len(rest)), 0, -1):
        if found := words.exact(" ".join(tokens[place : place + size])):
            return size, _meant(found)
    if rest[:2] in (["not", "held"], ["not", "at"], ["no", "session"]) or rest[0] in {
        "cancelled",
        "canceled",
        "nothing",
    }:
        return (3 if rest[:3] == ["not", "at", "all"] else min(2, len(rest)) if rest[0] in {"not", "no"} else 1), {
            "is_not_held": True
        }
    if rest[0] in OTHERS and len(rest) > 1 and rest[1] in NOUNS:
        return 2, {"others": frozenset({NOUNS[rest[1]]})}
    if rest[0] in VIDEO:
        return 1, {"modality": "telehealth"}
    if rest[:2] == ["in", "person"]:
        return 2, {"modality": "in_person"}
    if rest[0] in {"in-person", "in_person"}:
        return 1, {"modality": "in_person"}
    if (when := _when(tokens, place, words)) is not None:
        return when
    for size in range(min(LONGEST_NAME, len(rest)), 0, -1):
        if found := words.loose(" ".join(tokens[place : place + size])):
            return size, _meant(found)
    if rest[0] in FILLERS:
        return 1, {}
    raise UsageError(f"--instead: {_shown(tokens, place, 1)} is not understood. It takes {FORMS}.")


def _meant(found: Sequence[tuple[str, str]]) -> Mapping[str, object]:
    if len(found) > 1:
        raise UsageError(f"--instead may mean {' or '.join(f'{kind} {key}' for kind, key in found)}. Write another id.")
    kind, key = found[0]
    return {f"{kind}_id": key}


def _when(tokens: Sequence[str], place: int, words: Words) -> tuple[int, Mapping[str, object]] | None:
    """Return a day, date or time."""
    token = tokens[place].strip(".")
    if (day := one_day(token)) is not None:
        return 1, {"day": day}
    if many_days(token):
        raise UsageError(f"--instead: {token} is more than one day. Name one.")
    try:
        written = date.fromisoformat(token)
    except ValueError:
        written = None
    if written is not None:
        day = (written - words.problem.week).days
        if not 0 <= day < len(WEEKDAYS):
            raise UsageError(f"--instead: {token} is not in the week of {words.problem.week.isoformat()}.")
        return 1, {"day": day}
    if not token[:1].isdigit() and token.casefold() not in NAMED_TIMES:
        return None
    follows = tokens[place + 1].casefold() if place + 1 < len(tokens) else ""
    size, text = (2, f"{token} {follows}") if follows in MORE else (1, token)
    try:
        return size, {"start": time_of_day(text)}
    except Fault as fault:
        raise UsageError(f"--instead: {fault.message} Write it as 15:00 or 3pm.") from None


def _shown(tokens: Sequence[str], place: int, size: int) -> str:
    """Return words to repeat; of those that could be a name only where they stand."""
    text = " ".join(tokens[place : place + size])
    is_safe = any(letter.isdigit() for letter in text) or text.casefold() in OTHERS or one_day(text) is not None
    return repr(text) if is_safe else f"word {place + 1}"


def _noun(name: str) -> str:
    return {"is_not_held": "wish", "start": "time"}.get(name, name.removesuffix("_id"))


def _form(text: str) -> str:
    return " ".join(plain(text).casefold().split())
