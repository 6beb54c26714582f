"""Rules ``week_max``, ``day_max`` and ``phase``: what a participant may have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from iopsched.domain.people import Participant
from iopsched.domain.timegrid import WEEKDAYS, clock, clock_of_end, day_of, hours
from iopsched.rulebook import RuleId
from iopsched.verify.violation import Violation, counted
from iopsched.verify.week import Meeting, Week, by_day


def week_max(week: Week) -> Iterator[Violation]:
    """Report participants with too many countable hours a week or day, or sessions that are not authorized."""
    for person in week.problem.participants:
        countable = [meeting for meeting in week.of_participant.get(person.id, ()) if meeting.service.counts]
        for sentence in (*_countable(week, person, countable), *_authorized(week, person, countable)):
            yield Violation(RuleId.WEEK_MAX, person.id, sentence)


def _countable(week: Week, person: Participant, countable: Sequence[Meeting]) -> Iterator[str]:
    level = week.level(person)
    limit, source = _own(person.max_minutes_per_week, level.max_minutes_per_week, level.id)
    total = sum(meeting.countable for meeting in countable)
    if total > limit:
        yield (
            f"Participant {person.id} has {hours(total)} countable this week; "
            f"at most {hours(limit)} are allowed (max_hours_per_week {source})."
        )
    for day, held in by_day(countable).items():
        total = sum(meeting.countable for meeting in held)
        if total > level.max_minutes_per_day:
            yield (
                f"Participant {person.id} has {hours(total)} countable on {WEEKDAYS[day]}; at most "
                f"{hours(level.max_minutes_per_day)} are allowed (max_hours_per_day of level {level.id})."
            )


def _own(value: int | None, fallback: int, level_id: str) -> tuple[int, str]:
    return (fallback, f"of level {level_id}") if value is None else (value, "in participants.csv")


def _authorized(week: Week, person: Participant, countable: Sequence[Meeting]) -> Iterator[str]:
    days = len(by_day(countable))
    if person.authorized_days is not None and days > person.authorized_days:
        yield (
            f"Participant {person.id} has countable sessions on {counted(days, 'day')}; "
            f"{person.authorized_days} are authorized (authorized_days in participants.csv)."
        )
    until = person.authorized_until
    for meeting in countable:
        if until and day_of(week.problem.week, meeting.start) > until:
            yield (
                f"Session {meeting} of participant {person.id} is after {until.isoformat()} "
                "(authorized_until in participants.csv)."
            )


def day_max(week: Week) -> Iterator[Violation]:
    """Report participants with too many sessions or too long a stretch on a day, or more than they need."""
    for person in week.problem.participants:
        meetings = week.of_participant.get(person.id, ())
        for sentence in _exceeded(week, person, meetings):
            yield Violation(RuleId.DAY_MAX, person.id, sentence)
        for day, held in by_day(meetings).items():
            for sentence in (*_per_service(week, person, day, held), *_per_day(week, person, day, held)):
                yield Violation(RuleId.DAY_MAX, person.id, sentence)


def _exceeded(week: Week, person: Participant, meetings: Sequence[Meeting]) -> Iterator[str]:
    for service_id, number in Counter(meeting.service.id for meeting in meetings).items():
        demand = week.needs.demand(person, week.problem.service[service_id])
        if demand.most is not None and number > demand.most:
            yield (
                f"Participant {person.id} has {counted(number, 'session')} of {service_id} this week; "
                f"at most {demand.most} are needed ({demand.source})."
            )


def _per_service(week: Week, person: Participant, day: int, held: Sequence[Meeting]) -> Iterator[str]:
    for service_id, number in Counter(meeting.service.id for meeting in held).items():
        need = week.problem.need.get((person.id, service_id))
        own = need.max_per_day if need else None
        limit = week.problem.service[service_id].max_per_day if own is None else own
        if limit and number > limit:
            source = "services.csv" if own is None else "needs.csv"
            yield (
                f"Participant {person.id} has {counted(number, 'session')} of {service_id} on {WEEKDAYS[day]}; "
                f"at most {limit} are allowed (max_per_day in {source})."
            )


def _per_day(week: Week, person: Participant, day: int, held: Sequence[Meeting]) -> Iterator[str]:
    level = week.level(person)
    limit, source = _own(person.max_sessions_per_day, level.max_sessions_per_day, level.id)
    if limit and len(held) > limit:
        yield (
            f"Participant {person.id} has {counted(len(held), 'session')} on {WEEKDAYS[day]}; "
            f"at most {limit} are allowed (max_sessions_per_day {source})."
        )
    limit, source = _own(person.max_minutes_in_a_row, level.max_minutes_in_a_row, level.id)
    for start, end in runs(held, week.problem.clinic.staff.break_minutes):
        if limit and end - start > limit:
            yield (
                f"Participant {person.id} has {hours(end - start)} without a pause on {WEEKDAYS[day]} "
                f"{clock(start)}-{clock_of_end(end)}; at most {hours(limit)} are allowed (max_hours_in_a_row {source})."
            )


def runs(held: Sequence[Meeting], break_minutes: int) -> list[tuple[int, int]]:
    """Return first start and last end of each run of a day's sessions less than a pause apart."""
    found: list[tuple[int, int]] = []
    for meeting in sorted(held, key=lambda row: row.start):
        if found and meeting.start - found[-1][1] < break_minutes:
            found[-1] = (found[-1][0], max(found[-1][1], meeting.end))
        else:
            found.append((meeting.start, meeting.end))
    return found


def phase(week: Week) -> Iterator[Violation]:
    """Report participants with more sessions of kind group a week than their phase allows."""
    for person in week.problem.participants:
        stage = week.problem.clinic.phases.get(person.phase or "")
        number = group_sessions(week, person)
        if stage and number > stage.max_group_sessions:
            sentence = (
                f"Participant {person.id} has {counted(number, 'group session')}; phase {stage.id} allows at most "
                f"{stage.max_group_sessions} (group_sessions in clinic.toml)."
            )
            yield Violation(RuleId.PHASE, person.id, sentence)


def group_sessions(week: Week, person: Participant) -> int:
    """Return how many sessions of kind ``group`` (not multifamily) the participant attends."""
    return sum(meeting.service.kind == "group" for meeting in week.of_participant.get(person.id, ()))
