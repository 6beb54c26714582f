"""Colors of printed and shown weeks: never alone, and readable behind dark ink.

After Paul Tol's muted scheme, which people with any color vision can tell
apart. Plain numbers: what makes PDF knows no computed colors.
"""

from __future__ import annotations

from dataclasses import dataclass

INK = "#1a1f26"
QUIET = "#525b66"
LINE = "#767676"
HAIRLINE = "#d9dde3"
PAPER = "#ffffff"
ACCENT = "#332288"
GOOD = "#117733"
BAD = "#882255"


@dataclass(frozen=True, slots=True)
class Tone:
    """A full color, for bars and edges, and its tint, to stand behind ink."""

    full: str
    tint: str


TONES = (
    Tone("#332288", "#e4e2ef"),
    Tone("#117733", "#dfede4"),
    Tone("#cc6677", "#f8ebed"),
    Tone("#44aa99", "#e6f4f1"),
    Tone("#aa4499", "#f4e6f1"),
    Tone("#ddcc77", "#faf8ed"),
    Tone("#88ccee", "#eff8fd"),
    Tone("#882255", "#efe2e8"),
    Tone("#5f6772", "#eceef1"),
)

HEAT = ("#ffffff", "#eff3f9", "#dbe4f1", "#c3d2e8", "#a9bfde")
"""From nothing used to everything used; dark ink is readable on each."""
