"""What a planted clinic may have besides: languages, people and visits that may be online, and an earlier week.

Each is added to the files of a clinic that :mod:`benchmarks.planted` has written, and leaves its planted week legal: who
sees somebody there speaks their language, everybody may still come in person, and the earlier week is the planted one
but for a few visits at hours that are gone, and for people who were there before the newcomers.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

Rows = list[dict[str, str]]
OTHER_LANGUAGE, ONLINE, NEWCOMERS, GONE_HOURS, POLYGLOTS = 0.15, 0.25, 0.1, 0.05, 0.2


def add_languages(folder: Path, planted: Path, chance: random.Random) -> None:
    """Let some participants speak Spanish only; whoever sees them in the planted week does, too, and a few others."""
    people, staff = _read(folder / "participants.csv"), _read(folder / "therapists.csv")
    spanish = {row["participant_id"] for row in people if chance.random() < OTHER_LANGUAGE}
    service = {row["session_id"]: row for row in _read(planted / "sessions.csv")}
    needed = {
        service[row["session_id"]]["therapist_ids"]
        for row in _read(planted / "roster.csv")
        if row["participant_id"] in spanish and service[row["session_id"]]["service_id"] in ("individual", "family")
    }
    both = needed | {row["therapist_id"] for row in staff if chance.random() < POLYGLOTS}
    _add(people, "language", lambda row: "Spanish" if row["participant_id"] in spanish else "English")
    _add(staff, "language", lambda row: "English;Spanish" if row["therapist_id"] in both else "English")
    _write(folder / "participants.csv", people)
    _write(folder / "therapists.csv", staff)


def add_modalities(folder: Path, chance: random.Random) -> None:
    """Let one-to-one sessions be online, for a share of the participants."""
    people, services = _read(folder / "participants.csv"), _read(folder / "services.csv")
    _add(people, "modality", lambda _: "either" if chance.random() < ONLINE else "in_person")
    _add(services, "modality", lambda row: "in_person" if row["kind"] == "group" else "either")
    _write(folder / "participants.csv", people)
    _write(folder / "services.csv", services)


def write_earlier_week(folder: Path, planted: Path, chance: random.Random) -> Path:
    """Write the week before, to ``FOLDER-earlier``, and return that folder.

    Newcomers have taken the places of people who have left; some visits began an hour before anybody of the track comes.
    """
    people = _read(folder / "participants.csv")
    before = {row["participant_id"]: row["participant_id"] for row in people}
    newcomers = chance.sample(sorted(before), max(1, round(NEWCOMERS * len(before))))
    before |= {key: f"gone{number:03d}" for number, key in enumerate(newcomers, 1)}
    first = {row["participant_id"]: row["availability"].split(" ")[1][:5] for row in people}
    sessions, roster = _read(planted / "sessions.csv"), _read(planted / "roster.csv")
    who = {row["session_id"]: row["participant_id"] for row in roster}
    visits = [row for row in sessions if not row["group_id"] and who[row["session_id"]] not in newcomers]
    moved = {row["session_id"] for row in chance.sample(visits, max(1, round(GONE_HOURS * len(visits))))}
    for row in sessions:
        row["date"] = (date.fromisoformat(row["date"]) - timedelta(days=7)).isoformat()
        if row["session_id"] in moved:
            row["start"], row["end"] = _an_hour_before(first[who[row["session_id"]]], row["start"], row["end"])
    for row in roster:
        row["participant_id"] = before[row["participant_id"]]
    earlier = folder.with_name(f"{folder.name}-earlier")
    earlier.mkdir(parents=True, exist_ok=True)
    _write(earlier / "sessions.csv", sessions)
    _write(earlier / "roster.csv", roster)
    return earlier


def _an_hour_before(first: str, start: str, end: str) -> tuple[str, str]:
    minutes = _minute(end) - _minute(start)
    begin = _minute(first) - 60
    return _clock(begin), _clock(begin + minutes)


def _minute(clock: str) -> int:
    return 60 * int(clock[:2]) + int(clock[3:])


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _add(rows: Rows, column: str, value: Callable[[dict[str, str]], str]) -> None:
    for row in rows:
        row[column] = value(row)


def _read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Iterable[dict[str, str]]) -> None:
    table = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
