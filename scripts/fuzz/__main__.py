"""Run one target: ``python -m scripts.fuzz windows --runs 1000000``. Needs atheris (the extra ``fuzz``).

libFuzzer (https://llvm.org/docs/LibFuzzer.html) counts the executions and stops at the first crash, whose input it
leaves in the working folder; ``python -m scripts.fuzz TARGET --again FILE`` runs it once more, without atheris.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

SLOWEST_S = 2
MOST_MB = 500
LONGEST = 2048  # bytes


def main() -> int:
    """Read the options and fuzz in a process of its own, because libFuzzer ends it without cleaning up."""
    options = _options()
    if options.again:
        from scripts.fuzz.targets import attempt  # noqa: PLC0415 - atheris must come first elsewhere

        attempt(options.target, options.again.read_bytes())
        return 0
    if options.scratch:
        _fuzz(options)
    memory = Path("/dev/shm")  # noqa: S108 - a private folder is made in it
    where = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="iopsched-fuzz-", dir=where) as scratch:
        command = [sys.executable, "-m", "scripts.fuzz", *sys.argv[1:], "--scratch", scratch]
        return subprocess.run(command, env={**os.environ, "TMPDIR": scratch}, check=False).returncode


def _fuzz(options: argparse.Namespace) -> NoReturn:
    import atheris  # noqa: PLC0415 - an extra

    guided = [] if options.blind else ["iopsched.ingest", "iopsched.store"]
    with atheris.instrument_imports(include=guided or ["scripts.fuzz.targets"], enable_loader_override=False):
        from scripts.fuzz.seeds import dictionary, seeds  # noqa: PLC0415 - instrumented while imported
        from scripts.fuzz.targets import attempt  # noqa: PLC0415 - as above

    corpus = options.scratch / "corpus"
    corpus.mkdir()
    for data in seeds(options.target):
        (corpus / hashlib.sha256(data).hexdigest()).write_bytes(data)
    words = options.scratch / "words.dict"
    words.write_text(dictionary(), encoding="utf-8")
    flags = {
        "runs": options.runs,
        "max_total_time": options.seconds,
        "seed": options.seed,
        "timeout": SLOWEST_S,
        "rss_limit_mb": MOST_MB,
        "max_len": LONGEST,
        "dict": words,
        "print_final_stats": 1,
    }
    command = [sys.argv[0], *(f"-{name}={value}" for name, value in flags.items()), str(corpus)]
    atheris.Setup(command, lambda data: attempt(options.target, data))
    atheris.Fuzz()
    raise SystemExit


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.fuzz", description=__doc__)
    parser.add_argument("target", choices=("windows", "csv", "toml", "xlsx", "pins", "schedules"))
    parser.add_argument("--runs", type=int, default=1_000_000, help="executions; -1: until the time is up")
    parser.add_argument("--seconds", type=int, default=0, help="seconds at most; 0: no limit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--blind", action="store_true", help="do not follow what is reached: two to three times faster")
    parser.add_argument("--again", type=Path, help="run one input, such as a crash, and nothing else")
    parser.add_argument("--scratch", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
