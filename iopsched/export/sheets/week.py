"""Sheet "Week": day by block by room, with what is tight said in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from iopsched.domain.timegrid import day_of
from iopsched.export.heading import zone_line
from iopsched.export.sheets.book import Book
from iopsched.export.sheets.paper import Pages, page_points
from iopsched.export.sheets.plainbook import Sheet, lines_of
from iopsched.views.headroom import Load, loads
from iopsched.views.sessions import SessionRow
from iopsched.views.slots import Slot, SlotGrid, SlotRow, open_days, slot_grid
from iopsched.words.phrases import DAYS, count, short_date

NAME = "Week"
SIGN = "▲"
FIRST, FIRST_WIDTH, DAY_WIDTH = 2, 13, 30


def add(book: Book) -> None:
    """Write the director's week: groups by block and room, below them sessions for one participant or family by lead."""
    problem = book.edition.problem
    days = open_days(problem, book.rows)
    widths = (FIRST_WIDTH, FIRST_WIDTH, *(DAY_WIDTH for _ in days))
    sheet = book.sheet(NAME, "The week by day, block and room; what is tight is marked.", columns=widths)
    load = loads(problem, book.edition.schedule)
    several = [row for row in book.rows if not row.is_single]
    single = [row for row in book.rows if row.is_single]
    title = f"{problem.clinic.name}: the week of {short_date(problem.week)} {problem.week.year}"
    top = book.heading(sheet, title, _lines(book, load))
    _days(book, sheet, top, days)
    sheet.freeze_panes(top + 1, FIRST)
    row = _grid(book, sheet, top + 1, slot_grid(problem, several, days), load)
    if single:
        pages, begin = Pages(page_points(widths, is_landscape=True)), row + 1
        book.text(sheet, begin, 0, "Sessions for one participant or family, by who leads them", "section")
        row = _visits(book, sheet, begin + 1, single, days, load)
        pages.add(0, book.points_of(sheet, 0, begin))
        pages.add(begin, book.points_of(sheet, begin, row))
        sheet.set_h_pagebreaks(pages.breaks)
    book.fit(sheet, row, FIRST + len(days) - 1, top)


def _lines(book: Book, load: Mapping[str, Load]) -> list[str]:
    if not book.rows:
        return ["No sessions are held this week."]
    marks = Counter(mark for row in load.values() for mark in row.limits)
    found = ", ".join(f"{count(number, 'session')} {mark}" for mark, number in sorted(marks.items()))
    tight = (
        f"{SIGN} Tight spots have this sign, a thick frame and the word for it: {found}."
        if found
        else "Nothing is at its limit."
    )
    cell = "A cell reads: group or session, lead + further staff, participants of the most allowed, participants to staff of the most."
    broken = len(book.edition.violations)
    return [
        zone_line(book.edition),
        cell,
        tight,
        *([f"{SIGN} {count(broken, 'rule violation')}: see the sheet Broken rules."] if broken else []),
    ]


def _days(book: Book, sheet: Sheet, row: int, days: Sequence[int]) -> None:
    book.text(sheet, row, 0, "Block", "header")
    book.text(sheet, row, 1, "Room", "header")
    for place, day in enumerate(days, FIRST):
        date = day_of(book.edition.problem.week, day * 1440)
        book.text(sheet, row, place, f"{DAYS[day]} {short_date(date)}", "header")


def _grid(book: Book, sheet: Sheet, row: int, grid: SlotGrid, load: Mapping[str, Load]) -> int:
    """Write the rows and return the row after them; a block has a line above it."""
    before: Slot | None = None
    for line in grid.rows:
        more = {"top": 2} if line.slot != before else {}
        name = f"{line.slot.name}\n{line.slot.times}" if line.slot.name else line.slot.times
        book.text(sheet, row, 0, name, "row", **more)
        book.text(sheet, row, 1, line.room or "no room", "row", **more)
        height = max(lines_of(name, FIRST_WIDTH), lines_of(line.room, FIRST_WIDTH))
        for place, cell in enumerate(line.cells, FIRST):
            text = "\n".join(_session(item, load.get(item.session_id), line) for item in cell)
            is_tight = any(item.session_id in load and load[item.session_id].limits for item in cell)
            book.text(sheet, row, place, text, "tight" if is_tight else "cell", **({} if is_tight else more))
            height = max(height, lines_of(text, DAY_WIDTH))
        book.height(sheet, row, height)
        before = line.slot
        row += 1
    return row


def _visits(
    book: Book, sheet: Sheet, row: int, visits: Sequence[SessionRow], days: Sequence[int], load: Mapping[str, Load]
) -> int:
    """Write a row for each lead and return the row after them; nobody's week is spread over rooms and blocks."""
    leads = sorted({visit.lead for visit in visits}, key=str.casefold)
    for lead in leads:
        book.text(sheet, row, 0, lead, "row")
        book.text(sheet, row, 1, "", "row")
        height = lines_of(lead, FIRST_WIDTH)
        for place, day in enumerate(days, FIRST):
            here = [visit for visit in visits if visit.lead == lead and visit.day == day]
            text = "\n".join(_visit(visit, load.get(visit.session_id)) for visit in here)
            book.text(sheet, row, place, text, "cell")
            # Digits and small letters: a little more of them fits than of a title.
            height = max(height, lines_of(text, DAY_WIDTH + 2))
        book.height(sheet, row, height)
        row += 1
    return row


def _visit(row: SessionRow, load: Load | None) -> str:
    """Return for instance ``08:00 individual P009 · R08``; further staff after a plus, no word where no room is needed."""
    others = "".join(f" + {name}" for name in row.therapists[1:])
    where = ", ".join(row.where) if row.room or row.modality_words else ""
    return " · ".join(piece for piece in (f"{row.start} {row.title}{others}", where) if piece) + _marks(load)


def _session(row: SessionRow, load: Load | None, line: SlotRow) -> str:
    """Return a session in as many lines as it has to say; the time only where it is not the block's."""
    who = " · ".join(piece for piece in (row.staff, row.modality_words) if piece)
    title = row.title if row.times == line.slot.times else f"{row.times} {row.title}"
    numbers = " · ".join(piece for piece in (f"{row.heads}/{row.most}", _ratio(load)) if piece)
    is_short = len(title) + len(who) < DAY_WIDTH - 2
    lines = [f"{title} · {who}", numbers] if is_short else [title, who, numbers]
    return "\n".join(lines) + _marks(load)


def _ratio(load: Load | None) -> str:
    return f"ratio {load.ratio_words}" if load and load.ratio_words else ""


def _marks(load: Load | None) -> str:
    return f"\n{SIGN} {', '.join(load.limits)}" if load and load.limits else ""
