"""Why a participant can have no session of a service that is needed: the cell to blame, with its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from iopsched.domain.people import Participant
from iopsched.domain.services import Service
from iopsched.why.counts import visitplace, visitstaff
from iopsched.why.counts.ledger import Ledger
from iopsched.why.counts.visitcase import Found, VisitCase
from iopsched.why.counts.ways import Ways


def count_visits(ways: Ways, ledger: Ledger, never: Mapping[str, Iterable[str]]) -> None:
    """Warn, with its cause, of each (service, participant) in ``never`` for which one cause is enough."""
    here = {person.id: person for person in ways.terms.participants}
    for need in ways.problem.needs:  # several named staff come together or not at all, which no single one shows
        person, service = here.get(need.participant_id), ways.problem.service[need.service_id]
        if person is not None and len(need.therapist_ids) > 1 and ways.terms.demand(person, service).required:
            _tell_first(ledger, visitstaff.named_staff(VisitCase(ways, person, service)), person, service)
    for service in ways.problem.services:
        for person_id in sorted(never.get(service.id, ())):
            if (person_id, service.id) in ledger.told:
                continue
            person = ways.problem.participant[person_id]
            _tell_first(ledger, _causes(VisitCase(ways, person, service)), person, service)


def _tell_first(ledger: Ledger, causes: Iterator[Found], person: Participant, service: Service) -> None:
    if (found := next(causes, None)) is not None:
        ledger.told.add((person.id, service.id))
        ledger.tell_of(person.id, *found)


def _causes(case: VisitCase) -> Iterator[Found]:
    """Yield causes of which each is enough, those of the participant first."""
    if case.problem.groups_of.get(case.service.id):
        yield from visitplace.of_groups(case)
        return
    yield from visitplace.modality(case)
    yield from visitplace.too_long(case)
    yield from visitstaff.named_staff(case)
    staff = [row for row in case.problem.therapists if case.skill in row.skills]
    yield from visitstaff.matching(case, staff)
    yield from visitstaff.primary(case)
    yield from visitplace.few_people(case)
    yield from visitplace.rooms(case)
    yield from visitstaff.hours_of_staff(case, staff)
