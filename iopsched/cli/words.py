"""Ids as somebody types them."""

from __future__ import annotations

from iopsched.typedids import known_id

__all__ = ["known_id"]
