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
    assert "ValueError at iopsched.cli.check:" in done.stderr
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
