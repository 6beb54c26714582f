"""Lists in cells: which signs separate values, judged by all values of that kind that the clinic has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.spelling import LANGUAGES
from iopsched.ingest.source.tables import Table
from iopsched.words.wording import quoted

_ALWAYS = {
    "skill": ("group", "individual", "family", "multifamily", "other"),
    "language": tuple(LANGUAGES),
}
_SIGNS = ",/\uff0c\u3001|"
_SIGN = re.compile(f"[{_SIGNS}]")
_PAUSE = re.compile(f"[{_SIGNS}](?: *(?:and|&)(?= ))?", re.IGNORECASE)  # T1, T2, and T3
_CHOICE = re.compile(" or ", re.IGNORECASE)
_SURE = re.compile("[;\r\n]")
_WORD = re.compile(" and | plus |[&+]", re.IGNORECASE)
_COUNTED = re.compile("([^:,/]+):[ ]*[0-9]+")
_BESIDE = re.compile("^[0-9]+ | [0-9]+$")
_NOTHING = frozenset({"n/a", "-", "--", "---"})
_NUMBER = re.compile("(?P<name>.+?)[ x*=]{0,3}(?P<number>[0-9]{1,2})|(?P<first>[0-9]{1,2}) ?x? ?(?P<other>.+)")


@dataclass(frozen=True, slots=True)
class Lists:
    """Knows the values of each kind in lower case, as far as they stand alone in a cell or between semicolons."""

    known: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Iterable[Table], named: Mapping[str, Iterable[str]]) -> Lists:
        """Return what tables know, and the values that ``named`` gives by kind."""
        found: dict[str, set[str]] = {}
        for kind, values in (*_ALWAYS.items(), *named.items()):
            found.setdefault(kind, set()).update(value.casefold() for value in values)
        for table in tables:
            file, own = table.kind.file, table.kind.needed[0]
            kinds = {name: kind for name in table.columns if (kind := table.kind.column(name).vocabulary)}
            for row in table.rows:
                if own.endswith("_id"):
                    found.setdefault(file, set()).add(row[own].casefold())
                if file == "modules.csv":
                    found.setdefault("module", set()).add((row["module_id"] or row["title"]).casefold())
                for column, kind in kinds.items():
                    if row[column] and not kind.endswith(".csv"):
                        found.setdefault(kind, set()).update(_plain_parts(row[column]))
        skills = found["skill"]
        found["skill"] = {skill for skill in skills if " " not in skill or not skills.issuperset(skill.split())}
        return cls({kind: frozenset(values) for kind, values in found.items()})

    def parts(self, kind: str, text: str) -> tuple[str, ...]:
        """Return the values of a list, trimmed, without empty ones.

        Raises
        ------
        Fault
            If a comma, slash or word between values may as well be part of one.
        """
        if text.casefold() in _NOTHING:
            raise Fault("E-LIST", f"{quoted(text)} is no value.", "Blank the cell if there is none.")
        pieces = [part.strip() for part in _SURE.split(text) if part.strip()]
        return tuple(value for piece in pieces for value in self._values(kind, piece, text, is_only=len(pieces) == 1))

    def _values(self, kind: str, piece: str, text: str, *, is_only: bool) -> list[str]:
        if self._has(kind, piece):
            return [piece]
        parts = [" ".join(part.split()) for part in _PAUSE.split(piece) if part.strip()]
        if len(parts) > 1 and not all(self._has(kind, part) or ":" in part for part in parts):
            signs = set(_SIGN.findall(piece))
            is_held = any(signs & set(value) for value in self.known.get(kind, ()))
            if not is_only or is_held or any(len(part) == 1 for part in parts):
                raise _unsure(piece, len(parts), text)
        return [value for part in parts for value in self._spoken(kind, part, text)]

    def _spoken(self, kind: str, part: str, text: str) -> list[str]:
        """Return the values of a part that may say ``A and B`` or ``A & B``; ids and skills may stand side by side."""
        if self._has(kind, part):
            return [part]
        words = [word.strip() for word in _WORD.split(part) if word.strip()]
        known = [self._has(kind, word) for word in words]
        if len(words) > 1 and any(known):
            if not all(known):
                raise _unsure(part, len(words), text)
            return words
        choice = [word.strip() for word in _CHOICE.split(part)]
        if len(choice) > 1 and all(self._has(kind, word) for word in choice):
            message = f"{quoted(part)} does not say which of them is meant."
            raise Fault("E-LIST", message, f"Write {'; '.join(choice)} if all may be meant, else one of them.")
        words = part.split()
        is_row = kind == "skill" or kind.endswith(".csv")
        return words if is_row and len(words) > 1 and all(self._has(kind, word) for word in words) else [part]

    def counted(self, kind: str, text: str) -> str:
        """Return a ``name:number`` list with semicolons between its entries.

        Raises
        ------
        Fault
            As :meth:`parts`; also where a number stands beside a known name without a colon.
        """
        found = self.parts(kind, text)
        for part in found:
            match = None if self._has(kind, part) else _NUMBER.fullmatch(part)
            name = (match["name"] or match["other"]).strip() if match else ""
            if match and self._has(kind, name) and ":" not in name:
                number = match["number"] or match["first"]
                raise Fault("E-LIST", f"{quoted(part)} is not of the form name:number.", f"Write {name}:{number}.")
        return ";".join(found)

    def _has(self, kind: str, text: str) -> bool:
        low = text.casefold()
        known = self.known.get(kind, frozenset())
        return low in known or ((match := _COUNTED.fullmatch(low)) is not None and match[1].strip() in known)


def _plain_parts(text: str) -> list[str]:
    """Return the parts of a cell in which nothing but semicolons could separate values."""
    parts = (part.strip().casefold() for part in _SURE.split(text))
    plain = (part.partition(":")[0].strip() for part in parts if part and not _SIGN.search(part))
    return [part for part in plain if part and not _WORD.search(part) and not _BESIDE.search(part)]


def _unsure(part: str, number: int, text: str) -> Fault:
    pieces = [piece for piece in re.split(f"{_SURE.pattern}|{_SIGN.pattern}|{_WORD.pattern}", text) if piece.strip()]
    return Fault(
        "E-LIST",
        f"{quoted(part)} may be one value or {number}.",
        f"If it is {number}, write {'; '.join(piece.strip() for piece in pieces)[:200]}. "
        "If it is one, write it everywhere without commas, slashes, signs and the word and.",
    )


NO_LISTS = Lists({kind: frozenset(values) for kind, values in _ALWAYS.items()})
