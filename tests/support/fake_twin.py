"""A twin that knows the planted week: the interface of a twin without a solver.

    python -m tests.support.fake_twin FOLDER --week ... --seconds ... --workers ... --seed ... --out OUT [--until GOAL]

``FAKE_TWIN`` may ask for a fault: ``hints``, ``unclean``, ``crash``, ``boast``.
"""

import json
import os
import shutil
import sys
from pathlib import Path

from benchmarks.planted import planted_folder


def drop(table, begin):
    rows = table.read_text().splitlines()
    table.write_text("".join(f"{row}\n" for row in rows if not row.startswith(begin)))


def main():
    clinic, options = Path(sys.argv[1]), dict(zip(sys.argv[2::2], sys.argv[3::2], strict=True))
    assert options["--week"] == "2026-11-30"
    assert {"--seconds", "--workers", "--seed", "--out"} <= set(options)
    fault = os.environ.get("FAKE_TWIN", "")
    if fault == "crash":
        sys.exit("out of luck")
    out = Path(options["--out"])
    out.mkdir(parents=True, exist_ok=True)
    for name in ("sessions.csv", "roster.csv"):
        shutil.copy(planted_folder(clinic) / name, out / name)
    if fault in {"unclean", "boast"}:
        # somebody's hour alone is not held: its session has nobody, or is gone too
        drop(out / "roster.csv", "medication-1,")
    if fault == "boast":
        drop(out / "sessions.csv", "medication-1,")
    lines = [
        {"seconds": 0.5, "built": True, "variables": 10, "constraints": 20, "hints": 3 if fault == "hints" else 0},
        {"seconds": 0.7, "goal": "unmet_need", "value": 600, "bound": 0},
        {"seconds": 0.9, "goal": "unmet_need", "value": 0, "bound": 0},
    ]
    (out / "trace.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


if __name__ == "__main__":
    main()
