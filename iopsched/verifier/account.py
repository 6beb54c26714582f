"""What each participant should have, has and lacks: rows of hours.csv and unmet need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from iopsched.domain.people import Participant
from iopsched.domain.schedule import HoursRow
from iopsched.policy.numbers import in_force, level_of, program_day_minutes
from iopsched.verifier.people import group_sessions
from iopsched.verifier.primaries import primaries
from iopsched.verifier.week import Week, by_day

MINUTES_PER_DAY_SHORT = 60
MINUTES_PER_GAP = 60
MINUTES_PER_PHASE_SESSION = 180


@dataclass(frozen=True, slots=True)
class Account:
    """One participant's week. Minutes are countable; ``lacking`` and ``wished`` are sessions by service id."""

    participant: Participant
    required_minutes: int
    scheduled_minutes: int
    required_days: int
    scheduled_days: int
    long_gaps: int
    phase_sessions_short: int
    lacking: Mapping[str, int]
    lacking_minutes: int
    wished: Mapping[str, int]

    @property
    def unmet_parts(self) -> Mapping[str, int]:
        """Return the minutes of unmet need by their reason, in the order of the contract."""
        return {
            "hours": max(0, self.required_minutes - self.scheduled_minutes),
            "days": MINUTES_PER_DAY_SHORT * max(0, self.required_days - self.scheduled_days),
            "gaps": MINUTES_PER_GAP * self.long_gaps,
            "sessions": self.lacking_minutes,
            "phase": MINUTES_PER_PHASE_SESSION * self.phase_sessions_short,
        }

    @property
    def unmet_minutes(self) -> int:
        """Return the minutes of unmet need."""
        return sum(self.unmet_parts.values())


def accounts(week: Week) -> tuple[Account, ...]:
    """Return the account of everybody whose stay touches an open weekday, by id."""
    present = (person for person in week.participants if week.calendars.is_present(person))
    return tuple(_account(week, person) for person in present)


def _account(week: Week, person: Participant) -> Account:
    calendars = week.calendars
    clinic, minutes = week.problem.clinic, _countable_by_day(week, person)
    lacking, wished = _lacking(week, person)
    return Account(
        participant=person,
        required_minutes=calendars.prorated(person, in_force(clinic, person, "min_hours_per_week").value),
        scheduled_minutes=sum(minutes.values()),
        required_days=calendars.prorated(person, in_force(clinic, person, "min_days_per_week").value),
        scheduled_days=sum(total >= program_day_minutes(clinic, person) for total in minutes.values()),
        long_gaps=long_gaps(calendars.stay_days(person), minutes, in_force(clinic, person, "max_gap_days").value),
        phase_sessions_short=_phase_sessions_short(week, person),
        lacking=lacking,
        lacking_minutes=sum(week.problem.service[key].minutes * number for key, number in lacking.items()),
        wished=wished,
    )


def _countable_by_day(week: Week, person: Participant) -> Mapping[int, int]:
    days = by_day(week.countable_of(person))
    return {day: sum(meeting.countable for meeting in held) for day, held in days.items()}


def long_gaps(stay: Sequence[int], countable: Iterable[int], longest: int) -> int:
    """Return how many runs of days without a countable session are longer than the maximum; 0 where that is off.

    The days of the stay form a circle: the last is followed by the first.
    Without any session the whole circle is one run.
    """
    if not longest:
        return 0
    days = set(countable)
    with_session = [place for place, day in enumerate(stay) if day in days]
    if not with_session:
        return int(len(stay) > longest)
    following = [*with_session[1:], with_session[0] + len(stay)]
    return sum(after - before - 1 > longest for before, after in zip(with_session, following, strict=True))


def _lacking(week: Week, person: Participant) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Return needed and wished sessions that are not held, by service id, sorted."""
    attended = Counter(meeting.service.id for meeting in week.of_participant.get(person.id, ()))
    lacking, wished = {}, {}
    for service in sorted(week.problem.services, key=lambda row: row.id):
        demand = week.needs.demand(person, service)
        if demand.needed > attended[service.id]:
            lacking[service.id] = demand.needed - attended[service.id]
        if demand.wished > attended[service.id]:
            wished[service.id] = demand.wished - attended[service.id]
    return lacking, wished


def _phase_sessions_short(week: Week, person: Participant) -> int:
    stage = week.problem.clinic.phases.get(person.phase or "")
    required = week.calendars.prorated(person, stage.min_group_sessions) if stage else 0
    return max(0, required - group_sessions(week, person))


def hours_rows(week: Week) -> tuple[HoursRow, ...]:
    """Return the rows of hours.csv, by participant id."""
    chosen = primaries(week)
    return tuple(_row(week, account, chosen.get(account.participant.id, "")) for account in accounts(week))


def _row(week: Week, account: Account, primary_id: str) -> HoursRow:
    person = account.participant
    meetings = week.of_participant.get(person.id, ())
    attended = {meeting.group.id for meeting in meetings if meeting.group}
    countable = week.countable_of(person)
    return HoursRow(
        participant_id=person.id,
        level=level_of(week.problem.clinic, person).table or person.level or f"iop-{person.population}",
        required_minutes=account.required_minutes,
        scheduled_minutes=account.scheduled_minutes,
        required_days=account.required_days,
        scheduled_days=account.scheduled_days,
        unmet_minutes=account.unmet_minutes,
        missing=";".join(f"{key}:{number}" for key, number in account.lacking.items()),
        therapist_id=primary_id,
        group_ids=tuple(sorted(attended.union(person.group_ids))),
        status="short" if account.unmet_minutes else "met",
        clock_minutes=sum(meeting.minutes for meeting in countable),
        contact_minutes=sum(meeting.service.contact_minutes for meeting in countable),
    )
