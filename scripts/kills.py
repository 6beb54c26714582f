"""Kill commands with signal 9 at random moments and look at what is there: ``python -m scripts.kills --kills 500``.

After each kill nothing may be torn or lost and what others put there must be as it was; what is left over is counted. The
next command that is given the clinic must sweep it, and after the next run of the same command everything must be as if
nothing had happened, with nothing left over, also not in the folder for temporary files.

Half of the moments are points in time, half are calls that change the disk: a random one of them never happens. The
commands run in children forked from this process, which has everything loaded; with ``--whole`` some run as
processes of their own, from the start of Python. Needs a system that can fork.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import iopsched
from iopsched.cli import failures
from iopsched.cli.app import COMMANDS, build
from tests.support import small_clinic

DISK = ("mkdir", "open", "fsync", "rename", "replace", "rmdir", "unlink", "link")
FOREIGN = ("notes.txt", "calendars/family.ics")
WEEK, BEFORE = "2026-11-30", "2026-11-27T12:00"
FOLDER = f"clinic/schedules/{WEEK}"
NEVER, COUNTED = 1_000_000, "count"
LEFT_OVER = (".iopsched-tmp", ".new", "-journal", ".old", ".lock", ".iopsched-lock")
MOST_TOLD = 12
EXCUSED = "date,participant_id,service_id,status\n" + "".join(
    f"2026-{day},P1,individual,excused\n" for day in ("11-30", "12-01", "12-02", "12-03", "12-04")
)
"""Whenever P1 is seen alone, they will not be there: so that there is something to make up."""
SERVER = "SERVER"
Tree = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Trial:
    """A command to kill: what is run before, the command, and where files of others lie that it may not touch.

    ``same`` is whether an undisturbed run always leaves the same bytes; where
    it does not (a publication has a moment), ``proof`` is a command that must
    end well after each kill and after the next run. ``swaps`` is whether a folder is replaced as a whole, and with it
    for a moment what others put there.
    """

    name: str
    before: tuple[tuple[str, ...], ...]
    command: tuple[str, ...]
    others: str = ""
    same: bool = True
    proof: tuple[str, ...] = ()
    codes: tuple[int, ...] = (0, 4)
    sweeper: tuple[str, ...] = ("rules", "--clinic", "clinic")
    swaps: bool = False


_EXPORT = ("export", "clinic", FOLDER, "--to", "html,ics,handouts,xlsx,csv")
_SOLVE = ("solve", "clinic", "--week", WEEK, "--workers", "1", "-q")
_PUBLISH = ("publish", "clinic", FOLDER)
_BACK = ("publish", "clinic", "--back-to", "0", "--week", WEEK, "--now", BEFORE)
_HISTORY = ("history", "clinic")
_VERIFY = (*_HISTORY, "--verify")
TRIALS = {
    trial.name: trial
    for trial in (
        Trial(
            "solve", (_SOLVE,), (*_SOLVE, "--seed", "1"), others=FOLDER, proof=("verify", "clinic", FOLDER), swaps=True
        ),
        Trial(
            "draft",
            (_SOLVE, _PUBLISH),
            (*_SOLVE, "--seed", "1", "--now", BEFORE),
            others=FOLDER,
            proof=("verify", "clinic", FOLDER),
        ),
        Trial(
            "week",
            (_SOLVE, _EXPORT, _PUBLISH),
            ("week", "clinic", "--week", WEEK, "--workers", "1", "--now", BEFORE, "--seed", "1"),
            others=FOLDER,
            proof=("verify", "clinic", FOLDER),
        ),
        Trial(
            "repair",
            (_SOLVE, _PUBLISH),
            ("repair", "clinic", "--absent", "R1@Mon", "--now", BEFORE, "--workers", "1", "--week", WEEK, "-q"),
            others=FOLDER,
            proof=("verify", "clinic", FOLDER),
        ),
        Trial(
            "makeup",
            (_SOLVE, _PUBLISH),
            ("makeup", "clinic", "--now", BEFORE, "--workers", "1", "--week", WEEK, "-q", "--to", "html,xlsx"),
            others=FOLDER,
            proof=("verify", "clinic", FOLDER),
        ),
        Trial(
            "import",
            (_SOLVE, (*_EXPORT, "--into", "desk")),
            (
                "import",
                f"desk/attendees-{WEEK}.csv",
                "--clinic",
                "clinic",
                "--out",
                "desk/first",
                "--mapping",
                "desk/m.toml",
            ),
            others="desk",
            same=False,
        ),
        Trial(
            "record",
            (_SOLVE, _PUBLISH),
            (
                *("repair", "clinic", "--week", WEEK, "--now", BEFORE, "--absent", "T1@2026-12-02", "--discharge"),
                *("P2@2026-12-03", "--record", "--workers", "1", "--time-limit", "5"),
            ),
            others="desk",
            same=False,
            proof=_VERIFY,
        ),
        Trial("restore", (_SOLVE, _PUBLISH), ("restore", "clinic", "--out", "desk/first"), others="desk"),
        Trial(
            "backup", (_SOLVE, _PUBLISH), ("backup", "clinic", "desk/b.zip"), others="desk", same=False, codes=(0, 2)
        ),
        Trial(
            "put back",
            (_SOLVE, _PUBLISH, ("backup", "clinic", "desk/b.zip"), _BACK),
            ("restore", "clinic", "--from", "desk/b.zip", "--force"),
            others="desk",
            proof=_HISTORY,  # an export of what the backup lacks is there, and rightly told to be lost
            swaps=True,
        ),
        Trial(
            "undo", (_SOLVE, _PUBLISH), _BACK, others="clinic/published", same=False, proof=_VERIFY, sweeper=_HISTORY
        ),
        Trial("export", (_SOLVE, _EXPORT), (*_EXPORT, "--names", "initials"), others=f"{FOLDER}/exports"),
        Trial(
            "desk",
            (_SOLVE, (*_EXPORT, "--into", "desk")),
            (*_EXPORT, "--into", "desk", "--names", "initials"),
            others="desk",
        ),
        Trial(
            "explain",
            (_SOLVE,),
            ("explain", "clinic", FOLDER, "--to", "html,xlsx", "--into", "desk", "--workers", "1"),
            others="desk",
        ),
        Trial(
            "capacity",
            (_SOLVE,),
            ("capacity", "clinic", "--week", WEEK, "--to", "html,xlsx", "--into", "desk", "--time-limit", "5"),
            others="desk",
            same=False,
        ),
        Trial(
            "report",
            (_SOLVE, _PUBLISH),
            ("report", "clinic", "billing", "--to", "csv,xlsx,html", "--into", "desk"),
            others="desk",
            same=False,
        ),
        Trial(
            "network",
            (_SOLVE,),
            (
                *("network", "clinic", "--week", WEEK, "--workers", "1", "--seed", "1", "-q"),
                *("--capacity-limit", "0", "--out", "desk"),
            ),
            others="desk",
            same=False,  # the report says how long it took
            proof=("verify", "clinic", FOLDER),
            swaps=True,
        ),
        Trial(
            "plan",
            (_SOLVE,),
            ("plan", "clinic", "--week", WEEK, "--weeks", "2", "--workers", "1", "--out", "desk", "--time-limit", "10"),
            others="desk",
            same=False,
            proof=("verify", "clinic", FOLDER),
        ),
        Trial(
            "compare",
            (_SOLVE, _PUBLISH),
            ("compare", FOLDER, f"{WEEK}.r1", "--clinic", "clinic", "--to", "html,xlsx", "--into", "desk"),
            others="desk",
        ),
        Trial("convert", (), ("convert", "clinic", "desk/clinic.xlsx"), others="desk", codes=(0, 2)),
        Trial("back", (("convert", "clinic", "c.xlsx"),), ("convert", "c.xlsx", "desk/c"), others="desk", codes=(0, 2)),
        Trial("init", (), ("init", "desk/fresh"), others="desk", same=False, codes=(0, 2)),
        Trial(
            "publish",
            (_SOLVE,),
            _PUBLISH,
            others="clinic/published",
            same=False,
            proof=_VERIFY,
            sweeper=_HISTORY,
        ),
        Trial(
            "push",
            (_SOLVE, _PUBLISH),
            ("push", "clinic", FOLDER, "--caldav", SERVER),
            others="clinic/published",
            same=False,
            proof=_VERIFY,
            sweeper=_HISTORY,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a kill led to: whether it came in time, and the paths left over right after it and after the next command."""

    is_in_time: bool
    left: tuple[str, ...]
    still: tuple[str, ...]


