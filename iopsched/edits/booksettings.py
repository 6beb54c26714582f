"""The sheet of settings of a workbook, in which one value is replaced, added or taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iopsched.edits.bookparts import BookParts
from iopsched.edits.refusal import refusal
from iopsched.edits.settingsfile import with_setting
from iopsched.edits.sheetxml import RowContents, SheetXml, StoredText
from iopsched.errors import InputError
from iopsched.ingest.report import Report
from iopsched.ingest.source.settingrows import cell_of, form_of, key_of, path_of
from iopsched.ingest.source.tables import MAX_ABOVE, normal_header
from iopsched.ingest.source.workbook import Workbook, sheet_of
from iopsched.ingest.source.xlsx import XlsxSheet
from iopsched.policy.columns import SETTINGS_FILE
from iopsched.policy.setting import Path

_KEY, _VALUE = "key", "value"


def book_settings(source: Workbook) -> Mapping[str, Any]:
    """Return the settings that the reader finds in a workbook, none where it finds no sheet of them."""
    found = source.settings(SETTINGS_FILE) if source.exists(SETTINGS_FILE) else None
    return found[0] if found is not None else {}


def with_book_setting(source: Workbook, parts: BookParts, path: Path, value: Any) -> BookParts:
    """Return the parts of a workbook with another value of a setting, None for none.

    Raises
    ------
    InputError
        If there is no sheet of settings, or it is stored in a way that is not known.
    """
    expected = with_setting(book_settings(source), path, value)
    tab = next((tab for tab in source.book.tabs if normal_header(tab.name) == sheet_of(SETTINGS_FILE)), None)
    if tab is None or expected is None:
        raise _refused(path, 0)
    try:
        xml = SheetXml.of(parts.parts[tab.part])
    except (ValueError, KeyError):
        raise _refused(path, 0) from None
    row, contents = _contents(source.book.sheet(tab), xml, path, value)
    made = parts.with_part(tab.part, xml.with_rows({row: contents})).recounted()
    if book_settings(Workbook(source.path, Report(), made.data)) != expected:
        raise _refused(path, row)
    return made


def _refused(path: Path, row: int) -> InputError:
    message = "The sheet of settings is stored in a way that cannot be changed from here."
    return refusal(SETTINGS_FILE, row, ".".join(path), message)


def _contents(sheet: XlsxSheet, xml: SheetXml, path: Path, value: Any) -> tuple[int, RowContents]:
    """Return the row of a key, or one behind the last, and what its cells are to hold."""
    top, columns = _header(sheet)
    keys = {
        path_of(cells[columns[_KEY]].text.strip()): row
        for row, cells in sorted(sheet.rows.items(), reverse=True)
        if row > top and columns[_KEY] in cells
    }
    last = max(sheet.rows, default=0)
    row = keys.get(path, last + 1)
    style_row = row if path in keys else last
    contents = {columns[_VALUE]: (_stored(path, value), xml.style_of(style_row, columns[_VALUE]))}
    if value is None:
        contents[columns[_KEY]] = (StoredText(""), xml.style_of(row, columns[_KEY]))
    elif path not in keys:
        contents[columns[_KEY]] = (StoredText(key_of(path)), xml.style_of(style_row, columns[_KEY]))
    return row, contents


def _header(sheet: XlsxSheet) -> tuple[int, Mapping[str, int]]:
    for row in sorted(sheet.rows)[:MAX_ABOVE]:
        names = {normal_header(cell.text): column for column, cell in sorted(sheet.rows[row].items(), reverse=True)}
        if _KEY in names:
            return row, {_KEY: names[_KEY], _VALUE: names.get(_VALUE, 2)}
    return 0, {_KEY: 1, _VALUE: 2}


def _stored(path: Path, value: Any) -> StoredText:
    if value is None:
        return StoredText("")
    cell = cell_of(value, form_of(path))
    return StoredText(str(cell), is_number=isinstance(cell, int | float) and not isinstance(cell, bool))
