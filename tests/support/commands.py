"""Commands in this process, as a terminal would run them."""

from functools import cache

from typer.testing import CliRunner

from iopsched.cli.app import COMMANDS, build


@cache
def _line(name):
    """Return the command line with one command loaded, as the program does; with all of them for any other word."""
    return build({name} if name in COMMANDS else COMMANDS)


def invoke(*words):
    """Run a command and return its exit code, output and exception."""
    told = [str(word) for word in words]
    return CliRunner().invoke(_line(told[0] if told else ""), told, prog_name="iopsched")
