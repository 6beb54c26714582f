"""Colors of sheets, pages and pictures: never alone, and with an ink that is readable on each (WCAG AA).

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
INDIGO, GREEN, ROSE, TEAL, PURPLE = "#332288", "#117733", "#cc6677", "#44aa99", "#aa4499"
SAND, CYAN, WINE, GREY = "#ddcc77", "#88ccee", "#882255", "#5f6772"
ACCENT, GOOD, BAD = INDIGO, GREEN, WINE
INK_ON = {INDIGO: PAPER, TEAL: "#000000", CYAN: "#000000", SAND: "#000000", WINE: PAPER}
"""What is written on a full color; lines have 4.5:1 on paper."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A full color, for bars and edges, and its tint, to stand behind ink."""

    full: str
    tint: str


TONES = (
    Tone(INDIGO, "#e4e2ef"),
    Tone(GREEN, "#dfede4"),
    Tone(ROSE, "#f8ebed"),
    Tone(TEAL, "#e6f4f1"),
    Tone(PURPLE, "#f4e6f1"),
    Tone(SAND, "#faf8ed"),
    Tone(CYAN, "#eff8fd"),
    Tone(WINE, "#efe2e8"),
    Tone(GREY, "#eceef1"),
)

HEAT = ("#ffffff", "#eff3f9", "#dbe4f1", "#c3d2e8", "#a9bfde")
"""From nothing used to everything used; dark ink is readable on each."""

TINT, ROSE_TINT = TONES[0].tint, TONES[2].tint
