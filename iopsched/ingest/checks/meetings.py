"""Warnings about groups that can meet less often than their row says: times, leads and room are never free together."""

from __future__ import annotations

from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.ingest.checks.closures import days_of
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.checks.supply import may_lead
from iopsched.policy.numbers import roles_of
from iopsched.words.phrases import count
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said


def check_meetings(problem: Problem, sheet: SoundRows) -> None:
    """Warn of groups that have fewer days this week than ``sessions_per_week``, closures of the clinic aside."""
    for group in problem.groups:
        service = problem.service[group.service_id]
        if service.max_per_day != 1:
            continue
        held = _days(problem, sheet, group, service)
        usual, opened = (days_of(problem, group, service, open_) for open_ in (sheet.clinic.open, sheet.open))
        asked = group.sessions_per_week if usual == opened else min(group.sessions_per_week, len(opened))
        if 0 < len(held) < asked:
            names = listed(WEEKDAYS[day] for day in sorted(held))
            sheet.report.tell(
                "W-GROUP-DAYS",
                sheet.groups[group.id].at.cell("sessions_per_week"),
                f"Group {quoted(group.id)} can meet on {count(len(held), 'day')} of this week ({names}), "
                f"and sessions_per_week is {group.sessions_per_week}.",
                said(
                    "Check times, lead and room_id here, availability and busy of the leads and of the room, and {time_off.csv}."
                ),
            )


def _days(problem: Problem, sheet: SoundRows, group: Group, service: Service) -> frozenset[int]:
    """Return the days on which the times, the room and a lead allow a session: the same lead on all, if asked."""
    free, modality = sheet.open, group.modality or service.modality
    if group.room_id is not None and service.needs_room and modality in ("in_person", "hybrid"):
        free = free.intersection(sheet.free_of_room(problem.room[group.room_id]))
    skill = roles_of(service, group)[0].skill
    leads = [row for row in problem.therapists if skill in row.skills and may_lead(row, group, service)]
    each = [days_of(problem, group, service, free.intersection(sheet.free_of_therapist(row))) for row in leads]
    if group.one_lead == "require":
        return max(each, key=len, default=frozenset())
    return frozenset().union(*each)
