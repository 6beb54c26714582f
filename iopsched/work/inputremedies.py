"""Which texts a button may write into a cell that is at fault: those that the reader offers, else what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

from iopsched.ingest.cell.datewords import spelled_date
from iopsched.ingest.cell.days import DAY_WORDS, FULL_DAYS, swapped_day
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.windows import Hours, read_windows
from iopsched.policy.column import Column
from iopsched.words.wording import nearest, same_name
from iopsched.work.inputtables import CellFault, InputView
from iopsched.work.inputwindows import hours_of

_WORD = re.compile(r"[^\W\d_]{2,}")
_SHORT = 4
_ISO = len("2026-12-11")
_BETWEEN = re.compile(r"(\s*;\s*)")


class InputRemedies:
    """Remedies for the faults of one state of the files. What a person must decide is left to them."""

    def __init__(self, clinic: Path, view: InputView, week: date) -> None:
        self._clinic = clinic
        self._view = view
        self._week = week
        self._offered: dict[Column, tuple[str, ...]] = {}

    def texts(self, fault: CellFault) -> tuple[str, ...]:
        """Return the texts, likeliest first, one of which the cell may hold instead; empty where only a person can know."""
        if fault.issue.replacements or fault.place is None:
            return fault.issue.replacements
        table = self._view.table(fault.table)
        told = table.columns[fault.place]
        if table.layout is not None and fault.row == table.layout.header_row:
            return self._header(fault, [column.name for column in table.lacking], told.name)
        cells = table.rows.get(fault.row, ())
        text = cells[fault.place] if fault.place < len(cells) else ""
        if not text or not told.is_known or self._view.is_hidden(told, text):
            return ()
        if told.column.kind == "windows":
            return self._mended_windows(told.name, text)
        mended = self._with_year(text) if fault.issue.code == "E-DATE" else self._mended(told.column, text)
        return (mended,) if mended not in (None, text) else ()

    @staticmethod
    def _header(fault: CellFault, lacking: Sequence[str], name: str) -> tuple[str, ...]:
        if fault.issue.code == "E-COLUMN-MISSING":
            return (fault.issue.column,)
        best = nearest(name, lacking) if fault.issue.code == "W-COLUMN-UNKNOWN" else None
        return () if best is None else (best,)

    def _with_year(self, text: str) -> str | None:
        """Return a date that lacks its year, as spreadsheets show 11-Dec, in the year nearest to the week."""
        years = (self._week.year, self._week.year + 1, self._week.year - 1)
        made = [spelled_date(f"{text}{sign}{year}") for year in years for sign in (" ", "-")]
        found = [date.fromisoformat(day) for day in made if day is not None and len(day) == _ISO]
        return min((abs(day - self._week), str(day)) for day in found)[1] if found else None

    def _mended(self, column: Column, text: str) -> str | None:
        """Return a cell with known words in place of others, None where one of these is like no known word."""
        if column not in self._offered:
            self._offered[column] = self._view.offered(column)
        offered = self._offered[column]
        pieces = _BETWEEN.split(text) if column.is_list else [text]
        for at in range(0, len(pieces), 2):
            word, colon, number = pieces[at].partition(":")
            if not word or word in offered:
                continue
            best = same_name(word, offered) if column.kind == "id" else nearest(word, offered)
            if best is None:
                return None
            pieces[at] = f"{best}{colon}{number}"
        return "".join(pieces)

    @cached_property
    def _hours(self) -> Hours:
        return hours_of(self._clinic, self._view.tables, self._week)

    def _mended_windows(self, column: str, text: str) -> tuple[str, ...]:
        """Return windows in which a day or block is spelled right, as far as they can be read then; what times are meant may be open."""
        blocks = self._hours.block_names
        known = {*DAY_WORDS, *blocks}

        def right(match: re.Match[str]) -> str:
            word = match[0].casefold()
            days = FULL_DAYS if len(word) > _SHORT else [day[:3] for day in FULL_DAYS]
            best = None if word in known else swapped_day(word) or nearest(word, [*days, *blocks])
            if best is None:
                return match[0]
            return best[:3].title() if best in DAY_WORDS else best

        mended = _WORD.sub(right, text)
        try:
            read_windows(mended, self._hours, with_starts=column == "times")
        except Fault as fault:
            return fault.replacements
        return (mended,) if mended != text else ()
