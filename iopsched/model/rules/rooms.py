"""Rule ``seats``: rooms hold everybody, have what is needed, and equipment suffices."""

from __future__ import annotations

from collections import defaultdict

from iopsched.model.candidate import Candidate
from iopsched.model.owner import ClinicRef
from iopsched.model.posting import Posting
from iopsched.model.rules.overlap import under_way
from iopsched.model.terms import is_remote
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId
from iopsched.words.sentence import ParticipantRef


def seats(x: Variables, post: Posting) -> None:
    """Post seats and features of sessions that choose a room, and equipment; visits chose by their facts."""
    for candidate in x.rooms.choices:
        if candidate.begun is not None:
            continue
        _fit_room(x, post, candidate)
    _equipment(x, post)


def _fit_room(x: Variables, post: Posting, candidate: Candidate) -> None:
    choice = x.rooms.choices[candidate]
    subject = candidate.ref
    inside = [
        literal
        for pid, literal in x.roster(candidate).items()
        if not x.terms.is_elsewhere(x.problem.participant[pid], candidate.modality)
    ]
    remote_staff = {
        w.id: 0 for w in x.problem.therapists if w.id != candidate.lead_id and is_remote(w.modality, candidate.modality)
    }
    heads = sum(inside)
    taken = (1 + candidate.service.guests) * heads + x.staff_count(candidate, remote_staff)
    capacity = sum(x.rooms.classes[k].capacity * literal for k, literal in choice.items())
    post.at_most(RuleId.SEATS, subject, taken, capacity)
    for index, literal in choice.items():
        most = x.rooms.classes[index].max_participants
        if most is not None and len(inside) > most:
            post.at_most(RuleId.SEATS, subject, heads + (len(inside) - most) * literal, len(inside))
    for participant_id in candidate.participant_ids:
        _features(x, post, candidate, participant_id)


def _features(x: Variables, post: Posting, candidate: Candidate, participant_id: str) -> None:
    person = x.problem.participant[participant_id]
    if not person.needs_features or x.terms.is_elsewhere(person, candidate.modality):
        return
    suitable = [
        literal
        for k, literal in x.rooms.choices[candidate].items()
        if person.needs_features <= x.rooms.classes[k].features
    ]
    attends = x.attends[candidate, participant_id]
    post.require(RuleId.SEATS, ParticipantRef(participant_id), x.cp.add_bool_or([attends.negated(), *suitable]))


def _equipment(x: Variables, post: Posting) -> None:
    names = {name for service in x.problem.services for name in service.equipment}
    for name in sorted(names):
        owned = x.problem.clinic.equipment.get(name, 0)
        by_span: dict[tuple[int, int], list[Candidate]] = defaultdict(list)
        for candidate in x.candidates:
            if candidate.service.equipment.get(name) and not candidate.is_loose:
                by_span[candidate.start, candidate.end].append(candidate)
        used = [
            (start, end, sum(c.service.equipment[name] * x.held[c] for c in candidates))
            for (start, end), candidates in by_span.items()
        ]
        for _, amounts in under_way(used):
            post.at_most(RuleId.SEATS, ClinicRef(f"equipment.{name}"), sum(amounts), owned)
