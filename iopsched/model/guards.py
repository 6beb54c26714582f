"""Guards of filters: what the facts forbid, kept in the model and forbidden under the literal of its owner.

A model with guards leaves no candidate out for a guarded rule: with the guards of some rules off it admits what a model
without these rules admits, and a set of guards that contradict each other names every rule and row at fault.
"""

from __future__ import annotations

from iopsched.model.candidate import Candidate
from iopsched.model.filters import Filters, Frame, Objections
from iopsched.model.posting import Literal, Posting
from iopsched.model.scope import Scope
from iopsched.model.variables import Variables
from iopsched.stopping import look


def guard_filters(x: Variables, post: Posting) -> None:
    """Forbid what the filters of guarded rules object to, each under the guard of its owner."""
    filters = Filters(x.terms, Scope.whole(x.terms, post.guarded))
    for candidate in x.open_candidates:
        look()
        at_start = filters.to_start(candidate.service, candidate.group, candidate.modality, candidate.start)
        _forbid(post, at_start, x.held[candidate])
        _guard_participants(x, post, filters, candidate)
        _guard_staff(x, post, filters, candidate)
        _guard_rooms(x, post, filters, candidate)


def _forbid(post: Posting, objections: Objections, literal: Literal) -> None:
    for owner in objections:
        post.guard(owner, post.cp.add(literal == 0))


def _guard_participants(x: Variables, post: Posting, filters: Filters, candidate: Candidate) -> None:
    service, group = candidate.service, candidate.group
    for participant_id, attends in x.roster(candidate).items():
        person = x.problem.participant[participant_id]
        _forbid(post, filters.to_joining(person, service, group), attends)
        _forbid(post, filters.to_coming(person, service, candidate.start, candidate.modality), attends)
        if candidate.lead_id is not None:
            lead = x.problem.therapist[candidate.lead_id]
            _forbid(post, filters.to_meeting(person, lead, service), attends)
            _forbid(post, filters.to_covering(person, lead, service, candidate.start), attends)


def _guard_staff(x: Variables, post: Posting, filters: Filters, candidate: Candidate) -> None:
    staff = x.problem.therapist
    frame = Frame(candidate.service, candidate.group, candidate.population, candidate.start, candidate.modality)
    for therapist_id, literal in x.leads[candidate].items():
        _forbid(post, filters.to_lead(staff[therapist_id], frame), literal)
    for (role, _), chosen in zip(candidate.other_roles, x.roles[candidate], strict=True):
        for therapist_id, literal in chosen.items():
            _forbid(post, filters.to_staff(staff[therapist_id], frame), literal)
            _forbid(post, filters.to_skill(staff[therapist_id], role.skill), literal)
    for therapist_id, literal in x.surplus[candidate].items():
        _forbid(post, filters.to_staff(staff[therapist_id], frame), literal)


def _guard_rooms(x: Variables, post: Posting, filters: Filters, candidate: Candidate) -> None:
    """Forbid rooms by what the session asks whoever comes; what the participants add is posted by ``seats``."""
    demand = filters.room_demand(candidate)
    for index, literal in x.rooms.choices.get(candidate, {}).items():
        room = x.problem.room[x.rooms.classes[index].room_ids[0]]
        _forbid(post, filters.to_room(candidate, room, demand), literal)
