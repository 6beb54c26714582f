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

    The mode speaks of participants. Staff, rooms and groups are shown by name
    where ``names_things`` says so, as in rosters, or in mode ``full``; else by id. Mode ``none``
    shows no participant at all, and of a group its public name or its service,
    because the id may tell the topic.
    """

    mode: NameMode = NameMode.ID
    names: Names = field(default_factory=Names)
    names_things: bool = False

    @classmethod
    def of_rosters(cls, mode: NameMode | None, names: Names) -> Labels:
        """Return the labels of rosters: participants by id unless a mode is asked for, all else by name."""
        return cls(mode or NameMode.ID, names, names_things=True)

    @classmethod
    def of_calendars(cls, mode: NameMode | None, names: Names) -> Labels:
        """Return the labels of calendars: no participants unless a mode is asked for, staff and rooms by name, groups by their public one."""
        return cls(mode or NameMode.NONE, names if mode is NameMode.FULL else names.in_public, names_things=True)

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
        """Return the label of a member of staff, in mode ``full`` with the credential."""
        name = self._thing(therapist_id, self.names.therapists)
        credential = self.names.credentials.get(therapist_id) if self.mode is NameMode.FULL else ""
        return f"{name}, {credential}" if credential and name != therapist_id else name

    def video_link(self, group_id: str | None, lead_id: str) -> str:
        """Return where a session by video is joined: the group's link, else the lead's, blank where there is neither."""
        return self.names.group_links.get(group_id or "") or self.names.staff_links.get(lead_id, "")

    def room(self, room_id: str | None) -> str:
        """Return the label of a room, blank where there is none."""
        if room_id is None:
            return ""
        return self._thing(room_id, self.names.rooms)

    def group(self, group_id: str, service_id: str) -> str:
        """Return the label of a group."""
        if self.mode is NameMode.NONE:
            return self.names.public_groups.get(group_id) or words(service_id)
        return self._thing(group_id, self.names.groups)

    def handed_out(self, group_id: str, service_id: str) -> str:
        """Return what a participant's own page calls a group: its public name if it has one, for a page may lie about."""
        shown = self.names_things or self.mode is NameMode.FULL
        return (self.names.public_groups.get(group_id) if shown else "") or self.group(group_id, service_id)

    def _thing(self, key: str, names: Mapping[str, str]) -> str:
        """Return the name of a member of staff, a room or a group, with the id where another has the same name."""
        name = names.get(key) if self.names_things or self.mode is NameMode.FULL else None
        if not name:
            return key
        return f"{name} ({key})" if sum(other == name for other in names.values()) > 1 else name


def names_warning(names: NameMode, what: str) -> str:
    """Return the warning that files tell who is in treatment; ``what`` tells it, such as ``the rosters show``."""
    how = "initials" if names is NameMode.INITIALS else "full name"
    return f"Warning: {what} who is in treatment by {how}: health information, for those only who treat these people."
