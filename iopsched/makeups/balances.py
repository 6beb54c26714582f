"""The balance of a participant in a week that runs: what they had so far and what is planned, against what rules and payer ask."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import DAY
from iopsched.policy.numbers import program_day_minutes
from iopsched.records.presence import Presence
from iopsched.verifier.account import MINUTES_PER_PHASE_SESSION, Account, accounts
from iopsched.verifier.calendars import Calendars
from iopsched.verifier.week import Week, by_day

Corrections = Mapping[str, Mapping[int, int]]
"""Minutes that count, by participant and weekday, by which what somebody has differs from what their sessions give."""


@dataclass(frozen=True, slots=True)
class Balance:
    """One participant's week as it really is. Minutes are those that count; ``lacking`` are needed sessions by service.

    ``lacking_minutes`` are the clock minutes of these sessions, and of group sessions that the phase asks for.
    """

    participant_id: str
    required_minutes: int
    minutes: int
    required_days: int
    days: int
    lacking: Mapping[str, int]
    lacking_minutes: int
    long_gaps: int

    @property
    def owed_minutes(self) -> int:
        """Return the fewest minutes with which the person would have all: what hours lack is mended by needed sessions, too."""
        return max(0, self.required_minutes - self.minutes, self.lacking_minutes)

    @property
    def owed_days(self) -> int:
        """Return how many program days are lacking."""
        return max(0, self.required_days - self.days)

    @property
    def is_short_of_hours(self) -> bool:
        """Return whether any session that counts would mend something, and not only sessions that are needed."""
        return self.minutes < self.required_minutes or bool(self.owed_days or self.long_gaps)


def balances(problem: Problem, schedule: Schedule, corrections: Corrections) -> Mapping[str, Balance]:
    """Return where everybody stands whose stay touches the week, by id; what ``problem.missed`` names counts for nothing."""
    week = Week(problem, schedule)
    return {row.participant.id: _balance(week, row, corrections.get(row.participant.id, {})) for row in accounts(week)}


def _balance(week: Week, account: Account, corrections: Mapping[int, int]) -> Balance:
    person = account.participant
    minutes, days = account.scheduled_minutes, account.scheduled_days
    if corrections:
        total = Counter(corrections)
        for day, held in by_day(week.countable_of(person)).items():
            total[day] += sum(meeting.countable for meeting in held)
        minutes = max(0, sum(total.values()))
        least = program_day_minutes(week.problem.clinic, person)
        days = sum(number >= least for number in total.values())
    phase = account.phase_sessions_short * MINUTES_PER_PHASE_SESSION
    return Balance(
        participant_id=person.id,
        required_minutes=account.required_minutes,
        minutes=minutes,
        required_days=account.required_days,
        days=days,
        lacking=account.lacking,
        lacking_minutes=account.lacking_minutes + phase,
        long_gaps=account.long_gaps,
    )


def corrections_of(problem: Problem, rows: Iterable[Presence]) -> Corrections:
    """Return what attendance says otherwise than a schedule in which these sessions are: part of one, or one more.

    What ``problem.missed`` names is no correction where it has begun: that the week itself counts for nothing.
    """
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    begun = {session.id for session in problem.begun}
    for row in rows:
        if row.had is None or (row.session.id in begun and (row.participant_id, row.session.id) in problem.missed):
            continue
        differs = row.had.countable - (row.planned.countable if row.is_planned else 0)
        if differs:
            found[row.participant_id][row.session.start // DAY] += differs
    return found


def asking_more(problem: Problem, schedule: Schedule, corrections: Corrections) -> Problem:
    """Return the problem in which people need as much more as attendance says that they had less than their sessions give.

    A search that knows nothing of attendance then makes up for it.
    """
    week, calendars = Week(problem, schedule), Calendars(problem)
    changed = {}
    for account in accounts(week):
        person = account.participant
        own = corrections.get(person.id)
        if not own:
            continue
        real = _balance(week, account, own)
        minutes = account.required_minutes + account.scheduled_minutes - real.minutes
        days = account.required_days + account.scheduled_days - real.days
        changed[person.id] = replace(
            person,
            min_minutes_per_week=_whole_week(calendars, person, minutes),
            min_days_per_week=_whole_week(calendars, person, days),
        )
    people = tuple(changed.get(row.id, row) for row in problem.participants)
    return replace(problem, participants=people) if changed else problem


def _whole_week(calendars: Calendars, person: Participant, asked: int) -> int:
    """Return the weekly minimum of which a stay that may cover part of the week has to give so much."""
    inside = max(1, calendars.open_days_inside(person))
    return -(-asked * max(1, len(calendars.open_days)) // inside)
