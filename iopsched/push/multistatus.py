"""What a server lists (RFC 4918, 13), read as it comes: nothing is built up, and nothing in it can make us work.

A document type, the place of every entity, is refused; so is what is nested
deeper or told in longer tags than any server needs.
"""

from __future__ import annotations

import re
from xml.parsers import expat

_PIECE_BYTES = 1 << 16
_MOST_DEPTH = 64
_MOST_TAG_BYTES = 1 << 18
_MOST_HREF_LETTERS = 4096
_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}encoding\s{0,9}=\s{0,9}["']([^"']*)""")
_USUAL = (b"utf-8", b"utf-16", b"us-ascii", b"iso-8859-1", b"windows-1252")
_ROW = ("DAV: multistatus", "DAV: response")
_HREF = (*_ROW, "DAV: href")
_STATUS = (*_ROW, "DAV: status")
_ETAG = (*_ROW, "DAV: propstat", "DAV: prop", "DAV: getetag")


class MalformedListError(ValueError):
    """What should be a list is none, or one that no honest server sends."""


def rows_of(data: bytes) -> list[tuple[str, str]]:
    """Return href and version of each row that is there; the version is blank where none is told.

    Raises
    ------
    UnreadableError
        If it is no such list.
    """
    if (match := _ENCODING.match(data[:2000].lstrip(b"\xef\xbb\xbf"))) and match[1].lower() not in _USUAL:
        raise MalformedListError  # Python would try any codec of that name
    reading = _Reading()
    try:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = reading.refuse
        parser.StartElementHandler = reading.start
        parser.EndElementHandler = reading.end
        parser.CharacterDataHandler = reading.text
        for begin in range(0, len(data), _PIECE_BYTES):
            parser.Parse(data[begin : begin + _PIECE_BYTES])
            if begin - parser.CurrentByteIndex > _MOST_TAG_BYTES:
                raise MalformedListError
        parser.Parse(b"", True)  # noqa: FBT003 - of the standard library
    except (expat.ExpatError, ValueError):
        raise MalformedListError from None
    if not reading.is_list:
        raise MalformedListError
    return reading.rows


class _Reading:
    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []
        self.is_list = False
        self._path: tuple[str, ...] = ()
        self._said: dict[tuple[str, ...], str] = {}
        self._hrefs: list[str] = []

    def refuse(self, *_: object) -> None:
        raise MalformedListError

    def start(self, name: str, _attributes: object) -> None:
        self._path = (*self._path, name)
        if len(self._path) > _MOST_DEPTH:
            raise MalformedListError
        self.is_list = self.is_list or self._path == _ROW[:1]
        if self._path == _ROW:
            self._said, self._hrefs = {}, []

    def text(self, text: str) -> None:
        if self._path in (_HREF, _STATUS, _ETAG):
            found = self._said.get(self._path, "") + text
            self._said[self._path] = found[:_MOST_HREF_LETTERS]

    def end(self, _name: str) -> None:
        if self._path == _HREF:
            self._hrefs.append(self._said.pop(_HREF, "").strip())
        elif self._path == _ROW and " 404" not in self._said.get(_STATUS, ""):
            self.rows += [(href, self._said.get(_ETAG, "").strip()) for href in self._hrefs if href]
        self._path = self._path[:-1]
