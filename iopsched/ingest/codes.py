"""Every code an issue may have, with its meaning."""

from __future__ import annotations

from collections.abc import Mapping

CODES: Mapping[str, str] = {}
