import sys

import pytest

from iopsched.cli.exits import Exit
from iopsched.errors import ConflictError, InputError, Issue

CANARY = "Zyxcanary01 Doe"


def broken(error):
    def reader(*_arguments, **_options):
        raise error

    return reader


@pytest.fixture
def fail(run, install, monkeypatch, clinic):
    """Run check with a reader that raises."""

    def call(error):
        install()
        monkeypatch.setattr("iopsched.ingest.inspect_clinic", broken(error))
        return run("check", clinic)

    return call


@pytest.mark.parametrize("debug", ["", "1"])
def test_an_unexpected_error_shows_its_place_and_no_value(fail, monkeypatch, debug):
    """The text of the exception holds a name; type and place are enough to find the bug."""
    monkeypatch.setenv("IOPSCHED_DEBUG", debug)
    done = fail(ValueError(f"invalid literal for int(): '{CANARY}'"))
    assert done.exit_code == Exit.BUG
    assert done.stdout == ""
    assert CANARY not in done.stderr
    assert "ValueError at iopsched.work.weeks:" in done.stderr
    assert "Please send us this line and the command you ran, but no file of the clinic:\n" in done.stderr
    assert ("in check" in done.stderr) == bool(debug)
    assert "Traceback" not in done.stderr


def test_our_own_errors_have_their_codes(fail):
    assert fail(ConflictError("Another iopsched is writing.")).exit_code == Exit.CONFLICT
    done = fail(InputError([Issue("rooms.csv", 2, "", "E-X", "Wrong.", "Mend it.")]))
    assert (done.exit_code, done.stderr) == (Exit.BAD_INPUT, "rooms.csv:2: E-X Wrong. Mend it.\n1 error.\n")


def test_a_file_that_the_system_refuses_is_named(fail):
    done = fail(PermissionError(13, "Permission denied", "/x/rooms.csv"))
    assert (done.exit_code, done.stderr) == (Exit.USAGE, "Error: /x/rooms.csv: Permission denied.\n")
    assert fail(OSError("odd")).exit_code == Exit.BUG


@pytest.mark.parametrize(
    "day", ["9999-12-31", "9999-12-27", "0001-01-01", "0001-01-07", "1969-12-31", "2199-12-31", "2200-01-06"]
)
@pytest.mark.parametrize(
    "command", ["check", "solve", "history", "rules", "show", "verify", "export", "curriculum", "publish", "push"]
)
def test_a_week_that_nobody_can_plan_is_a_usage_error(run, clinic, command, day):
    where = [clinic] if command in ("check", "solve", "history") else [clinic, clinic]
    more = {
        "rules": ["--clinic", clinic],
        "export": [*where, "--to", "csv"],
        "push": [*where, "--caldav", "http://127.0.0.1:1/"],
    }.get(command, where)
    done = run(command, *more, "--week", day)
    assert (done.exit_code, done.stdout) == (Exit.USAGE, "")
    assert f"The week of {day} does not lie whole in the years 1970 to 2199. Write any date" in done.stderr


BREAK = """
import resource, sys, threading, warnings
from iopsched.cli import failures
failures.keep_values()
text = sys.argv[1]
def fail(): raise ValueError(text)
class Odd:
    def __del__(self): fail()
thread = threading.Thread(target=fail, name=text); thread.start(); thread.join()
Odd()
warnings.warn(text)
print(resource.getrlimit(resource.RLIMIT_CORE)[0])
fail()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits and no core files")
def test_what_breaks_outside_a_command_tells_no_value(python):
    """A thread, a destructor, a warning, the interpreter's own end: type and place only, and no core file."""
    out, told = python("-c", BREAK, CANARY).communicate(timeout=60)
    assert out == "0\n"
    assert told.count("  ValueError at ") == 3
    assert "Warning: UserWarning at " in told
    assert "Zyxcanary" not in told
    assert "Traceback" not in told
