"""``iopsched serve``."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import page
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.failures import bug_report
from iopsched.cli.options import AsJson, path_argument, swept
from iopsched.cli.places import warn_of_place

if TYPE_CHECKING:
    from iopsched.page.serving import Started

EPILOG = """\b
Examples:
  iopsched serve myclinic               the page of a clinic, in your browser
  iopsched serve                        recent clinics, folders, an example
  iopsched serve myclinic --no-browser  print the address instead

The page is on this computer only; nobody else on the network can reach it.
The address with its key works once, within a minute. A second start opens the
page that runs. It ends by its button, by Ctrl-C, or half an hour after the
last tab was closed.
"""
_Clinic = Annotated[
    Path | None,
    path_argument("[CLINIC]", "The clinic folder, or its workbook (.xlsx). Default: choose in the page.", swept),
]
_Port = Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="The port; 0 = a free one.")]
_Browser = Annotated[bool, typer.Option("--no-browser", help="Open no browser; print the address with its key.")]


def serve(clinic: _Clinic = None, *, port: _Port = 0, no_browser: _Browser = False, as_json: AsJson = False) -> None:
    """Open a page to work on a clinic's week in your browser, on this computer only."""
    if clinic is not None:
        warn_of_place(clinic)

    def tell(started: Started) -> None:
        if as_json:
            out_json("serve", {"pid": os.getpid(), **asdict(started)})
            return
        out("The page runs already." if started.was_running else f"The page is at {started.address}")
        if no_browser:
            out(f"Open this address within a minute: {started.link}")
        else:
            talk(f"If no browser opens, open this address within a minute:\n  {started.link}")
        if not started.was_running:
            talk("Ctrl-C ends it.")

    page.serving.serve(
        clinic, port, tell, lambda error: talk(bug_report(error)), opens_browser=not (no_browser or as_json)
    )
