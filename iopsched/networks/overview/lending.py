"""Who of one site could lead at another what nobody leads there.

Each is tried by itself: the other site's week with them on its staff and one more session at a time, and their own week with
that session in it. Both are judged by the verifier; no search is made, so nothing else moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.problem import Problem, supposing
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Service
from iopsched.domain.timegrid import WEEK, TimeRange, Windows
from iopsched.model.terms import Terms
from iopsched.networks.overview.skillneeds import lacking_services
from iopsched.networks.overview.unusedhours import UnusedHours
from iopsched.rulebook import RuleId
from iopsched.verifier import CHECKS, Violation
from iopsched.verifier.account import accounts
from iopsched.verifier.week import Week
from iopsched.why.additions import Additions
from iopsched.why.trial import NEW, Addition, Trials, Whole, with_way
from iopsched.why.world import World

MOST_WAYS = 6
"""So many times are tried for one session."""
MOST_PEOPLE = 12
"""Of so many people, those with the greatest lack, sessions are looked for."""
OWN_RULES = (RuleId.WINDOW, RuleId.OVERLAP, RuleId.STAFF_LOAD)
ELSEWHERE = "~elsewhere"


@dataclass(frozen=True)
class Home:
    """Somebody with hours left at their own site.

    ``travel_minutes`` is the way to the other site, 0 where it is not known; ``later_minutes`` is how much later its clock is.
    """

    problem: Problem
    schedule: Schedule
    unused: UnusedHours
    travel_minutes: int = 0
    later_minutes: int = 0

    @cached_property
    def therapist(self) -> Therapist:
        """Return the row of whoever it is."""
        return self.problem.therapist[self.unused.therapist_id]

    @cached_property
    def _own(self) -> tuple[Session, ...]:
        return tuple(row for row in self.schedule.sessions if self.therapist.id in row.therapist_ids)

    @cached_property
    def free(self) -> Windows:
        """Return when they could be in a session elsewhere, on the clock there; the way lies beside their own sessions."""
        way = self.travel_minutes
        taken = Windows.of(TimeRange(max(0, row.start - way), min(WEEK, row.end + way)) for row in self._own)
        return shifted(self.unused.free.minus(taken), self.later_minutes)

    def allows(self, elsewhere: Sequence[Session]) -> bool:
        """Return whether their own week still keeps its rules about them, with these sessions elsewhere."""
        if sum(row.minutes for row in elsewhere) > self.unused.minutes:
            return False
        service_id = next(iter(self.problem.service))
        added = tuple(
            Session(
                *(f"{ELSEWHERE}{place}", service_id, row.start - self.later_minutes, row.end - self.later_minutes),
                *((self.therapist.id,), ()),
            )
            for place, row in enumerate(elsewhere)
        )
        return all(row in self._known for row in self._broken((*self._own, *added)))

    @cached_property
    def _known(self) -> frozenset[tuple[str, str]]:
        return frozenset(self._broken(self._own))

    def _broken(self, sessions: tuple[Session, ...]) -> Iterator[tuple[str, str]]:
        week = Week(self.problem, Schedule(self.problem.week, sessions), ())
        rows: Iterator[Violation] = (row for rule in OWN_RULES for row in CHECKS[rule](week))
        return ((row.rule, str(row.sentence)) for row in rows if row.subject == self.therapist.id)


@dataclass(frozen=True, slots=True)
class Lent:
    """What somebody could lead at another site: sessions of one service, and how much less is lacking then."""

    service_id: str
    sessions: tuple[Session, ...]
    healed_minutes: int


@dataclass(slots=True)
class _GuestWeek:
    """The week of a site while sessions that a guest leads are added to it."""

    problem: Problem
    schedule: Schedule
    home: Home
    guest_id: str
    terms: Terms
    added: list[Session] = field(default_factory=list)
    healed: dict[str, int] = field(default_factory=dict)

    def add_for(self, person: Participant, service: Service) -> bool:
        """Add a session of a service for somebody who lacks it; return whether there is one."""
        world = World(self.problem, self.schedule, self.terms)
        whole = Whole(self.problem, {row.id: row for row in self.schedule.sessions})
        short = frozenset(key for key, minutes in whole.unmet.items() if minutes)
        if person.id not in short:
            return False
        trials = Trials(self.problem, self.schedule, person, whole)
        for way in self._ways(Additions(world, person, short), service):
            session = way.sessions[0]
            if not self.home.allows((*self.added, session)):
                continue
            found = trials.find(way)
            if found is not None and not found.facts and trials.is_proven(found):
                self._take(way, person, whole)
                return True
        return False

    def _ways(self, additions: Additions, service: Service) -> Iterator[Addition]:
        found = 0
        for way in additions.of_service(service):
            row = way.sessions[0]
            is_theirs = row.id == NEW and row.lead_id == self.guest_id and not way.flags
            if is_theirs and self.home.free.covers(row.start, row.end):
                yield way
                found += 1
                if found == MOST_WAYS:
                    return

    def _take(self, way: Addition, person: Participant, before: Whole) -> None:
        new = replace(way.sessions[0], id=f"{NEW}{len(self.added)}")
        way = replace(way, sessions=(new, *way.sessions[1:]))
        sessions = with_way({row.id: row for row in self.schedule.sessions}, way, person.id)
        self.schedule = replace(self.schedule, sessions=tuple(sessions.values()))
        self.added.append(new)
        after = Whole(self.problem, sessions)
        gain = sum(before.unmet.values()) - sum(after.unmet.values())
        self.healed[new.service_id] = self.healed.get(new.service_id, 0) + gain


def shifted(windows: Windows, later_minutes: int) -> Windows:
    """Return windows on a clock that is so much later, as far as they lie in the week there."""
    if not later_minutes:
        return windows
    moved = ((max(0, row.start + later_minutes), min(WEEK, row.end + later_minutes)) for row in windows)
    return Windows.of(TimeRange(start, end) for start, end in moved if start < end)


def lent(problem: Problem, schedule: Schedule, home: Home, guest_id: str) -> tuple[Lent, ...]:
    """Return what somebody of another site could lead in a week, by service; those with the greatest lack come first.

    ``guest_id`` is how they are called there: no id of the site's own staff.
    """
    here = frozenset(problem.clinic.populations)
    if home.therapist.populations and here.isdisjoint(home.therapist.populations):
        return ()
    guest = replace(
        home.therapist,
        id=guest_id,
        populations=tuple(key for key in home.therapist.populations if key in here),
        availability=home.free,
        busy=Windows(()),
        preferred=None,
        max_minutes_per_week=home.unused.minutes,
    )
    joined = replace(problem, therapists=(*problem.therapists, guest))
    trial = _GuestWeek(joined, schedule, home, guest_id, Terms(joined))
    short = sorted(
        (row for row in accounts(Week(problem, schedule)) if row.unmet_minutes),
        key=lambda row: (-row.unmet_minutes, row.participant.id),
    )
    with supposing():
        for account in short[:MOST_PEOPLE]:
            for service in lacking_services(problem, account):
                while trial.add_for(account.participant, service):
                    pass
    return tuple(
        Lent(key, tuple(row for row in trial.added if row.service_id == key), minutes)
        for key, minutes in trial.healed.items()
    )
