"""The map of what a week has left: parts of the day by days, as a picture."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from iopsched.domain.timegrid import WEEKDAYS, hours
from iopsched.export.charts import Picture
from iopsched.export.content import DASH
from iopsched.export.drawing import draw_rect, draw_svg, draw_text
from iopsched.export.palette import HAIRLINE, HEAT, INK, PAPER, QUIET
from iopsched.views.freeplaces import FreePart
from iopsched.words.phrases import count

_LEFT, _TOP, _WIDE, _HIGH, _LINE = 110, 30, 132, 84, 17


def places_picture(places: Sequence[FreePart]) -> Picture:
    """Return a field for each part of each day: free seats, hours of staff, rooms; the darker, the more seats are free."""
    cells = {(row.day, row.part): row for row in places}
    days = sorted({row.day for row in places})
    parts = list(dict.fromkeys(row.part for row in places))
    most = max((row.all_seats for row in places), default=0)
    pieces = [draw_text(_LEFT + _WIDE * (n + 0.5), 18, WEEKDAYS[day], "middle", QUIET) for n, day in enumerate(days)]
    for line, part in enumerate(parts):
        y = _TOP + _HIGH * line
        pieces.append(draw_text(_LEFT - 12, y + _HIGH / 2 + 2, part or "all day", "end"))
        for column, day in enumerate(days):
            pieces += _cell(_LEFT + _WIDE * column, y, cells.get((day, part)), most)
    title, note = "What the week has left", "If nothing moves; the darker a field, the more seats of groups are free."
    svg = draw_svg("picture-places", _LEFT + _WIDE * len(days) + 2, _TOP + _HIGH * len(parts) + 2, title, note, pieces)
    rows = tuple((part or "all day", *("; ".join(_lines(cells.get((day, part)))) for day in days)) for part in parts)
    return Picture(title, note, svg, ("Part of the day", *(WEEKDAYS[day] for day in days)), rows)


def _cell(x: float, y: float, row: FreePart | None, most: int) -> list[Markup]:
    middle = x + (_WIDE - 4) / 2
    if row is None:
        return [
            draw_rect(x, y, _WIDE - 4, _HIGH - 4, PAPER, HAIRLINE),
            draw_text(middle, y + _HIGH / 2 + 2, DASH, "middle", QUIET),
        ]
    # Any free seat is seen: the first shade is for none at all.
    shade = -(-row.all_seats * (len(HEAT) - 1) // max(1, most))
    first, *others = _lines(row)
    return [
        draw_rect(x, y, _WIDE - 4, _HIGH - 4, HEAT[shade], HAIRLINE),
        draw_text(middle, y + 20, first, "middle", INK, weight=600),
        *(
            draw_text(middle, y + 20 + _LINE * n, line, "middle", INK, size=12)
            for n, line in enumerate(others, start=1)
        ),
    ]


def _lines(row: FreePart | None) -> tuple[str, ...]:
    if row is None:
        return ("closed",)
    return (
        count(row.all_seats, "seat"),
        f"{hours(row.group_minutes)} of leads",
        f"{hours(row.visit_minutes)} individual",
        count(row.rooms, "room"),
    )
