"""The board on which a week is laid out session by session: everybody's time and sessions so far."""

from __future__ import annotations

from collections import Counter, defaultdict

from iopsched.domain.people import kept_apart
from iopsched.model.candidate import Candidate
from iopsched.model.rules.pins import could_match
from iopsched.model.variables import Variables


class Board:
    """What has been laid out so far."""

    def __init__(self, x: Variables) -> None:
        self.x = x
        self.terms = x.terms
        self.taken: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        self.attended: dict[str, list[Candidate]] = defaultdict(list)
        self.worked: dict[str, list[Candidate]] = defaultdict(list)
        self.held: list[Candidate] = []
        self.break_minutes = x.problem.clinic.staff.break_minutes
        self.first_lead: dict[tuple[str, str], str] = {}
        self.room_of_group: dict[str, str] = {}
        self.primary = {p.id: p.primary_id for p in x.problem.participants}
        self.caseload: dict[str, Counter[str]] = defaultdict(Counter)
        for person in x.participants:
            if person.primary_id is not None:
                self.caseload[person.primary_id][person.population] += 1
        self.forbidden = [pin for pin in x.problem.pins if pin.action == "must_not" and x.terms.pin_days(pin)]
        self.apart = kept_apart(x.problem.keep_apart)

    def bars(
        self,
        candidate: Candidate,
        *,
        participant_id: str | None = None,
        therapist_id: str | None = None,
        room_id: str | None = None,
    ) -> bool:
        """Return whether some ``must_not`` pin forbids the session to exactly these."""
        for pin in self.forbidden:
            if (
                (pin.participant_id, pin.therapist_id, pin.room_id) == (participant_id, therapist_id, room_id)
                and candidate.day in self.terms.pin_days(pin)
                and could_match(pin, candidate)
            ):
                return True
        return False

    def count(self, participant_id: str, service_id: str) -> int:
        """Return sessions of a service that a participant has so far."""
        return sum(c.service.id == service_id for c in self.attended[participant_id])

    def days_of(self, participant_id: str) -> set[int]:
        """Return the days on which a participant has a session so far."""
        return {c.day for c in self.attended[participant_id]}

    def is_free(self, kind: str, subject: str, candidate: Candidate, margin: int = 0) -> bool:
        """Return whether nothing of a participant, therapist or room is at that time, or so many minutes beside it."""
        return all(
            candidate.end + margin <= start or end + margin <= candidate.start
            for start, end in self.taken[kind, subject]
        )

    def stretch(self, same_day: list[Candidate], candidate: Candidate, pause: int) -> int:
        """Return first start to last end of the run of sessions without a pause that this one would make."""
        start, end, grown = candidate.start, candidate.end, True
        while grown:
            grown = False
            for other in same_day:
                if other.start - end < pause and start - other.end < pause and (other.start < start or other.end > end):
                    start, end, grown = min(start, other.start), max(end, other.end), True
        return end - start

    def record(self, candidate: Candidate, roster: list[str], staff: list[str], room_id: str | None) -> None:
        """Hold a session as given, the lead first, without asking whether it fits."""
        span = (candidate.start, candidate.end)
        self.held.append(candidate)
        for participant_id in roster:
            self.taken["participant", participant_id].append(span)
            self.attended[participant_id].append(candidate)
            self.first_lead.setdefault((participant_id, candidate.service.id), staff[0])
            if candidate.service.with_primary and self.primary[participant_id] is None:
                self.primary[participant_id] = staff[0]
                self.caseload[staff[0]][self.x.problem.participant[participant_id].population] += 1
        for therapist_id in staff:
            self.taken["therapist", therapist_id].append(span)
            self.worked[therapist_id].append(candidate)
        if room_id is not None:
            self.taken["room", room_id].append(span)
            if candidate.group_id is not None:
                self.room_of_group.setdefault(candidate.group_id, room_id)
