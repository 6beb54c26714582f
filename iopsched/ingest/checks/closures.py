"""Warnings about groups and people that a closure of the clinic leaves short."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, WEEKDAYS, Windows
from iopsched.ingest.checks.sheet import SoundRows, longest, on_day
from iopsched.ingest.checks.wishes import Offer, required_minutes, usable_minutes
from iopsched.ingest.file.extratime import part_of_week
from iopsched.ingest.report import At
from iopsched.words.phrases import count
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said


def check_closures(problem: Problem, sheet: SoundRows) -> None:
    """Warn of groups and people that a closure of this week leaves short."""
    place = next(
        (
            entry.at.cell("start")
            for entry in sheet.draft.time_off
            if entry.value.kind == "clinic" and part_of_week([entry.value], sheet.week)
        ),
        None,
    )
    if place is None or sheet.open == sheet.clinic.open:
        return
    possible: dict[str, int] = {}
    for group in problem.groups:
        service = problem.service[group.service_id]
        before, after = (days_of(problem, group, service, open_) for open_ in (sheet.clinic.open, sheet.open))
        asked = group.sessions_per_week
        if service.max_per_day != 1 or len(before) < asked or len(after) >= asked:
            continue
        possible[group.id] = len(after)
        _tell(sheet, place, before - after, f"group {quoted(group.id)} can meet {len(after)} of {asked} times.")
    offer = Offer(problem, sheet)
    short = [person for person in problem.participants if _is_cut_short(sheet, person, offer, possible)]
    if short:
        days = frozenset(day for day in range(7) if on_day(sheet.open, day) != on_day(sheet.clinic.open, day))
        _tell(sheet, place, days, f"{count(len(short), 'participant')} cannot reach the weekly minimum.")


def _tell(sheet: SoundRows, at: At, days: frozenset[int], what: str) -> None:
    is_whole = not any(on_day(sheet.open, day) for day in days)
    names = listed(f"{WEEKDAYS[day]} {sheet.week + timedelta(days=day)}" for day in sorted(days))
    sheet.report.tell(
        "W-CLOSURE",
        at,
        f"The clinic is {'closed' if is_whole else 'closed for a time'} on {names}: {what}",
        said("Allow another day in {groups.csv} or shorten the closure; otherwise these hours stay unmet."),
    )


def days_of(problem: Problem, group: Group, service: Service, open_: Windows) -> frozenset[int]:
    """Return the weekdays on which a session of a group can be held while the clinic is open."""
    return frozenset(day for day in range(7) if _can_meet(problem, group, service, on_day(open_, day), day))


def _can_meet(problem: Problem, group: Group, service: Service, open_: Windows, day: int) -> bool:
    if group.times is not None and any(
        start // DAY == day and open_.covers(start, start + service.minutes) for start in group.times.starts
    ):
        return True
    times = open_ if group.times is None else open_.intersection(group.times.windows)
    if service.starts == "grid":
        return longest(times) >= service.minutes
    return any(
        day in block.days
        and block.end - block.start >= service.minutes
        and times.covers(day * DAY + block.start, day * DAY + block.start + service.minutes)
        for block in problem.clinic.blocks
    )


def _is_cut_short(sheet: SoundRows, person: Participant, offer: Offer, possible: Mapping[str, int]) -> bool:
    """Return whether a participant could reach the weekly minimum but for the closure."""
    if not sheet.is_here(person):
        return False
    required = required_minutes(offer.problem, sheet, person)
    usable = [
        usable_minutes(offer.problem, person, free)
        for free in (sheet.free_but_for_closures(person), sheet.free_of_participant(person))
    ]
    if usable[0] < required:
        return False
    offered = [offer.minutes(person, with_phase=True, possible=held) for held in ({}, possible)]
    if offered[0] is not None and offered[0] < required:
        return False
    return usable[1] < required or (offered[1] is not None and offered[1] < required)
