"""The most memory that commands take on the largest inputs that are read, each measured as a whole process.

    python -m scripts.memory --only participants

Each input is a copy of ``data/complete`` with one table (or file) grown to the limit of what is read: 10 MB or 100,000
rows. Printed are peak memory, seconds and exit code of each command; the exit code is 1 where one takes more than
``PROMISED_MB`` or ends as no command may.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMPLETE = ROOT / "data/complete"
WEEK = "2026-11-30"
PROMISED_MB = 500
LIMIT_BYTES = 9_900_000
MOST_ROWS = 99_990
ENDINGS = frozenset({0, 3, 4, 5, 6, 7})
# Seconds for each search: long enough to build what is built, or to refuse.
SEARCH_S = 20
# The column that tells rows apart, where there is one.
KEYS = {
    "participants": "participant_id",
    "therapists": "therapist_id",
    "rooms": "room_id",
    "services": "service_id",
    "groups": "group_id",
    "waitlist": "participant_id",
    "modules": "module_id",
}
PLAIN = ("attendance", "covers", "extra_time", "keep_apart", "keep_together", "needs", "pins", "steps", "time_off")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took."""

    seconds: float
    peak_mb: float
    code: int


def measured(*words: str) -> Cost:
    """Run a command as a process of its own and return what it took."""
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "iopsched", *words], cwd=ROOT, stdout=-3, stderr=-3)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    kilobyte = 1 if sys.platform != "darwin" else 1 / 1024
    return Cost(time.monotonic() - begun, usage.ru_maxrss * kilobyte / 1000, process.returncode)


