"""The part of a workbook that holds one sheet: where its rows and cells stand, and the part with some of them replaced.

Only the elements of the cells in question are written anew. What stands around them (formats, comments, validations,
filters, widths, and whatever else a spreadsheet keeps there) stays byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape as escape_markup

from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter

_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_SPANS = re.compile(rb"""\sspans=(?:"[^"]*"|'[^']*')""")
_DIMENSION = re.compile(rb"""(<(?:\w+:)?dimension\b[^>]*?\bref=["'])([A-Z0-9:$]+)""")
_COLUMN = re.compile(rb"""<(?:\w+:)?col\b[^>]*>""")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_CELL = re.compile("[A-Z]{1,3}[0-9]+")
_ATTRIBUTE = re.compile(rb"""(?<!\w)(\w+)=["']([^"']*)""")


@dataclass(slots=True)
class Element:
    """A row or a cell: from ``begin`` to ``end`` its bytes, and its attributes.

    ``formula`` is blank where a cell has none, ``several`` where other cells share it, else ``whole``.
    """

    begin: int
    end: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)
    formula: str = ""


@dataclass(frozen=True, slots=True)
class StoredText:
    """What a cell is to hold: a text, or a number as it is stored; blank for nothing."""

    text: str
    is_number: bool = False


RowContents = Mapping[int, tuple[StoredText, str | None]]
"""What the cells of a row are to hold, and their styles, by column from 1."""


@dataclass(frozen=True)
class SheetXml:
    """The rows and cells of a sheet's part; ``place`` is what holds the rows, ``prefix`` stands before names of elements."""

    data: bytes = field(repr=False)
    prefix: bytes
    place: Element
    rows: Mapping[int, Element] = field(repr=False)
    cells: Mapping[tuple[int, int], Element] = field(repr=False)

    @classmethod
    def of(cls, data: bytes) -> SheetXml:
        """Return what is found in a part.

        Raises
        ------
        ValueError
            If it is not written in UTF-8, or is no sheet.
        """
        return _PlaceFinder(data).sheet()

    def style_of(self, row: int, column: int) -> str | None:
        """Return the style of a cell, where there is none that of its row or column; None where nothing gives it one."""
        if (cell := self.cells.get((row, column))) is not None:
            return cell.attributes.get("s")
        own = self.rows[row].attributes if row in self.rows else {}
        return own["s"] if "s" in own and own.get("customFormat") in ("1", "true") else self._column_style(column)

    def _column_style(self, column: int) -> str | None:
        for match in _COLUMN.finditer(self.data[: self.place.begin]):
            known = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(match[0])}
            if int(known.get("min", 0)) <= column <= int(known.get("max", 0)):
                return known.get("style")
        return None

    def with_rows(self, rows: Mapping[int, RowContents]) -> bytes:
        """Return the part with these cells of rows, and every other byte as it is."""
        made = {row: self._made(row, contents) for row, contents in rows.items() if contents}
        last = max(self.rows, default=0)
        further = b"".join(self._row(row, made[row]) for row in sorted(made) if row > last)
        data = _inside(self.data, self.place, further) if further else self.data
        for row in sorted((row for row in made if row <= last), reverse=True):  # so that places stay true
            data = self._with_cells(data, row, made[row]) if row in self.rows else self._with_row(data, row, made[row])
        for row, cells in made.items():
            data = _with_dimension(data, row, max(cells))
        return data

    def _made(self, row: int, contents: RowContents) -> Mapping[int, bytes]:
        return {column: self._cell(row, column, *contents[column]) for column in sorted(contents)}

    def _row(self, row: int, cells: Mapping[int, bytes]) -> bytes:
        return b'<%srow r="%d">%s</%srow>' % (self.prefix, row, b"".join(cells.values()), self.prefix)

    def _with_row(self, data: bytes, row: int, cells: Mapping[int, bytes]) -> bytes:
        behind = min(known.begin for number, known in self.rows.items() if number > row)
        return _spliced(data, behind, self._row(row, cells))

    def _with_cells(self, data: bytes, row: int, made: Mapping[int, bytes]) -> bytes:
        """Return the part with cells of a row that is there: from the last to the first, so that places stay true."""
        known = {column: cell for (number, column), cell in self.cells.items() if number == row}
        last = max(known, default=0)
        further = b"".join(element for column, element in made.items() if column > last)
        data = _inside(data, self.rows[row], further) if further else data
        for column in sorted((column for column in made if column <= last), reverse=True):
            cell = known.get(column)
            if cell is None:
                data = _spliced(data, min(other.begin for at, other in known.items() if at > column), made[column])
            else:
                data = _spliced(data, cell.begin, made[column], cell.end)
        begin = self.rows[row].begin
        tag = _tag_at(data, begin)
        return _spliced(data, begin, _SPANS.sub(b"", tag), begin + len(tag)) if further else data

    def _cell(self, row: int, column: int, content: StoredText, style: str | None) -> bytes:
        look = "" if style is None else f' s="{style}"'
        head = f'c r="{get_column_letter(column)}{row}"{look}'.encode()
        prefix = self.prefix
        if not content.text:
            return b"<%s%s/>" % (prefix, head)
        text = escape_markup(
            content.text if content.is_number else _ESCAPED.sub("_x005F_", content.text).replace("\r", "_x000D_")
        ).encode()
        if content.is_number:
            return b"<%s%s><%sv>%s</%sv></%sc>" % (prefix, head, prefix, text, prefix, prefix)
        inner = b'<%st xml:space="preserve">%s</%st>' % (prefix, text, prefix)
        return b'<%s%s t="inlineStr"><%sis>%s</%sis></%sc>' % (prefix, head, prefix, inner, prefix, prefix)


