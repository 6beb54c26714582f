"""From a clinic and a schedule folder to an edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from iopsched.domain.names import Names
from iopsched.domain.outcome import GoalId, GoalResult, Unmet
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.export.edition import Edition
from iopsched.files.output import edited_files, read_summary
from iopsched.store.revisions import changes
from iopsched.verifier import hours, violations
from iopsched.views.labels import Labels, NameMode
from iopsched.words.sentence import Sentence


def gather_edition(
    problem: Problem,
    schedule: Schedule,
    publication: Publication,
    earlier: Publication | None,
    names: Names,
    mode: NameMode | None,
    summary: Mapping[str, Any] | None,
    told: Publication | None = None,
) -> Edition:
    """Return a week as exports need it.

    ``publication`` is its draft or, where it was published as it is, its last
    revision; ``earlier`` is the last revision, if there is one. ``mode`` is how participants are
    named everywhere, while staff, rooms and groups are shown by name, groups in calendars by their public name; None names
    participants by id in rosters and not at all in calendars. ``summary`` is what :func:`valid_summary` returned. ``told`` is the revision that people were told of
    before.
    """
    return Edition(
        problem=problem,
        schedule=schedule,
        publication=publication,
        hours=hours(problem, schedule),
        violations=violations(problem, schedule),
        labels=Labels.of_rosters(mode, names),
        calendar_labels=Labels.of_calendars(mode, names),
        goals=goals_in(summary),
        unmet=reasons_in(summary),
        changes=None if earlier is None else changes(earlier, publication),
        called=None if told is None else changes(told, publication),
    )


def with_running(
    edition: Edition, revisions: Iterable[Publication], problem_of: Callable[[Publication], Problem], now: datetime
) -> Edition:
    """Return the edition with the published weeks that have not ended, as calendars hold them.

    ``revisions`` are those of all such weeks and of the edition's own, in
    order; ``problem_of`` returns the clinic in the week of one. ``now`` must know its
    time zone: a week ends with Sunday on the clinic's clock.
    """
    by_week: dict[date, list[Publication]] = {}
    for publication in revisions:
        by_week.setdefault(publication.week, []).append(publication)
    own = tuple(by_week.pop(edition.publication.week, ()))
    running = tuple(
        Edition(
            problem_of(found[-1]),
            found[-1].schedule,
            found[-1],
            (),
            (),
            edition.labels,
            edition.calendar_labels,
            revisions=tuple(found),
        )
        for week, found in sorted(by_week.items())
        if week >= first_running(edition.zone, now)
    )
    return replace(edition, revisions=own, running=running)


def first_running(zone: ZoneInfo, now: datetime) -> date:
    """Return the Monday of the week that the clinic's clock shows; all earlier weeks have ended."""
    today = now.astimezone(zone).date()
    return today - timedelta(days=today.weekday())


def valid_summary(folder: Path, inputs_sha256: str) -> Mapping[str, Any] | None:
    """Return what the search reported of a schedule folder, None if its tables or the clinic were edited since."""
    summary = read_summary(folder)
    if summary is None or summary.get("inputs_sha256") != inputs_sha256 or edited_files(folder, summary):
        return None
    return summary


def goals_in(summary: Mapping[str, Any] | None) -> tuple[GoalResult, ...]:
    """Return value and bound of each goal, as a summary tells them."""
    found = []
    for row in _rows(summary, "goals"):
        name, value, bound, unit = (row.get(key) for key in ("name", "value", "bound", "unit"))
        if name in tuple(GoalId) and isinstance(value, int) and isinstance(bound, int) and isinstance(unit, str):
            parts = row.get("parts")
            kept = parts.items() if isinstance(parts, dict) else ()
            weighed = tuple((str(part), number) for part, number in kept if isinstance(number, int))
            found.append(GoalResult(GoalId(name), value, bound, unit, weighed))
    return tuple(found)


def proven_goals(problem: Problem, folder: Path, inputs_sha256: str) -> tuple[GoalResult, ...]:
    """Return value and bound of each goal as they were when the week in a folder was made; nothing where a bound may be false now.

    What is published of the weeks around is no part of the clinic's files: where staff work on the day before this week, or on
    the day after a Sunday on which the clinic is open, none is told. Nor is one of a week whose search had to keep sessions
    that somebody held: without them the clinic may have a better one.
    """
    is_open_last = len(WEEKDAYS) - 1 in problem.clinic.open.days()
    is_bordered = any(row.last_end is not None or is_open_last for row in problem.borders)
    summary = valid_summary(folder, inputs_sha256)
    return () if is_bordered or (summary is not None and summary.get("held")) else goals_in(summary)


def reasons_in(summary: Mapping[str, Any] | None) -> tuple[Unmet, ...]:
    """Return who is short by how much and why, as a summary tells it."""
    found = []
    parts = summary.get("why_parts") if summary else None
    for row in _rows(summary, "unmet"):
        person, minutes, why = (row.get(key) for key in ("participant_id", "minutes", "why"))
        if isinstance(person, str) and isinstance(minutes, int) and isinstance(why, str):
            found.append(
                Unmet(person, minutes, Sentence.from_json(why, parts.get(person) if isinstance(parts, dict) else None))
            )
    return tuple(found)


def _rows(summary: Mapping[str, Any] | None, key: str) -> list[dict[str, Any]]:
    rows = summary.get(key) if summary else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
