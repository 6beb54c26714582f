"""Sub-terms of the goal ``workload``, before their weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from iopsched.domain.clinic import Clinic
from iopsched.domain.people import Therapist
from iopsched.domain.services import Service, Times
from iopsched.domain.timegrid import DAY, Windows
from iopsched.policy.numbers import role_skills, staff_limit, target_minutes
from iopsched.verifier.preferences import waiting
from iopsched.verifier.surplus import asked_sessions
from iopsched.verifier.week import Index, Meeting, Week, by_day, runs

IDLE_MINUTES_ALLOWED = 60
LONGEST_RUN_MINUTES = 240

Work = tuple[Service, Times | None, frozenset[str]]


def workload_terms(week: Week) -> Mapping[str, int]:
    """Return spreads of minutes, evenings and group sizes, and minutes that staff wait and that they lack a pause.

    Minutes, evenings and waiting are those of sessions that ask for somebody: nobody evens out work by sitting in.
    """
    # Groups that ask the same need one look.
    work = {(service.id, times, skills): (service, times, skills) for service, times, skills in _work(week)}.values()
    in_evening = partial(is_evening, week.problem.clinic)
    anytime = [row.id for row in week.problem.therapists if _could_hold(week, row, work, lambda _: True)]
    evening = [row.id for row in week.problem.therapists if _could_hold(week, row, work, in_evening)]
    asked = asked_sessions(week)
    sizes = _sizes(week)
    return {
        "imbalance": _spread(_shares(week, asked, anytime)),
        "evenings": _spread(sum(in_evening(row.start) for row in asked.get(key, ())) for key in evening),
        "idle": sum(_idle(meetings) for meetings in asked.values()),
        "sizes": _uneven_sizes(week, sizes) + _off_target(week, sizes),
        "no_pause": sum(_without_pause(week, meetings) for meetings in week.of_therapist.values()),
    }


def _spread(numbers: Iterable[int]) -> int:
    found = list(numbers)
    return max(found) - min(found) if found else 0


def _shares(week: Week, asked: Index, therapist_ids: Iterable[str]) -> Iterator[int]:
    """Yield the session minutes of each, divided by their target, times the largest target, rounded down."""
    targets = {key: target_minutes(week.problem.clinic, week.problem.therapist[key]) for key in therapist_ids}
    for key, target in targets.items():
        minutes = sum(meeting.minutes for meeting in asked.get(key, ()))
        yield minutes * max(targets.values()) // target


def is_evening(clinic: Clinic, start: int) -> bool:
    """Return whether a minute of the week lies in a block of the evening, on a day of that block."""
    blocks = (block for block in clinic.blocks if block.part == "evening")
    return any(start // DAY in block.days and block.start <= start % DAY < block.end for block in blocks)


def _work(week: Week) -> Iterator[Work]:
    """Yield the services in use this week with times and skills, by group or freely formed."""
    for service in week.problem.services:
        groups = week.problem.groups_of.get(service.id, ())
        yield from ((service, group.times, role_skills(service, group)) for group in groups)
        if not groups and (service.id in week.needs.offered_freely or _is_due(week, service)):
            yield service, None, role_skills(service, None)


def _is_due(week: Week, service: Service) -> bool:
    present = (row for row in week.problem.participants if week.calendars.is_present(row))
    demands = (week.needs.demand(person, service) for person in present)
    return any(demand.needed or demand.wished for demand in demands)


def _could_hold(week: Week, therapist: Therapist, work: Iterable[Work], fits: Callable[[int], bool]) -> bool:
    """Return whether some work lists a skill of the therapist and has a start that fits at which they are free."""
    free = week.calendars.free("therapist", therapist)
    longest = min(
        staff_limit(week.problem.clinic, therapist, f"max_hours_per_{span}").value for span in ("day", "week")
    )
    return any(
        service.minutes <= longest
        and skills.intersection(therapist.skills)
        and any(map(fits, _starts(week, service, times, free)))
        for service, times, skills in work
    )


def _starts(week: Week, service: Service, times: Times | None, free: Windows) -> Iterator[int]:
    """Yield the allowed starts at which the free time covers a whole session on one day."""
    for start in _candidates(week, service, free):
        end = start + service.minutes
        is_allowed = times is None or times.allow(start, end)
        if is_allowed and (end - 1) // DAY == start // DAY and free.covers(start, end):
            yield start


def _candidates(week: Week, service: Service, free: Windows) -> Iterator[int]:
    clinic = week.problem.clinic
    if service.starts == "blocks" and clinic.blocks:
        for block in clinic.blocks:
            if block.end - block.start >= service.minutes and block.start % clinic.grid_minutes == 0:
                yield from (day * DAY + block.start for day in sorted(block.days))
        return
    for stretch in free:
        first = -(-stretch.start // clinic.grid_minutes) * clinic.grid_minutes
        yield from range(first, stretch.end - service.minutes + 1, clinic.grid_minutes)


def _idle(meetings: Iterable[Meeting]) -> int:
    return sum(max(0, waiting(held) - IDLE_MINUTES_ALLOWED) for held in by_day(meetings).values())


def _without_pause(week: Week, meetings: Iterable[Meeting]) -> int:
    """Return the minutes of each run of sessions beyond the longest that needs no pause."""
    pause = week.problem.clinic.staff.break_minutes
    found = (run for held in by_day(meetings).values() for run in runs(held, pause))
    return sum(max(0, end - start - LONGEST_RUN_MINUTES) for start, end in found)


def _sizes(week: Week) -> Mapping[str, int]:
    """Return the members of each held group that stay this week."""
    present = {row.id for row in week.problem.participants if week.calendars.is_present(row)}
    return {key: len(week.members(week.problem.group[key], with_roster=True) & present) for key in week.of_group}


def _uneven_sizes(week: Week, sizes: Mapping[str, int]) -> int:
    kinds = {(week.problem.group[key].service_id, week.problem.group[key].population) for key in sizes}
    return sum(
        _spread(
            number
            for key, number in sizes.items()
            if (week.problem.group[key].service_id, week.problem.group[key].population) == kind
        )
        for kind in kinds
    )


def _off_target(week: Week, sizes: Mapping[str, int]) -> int:
    targets = {row.id: row.target_size for row in week.problem.groups if row.target_size is not None}
    return sum(abs(number - targets[key]) for key, number in sizes.items() if key in targets)
