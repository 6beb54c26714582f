"""What has begun or is to be kept: candidates that leave nothing open, and are held whatever the rules now say of them.

Facts change while a week runs: somebody is written off sick for this morning, or leaves. What has begun stays as it
was published all the same, and counts in needs, hours and limits. A rule that it breaks by itself asks for nothing; one
that it would break together with a later session still binds that one (:mod:`iopsched.model.posting`).
"""

from __future__ import annotations

from dataclasses import replace

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.model.candidate import Candidate
from iopsched.model.terms import Terms


def begun_candidates(terms: Terms) -> list[Candidate]:
    """Return the sessions that have begun or are to be kept; of a service that is gone nothing is known, and none counts."""
    return [_as_begun(terms, session) for session in terms.problem.fixed if session.service_id in terms.problem.service]


def is_past(problem: Problem, candidate: Candidate) -> bool:
    """Return whether a session has begun: what it breaks by itself is forgiven, unlike what one that is kept breaks."""
    return candidate.begun is not None and candidate.start < problem.first_start


def _as_begun(terms: Terms, session: Session) -> Candidate:
    """Return a session with those of its people who are still there and did not miss it; without a lead where the lead is gone."""
    problem = terms.problem
    service, group = problem.service[session.service_id], problem.group.get(session.group_id or "")
    present = {person.id for person in terms.participants}
    people = tuple(
        pid
        for pid in dict.fromkeys(session.participant_ids)
        if pid in present and (pid, session.id) not in problem.missed
    )
    if group is not None:
        population = group.population
    else:
        population = next((problem.participant[pid].population for pid in people), problem.clinic.populations[0])
    staff = [key for key in dict.fromkeys(session.therapist_ids) if key in problem.therapist]
    lead_ids = (session.lead_id,) if session.lead_id in staff else ()
    return Candidate(
        service=replace(service, minutes=session.minutes),
        group=group,
        population=population,
        start=session.start,
        modality=session.modality,
        lead_id=lead_ids[0] if lead_ids else None,
        participant_ids=people,
        lead_ids=lead_ids,
        surplus_ids=tuple(w for w in staff if w not in lead_ids),
        size=(0, len(people)),
        countable_minutes=terms.countable_minutes(service),
        begun=session,
    )
