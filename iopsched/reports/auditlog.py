"""For the auditor: who led which session with which license and with how many, as it was published then.

Each session is told as the revision says that was in force when it began, with the facts of that revision. Beside it
stand the rule and its source, who published it, what changed later, and who really came.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from iopsched.domain.instants import local_text
from iopsched.domain.publication import Publication, PublishedSession
from iopsched.domain.schedule import HoursRow
from iopsched.domain.timegrid import Minute, clock, clock_of_end
from iopsched.policy.numbers import staff_ratio
from iopsched.records.presence import Presence
from iopsched.reports.auditrows import (
    AttendanceOnRecord,
    HoursOnRecord,
    SessionChangedLater,
    SessionOnRecord,
    Standard,
)
from iopsched.reports.auditwords import audit_lines, audit_missing, rule_words
from iopsched.reports.inforce import InForce
from iopsched.reports.onrecord import cancelled_sessions, sources
from iopsched.reports.presencewords import attendance_row, status_of
from iopsched.reports.reporttable import Reported, ReportKind, ReportTable
from iopsched.verifier.account import hours_rows
from iopsched.verifier.modality import joins_by_video
from iopsched.verifier.week import Meeting, Week
from iopsched.views.changes import change_lines
from iopsched.views.labels import Labels
from iopsched.views.standards import NumberSource, hours_rules, number_sources, ratio_source

SCREEN = (
    "date", "start", "session_id", "revision", "lead_id", "credential", "is_licensed", "participants", "counting_staff",
    "ratio_limit", "is_within_ratio",
)  # fmt: skip


@dataclass(frozen=True)
class AuditScope:
    """What the auditor asks: days, and where it is about one moment the minute of its week, with its words."""

    first: date
    last: date
    labels: Labels
    minute: Minute | None = None
    moment: str = ""


def audit_log(revisions: Sequence[InForce], presences: Iterable[Presence], scope: AuditScope) -> Reported:
    """Return the report about the sessions that began on the days asked for, or were under way at the moment asked for."""
    came = _by_session(presences)
    logs = [_RevisionLog(one, came, scope) for one in revisions]
    sessions = [row for log in logs for row in log.sessions]
    hours = [row for log in _last_of_weeks(logs) for row in log.hours()]
    standards = _standards(logs)
    totals = _totals(sessions, hours)
    about = "A row for each session, as the revision says that was in force when it began."
    main = ReportTable("rows", "Sessions", about, SessionOnRecord, sorted(sessions, key=_in_order))
    records = [log.record for log in logs]
    tables = (
        _table(HoursOnRecord, hours),
        _table(Standard, standards),
        _table(SessionChangedLater, [row for log in logs for row in log.changed_later()]),
        _table(AttendanceOnRecord, [row for log in logs for row in log.attendance()]),
        cancelled_sessions([log.record for log in _last_of_weeks(logs)], scope.first, scope.last),
        sources(records),
    )
    lines = tuple(audit_lines(main.rows, standards, totals, scope.moment))
    missing = tuple(audit_missing(main.rows))
    return Reported(ReportKind.AUDIT, scope.first, scope.last, main, tables, totals, lines, (main, SCREEN), missing)


TABLES = {
    HoursOnRecord: ("hours", "Hours", "What each participant had that week, against the numbers in force."),
    Standard: ("standards", "Standards", "The numbers that sessions and hours are held against, with their source."),
    SessionChangedLater: ("changes", "Changed later", "What later revisions say of these sessions."),
    AttendanceOnRecord: ("attendance", "Attendance", "What attendance.csv says of these sessions."),
}


def _table(row: type, rows: Sequence[object]) -> ReportTable:
    return ReportTable(*TABLES[row], row, rows)


def _in_order(row: SessionOnRecord) -> tuple[object, ...]:
    return row.date, row.start, row.end, row.session_key


def _by_session(presences: Iterable[Presence]) -> Mapping[tuple[date, str], Sequence[Presence]]:
    found: dict[tuple[date, str], list[Presence]] = defaultdict(list)
    for presence in presences:
        found[presence.week, presence.key].append(presence)
    return found


def _last_of_weeks(logs: Iterable[_RevisionLog]) -> Iterable[_RevisionLog]:
    """Return the last revision of each week."""
    return {log.record.week: log for log in logs}.values()


def _standards(logs: Iterable[_RevisionLog]) -> list[Standard]:
    first: dict[NumberSource, date] = {}
    for log in logs:
        for number in log.standards:
            first.setdefault(number, log.record.week)
    rows = [Standard(week, one.owner, one.setting, one.value, one.place, one.source) for one, week in first.items()]
    return sorted(rows, key=lambda row: (row.week, row.owner, row.setting))


def _totals(sessions: Sequence[SessionOnRecord], hours: Sequence[HoursOnRecord]) -> dict[str, int]:
    return {
        "sessions": len(sessions),
        "with_ratio": sum(row.ratio_limit is not None for row in sessions),
        "over_ratio": sum(row.is_within_ratio is False for row in sessions),
        "needing_license": sum(row.needs_license is True for row in sessions),
        "without_license": sum(bool(row.needs_license) and not row.is_licensed for row in sessions),
        "places": sum(row.participants for row in sessions),
        "attended": sum(row.attended for row in sessions),
        "absent": sum(row.absent for row in sessions),
        "not_recorded": sum(row.not_recorded for row in sessions),
        "people": len({row.participant_id for row in hours}),
        "people_short": len({row.participant_id for row in hours if row.status == "short"}),
    }


class _RevisionLog:
    """What is told of the sessions of one revision while it was in force."""

    def __init__(self, one: InForce, came: Mapping[tuple[date, str], Sequence[Presence]], scope: AuditScope) -> None:
        self.one, self.record, self.scope = one, one.record, scope
        self.came = came
        self.week = Week(one.record.problem, one.record.publication.schedule)
        self.meeting = {meeting.id: meeting for meeting in self.week.meetings}
        self.standards: list[NumberSource] = []
        self.rows = [row for row in one.record.held(scope.first, scope.last) if self._is_asked(row)]
        self.keys = frozenset(row.key for row in self.rows)
        self.sessions = [self._session(row) for row in self.rows]

    def _is_asked(self, row: PublishedSession) -> bool:
        minute = self.scope.minute
        if minute is not None:
            return row.session.start <= minute < row.session.end
        return self.one.begins <= row.session.start < self.one.ends

    # --- sessions -----------------------------------------------------------
    def _session(self, row: PublishedSession) -> SessionOnRecord:
        session, problem, labels = row.session, self.record.problem, self.scope.labels
        service = problem.service.get(session.service_id)
        lead = problem.therapist.get(session.lead_id)
        came = Counter(map(status_of, self.came.get((self.record.week, row.key), ())))
        known = [problem.participant.get(person) for person in session.participant_ids]
        meeting = self.meeting.get(session.id)
        return SessionOnRecord(
            week=self.record.week,
            revision=self.record.revision,
            was_published=self.one.published_at <= session.start,
            session_key=row.key,
            session_id=session.id,
            date=self.record.date_of(row),
            start=clock(session.start),
            end=clock_of_end(session.end),
            service_id=session.service_id,
            code=service.code if service is not None else "",
            group_id=session.group_id or "",
            population=" and ".join(meeting.populations) if meeting is not None else "",
            modality=session.modality,
            room_id=session.room_id or "",
            lead_id=session.lead_id,
            lead=labels.therapist(session.lead_id),
            credential=self.record.credential(session.lead_id),
            is_licensed=lead.licensed if lead is not None else None,
            needs_license=service.licensed_lead if service is not None else None,
            further_staff=session.therapist_ids[1:],
            participants=len(session.participant_ids),
            online_participants=sum(joins_by_video(session, person) for person in known),
            participant_ids=session.participant_ids,
            people=self._people(session.participant_ids),
            **self._ratio_facts(meeting, len(session.participant_ids)),
            attended=came["attended"] + came["in part"],
            absent=came["no_show"] + came["excused"] + came["cancelled"],
            not_recorded=came["not recorded"],
            later_revisions=tuple(
                str(later.publication.revision) for later in self.one.later if row.key in later.changes
            ),
            published=self._local(self.record.publication),
            actor=self.record.actor,
            anchor=self.record.publication.anchor,
        )

    def _ratio_facts(self, meeting: Meeting | None, heads: int) -> dict[str, Any]:
        """Return the columns about the ratio."""
        counting = sum(person.counts_for_ratio for person in meeting.staff) if meeting is not None else 0
        ratio = self._ratio(meeting)
        most = None if ratio is None else int(ratio.value) * counting
        return {
            "counting_staff": counting,
            "ratio_limit": None if ratio is None else int(ratio.value),
            "most_participants": most,
            "is_within_ratio": None if most is None else heads <= most,
            "ratio_rule": "" if ratio is None else rule_words(ratio),
            "ratio_source": "" if ratio is None else ratio.source,
        }

    def _ratio(self, meeting: Meeting | None) -> NumberSource | None:
        if meeting is None:
            return None
        problem = self.record.problem
        limit = staff_ratio(problem.clinic, meeting.service, meeting.group, meeting.populations)
        if limit is None:
            return None
        found = ratio_source(problem, limit)
        self.standards.append(found)
        return found

    def _people(self, ids: Iterable[str]) -> tuple[str, ...]:
        shown = [(person, self.scope.labels.participant(person)) for person in ids]
        return tuple(label for _, label in shown) if any(person != label for person, label in shown) else ()

    def _local(self, publication: Publication) -> str:
        return local_text(publication.published, self.record.problem.clinic.timezone)

    # --- hours ----------------------------------------------------------------
    def hours(self) -> list[HoursOnRecord]:
        """Return the hours of everybody, or of those who were in a session at the moment that is asked for."""
        problem, schedule = self.record.problem, self.record.publication.schedule
        rows = hours_rows(self.week)
        if self.scope.minute is not None:
            asked = {person for row in self.rows for person in row.session.participant_ids}
            rows = tuple(row for row in rows if row.participant_id in asked)
        self.standards += number_sources(problem, rows)
        rules = hours_rules(problem, schedule, rows)
        had: Counter[str] = Counter()
        for row in self.record.publication.sessions:
            for presence in self.came.get((self.record.week, row.key), ()):
                had[presence.participant_id] += presence.had.countable if presence.had is not None else 0
        return [self._hours(row, had[row.participant_id], rules.get(row.participant_id, "")) for row in rows]

    def _hours(self, row: HoursRow, had: int, rule: str) -> HoursOnRecord:
        person = self.record.problem.participant[row.participant_id]
        return HoursOnRecord(
            week=self.record.week,
            revision=self.record.revision,
            participant_id=row.participant_id,
            participant=self.scope.labels.participant(row.participant_id),
            level=row.level,
            payer=person.payer or "",
            required_minutes=row.required_minutes,
            scheduled_minutes=row.scheduled_minutes,
            had_minutes=had,
            required_days=row.required_days,
            scheduled_days=row.scheduled_days,
            status=row.status,
            rule=rule,
        )

    # --- since then -----------------------------------------------------------
    def changed_later(self) -> Iterable[SessionChangedLater]:
        """Yield what later revisions say of the sessions, revision by revision."""
        for later in self.one.later:
            own = [change for key, change in later.changes.items() if key in self.keys]
            for change in own:
                (line,) = change_lines(self.record.problem, [change], self.scope.labels)
                yield SessionChangedLater(
                    week=self.record.week,
                    session_key=change.key,
                    since_revision=self.record.revision,
                    revision=later.publication.revision,
                    published=self._local(later.publication),
                    actor=later.actor,
                    change=line.kinds,
                    before=line.before,
                    after=line.after,
                    people=line.people,
                )

    def attendance(self) -> Iterable[AttendanceOnRecord]:
        """Yield what became of each participant of the sessions."""
        for row in self.rows:
            for presence in self.came.get((self.record.week, row.key), ()):
                person = presence.participant_id
                yield AttendanceOnRecord(
                    week=presence.week,
                    revision=presence.revision,
                    session_key=presence.key,
                    participant_id=person,
                    participant=self.scope.labels.participant(person),
                    status=status_of(presence),
                    had_minutes=presence.had.clock if presence.had is not None else None,
                    attendance_row=attendance_row(presence),
                )
