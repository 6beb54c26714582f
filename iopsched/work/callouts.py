"""A call-out answered beside the page: what happened, up to three choices as facts, and the one that is published."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from iopsched import work
from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.errors import ConflictError
from iopsched.files.output import FILES, write_schedule
from iopsched.files.reading import read_bytes
from iopsched.params import SolveParams
from iopsched.repairs.repaired import RepairChoice
from iopsched.repairs.saying import Saying
from iopsched.verifier import violations
from iopsched.views.labels import Labels
from iopsched.views.repairtold import RepairWords
from iopsched.words.phrases import count
from iopsched.work.drafts import target_of

Facts = dict[str, Any]
Tell = Callable[[Mapping[str, Any]], None]
MOST_CHOICES = 3


@dataclass(frozen=True, slots=True)
class CallOut:
    """What is asked: a clinic's published week, what happened in it, the moment from which on it may change."""

    clinic: Path
    week: date
    now: datetime
    params: SolveParams
    told: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class PublishedChoice:
    """A choice that was published: its revision, and where the call list lies, None where nobody must be told."""

    revision: int
    calls: int
    call_list: Path | None


def answer(asked: CallOut, tell: Tell, stop: threading.Event) -> None:
    """Tell what happened and each choice as soon as it is written; people by id.

    Raises
    ------
    UsageError
        If nothing is published of this week, or what happened cannot be read.
    InputError
        If the clinic's files have faults.
    """
    given = work.repairs.read_repair(
        asked.clinic, work.repairs.RepairAsked(asked.told, asked.now, asked.week), asked.week
    )
    given = replace(given, is_beside=True)  # a draft becomes what somebody takes
    words = RepairWords(given.repaired, Labels())
    tell({"kind": "heading", "lines": list(words.heading())})
    number = 0
    for found in work.repairs.choices(given, asked.params, MOST_CHOICES, stop=stop):
        if isinstance(found, work.repairs.WrittenChoice):
            number += 1
            tell({"kind": "choice", **_choice(words, found.choice)})
        elif isinstance(found, work.repairs.LeftOut):
            tell({"kind": "left_out", "text": words.told(found.why)})
        elif not number:
            tell(_none(found))
            return
    tell({"kind": "answered", "choices": number})


def take_choice(clinic: Path, week: date, folder: Path) -> None:
    """Make the choice in a folder the draft of its week; the draft that lay there is kept beside it."""
    files = {path.name: read_bytes(path) for path in (folder / name for name in FILES) if path.exists()}
    write_schedule(target_of(clinic, week), lambda _kept: files, lambda: True)


def publish_choice(clinic: Path, folder: Path, now: datetime, actor: str) -> PublishedChoice:
    """Publish the week in a folder as ``iopsched publish`` does, with its call list.

    Raises
    ------
    ConflictError
        If it breaks rules.
    """
    readied = work.readying.ready(work.weeks.read_week(clinic, folder), now)
    broken = violations(readied.read.problem, readied.read.schedule)
    if broken:
        raise ConflictError(f"Not published: this week breaks {count(len(broken), 'rule')} with the tables of now.")
    readied, done = work.readying.record(readied, now, actor)
    path = work.publications.write_calls(readied.read, done) if readied.is_written else None
    return PublishedChoice(done.published.publication.revision, len(done.calls), path)


def _choice(words: RepairWords, choice: RepairChoice) -> Facts:
    told = words.choice(choice)
    return {
        "number": choice.number,
        "name": told.name,
        "unmet": told.unmet,
        "to_call": told.calls,
        "proof": told.proof,
        "is_proven": choice.solved.goals[0].is_proven,
        "folder": None if choice.folder is None else choice.folder.name,
        "is_as_published": choice.is_as_published,
        "why": list(words.why(choice)),
        "fates": [
            {"when": row.when, "title": row.title, "what": row.what, "is_hit": row.is_hit}
            for row in words.fates(choice)
        ],
        "covers": [row.line for row in words.covers(choice)],
        "calls": [{**call.facts(), "before": call.before, "after": call.after} for call in choice.calls],
    }


def _none(found: Infeasible | OutOfTime) -> Facts:
    if isinstance(found, Infeasible):
        return {"kind": "none", "why": "contradiction", "pins": [str(pin) for pin in found.pins]}
    return {"kind": "none", "why": "stopped" if found.was_interrupted else "time", "limit_s": round(found.seconds)}
