"""The local page, killed at random moments: what it has acknowledged is there at the next start, whole.

    python -m benchmarks.pagekills --lives 200 --seed 1

Each life is a server of its own on the same clinic. It is asked to move sessions, to take back, save and publish, to change
cells, settings and pins, and is killed (-9) while it carries out the last request. The next one must show what was acknowledged,
or that and the last request. What is on the disk must be what it shows, by the rules of `verify`, and without remains.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path

from benchmarks.page import ServedPage, full_clinic
from benchmarks.pagesteps import Facts, PageStep, RandomSteps
from iopsched import store
from iopsched.files.linelog import read_log
from iopsched.verifier import violations
from iopsched.work.weeks import read_week

PARTICIPANTS = 16
REQUESTS = (4, 20)
"""So many requests come before the one at which a server is killed, at least and at most."""
FIRST_S = 0.1
"""How long a request takes, as far as is known before the first one."""
_OURS = re.compile(r"\d{4}-\d\d-\d\d(\.r\d+)?(\.before-\d+)?|\.\d{4}-\d\d-\d\d\.draft\.jsonl")


class LostError(Exception):
    """Something that was acknowledged is gone, or the disk holds what nobody was shown."""


@dataclass
class Trail:
    """The weeks that undo and redo must lead to, as far as they were seen."""

    weeks: list[str] = field(default_factory=list)
    at: int = 0

    def follow(self, kind: str, shown: str) -> None:
        """Follow a request that was carried out to the week that is shown now."""
        if kind in ("undo", "redo"):
            moved = self.at + (1 if kind == "redo" else -1)
            if 0 <= moved < len(self.weeks):
                expect(shown in (self.weeks[moved], self.weeks[self.at]), f"{kind} leads to another week")
                self.at = moved if shown == self.weeks[moved] else self.at
            else:  # further back than was seen
                self.weeks, self.at = [shown], 0
        elif kind == "publish":
            self.weeks, self.at = [shown], 0
        elif not self.weeks or shown != self.weeks[self.at]:
            self.weeks = [*self.weeks[: self.at + 1], shown]
            self.at = len(self.weeks) - 1


@dataclass
class Lives:
    """A clinic whose page is killed again and again, and what came of it."""

    home: Path
    chance: random.Random
    monday: date
    steps: RandomSteps
    page: ServedPage | None = None
    trail: Trail = field(default_factory=Trail)
    took_s: dict[str, float] = field(default_factory=dict)
    cut: Counter[str] = field(default_factory=Counter)
    """Kinds of requests at which a server was killed: told, untold but done, and not done."""

    @property
    def clinic(self) -> Path:
        """Return the folder of the clinic."""
        return self.home / "clinic"

    def live(self) -> str:
        """Let a server live and die, and judge what the next one shows; return what became of its last request."""
        page = self.page or self.start(self.clinic)
        for _ in range(self.chance.randint(*REQUESTS)):
            self.carry_out(page, self.steps.any(page))
        step, known = self.steps.any(page), told_by(page)
        shutil.rmtree(self.home / "twin", ignore_errors=True)
        shutil.copytree(self.clinic, self.home / "twin")
        is_told = self.killed(page, step)
        check_log(self.clinic, self.monday)
        self.page = self.start(self.clinic)
        end = self.judge(self.page, step, known, is_told=is_told)
        check_disk(self.clinic, self.page.ask("GET", "/api/week"))
        self.cut[f"{step.kind}: {end}"] += 1
        return f"{step.kind}: {end}"

    def end(self) -> None:
        """End the last server."""
        if self.page is not None:
            self.page.kill()

    def start(self, clinic: Path) -> ServedPage:
        """Start a server and log in; those of two clinics do not know of each other."""
        page = ServedPage(clinic, self.home / f"{clinic.name}-personal", self.monday)
        page.log_in(page.link)
        return page

    def carry_out(self, page: ServedPage, step: PageStep) -> None:
        """Have a request carried out, or refused."""
        begun = time.monotonic()
        status, answer = page.answer("POST", step.path, step.body)
        self.took_s[step.kind] = (self.took_s.get(step.kind, FIRST_S) + time.monotonic() - begun) / 2
        expect(status < HTTPStatus.INTERNAL_SERVER_ERROR, f"{step}: {answer}")
        if status == HTTPStatus.OK and "sessions" in answer:
            self.trail.follow(step.kind, shown_by(answer))

    def killed(self, page: ServedPage, step: PageStep) -> bool:
        """Kill a server while it carries out a request; return whether it was acknowledged."""
        after_s = self.chance.uniform(0, 1.1 * self.took_s.get(step.kind, FIRST_S))
        death = threading.Timer(after_s, page.process.kill)
        death.start()
        try:
            status, _ = page.answer("POST", step.path, step.body)
        except (OSError, HTTPException, ValueError):
            status = 0
        death.join()
        page.ended()
        return status == HTTPStatus.OK

    def judge(self, page: ServedPage, step: PageStep, known: Facts, *, is_told: bool) -> str:
        """Raise :class:`LostError` where a new server shows neither what was known nor that and the last request."""
        now, week = told_by(page), page.ask("GET", "/api/week")
        if now == known and not is_told:
            return "not done"
        wanted = [self.as_if(step)]
        if step.kind == "publish" and not is_told:  # saved, and published, before the draft was ended
            saved = self.as_if(PageStep("save", "/api/week/save", step.body))
            wanted += [saved, {**wanted[0], "draft": now["draft"], "undo": now["undo"]}]
        others = [{key: (one[key], now[key]) for key in now if one[key] != now[key]} for one in (known, *wanted)]
        expect(now in wanted, f"{step}: what is shown differs from before, and from after: {others}")
        self.trail.follow(step.kind if now in wanted[:1] else "save", shown_by(week))
        return "told" if is_told else "done, untold"

    def as_if(self, step: PageStep) -> Facts:
        """Return what a server shows of a copy of the clinic from before a request that it has carried out undisturbed."""
        copy = shutil.copytree(self.home / "twin", self.home / "as-if")
        page, body = self.start(copy), dict(step.body)
        if step.path.startswith(("/api/week", "/api/publish")):  # without a log it is a new one at each start
            body["revision"] = page.ask("GET", "/api/week")["revision"]
        page.answer("POST", step.path, body)
        page.kill()
        page = self.start(copy)
        found = told_by(page)
        page.kill()
        shutil.rmtree(copy)
        return found


def told_by(page: ServedPage) -> Facts:
    """Return all that a server shows of week, input and publications, but for times and what counts requests."""
    week, given, published = (page.ask("GET", path) for path in ("/api/week", "/api/input", "/api/publish"))
    state = week["state"]
    return {
        "week": shown_by(week),
        "kept": [row["id"] for row in week["sessions"] if row["kept"]],
        "draft": [state[name] for name in ("moves", "is_saved", "folder", "is_published", "elsewhere", "faults")],
        "undo": [state["can_undo"], state["can_redo"]],
        "input": [given[name] for name in ("undo", "redo", "faults")],
        "cells": page.ask("GET", "/api/input/table/rooms.csv")["rows"],
        "settings": page.ask("GET", "/api/input/settings")["revision"],
        "published": [row["revision"] for row in published["history"]],
    }


def shown_by(week: Facts) -> str:
    """Return the sessions of a week and what was taken out of it, as a text to be compared."""
    names = ("id", "date", "start", "end", "room", "therapists", "participants", "modality", "pinned")
    aside = sorted(row["id"] for row in week["unplaced"] if row["kind"] == "session")
    return json.dumps([[[row[name] for name in names] for row in week["sessions"]], aside])


def check_log(clinic: Path, monday: date) -> None:
    """Raise :class:`LostError` where the log of a draft has more than one line that cannot be read."""
    path = clinic / "schedules" / f".{monday}.draft.jsonl"
    if path.is_file():
        expect(len(read_log(path)) == path.read_bytes().count(b"\n"), "the log is damaged")


def check_disk(clinic: Path, week: Facts) -> None:
    """Raise :class:`LostError` where a folder is not as the page says, the store does not hold, or something is left over."""
    folders = sorted((clinic / "schedules").iterdir())
    expect(all(_OURS.fullmatch(path.name) for path in folders), f"left over: {[path.name for path in folders]}")
    for folder in (path for path in folders if path.is_dir()):
        read = read_week(clinic, folder)
        if folder.name == week["state"]["folder"] and week["state"]["is_saved"]:
            broken = sum(rule["count"] for rule in week["broken"])
            expect(
                len(violations(read.problem, read.schedule)) == broken,
                f"{folder.name} breaks other rules than was said",
            )
    expect(store.verify(clinic) == (), "the store does not hold")


def expect(is_so: object, what: str) -> None:
    """Raise :class:`LostError` where something is not so."""
    if not is_so:
        raise LostError(what)


def lives_at(home: Path, seed: int) -> Lives:
    """Make a clinic with a saved week that has not begun, whose page can be killed."""
    today = datetime.now(tz=UTC).date()
    monday = today - timedelta(today.weekday()) + timedelta(weeks=2)
    full_clinic(home / "clinic", PARTICIPANTS, monday)
    chance = random.Random(seed)
    return Lives(home, chance, monday, RandomSteps(chance))


def main() -> None:
    """Let as many servers live and die as the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lives", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = lives_at(Path(folder), asked.seed)
        try:
            for number in range(asked.lives):
                print(f"{number + 1:4} {found.live()}", flush=True)
        finally:
            found.end()
    for what, times in sorted(found.cut.items()):
        print(f"{times:5} {what}")


if __name__ == "__main__":
    main()
