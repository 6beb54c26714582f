"""Why a needed session is not held."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.people import Participant
from iopsched.domain.services import Service
from iopsched.why.barriers import why_barred
from iopsched.why.groups import day_names, why_no_group
from iopsched.why.look import Look
from iopsched.words.phrases import count
from iopsched.words.sentence import ParticipantRef, Sentence, TherapistRef
from iopsched.words.wordings import said


def why_no_session(look: Look, person: Participant, service: Service) -> Iterator[Sentence]:
    """Yield sentences on why a needed session of a service is not held, at least one where none is possible."""
    if look.problem.groups_of.get(service.id):
        yield from why_no_group(look, person, service)
    options = look.options_of(person, service)
    if not options:
        yield from _why_no_option(look, person, service)
        return
    yield from _why_few_days(look, person, service)
    if not look.is_proven:
        return
    leads = sorted({lead for c in options for lead in c.lead_ids})
    starts = len({c.start for c in options} - {s.start for s in look.attended[person.id]})
    load = (Sentence("{} {}", TherapistRef(lead), look.load(lead)) for lead in leads[:4])
    yield Sentence(
        "Service {}: {}, but then no eligible therapist or no room is free, or a limit is reached "
        "(hours in sessions this week: {}).",
        *(service.id, count(starts, "start time suits", "start times suit"), Sentence.joined(", ", load)),
    )


def _why_few_days(look: Look, person: Participant, service: Service) -> Iterator[Sentence]:
    """Yield that the days on which the service is possible are too few for its needed sessions."""
    demand = look.terms.demand(person, service)
    days = sorted({c.day for c in look.options_of(person, service)})
    if demand.per_day and len(days) * demand.per_day < demand.required:
        found = service.id, count(len(days), "day"), day_names(days), demand.per_day, demand.required
        yield Sentence("Service {} is possible on {} only ({}), at most {} a day; {} are needed.", *found)


def _why_no_option(look: Look, person: Participant, service: Service) -> Iterator[Sentence]:
    for why in sorted(look.possible.blocked[person.id, service.id]):
        yield Sentence("Service {}: {}.", service.id, why)
    skill = look.terms.roles(service, None)[0].skill
    skilled = [w for w in look.problem.therapists if skill in w.skills]
    if not skilled:
        told = "Service {}: nobody on the staff has the skill {} ({therapists.csv}, skills)."
        yield said(told, service.id, skill)
    primary = person.primary_id
    if service.with_primary and primary is not None:
        if primary not in {w.id for w in skilled}:
            told = "Service {}: the primary therapist {} lacks the skill {}."
            yield Sentence(told, service.id, TherapistRef(primary), skill)
        if service.licensed_lead and not look.problem.therapist[primary].licensed:
            yield Sentence("Service {}: the primary therapist {} is not licensed.", service.id, TherapistRef(primary))
    if skilled:
        yield from (Sentence("Service {}: {}.", service.id, why) for why in why_barred(look, person, service))
    if service.with_primary and primary is not None:
        yield _no_start(person, service, Sentence("the primary therapist {}", TherapistRef(primary)))
    yield _no_start(person, service, "anybody who may hold it")


def _no_start(person: Participant, service: Service, lead: str) -> Sentence:
    told = "Service {}: there is no start at which {} and {} are both free for {} minutes and match."
    return Sentence(told, service.id, ParticipantRef(person.id), lead, service.minutes)