def rows_of(table: str) -> list[list[str]]:
    """Return header and rows of a table of the example."""
    with (COMPLETE / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def grow(clinic: Path, table: str) -> None:
    """Fill a table with rows like its own up to the limit; ids, where rows have some, are new."""
    header, *rows = rows_of(table)
    key = header.index(KEYS[table]) if table in KEYS else None
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([header, *rows])
    for number in range(MOST_ROWS - len(rows)):
        row = list(rows[number % len(rows)])
        if key is not None:
            row[key] = f"N{number:06}"
        writer.writerow(row)
        if text.tell() > LIMIT_BYTES:
            break
    (clinic / f"{table}.csv").write_text(text.getvalue(), encoding="utf-8")


def grow_pins(clinic: Path) -> None:
    """Forbid ten thousand different things."""
    people = [row[0] for row in rows_of("participants")[1:]]
    lines = ["action,participant_id,therapist_id,room_id,group_id,service_id,day,start,from,until"]
    days, hours = ("Mon", "Tue", "Wed", "Thu", "Fri"), range(8, 20)
    every = (f"must_not,{who},,R02,,,{day},{hour:02}:00,," for hour in hours for day in days for who in people)
    lines += [line for _, line in zip(range(10_000), every, strict=False)]
    (clinic / "pins.csv").write_text("\n".join(lines), encoding="utf-8")


def grow_settings(clinic: Path) -> None:
    """Add tables to ``clinic.toml`` up to the limit."""
    path = clinic / "clinic.toml"
    text = [path.read_text(encoding="utf-8")]
    size = len(text[0])
    for number in count():
        text.append(f"[levels.more-{number}]\nmin_hours_per_week = 9\nmax_hours_per_week = 19\n")
        size += len(text[-1])
        if size > LIMIT_BYTES:
            break
    path.write_text("".join(text), encoding="utf-8")


def grow_remarks(clinic: Path) -> None:
    """Add remarks to ``clinic.toml`` up to the limit."""
    path = clinic / "clinic.toml"
    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n" * (LIMIT_BYTES // 12), encoding="utf-8")


def inputs() -> Mapping[str, Callable[[Path], None]]:
    """Return what grows a copy of the example, by name."""
    tables = {table: lambda clinic, table=table: grow(clinic, table) for table in (*KEYS, *PLAIN)}
    return {**tables, "10,000 pins": grow_pins, "settings": grow_settings, "remarks": grow_remarks}


def trials(home: Path, asked: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the name of each trial with its command; what a command writes is there for those after it."""
    of_week = ("--week", WEEK)
    for name, enlarge in inputs().items():
        if asked and name not in asked:
            continue
        clinic = home / "clinic"
        shutil.copytree(COMPLETE, clinic)
        enlarge(clinic)
        book, marked, out = home / "book.xlsx", home / "marked.xlsx", home / "out"
        yield f"{name}: check", ("check", str(clinic), *of_week)
        yield f"{name}: solve", ("solve", str(clinic), *of_week, "--time-limit", str(SEARCH_S), "--out", str(out))
        yield f"{name}: convert", ("convert", str(clinic), str(book))
        if book.exists():
            yield f"{name}: check --marked", ("check", str(book), *of_week, "--marked", str(marked))
            yield f"{name}: solve the workbook", ("solve", str(book), *of_week, "--time-limit", "5", "--out", str(out))
            yield f"{name}: convert back", ("convert", str(book), str(home / "back"))
        if (out / "sessions.csv").exists():
            yield f"{name}: export", ("export", str(clinic), str(out), "--to", "xlsx,html,ics,csv")
        for path in (clinic, home / "back", out):
            shutil.rmtree(path, ignore_errors=True)
        for path in (book, marked):
            path.unlink(missing_ok=True)
    yield from _schedules(home, asked)
    yield from _packed(home, asked)


def _schedules(home: Path, asked: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield commands on a schedule folder of ten megabytes."""
    if asked and "schedule" not in asked:
        return
    week = home / "week"
    measured("solve", str(COMPLETE), "--week", WEEK, "--time-limit", "10", "--out", str(week))
    sessions = (week / "sessions.csv").read_text(encoding="utf-8").splitlines()
    roster = (week / "roster.csv").read_text(encoding="utf-8").splitlines()
    for number in range(MOST_ROWS):
        cells = sessions[1 + number % (len(sessions) - 1)].split(",")
        sessions.append(",".join([f"N{number}", *cells[1:]]))
        roster.append(f"N{number},P{number % 60 + 1:03}")
        if len(sessions) > MOST_ROWS or 75 * number > LIMIT_BYTES:
            break
    (week / "sessions.csv").write_text("\n".join(sessions), encoding="utf-8")
    (week / "roster.csv").write_text("\n".join(roster[:MOST_ROWS]), encoding="utf-8")
    for command in (("verify",), ("verify", "--audit"), ("show",), ("export", "--to", "xlsx,html,ics,csv,handouts")):
        yield f"schedule: {' '.join(command)}", (command[0], str(COMPLETE), str(week), *command[1:])
    previous = ("--previous", str(week), "--out", str(home / "next"))
    yield (
        "schedule: solve --previous",
        ("solve", str(COMPLETE), "--week", "2026-12-07", "--time-limit", "20", *previous),
    )


def _packed(home: Path, asked: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield commands on workbooks that unpack to very much, in one part, in shared strings, or as zip in zip."""
    if asked and "packed" not in asked:
        return
    book = home / "packed.xlsx"
    measured("convert", str(COMPLETE), str(book))
    cell = '<c r="A{0}" t="inlineStr"><is><t>P{0}</t></is></c>'
    sheet = "".join(f'<row r="{n}">{cell.format(n)}</row>' for n in range(1, 600_000))
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>'
    item = "<si><t>" + "x" * 900 + "</t></si>"
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{item * 50_000}</sst>'
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w", zipfile.ZIP_DEFLATED) as inner:
        inner.writestr("xl/workbook.xml", b"\0" * 49_000_000)
    parts: dict[str, tuple[str, str | bytes]] = {
        "cells": ("xl/worksheets/sheet2.xml", sheet),
        "49 MB of cells": ("xl/worksheets/sheet2.xml", sheet.replace("<t>P", "<t>" + "y" * 17 + "P")[:49_000_000]),
        "strings": ("xl/sharedStrings.xml", strings),
        "zip in zip": ("xl/workbook.xml", nested.getvalue()),
    }
    for name, (part, content) in parts.items():
        trial = home / f"{name}.xlsx"
        with zipfile.ZipFile(book) as old, zipfile.ZipFile(trial, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                if entry.filename != part:
                    new.writestr(entry.filename, old.read(entry))
            new.writestr(part, content)
        yield f"packed, {name}: check", ("check", str(trial))
        yield f"packed, {name}: check --marked", ("check", str(trial), "--marked", str(home / f"{name}-marked.xlsx"))
        yield f"packed, {name}: convert", ("convert", str(trial), str(home / f"{name}-back"))
        yield f"packed, {name}: solve", ("solve", str(trial), "--time-limit", "5", "--out", str(home / "packed-out"))


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names of inputs, with semicolons between them")
    asked = [name for name in parser.parse_args().only.split(";") if name]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, words in trials(Path(folder), asked):
            cost = measured(*words)
            is_wrong = cost.peak_mb > PROMISED_MB or cost.code not in ENDINGS
            wrong += is_wrong
            mark = "  <-- too much" if is_wrong else ""
            print(f"{name:40} {cost.peak_mb:6.0f} MB {cost.seconds:6.1f} s  exit {cost.code}{mark}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
