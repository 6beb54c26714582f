"""Reads one table of ``clinic.toml`` or of a preset: known keys become values, others issues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeVar

from iopsched.ingest.cell import values
from iopsched.ingest.cell.clocktimes import time_of_day
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.report import At, Report
from iopsched.policy.setting import Setting
from iopsched.words.wording import joined, listed, quoted
from iopsched.words.wordings import said

T = TypeVar("T")


class Section:
    """One TOML table; every key asked for is known, the others are told by :meth:`finish`."""

    def __init__(self, data: Mapping[str, Any], path: str, file: str, lines: Mapping[str, int], report: Report) -> None:
        self.data = data
        self.path = path
        self._file = file
        self._lines = lines
        self._report = report
        self._known: set[str] = set()

    def at(self, key: str = "") -> At:
        """Return the place of a key: its line and dotted name."""
        dotted = ".".join(part for part in (self.path, key) if part)
        return At(self._file, self._lines.get(dotted, self._lines.get(self.path, 0)), dotted)

    def tell(self, code: str, key: str, message: str, remedy: str = "") -> None:
        """Report an issue of a key."""
        found = self.data.get(key, "")
        self._report.tell(code, self.at(key), message, remedy, found if isinstance(found, str) else "")

    def has(self, key: str) -> bool:
        """Return whether the key is written."""
        self._known.add(key)
        return key in self.data

    def _get(
        self, key: str, form: str, kinds: tuple[type, ...], convert: Callable[[Any], T], example: str = ""
    ) -> T | None:
        if not self.has(key):
            return None
        value = self.data[key]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            wanted = said('{for example} {} {=} {"}{}{"}', key, example) if example else _FORMS.get(form, form)
            self.tell("E-SETTING-TYPE", key, f"The setting '{key}' is not {form}.", said("Write {}.", wanted))
            return None
        try:
            return convert(value)
        except Fault as fault:
            self._report.fault(fault, self.at(key), value if isinstance(value, str) else "")
            return None

    def text(self, key: str) -> str | None:
        """Return a text, None where missing."""
        return self._get(key, "a text", (str,), str.strip)

    def needed_text(self, key: str, example: str) -> str | None:
        """Return a text that must be there."""
        if not self.has(key):
            self.tell(
                "E-SETTING-MISSING",
                key,
                f"The setting '{key}' is missing.",
                said('Add {for example} {} {=} {"}{}{"}.', key, example),
            )
        return self._get(key, "a text", (str,), str.strip, example)

    def converted(self, key: str, convert: Callable[[str], T]) -> T | None:
        """Return what a text means, None where missing."""
        found = self.data.get(key)
        if isinstance(found, bool | int | float):  # between quotation marks it would be a fault again, or not
            try:
                convert(str(found).lower())
            except Fault as fault:
                self._known.add(key)
                self._report.fault(fault, self.at(key))
                return None
        return self._get(key, "a text", (str,), lambda value: convert(value.strip()))

    def clock(self, key: str, *, is_end: bool = False) -> int | None:
        """Return the minute of the day of a text or a TOML time."""

        def convert(value: str | time) -> int:
            text = value.strip() if isinstance(value, str) else value.isoformat()
            return time_of_day(text, is_end=is_end)

        if not self.has(key):
            self.tell(
                "E-SETTING-MISSING",
                key,
                f"The setting '{key}' is missing.",
                said('Add {for example} {} {=} {"}09:00{"}.', key),
            )
        return self._get(key, "a time", (str, time), convert)

    def day(self, key: str) -> date | None:
        """Return the date of a text or a TOML date, None where missing."""

        def convert(value: str | date) -> date:
            return value if isinstance(value, date) else values.iso_date(value.strip())

        return self._get(key, "a date", (str, date), convert)

    def whole(self, key: str, low: int, high: int) -> int | None:
        """Return a whole number within bounds, None where missing."""
        return self._get(key, "a whole number", (int,), lambda value: values.whole(_digits(value), low, high))

    def flag(self, key: str) -> bool | None:
        """Return true or false, None where missing."""
        return self._get(key, "true or false", (bool,), lambda value: value)

    def minutes(self, key: str, low: int, high: int) -> int | None:
        """Return minutes of a number of hours, None where missing; bounds are hours."""

        def convert(value: float) -> int:
            number = Decimal(_digits(value) if isinstance(value, int) else str(value))
            if not number.is_finite():
                raise Fault("E-HOURS", f"'{value}' is not a number of hours.", "Write hours such as 9 or 1.5.")
            return values.minutes_of(number, low, high)

        return self._get(key, "a number of hours", (int, float), convert)

    def read(self, setting: Setting, key: str = "") -> Any:
        """Return the kept value of a setting, None where missing; ``key`` is the name that the clinic gives."""
        name = key or setting.key
        if setting.choices:
            return self.converted(name, lambda text: values.one_of(text, setting.choices))
        match setting.kind:
            case "hours":
                return self.minutes(name, setting.low, setting.high)
            case "whole":
                return self.whole(name, setting.low, setting.high)
            case "wholes":
                return self.wholes(name, setting.low, setting.high)
            case "flag":
                return self.flag(name)
            case "texts":
                return self.texts(name)
            case "date":
                return self.day(name)
            case "clock":
                return self.clock(name, is_end=name == "end")
            case "text":
                return self.text(name)

    def read_all(self, settings: Iterable[Setting]) -> dict[str, Any]:
        """Return the kept values of those settings that are written, by field, and tell of every other key."""
        found = {setting.field: self.read(setting) for setting in settings}
        self.finish()
        return {field: value for field, value in found.items() if value is not None}

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return a list of texts, None where missing."""

        def convert(value: list[Any]) -> tuple[str, ...]:
            if not all(isinstance(item, str) and item.strip() for item in value):
                raise Fault(
                    "E-SETTING-TYPE", f"The setting '{key}' is not a list of texts.", 'Write for example ["adult"].'
                )
            return tuple(item.strip() for item in value)

        return self._get(key, "a list of texts", (list,), convert)

    def wholes(self, key: str, low: int, high: int) -> tuple[int, ...] | None:
        """Return a list of whole numbers, None where missing."""
        form = "a list of whole numbers"

        def convert(value: list[Any]) -> tuple[int, ...]:
            if not all(isinstance(item, int) and not isinstance(item, bool) for item in value):
                raise Fault("E-SETTING-TYPE", f"The setting '{key}' is not {form}.", f"Write {_FORMS[form]}.")
            return tuple(values.whole(_digits(item), low, high) for item in value)

        return self._get(key, form, (list,), convert)

    def section(self, key: str) -> Section:
        """Return a table inside this one, empty where missing."""
        found = self._get(key, "a table", (dict,), lambda value: value)
        path = f"{self.path}.{key}" if self.path else key
        return Section(found or {}, path, self._file, self._lines, self._report)

    def sections(self, key: str) -> list[Section]:
        """Return the tables of an array of tables such as ``[[blocks]]``."""

        def convert(value: list[Any]) -> list[dict[str, Any]]:
            if not all(isinstance(item, dict) for item in value):
                raise Fault(
                    "E-SETTING-TYPE", f"The setting '{key}' is not a list of tables.", said("Write {[[blocks]]}.")
                )
            return value

        found = self._get(key, "a list of tables", (list,), convert) or []
        return [
            Section(item, f"{key}.{number}", self._file, self._lines, self._report)
            for number, item in enumerate(found, 1)
        ]

    def is_faulty(self, key: str, entry: str = "") -> bool:
        """Return whether this key, or an entry of this array of tables (any, or the one named), has an error."""
        dotted = f"{self.path}.{key}" if self.path else key
        return self._report.is_faulty_setting(self._file, dotted, entry)

    def finish(self) -> None:
        """Tell of every key that nobody has asked for."""
        free = [key for key in self._known if key not in self.data]
        for key in self.data:
            if key not in self._known:
                close = self._report.hint(key, free)
                known = "" if close else f"Known here: {listed(sorted(self._known))}."
                self.tell("E-SETTING-UNKNOWN", key, f"The setting {quoted(key)} is not known.", joined(close, known))


def _digits(value: int) -> str:
    """Return the number as text; one that is too long to print becomes one that is too large."""
    return str(max(-(10**20), min(value, 10**20)))


_FORMS = {
    "a text": said("a text{ between quotation marks}"),
    "a time": 'for example "09:00"',
    "a date": "for example 2026-11-30",
    "a whole number": said("a whole number{ without quotation marks}, such as 12"),
    "true or false": said("true or false{ without quotation marks}"),
    "a number of hours": said("hours{ without quotation marks}, such as 9 or 1.5"),
    "a list of texts": 'for example ["adult", "adolescent"]',
    "a list of whole numbers": "for example [3, 5]",
}
