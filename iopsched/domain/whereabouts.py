"""The rows in which facts stand, so that a count can name the cell that it is about."""

from __future__ import annotations

from collections.abc import Mapping

Key = tuple[str, ...]
Rows = Mapping[Key, int]
"""The file and the ids of something, such as ``("needs.csv", "P1", "group")``, to its row; settings by their dotted key."""
