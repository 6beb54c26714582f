"""A recorded search in place of a solver: ``python -m tests.support.fake_search FOLDER [TRACE]`` tells it line by line.

It waits for ``stop``, or the end of its input, before it leaves the week that lies in FOLDER.
"""

import json
import shutil
import sys
import time
from pathlib import Path

GOALS = (
    {"name": "unmet_need", "label": "Unmet need", "unit": "minutes"},
    {"name": "preferences", "label": "Preferences", "unit": "minutes"},
)
TRACE = (
    {"kind": "stage", "stage": "build", "elapsed_s": 0.1, "left_s": 59.9},
    *(
        {"kind": "goal", **GOALS[0], "value": value, "bound": 0, "text": f"{value // 60} h", "best": "0 h", "left": "At most 2 h more."}
        | {"elapsed_s": at, "left_s": 60 - at, "is_proven": value == 0}
        for at, value in ((1.0, 600), (2.0, 240), (5.0, 0))
    ),
    {"kind": "goal", **GOALS[1], "value": 900, "bound": 300, "text": "", "best": "", "left": "At most 67% better."}
    | {"elapsed_s": 6.0, "left_s": 54.0, "is_proven": False},
)  # fmt: skip


def _trace(path=None):
    """Return what is told: a trace that was recorded in a file, or a short one."""
    return TRACE if path is None else map(json.loads, Path(path).read_text(encoding="utf-8").splitlines())


def main():
    """Play it."""
    asked = json.loads(sys.stdin.readline())
    for row in _trace(*sys.argv[2:]):
        print(json.dumps(row), flush=True)
        time.sleep(0.01)
    while (line := sys.stdin.readline()) and line.strip() != "stop":
        pass
    target = Path(asked["clinic"]) / "schedules" / f".{asked['week']}.found"
    shutil.copytree(sys.argv[1], target, dirs_exist_ok=True)
    print(
        json.dumps({"kind": "found", "was_stopped": True, "is_optimal": False, "seconds": 6.5, "goals": []}), flush=True
    )


if __name__ == "__main__":
    main()
