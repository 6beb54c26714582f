"""The small numbers that tell people, staff, rooms and groups of a week apart.

By them a page can be filtered without an id that its reader may not see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from iopsched.export.edition import Edition


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody or something that a reader may ask for."""

    number: int
    label: str


class Numbering:
    """The numbers of one edition; each kind is numbered from 0 on, in the order of the ids."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._labels = edition.labels
        self._sessions = edition.schedule.sessions

    @cached_property
    def people(self) -> Mapping[str, int]:
        """Return the number of each participant."""
        held = {person for session in self._sessions for person in session.participant_ids}
        return _numbered(held.union(row.participant_id for row in self._edition.hours))

    @cached_property
    def staff(self) -> Mapping[str, int]:
        """Return the number of each member of the staff."""
        return _numbered(person for session in self._sessions for person in session.therapist_ids)

    @cached_property
    def rooms(self) -> Mapping[str, int]:
        """Return the number of each room."""
        return _numbered(session.room_id for session in self._sessions if session.room_id)

    @cached_property
    def groups(self) -> Mapping[str, int]:
        """Return the number of each group."""
        return _numbered(session.group_id for session in self._sessions if session.group_id)

    def choices(self) -> Mapping[str, tuple[Choice, ...]]:
        """Return the people and things by which the week can be filtered; no participants where they are not shown."""
        found = {
            "therapist": self._choices(self.staff, self._labels.therapist),
            "room": self._choices(self.rooms, self._labels.room),
            "group": self._choices(self.groups, self._group_label),
        }
        if self._labels.shows_people:
            found["participant"] = self._choices(self.people, self._labels.participant)
        return {kind: choices for kind, choices in found.items() if choices}

    def _choices(self, numbers: Mapping[str, int], label: Callable[[str], str]) -> tuple[Choice, ...]:
        """Return the labels in order; equal ones are numbered, because the reader must not see the ids."""
        labels = {key: label(key) for key in numbers}
        often = Counter(labels.values())
        seen: Counter[str] = Counter()
        found = []
        for key, number in numbers.items():
            seen[labels[key]] += 1
            told = f"{labels[key]} ({seen[labels[key]]})" if often[labels[key]] > 1 else labels[key]
            found.append(Choice(number, told))
        return tuple(sorted(found, key=lambda choice: (choice.label.casefold(), choice.number)))

    def _group_label(self, group_id: str) -> str:
        group = self._edition.problem.group.get(group_id)
        service_id = group.service_id if group else "group"
        return self._labels.group(group_id, service_id)


def _numbered(ids: Iterable[str]) -> Mapping[str, int]:
    return {key: number for number, key in enumerate(sorted(set(ids)))}
