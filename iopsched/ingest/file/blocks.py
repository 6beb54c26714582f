"""``[[blocks]]`` of ``clinic.toml``, and starts that are not on the grid."""

from __future__ import annotations

import re

from iopsched.domain.clinic import Block
from iopsched.domain.timegrid import ALWAYS, HOUR, Windows, clock
from iopsched.ingest.cell.days import DAY_WORDS
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.windows import Hours, read_windows
from iopsched.ingest.file.settings import Section
from iopsched.words.wording import quoted
from iopsched.words.wordings import said

WORD = re.compile(r"[^\W_][\w-]*")


def read_blocks(top: Section, open_: Windows, grid: int) -> tuple[Block, ...]:
    """Return the ``[[blocks]]`` in order of their start; days default to those of the opening hours."""
    found: dict[str, Block] = {}
    for section in top.sections("blocks"):
        name = section.needed_text("id", "morning")
        part = (section.text("part") or "day").casefold()
        start, end = section.clock("start"), section.clock("end", is_end=True)
        days = section.converted("days", _block_days)
        section.finish()
        if start is not None and start % grid:
            tell_off_grid(section, "start", start, grid)
        if start is not None and end is not None and end <= start:
            section.tell(
                "E-WINDOW-ORDER", "end", "The block ends before it starts or when it starts.", "Write a later end."
            )
            end = None
        if name is None:
            continue
        if not WORD.fullmatch(name) or name.casefold() in {*DAY_WORDS, "daily", "never"}:
            section.tell(
                "E-BLOCK-ID", "id", f"{quoted(name)} cannot be a block's id.", 'Use one plain word, such as "morning".'
            )
        if name in found:
            section.tell("E-ID-TWICE", "id", f"There are two blocks {quoted(name)}.", "Give each block its own id.")
        span = (start, end) if start is not None and end is not None else (0, 24 * HOUR)
        found[name] = Block(name, part, *span, days if days is not None else open_.days())
    return tuple(sorted(found.values(), key=lambda block: (block.start, block.end, block.id)))


def tell_off_grid(section: Section, key: str, start: int, grid: int) -> None:
    """Report a start that is no multiple of the grid."""
    section.tell("E-OFF-GRID", key, *off_grid(start, grid))


def off_grid(start: int, grid: int) -> tuple[str, str]:
    """Return message and remedy for a start that is no multiple of the grid."""
    low = start % (24 * HOUR) // grid * grid
    return (
        f"{clock(start)} is not on the grid of {grid} minutes.",
        said("Write {} or {}, or change grid_minutes in {clinic.toml}.", clock(low), clock(low + grid)),
    )


def _block_days(text: str) -> frozenset[int]:
    found = read_windows(text, Hours(ALWAYS, may_name_blocks=False))
    if not found.windows or found.windows.minutes % (24 * HOUR):
        raise Fault("E-WINDOW", f"{quoted(text)} holds more than days.", "Write only days, such as Mon-Fri.")
    return found.windows.days()
