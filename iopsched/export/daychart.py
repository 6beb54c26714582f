"""A day of staff before and after a repair as a picture: two bars of time a person, what changes filled."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import HOUR, clock
from iopsched.export.charts import Picture
from iopsched.export.drawing import draw_rect, draw_stroke, draw_svg, draw_text
from iopsched.export.palette import ACCENT, HAIRLINE, INK, PAPER, QUIET, TINT
from iopsched.repairs.repaired import RepairChoice
from iopsched.views.repairtables import sessions_of, staff_days
from iopsched.views.repairtold import RepairWords
from iopsched.words.phrases import count

_LEFT, _WIDE, _TOP, _BAR, _LANE = 176, 600, 26, 20, 54
_SIGN = 6.4
"""How wide a sign of the small text is, in pixels."""
MOST_DAYS = 5


def day_pictures(words: RepairWords, choice: RepairChoice) -> tuple[Picture, ...]:
    """Return a picture of each day on which somebody of the staff has other sessions than published."""
    days = list(staff_days(words, choice).items())[:MOST_DAYS]
    return tuple(_picture(words, choice, day, staff) for day, staff in days)


def _picture(words: RepairWords, choice: RepairChoice, day: int, staff: Sequence[str]) -> Picture:
    weeks = (words.repaired.base.schedule, choice.solved.schedule)
    every = [row for week in weeks for key in staff for row in sessions_of(week, day, key)]
    first = min(row.start for row in every) // HOUR * HOUR
    last = -(-max(row.end for row in every) // HOUR) * HOUR
    scale = _WIDE / (last - first)
    pieces = list(_hours(first, last, scale, _LANE * len(staff)))
    for place, key in enumerate(staff):
        pieces += _lane(words, weeks, day, key, _TOP + _LANE * place, first, scale)
    title = f"{words.day_title(day)}, before and after"
    described = f"{count(len(staff), 'member of staff', 'members of staff')} whose sessions change. The table of days says the same in words."
    svg = draw_svg(f"picture-day-{day}", _LEFT + _WIDE + 8, _TOP + _LANE * len(staff) + 4, title, described, pieces)
    note = "Upper bar: as published. Lower bar: choice 1. What differs is filled."
    return Picture(title, note, svg, (), ())


def _hours(first: int, last: int, scale: float, height: float) -> list[Markup]:
    found = []
    for hour in range(first, last + 1, HOUR):
        x = _LEFT + (hour - first) * scale
        found.append(draw_rect(x, _TOP - 4, 1, height + 4, HAIRLINE))
        if hour < last and (last - first <= 10 * HOUR or (hour - first) // HOUR % 2 == 0):
            found.append(draw_text(x + 2, 16, clock(hour), "start", QUIET, size=11))
    return found


def _lane(
    words: RepairWords, weeks: Sequence[Schedule], day: int, key: str, y: float, first: int, scale: float
) -> list[Markup]:
    label = words.labels.therapist(key)
    pieces = [
        draw_text(_LEFT - 62, y + 26, label if len(label) <= 16 else f"{label[:15]}…", "end", weight=600),
        draw_text(_LEFT - 8, y + 15, "before", "end", QUIET, size=11),
        draw_text(_LEFT - 8, y + 37, "after", "end", QUIET, size=11),
        draw_stroke(0, y + _LANE - 5, _LEFT + _WIDE, y + _LANE - 5, HAIRLINE),
    ]
    before, after = (sessions_of(week, day, key) for week in weeks)
    for rows, others, top in ((before, after, y), (after, before, y + 22)):
        for row in rows:
            is_same = any(
                (row.id, row.start, row.end, row.room_id) == (one.id, one.start, one.end, one.room_id) for one in others
            )
            pieces += _bar(words, row, _LEFT + (row.start - first) * scale, top, row.minutes * scale, is_same=is_same)
    return pieces


def _bar(words: RepairWords, row: Session, x: float, y: float, wide: float, *, is_same: bool) -> list[Markup]:
    fill, ink = (TINT, INK) if is_same else (ACCENT, PAPER)
    text = _short(words, row)
    most = int((wide - 6) / _SIGN)
    shown = text if len(text) <= most else text[:most]
    return [
        draw_rect(x + 0.5, y, max(2.0, wide - 1.5), _BAR, fill, ACCENT),
        draw_text(x + 4, y + 14, shown, "start", ink, size=11),
    ]


def _short(words: RepairWords, row: Session) -> str:
    """Return the group, or who is seen, as readers may see it."""
    if row.group_id is not None:
        return words.labels.group(row.group_id, row.service_id)
    people = ", ".join(map(words.labels.participant, row.participant_ids))
    return people or row.service_id
