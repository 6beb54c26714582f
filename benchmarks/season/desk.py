"""The desk of a clinic: commands given at a time of the season, and tables written by hand."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from typer.testing import CliRunner

from iopsched.cli import options

ZONE = ZoneInfo("America/Chicago")
_now: list[datetime] = [datetime(2026, 11, 29, 18, tzinfo=ZONE)]
options.clock = lambda: _now[0]  # before any command is loaded, so that none of them reads another clock

from iopsched.cli.app import build  # noqa: E402 - see above

Row = dict[str, str]


@dataclass
class Desk:
    """A clinic folder, and how many commands were given there, by name."""

    clinic: Path
    given: dict[str, int] = field(default_factory=dict)

    def at(self, moment: datetime) -> None:
        """Let the season be at a moment, in the clinic's time."""
        _now[0] = moment.replace(tzinfo=ZONE)

    @property
    def now(self) -> datetime:
        """Return the moment at which the season is."""
        return _now[0]

    def told(self, name: str, *words: object, codes: tuple[int, ...] = (0, 4)) -> dict[str, Any]:
        """Run a command of the clinic with ``--json`` and return what it tells.

        Raises
        ------
        RuntimeError
            If it ends with another exit code.
        """
        self.given[name] = self.given.get(name, 0) + 1
        call = [name, str(self.clinic), *map(str, words), "--json"]
        done = CliRunner().invoke(build({name}), call, prog_name="iopsched")
        if done.exit_code not in codes:
            raise RuntimeError(
                f"{self.now:%Y-%m-%d %H:%M} {' '.join(call)} ended with {done.exit_code}:\n{done.output}"
            )
        found: dict[str, Any] = json.loads(done.stdout)
        return {**found, "exit_code": done.exit_code}

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table, none where there is no file."""
        path = self.clinic / name
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, name: str, rows: Iterable[Mapping[str, str]]) -> None:
        """Write a table as somebody would who saves it in a spreadsheet."""
        rows = list(rows)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (self.clinic / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
