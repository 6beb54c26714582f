"""Display names, kept away from the facts so that no log line can leak one.

A :class:`Names` is read only when an output has asked for names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Names:
    """Maps ids to what may be shown to a human reader who may see it."""

    participants: Mapping[str, str] = field(default_factory=dict, repr=False)
    initials: Mapping[str, str] = field(default_factory=dict, repr=False)
    therapists: Mapping[str, str] = field(default_factory=dict, repr=False)
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    rooms: Mapping[str, str] = field(default_factory=dict, repr=False)
    groups: Mapping[str, str] = field(default_factory=dict, repr=False)
    public_groups: Mapping[str, str] = field(default_factory=dict, repr=False)
    public_services: Mapping[str, str] = field(default_factory=dict, repr=False)
