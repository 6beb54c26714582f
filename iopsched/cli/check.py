"""``iopsched check``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from iopsched.cli.console import out, out_json, talk
from iopsched.cli.convert import is_workbook_name, refuse_existing
from iopsched.cli.exits import Exit
from iopsched.cli.issues import exit_of, issue_list, print_issues
from iopsched.cli.options import AsJson, ClinicPath, Week, week_of
from iopsched.domain.problem import Problem
from iopsched.errors import Issue, UsageError
from iopsched.words.phrases import count, long_date

EPILOG = """\b
Examples:
  iopsched check myclinic
  iopsched check myclinic.xlsx --marked faults.xlsx
  iopsched check myclinic --week 2026-11-30 --json

Exit code 3 if there are errors, 5 if the only errors are contradictions
(facts that cannot hold together), else 0.
"""

_Marked = Annotated[
    Path | None, typer.Option(metavar="FILE.xlsx", help="Write a copy of the workbook with its faults in red.")
]


def check(clinic: ClinicPath, *, week: Week = None, marked: _Marked = None, as_json: AsJson = False) -> None:
    """List every fault of the input at once: file, row, column (of a workbook sheet and cell), and what to do."""
    from iopsched.cli.leftovers import leftovers  # noqa: PLC0415 - keeps --help quick
    from iopsched.ingest import as_told, inspect_clinic  # noqa: PLC0415 - keeps --help quick

    monday = week_of(week)
    found = inspect_clinic(clinic, monday)
    issues = found.issues
    if found.problem is not None:
        from iopsched.why.outlook import unmeetable_needs  # noqa: PLC0415 - keeps --help quick

        issues = (*issues, *as_told(clinic, unmeetable_needs(found.problem)))
    issues = (*issues, *as_told(clinic, leftovers(clinic)))
    code = exit_of(issues)
    if marked is not None:
        _mark(clinic, marked, issues)
    if as_json:
        facts = clinic_facts(found.problem) if found.problem else None
        content = {"week": monday.isoformat(), "ok": code is Exit.DONE, "clinic": facts}
        out_json("check", {**content, "issues": issue_list(issues)})
    else:
        print_issues(issues, out)
        if found.problem and code is Exit.DONE:
            out(clinic_line(found.problem))
        elif code is not Exit.DONE:
            talk("Nothing can be solved before the errors are mended.")
    raise typer.Exit(code)


def _mark(clinic: Path, target: Path, issues: Sequence[Issue]) -> None:
    """Write a copy of the workbook with the faults in it, if there are any and it can be copied."""
    from iopsched.convert.marked import CannotMarkError, marked_workbook  # noqa: PLC0415 - keeps --help quick
    from iopsched.files.folders import make_file  # noqa: PLC0415 - keeps --help quick
    from iopsched.files.reading import UnreadableError, read_bytes  # noqa: PLC0415 - keeps --help quick

    if not clinic.is_file():
        raise UsageError("--marked copies a workbook; the clinic is a folder.")
    if not is_workbook_name(target):
        raise UsageError(f"{target} does not end in .xlsx.")
    refuse_existing(target)
    if not any(issue.level != "information" for issue in issues):
        talk("There is nothing to mark.")
        return
    try:
        data = marked_workbook(read_bytes(clinic), issues)
    except UnreadableError as error:  # it was read a moment ago
        raise UsageError(f"No marked copy was written: {error} Run the command again.") from None
    except CannotMarkError as error:
        talk(f"No marked copy was written: the workbook cannot be copied ({error}).")
        return
    make_file(target, data)
    talk(f"The faults are marked in {target}. Mend them in your own workbook.")


def clinic_line(problem: Problem) -> str:
    """Return the clinic in one line."""
    facts = clinic_facts(problem)
    needed = ", ".join(f"{number} {service}" for service, number in facts["sessions_needed"].items()) or "none"
    return (
        f"{problem.clinic.name}, week of {long_date(problem.week)}: "
        f"{count(facts['participants'], 'participant')}, {facts['staff']} staff, {count(facts['rooms'], 'room')}, "
        f"{count(facts['groups'], 'group')}; sessions needed: {needed}."
    )


def clinic_facts(problem: Problem) -> dict[str, Any]:
    """Return the numbers of the clinic's week; sessions are those that groups hold and participants need."""
    from iopsched.domain.schedule import Schedule  # noqa: PLC0415 - keeps --help quick
    from iopsched.verifier.week import Week as WeekFacts  # noqa: PLC0415 - keeps --help quick

    week = WeekFacts(problem, Schedule(problem.week))
    present = [person for person in problem.participants if week.calendars.is_present(person)]
    sessions: dict[str, int] = {}
    for service in problem.services:
        groups = problem.groups_of.get(service.id)
        if groups:
            sessions[service.id] = sum(group.sessions_per_week for group in groups)
        else:
            sessions[service.id] = sum(week.needs.demand(person, service).needed for person in present)
    return {
        "name": problem.clinic.name,
        "participants": len(present),
        "staff": len(problem.therapists),
        "rooms": len(problem.rooms),
        "groups": len(problem.groups),
        "sessions_needed": {service: number for service, number in sessions.items() if number},
    }