class KillError(Exception):
    """Something is not as it must be; the text says what."""


def tree(root: Path) -> Tree:
    """Return every file below a folder with its bytes, and empty folders, by path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in root.rglob("*")
        if path.is_file() or not any(path.iterdir())
    }


class _Calendars:
    """A calendar server that lives as long as this process, made when it is asked for."""

    def __init__(self) -> None:
        self.server: Any = None
        self.expected: set[str] = set()

    def url(self) -> str:
        """Return its address."""
        if self.server is None:
            self.server = importlib.import_module("tests.support.fake_server").FakeServer()
        return str(self.server.url)

    def close(self) -> None:
        """End it."""
        if self.server is not None:
            self.server.stop()

    def forget(self) -> None:
        """Be as new."""
        if self.server is not None:
            self.server.objects, self.server.collections = {}, set()

    def paths(self) -> set[str]:
        """Return where there are entries."""
        return set() if self.server is None else set(self.server.objects)


CALENDARS = _Calendars()


def start(root: Path, words: tuple[str, ...], *, at_change: int = 0, is_whole: bool = False) -> int:
    """Start a command in a folder and return its process; it ends itself at the given change of the disk, if any."""
    words = tuple(CALENDARS.url() if word == SERVER else word for word in words)
    temporary = root.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    if is_whole:
        environment = {**os.environ, "TMPDIR": str(temporary)}
        quiet = subprocess.DEVNULL
        call = [sys.executable, "-m", "iopsched", *words]
        return subprocess.Popen(call, cwd=root, env=environment, stdout=quiet, stderr=quiet).pid
    child = os.fork()
    if child:
        return child
    counted: list[object] = []
    try:
        os.chdir(root)
        os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        sys.argv = ["iopsched", *words]
        if at_change:
            counted = _die_at(at_change)
        failures.run(build({words[0]}))
    except SystemExit as end:
        if at_change == NEVER:
            number = len(counted)  # writing it changes the disk once more
            (root.parent / COUNTED).write_text(str(number))
        os._exit(end.code if isinstance(end.code, int) else 1)
    finally:
        os._exit(1)


def _die_at(change: int) -> list[object]:
    """Let this process die at the given change of the disk; return the list in which changes are counted."""
    seen: list[object] = []

    def wrap(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            seen.append(real)
            if len(seen) == change:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return call

    for name in DISK:
        setattr(os, name, wrap(getattr(os, name)))
    return seen


def code_of(process: int) -> int:
    """Wait for a process and return its exit code, below 0 where a signal ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _expect(root: Path, words: tuple[str, ...], codes: tuple[int, ...]) -> None:
    code = code_of(start(root, words))
    if code not in codes:
        raise KillError(f"{' '.join(words)} ended with {code}")


