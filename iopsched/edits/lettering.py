"""How the bytes of a text file become letters, and the same letters the same bytes again."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_MARKED = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Lettering:
    """A byte order mark, blank where there is none, and the encoding behind it."""

    mark: bytes = b""
    encoding: str = "utf-8"

    def text_of(self, data: bytes) -> str:
        """Return the letters of bytes that begin with the mark."""
        return data[len(self.mark) :].decode(self.encoding)

    def bytes_of(self, text: str) -> bytes:
        """Return the bytes of letters; raises ``UnicodeEncodeError`` for a letter that the encoding does not have."""
        return self.mark + text.encode(self.encoding)


def lettering_of(data: bytes) -> Lettering:
    """Return how bytes are read that the reader accepts: by their mark, else as UTF-8, else as cp1252."""
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return Lettering(mark, encoding)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return Lettering(encoding="cp1252")
    return Lettering()
