"""The command line as a whole. Commands import what is heavy only when they run: ``--help`` must be quick."""

from __future__ import annotations

import os
import sys
from typing import Annotated

if not sys.stdout.isatty():
    os.environ.setdefault("TYPER_USE_RICH", "0")  # read by typer when it is imported

import typer

from iopsched.cli import (
    check,
    convert,
    curriculum,
    export,
    failures,
    history,
    init,
    publish,
    push,
    rules,
    show,
    solve,
    verify,
)
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

app = typer.Typer(
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
for _module in (init, convert, check, solve, show, verify, export, publish, push, history, curriculum, rules):
    app.command(epilog=_module.EPILOG)(getattr(_module, _module.__name__.rpartition(".")[2]))


def _version(is_asked: bool) -> None:  # noqa: FBT001 - typer calls it
    if is_asked:
        from iopsched.output import versions  # noqa: PLC0415 - keeps --help quick

        known = versions()
        out(f"iopsched {known['iopsched']} (ortools {known['ortools']}, python {known['python']})")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the versions.")
    ] = False,
) -> None:
    pass


def run() -> None:
    """Run the command line of this process."""
    failures.run(app)
