"""The command line as a whole.

A command is imported only if it is asked for, and it imports what is heavy only when it runs: Python takes as long to
load all commands as to read a clinic.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Container
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
  iopsched week myclinic --week 2026-11-30        check, the week, its rosters
  iopsched show myclinic                          look at it
  iopsched publish myclinic                       make it official

\b
Exit codes: 0 done, all needs met - 1 a bug - 2 usage - 3 bad input -
4 needs unmet or rules broken - 5 contradiction - 6 out of time -
7 somebody else's change - 130 interrupted.
"""

COMMANDS = {
    "init": "Write a clinic folder or workbook to edit, ready to solve.",
    "convert": "Turn a clinic folder into a workbook, or back.",
    "check": "List every fault of the input at once.",
    "week": "Check, make the week, say what changes, export it.",
    "import": "Read the week that a clinic runs today from its own roster.",
    "solve": "Make the week, prove how good it is, write its folder.",
    "show": "Print the week, or the list of one person, room or day.",
    "repair": "Mend a published week after what happened in it.",
    "makeup": "Say who is behind this week, and make up for it.",
    "explain": "Say why people are short, and what would help.",
    "why": "Say why then, there, with whom; what else would cost.",
    "capacity": "Say who more can come, and what the next place costs.",
    "network": "Make the weeks of many clinics in one night.",
    "plan": "Make weeks ahead: what gets short in which.",
    "compare": "Say what is different between two weeks, for whom, and why.",
    "verify": "Check any schedule against every rule.",
    "export": "Write rosters, pages, handouts and calendars.",
    "publish": "Record the week as the one that everybody is told of.",
    "push": "Bring the published week to a CalDAV server.",
    "history": "List what was published when.",
    "restore": "Bring back a published revision, or all of a backup.",
    "backup": "Write all that was published into one file.",
    "report": "Report published weeks to billing, payroll, auditors.",
    "curriculum": "Prove who meets every module of the rotation.",
    "serve": "Open a page to work on the week in your browser.",
    "rules": "Print the rules, and where the clinic's numbers come from.",
}
"""What the help of the whole says of each command, short enough for one line of 80 columns."""

OTHER_NAMES = {"import": "importing"}
"""The module and function of a command whose name is a word of Python."""


def build(loaded: Container[str] = COMMANDS) -> typer.Typer:
    """Return the command line; of a command that is not loaded it knows the name and a line of help."""
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
    for name, line in COMMANDS.items():
        if name in loaded:
            own = OTHER_NAMES.get(name, name)
            module = import_module(f"iopsched.cli.{own}")
            found.command(name, epilog=module.EPILOG, short_help=line)(getattr(module, own))
        else:
            found.command(name, short_help=line)(_not_loaded)
    return found


def _not_loaded() -> None:
    raise NotImplementedError


def _version(*, is_asked: bool) -> None:
    if is_asked:
        known = failures.versions()
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
    failures.run(build({asked}))