class _PlaceFinder:
    """Goes once through a part and notes where everything begins and ends."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._parser = expat.ParserCreate()
        self._open: list[tuple[str, Element | None]] = []
        self._row = self._column = 0
        self._place: Element | None = None
        self._prefix = b""
        self._rows: dict[int, Element] = {}
        self._cells: dict[tuple[int, int], Element] = {}

    def sheet(self) -> SheetXml:
        """Return the sheet; raises ``ValueError`` where there is none."""
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        try:
            is_all = True
            self._parser.Parse(self._data, is_all)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from None
        if self._place is None:
            msg = "no cells"
            raise ValueError(msg)
        return SheetXml(self._data, self._prefix, self._place, self._rows, self._cells)

    def _declared(self, _: str, encoding: str | None, __: int) -> None:
        if (encoding or "utf-8").casefold() not in ("utf-8", "us-ascii"):
            msg = "another encoding"
            raise ValueError(msg)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local, above = _local(name), [_local(known) for known, _ in self._open[-2:]]
        element = None
        if local == "sheetData" and len(self._open) == 1:
            element = self._place = self._element(attributes)
            self._prefix = name[: -len(local)].encode()
        elif local == "row" and above[-1:] == ["sheetData"]:
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            element = self._rows[self._row] = self._element(attributes)
        elif local == "c" and above == ["sheetData", "row"]:
            place = attributes.get("r")
            self._column = coordinate_to_tuple(place)[1] if place else self._column + 1
            element = self._cells[self._row, self._column] = self._element(attributes)
        elif local == "f" and above[-1:] == ["c"] and (cell := self._open[-1][1]) is not None:
            cell.formula = "several" if "ref" in attributes else "whole"
        self._open.append((name, element))

    def _element(self, attributes: dict[str, str]) -> Element:
        return Element(self._parser.CurrentByteIndex, attributes=attributes)

    def _end(self, name: str) -> None:
        _, element = self._open.pop()
        if element is not None:
            at = self._parser.CurrentByteIndex
            closing = re.compile(rb"</%s\s*>" % re.escape(name.encode())).match(self._data, at)
            element.end = closing.end() if closing else at


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _spliced(data: bytes, begin: int, new: bytes, end: int | None = None) -> bytes:
    return data[:begin] + new + data[begin if end is None else end :]


def _inside(data: bytes, parent: Element, element: bytes) -> bytes:
    """Return the data with an element as the last one inside another."""
    tag = _tag_at(data, parent.begin)
    if not tag.endswith(b"/>"):
        return _spliced(data, data.rindex(b"</", parent.begin, parent.end), element)
    name = re.split(rb"[\s/>]", tag[1:], maxsplit=1)[0]
    whole = tag[:-2].rstrip() + b">" + element + b"</" + name + b">"
    return _spliced(data, parent.begin, whole, parent.begin + len(tag))


def _tag_at(data: bytes, at: int) -> bytes:
    match = _TAG.match(data, at)
    if match is None:
        msg = "no element"
        raise ValueError(msg)
    return match[0]


def _with_dimension(data: bytes, row: int, column: int) -> bytes:
    """Return the part whose stated size has a cell in it."""
    match = _DIMENSION.search(data)
    if match is None:
        return data
    first, _, last = match[2].decode().replace("$", "").partition(":")
    if not _CELL.fullmatch(first) or not _CELL.fullmatch(last or first):
        return data
    bottom, right = coordinate_to_tuple(last or first)
    corner = f"{get_column_letter(max(right, column))}{max(bottom, row)}"
    is_inside = row <= bottom and column <= right
    return data if is_inside else _spliced(data, match.start(2), f"{first}:{corner}".encode(), match.end(2))
