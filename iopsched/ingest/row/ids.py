"""What may be an id, and which ids are too easily taken for each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.privacy import looks_like_name
from iopsched.ingest.report import At, Report
from iopsched.words.phrases import count
from iopsched.words.wording import escaped, quoted
from iopsched.words.wordings import said

MAX_ID = 64

_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10))})
_EXCEL = re.compile(
    r"[0-9](\.[0-9]+)?E\+[0-9]+"
    r"|[0-9]{1,2}-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-[0-9]{2}"
    r"|#(NAME\?|REF!|VALUE!|N/A|DIV/0!)"
)
_TWINS = frozenset(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd"
)
_PLAIN = "Use letters, digits, hyphens and underscores."


def checked_id(text: str) -> str:
    """Return the id unchanged, or raise a fault that says why it cannot be one."""
    if visible(text) != text:
        raise Fault("E-ID-INVISIBLE", f"The id {escaped(text)} holds an invisible character.", "Type it again by hand.")
    if len(text) > MAX_ID:
        raise Fault("E-ID-LONG", f"This id has {len(text)} characters, more than {MAX_ID}.", "Use a shorter id.")
    if _EXCEL.fullmatch(text):
        raise Fault(
            "E-ID-EXCEL",
            f"The id {quoted(text)} looks damaged by the spreadsheet.",
            "Format the column as text, then type the id again.",
        )
    if found := next((sign for sign in ';:/\\@|<>"' if sign in text), ""):
        raise Fault("E-ID", f"{quoted(text)} is an id that holds the sign '{found}'.", _PLAIN)
    if text.casefold() in _RESERVED:
        message = f"{quoted(text)} cannot be an id: Windows reserves this name."
        raise Fault("E-ID", message, "Add -1 to it, here and wherever it stands.")
    if text.endswith("."):
        raise Fault("E-ID", f"{quoted(text)} cannot be an id: it ends with a dot.", _PLAIN)
    if text[0] in "=+-":
        raise Fault("E-ID", f"{quoted(text)} cannot be an id.", f"{_PLAIN} It begins with a letter or digit.")
    letters = [c for c in text if c.isalpha()]
    odd = [c for c in letters if c in _TWINS]
    if odd and (any(c.isascii() for c in letters) or len(odd) == len(letters)):
        raise Fault(
            "E-ID-LOOK-ALIKE",
            f"The id {escaped(text)} holds letters of another alphabet that look like ours.",
            "Type it again by hand.",
        )
    return text


def visible(text: str) -> str:
    """Return the text without its invisible characters."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc", "Zl", "Zp"))


def tell_names(file: str, column: str, ids: Mapping[str, int], report: Report) -> None:
    """Warn once of ids that look like names of people."""
    rows = [row for text, row in ids.items() if looks_like_name(text)]
    if rows:
        report.tell(
            "W-ID-NAME",
            At(file, rows[0], column),
            said(
                "{} of this {file}, the first in this row, may be {}.",
                count(len(rows), "id"),
                "names" if len(rows) > 1 else "a name",
            ),
            "Ids are printed everywhere; use codes such as P001.",
        )


def tell_similar(file: str, column: str, ids: Iterable[tuple[str, int]], report: Report) -> None:
    """Tell of pairs of different ids that differ only by case, width, accents' encoding or leading zeros."""
    by_form: dict[str, tuple[str, int]] = {}
    by_case: dict[str, tuple[str, int]] = {}
    by_zeros: dict[str, tuple[str, int]] = {}
    for text, row in sorted(ids, key=lambda item: item[1]):
        at = At(file, row, column)
        form = unicodedata.normalize("NFKC", text)
        other, first = by_form.setdefault(form, (text, row))
        if other != text:
            message = f"The ids {escaped(text)} here and {escaped(other)} in row {first} look the same."
            report.tell("E-ID-TWINS", at, message, "Use one spelling, or different ids.")
            continue
        other, first = by_case.setdefault(form.casefold(), (text, row))
        if other != text:
            message = f"The ids {quoted(text)} here and {quoted(other)} in row {first} differ only by case."
            report.tell("W-ID-CASE", at, message, "If they are the same, use one spelling; if not, use clearer ids.")
            continue
        other, first = by_zeros.setdefault(form.lstrip("0") or "0", (text, row))
        if other != text:
            message = f"The ids {quoted(text)} here and {quoted(other)} in row {first} differ only by leading zeros."
            report.tell("W-ID-ZEROS", at, message, "If they are the same, use one spelling; if not, use clearer ids.")


class LostZeros:
    """Gathers unknown ids which are known but for leading zeros, and tells of each damaged column once."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._damaged: dict[tuple[str, str], dict[int, tuple[str, str]]] = {}
        self._forms: dict[int, tuple[Mapping[str, object], dict[str, str]]] = {}

    def explain(self, at: At, text: str, known: Mapping[str, object], home: At) -> bool:
        """Return whether zeros explain why ``text`` is not among the known ids, whose file and column is ``home``."""
        if not text.isdecimal():
            return False
        if id(known) not in self._forms:
            forms: dict[str, str] = {}
            for whole in known:
                if whole.isdecimal():
                    forms.setdefault(whole.lstrip("0"), whole)
            self._forms[id(known)] = (known, forms)
        other = self._forms[id(known)][1].get(text.lstrip("0"))
        if other is None or other == text:
            return False
        self._report.spoil(at)
        if len(text) < len(other):
            self._damaged.setdefault((at.file, at.column), {})[at.row] = (other, text)
        else:
            row = known[other]
            self._damaged.setdefault((home.file, home.column), {})[row if isinstance(row, int) else 0] = (text, other)
        return True

    def tell(self) -> None:
        """Tell of every column at its first damaged row."""
        for (file, column), rows in self._damaged.items():
            first = min(rows)
            whole, stripped = rows[first]
            more = f"; {count(len(rows), 'cell')} of this column are so" if len(rows) > 1 else ""
            self._report.tell(
                "E-ID-ZEROS",
                At(file, first, column),
                f"Excel has removed leading zeros: {quoted(whole)} became {quoted(stripped)}{more}.",
                "Format the column as Text, then write the ids again.",
                stripped,
            )
