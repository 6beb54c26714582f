"""Display names, kept away from the facts so that no log line can leak one.

A :class:`Names` is read only when an output has asked for names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Names:
    """Display names by id, and where sessions by video are joined. ``shared`` are names that several participants have."""

    participants: Mapping[str, str] = field(default_factory=dict, repr=False)
    initials: Mapping[str, str] = field(default_factory=dict, repr=False)
    therapists: Mapping[str, str] = field(default_factory=dict, repr=False)
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    rooms: Mapping[str, str] = field(default_factory=dict, repr=False)
    groups: Mapping[str, str] = field(default_factory=dict, repr=False)
    public_groups: Mapping[str, str] = field(default_factory=dict, repr=False)
    public_services: Mapping[str, str] = field(default_factory=dict, repr=False)
    group_links: Mapping[str, str] = field(default_factory=dict, repr=False)
    staff_links: Mapping[str, str] = field(default_factory=dict, repr=False)
    shared: frozenset[str] = field(default=frozenset(), init=False, repr=False)

    def __post_init__(self) -> None:
        """Find the names and the initials that do not tell one participant from another."""
        counts = (Counter(self.participants.values()), Counter(self.initials.values()))
        shared = frozenset(name for count in counts for name, number in count.items() if number > 1)
        object.__setattr__(self, "shared", shared)

    @property
    def in_public(self) -> Names:
        """Return the names as a calendar has them: of a group the public name only, for its own may tell the topic."""
        return replace(self, groups=self.public_groups)
