"""One session held otherwise, judged beside only those sessions that can matter: as good as the whole week, and sooner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.rulebook import RuleId
from iopsched.verifier import CHECKS, Violation, violations_in
from iopsched.verifier.pins import matches
from iopsched.verifier.week import Week

_Near = tuple[frozenset[str], frozenset[str]]


class NearbyWeek:
    """The sessions of a week by all that joins one to another. Nothing here changes once it is made."""

    def __init__(self, problem: Problem, sessions: Iterable[Session]) -> None:
        self.problem = problem
        self.sessions = {row.id: row for row in sessions}
        self._joined: dict[tuple[str, str], list[Session]] = defaultdict(list)
        for row in self.sessions.values():
            for key in self._marks(row):
                self._joined[key].append(row)
        self._before: dict[_Near, frozenset[Violation]] = {}

    def broken(self, old: Session | None, new: Session, without: Collection[Session] = ()) -> tuple[Violation, ...]:
        """Return what is wrong once a session is ``new``: what it does not break now, and all that names it.

        ``old`` is the session as it is held now, None of one that is not; ``without`` are others taken out for it.
        """
        touched = [row for row in (old, new, *without) if row is not None]
        near = self.near(touched)
        about = self._about(touched)
        gone = {new.id, *(row.id for row in without)}
        found = self._violations((*(row for row in near if row.id not in gone), new), about)
        known = self._known(near, about)
        if self._may_change_primaries(old, new, without):
            every = self.at(("primary", ""))
            own = (new,) if self._has_primary(new) else ()
            found = _but_primary(found) | self._primaries((*(row for row in every if row.id not in gone), *own))
            known = _but_primary(known) | self._primaries_now
        return tuple(sorted(row for row in found if row not in known or new.id in row.sessions))

    def near(self, touched: Iterable[Session]) -> list[Session]:
        """Return the sessions that some rule joins with those that are touched, themselves included where they are held."""
        found: dict[str, Session] = {}
        for row in touched:
            for mark in self._wide_marks(row):
                found |= {other.id: other for other in self._joined.get(mark, ())}
        return list(found.values())

    def at(self, mark: tuple[str, str]) -> list[Session]:
        """Return the sessions of a ``participant``, ``therapist``, ``room`` or ``group``."""
        return self._joined.get(mark, [])

    def _known(self, near: list[Session], about: frozenset[str]) -> frozenset[Violation]:
        key = frozenset(row.id for row in near), about
        if key not in self._before:
            self._before[key] = self._violations(near, about)
        return self._before[key]

    def _violations(self, sessions: Iterable[Session], about: frozenset[str]) -> frozenset[Violation]:
        week = Week(self.problem, Schedule(self.problem.week, tuple(sorted(sessions))), about)
        return frozenset(violations_in(week))

    def _about(self, touched: Iterable[Session]) -> frozenset[str]:
        people = {key for row in touched for key in row.participant_ids}
        return frozenset(people.union(*(self.problem.kept_together.get(key, ()) for key in people)))

    def _marks(self, row: Session) -> Iterator[tuple[str, str]]:
        """Yield by what others find a session."""
        yield "session", row.id
        yield from (("participant", key) for key in row.participant_ids)
        yield from (("therapist", key) for key in row.therapist_ids)
        if row.room_id:
            yield "room", row.room_id
        if row.group_id:
            yield "group", row.group_id
        service = self.problem.service.get(row.service_id)
        yield from (("equipment", key) for key in (service.equipment if service is not None else ()))
        if service is not None and service.with_primary:
            yield "primary", ""
        if row.id in self._asked_for:
            yield "pin", ""

    def _wide_marks(self, row: Session) -> set[tuple[str, str]]:
        """Return by what a session finds others: its own marks, those kept together with its people, what pins ask for."""
        own = set(self._marks(row)) - {("primary", "")}
        partners = {key for _, who in own for key in self.problem.kept_together.get(who, ())}
        return own | {("participant", key) for key in partners} | {("pin", "")}

    @cached_property
    def _counts_caseloads(self) -> bool:
        """Return whether of how many somebody is the primary is limited: then each primary depends on all others."""
        return bool(self.problem.clinic.caseload) or any(
            row.max_caseload is not None for row in self.problem.therapists
        )

    def _has_primary(self, row: Session) -> bool:
        service = self.problem.service.get(row.service_id)
        return service is not None and service.with_primary

    def _may_change_primaries(self, old: Session | None, new: Session, without: Collection[Session]) -> bool:
        """Return whether somebody else may be the primary of somebody for it, who then is that of too many.

        A primary that is chosen is who leads the sessions with a primary, whoever covers for them, the first by time. Another
        start changes nothing where one person leads all of them and nobody covers.
        """
        if not self._counts_caseloads or not any(map(self._has_primary, (new, *without))):
            return False
        if (
            old is None
            or without
            or (old.therapist_ids, old.participant_ids) != (new.therapist_ids, new.participant_ids)
        ):
            return True
        rows = [row for key in new.participant_ids for row in self.at(("participant", key)) if self._has_primary(row)]
        leads = {row.lead_id for row in rows}
        covered = {key for row in self.problem.covers for key in (row.therapist_id, *row.covered_by)}
        return len(leads) > 1 or not leads.isdisjoint(covered)

    def _primaries(self, sessions: Iterable[Session]) -> frozenset[Violation]:
        week = Week(self.problem, Schedule(self.problem.week, tuple(sorted(sessions))))
        return frozenset(CHECKS[RuleId.PRIMARY](week))

    @cached_property
    def _primaries_now(self) -> frozenset[Violation]:
        return self._primaries(self.at(("primary", "")))

    @cached_property
    def _asked_for(self) -> frozenset[str]:
        """Return the sessions that some row of pins.csv asks for: whether it is kept depends on all of them."""
        rows = [row for row in self.problem.pins if row.action == "must"]
        if not rows:
            return frozenset()
        week = Week(self.problem, Schedule(self.problem.week, tuple(self.sessions.values())), ())
        found = (meeting for meeting in week.meetings if any(matches(row, self.problem.week, meeting) for row in rows))
        return frozenset(meeting.id for meeting in found)


def _but_primary(found: Iterable[Violation]) -> frozenset[Violation]:
    return frozenset(row for row in found if row.rule != RuleId.PRIMARY)


def rules_of(found: Iterable[Violation]) -> tuple[RuleId, ...]:
    """Return the rules of violations, each once, the least negotiable first."""
    rules = {row.rule for row in found}
    return tuple(rule for rule in reversed(RuleId) if rule in rules)