@contextlib.contextmanager
def prepared(trial: Trial, home: Path) -> Iterator[tuple[Path, Tree, Tree, float]]:
    """Yield a root as it is before the command, its files, those after an undisturbed run, and the seconds of that run."""
    root = home / trial.name
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    small_clinic.write(root / "clinic", {**small_clinic.FILES, "attendance.csv": EXCUSED})
    for words in trial.before:
        _expect(root, words, trial.codes)
    for name in FOREIGN:
        place = root / trial.others / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"mine")
    before = tree(root)
    saved = home / f"{trial.name}.saved"
    shutil.rmtree(saved, ignore_errors=True)
    shutil.copytree(root, saved)
    CALENDARS.forget()
    began = time.monotonic()
    _expect(root, trial.command, trial.codes)
    CALENDARS.expected = CALENDARS.paths()
    yield root, before, tree(root), time.monotonic() - began


def kill_once(
    trial: Trial, root: Path, before: Tree, after: Tree, moment_s: float, change: int, *, whole: bool
) -> Found:
    """Run a command, kill it, judge what is there, run it again, judge again; return what was found in between.

    Raises
    ------
    KillError
        If something is torn, lost or left over.
    """
    shutil.rmtree(root)
    shutil.copytree(root.with_name(f"{trial.name}.saved"), root)
    CALENDARS.forget()
    process = start(root, trial.command, at_change=change, is_whole=whole)
    if not change:
        time.sleep(moment_s)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    is_in_time = code_of(process) < 0
    found = tree(root)
    if not trial.swaps:
        for name in FOREIGN:
            if found.get(f"{trial.others}/{name}") != b"mine":
                raise KillError(f"{name} of somebody else is gone or changed")
    lost = [path for path in before.keys() & after.keys() if path not in found and not trial.swaps]
    torn = [path for path, data in found.items() if trial.same and data not in (before.get(path), after.get(path))]
    torn = [
        path for path in torn if not any(mark in path for mark in LEFT_OVER) and not _is_made_early(path, root, after)
    ]
    if lost or torn:
        raise KillError(f"lost {lost[:3]}, torn {torn[:3]}")
    left = _left(found)
    _expect(root, trial.sweeper, trial.codes)
    still = _left(tree(root))
    if trial.proof:  # 7: of a revision there is the file and no entry yet, which the next publication mends
        _expect(root, trial.proof, (*trial.codes, 7))
    _expect(root, trial.command, trial.codes)
    _judge_again(trial, root, after)
    return Found(is_in_time, left, still)


