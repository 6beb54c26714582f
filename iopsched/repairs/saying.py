"""What somebody says has happened, as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Way = Literal["absent", "closed", "admit", "discharge"]


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing that somebody said: under which option, and the text as it was written."""

    way: Way
    text: str
