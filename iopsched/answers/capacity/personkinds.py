"""Kinds of people who could come: population, track and part of the day; and somebody typical of each."""

from __future__ import annotations

from dataclasses import dataclass

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import DAY, TimeRange, Windows


@dataclass(frozen=True, slots=True)
class PersonKind:
    """People of a population who suit groups of a track and have time in one part of the day.

    ``track`` is blank where no group of the population has one, ``part`` where it means all opening hours.
    """

    population: str
    track: str
    part: str

    @property
    def title(self) -> str:
        """Return for instance ``adult, sud, evening``."""
        return ", ".join(filter(None, (self.population, self.track, self.part or "any time")))


def kinds_of(problem: Problem) -> tuple[PersonKind, ...]:
    """Return the kinds that there are: populations as the settings list them, tracks by name, parts by their first block.

    Where a group of the track can also meet outside the blocks of every part, there is a kind for all opening hours as well.
    """
    parts = list(dict.fromkeys(row.part for row in sorted(problem.clinic.blocks, key=lambda row: (row.start, row.end))))
    found = []
    for population in problem.clinic.populations:
        groups = [group for group in problem.groups if group.population == population]
        for track in sorted({track for group in groups for track in group.tracks}) or [""]:
            own = [group for group in groups if not track or track in group.tracks]
            found += [PersonKind(population, track, part) for part in parts]
            if not parts or not own or any(_meets_outside(problem, group.id, parts) for group in own):
                found.append(PersonKind(population, track, ""))
    return tuple(found)


def _meets_outside(problem: Problem, group_id: str, parts: list[str]) -> bool:
    """Return whether a group may meet only, or also, at times that are in no block."""
    group = problem.group[group_id]
    service = problem.service[group.service_id]
    inside = [time_of(problem, part) for part in parts]
    if group.times is None:
        return service.starts == "grid"
    times = [(start, start + service.minutes) for start in group.times.starts]
    if service.starts == "grid":
        times += [(row.start, row.end) for row in group.times.windows]
    return any(not any(own.covers(*time) for own in inside) for time in times)


def time_of(problem: Problem, part: str) -> Windows:
    """Return the time of a part of the day: that of its blocks on their days, as a window ``Mon-Fri evening`` reads."""
    blocks = [row for row in problem.clinic.blocks if row.part == part]
    if not part:
        return problem.clinic.open
    return Windows.of(TimeRange(day * DAY + row.start, day * DAY + row.end) for row in blocks for day in row.days)


def typical(problem: Problem, kind: PersonKind, number: int) -> tuple[Participant, ...]:
    """Return so many people of a kind: with the services' default needs, free in that part, without any wish."""
    taken = problem.participant.keys() | {row.participant.id for row in problem.waitlist}
    ids: list[str] = []
    count = 0
    while len(ids) < number:
        count += 1
        if (name := f"NEW{count}") not in taken:
            ids.append(name)
    tracks = (kind.track,) if kind.track else ()
    time = time_of(problem, kind.part).intersection(problem.clinic.open)
    return tuple(Participant(name, kind.population, tracks, time) for name in ids)
