"""Runs a season and prints a line for each week."""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time as clock
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import benchmarks.season as package
from benchmarks.planted import MAKES, WEEK, plant_make
from benchmarks.season.checks import held, published_faults, report_faults, store_faults, unit_faults
from benchmarks.season.desk import Desk, Row
from iopsched import store
from iopsched.cli.app import COMMANDS

CALL_OUTS, NO_SHOWS, LEAVING = 0.05, 0.03, 0.08
WAITING = 6
AUTHORIZED_DAYS = 40


@dataclass
class Told:
    """What a week of the season came to."""

    people: int = 0
    unmet_minutes: int = 0
    changes: int = 0
    call_outs: int = 0
    repairs: int = 0
    makeups: int = 0
    told: list[int] = field(default_factory=list)
    repair_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Season:
    """A clinic over some weeks. ``limit_s`` is the effort for a week, half of it for what mends one."""

    def __init__(self, desk: Desk, people: int, seed: int, limit_s: float) -> None:
        self.desk, self.chance, self.limit_s = desk, random.Random(seed), limit_s
        plant_make(desk.clinic, MAKES["roomy"], people, seed)
        rows = self.desk.rows("participants.csv")
        self.number = 0
        waiting = [self._referral(row) for row in self.chance.sample(rows, WAITING)]
        started = {"units_authorized": str(AUTHORIZED_DAYS), "admitted": "", "discharged": ""}
        self.desk.write("participants.csv", ({**row, "group_id": "", **started} for row in rows))
        self.desk.write("waitlist.csv", waiting)

    def _referral(self, like: Row) -> Row:
        self.number += 1
        blank = dict.fromkeys(("group_id", "therapist_id", "admitted", "discharged", "units_authorized"), "")
        return {**like, **blank, "participant_id": f"W{self.number:03d}", "referred": "2026-11-01"}

    def _effort(self, part: int) -> tuple[str, ...]:
        """Return how far a search goes; it is the same on a busy machine."""
        return ("--deterministic-limit", str(self.limit_s / part), "--workers", "1")

    def week(self, monday: date) -> Told:
        """Run one week, from the Sunday before to the reports at its end."""
        told = Told()
        self._sunday(monday, told)
        for day in range(5):
            self._morning(monday, day, told)
            if day == 3 and "makeup" in COMMANDS:
                self._makeup(monday, told)
            self._evening(monday, day)
        self.desk.at(datetime.combine(monday + timedelta(days=5), time(10)))
        told.faults += report_faults(self.desk, monday)
        return told

    def _sunday(self, monday: date, told: Told) -> None:
        """Discharge some, admit as many of those who wait longest, and make and publish the week."""
        self.desk.at(datetime.combine(monday - timedelta(days=1), time(18)))
        people, waiting = self.desk.rows("participants.csv"), self.desk.rows("waitlist.csv")
        if monday > WEEK:
            here = [row for row in people if not row.get("discharged")]
            left = self.chance.sample(here, max(1, round(LEAVING * len(here))))
            for row in left:
                row["discharged"] = (monday - timedelta(days=3)).isoformat()
            coming, waiting = waiting[: len(left)], [*waiting[len(left) :], *map(self._referral, left)]
            new = [{**row, "admitted": monday.isoformat(), "units_authorized": str(AUTHORIZED_DAYS)} for row in coming]
            people += [{key: cell for key, cell in row.items() if key != "referred"} for row in new]
            self.desk.write("participants.csv", people)
            self.desk.write("waitlist.csv", waiting)
        found = self.desk.told("solve", "--week", monday, *self._effort(1))
        goals = {goal["name"]: goal["value"] for goal in found["goals"]}
        told.people = sum(not row.get("discharged") for row in people)
        told.unmet_minutes, told.changes = goals["unmet_need"], goals["changes"]
        self._publish(found["folder"], told)

    def _morning(self, monday: date, day: int, told: Told) -> None:
        """Draw who calls in sick, on some mornings somebody who comes or leaves, and mend the week."""
        self.desk.at(datetime.combine(monday + timedelta(days=day), time(7)))
        today = (monday + timedelta(days=day)).isoformat()
        here = [session for on, session in held(self.desk, monday) if on == today]
        staff = sorted({person for session in here for person in session.therapist_ids})
        people = sorted({person for session in here for person in session.participant_ids})
        out = [who for who in (*staff, *people) if self.chance.random() < CALL_OUTS]
        words = [word for who in out for word in ("--absent", f"{who}@{today}")]
        words += list(self._coming_and_going(day, today, out))
        if not words:
            return
        told.call_outs += len(out)
        begun = clock.monotonic()
        found = self.desk.told("repair", *words, "--record", "--choices", "1", *self._effort(2))
        told.repair_s.append(clock.monotonic() - begun)
        told.repairs += 1
        choice = found["choices"][0]
        told.told.append(len({(call["kind"], call["who"]) for call in choice["call_list"]}))
        self._publish(choice["folder"], told)

    def _coming_and_going(self, day: int, today: str, out: Sequence[str]) -> Iterator[str]:
        if day == 2:
            waiting = self.desk.rows("waitlist.csv")
            if waiting:
                yield from ("--admit", f"{waiting[0]['participant_id']}@{today}")
        if day == 1:
            here = [row["participant_id"] for row in self.desk.rows("participants.csv") if not row.get("discharged")]
            yield from ("--discharge", f"{self.chance.choice([who for who in here if who not in out])}@{today}")

    def _makeup(self, monday: date, told: Told) -> None:
        """Give back on Thursday at noon what can be given back until Friday."""
        self.desk.at(datetime.combine(monday + timedelta(days=3), time(12, 5)))
        found = self.desk.told("makeup", *self._effort(2))
        if found["placed"] and found.get("folder"):
            told.makeups += len(found["placed"])
            self._publish(found["folder"], told)

    def _evening(self, monday: date, day: int) -> None:
        """Write down who was there."""
        self.desk.at(datetime.combine(monday + timedelta(days=day), time(21, 30)))
        today = (monday + timedelta(days=day)).isoformat()
        rows = self.desk.rows("attendance.csv")
        for on, session in held(self.desk, monday):
            for person in session.participant_ids if on == today else ():
                status = "no_show" if self.chance.random() < NO_SHOWS else "attended"
                rows.append({"date": on, "participant_id": person, "status": status, "session_id": session.id})
        if rows:
            self.desk.write("attendance.csv", rows)

    def _publish(self, folder: str, told: Told) -> None:
        before = store.latest(self.desk.clinic, date.fromisoformat(Path(folder).name[:10]))
        done = self.desk.told("publish", folder)
        if not done["ok"]:
            told.faults.append(f"{folder} is not published: {done['violations'][:3]}")
            return
        told.faults += published_faults(self.desk, folder, before)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the season; return 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.season", description=package.__doc__)
    parser.add_argument("clinic", type=Path, help="a new folder")
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--weeks", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=10.0, help="search effort for each week, in seconds of one core")
    given = parser.parse_args(arguments)
    desk = Desk(given.clinic)
    season = Season(desk, given.people, given.seed, given.limit)
    faults: list[str] = []
    mondays = [WEEK + timedelta(weeks=number) for number in range(given.weeks)]
    for number, monday in enumerate(mondays):
        begun = clock.monotonic()
        told = season.week(monday)
        told.faults += unit_faults(desk, mondays[: number + 1])
        told.faults += store_faults(desk)
        revisions = len(store.revisions_of(desk.clinic, monday))
        calls = statistics.median(told.told) if told.told else 0
        slowest = max(told.repair_s, default=0.0)
        print(
            f"{monday}: {told.people} people, {told.unmet_minutes} minutes unmet, {told.changes} changed; {revisions} revisions, "
            f"{told.call_outs} call-outs, {told.repairs} repairs (slowest {slowest:.1f} s, people told {calls:g} on the median), "
            f"{told.makeups} made up, {len(told.faults)} faults; {clock.monotonic() - begun:.0f} s",
            flush=True,
        )
        for fault in told.faults[:10]:
            print(f"   {fault}", flush=True)
        faults += told.faults
    print(f"{given.weeks} weeks, {sum(desk.given.values())} commands ({desk.given}), {len(faults)} faults", flush=True)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
