"""The lines of a TOML text: which key stands in which line, and with which remark."""

from __future__ import annotations

import re

MOST_PARTS = 50
_KEY = re.compile(r"[A-Za-z0-9_\"'. \t-]+")
# A text to its closing quotation mark or the end of the line, a remark, or what is neither. Nothing is tried twice
# (``*+``), so that the time grows with the length of the line alone.
_PIECE = re.compile(r"""(?P<text>"(?:[^"\\]|\\.)*+(?:"|\\?$)|'[^']*+(?:'|$))|(?P<remark>\#.*)|[^"'\#]++""", re.DOTALL)
_MARK = re.compile(r"[\[\]{}=,]")


def lines_of(text: str) -> list[str]:
    """Return the lines of a TOML text as its reader counts them."""
    return text.replace("\r\n", "\n").split("\n")


def remark_start(line: str) -> int | None:
    """Return where the ``#`` of a line stands behind which nothing is read, None where there is none."""
    return next((match.start("remark") for match in _PIECE.finditer(line) if match["remark"]), None)


def remark_of(line: str) -> str:
    """Return what stands behind the ``#`` of a line."""
    start = remark_start(line)
    return "" if start is None else line[start + 1 :].strip()


def is_too_deep(line: str) -> bool:
    """Return whether a key of a line has more parts than any setting: to read such keys takes the square of the parts."""
    if line.count(".") < MOST_PARTS:
        return False
    bare = "".join("" if match["text"] or match["remark"] else match[0] for match in _PIECE.finditer(line))
    return any(part.count(".") >= MOST_PARTS for part in _MARK.split(bare))


def key_lines(text: str) -> dict[str, int]:
    """Return the line of every dotted key; entries of an array of tables are counted, as in ``blocks.1.id``."""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(map(str.strip, lines_of(text)), 1):
        head, is_ended, _ = line.lstrip("[").partition("]" if line.startswith("[") else "=")
        if not is_ended or not head.strip():
            continue
        if line.startswith("["):
            prefix = _plain(head)
            if line.startswith("[["):
                counts[prefix] = counts.get(prefix, 0) + 1
                prefix = f"{prefix}.{counts[prefix]}"
            lines.setdefault(prefix, number)
        elif _KEY.fullmatch(head):
            lines.setdefault(f"{prefix}.{_plain(head)}" if prefix else _plain(head), number)
    return lines


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))
