"""Whatever happened to the store: every command ends with exit 7 and a remedy, and changes nothing in it."""

import re

import pytest

from iopsched.cli.exits import Exit
from tests.support.damages import DAMAGES

COMMANDS = {
    "solve": ("--week", "2026-11-30", "--time-limit", "1"),
    "show": (),
    "verify": (),
    "export": ("--to", "csv"),
    "publish": (),
    "history": (),
    "history --verify": (),
}
PAIRS = [(name, command) for name in DAMAGES for command in COMMANDS]
SAMPLE = PAIRS[:: len(PAIRS) // 23]
REMEDY = re.compile(r"Move |Put back |Install that version|Run `publish`")


def bytes_of_store(clinic):
    """Sizes and first bytes of what is there; a device or a pipe is not read."""
    paths = [clinic / "iopsched.db", *sorted((clinic / "published").rglob("*"))]
    return {path: path.read_bytes() for path in paths if path.is_file() and path.stat().st_size < 1_000_000}


def arguments_of(command, clinic):
    word, *option = command.split()
    folder = [] if word in ("solve", "history") else [clinic / "schedules/2026-11-30"]
    return [word, clinic, *folder, *option, *COMMANDS[command]]


@pytest.mark.parametrize(
    ("name", "command"), [pytest.param(*pair, marks=() if pair in SAMPLE else pytest.mark.slow) for pair in PAIRS]
)
def test_damage_ends_every_command_alike(exported, run, name, command):
    DAMAGES[name](exported)
    before = bytes_of_store(exported)
    done = run(*arguments_of(command, exported))
    assert done.exit_code == Exit.CONFLICT, done.output
    assert REMEDY.search(done.stderr), done.stderr
    assert "Traceback" not in done.output
    assert bytes_of_store(exported) == before
