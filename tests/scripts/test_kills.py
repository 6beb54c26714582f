"""A few kills in each run of the tests; ``python -m scripts.kills --kills 500`` makes many."""

import contextlib
import os

import pytest

from scripts import kills

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")


@pytest.mark.parametrize(
    "name",
    ["init", *(pytest.param(name, marks=pytest.mark.slow) for name in ("convert", "export", "push", "undo", "record"))],
)
def test_killed_commands_tear_and_lose_nothing_and_the_next_run_leaves_nothing(tmp_path, name):
    with contextlib.closing(kills.CALENDARS):
        counts, _, faults = kills.run(kills.TRIALS[name], tmp_path, 4, whole=0, seed=3)
    assert faults == []
    assert counts["kills"] == 4
    assert counts["at a change: killed in time"] == 2
    assert counts["left after the next command"] == 0 or name == "init"


def test_what_is_wrong_after_the_next_run_is_noticed(tmp_path):
    """A command that leaves a file behind, loses one or touches one of others is found out."""
    trial = kills.Trial("x", (), ("init", "y"), others="desk", same=True)
    root = tmp_path / "x"
    (tmp_path / "tmp").mkdir()
    for name in (*kills.FOREIGN, "../ours.csv"):
        (root / "desk" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "desk" / name).write_bytes(b"mine")
    good = kills.tree(root)
    kills._judge_again(trial, root, good)
    for path, data in {"ours.csv": b"torn", "desk/notes.txt": b"", "desk/.iopsched-tmp/new/x": b"left"}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
        with pytest.raises(kills.KillError):
            kills._judge_again(trial, root, good)
        for name in kills.FOREIGN:
            (root / "desk" / name).write_bytes(b"mine")
        (root / "ours.csv").write_bytes(b"mine")
    (tmp_path / "tmp" / "spill").write_bytes(b"names")
    with pytest.raises(kills.KillError):
        kills._judge_again(trial, root, good)