def _is_made_early(path: str, root: Path, after: Tree) -> bool:
    """Return whether a path is a folder without files yet, in which the command was about to write."""
    return (root / path).is_dir() and any(other.startswith(f"{path}/") for other in after)


def _left(found: Tree) -> tuple[str, ...]:
    return tuple(sorted(path for path in found if any(mark in path for mark in LEFT_OVER)))


def _judge_again(trial: Trial, root: Path, after: Tree) -> None:
    found = tree(root)
    if trial.same and found != after:
        other = sorted(path for path in found.keys() | after.keys() if found.get(path) != after.get(path))
        raise KillError(f"after the next run these are not as they must be: {other[:5]}")
    if found.keys() != after.keys():
        raise KillError(f"after the next run there are more or fewer files: {sorted(found.keys() ^ after.keys())[:5]}")
    if any(found[f"{trial.others}/{name}"] != b"mine" for name in FOREIGN):
        raise KillError("after the next run a file of somebody else is changed")
    temporary = sorted(path.name for path in (root.parent / "tmp").iterdir())
    if temporary:
        raise KillError(f"left in the folder for temporary files: {temporary[:5]}")
    if CALENDARS.paths() != CALENDARS.expected:
        raise KillError("after the next run the server has more or fewer entries")
    if trial.proof:
        _expect(root, trial.proof, trial.codes)


def run(trial: Trial, home: Path, kills: int, *, whole: int, seed: int) -> tuple[Counter[str], Counter[str], list[str]]:
    """Kill a command so many times, ``whole`` of them as processes of their own.

    Returned are counts of kills, how often each path was left over, and what was wrong: torn, lost, or left at the end.

    Ctrl-C ends it with what there is so far.
    """
    chance = random.Random(f"{seed}-{trial.name}")
    counts: Counter[str] = Counter()
    faults = []
    names: Counter[str] = Counter()
    with prepared(trial, home) as (root, before, after, seconds), contextlib.suppress(KeyboardInterrupt):
        changes = _changes(trial, root)
        for number in range(kills):
            is_whole = number < whole
            change = 0 if is_whole or number % 2 else chance.randint(1, changes)
            moment_s = chance.uniform(0, seconds * 1.1 + (1.5 if is_whole else 0))
            try:
                found = kill_once(trial, root, before, after, moment_s, change, whole=is_whole)
                counts["kills"] += 1
                how = "at a change" if change else "at a moment"
                counts[f"{how}: killed in time"] += found.is_in_time
                counts[f"{how}: left after the kill"] += bool(found.left)
                counts["left after the next command"] += bool(found.still)
                names.update(found.left)
            except KillError as fault:
                faults.append(f"kill {number}, at {f'change {change}' if change else f'{moment_s:.3f} s'}: {fault}")
    return counts, names, faults


def _changes(trial: Trial, root: Path) -> int:
    """Return how many calls of an undisturbed run change the disk."""
    shutil.rmtree(root)
    shutil.copytree(root.with_name(f"{trial.name}.saved"), root)
    code_of(start(root, trial.command, at_change=NEVER))
    return int((root.parent / COUNTED).read_text())


def main() -> int:
    """Run the trials that are named and print a line of counts for each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("trials", nargs="*", default=list(TRIALS), metavar="TRIAL", help=", ".join(TRIALS))
    parser.add_argument("--kills", type=int, default=100, help="of each command")
    parser.add_argument("--whole", type=int, default=5, help="how many of them from the start of Python")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--home", type=Path, help="a folder in memory saves the time that syncing takes")
    chosen = parser.parse_args()
    load()
    is_bad = False
    with tempfile.TemporaryDirectory(dir=chosen.home) as home, contextlib.closing(CALENDARS):
        for name in chosen.trials:
            counts, names, faults = run(TRIALS[name], Path(home), chosen.kills, whole=chosen.whole, seed=chosen.seed)
            told = {"command": name, "faults": len(faults), **counts}
            print(json.dumps({**told, "left": dict(names.most_common(MOST_TOLD))}), flush=True)
            for fault in faults[:20]:
                print(f"  {fault}", file=sys.stderr)
            is_bad |= bool(faults)
    return int(is_bad)


def load() -> None:
    """Import what the commands import when they run, so that a child has it from the start."""
    importlib.import_module("iopsched.search")
    build(COMMANDS)
    for folder in ("export", "export/sheets", "ingest", "push", "store"):
        for path in sorted((Path(iopsched.__file__).parent / folder).glob("[a-z]*.py")):
            __import__(f"iopsched.{folder.replace('/', '.')}.{path.stem}")


if __name__ == "__main__":
    sys.exit(main())
