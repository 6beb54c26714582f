"""What each target begins with: cells, rows and settings of the catalog of bad input, and the examples' own files."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from iopsched.domain.publication import Publication
from iopsched.policy.columns import GROUPS, PINS, ROOMS, THERAPISTS
from iopsched.store.record import make_record, to_snapshot
from scripts.fuzz.targets import PINS_AND_ATTENDANCE, SCHEDULE, TABLES, book, sheet_xml

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "data"
CATALOG = ROOT / "tests" / "badinput"
WINDOWS = (
    "Mon-Fri 17:00-21:00; Sat 09:00-12:00", "Mon Wed Fri 9am-12pm", "daily 08:00-20:00", "Mon,Tue evening", "never",
    "MWF 9:00-5:00", "M-Th 9-12", "Tu/Th 0900-1200", "Tue 09:00-12:00 every 2 weeks from 2026-12-01", "2nd 4th Wed 13:00-17:00",
    "2026-11-30", "11/30/2026 9:00 AM", "1.5", "24:00",
)  # fmt: skip
WORDS = (
    "Mon", "Fri", "Sat", "daily", "weekdays", "never", "morning", "evening", "every 2 weeks from ", "2nd", "noon", "am", "pm",
    "09:00", "-17:00", "2026-11-30", "must", "must_not", "attended", "no_show", "adult", "yes", "no", "telehealth", "either",
    "levels.iop-adult", "[[blocks]]", "min_hours_per_week = ", "T1", "P1", "R1", "G1", "\\xef\\xbb\\xbf", "\\xc2\\xa0", "\\xe2\\x80\\x8b",
)  # fmt: skip


def seeds(target: str) -> Iterator[bytes]:
    """Yield the inputs that a target begins with."""
    yield from _SEEDS[target]()


def dictionary() -> str:
    """Return words in the form of libFuzzer's dictionaries; names of columns among them."""
    columns = {name for kind in (THERAPISTS, ROOMS, GROUPS, PINS) for name in kind.needed}
    words = [*WORDS, *sorted(columns)]
    return "".join(f'"{word}"\n' for word in words)


def _cases() -> Iterator[tuple[str, str]]:
    """Yield what the catalog writes: a file's name, and text that belongs into it."""
    for path in sorted(CATALOG.glob("cases_*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8")).values():
            for name, lines in case.get("add", {}).items():
                yield name, "\n".join(lines)
            yield from case.get("files", {}).items()
            for name, pairs in case.get("swap", {}).items():
                yield from ((name, text) for text in pairs[1::2])


def _windows() -> Iterator[bytes]:
    yield from (text.encode() for text in WINDOWS)
    for name, text in _cases():
        if name.endswith(".csv"):
            yield from (cell.encode() for cell in text.split(","))


def _files(name: str) -> Iterator[bytes]:
    for folder in (CATALOG / "clinic", CATALOG / "week", *sorted(EXAMPLES.iterdir())):
        if (folder / name).is_file():
            yield (folder / name).read_bytes()


def _csv() -> Iterator[bytes]:
    for at, name in enumerate(TABLES):
        mark = bytes([at])
        heads = [data.partition(b"\n")[0] for data in _files(name)]
        yield from (mark + data[:4000] for data in _files(name))
        for own, text in _cases():
            if own == name and heads:
                yield mark + heads[0] + b"\n" + text.encode("utf-8", "replace")


def _toml() -> Iterator[bytes]:
    yield from (b"\1" + data for data in _files("clinic.toml"))
    yield from (b"\0" + text.encode() for name, text in _cases() if name == "clinic.toml")


def _pins() -> Iterator[bytes]:
    for at, name in enumerate(PINS_AND_ATTENDANCE):
        yield from (bytes([at]) + data.partition(b"\n")[2] for data in _files(name))
        yield from (bytes([at]) + text.encode("utf-8", "replace") for own, text in _cases() if own == name)


def _xlsx() -> Iterator[bytes]:
    settings = "key\tvalue\nname\tMini\ntimezone\tAmerica/Chicago\nopen\tMon-Fri 09:00-17:00"
    yield b"\1" + settings.encode()
    yield b"\0" + sheet_xml(settings)
    yield b"\2" + book({})
    yield from (b"\1" + text.replace(",", "\t").encode("utf-8", "replace") for _, text in _cases())


def _schedules() -> Iterator[bytes]:
    yield from (bytes([at]) + data for at, data in enumerate(SCHEDULE.values()))
    for at, name in enumerate((*SCHEDULE, "summary.json")):
        yield from (bytes([at]) + data for data in _files(name))
        yield from (bytes([at]) + text.encode("utf-8", "replace") for own, text in _cases() if own == name)
    empty = Publication("site", date(2026, 11, 30), 1, datetime(2026, 11, 29, tzinfo=UTC), ())
    yield b"\4" + to_snapshot(make_record(empty, 1, "someone", ""))


_SEEDS: Mapping[str, Callable[[], Iterator[bytes]]] = {
    "windows": _windows,
    "csv": _csv,
    "toml": _toml,
    "xlsx": _xlsx,
    "pins": _pins,
    "schedules": _schedules,
}
