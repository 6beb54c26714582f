"""Pictures of a week as inline SVG: no library, no request, every number also written out.

Everything is told by presentation attributes, because a program that makes
PDF reads an inline picture without the style of the page around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from iopsched.domain.clinic import Block
from iopsched.domain.timegrid import DAY, WEEKDAYS, decimal_hours, hours_of
from iopsched.export.content import DASH, Card, Content, span
from iopsched.export.drawing import draw_rect, draw_stroke, draw_svg, draw_text
from iopsched.export.palette import ACCENT, BAD, GOOD, HAIRLINE, HEAT, INK, PAPER, QUIET
from iopsched.views.resources import StaffWeek
from iopsched.views.slots import Slot, slot_of_row, slots
from iopsched.words.phrases import count, words

_BAR = 132
_PARTS = tuple(
    Block(name, name, start, end, frozenset(range(7)))
    for name, start, end in (("morning", 0, 720), ("afternoon", 720, 1020), ("evening", 1020, DAY))
)


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of shared sessions that begin in a block: taken, offered, and by how many sessions."""

    used: int = 0
    offered: int = 0
    sessions: int = 0

    def with_card(self, card: Card) -> Seats:
        """Return the sum with one more session."""
        return Seats(self.used + card.row.heads, self.offered + card.row.most, self.sessions + 1)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, and its numbers as a table for readers who cannot see it."""

    title: str
    note: str
    svg: Markup
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def seats(content: Content) -> tuple[tuple[int, ...], Mapping[str, Mapping[int, Seats]]]:
    """Return the days, and for each block the seats of each day; without blocks the parts of the day."""
    blocks = content.problem.clinic.blocks
    every = slots(blocks or _PARTS)
    found: dict[Slot, dict[int, Seats]] = {slot: {} for slot in every}
    for card in content.cards:
        if not card.row.is_single:
            cells = found[slot_of_row(every, card.row)]
            cells[card.row.day] = cells.get(card.row.day, Seats()).with_card(card)
    days = tuple(day for day in content.days if any(day in cells for cells in found.values()))
    return days, {_title(slot, is_block=bool(blocks)): cells for slot, cells in found.items() if cells}


def _title(slot: Slot, *, is_block: bool) -> str:
    return f"{words(slot.name)} {span(slot.times)}".strip() if is_block else slot.name


def seats_picture(content: Content) -> Picture | None:
    """Return a heat map of seats by block and day; None where no session is shared."""
    days, blocks = seats(content)
    if not blocks:
        return None
    left, top, wide, high = 170, 30, 92, 44
    width, height = left + wide * len(days) + 2, top + high * len(blocks) + 2
    pieces = [draw_text(left + wide * n + wide / 2, 18, WEEKDAYS[day], "middle", QUIET) for n, day in enumerate(days)]
    for line, (title, cells) in enumerate(blocks.items()):
        y = top + high * line
        pieces.append(draw_text(left - 12, y + 27, title, "end"))
        for column, day in enumerate(days):
            pieces += _heat_cell(left + wide * column, y, wide - 4, high - 4, cells.get(day, Seats()))
    total = Seats(
        sum(cell.used for cells in blocks.values() for cell in cells.values()),
        sum(cell.offered for cells in blocks.values() for cell in cells.values()),
    )
    svg = draw_svg(
        "picture-seats",
        width,
        height,
        "Seats taken in each block",
        f"{total.used} of {total.offered} seats of shared sessions are taken. The darker a field, the fuller.",
        pieces,
    )
    rows = tuple((title, *(_seat_words(cells.get(day, Seats())) for day in days)) for title, cells in blocks.items())
    return Picture(
        "Seats taken in each block",
        "Shared sessions that begin in the block; the darker, the fuller.",
        svg,
        ("Block", *(WEEKDAYS[day] for day in days)),
        rows,
    )


def _heat_cell(x: float, y: float, wide: float, high: float, cell: Seats) -> list[Markup]:
    if not cell.sessions:
        return [
            draw_rect(x, y, wide, high, PAPER, HAIRLINE),
            draw_text(x + wide / 2, y + high / 2 + 4, DASH, "middle", QUIET),
        ]
    share = cell.used / max(1, cell.offered)
    fill = HEAT[min(len(HEAT) - 1, int(share * (len(HEAT) - 1) + 0.5))]
    return [
        draw_rect(x, y, wide, high, fill, ACCENT if share >= 1 else HAIRLINE),
        draw_text(x + wide / 2, y + 18, f"{cell.used} of {cell.offered}", "middle", INK, weight=600),
        draw_text(x + wide / 2, y + 33, "full" if share >= 1 else f"{share:.0%}", "middle", INK, size=11),
    ]


def _seat_words(cell: Seats) -> str:
    return f"{cell.used} of {cell.offered} in {count(cell.sessions, 'session')}" if cell.sessions else "none"


def load_picture(staff: Sequence[StaffWeek]) -> Picture | None:
    """Return a bar for each member of staff against the limit of the week."""
    if not staff:
        return None
    left, line, bar, right = 170, 24, 330, 110
    most = max(max(row.minutes, row.most_a_week or 0) for row in staff) or 1
    pieces = []
    for place, row in enumerate(staff):
        y = 6 + line * place
        limit, used = bar * (row.most_a_week or 0) / most, bar * row.minutes / most
        pieces += [
            draw_text(left - 12, y + 13, _cut(row.label, 24), "end"),
            draw_rect(left, y + 2, limit, 14, "#eef0f4", HAIRLINE),
            draw_rect(left, y + 2, used, 14, BAD if row.is_over else ACCENT),
            draw_stroke(left + limit, y, left + limit, y + 18, INK),
            draw_text(
                left + bar + 12, y + 13, hours_of(row.minutes, row.most_a_week or 0) + " over" * row.is_over, "start"
            ),
        ]
    over = sum(row.is_over for row in staff)
    detail = f"{count(over, 'person is', 'people are')} over the limit." if over else "Nobody is over the limit."
    svg = draw_svg(
        "picture-load",
        left + bar + right,
        12 + line * len(staff),
        "Hours of staff in sessions against their weekly limit",
        f"Each bar is one member of staff, the upright stroke the limit. {detail}",
        pieces,
    )
    rows = tuple(
        (row.label, decimal_hours(row.minutes), decimal_hours(row.most_a_week or 0), str(len(row.rows)))
        for row in staff
    )
    return Picture(
        "Hours of staff",
        "In sessions, against the limit of the week (the upright stroke).",
        svg,
        ("Staff", "Hours in sessions", "Limit", "Sessions"),
        rows,
    )


def hours_picture(content: Content) -> Picture | None:
    """Return how many participants are how far from their minimum; nobody can be recognized in it."""
    rows = content.edition.hours
    if not rows:
        return None
    bins = {"2 h or more below": 0, "up to 2 h below": 0, "exactly the minimum": 0, "up to 2 h above": 0, "more": 0}
    for row in rows:
        over = row.scheduled_minutes - row.required_minutes
        bins[
            "2 h or more below" if over <= -120
            else "up to 2 h below" if over < 0
            else "exactly the minimum" if over == 0
            else "up to 2 h above" if over <= 120
            else "more"
        ] += 1  # fmt: skip
    left, line, bar = 170, 30, 330
    most = max(bins.values())
    pieces = []
    for place, (title, number) in enumerate(bins.items()):
        y = 6 + line * place
        is_below = "below" in title
        pieces += [
            draw_text(left - 12, y + 16, title, "end"),
            draw_rect(left, y + 2, bar * number / most, 18, BAD if is_below else GOOD),
            draw_text(left + bar * number / most + 8, y + 16, count(number, "person", "people"), "start"),
        ]
    below = sum(number for title, number in bins.items() if "below" in title)
    svg = draw_svg(
        "picture-hours",
        left + bar + 110,
        12 + line * len(bins),
        "Hours that count against the weekly minimum",
        f"{below} of {count(len(rows), 'participant')} are below their minimum.",
        pieces,
    )
    return Picture(
        "Hours of participants",
        "Hours that count against the weekly minimum.",
        svg,
        ("Hours that count", "Participants"),
        tuple((title, str(n)) for title, n in bins.items()),
    )


def hours_bar(scheduled: int, required: int, most: int) -> Markup:
    """Return a small bar of hours with a stroke at the minimum, to stand beside the number that it shows."""
    scale = (_BAR - 4) / max(1, most)
    pieces = [
        draw_rect(1, 4, _BAR - 2, 8, "#eef0f4"),
        draw_rect(1, 4, scheduled * scale, 8, GOOD if scheduled >= required else BAD),
    ]
    if required:
        pieces.append(draw_stroke(1 + required * scale, 1, 1 + required * scale, 15, INK))
    head = Markup('<svg class="bar" width="{0}" height="16" viewBox="0 0 {0} 16" aria-hidden="true">').format(_BAR)
    return head + Markup("").join(pieces) + Markup("</svg>")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
