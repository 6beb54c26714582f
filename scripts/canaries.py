"""Put names where none belong and look for them in all that the commands print and write.

``python -m scripts.canaries --runs 500`` makes clinics whose columns slipped, whose cells, settings, file names, sheets or
schedules hold a canary (a made name), runs a few commands on each and searches what they print and each file that they
make, in six encodings. A column whose texts are printed by design (ids, tracks, payers) is tried with `check` only
where the clinic is accepted. Converted clinics hold the input itself and are left out.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote

from openpyxl import load_workbook
from typer.testing import CliRunner  # noqa: TID251 - it reads what the commands print

from iopsched.cli.app import COMMANDS, build
from iopsched.policy.columns import PRIVATE_COLUMNS
from iopsched.reports.reporttable import ReportKind
from scripts.slips import SETTINGS, Rows, slips, tables, text_of

STAFF = "Ashgrove"  # exports name staff by design, nothing else does
PRIVATE = ("Quillon", "Zyxwick", "Vexmoor", "Brakwyn")
STEMS = (*PRIVATE, STAFF)
FORMS = ("{0}", "{0} Onefield", "Ann {0}", "{0}, Bo", "{0}2", "O'{0}", "{0}-Vane", "{0}é", "q{0}", "J. {0}")
CANARIES = tuple(form.format(stem) for stem in PRIVATE for form in FORMS)
WEEK = "2026-11-30"
ANSWERS = {"solve": {0, 4}, "check": {0}}
MORE = "keep_together.csv", "a,b,reason\nP3,P4,{0}\n"


@cache
def traces(stem: str) -> tuple[bytes, ...]:
    """Return the bytes that tell a name, to be looked for in what is in lower case but for base64."""
    plain = stem.casefold()
    cases = {stem, plain, stem.upper()}
    found = {plain.encode(), plain.encode("utf-16-le"), plain.encode("utf-16-be"), plain.encode().hex().encode()}
    found |= {quote(text).casefold().encode() for text in cases}
    found |= {text.encode().hex().encode() for text in cases}
    for text in cases:
        for shift in range(3):
            code = base64.b64encode(b" " * shift + text.encode())
            found.add(code[4 * (shift > 0) : -4])
    return tuple(found)


def hits(data: bytes) -> list[str]:
    """Return the canaries whose names are in some bytes, in any of the encodings."""
    low = data.lower()
    return [stem for stem in STEMS if any(trace in low or trace in data for trace in traces(stem))]


def contents(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file and of what is packed in it."""
    data = path.read_bytes()
    yield data
    with contextlib.suppress(zipfile.BadZipFile):
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                yield from (packed.read(name) for name in packed.namelist())


