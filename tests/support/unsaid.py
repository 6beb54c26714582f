"""Schedules for which a model has no words: the only ones that are left out of a comparison, each with its reason.

A model without a rule has the wider choice, but not every choice: it never
holds a session off the grid, whatever rules are on. Each such limit belongs
to one rule, its owner. Where the owner is on, verifier and model must both
reject, and that is compared; where it is off, the verifier has nothing to say
and the model nothing to say it with, so that nothing could be learned. What
is left out is thus always something that the owner forbids, and the product
never switches a rule off. The one exception are staff for whom nobody asks:
the verifier accepts them where they have a skill, the model must never add
them (docs/readings.md), and that it does not is checked instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from iopsched.domain.timegrid import DAY, WEEK
from iopsched.rulebook import RuleId
from iopsched.verifier import session_modalities
from iopsched.verifier.calendars import Calendars
from tests.support.every_schedule import is_sensible


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why a model has no words. With an ``owner`` the reason stands in models without that rule.

    Without one it stands where ``staffed`` is on (``skilled``) or off.
    """

    text: str
    owner: RuleId | None = None
    skilled: bool = True

    def stands(self, rules: frozenset[RuleId]) -> bool:
        """Return whether models under these rules have no words for this reason."""
        if self.owner is None:
            return self.skilled == (RuleId.STAFFED in rules)
        return self.owner not in rules


POINTLESS = Reason("staff for whom nobody asks")
POINTLESS_UNSKILLED = Reason("staff for whom nobody asks", skilled=False)


def of_session(problem, session) -> Iterator[Reason]:
    """Yield the reasons in one session."""
    yield from _rows(problem, session)
    service = problem.service.get(session.service_id)
    if service is None:
        return
    yield from _time(problem, session, service)
    yield from _place(problem, session, service)
    yield from _group(problem, session)
    if 0 <= session.start < session.end <= WEEK:
        for reason in (POINTLESS, POINTLESS_UNSKILLED):
            if not is_sensible(problem, session, skilled=reason.skilled):
                yield reason


def _rows(problem, session):
    if session.service_id not in problem.service or not set(session.participant_ids) <= set(problem.participant):
        yield Reason("a service or participant that does not exist", RuleId.MATCH)
    if not session.participant_ids:
        yield Reason("nobody in it", RuleId.SIZE)
    if len(set(session.participant_ids)) < len(session.participant_ids):
        yield Reason("a participant entered twice", RuleId.OVERLAP)
    if not session.therapist_ids or not set(session.therapist_ids) <= set(problem.therapist):
        yield Reason("no staff, or staff who do not exist", RuleId.STAFFED)
    if len(set(session.therapist_ids)) < len(session.therapist_ids):
        yield Reason("staff entered twice", RuleId.STAFFED)


def _time(problem, session, service):
    if session.minutes != service.minutes or session.start % problem.clinic.grid_minutes:
        yield Reason("another length, or off the grid", RuleId.WINDOW)
    if session.start // DAY != (session.end - 1) // DAY:
        yield Reason("across midnight", RuleId.WINDOW)
    calendars = Calendars(problem)
    known = [problem.participant[who] for who in session.participant_ids if who in problem.participant]
    if not all(map(calendars.is_present, known)):
        yield Reason("a participant who is away all week", RuleId.WINDOW)


def _place(problem, session, service):
    if session.modality not in session_modalities(service, problem.group.get(session.group_id)):
        yield Reason("a modality that the service or group does not admit", RuleId.SEATS)
    has_room = session.modality != "telehealth" and service.needs_room
    if has_room != (session.room_id is not None) or (has_room and session.room_id not in problem.room):
        yield Reason("a room where none is used, or none where one is", RuleId.SEATS)


def _group(problem, session):
    group = problem.group.get(session.group_id)
    if (group is None) != (session.group_id is None) or (group is not None and group.service_id != session.service_id):
        yield Reason("a group that is not the service's", RuleId.COHORT)
    elif group is None and session.service_id in problem.groups_of:
        yield Reason("no group, where the service has groups", RuleId.COHORT)
    if group is None and len(_populations(problem, session)) > 1:
        yield Reason("two populations without a group", RuleId.MATCH)


def of_pairs(problem, sessions) -> Iterator[Reason]:
    """Yield the reasons in two sessions together: the model has one candidate for both."""
    for first, second in combinations(sessions, 2):
        if _slot(first) != _slot(second):
            continue
        if first.group_id is not None:
            yield Reason("a group that meets twice at once", RuleId.COHORT)
        elif first.lead_id == second.lead_id and _populations(problem, first) & _populations(problem, second):
            yield Reason("a lead of the same service twice at once", RuleId.OVERLAP)


def _slot(session):
    return session.service_id, session.group_id, session.start, session.modality


def _populations(problem, session):
    return {problem.participant[who].population for who in session.participant_ids if who in problem.participant}
