"""What a schedule gives each participant, and what could be held at all: the facts behind every reason."""

from __future__ import annotations

from collections import Counter, defaultdict

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, hours
from iopsched.model.candidate import Candidate
from iopsched.model.terms import Terms
from iopsched.why.possible import Possible


class Look:
    """A problem and one of its schedules, looked at one participant at a time."""

    def __init__(self, problem: Problem, schedule: Schedule, *, is_proven: bool = True) -> None:
        self.problem = problem
        self.schedule = schedule
        self.is_proven = is_proven
        self.terms = Terms(problem)
        self.possible = Possible(self.terms)
        self.attended: dict[str, list[Session]] = defaultdict(list)
        self.worked: Counter[str] = Counter()
        for session in schedule.sessions:
            for participant_id in set(session.participant_ids):
                self.attended[participant_id].append(session)
            for therapist_id in set(session.therapist_ids):
                self.worked[therapist_id] += session.minutes

    def is_short_of_time(self, person: Participant) -> bool:
        """Return whether minutes, program days or group sessions of the phase are lacking."""
        attended = self.attended[person.id]
        service = self.problem.service
        per_day: dict[int, int] = defaultdict(int)
        for session in attended:
            if service[session.service_id].counts:
                per_day[session.start // DAY] += self.terms.countable_minutes(service[session.service_id])
        needed_a_day = self.terms.program_day_minutes(person)
        groups = sum(service[session.service_id].kind == "group" for session in attended)
        return (
            sum(per_day.values()) < self.terms.required_minutes(person)
            or sum(minutes >= needed_a_day for minutes in per_day.values()) < self.terms.required_days(person)
            or groups < self.terms.required_group_sessions(person)
        )

    def held(self, person: Participant, service: Service) -> int:
        """Return how many sessions of a service a participant attends."""
        return sum(session.service_id == service.id for session in self.attended[person.id])

    def options_of(self, person: Participant, service: Service) -> list[Candidate]:
        """Return the ways to hold a session of a service with a participant."""
        return [c for c in self.possible.options[person.id] if c.service.id == service.id]

    def load(self, therapist_id: str) -> str:
        """Return the hours in sessions of a member of staff, and those that a week may have."""
        return f"{hours(self.worked[therapist_id])} of {hours(self.terms.therapist_limits(self.problem.therapist[therapist_id])[1])}"

    def groups_attended(self, person: Participant) -> set[str]:
        """Return the groups of which a participant attends a session."""
        return {session.group_id for session in self.attended[person.id] if session.group_id}

    def is_full(self, group: Group) -> bool:
        """Return whether a group is held, and every session has as many participants as it may."""
        service = self.problem.service[group.service_id]
        most = self.terms.size(service, group, group.population)[1]
        held = [s for s in self.schedule.sessions if s.group_id == group.id]
        return bool(held) and all(len(s.participant_ids) >= most for s in held)
