"""Which other starts, leads and rooms of a session the facts forbid, whatever else is held; by row and cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from iopsched.answers.alternatives.answer import Forbidden
from iopsched.answers.alternatives.hindrances import Hindrance, alone
from iopsched.answers.explanation import CellFact
from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, WEEKDAYS, clock
from iopsched.model.filters import Filters, Frame, none
from iopsched.model.owner import Owner
from iopsched.model.scope import Scope
from iopsched.model.terms import Terms
from iopsched.rulebook import RuleId
from iopsched.stopping import look
from iopsched.verifier import CHECKS
from iopsched.verifier.week import Week
from iopsched.why.world import World
from iopsched.words.sentence import Sentence

ROOM = "room"
Reason = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """A session as it would be otherwise, with what objects to it; nothing where the facts allow it."""

    session: Session
    reasons: tuple[Reason, ...]


class OtherChoices:
    """Other choices of the sessions of one week, judged by the facts alone."""

    def __init__(self, problem: Problem, schedule: Schedule, terms: Terms) -> None:
        self.problem = problem
        self.terms = terms
        self._filters = Filters(terms, Scope.whole(terms))
        self._world = World(problem, schedule, terms)

    # --- starts -----------------------------------------------------------
    def starts(self, session: Session) -> list[Tried]:
        """Return each start that the program allows, in the best way that there is to hold the session then."""
        service, minutes = self.problem.service[session.service_id], session.minutes
        found = []
        for start in self.terms.starts_on_grid(service):
            look()
            end = start + minutes
            is_offered = self.problem.clinic.open.covers(start, end) and self.terms.fits_blocks(service, start, end)
            if is_offered and start != session.start and start >= self.problem.first_start:
                ways = [self._at(row) for row in self._held_then(replace(session, start=start, end=end))]
                found.append(min(ways, key=lambda way: len(way.reasons)))
        return found

    def _held_then(self, session: Session) -> Iterator[Session]:
        """Yield a session as it is held, then in the other ways in which it could be: by video, in a room."""
        yield session
        service, group = self.problem.service[session.service_id], self.problem.group.get(session.group_id or "")
        rooms = [room.id for room in self.problem.rooms] if service.needs_room else []
        for modality in self.terms.modalities(service, group):
            if modality != session.modality:
                room_id = None if modality == "telehealth" or not rooms else session.room_id or rooms[0]
                yield replace(session, modality=modality, room_id=room_id)

    def has_other_start(self, session: Session) -> bool:
        """Return whether the facts allow a session at any other time."""
        return any(not one.reasons for one in self.starts(session))

    def forbidden_starts(self, session: Session, besides: Iterable[Session] = ()) -> tuple[Forbidden, ...]:
        """Return the starts that the facts forbid, those with the same facts together; ``besides`` are held then already."""
        taken = {row.start for row in besides}
        tried = [one for one in self.starts(session) if one.session.start not in taken]
        allowed: dict[int, list[int]] = defaultdict(list)
        for one in tried:
            allowed[one.session.start // DAY].append(one.session.start % DAY)
        alike: dict[tuple[int, tuple[Reason, ...]], list[Session]] = defaultdict(list)
        for one in tried:
            if one.reasons:
                alike[one.session.start // DAY, one.reasons].append(one.session)
        merged: dict[tuple[CellFact, ...], list[Session]] = defaultdict(list)
        told: dict[tuple[CellFact, ...], Hindrance] = {}
        for rows in alike.values():
            look()
            found = alone(self.problem, rows[0])
            if not found or not any(row.facts for row in found):
                continue
            facts = tuple(dict.fromkeys(fact for row in found for fact in row.facts))
            told.setdefault(facts, found[0])
            merged[facts] += rows
        return tuple(
            _forbidden(_times([row.start for row in rows], allowed), told[facts], facts, rows)
            for facts, rows in sorted(merged.items(), key=lambda item: min(row.start for row in item[1]))
        )

    def _at(self, session: Session) -> Tried:
        """Return a session with the lead and the room to which the least objects, its own where they are as good."""
        session = self._who_can_come(session)
        reasons = [self._reason(owner, session) for owner in self._at_start(session)]
        leads = [session.lead_id, *(row.id for row in self.problem.therapists if row.id != session.lead_id)]
        by_lead = {key: [self._reason(owner, session) for owner in self._to_lead(session, key)] for key in leads}
        lead = min(leads, key=lambda key: len(by_lead[key]))
        reasons += by_lead[lead]
        session = session.led_by(lead)
        if not reasons and session.room_id is not None:
            fit = next((row for row in self._rooms(session) if not self._is_unfit(row)), None)
            if fit is None:
                return Tried(session, ((ROOM,),))
            session = fit
        return Tried(session, tuple(dict.fromkeys(reasons)))

    def _who_can_come(self, session: Session) -> Session:
        """Return a session of a group without those who cannot come then, where enough others, or who else could join, can."""
        group = self.problem.group.get(session.group_id or "")
        if group is None:
            return session
        service = self.problem.service[session.service_id]
        least = self.terms.size(service, group, group.population)[0]
        able = [key for key in session.participant_ids if none(self._to_coming(session, key))]
        for person in self.terms.participants if len(able) < least else ():
            is_new = person.id not in session.participant_ids and self.may_join(person, service, group)
            if len(able) < least and is_new and none(self._to_coming(session, person.id)):
                able.append(person.id)
        return replace(session, participant_ids=tuple(sorted(able))) if len(able) >= least else session

    def _to_coming(self, session: Session, participant_id: str) -> Iterator[Owner]:
        person, service = self.problem.participant[participant_id], self.problem.service[session.service_id]
        return self._filters.to_coming(person, service, session.start, session.modality)

    def _at_start(self, session: Session) -> Iterator[Owner]:
        service, group = self.problem.service[session.service_id], self.problem.group.get(session.group_id or "")
        yield from self._filters.to_start(service, group, session.modality, session.start)
        for key in session.participant_ids:
            yield from self._to_coming(session, key)

    def _to_lead(self, session: Session, lead_id: str) -> Iterator[Owner]:
        service, group = self.problem.service[session.service_id], self.problem.group.get(session.group_id or "")
        lead = self.problem.therapist[lead_id]
        people = [self.problem.participant[key] for key in session.participant_ids]
        population = group.population if group is not None else people[0].population
        frame = Frame(service, group, population, session.start, session.modality)
        yield from self._filters.to_lead(lead, frame)
        for person in people if group is None else ():
            yield from self._filters.to_meeting(person, lead, service)
            yield from self._filters.to_covering(person, lead, service, session.start)

    def _reason(self, owner: Owner, session: Session) -> Reason:
        """Return an objection, of windows with what of them it is: busy, away or not there."""
        row, span = owner.subject.id, (session.start, session.end)
        flags: tuple[object, ...] = ()
        if owner.rule == RuleId.WINDOW and row in self.problem.participant:
            service = self.problem.service[session.service_id]
            flags = self._world.of_person(self.problem.participant[row], service, *span)
        elif owner.rule == RuleId.WINDOW and row in self.problem.therapist:
            flags = self._world.of_staff(row, *span)
        return (owner.rule, row, owner.column, flags)

    def may_join(self, person: Participant, service: Service, group: Group) -> bool:
        """Return whether a participant may be in sessions of a group, at whatever time."""
        return none(self._filters.to_joining(person, service, group))

    def has_other_lead(self, session: Session) -> bool:
        """Return whether anybody else has what it takes to lead a session, at whatever time."""
        return any(
            all(self._is_of_time(owner) for owner in self._to_lead(session, row.id))
            for row in self.problem.therapists
            if row.id != session.lead_id
        )

    def _is_of_time(self, owner: Owner) -> bool:
        """Return whether an objection may not hold at another time; covers lead while somebody is away."""
        is_covered = bool(self.problem.covers) and (owner.rule == RuleId.PRIMARY or owner.column == "lead_ids")
        return is_covered or owner.rule not in {RuleId.STAFFED, RuleId.PRIMARY, RuleId.MATCH, RuleId.APART}

    # --- leads and rooms --------------------------------------------------
    def forbidden_leads(self, session: Session) -> tuple[Forbidden, ...]:
        """Return the other staff whom the facts forbid to lead a session as it is."""
        return self._each(
            (row.id, session.led_by(row.id)) for row in self.problem.therapists if row.id != session.lead_id
        )

    def forbidden_rooms(self, session: Session) -> tuple[Forbidden, ...]:
        """Return the other rooms that the facts forbid for a session as it is."""
        return self._each((row.room_id or "", row) for row in self._rooms(session) if row.room_id != session.room_id)

    def _each(self, tried: Iterable[tuple[str, Session]]) -> tuple[Forbidden, ...]:
        found = []
        for label, session in tried:
            look()
            rows = alone(self.problem, session)
            facts = tuple(dict.fromkeys(fact for row in rows for fact in row.facts))
            if facts:
                found.append(_forbidden(label, rows[0], facts, [session]))
        return tuple(found)

    def _rooms(self, session: Session) -> list[Session]:
        """Return a session in its own room, then in each other one."""
        rooms = sorted(self.problem.rooms, key=lambda room: (room.id != session.room_id, room.capacity, room.id))
        return [replace(session, room_id=room.id) for room in rooms]

    def _is_unfit(self, session: Session) -> bool:
        week = Week(self.problem, Schedule(self.problem.week, (session,)))
        return any(True for rule in (RuleId.SEATS, RuleId.WINDOW) for _ in CHECKS[rule](week))


def _forbidden(label: str, hindrance: Hindrance, facts: Sequence[CellFact], tried: Sequence[Session]) -> Forbidden:
    sentence = Sentence.joined("; ", [fact.sentence for fact in facts])
    return Forbidden(label, str(hindrance.violation.rule), sentence, tuple(facts), tried=tuple(tried))


def _times(starts: Iterable[int], allowed: Mapping[int, Sequence[int]]) -> str:
    """Return starts in words: days of which every start is meant, else the first and the last of each stretch."""
    by_day: dict[int, list[int]] = defaultdict(list)
    for start in sorted(starts):
        by_day[start // DAY].append(start % DAY)
    by_words: dict[str, list[int]] = defaultdict(list)
    for day, clocks in by_day.items():
        is_all = len(clocks) == len(allowed[day]) and len(clocks) > 1
        by_words["" if is_all else ", ".join(_stretches(clocks, sorted(allowed[day])))].append(day)
    return "; ".join(
        " ".join((" ".join(WEEKDAYS[day] for day in days), words)).strip() for words, days in by_words.items()
    )


def _stretches(clocks: Sequence[int], allowed: Sequence[int]) -> Iterator[str]:
    places = [allowed.index(one) for one in clocks]
    first = 0
    for index in range(1, len(places) + 1):
        if index < len(places) and places[index] == places[index - 1] + 1:
            continue
        begin, end = clock(clocks[first]), clock(clocks[index - 1])
        yield begin if begin == end else f"{begin} to {end}"
        first = index
