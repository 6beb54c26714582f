"""``iopsched verify``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.folder import Read, read_week
from iopsched.cli.options import AsJson, ClinicPath, FolderPath, FolderWeek, today
from iopsched.cli.violations import violation_line
from iopsched.cli.words import count
from iopsched.errors import InputError
from iopsched.rulebook import RuleId

if TYPE_CHECKING:
    from iopsched.views.audit import Finding

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
MOST_TOLD = 10
_Audit = Annotated[
    bool, typer.Option("--audit", help="Also print how near the schedule comes to the limits of each rule.")
]


def verify(
    clinic: ClinicPath,
    folder: FolderPath,
    *,
    week: FolderWeek = None,
    with_audit: _Audit = False,
    as_json: AsJson = False,
) -> None:
    """Check any schedule, also one edited by hand, against every rule."""
    from iopsched.files.recount import differences, provenance  # noqa: PLC0415 - keeps --help quick
    from iopsched.verifier import hours, violations  # noqa: PLC0415 - keeps --help quick
    from iopsched.views.lacks import needs_line, people_short  # noqa: PLC0415 - keeps --help quick

    read = read_week(clinic, folder, week)
    problem, schedule = read.problem, read.schedule
    found = violations(problem, schedule)
    warnings = [*map(str, read.issues), *differences(folder, problem, schedule, hours(problem, schedule))]
    warnings += [*provenance(folder, problem, read.inputs_sha256), *_against_today(read)]
    short, everybody = people_short(problem, schedule)
    findings: tuple[Finding, ...] = ()
    if with_audit:
        from iopsched.views.audit import audit  # noqa: PLC0415 - keeps --help quick

        findings = audit(problem, schedule, clinic, found)
    if as_json:
        rows = [asdict(row) for row in found]
        content: dict[str, object] = {
            "week": problem.week.isoformat(),
            "ok": not found,
            "violations": rows,
            "warnings": warnings,
        }
        content |= {"short": sorted(account.participant.id for account in short)}
        if with_audit:
            content |= {"audit": [{"rule": row.rule, "sentence": row.sentence, **row.facts} for row in findings]}
        out_json("verify", content)
    else:
        for row in found:
            out(violation_line(row))
        for finding in findings:
            out(str(finding))
    for warning in warnings:
        talk(f"Warning: {warning}")
    people = {person for session in schedule.sessions for person in session.participant_ids}
    what = (
        f"{count(len(schedule.sessions), 'session')}, {count(len(people), 'participant')}, "
        f"{count(len(problem.therapists), 'member of staff', 'staff')}, {len(RuleId)} rules"
    )
    talk(f"Checked {what}: {count(len(found), 'violation') if found else 'no violation'}.")
    if short:
        talk(needs_line(short, everybody))
    raise typer.Exit(Exit.UNMET if found else Exit.DONE)


def _against_today(read: Read) -> list[str]:
    """Return what the tables of today say against a week that was read with older ones and has not ended."""
    from iopsched.verifier import violations  # noqa: PLC0415 - keeps --help quick

    if read.read_today is None or read.problem.week + timedelta(days=7) <= today():
        return []
    try:
        now = read.read_today()
    except InputError as error:
        faults = [str(issue) for issue in error.issues if issue.level == "error"]
        what = count(len(faults), "fault")
    else:
        faults = [violation_line(row) for row in violations(now.problem, now.schedule)]
        what = count(len(faults), "violation")
    if not faults:
        return []
    rest = len(faults) - MOST_TOLD
    head = f"This week has not ended. With the tables of today it has {what}: solve it again, or correct the tables."
    return [head, *faults[:MOST_TOLD], *([f"and {rest} more"] if rest > 0 else [])]
