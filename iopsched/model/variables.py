"""Variables: who attends, who is on the staff, what is held; those of rooms are in ``roomvariables.py``."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from iopsched.domain.schedule import Session
from iopsched.model.candidate import Candidate
from iopsched.model.candidates import CandidateFactory
from iopsched.model.ownsessions import Attendance, Sessions
from iopsched.model.past import begun_candidates
from iopsched.model.posting import Expression, Literal
from iopsched.model.program import Program
from iopsched.model.roomvariables import RoomVariables
from iopsched.model.scope import Scope
from iopsched.model.terms import Terms
from iopsched.rulebook import ALL_RULES, RuleId
from iopsched.stopping import look
from iopsched.words.sentence import ParticipantRef, Reference, TherapistRef

if TYPE_CHECKING:
    from iopsched.model.goals.earlier import KeptEntries


class Variables:
    """Every decision of the model, behind questions in words. Order depends on ids and times only.

    ``about`` restricts ``participants``, for whom rules and goals are posted; the sessions of everybody else stay as they
    are and no rule is posted for them. None = everybody.
    """

    def __init__(
        self,
        terms: Terms,
        cp: Program,
        rules: frozenset[RuleId] = ALL_RULES,
        *,
        name_rooms: bool = False,
        choose_rooms: bool = False,
        told_apart: float = math.inf,
        candidates: list[Candidate] | None = None,
        about: Container[str] | None = None,
    ) -> None:
        self.terms = terms
        self.problem = terms.problem
        self.participants = tuple(p for p in terms.participants if about is None or p.id in about)
        self.cp = cp
        self.rules = rules
        factory = CandidateFactory(terms, Scope.whole(terms, rules))
        self.filters = factory.filters
        self.candidates = [*(factory.all() if candidates is None else candidates), *begun_candidates(terms)]
        self.begun = {c.begun: c for c in self.candidates if c.begun is not None}
        self.held: dict[Candidate, Literal] = {c: cp.new_int_var(0, c.most_at_once or 1, "") for c in self.candidates}
        self.attends: dict[tuple[Candidate, str], Literal] = {}
        self.attendance = Sessions()
        self.leads: dict[Candidate, dict[str, Literal]] = {}
        self.roles: dict[Candidate, list[dict[str, Literal]]] = {}
        self.surplus: dict[Candidate, dict[str, Literal]] = {}
        self.work = Sessions()
        self.members: dict[tuple[str, str], Literal] = {}
        self.primaries: dict[tuple[str, str], Literal] = {}
        self.missing_pins: list[Literal] | None = None  # hold where a ``must`` pin is not kept; None = each has to be
        self.program_days: dict[tuple[str, int], Literal] = {}  # by (participant, day): holds only where it is one
        self.entries: dict[tuple[str, str], KeptEntries] = {}  # as in the earlier week; made by the goals about it
        self.again: dict[Session, list[tuple[Candidate, Literal]]] = {}
        # by (participant, day): holds at least where somebody comes to the building, None = cannot; made by goals
        self.days_inside: dict[tuple[str, int], Literal | None] = {}
        for candidate in self.candidates:
            look()
            self._add_people(candidate)
            self._add_staff(candidate)
        self._add_members()
        self._add_primaries()
        self.there = _literals_of_waiting(self)
        self.rooms = RoomVariables(self, name_all=name_rooms, count_visits=not choose_rooms, told_apart=told_apart)

    @cached_property
    def starting(self) -> dict[tuple[str, str | None, int], list[Candidate]]:
        """Return the candidates by service, group and each start that they could have."""
        found: dict[tuple[str, str | None, int], list[Candidate]] = defaultdict(list)
        for candidate in self.candidates:
            for start in candidate.starts or (candidate.start,):
                found[candidate.service.id, candidate.group_id, start].append(candidate)
        return found

    @cached_property
    def placed(self) -> dict[tuple[str, str | None, int, str], list[Candidate]]:
        """Return the candidates by service, group, start and modality."""
        found: dict[tuple[str, str | None, int, str], list[Candidate]] = defaultdict(list)
        for candidate in self.candidates:
            found[candidate.service.id, candidate.group_id, candidate.start, candidate.modality].append(candidate)
        return found

    @property
    def open_candidates(self) -> list[Candidate]:
        """Return the sessions that are still to be decided: rules about one session by itself ask nothing of others."""
        return [candidate for candidate in self.candidates if candidate.begun is None]

    # --- people -----------------------------------------------------------
    def _add_people(self, candidate: Candidate) -> None:
        held = self.held[candidate]
        is_sole = candidate.is_visit and len(candidate.participant_ids) == 1 and not candidate.is_pooled
        for participant_id in candidate.participant_ids:
            literal = held if is_sole else self.cp.new_bool_var("")
            self.attends[candidate, participant_id] = literal
            self.attendance.rows[participant_id].append((candidate, literal))
        if is_sole:
            return
        heads = self.heads(candidate)
        if candidate.is_visit:
            self.cp.add(heads == self.held[candidate])
        elif not candidate.is_pooled:  # else rule ``size`` says so, of all sessions of the start together
            for literal in self.roster(candidate).values():
                self.cp.add_implication(literal, self.held[candidate])

    def roster(self, candidate: Candidate) -> dict[str, Literal]:
        """Return the literal of each participant who could be in a session."""
        return {pid: self.attends[candidate, pid] for pid in candidate.participant_ids}

    def heads(self, candidate: Candidate) -> Expression:
        """Return the number of participants in a session."""
        return cp_model.LinearExpr.sum(list(self.roster(candidate).values()))

    # --- staff ------------------------------------------------------------
    def _add_staff(self, candidate: Candidate) -> None:
        held = self.held[candidate]
        if candidate.lead_id is not None and candidate.has_plain_staff:
            self.leads[candidate] = {candidate.lead_id: held}
            self.roles[candidate] = []
            self.surplus[candidate] = {}
            self.work.rows[candidate.lead_id].append((candidate, held))
            return
        if candidate.lead_id is not None:
            self.leads[candidate] = {candidate.lead_id: held}
        else:
            self.leads[candidate] = {w: self.cp.new_bool_var("") for w in candidate.lead_ids}
            self.cp.add(
                cp_model.LinearExpr.sum(list(self.leads[candidate].values())) == (held if candidate.lead_ids else 0)
            )
        self.roles[candidate] = [{w: self.cp.new_bool_var("") for w in staff} for _, staff in candidate.other_roles]
        self.surplus[candidate] = {w: self.cp.new_bool_var("") for w in candidate.surplus_ids}
        for therapist_id, literals in self.staff_literals(candidate).items():
            for literal in literals:
                self.work.rows[therapist_id].append((candidate, literal))
                if literal is not held and not candidate.is_pooled:
                    self.cp.add_implication(literal, held)
            if len(literals) > 1:
                self.cp.add_at_most_one(literals)

    def staff_literals(self, candidate: Candidate) -> dict[str, list[Literal]]:
        """Return, for each therapist who could be on the staff, the literals of which one says so."""
        if candidate.lead_id is not None and candidate.has_plain_staff:
            return {candidate.lead_id: [self.held[candidate]]}
        found: dict[str, list[Literal]] = defaultdict(list)
        for part in (self.leads[candidate], *self.roles[candidate], self.surplus[candidate]):
            for therapist_id, literal in part.items():
                found[therapist_id].append(literal)
        return found

    def on_staff(self, candidate: Candidate, therapist_id: str) -> Expression:
        """Return 1 where the therapist is on the staff of the session, else 0."""
        return cp_model.LinearExpr.sum(self.staff_literals(candidate).get(therapist_id, []))

    def staff_count(self, candidate: Candidate, weight: dict[str, int] | None = None) -> Expression:
        """Return the number of staff; ``weight`` counts each therapist so many times (missing = 1)."""
        return sum(
            (weight or {}).get(therapist_id, 1) * literal
            for therapist_id, literals in self.staff_literals(candidate).items()
            for literal in literals
        )

    def _add_members(self) -> None:
        for group in self.problem.groups:
            if group.membership == "open":
                continue
            for participant_id in self._possible_members(group.id):
                self.members[participant_id, group.id] = self.cp.new_bool_var("")

    def _possible_members(self, group_id: str) -> list[str]:
        found = {pid for c in self.of_group(group_id) for pid in c.participant_ids}
        return sorted(found.union(person.id for person in self.participants if group_id in person.group_ids))

    def _add_primaries(self) -> None:
        """Make one literal for each participant without a primary and who could become it: a lead, or somebody with a cover."""
        for candidate in self.candidates:
            if not candidate.service.with_primary:
                continue
            where = candidate.service, candidate.group, candidate.starts or (candidate.start,)
            for participant_id in candidate.participant_ids:
                person = self.problem.participant[participant_id]
                if person.primary_id is not None:
                    continue
                for lead_id in self.leads[candidate]:
                    for therapist_id in (lead_id, *self.filters.stood_in_for(person, lead_id, *where)):
                        if (participant_id, therapist_id) not in self.primaries:
                            self.primaries[participant_id, therapist_id] = self.cp.new_bool_var("")

    # --- solver to people -------------------------------------------------
    def sessions_by_person(self) -> Iterator[tuple[Reference, Attendance]]:
        """Yield each participant, then each member of staff, with every session that could be theirs."""
        yield from ((ParticipantRef(row.id), self.attending(row.id)) for row in self.participants)
        yield from ((TherapistRef(row.id), self.working(row.id)) for row in self.problem.therapists)

    def attending(self, participant_id: str) -> Attendance:
        """Return every session a participant could attend, with its literal."""
        return self.attendance.of(participant_id)

    def working(self, therapist_id: str) -> Attendance:
        """Return every session a therapist could be on the staff of, with its literal (one session, several roles)."""
        return self.work.of(therapist_id)

    def of_group(self, group_id: str) -> list[Candidate]:
        """Return the candidates of a group."""
        return self._by_group.get(group_id, [])

    @cached_property
    def _by_group(self) -> dict[str, list[Candidate]]:
        found: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in self.candidates:
            if candidate.group_id is not None:
                found[candidate.group_id].append(candidate)
        return found


def _literals_of_waiting(x: Variables) -> dict[str, Literal]:
    """Return whether each person who waits is there at all: nobody attends anything who is not."""
    found: dict[str, Literal] = {pid: x.cp.new_bool_var("") for pid in sorted(x.terms.waiting)}
    for participant_id, there in found.items():
        for _, attends in x.attending(participant_id):
            x.cp.add_implication(attends, there)
    return found


def literals_of_past(x: Variables) -> Iterator[Literal]:
    """Yield what holds because it has begun."""
    for candidate in x.begun.values():
        yield from literals_of_begun(x, candidate)


def literals_of_begun(x: Variables, candidate: Candidate) -> Iterator[Literal]:
    """Yield what holds because a session has begun."""
    yield x.held[candidate]
    yield from x.roster(candidate).values()
    yield from x.surplus[candidate].values()
    yield from x.rooms.choices.get(candidate, {}).values()
