"""The parts of a workbook file, of which single ones are replaced, added or left out; all others stay as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from posixpath import dirname, join, normpath, relpath
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

TYPES = "[Content_Types].xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHEET_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_MAIN = re.compile(rb"""<Relationship\b[^>]*?/officeDocument["'][^>]*>""")
_TARGET = re.compile(rb"""\bTarget=["']([^"']+)""")
_CALC = re.compile(rb"<((?:\w+:)?calcPr)\b([^>]*?)(/?)>")
_LOAD = re.compile(rb"""\sfullCalcOnLoad=(?:"[^"]*"|'[^']*')""")
_CHAIN = re.compile(rb"""<(?:Override|Relationship)\b[^>]*?calcChain\.xml["'][^>]*?/>""")
_TABLE = re.compile(rb"""\b(ref=["'][A-Z]+[0-9]+:[A-Z]+)([0-9]+)(?=["'])""")


@dataclass(frozen=True)
class BookParts:
    """The parts in their order, each with what the archive says of it."""

    parts: Mapping[str, bytes] = field(repr=False)
    infos: Mapping[str, ZipInfo] = field(repr=False)

    @classmethod
    def of(cls, data: bytes) -> BookParts:
        """Return the parts of a workbook that the reader has accepted: their number and sizes are bounded."""
        with ZipFile(BytesIO(data)) as archive:
            infos = {info.filename: info for info in archive.infolist()}
            return cls({name: archive.read(name) for name in infos}, infos)

    @property
    def data(self) -> bytes:
        """Return the workbook."""
        stream = BytesIO()
        with ZipFile(stream, "w") as archive:
            for name, part in self.parts.items():
                known = self.infos.get(name)
                info = ZipInfo(name, known.date_time if known else (1980, 1, 1, 0, 0, 0))
                info.compress_type = known.compress_type if known else ZIP_DEFLATED
                info.external_attr = known.external_attr if known else 0o600 << 16
                archive.writestr(info, part)
        return stream.getvalue()

    def with_part(self, name: str, part: bytes) -> BookParts:
        """Return the workbook with another part of this name, or with one more."""
        return replace(self, parts={**self.parts, name: part})

    @property
    def main(self) -> str:
        """Return the name of the part that lists the sheets."""
        match = _MAIN.search(self.parts["_rels/.rels"])
        target = _TARGET.search(match[0]) if match else None
        return target[1].decode().lstrip("/") if target else "xl/workbook.xml"

    def recounted(self) -> BookParts:
        """Return the workbook so that a spreadsheet counts its formulas anew when it opens it, in an order of its own."""
        links = _links_of(self.main)
        main = _CALC.sub(_counting, self.parts[self.main], count=1)
        parts = {name: part for name, part in self.parts.items() if not name.endswith("/calcChain.xml")}
        parts[self.main] = main
        for name in (TYPES, links):
            parts[name] = _CHAIN.sub(b"", parts[name])
        return replace(self, parts=parts)

    def with_sheet(self, title: str, part: bytes) -> BookParts:
        """Return the workbook with one more sheet behind the others.

        Raises
        ------
        ValueError
            If the list of sheets is written in a way that is not known.
        """
        main, links = self.parts[self.main], self.parts[_links_of(self.main)]
        numbers = [int(match[1]) for name in self.parts if (match := re.fullmatch(r".*/sheet([0-9]+)\.xml", name))]
        name = join(dirname(self.main), f"worksheets/sheet{max(numbers, default=0) + 1}.xml")
        ids = {match.decode() for match in re.findall(rb"""\bId=["']([^"']+)""", links)}
        link = next(f"rId{number}" for number in range(1, len(ids) + 2) if f"rId{number}" not in ids)
        last = max((int(number) for number in re.findall(rb"""\bsheetId=["']([0-9]+)""", main)), default=0)
        known = re.search(rb"""<((?:\w+:)?)sheet\b[^>]*?\b(\w+):id=["'][^>]*>""", main)
        if known is None or not re.search(rb"</(?:\w+:)?sheets>", main) or b"</Relationships>" not in links:
            msg = "no list of sheets"
            raise ValueError(msg)
        prefix, space = known[1].decode(), known[2].decode()
        sheet = f'<{prefix}sheet name={quoteattr(title)} sheetId="{last + 1}" {space}:id="{link}"/>'
        target = relpath(name, dirname(self.main))
        relation = f'<Relationship Id="{link}" Type="{_SHEET_LINK}" Target="{target}"/>'
        override = f'<Override PartName="/{name}" ContentType="{_SHEET_TYPE}"/>'
        made = self.with_part(self.main, re.sub(rb"(?=</(?:\w+:)?sheets>)", sheet.encode(), main, count=1))
        made = made.with_part(
            _links_of(self.main), links.replace(b"</Relationships>", f"{relation}</Relationships>".encode())
        )
        types = made.parts[TYPES].replace(b"</Types>", f"{override}</Types>".encode())
        return made.with_part(TYPES, types).with_part(name, part)

    def with_longer_tables(self, sheet: str, row: int) -> BookParts:
        """Return the workbook in which the tables of a sheet's part that end just above a row have that row, too."""
        found = self
        for target in _TARGET.findall(self.parts.get(_links_of(sheet), b"")):
            name = normpath(join(dirname(sheet), target.decode())).lstrip("/")
            part = self.parts.get(name, b"")
            if "/tables/" in name and not re.search(rb"""\btotalsRowCount=["'][1-9]""", part):
                longer = _TABLE.sub(lambda match: _longer(match, row), part)
                found = found.with_part(name, longer) if longer != part else found
        return found


def _longer(match: re.Match[bytes], row: int) -> bytes:
    return match[1] + (b"%d" % row) if int(match[2]) == row - 1 else match[0]


def _links_of(part: str) -> str:
    return join(dirname(part), "_rels", f"{part.rpartition('/')[2]}.rels")


def _counting(match: re.Match[bytes]) -> bytes:
    return b'<%s%s fullCalcOnLoad="1"%s>' % (match[1], _LOAD.sub(b"", match[2]), match[3])
