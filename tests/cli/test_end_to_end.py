"""The real reader, solver and verifier behind the commands, on an example clinic."""

import csv
import json

import pytest

from iopsched.cli.exits import Exit

pytestmark = pytest.mark.slow
CANARY = "Zyxcanary"
WEEK = ("--week", "2026-11-30")


@pytest.fixture
def example(run, tmp_path):
    """A clinic of twenty, each with a name that must not be seen."""
    folder = tmp_path / "clinic"
    assert run("init", folder, "--template", "step_down").exit_code == Exit.DONE
    with (folder / "participants.csv").open() as file:
        rows = list(csv.DictReader(file))
    with (folder / "participants.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys([*rows[0], "name"])))
        writer.writeheader()
        writer.writerows({**row, "name": f"{CANARY}{i:02} Doe"} for i, row in enumerate(rows))
    return folder


def test_from_a_template_to_a_verified_week(run, example):
    """No command shows a name unasked, and what solve writes, verify accepts."""
    outputs = [run("check", example, *WEEK)]
    assert outputs[0].exit_code == Exit.DONE, outputs[0].output
    outputs.append(run("solve", example, *WEEK, "--time-limit", "5"))
    assert outputs[1].exit_code in (Exit.DONE, Exit.UNMET), outputs[1].output
    folder = example / "schedules" / "2026-11-30"
    outputs.append(run("verify", example, folder))
    assert (outputs[2].exit_code, outputs[2].stdout) == (Exit.DONE, "")
    assert "Warning" not in outputs[2].stderr
    outputs += [run("show", example, folder, *options) for options in ((), ("--json",), ("--day", "Mon"))]
    assert all(done.exit_code == Exit.DONE for done in outputs[2:])
    everything = "".join(done.output for done in outputs) + "".join(p.read_text() for p in folder.iterdir())
    assert CANARY not in everything
    assert f"{CANARY}00 Doe" in run("show", example, folder, "--names", "full").stdout


def test_a_roster_edited_by_hand_is_judged(run, example):
    """Somebody on a roster twice is bad input; somebody taken out shows in the hours."""
    run("solve", example, *WEEK, "--time-limit", "5", "-q")
    folder = example / "schedules" / "2026-11-30"
    lines = (folder / "roster.csv").read_text().splitlines()
    (folder / "roster.csv").write_text("\n".join([*lines, lines[1]]) + "\n")
    done = run("verify", example, folder)
    assert done.exit_code == Exit.BAD_INPUT
    assert "roster.csv" in done.stderr
    (folder / "roster.csv").write_text("\n".join([lines[0], *lines[2:]]) + "\n")
    assert "Warning: hours.csv" in run("verify", example, folder).stderr


def test_one_worker_and_an_effort_limit_repeat_byte_for_byte(run, example):
    options = (*WEEK, "-q", "--workers", "1", "--deterministic-limit", "1")
    for name in "ab":
        assert run("solve", example, *options, "--out", example / name).exit_code in (Exit.DONE, Exit.UNMET)
    for path in (example / "a").iterdir():
        assert path.read_bytes() == (example / "b" / path.name).read_bytes()
    assert json.loads((example / "a" / "summary.json").read_text())["workers"] == 1
