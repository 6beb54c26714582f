"""In person, by video, or both: what a session may be and who may take part how."""

from __future__ import annotations

from iopsched.domain.people import HELD_MODALITIES, Participant, Therapist
from iopsched.domain.schedule import Session
from iopsched.domain.services import Group, Service
from iopsched.verifier.week import Meeting

_OF_SERVICE = {
    "in_person": frozenset({"in_person"}),
    "telehealth": frozenset({"telehealth"}),
    "hybrid": frozenset({"hybrid"}),
    "either": frozenset({"in_person", "telehealth"}),
}
_OF_PERSON = {
    "in_person": frozenset({"in_person", "hybrid"}),
    "telehealth": frozenset({"telehealth", "hybrid"}),
}
_ANY = frozenset(HELD_MODALITIES)


def session_modalities(service: Service, group: Group | None) -> frozenset[str]:
    """Return the modalities that a session of the service, and of the group if any, may have.

    A group narrows what its service admits; ``hybrid`` under an ``either``
    service makes its sessions hybrid. Empty where the two exclude each other.
    """
    admitted = _OF_SERVICE.get(service.modality, _ANY)
    if group is None or group.modality is None or group.modality == "either":
        return admitted
    if group.modality == "hybrid" and service.modality == "either":
        return frozenset({"hybrid"})
    return admitted & {group.modality}


def accepts(person: Participant | Therapist, modality: str) -> bool:
    """Return whether somebody takes part in sessions of this modality."""
    return modality in _OF_PERSON.get(person.modality, _ANY)


def joins_by_video(session: Session, person: Participant | Therapist | None) -> bool:
    """Return whether somebody takes part by video: in a hybrid session all who are remote but the lead.

    None, a person of unknown modality, comes to a hybrid session.
    """
    if session.modality != "hybrid" or person is None:
        return session.modality == "telehealth"
    is_lead = isinstance(person, Therapist) and person.id == session.lead_id
    return person.modality == "telehealth" and not is_lead


def people_in_room(meeting: Meeting) -> tuple[Participant, ...]:
    """Return the participants in the building: all, none, or in a hybrid session those not remote."""
    return tuple(person for person in meeting.people if not joins_by_video(meeting.session, person))


def staff_in_room(meeting: Meeting) -> tuple[Therapist, ...]:
    """Return the staff in the room; in a hybrid session the lead and those not remote."""
    return tuple(person for person in meeting.staff if not joins_by_video(meeting.session, person))