class Trial:
    """One spoiled clinic and what its commands told."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root, self.chance = root, chance
        self.clinic, self.is_private = root / "clinic", True
        self.told: list[str] = []
        texts = chance.sample(CANARIES, 12)
        self.tables = tables([*texts[:6], f"{STAFF} Onefield", f"Ann {STAFF}", *texts[8:]])
        self.tables[MORE[0]] = [line.split(",") for line in MORE[1].format("x").splitlines()]
        self.clinic.mkdir(parents=True)
        (root / "tmp").mkdir()
        self.settings, self.what = SETTINGS, "sound"

    def write(self) -> None:
        """Write the clinic as a folder."""
        (self.clinic / "clinic.toml").write_text(self.settings, encoding="utf-8")
        for file, rows in self.tables.items():
            (self.clinic / file).write_text(text_of(rows), encoding="utf-8")

    def name(self) -> str:
        """Draw a canary."""
        return self.chance.choice(CANARIES)

    def slip(self) -> None:
        """Spoil one table as a hurried paste does."""
        what, file, rows = self.chance.choice(list(slips(self.tables)))
        self.tables[file], self.what = rows, f"{file}: {what}"
        self.judge(rows)

    def judge(self, rows: Rows) -> None:
        """Note whether a column whose texts may be printed holds a canary."""
        self.is_private = not any(
            hits(cell.encode()) and (at >= len(rows[0]) or rows[0][at] not in PRIVATE_COLUMNS)
            for row in rows
            for at, cell in enumerate(row)
        )

    def cell(self) -> None:
        """Put a name into, or behind what stands in, any cell."""
        file = self.chance.choice(list(self.tables))
        rows = [list(row) for row in self.tables[file]]
        row = self.chance.choice(rows)
        at = self.chance.randrange(len(row))
        ways = (
            "{0} {1}",
            "{0};{1}",
            "{1}, {0}",
            "{1}",
        )  # alone in a header one word is the name of a column, which is told
        row[at] = self.chance.choice(ways[: 3 if row is rows[0] else 4]).format(row[at], self.name())
        self.tables[file], self.what = rows, f"{file}: a name in {rows[0][at] if row is not rows[0] else 'the header'}"
        self.judge(rows)

    def setting(self) -> None:
        """Put a name into a value, a key or a comment of the settings."""
        lines = self.settings.splitlines()
        at = self.chance.choice([number for number, line in enumerate(lines) if number > 1])
        key, _, value = lines[at].partition(" = ")
        name = self.name().replace('"', "")
        lines[at] = self.chance.choice(
            (f'{key} = "{name}"', f"{lines[at]} # {name}", f'"{name}" = {value or 1}', f"{key} = {name}", f"[{name}]")
        )
        self.settings, self.what, self.is_private = "\n".join(lines), f"clinic.toml:{at + 1}", False

    def stray(self) -> None:
        """Put a name into the name of a file beside the tables."""
        name = self.name() + self.chance.choice((".csv", ".xlsx", " notes.txt", "", ".docx"))
        (self.clinic / name).write_text(f"participant_id,name\nP1,{self.name()}\n", encoding="utf-8")
        self.what = "a stray file"

    def workbook(self) -> None:
        """Spoil a sheet, or the name of one, in a workbook."""
        self.write()
        path = self.root / "clinic.xlsx"
        self.run("convert", str(self.clinic), str(path), is_input=True)
        book = load_workbook(path)
        if self.chance.random() < 0.3:
            book.create_sheet(self.name()[:30])["A1"] = self.name()
            self.what = "a stray sheet"
        else:
            self.chance.choice((self.slip, self.cell))()
            file = self.what.partition(":")[0]
            sheet = book[file.removesuffix(".csv")]
            sheet.delete_rows(1, sheet.max_row)
            for row in self.tables[file]:
                sheet.append(row)
        book.save(path)
        self.clinic = path

    def schedule(self) -> None:
        """Spoil a cell of a week that was solved."""
        self.write()
        self.run("solve", str(self.clinic), "--week", WEEK, "--time-limit", "1")
        files = sorted((self.clinic / "schedules" / WEEK).glob("*.csv"))
        if files:
            path = self.chance.choice(files)
            rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
            row = self.chance.choice(rows)
            row[self.chance.randrange(len(row))] = self.name()
            path.write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
            self.what = f"the week's {path.name}"

    def run(self, *words: str, is_input: bool = False) -> int:
        """Run a command in this process and search what it prints."""
        done = CliRunner().invoke(build({words[0]}), list(words), prog_name="iopsched")
        text = done.output + (repr(done.exception) if done.exception else "")
        for word in words[1:]:
            text = text.replace(word, "")  # what stands on the command line
        if not is_input:
            self.told += [f"{words[0]} prints {stem}" for stem in hits(text.encode("utf-8", "replace"))]
        return done.exit_code

    def killed(self) -> None:
        """Start a command as a process of its own and kill it."""
        words = [sys.executable, "-m", "iopsched", "solve", str(self.clinic), "--week", WEEK, "--time-limit", "1"]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(self.chance.uniform(0.2, 2.0))
        process.kill()
        self.told += [f"killed solve prints {stem}" for stem in hits(process.communicate()[0])]

    def commands(self) -> list[tuple[str, ...]]:
        """Return what is run once the clinic is spoiled."""
        clinic, week = str(self.clinic), str(self.clinic.parent / "clinic/schedules" / WEEK)
        later: list[tuple[str, ...]] = [
            ("verify", clinic, week),
            ("show", clinic, week),
            ("why", clinic, week, "P014", "--time-limit", "3"),
            ("explain", clinic, week, "--time-limit", "3", "--all"),
            (
                *("capacity", clinic, "--week", WEEK, "--time-limit", "3"),
                *("--to", "html,xlsx", "--into", str(self.root / "answers")),
            ),
            ("export", clinic, week, "--to", "xlsx,html,ics,csv,handouts", "--into", str(self.root / "out")),
            ("publish", clinic, week),
            ("history", clinic, "--verify"),
            (
                *("network", clinic, "--week", WEEK, "--time-limit", "3", "--json"),
                *("--capacity-limit", "1", "--out", str(self.root / "night")),
            ),
            ("plan", clinic, "--week", WEEK, "--weeks", "2", "--time-limit", "3", "--out", str(self.root / "ahead")),
            (
                *("compare", f"{WEEK}.r1", week, "--clinic", clinic),
                *("--to", "html,xlsx", "--into", str(self.root / "compared")),
            ),
            (
                *("import", str(self.root / f"out/attendees-{WEEK}.csv"), "--clinic", clinic),
                *("--out", str(self.root / "imported"), "--mapping", str(self.root / "back.mapping.toml")),
            ),
            ("week", clinic, "--week", WEEK, "--time-limit", "1", "--out", str(self.root / "newer")),
            (
                *("repair", clinic, "--week", WEEK, "--absent", "T01", "--now", WEEK, "--time-limit", "3"),
                *("--to", "html,xlsx"),
            ),
            ("makeup", clinic, "--week", WEEK, "--now", WEEK, "--time-limit", "3", "--to", "html,xlsx"),
            ("restore", clinic, "--out", str(self.root / "restored")),
            *(
                ("report", clinic, kind, "--to", "csv,xlsx,html", "--into", str(self.root / "answers"))
                for kind in ReportKind
            ),
            ("backup", clinic, str(self.root / "saved.zip")),
            ("curriculum", clinic, week),
            ("convert", clinic, str(self.root / ("back" if clinic.endswith("xlsx") else "back.xlsx"))),
        ]
        return later

    def changed(self, before: dict[Path, bytes]) -> Iterator[Path]:
        """Yield the files that the commands made or changed; one that was only moved aside as it was is none of them."""
        known = set(before.values())
        for path in self.root.rglob("*"):
            is_output = path.is_file() and "back" not in path.relative_to(self.root).parts[0]
            if is_output and path.read_bytes() not in known:
                yield path


KINDS: dict[str, int] = {"slip": 4, "cell": 4, "setting": 2, "stray": 1, "workbook": 3, "schedule": 2}


def run(root: Path, seed: int) -> tuple[str, list[str]]:
    """Make one trial below a folder and return what it was and each hit."""
    chance = random.Random(seed)
    trial = Trial(root, chance)
    spoil: Callable[[], None] = getattr(trial, kind := chance.choices(list(KINDS), list(KINDS.values()))[0])
    spoil()
    if kind not in ("workbook", "schedule"):
        trial.write()
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    clinic = str(trial.clinic)
    code = trial.run("check", clinic, "--week", WEEK)
    trial.run("check", clinic, "--week", WEEK, "--json")
    if trial.is_private or code:
        if kind != "schedule":
            trial.run("solve", clinic, "--week", WEEK, "--time-limit", "1")
        for words in trial.commands():
            trial.run(*words)
        if chance.random() < 0.04:
            trial.killed()
    for path in trial.changed(before):
        found = [stem for data in contents(path) for stem in hits(data)]
        found += hits(path.name.encode())
        is_export = {"exports", "out", "answers"} & set(path.relative_to(root).parts)
        trial.told += [f"{path.relative_to(root)} holds {stem}" for stem in found if not (is_export and stem == STAFF)]
    return f"{kind}, {trial.what}", trial.told


def main() -> int:
    """Run the trials and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    build(COMMANDS)
    kinds: Counter[str] = Counter()
    bad = 0
    for seed in range(asked.seed, asked.seed + asked.runs):
        with tempfile.TemporaryDirectory() as home:
            what, told = watched(Path(home), seed)
        kinds[what.partition(",")[0]] += 1
        bad += bool(told)
        for line in dict.fromkeys(told):
            print(f"seed {seed} ({what}): {line}", flush=True)
    print(
        f"{asked.runs} runs ({', '.join(f'{kind} {number}' for kind, number in sorted(kinds.items()))}): {bad} with a hit"
    )
    return 1 if bad else 0


def watched(home: Path, seed: int) -> tuple[str, list[str]]:
    """Run a trial whose temporary files lie below its folder, too."""
    home.mkdir(exist_ok=True)
    there = str(home / "tmp")
    try:
        with patch.object(tempfile, "tempdir", there), patch.dict(os.environ, TMPDIR=there):
            return run(home, seed)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()


if __name__ == "__main__":
    sys.exit(main())
