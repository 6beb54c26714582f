"""What each participant has on each day: rows of days.csv, for payers that look at days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import DayRow
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, day_of
from iopsched.policy.numbers import program_day_minutes
from iopsched.verifier.curriculum import held_modules
from iopsched.verifier.week import Meeting, Week, by_day


def day_rows(week: Week) -> tuple[DayRow, ...]:
    """Return a row for each participant and day with a countable session, by both."""
    return tuple(
        _row(week, person, day, held)
        for person in week.problem.participants
        for day, held in sorted(by_day(week.countable_of(person)).items())
    )


def _row(week: Week, person: Participant, day: int, held: Sequence[Meeting]) -> DayRow:
    kinds = [kind for meeting in held for kind in session_kinds(week.problem, meeting.service, meeting.group)]
    countable = sum(meeting.countable for meeting in held)
    payer = week.problem.clinic.payers.get(person.payer or "")
    return DayRow(
        participant_id=person.id,
        date=day_of(week.problem.week, day * DAY),
        payer=person.payer or "",
        clock_minutes=sum(meeting.minutes for meeting in held),
        contact_minutes=sum(meeting.service.contact_minutes for meeting in held),
        countable_minutes=countable,
        services=len(kinds),
        asked=payer.services_per_day if payer else 0,
        kinds=tuple(sorted(set(kinds))),
        is_program_day=countable >= program_day_minutes(week.problem.clinic, person),
    )


def session_kinds(problem: Problem, service: Service, group: Group | None) -> Iterator[str]:
    """Yield the kind of every countable module of a session this week, or its service's kind where it has no modules."""
    modules = held_modules(problem, service.id, group.id if group else None)
    if not modules:
        yield service.kind
    for module in modules:
        if module.counts:
            yield module.kind
