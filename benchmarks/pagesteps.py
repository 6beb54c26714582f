"""What somebody at the local page may ask for next, at random: moves, undo, saves, publications, cells, settings, pins."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks.page import random_move

Facts = Mapping[str, Any]


class AskedServer(Protocol):
    """A server that answers."""

    def ask(self, method: str, path: str, body: Facts | None = None) -> Any:
        """Return the answer to a request."""


@dataclass(frozen=True)
class PageStep:
    """A request that changes something."""

    kind: str
    path: str
    body: Facts


class RandomSteps:
    """Requests that are chosen by chance, of what the server shows at that moment."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def any(self, page: AskedServer) -> PageStep:
        """Return a request of any kind; of moves, most break no rule, so that some weeks can be published."""
        week = page.ask("GET", "/api/week")
        ways: tuple[tuple[Callable[[AskedServer, Facts], PageStep], int], ...] = (
            (self._legal_move, 6), (self._any_move, 2), (self._way_back, 5), (self._written, 5), (self._cell, 3),
            (self._setting, 1), (self._input_back, 2), (self._kept_pin, 1),
        )  # fmt: skip
        (way,) = self._chance.choices([way for way, _ in ways], [weight for _, weight in ways])
        return way(page, week)

    def _legal_move(self, page: AskedServer, week: Facts) -> PageStep:
        """Return a move that breaks nothing, where there is one."""
        row = self._chance.choice(week["sessions"] or [None])
        if row is None:
            return self._way_back(page, week)
        starts = page.ask("POST", "/api/week/map", {"revision": week["revision"], "session": row["id"]})["starts"]
        legal = [start for start in starts if start["legal"]]
        if not legal:
            return self._any_move(page, week)
        place = self._chance.choice(legal)
        move = {"kind": "place", "session": row["id"], "date": place["date"], "start": place["start"]}
        return _move(week, move)

    def _any_move(self, page: AskedServer, week: Facts) -> PageStep:
        """Return a move of a session to anywhere, out of the week or into it, or a pin."""
        if not week["sessions"]:
            return self._way_back(page, week)
        one = {"session": self._chance.choice(week["sessions"])["id"]}
        lacking = self._chance.choice([row["id"] for row in week["unplaced"]] or [None])
        place = random_move(week, self._chance)
        moves = [place, {"kind": "pin", **one}, {"kind": "unpin", **one}, {"kind": "unplace", **one}]
        moves += [{**place, "kind": "hold", "unplaced": lacking}] if lacking else []
        return _move(week, self._chance.choice(moves))

    def _way_back(self, _page: AskedServer, week: Facts) -> PageStep:
        """Return undo or redo, more often undo where rules are broken."""
        kind = self._chance.choice(("undo", "undo", "redo") if not week["broken"] else ("undo",))
        return PageStep(kind, f"/api/week/{kind}", {"revision": week["revision"]})

    def _written(self, _page: AskedServer, week: Facts) -> PageStep:
        """Return a save or a publication."""
        kind = self._chance.choice(("save", "publish") if not week["broken"] else ("save",))
        return PageStep(kind, "/api/publish" if kind == "publish" else "/api/week/save", {"revision": week["revision"]})

    def _cell(self, page: AskedServer, _week: Facts) -> PageStep:
        """Return a change of the seats of a room that no session needs."""
        table = page.ask("GET", "/api/input/table/rooms.csv")
        place = next(column["at"] for column in table["columns"] if column["name"] == "capacity")
        row = self._chance.choice(table["rows"])["row"]
        cells = [[row, place, str(self._chance.randint(30, 90))]]
        body = {"table": "rooms.csv", "revision": table["revision"], "cells": cells}
        return PageStep("cell", "/api/input/change", body)

    def _setting(self, page: AskedServer, _week: Facts) -> PageStep:
        """Return a change of a setting that breaks no rule."""
        revision = page.ask("GET", "/api/input/settings")["revision"]
        minutes = str(self._chance.randint(10, 40))
        body = {"revision": revision, "path": ["staff", "break_minutes"], "text": minutes}
        return PageStep("setting", "/api/input/setting", body)

    def _input_back(self, page: AskedServer, _week: Facts) -> PageStep:
        """Return undo or redo of the input."""
        kind = self._chance.choice(("undo", "redo"))
        body = {"revision": page.ask("GET", "/api/input/revision")["revision"]}
        return PageStep(f"input {kind}", f"/api/input/{kind}", body)

    def _kept_pin(self, page: AskedServer, week: Facts) -> PageStep:
        """Return the writing of a session into the pins of the clinic, or its taking out."""
        if not week["sessions"]:
            return self._way_back(page, week)
        row = self._chance.choice([one for one in week["sessions"] if one["kept"]] or week["sessions"])
        body = {"revision": week["revision"], "session": row["id"], "keep": not row["kept"]}
        return PageStep("keep", "/api/week/keep", body)


def _move(week: Facts, move: Facts) -> PageStep:
    return PageStep("move", "/api/week/move", {"revision": week["revision"], "move": move})
