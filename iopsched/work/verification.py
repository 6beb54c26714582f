"""Any schedule of a clinic, also one edited by hand, held against every rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InputError
from iopsched.files.recount import differences, provenance
from iopsched.verifier import Violation, hours, violations
from iopsched.verifier.account import Account
from iopsched.verifier.meetings import lacking_sessions, meeting_list
from iopsched.verifier.week import Week
from iopsched.views.audit import Finding, audit
from iopsched.views.broken import violation_facts, violation_line
from iopsched.views.lacks import people_short
from iopsched.words.phrases import count
from iopsched.work.basis import A_WEEK
from iopsched.work.weeks import Read, read_today

MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Verified:
    """A schedule with the rules that it breaks; none if it may be published.

    ``warnings`` are sentences about its files and the tables of today. ``short`` are the accounts of those who lack
    anything, out of ``people``, which breaks no rule, and ``lacking`` the sessions that groups lack which always meet.
    ``findings`` are empty where no audit was asked for.
    """

    problem: Problem
    schedule: Schedule
    violations: tuple[Violation, ...]
    warnings: tuple[str, ...]
    short: tuple[Account, ...]
    people: int
    lacking: Mapping[str, int]
    findings: tuple[Finding, ...] | None

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        content = {
            "week": self.problem.week.isoformat(),
            "ok": not self.violations,
            "violations": violation_facts(self.violations),
            "warnings": list(self.warnings),
            "short": sorted(account.participant.id for account in self.short),
            **({"meetings": meeting_list(self.problem, self.schedule)} if self.lacking else {}),
        }
        if self.findings is None:
            return content
        audited = [{"rule": row.rule, "sentence": row.sentence, **row.facts} for row in self.findings]
        return {**content, "audit": audited}


def verify(read: Read, today: date, *, with_audit: bool = False) -> Verified:
    """Check a schedule against every rule; where it has not ended ``today``, also with the tables of today."""
    problem, schedule = read.problem, read.schedule
    found = violations(problem, schedule)
    warnings = [*map(str, read.issues), *differences(read.folder, problem, schedule, hours(problem, schedule))]
    warnings += [*provenance(read.folder, problem, read.inputs_sha256), *_against(read, today)]
    short, people = people_short(problem, schedule)
    findings = audit(problem, schedule, read.clinic, found) if with_audit else None
    lacking = lacking_sessions(Week(problem, schedule))
    return Verified(problem, schedule, found, tuple(warnings), tuple(short), people, lacking, findings)


def _against(read: Read, today: date) -> list[str]:
    """Return what the tables of today say against a week that was read with older ones and has not ended."""
    if read.revision is None or read.problem.week + A_WEEK <= today:
        return []
    try:
        now = read_today(read)
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
