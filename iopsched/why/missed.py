"""Why a member does not attend sessions that the own group holds: for each the first cause that is certain."""

from __future__ import annotations

from collections.abc import Sequence

from iopsched.domain.people import Participant, kept_apart
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import moment
from iopsched.model.terms import Terms
from iopsched.words.sentence import ParticipantRef, Reference, Sentence, SessionRef, TherapistRef
from iopsched.words.wordings import said


def why_missed(terms: Terms, person: Participant, missed: Sequence[Session], attended: Sequence[Session]) -> Sentence:
    """Return the causes with their sessions, such as ``not free Tue 09:00; kept apart from P2 (keep_apart.csv) Wed 09:00``.

    ``missed`` are the sessions held without the participant, ``attended`` all of the participant's own.
    """
    by_cause: dict[Sentence, list[str]] = {}
    for session in sorted(missed, key=lambda session: session.start):
        by_cause.setdefault(_cause(terms, person, session, attended), []).append(moment(session.start))
    return Sentence.joined("; ", (Sentence("{} {}", cause, ", ".join(moments)) for cause, moments in by_cause.items()))


def reference_to(problem: Problem, person_id: str) -> Reference:
    """Return the reference to a participant or a member of staff."""
    return ParticipantRef(person_id) if person_id in problem.participant else TherapistRef(person_id)


def _cause(terms: Terms, person: Participant, session: Session, attended: Sequence[Session]) -> Sentence:
    problem = terms.problem
    service = problem.service[session.service_id]
    group = problem.group[session.group_id or ""]
    if not terms.participant_free(person.id, service).covers(session.start, session.end):
        return Sentence("not free")
    there = {*session.participant_ids, *session.therapist_ids}
    if apart := sorted(kept_apart(problem.keep_apart)[person.id] & there):
        return said(
            "kept apart from {} ({keep_apart.csv})",
            Sentence.joined(", ", (reference_to(problem, who) for who in apart)),
        )
    if other := next((row for row in attended if row.start < session.end and session.start < row.end), None):
        return Sentence("in {} at the same time,", SessionRef(other.id))
    if len(session.participant_ids) >= terms.size(service, group, person.population)[1]:
        return Sentence("full")
    return Sentence("no seat, a pin, or a limit of the day or week,")
