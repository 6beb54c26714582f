"""``iopsched check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.issues import exit_of, issue_list, print_issues
from iopsched.cli.options import AsJson, ClinicPath, Week, moment_of, path_option, week_of
from iopsched.views.extent import clinic_facts, clinic_line

EPILOG = """\b
Examples:
  iopsched check myclinic
  iopsched check myclinic.xlsx --marked faults.xlsx
  iopsched check myclinic --week 2026-11-30 --json

Exit code 3 if there are errors, 5 if the only errors are contradictions
(facts that cannot hold together), else 0.
"""

_Marked = Annotated[
    Path | None, path_option("--marked", "FILE.xlsx", "Write a copy of the workbook with its faults in red.")
]


def check(clinic: ClinicPath, *, week: Week = None, marked: _Marked = None, as_json: AsJson = False) -> None:
    """List every fault of the input at once: file, row, column (of a workbook sheet and cell), and what to do."""
    monday = week_of(week)
    found = work.clinics.check(clinic, monday, moment_of(None))
    code = exit_of(found.issues)
    if marked is not None:
        talk(work.conversions.mark(clinic, marked, found.issues))
    if as_json:
        facts = clinic_facts(found.problem) if found.problem else None
        content = {"week": monday.isoformat(), "ok": code is Exit.DONE, "clinic": facts}
        out_json("check", {**content, "issues": issue_list(found.issues)})
    else:
        print_issues(found.issues, out)
        if found.problem and code is Exit.DONE:
            out(clinic_line(found.problem))
        elif code is not Exit.DONE:
            talk("Nothing can be solved before the errors are mended.")
    raise typer.Exit(code)
