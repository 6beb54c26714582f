"""One change of a published week at a time, judged by the verifier: somebody else on the staff of a session, or another room."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from iopsched.domain.people import Cover, Therapist
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import hours, moment
from iopsched.repairs.lostsessions import LostSession
from iopsched.repairs.substitutebars import covers_may_help, substitute_bar
from iopsched.repairs.substitution import GivenUp, Substitute, SubstituteBar, SubstituteCost
from iopsched.repairs.takeovercosts import costs_of_lead, costs_of_room
from iopsched.rulebook import RuleId
from iopsched.verifier import CHECKS, Violation, violations_in
from iopsched.verifier.account import accounts
from iopsched.verifier.week import Week
from iopsched.views.sessionwords import people, title
from iopsched.words.phrases import count
from iopsched.words.sentence import ParticipantRef, Sentence

Key = tuple[str, str, str]
Sessions = Mapping[str, Session]


@dataclass(frozen=True)
class StandIns:
    """The published week as far as it still can be held, and what one change of it would break.

    ``by_cover``: as if ``covers.csv`` had a row for whoever is asked.
    """

    problem: Problem
    held: Sessions
    by_cover: bool = False

    def of(self, lost: LostSession) -> tuple[Substitute, ...]:
        """Return who or what could stand in for what one session lost."""
        rows = self._staff(lost) if lost.kind == "therapist" else self._rooms(lost)
        gain = self._harm((lost.session.id,))
        return tuple(replace(row, gain=max(0, sum(gain.values()) - row.lacking)) for row in rows)

    def _staff(self, lost: LostSession) -> Iterator[Substitute]:
        session = lost.session
        others = tuple(key for key in session.therapist_ids if key != lost.who)
        without = replace(session, therapist_ids=others)
        is_lead = session.lead_id == lost.who
        row = Substitute(session.id, "therapist", lost.who, "", session.start, others)
        if others and not is_lead and not self._broken(without):
            yield row
        needs_help = is_lead and all(self._broken(session.led_by(key)) for key in others)
        for therapist in self.problem.therapists:
            if therapist.id == lost.who or (therapist.id in others and not is_lead):
                continue
            new = session.led_by(therapist.id) if is_lead else replace(without, therapist_ids=(*others, therapist.id))
            found = self.taken_over(replace(row, who=therapist.id), new, therapist)
            yield self._helping(found, session, therapist) if needs_help and not found.is_possible else found

    def _helping(self, row: Substitute, session: Session, therapist: Therapist) -> Substitute:
        """Return whether somebody who may not lead could help, and one of the rest of the staff lead; else what was found."""
        for leader in row.others:
            if leader == therapist.id:
                continue
            staff = (leader, *(key for key in row.others if key not in (leader, therapist.id)), therapist.id)
            found = self.taken_over(
                replace(row, forbidden_by=None, led_by=leader), replace(session, therapist_ids=staff), therapist
            )
            if found.is_possible:
                return found
        return row

    def taken_over(self, row: Substitute, new: Session, therapist: Therapist) -> Substitute:
        """Return whether somebody could take over a session, and what it costs them."""
        knows = any(
            therapist.id in other.therapist_ids and _are_same_people(other, new)
            for other in self.held.values()
            if other.id != new.id
        )
        row = replace(row, knows_them=knows)
        broken = self._broken_alone(new)
        sessions: tuple[Session, ...] = (new,)
        if not broken:
            sessions = tuple(_with(self._near(new), new).values())
            for given_up in self._offers(new, therapist):
                broken = self._broken(new, given_up)
                if not broken:
                    rows = tuple(self._given_up(session, therapist.id) for session in given_up)
                    return replace(row, costs=self._costs(new, given_up, therapist), gives_up=rows)
        bar = self._bar(broken, sessions, new.id, therapist.id)
        if not covers_may_help(bar) or self.by_cover:
            return replace(row, forbidden_by=bar)
        covered = replace(self.problem, covers=(*self.problem.covers, Cover(row.instead_of, (therapist.id,))))
        found = replace(self, problem=covered, by_cover=True).taken_over(row, new, therapist)
        return found if found.forbidden_by else replace(found, forbidden_by=replace(bar, by_cover=True))

    def _offers(self, new: Session, therapist: Therapist) -> Iterator[tuple[Session, ...]]:
        """Yield what somebody could give up: nothing, what lies at the same time, and one session more if they have too much."""
        gap = self.problem.clinic.staff.changeover_minutes
        own = [row for row in self.held.values() if therapist.id in row.therapist_ids and row.id != new.id]
        own = [row for row in own if row.start >= self.problem.first_start]
        meeting = tuple(row for row in own if row.start < new.end + gap and new.start < row.end + gap)
        yield meeting
        if self._has_too_much(new, meeting, therapist):
            more = [row for row in own if row not in meeting]
            for row in sorted(more, key=lambda row: (sum(self._harm((row.id,)).values()), row.start, row.id)):
                yield (*meeting, row)
            yield meeting

    def _has_too_much(self, new: Session, given_up: tuple[Session, ...], therapist: Therapist) -> bool:
        broken = self._broken(new, given_up)
        return bool(broken) and all((row.rule, row.subject) == (RuleId.STAFF_LOAD, therapist.id) for row in broken)

    def _rooms(self, lost: LostSession) -> Iterator[Substitute]:
        session = lost.session
        row = Substitute(session.id, "room", lost.who, "", session.start)
        online = replace(session, room_id=None, modality="telehealth")
        if session.modality != "telehealth" and not self._broken(online):
            yield row
        for room in self.problem.rooms:
            if room.id != lost.who:
                yield self._moved_to(replace(row, who=room.id), replace(session, room_id=room.id), room)

    def _moved_to(self, row: Substitute, new: Session, room: Room) -> Substitute:
        knows = any(
            other.room_id == room.id and _are_same_people(other, new)
            for other in self.held.values()
            if other.id != new.id
        )
        row = replace(row, knows_them=knows)
        if broken := self._broken_alone(new):
            return replace(row, forbidden_by=self._bar(broken, (new,), new.id, room.id))
        if broken := self._broken(new):
            return replace(
                row, forbidden_by=self._bar(broken, tuple(_with(self._near(new), new).values()), new.id, room.id)
            )
        return replace(row, costs=costs_of_room(self._week(self._near(new), (new,)), new.id))

    # --- judging ----------------------------------------------------------
    def _broken(self, new: Session, given_up: Collection[Session] = ()) -> list[Violation]:
        """Return what a week with a session held so breaks and the week before does not: what is near is looked at first."""
        near = self._near(new, given_up)
        about = {key for row in (new, *given_up) for key in row.participant_ids}
        problem = replace(self.problem, now=None)
        known = _keys(Week(problem, _schedule(problem, near.values()), about))
        tried = _with(near, new, given_up)
        broken = [
            row
            for row in violations_in(Week(problem, _schedule(problem, tried.values()), about))
            if _key(row) not in known
        ]
        if broken:
            return broken
        whole = self._primaries(_with(self.held, new, given_up), about)
        return [row for row in whole if _key(row) not in self._known]

    @cached_property
    def _known(self) -> frozenset[Key]:
        return frozenset(map(_key, self._primaries(self.held)))

    def _primaries(self, sessions: Sessions, about: Collection[str] | None = None) -> list[Violation]:
        """Return what a whole week breaks of the one rule that counts beyond what is near: of how many somebody is primary."""
        return list(CHECKS[RuleId.PRIMARY](Week(self.problem, _schedule(self.problem, sessions.values()), about)))

    def _near(self, new: Session, given_up: Collection[Session] = ()) -> Sessions:
        """Return the sessions that share staff, the room, the group or somebody with a session that is tried."""
        staff = {*new.therapist_ids, *self.held[new.id].therapist_ids}
        rooms, groups, people_ids = {new.room_id}, {new.group_id}, {*new.participant_ids}
        for row in given_up:
            groups.add(row.group_id)
            people_ids |= {*row.participant_ids}
        return {
            key: row
            for key, row in self.held.items()
            if key == new.id
            or not staff.isdisjoint(row.therapist_ids)
            or row.room_id in rooms - {None}
            or row.group_id in groups - {None}
            or not people_ids.isdisjoint(row.participant_ids)
        }

    def _week(self, sessions: Sessions, new: Iterable[Session] = (), given_up: Collection[Session] = ()) -> Week:
        rows = dict(sessions)
        for row in new:
            rows = _with(rows, row, given_up)
        return Week(self.problem, _schedule(self.problem, rows.values()), ())

    def _broken_alone(self, new: Session) -> list[Violation]:
        """Return what a session held so would break if it were the only one of the week, and as it is does not."""
        problem = replace(self.problem, now=None)
        known, tried = (
            violations_in(Week(problem, _schedule(problem, (row,)), row.participant_ids))
            for row in (self.held[new.id], new)
        )
        keys = frozenset(map(_key, known))
        return [row for row in tried if _key(row) not in keys]

    def _bar(self, broken: list[Violation], sessions: tuple[Session, ...], tried: str, who: str) -> SubstituteBar:
        """Return what forbids it: what the week is like is looked at without the time, as if nothing had begun."""
        return substitute_bar(replace(self.problem, now=None), sessions, broken, tried, who)

    # --- what it costs ----------------------------------------------------
    def _costs(self, new: Session, given_up: tuple[Session, ...], therapist: Therapist) -> tuple[SubstituteCost, ...]:
        own = {key: row for key, row in self.held.items() if therapist.id in row.therapist_ids}
        before, after = self._week(own), self._week(own, (new,), given_up)
        return costs_of_lead(before, after, new, therapist)

    def _given_up(self, session: Session, who: str) -> GivenUp:
        if session.lead_id != who:
            told = Sentence("is no longer on the staff of {}", _named(session))
            return GivenUp(session.id, {}, told)
        lacking = self._harm((session.id,))
        told = Sentence("{} would not be held", _named(session))
        if lacking:
            total = hours(sum(lacking.values()))
            who_lacks = ParticipantRef(next(iter(lacking))) if len(lacking) == 1 else count(len(lacking), "participant")
            told = Sentence("{}: {} {} {}", told, who_lacks, "lacks" if len(lacking) == 1 else "lack", total)
        return GivenUp(session.id, lacking, told)

    def _harm(self, ids: tuple[str, ...]) -> Mapping[str, int]:
        return harm(self.problem, self.held, ids)


def harm(problem: Problem, held: Sessions, ids: tuple[str, ...]) -> Mapping[str, int]:
    """Return the minutes of unmet need that arise where sessions are not held, by participant, of those who lack more."""
    about = {key for session_id in ids for key in held[session_id].participant_ids}
    near = [row for row in held.values() if not about.isdisjoint(row.participant_ids)]
    was, now = (
        {row.participant.id: row.unmet_minutes for row in accounts(Week(problem, _schedule(problem, rows), about))}
        for rows in (near, [row for row in near if row.id not in ids])
    )
    return {key: now[key] - was[key] for key in sorted(now) if now[key] > was[key]}


def _named(session: Session) -> Sentence:
    where = Sentence("{}, {}", title(session), moment(session.start))
    return where if session.group_id is None else Sentence("{} with {}", where, people(session))


def _are_same_people(one: Session, other: Session) -> bool:
    if one.group_id is not None or other.group_id is not None:
        return one.group_id == other.group_id
    return one.participant_ids == other.participant_ids


def _with(sessions: Sessions, new: Session, given_up: Collection[Session] = ()) -> dict[str, Session]:
    """Return the sessions with one held otherwise; its new staff leave what they give up, which is not held without its lead."""
    found = {**sessions, new.id: new}
    for row in given_up:
        found.pop(row.id, None)
        if row.lead_id not in new.therapist_ids:
            staff = tuple(key for key in row.therapist_ids if key not in new.therapist_ids)
            found[row.id] = replace(row, therapist_ids=staff)
    return found


def _schedule(problem: Problem, sessions: Iterable[Session]) -> Schedule:
    return Schedule(problem.week, tuple(sessions))


def _keys(week: Week) -> frozenset[Key]:
    return frozenset(map(_key, violations_in(week)))


def _key(row: Violation) -> Key:
    return row.rule, row.subject, str(row.sentence)
