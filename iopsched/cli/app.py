"""The command line as a whole.

A command is imported only if it is asked for or all are to be listed, and it imports what is heavy only when it runs:
Python takes as long to load all commands as to read a clinic.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

if not sys.stdout.isatty():
    os.environ.setdefault("TYPER_USE_RICH", "0")  # read by typer when it is imported

import typer

from iopsched.cli import failures
from iopsched.cli.console import out

_EPILOG = """\b
A week from nothing:
  iopsched init myclinic                          a clinic folder to edit
  iopsched check myclinic                         what is wrong with it
  iopsched solve myclinic --week 2026-11-30       the week
  iopsched show myclinic myclinic/schedules/2026-11-30

\b
Exit codes: 0 done, all needs met - 1 a bug - 2 usage - 3 bad input -
4 needs unmet or rules broken - 5 contradiction - 6 out of time -
7 somebody else's change - 130 interrupted.
"""

COMMANDS = (
    "init", "convert", "check", "solve", "show", "verify", "export", "publish", "push", "history", "curriculum", "rules",
)  # fmt: skip


def build(names: Sequence[str] = COMMANDS) -> typer.Typer:
    """Return the command line with these commands."""
    found = typer.Typer(
        name="iopsched",
        cls=failures.Commands,
        help="Make, prove and explain the weekly schedule of an Intensive Outpatient Program.",
        epilog=_EPILOG,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,  # the same help on a terminal and in a pipe, three times as fast
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    found.callback()(_root)
    for name in names:
        module = import_module(f"iopsched.cli.{name}")
        found.command(epilog=module.EPILOG)(getattr(module, name))
    return found


def _version(is_asked: bool) -> None:  # noqa: FBT001 - typer calls it
    if is_asked:
        from iopsched.output import versions  # noqa: PLC0415 - keeps --help quick

        known = versions()
        out(f"iopsched {known['iopsched']} (ortools {known['ortools']}, python {known['python']})")
        raise typer.Exit


def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the versions.")
    ] = False,
) -> None:
    pass


def run() -> None:
    """Run the command line of this process."""
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    failures.run(build((asked,) if asked in COMMANDS else COMMANDS))
