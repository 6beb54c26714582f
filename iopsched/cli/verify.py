"""``iopsched verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.folder import read_week
from iopsched.cli.options import AsJson, ClinicPath, FolderPath, FolderWeek, today
from iopsched.rulebook import RuleId
from iopsched.views.broken import violation_line
from iopsched.views.lacks import needs_line
from iopsched.words.phrases import count

if TYPE_CHECKING:
    from iopsched.work.verification import Verified

EPILOG = """\b
Examples:
  iopsched verify myclinic myclinic/schedules/2026-11-30
  iopsched verify myclinic handmade --json
  iopsched verify myclinic myclinic/schedules/2026-11-30 --audit

Prints one line a violation: rule, subject, sentence, with tabs between. The
rules are stated a second time for this, without the solver.

Exit code 4 if a rule is broken, 3 if files are malformed, else 0. Needs that
are not met break no rule; the last line says whose.
"""
_Audit = Annotated[
    bool, typer.Option("--audit", help="Also print how near the schedule comes to the limits of each rule.")
]


def verify(
    clinic: ClinicPath,
    folder: FolderPath = None,
    *,
    week: FolderWeek = None,
    with_audit: _Audit = False,
    as_json: AsJson = False,
) -> None:
    """Check any schedule, also one edited by hand, against every rule."""
    done = work.verification.verify(read_week(clinic, folder, week), today(), with_audit=with_audit)
    if as_json:
        out_json("verify", done.facts())
    else:
        for row in done.violations:
            out(violation_line(row))
        for finding in done.findings or ():
            out(str(finding))
    for warning in done.warnings:
        talk(f"Warning: {warning}")
    talk(_checked(done))
    if done.short or done.lacking:
        talk(needs_line(done.short, done.people, done.lacking))
    raise typer.Exit(Exit.UNMET if done.violations else Exit.DONE)


def _checked(done: Verified) -> str:
    """Return how much was checked and how much was found."""
    sessions, found = done.schedule.sessions, len(done.violations)
    what = (
        f"{count(len(sessions), 'session')}, {count(done.people, 'participant')}, "
        f"{count(len(done.problem.therapists), 'member of staff', 'staff')}, {len(RuleId)} rules"
    )
    return f"Checked {what}: {count(found, 'violation') if found else 'no violation'}."
