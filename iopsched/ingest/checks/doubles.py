"""Warnings of a lead or room that the fixed times of groups ask for more often than it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from iopsched.domain.problem import Problem
from iopsched.domain.services import Group
from iopsched.domain.timegrid import DAY, moment
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.report import At
from iopsched.words.phrases import count
from iopsched.words.wording import listed, quoted


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A group whose sessions start at a few known moments only: those moments, their length and their number."""

    group: Group
    at: At
    starts: frozenset[int]
    minutes: int

    @property
    def asked(self) -> int:
        """Return the sessions that these starts could hold at all: at most one a day where that is the rule."""
        return min(self.group.sessions_per_week, len({start // DAY for start in self.starts}))

    def meets(self, other: _Fixed) -> bool:
        """Return whether every start of another group overlaps with one of this group."""
        return all(any(a < b + self.minutes and b < a + other.minutes for b in self.starts) for a in other.starts)


def check_doubles(problem: Problem, sheet: SoundRows) -> None:
    """Warn of groups with one lead or room whose times leave fewer places than they have sessions.

    Counted are the groups of one lead or room whose starts all overlap with those of one of them: of these starts
    only so many do not overlap with each other.
    """
    fixed = [found for group in problem.groups if (found := _fixed(problem, sheet, group)) is not None]
    for column, what, named in (("lead", "lead", _lead), ("room_id", "room", _room(problem))):
        by_name: dict[str, list[_Fixed]] = {}
        for one in fixed:
            if name := named(one.group):
                by_name.setdefault(name, []).append(one)
        for name, groups in by_name.items():
            _tell(sheet, column, f"{what} {quoted(name)}", groups)


def _lead(group: Group) -> str:
    return group.lead_ids[0] if len(group.lead_ids) == 1 else ""


def _room(problem: Problem) -> Callable[[Group], str]:
    there = {
        group_id for person in problem.participants if person.modality == "in_person" for group_id in person.group_ids
    }

    def named(group: Group) -> str:
        service = problem.service[group.service_id]
        modality = group.modality or service.modality
        is_online = modality == "telehealth" or (modality == "either" and group.id not in there)
        return "" if is_online or not service.needs_room else group.room_id or ""

    return named


def _fixed(problem: Problem, sheet: SoundRows, group: Group) -> _Fixed | None:
    service = problem.service[group.service_id]
    if service.max_per_day != 1 or (group.times is not None and group.times.windows and service.starts == "grid"):
        return None
    starts = set(group.times.starts) if group.times is not None else set()
    if service.starts == "blocks":
        moments = {day * DAY + block.start for block in problem.clinic.blocks for day in block.days}
        starts |= {
            start
            for start in moments
            if group.times is None or group.times.windows.covers(start, start + service.minutes)
        }
    elif group.times is None:
        return None
    open_ = {start for start in starts if sheet.open.covers(start, start + service.minutes)}
    return _Fixed(group, sheet.groups[group.id].at, frozenset(open_), service.minutes) if open_ else None


def _tell(sheet: SoundRows, column: str, what: str, groups: list[_Fixed]) -> None:
    told: list[set[str]] = []
    for widest in sorted(groups, key=lambda one: (len(one.starts), one.at.row)):
        inside = [one for one in groups if widest.meets(one)]
        ids = {one.group.id for one in inside}
        asked, places = sum(one.asked for one in inside), _places(inside)
        if asked <= len(places) or any(known <= ids for known in told):
            continue
        told.append(ids)
        names = listed(f"{quoted(one.group.id)} (row {one.at.row})" for one in inside)
        times = listed(moment(start) for start in places)
        sheet.report.tell(
            "W-DOUBLE",
            inside[-1].at.cell(column),
            f"The groups {names} need the {what} {asked} times a week, but their times allow only "
            f"{count(len(places), 'start')}: {times}.",
            f"Write another {column} or other times for one of them; "
            f"otherwise {count(asked - len(places), 'session')} cannot be held.",
        )


def _places(groups: Iterable[_Fixed]) -> list[int]:
    """Return the most starts of these groups that do not overlap: always the one that ends first."""
    ends: Mapping[int, int] = {
        start: min(one.minutes for one in groups if start in one.starts) for one in groups for start in one.starts
    }
    found: list[int] = []
    free = -1
    for start in sorted(ends, key=lambda start: (start + ends[start], start)):
        if start >= free:
            found.append(start)
            free = start + ends[start]
    return sorted(found)
