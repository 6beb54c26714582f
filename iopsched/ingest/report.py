"""Where issues are gathered while reading goes on, so that all are told at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

from iopsched.errors import Issue
from iopsched.ingest.cell.fault import Fault, Text, written
from iopsched.ingest.privacy import ClinicWords
from iopsched.policy.columns import PRIVATE_COLUMNS
from iopsched.words.wording import did_you_mean, each_of, is_it, nearest

# Faults that leave nothing to solve, though a schedule that exists can be looked at and verified.
ONLY_FOR_SOLVING = frozenset({"E-WEEK-CLOSED", "E-NOBODY-FREE", "E-NO-ROOM-FREE"})
MAX_HINTS = 200
MOST_OF_A_KIND = 1000  # kept of one code in one file; the rest is counted
MAX_COMPARISONS = 100_000


def _rank(issue: Issue) -> tuple[str, int, str, str, str, str]:
    return (issue.file, issue.row, issue.column, issue.code, issue.message, issue.remedy)


_LEVELS: dict[str, Literal["error", "warning", "information"]] = {
    "E": "error",
    "C": "error",
    "W": "warning",
    "I": "information",
}


class At(NamedTuple):
    """A place in the input: a file, a row as a spreadsheet counts (0 = none), a column or key."""

    file: str
    row: int = 0
    column: str = ""

    def cell(self, column: str) -> At:
        """Return the place of another column of the same row."""
        return At(self.file, self.row, column)


class Report:
    """Collects issues; knows which rows have an error, so that later checks leave them alone.

    ``words`` is how sentences name tables and settings, as files or as sheets.
    """

    def __init__(self, *, lenient: bool = False) -> None:
        self.terms = ClinicWords()
        self.words: Callable[[str], str] = str
        self._lenient = lenient
        self._issues: set[Issue] = set()
        self._spoiled: set[tuple[str, int]] = set()
        self._faulty_settings: set[tuple[str, str, str | None]] = set()
        self._alike: dict[tuple[str, str, str, str, str], dict[str, int]] = {}
        self._people: dict[str, set[str]] = {}
        self._errors = 0
        self._kept: Counter[tuple[str, str]] = Counter()
        self._more: Counter[tuple[str, str]] = Counter()
        self._hints = 0
        self._comparisons = 0

    def tell(
        self,
        code: str,
        at: At,
        message: str,
        remedy: Text = "",
        value: str = "",
        replacements: tuple[str, ...] = (),
    ) -> None:
        """Add one issue; its level follows from the first letter of the code.

        The value of a column that may identify a person is dropped here, whatever the caller says,
        and so is one that may be a name in any other column. After 1,000 of a kind in a file they are only counted.
        """
        level = _LEVELS[code[0]]
        if self._lenient and (code.startswith("C-") or code in ONLY_FOR_SOLVING):
            level = "warning"
        if level == "error" and at.row > 0:
            self._spoiled.add((at.file, at.row))
        if self._is_full(at.file, code):
            return
        message, remedy = map(self.words, (message, written(remedy)))
        message, remedy, shown = self.terms.masked(code, at.file, message, remedy, value)
        if shown != value:
            replacements = ()
        shown = "" if at.column in PRIVATE_COLUMNS else shown[:200]
        column = self.terms.shown_key(at.column) if at.file.endswith(".toml") else at.column
        self._add(Issue(at.file, at.row, column, code, message, remedy, shown, level, "", replacements), at.column)

    def tell_of(self, person_id: str, code: str, at: At, template: str, remedy: Text = "") -> None:
        """Add one warning of a participant, who is ``{}`` in the template; people of whom the same is true share a line."""
        self._alike.setdefault((code, at.file, at.column, template, written(remedy)), {})[person_id] = at.row

    @property
    def people(self) -> Mapping[str, frozenset[str]]:
        """Return the participants of whom each warning was told by :meth:`tell_of`, by its code."""
        return {code: frozenset(ids) for code, ids in self._people.items()}

    def _tell_alike(self) -> None:
        """Tell once of all people of whom the same is true, at the first of their rows."""
        for (code, file, column, template, remedy), rows in self._alike.items():
            at = At(file, min(rows.values()), column)
            people = each_of(dict(sorted(rows.items(), key=lambda row: row[1])))
            self.tell(code, at, template.replace("{}", people, 1), remedy)
            self._people.setdefault(code, set()).update(rows)
        self._alike.clear()

    def _is_full(self, file: str, code: str) -> bool:
        """Return whether enough faults of one kind of a file are kept; count the one at hand if so."""
        if self._kept[file, code] < MOST_OF_A_KIND:
            return False
        self._more[file, code] += 1
        return True

    def _add(self, issue: Issue, setting: str = "") -> None:
        if issue in self._issues:
            return
        self._issues.add(issue)
        self._kept[issue.file, issue.code] += 1
        if issue.level != "error":
            return
        self._errors += 1
        setting = setting or issue.column
        self._faulty_settings.add((issue.file, setting, None))
        parts = setting.split(".")
        for place in (place for place, part in enumerate(parts) if part.isdecimal()):
            key, entry = ".".join(parts[:place]), ".".join(parts[place + 1 :])
            self._faulty_settings |= {(issue.file, key, entry), (issue.file, key, "")}

    def spoil(self, at: At) -> None:
        """Mark a row as faulty without telling of it, so that later checks skip it."""
        self._spoiled.add((at.file, at.row))

    def fault(self, fault: Fault, at: At, value: str = "") -> None:
        """Add a fault of a cell at its place."""
        self.tell(fault.code, at, fault.message, fault.advice, value, fault.replacements)

    def hint(self, text: str, options: Collection[str], *, is_word: bool = False) -> str:
        """Return ``Did you mean 'X'?`` or nothing; after many hints nothing, because they take time.

        Names and ids are the clinic's own: another one that looks like the text is another person or thing.
        Only of a word, which no two rows share by chance, one that is nearly the same is meant.
        """
        if not self._may_compare(len(options)):
            return ""
        return did_you_mean(text, options) if is_word else is_it(text, options)

    def nearest(self, text: str, options: Collection[str]) -> str | None:
        """Return the word that looks most like the text, if any does; after many comparisons None, as with hints."""
        return nearest(text, options) if self._may_compare(len(options)) else None

    def _may_compare(self, options: int) -> bool:
        self._hints += 1
        self._comparisons += options
        return self._hints <= MAX_HINTS and (self._hints == 1 or self._comparisons <= MAX_COMPARISONS)

    def extend(self, issues: tuple[Issue, ...]) -> None:
        """Add issues found by another reading."""
        for issue in issues:
            self._add(issue)

    def is_spoiled(self, file: str, row: int) -> bool:
        """Return whether this row has an error already."""
        return (file, row) in self._spoiled

    def is_missing(self, file: str) -> bool:
        """Return whether it is told that a file, or all of its rows, are missing."""
        return any(issue.file == file and issue.code.startswith("E-FILE-") for issue in self._issues)

    def is_faulty_setting(self, file: str, key: str, entry: str = "") -> bool:
        """Return whether a setting or an entry of it, such as ``blocks.1.start``, has an error."""
        return not self._faulty_settings.isdisjoint({(file, key, None), (file, key, entry)})

    @property
    def has_errors(self) -> bool:
        """Return whether anything forbids to solve."""
        return self._errors > 0

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Return the issues kept, sorted by file, row and column; the last of a kind says how many more there are."""
        self._tell_alike()
        found = sorted(self._issues, key=_rank)
        last = {(issue.file, issue.code): place for place, issue in enumerate(found)}
        for kind, more in self._more.items():
            found[last[kind]] = replace(found[last[kind]], more=more)
        return tuple(found)
