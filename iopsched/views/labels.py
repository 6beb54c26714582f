"""How people, rooms and groups are shown: with as much of a name as was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from iopsched.domain.names import Names
from iopsched.words.phrases import words


class NameMode(StrEnum):
    """How much a reader may see: nobody, ids, initials or full names of participants."""

    NONE = "none"
    ID = "id"
    INITIALS = "initials"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Labels:
    """Turns ids into what may be shown. A missing name shows the id.

    Staff, rooms and groups are shown by id but in mode ``full``. Mode ``none``
    shows no participant at all, and of a group its public name or its service,
    because the id may tell the topic.
    """

    mode: NameMode = NameMode.ID
    names: Names = field(default_factory=Names)

    @property
    def shows_people(self) -> bool:
        """Return whether participants are listed at all."""
        return self.mode is not NameMode.NONE

    def participant(self, participant_id: str) -> str:
        """Return the label of a participant, blank in mode ``none``."""
        match self.mode:
            case NameMode.NONE:
                return ""
            case NameMode.ID:
                return participant_id
            case NameMode.INITIALS:
                return self._told_apart(participant_id, self.names.initials)
            case NameMode.FULL:
                return self._told_apart(participant_id, self.names.participants)

    def _told_apart(self, participant_id: str, names: Mapping[str, str]) -> str:
        """Return a name, with the id where somebody else has the same, and only the id where there is none."""
        name = names.get(participant_id)
        if not name:
            return participant_id
        return f"{name} ({participant_id})" if name in self.names.shared else name

    def therapist(self, therapist_id: str) -> str:
        """Return the label of a member of staff, with the credential in mode ``full``."""
        name = self.names.therapists.get(therapist_id)
        if self.mode is not NameMode.FULL or not name:
            return therapist_id
        credential = self.names.credentials.get(therapist_id)
        return f"{name}, {credential}" if credential else name

    def video_link(self, group_id: str | None, lead_id: str) -> str:
        """Return where a session by video is joined: the group's link, else the lead's, blank where there is neither."""
        return self.names.group_links.get(group_id or "") or self.names.staff_links.get(lead_id, "")

    def room(self, room_id: str | None) -> str:
        """Return the label of a room, blank where there is none."""
        if room_id is None:
            return ""
        return (self.names.rooms.get(room_id) or room_id) if self.mode is NameMode.FULL else room_id

    def group(self, group_id: str, service_id: str) -> str:
        """Return the label of a group."""
        match self.mode:
            case NameMode.NONE:
                return self.names.public_groups.get(group_id) or words(service_id)
            case NameMode.FULL:
                return self.names.groups.get(group_id) or group_id
            case _:
                return group_id
