"""Ctrl-C and SIGTERM at random moments of every command, beside two busy loops, and how long until each has ended.

    python -m scripts.interrupts --rounds 96

Each round starts a command as a process of its own, sends a signal at a random moment of its life and measures the
seconds until the process is gone. Printed are the distribution for each command and whatever is wrong: later than a
second, an exit code other than 130 (0, 3, 4 and 6 where the command was done before; the system's own code where
Python itself was not ready), a traceback, a file of a half-done write, a kept week that the verifier refuses.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.planted import WEEK, plant

ROOT = Path(__file__).parents[1]
RUN = (sys.executable, "-m", "iopsched")
PROMISED_S = 1.0
START_S = 0.15
DONE = frozenset({0, 3, 4, 6, 130})
FORMATS = "xlsx,html,ics,csv,handouts"


@dataclass(frozen=True, slots=True)
class Trial:
    """One interrupted command: what it was, when it was interrupted, how long it took to end, and what is wrong."""

    command: str
    signal: signal.Signals
    after_s: float
    ended_s: float
    code: int
    faults: tuple[str, ...]


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """Keep so many cores busy."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(loops)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


@contextmanager
def mute_server() -> Iterator[str]:
    """Listen where nobody ever answers; yield the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def commands(home: Path, url: str) -> dict[str, tuple[Sequence[str], float]]:
    """Return each command with the seconds in which it is interrupted."""
    small, large, week = home / "small", home / "large", home / "small/schedules" / WEEK.isoformat()
    of_week = ("--week", WEEK.isoformat())
    return {
        "check": (("check", str(small), *of_week), 1.0),
        "import": (("import", str(home / "roster.csv"), "--clinic", str(small), "--out", str(home / "imported")), 1.2),
        "solve": (("solve", str(small), *of_week, "--out", str(home / "new")), 8.0),
        "solve large": (("solve", str(large), *of_week, "--workers", "2"), 20.0),
        "week": (("week", str(small), *of_week, "--out", str(home / "newer")), 8.0),
        "repair": (("repair", str(small), *of_week, "--absent", "T03", "--now", WEEK.isoformat()), 8.0),
        "makeup": (("makeup", str(small), *of_week, "--now", WEEK.isoformat()), 4.0),
        "show": (("show", str(small), str(week)), 1.0),
        "verify": (("verify", str(small), str(week), "--audit"), 1.2),
        "why": (("why", str(small), str(week), "P01"), 4.0),
        "explain": (("explain", str(small), *of_week), 4.0),
        "capacity": (("capacity", str(small), *of_week), 4.0),
        "plan": (("plan", str(small), "--weeks", "4", *of_week), 8.0),
        "network": (("network", str(small), str(large), *of_week, "--out", str(home / "night")), 8.0),
        "compare": (("compare", str(week), str(week)), 1.0),
        "export": (("export", str(small), str(week), "--to", FORMATS, "--into", str(home / "exports")), 3.0),
        "publish": (("publish", str(small), str(week)), 1.2),
        "push": (("push", str(small), str(week), "--caldav", url), 2.0),
        "history": (("history", str(small), "--verify"), 0.8),
        "restore": (("restore", str(small), *of_week, "--out", str(home / "restored")), 1.2),
        "backup": (("backup", str(small), str(home / "saved.zip")), 1.0),
        "report": (("report", str(small), "payroll", "--to", "csv,xlsx,html", "--into", str(home / "reports")), 1.2),
        "curriculum": (("curriculum", str(small), str(week)), 1.0),
        "serve": (("serve", str(small), "--no-browser"), 1.5),
        "rules": (("rules", "--clinic", str(small)), 0.8),
        "convert": (("convert", str(small), str(home / "book.xlsx")), 1.2),
        "init": (("init", str(home / "fresh")), 0.6),
    }


def prepare(home: Path, participants: int) -> None:
    """Lay out a small clinic with a published week, and a large one."""
    shutil.copytree(ROOT / "data/complete", home / "small")
    plant(home / "large", participants, 1)
    week = str(home / "small/schedules" / WEEK.isoformat())
    for words in (
        ("solve", str(home / "small"), "--week", WEEK.isoformat(), "--time-limit", "5"),
        ("publish", str(home / "small"), week),
        ("export", str(home / "small"), week, "--to", "csv", "--into", str(home / "lists")),
    ):
        subprocess.run([*RUN, *words], cwd=ROOT, check=False, capture_output=True)
    for path in (home / "lists").glob("attendees-*.csv"):
        shutil.copy(path, home / "roster.csv")


def interrupted(name: str, words: Sequence[str], number: signal.Signals, after_s: float, home: Path) -> Trial:
    """Start a command, send the signal after a while, and see how it ends."""
    process = subprocess.Popen(
        [*RUN, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    time.sleep(after_s)
    was_done = process.poll() is not None
    begun = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    ended_s = time.monotonic() - begun
    return Trial(
        name,
        number,
        after_s,
        ended_s,
        process.returncode,
        tuple(faults(process.returncode, out, err, after_s, home, was_done=was_done)),
    )


def faults(code: int, out: str, err: str, after_s: float, home: Path, *, was_done: bool) -> Iterator[str]:
    """Yield what is wrong with an ending."""
    is_early = after_s < START_S
    if "Traceback" in err and not is_early:
        yield "traceback"
    # Python ends so as long as it is not ready, and when it takes itself apart behind a command that has done its work
    is_outside = code in {-signal.SIGINT, -signal.SIGTERM, 1} and (is_early or bool(out))
    if code not in DONE and not is_outside:
        yield f"exit code {code}"
    if code == 130 and not was_done and not err.strip():
        yield "no sentence"
    for path in home.rglob(".*"):
        yield f"left behind: {path.name}"
    folder = next((line.removeprefix("Written to ") for line in out.splitlines() if line.startswith("Written to ")), "")
    if folder:
        clinic = home / ("large" if "large" in folder else "small")
        judged = subprocess.run([*RUN, "verify", str(clinic), folder], cwd=ROOT, capture_output=True, check=False)
        if judged.returncode != 0:
            yield f"the kept week is refused ({judged.returncode})"


def report(trials: Sequence[Trial]) -> None:
    """Print the distribution for each command, and what is wrong."""
    for name in dict.fromkeys(trial.command for trial in trials):
        seconds = sorted(trial.ended_s for trial in trials if trial.command == name)
        middle, late = seconds[len(seconds) // 2], sum(1 for s in seconds if s > PROMISED_S)
        print(f"{name:12} {len(seconds):3} signals: median {middle:.2f} s, longest {seconds[-1]:.2f} s, late {late}")
    for trial in trials:
        if trial.faults or trial.ended_s > PROMISED_S:
            print(
                f"  {trial.command} {trial.signal.name} after {trial.after_s:.2f} s: {trial.ended_s:.2f} s, code {trial.code} {'; '.join(trial.faults)}"
            )
    late = sum(1 for trial in trials if trial.ended_s > PROMISED_S)
    print(f"{len(trials)} signals: {late} late, {sum(1 for trial in trials if trial.faults)} with faults")
    print(f"load of the last five minutes: {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores")


def main() -> int:
    """Run the trials."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=96)
    parser.add_argument("--loops", type=int, default=2, help="busy loops beside")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--participants", type=int, default=120, help="of the large clinic")
    parser.add_argument("--only", default="", help="commands, with commas between them")
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    trials = []
    with tempfile.TemporaryDirectory() as folder, mute_server() as url:
        home = Path(folder)
        prepare(home, asked.participants)
        known = commands(home, url)
        names = [name for name in known if not asked.only or name in asked.only.split(",")]
        with busy(asked.loops):
            for number in range(asked.rounds):
                name = names[number // 2 % len(names)]
                words, most_s = known[name]
                after_s = draw.uniform(0, 0.1) if draw.random() < 0.15 else draw.uniform(0.05, most_s)
                sign = signal.SIGINT if number % 2 else signal.SIGTERM
                trials.append(interrupted(name, words, sign, after_s, home))
                for made in ("fresh", "new", "exports", "book.xlsx"):
                    path = home / made
                    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    report(trials)
    return 1 if any(trial.faults or trial.ended_s > PROMISED_S for trial in trials) else 0


if __name__ == "__main__":
    sys.exit(main())
