"""The value of every goal, recomputed from the schedule alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY
from iopsched.rulebook import GoalId, weights_of
from iopsched.verifier.account import Account, accounts
from iopsched.verifier.preferences import cost_terms, preference_terms
from iopsched.verifier.week import Week
from iopsched.verifier.workload import workload_terms


@dataclass(frozen=True, slots=True)
class GoalValue:
    """A goal's value in its unit, less is better; ``parts`` are the weighted sub-terms that add up to it."""

    value: int
    parts: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, parts: Mapping[str, int]) -> GoalValue:
        """Return the value that is the sum of the parts."""
        return cls(sum(parts.values()), tuple(parts.items()))


def goal_values(problem: Problem, schedule: Schedule) -> Mapping[GoalId, GoalValue]:
    """Return the value of every goal in rank order, with its weighted sub-terms."""
    week = Week(problem, schedule)
    clinic, found = problem.clinic, accounts(week)
    return {
        GoalId.UNMET_NEED: GoalValue.of(_unmet(found)),
        GoalId.PEOPLE_SHORT: GoalValue.of({"people": sum(account.unmet_minutes > 0 for account in found)}),
        GoalId.CHANGES: GoalValue.of(_changes(week)),
        GoalId.PREFERENCES: _weighted(clinic.weights, GoalId.PREFERENCES, preference_terms(week, found)),
        GoalId.WORKLOAD: _weighted(clinic.weights, GoalId.WORKLOAD, workload_terms(week)),
        GoalId.COST: _weighted(clinic.weights, GoalId.COST, cost_terms(week)),
    }


def _weighted(weights: Mapping[str, Mapping[str, int]], goal: GoalId, terms: Mapping[str, int]) -> GoalValue:
    own = weights_of(goal, weights)
    return GoalValue.of({name: own[name] * number for name, number in terms.items()})


def _unmet(found: Iterable[Account]) -> Mapping[str, int]:
    total = dict.fromkeys(("hours", "days", "gaps", "sessions", "phase"), 0)
    for account in found:
        for name, minutes in account.unmet_parts.items():
            total[name] += minutes
    return total


def _changes(week: Week) -> Mapping[str, int]:
    problem, previous = week.problem, week.problem.previous
    if previous is None:
        return {"participants": 0, "therapists": 0}
    before = previous.census.union(*(session.participant_ids for session in previous.sessions))
    now = {person.id for person in problem.participants if week.calendars.is_present(person)}
    old, new = _weeks_by_person(previous), _weeks_by_person(week.schedule)
    therapists = [row.id for row in problem.therapists]
    return {
        "participants": _differing((("participant", key) for key in before & now), old, new),
        "therapists": _differing((("therapist", key) for key in therapists), old, new),
    }


Appointment = tuple[int, int, str, str, str, str]
Appointments = Mapping[tuple[str, str], set[Appointment]]


def _weeks_by_person(schedule: Schedule) -> Appointments:
    """Return what each participant and therapist must be told of: kind and id -> appointments."""
    found: dict[tuple[str, str], set[Appointment]] = {}
    for session in schedule.sessions:
        people = [("participant", key) for key in session.participant_ids]
        for person in (*people, *(("therapist", key) for key in session.therapist_ids)):
            found.setdefault(person, set()).add(_appointment(session))
    return found


def _appointment(session: Session) -> Appointment:
    group, room = session.group_id or "", session.room_id or ""
    return session.start // DAY, session.start % DAY, session.service_id, group, session.lead_id, room


def _differing(people: Iterable[tuple[str, str]], old: Appointments, new: Appointments) -> int:
    return sum(old.get(person, set()) != new.get(person, set()) for person in people)


def unmet_minutes(problem: Problem, schedule: Schedule) -> Mapping[str, int]:
    """Return minutes of unmet need of everybody with a row in hours.csv, by participant id."""
    return {row.participant.id: row.unmet_minutes for row in accounts(Week(problem, schedule))}
