"""What a week asks of each skill, what there is of it, and what is lacking."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from iopsched.domain.outcome import Unmet
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Group, Service
from iopsched.networks.overview.unusedhours import minutes_there
from iopsched.policy.numbers import roles_of
from iopsched.verifier.account import Account, accounts
from iopsched.verifier.calendars import Calendars
from iopsched.verifier.meetings import lacking_sessions
from iopsched.verifier.week import Week
from iopsched.words.phrases import count
from iopsched.words.sentence import ParticipantRef, Sentence
from iopsched.words.unknowncauses import UNFINISHED

MOST_CAUSES = 3
SOMEBODY = "a participant"


@dataclass(slots=True)
class SkillNeed:
    """One skill in one week; minutes of staff, but ``unmet_minutes``, which are those of goal ``unmet_need``."""

    skill: str
    demand_minutes: int = 0
    supply_minutes: int = 0
    unmet_minutes: int = 0
    unfilled_sessions: int = 0
    people: set[str] = field(default_factory=set)
    causes: Counter[str] = field(default_factory=Counter)

    @property
    def why(self) -> str:
        """Return the most frequent causes, each with how many participants it keeps from what they lack."""
        return " ".join(
            f"{text} ({count(number, 'participant')})" for text, number in self.causes.most_common(MOST_CAUSES)
        )


def skill_needs(problem: Problem, schedule: Schedule, unmet: Iterable[Unmet]) -> tuple[SkillNeed, ...]:
    """Return what a week asks of each skill; those of which most is lacking first.

    What each participant lacks belongs to the skill of whoever would lead it: needed sessions to that of their service;
    hours, days, gaps and sessions of the phase to that of the first service of kind group that counts.
    """
    week = Week(problem, schedule)
    found: dict[str, SkillNeed] = {}

    def of(skill: str) -> SkillNeed:
        return found.setdefault(skill, SkillNeed(skill))

    for skill, minutes in _held(week):
        of(skill).demand_minutes += minutes
    program = _program_skill(problem)
    why = {row.participant_id: _cause(row.why) for row in unmet}
    for account in accounts(week):
        for skill, minutes in _lacks(problem, account, program).items():
            row = of(skill)
            row.unmet_minutes += minutes
            row.people.add(account.participant.id)
            if text := why.get(account.participant.id):
                row.causes[text] += 1
        for service, group, number in _unfilled(problem, account):
            _ask(found, service, group, number)
        of(program).unfilled_sessions += account.phase_sessions_short
    for group_id, number in lacking_sessions(week).items():
        group = problem.group[group_id]
        service = problem.service[group.service_id]
        _ask(found, service, group, number)
        of(lead_skill(service, group)).unmet_minutes += number * service.minutes
    calendars = Calendars(problem)
    for row in found.values():
        row.supply_minutes = sum(
            minutes_there(problem, calendars, staff) for staff in problem.therapists if row.skill in staff.skills
        )
    rows = (row for row in found.values() if row.demand_minutes or row.unmet_minutes)
    return tuple(sorted(rows, key=lambda row: (-row.unmet_minutes, row.skill)))


def _held(week: Week) -> Iterable[tuple[str, int]]:
    """Yield staff minutes by skill of each session that is held; whoever joins for the ratio has the lead's skill."""
    for meeting in week.meetings:
        roles = roles_of(meeting.service, meeting.group)
        yield from ((role.skill, role.number * meeting.minutes) for role in roles)
        if (more := len(meeting.staff) - sum(role.number for role in roles)) > 0:
            yield roles[0].skill, more * meeting.minutes


def _ask(found: dict[str, SkillNeed], service: Service, group: Group | None, number: int) -> None:
    for role in roles_of(service, group):
        row = found.setdefault(role.skill, SkillNeed(role.skill))
        row.demand_minutes += number * role.number * service.minutes
    found[lead_skill(service, group)].unfilled_sessions += number


def lead_skill(service: Service, group: Group | None = None) -> str:
    """Return the skill of whoever leads the sessions of a service."""
    return roles_of(service, group)[0].skill


def _program_skill(problem: Problem) -> str:
    services = sorted(problem.services, key=lambda row: (row.kind != "group", not row.counts))
    return lead_skill(services[0]) if services else "group"


def _lacks(problem: Problem, account: Account, program: str) -> Mapping[str, int]:
    """Return the unmet minutes of somebody by skill."""
    found: defaultdict[str, int] = defaultdict(int)
    for key, number in account.lacking.items():
        service = problem.service[key]
        found[lead_skill(service)] += number * service.minutes
    found[program] += account.unmet_minutes - account.lacking_minutes
    return {skill: minutes for skill, minutes in found.items() if minutes}


def _unfilled(problem: Problem, account: Account) -> Iterable[tuple[Service, Group | None, int]]:
    """Yield needed sessions that are not held with somebody, of services for one: a group's may lack only a place."""
    for key, number in account.lacking.items():
        yield problem.service[key], None, number


def nameless(sentence: Sentence) -> str:
    """Return a sentence that tells of no participant: they never leave the rows of their site."""
    text = str(Sentence.of(SOMEBODY if isinstance(part, ParticipantRef) else part for part in sentence.parts))
    return text[:1].upper() + text[1:]


def _cause(sentence: Sentence) -> str:
    """Return the cause of a lack for readers of all sites, blank where none is known."""
    text = nameless(sentence)
    for open_end in UNFINISHED:
        text = text.replace(open_end, "")
    return text.strip()


def lacking_services(problem: Problem, account: Account) -> Sequence[Service]:
    """Return the services of which a further session could heal something that somebody lacks, needed ones first."""
    needed = [service for service in problem.services if account.lacking.get(service.id)]
    lacks_program = account.unmet_minutes > account.lacking_minutes
    groups = [row for row in problem.services if row.kind == "group" and row.counts and row not in needed]
    return [*needed, *(groups if lacks_program else ())]
