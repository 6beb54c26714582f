"""In person, by video, or both: what a session may be and who may take part how."""

from __future__ import annotations

from iopsched.domain.people import Participant, Therapist
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
_ANY = frozenset({"in_person", "telehealth", "hybrid"})


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


def people_in_room(meeting: Meeting) -> tuple[Participant, ...]:
    """Return the participants in the building: all, none, or in a hybrid session those not remote."""
    match meeting.session.modality:
        case "telehealth":
            return ()
        case "hybrid":
            return tuple(person for person in meeting.people if person.modality != "telehealth")
        case _:
            return meeting.people


def staff_in_room(meeting: Meeting) -> tuple[Therapist, ...]:
    """Return the staff in the room; in a hybrid session the lead and those not remote."""
    match meeting.session.modality:
        case "telehealth":
            return ()
        case "hybrid":
            return tuple(row for row in meeting.staff if row == meeting.lead or row.modality != "telehealth")
        case _:
            return meeting.staff
