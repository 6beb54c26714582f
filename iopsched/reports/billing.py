"""Billing: what each participant had on each day by payer and code, what of it can be billed, and what keeps the rest.

Every place of the roster stands in one row, or among the absences. Minutes are those really had; of a session that is
still to come those published. What can be billed has units: one a day and code, or whole units of ``unit_minutes``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from iopsched.domain.people import Participant
from iopsched.domain.services import Service
from iopsched.domain.timegrid import clock, clock_of_end
from iopsched.records.presence import Presence, Presences
from iopsched.reports.attendancerows import absences, is_absent, unmatched_rows
from iopsched.reports.billingwords import billing_lines, billing_missing
from iopsched.reports.onrecord import WeekOnRecord, cancelled_sessions, clock_changes, sources
from iopsched.reports.payerrules import Refusal, refusals
from iopsched.reports.presencewords import IN_PART, PLANNED, UNRECORDED, attendance_row, status_of
from iopsched.reports.reporttable import Day, Reported, ReportKind, ReportTable, told
from iopsched.verifier.modality import joins_by_video
from iopsched.views.labels import Labels


@dataclass(frozen=True, slots=True)
class BillingRow:
    """What one participant had on one day under one code."""

    week: Day = told("Monday of the week.", "date")
    revision: int = told("The revision of the week that was read, its last one.", "number")
    date: Day = told("The day.", "date")
    participant_id: str = told("Participant, by id.", "id")
    participant: str = told("What they are called: the name where names are asked for, else the id.")
    payer: str = told("Payer of that week, blank where there is none.")
    code: str = told("Code of the services, blank where `services.csv` has none: then there is a row for each service.")
    service_id: tuple[str, ...] = told("The services.", "ids")
    sessions: int = told("How many sessions.", "number")
    start: str = told("The first start.", "time")
    end: str = told("The last end.", "time")
    modality: str = told("`in_person`, `telehealth` (also of who joins a session in a room by video) or `mixed`.")
    telehealth_minutes: int = told("Minutes of contact by video.", "minutes")
    provider_id: tuple[str, ...] = told("Who led, by id.", "ids")
    provider: tuple[str, ...] = told("What they are called: the names as exports show them, else the ids.", "ids")
    credential: tuple[str, ...] = told("Their credentials as in `therapists.csv` of that time.", "ids")
    further_staff: tuple[str, ...] = told("Further staff, by id.", "ids")
    scheduled_minutes: int = told(
        "Minutes on the clock as published; 0 of whoever came without being on the roster.", "minutes"
    )
    contact_minutes: int = told("Minutes of contact really had; as published where they are still to come.", "minutes")
    countable_minutes: int = told("Minutes of these that count toward weekly hours.", "minutes")
    units: int = told("Units to bill: 0 where the row cannot be billed.", "number")
    billable: bool = told("Whether the row can be billed.", "yes_no")
    reason: str = told("What keeps it from being billed.")
    source: str = told("Where that rule or cell stands, and what it is from.")
    status: str = told("`attended`, `in part`, `not recorded` (over, and `attendance.csv` is silent) or `planned`.")
    session_key: tuple[str, ...] = told("The sessions, by their identity in all revisions of the week.", "ids")
    attendance_row: tuple[int, ...] = told("The rows of `attendance.csv`.", "ids")


SUMS = ("sessions", "scheduled_minutes", "contact_minutes", "countable_minutes", "telehealth_minutes", "units")
SCREEN = ("payer", "code", "rows", "billable_rows", "people", "contact_minutes", "billable_contact_minutes", "units")


@dataclass(frozen=True, slots=True)
class CodeTotal:
    """The sums of a payer and code."""

    payer: str = told("Payer, blank where there is none.")
    code: str = told("Code, blank where there is none.")
    rows: int = told("Rows.", "number")
    billable_rows: int = told("Rows of these that can be billed.", "number")
    people: int = told("Participants.", "number")
    contact_minutes: int = told("Minutes of contact of all rows.", "minutes")
    billable_contact_minutes: int = told("Minutes of contact of the rows that can be billed.", "minutes")
    units: int = told("Units to bill.", "number")


def billing(weeks: Sequence[WeekOnRecord], presences: Presences, first: date, last: date, labels: Labels) -> Reported:
    """Return the billing report of the days from ``first`` to ``last``."""
    asked = [row for row in presences.rows if first <= row.date <= last]
    rows = [row for one in weeks for row in _week_rows(one, [row for row in asked if row.week == one.week], labels)]
    rows.sort(key=lambda row: (row.date, row.participant_id, row.payer, row.code, row.service_id))
    by_code = ReportTable("by_code", "Payers and codes", "The sums of each payer and code.", CodeTotal, _by_code(rows))
    about = "A row for each participant, date, payer and code."
    main = ReportTable("rows", "Billing", about, BillingRow, rows)
    away = absences(asked, labels)
    gone = cancelled_sessions(weeks, first, last)
    unmatched = unmatched_rows(presences.faults, first, last)
    totals = _totals(rows, len(away.rows), sum(row.scheduled_minutes for row in away.rows))
    return Reported(
        ReportKind.BILLING,
        first,
        last,
        main,
        (by_code, away, gone, sources(weeks)),
        totals,
        tuple(billing_lines(rows, totals)),
        (by_code, SCREEN),
        (*billing_missing(rows, len(unmatched.rows)), *clock_changes(weeks, first, last)),
        unmatched,
    )


def _totals(rows: Sequence[BillingRow], absent: int, absent_minutes: int) -> dict[str, int]:
    billable = [row for row in rows if row.billable]
    return {
        "rows": len(rows),
        "people": len({row.participant_id for row in rows}),
        **{key: sum(getattr(row, key) for row in rows) for key in SUMS},
        "billable_rows": len(billable),
        "billable_contact_minutes": sum(row.contact_minutes for row in billable),
        "absences": absent,
        "absent_minutes": absent_minutes,
    }


def _by_code(rows: Iterable[BillingRow]) -> list[CodeTotal]:
    found: dict[tuple[str, str], list[BillingRow]] = defaultdict(list)
    for row in rows:
        found[row.payer, row.code].append(row)
    return [
        CodeTotal(
            payer=payer,
            code=code,
            rows=len(own),
            billable_rows=sum(row.billable for row in own),
            people=len({row.participant_id for row in own}),
            contact_minutes=sum(row.contact_minutes for row in own),
            billable_contact_minutes=sum(row.contact_minutes for row in own if row.billable),
            units=sum(row.units for row in own),
        )
        for (payer, code), own in sorted(found.items())
    ]


# --- rows -----------------------------------------------------------------------
def _week_rows(one: WeekOnRecord, presences: Sequence[Presence], labels: Labels) -> Iterator[BillingRow]:
    """Yield the rows of a week, without what people did not come to."""
    days: dict[tuple[str, date], list[Presence]] = defaultdict(list)
    for row in presences:
        if not is_absent(row):
            days[row.participant_id, row.date].append(row)
    for (person_id, day), held in sorted(days.items()):
        person = one.problem.participant.get(person_id)
        refused = refusals(one.problem, person, day, held)
        for own in _by_service_code(one, held).values():
            yield _row(one, person, own, labels, refused)


def _by_service_code(one: WeekOnRecord, held: Iterable[Presence]) -> Mapping[tuple[str, str], list[Presence]]:
    """Return the presences of a day by code; by service where it has none."""
    found: dict[tuple[str, str], list[Presence]] = defaultdict(list)
    for row in held:
        service = one.problem.service.get(row.session.service_id)
        code = service.code if service is not None else ""
        found[code, "" if code else row.session.service_id].append(row)
    return dict(sorted(found.items()))


def _row(
    one: WeekOnRecord, person: Participant | None, own: Sequence[Presence], labels: Labels, refused: Sequence[Refusal]
) -> BillingRow:
    first = own[0]
    services = _services(one, own)
    code = next((service.code for service in services), "")
    sessions = [row.session for row in own]
    leads = tuple(dict.fromkeys(session.lead_id for session in sessions if session.lead_id))
    remote = [row.expected.contact for row in own if joins_by_video(row.session, person)]
    row = BillingRow(
        week=first.week,
        revision=first.revision,
        date=first.date,
        participant_id=first.participant_id,
        participant=labels.participant(first.participant_id),
        payer=person.payer or "" if person is not None else "",
        code=code,
        service_id=tuple(sorted({session.service_id for session in sessions})),
        sessions=len(own),
        start=clock(min(session.start for session in sessions)),
        end=clock_of_end(max(session.end for session in sessions)),
        modality="mixed" if 0 < len(remote) < len(own) else "telehealth" if remote else "in_person",
        telehealth_minutes=sum(remote),
        provider_id=leads,
        provider=tuple(map(labels.therapist, leads)),
        credential=tuple(one.credential(key) for key in leads),
        further_staff=tuple(sorted({key for session in sessions for key in session.therapist_ids[1:]})),
        scheduled_minutes=sum(row.planned.clock for row in own if row.is_planned),
        contact_minutes=sum(row.expected.contact for row in own),
        countable_minutes=sum(row.expected.countable for row in own),
        units=0,
        billable=False,
        reason="",
        source="",
        status=_status(own),
        session_key=tuple(row.key for row in own),
        attendance_row=tuple(number for row in own if (number := attendance_row(row)) is not None),
    )
    return _judged(row, services, own, refused)


def _services(one: WeekOnRecord, own: Iterable[Presence]) -> list[Service]:
    known = one.problem.service
    return [known[key] for key in sorted({row.session.service_id for row in own}) if key in known]


def _status(own: Iterable[Presence]) -> str:
    """Return the state of several sessions: what is still to come or not recorded of any of them first."""
    found = Counter(map(status_of, own))
    return next((status for status in (PLANNED, UNRECORDED, IN_PART) if found[status]), "attended")


def _judged(
    row: BillingRow, services: Sequence[Service], own: Sequence[Presence], refused: Sequence[Refusal]
) -> BillingRow:
    """Return a row with its units, or with the first reason that keeps it from being billed."""
    reasons = []
    if row.status == PLANNED:
        reasons.append(Refusal("still to come", "a session is billed when it is over"))
    elif not row.contact_minutes:
        reasons.append(Refusal("no minutes of contact", "attendance.csv"))
    if not row.code:
        named = ", ".join(row.service_id)
        reasons.append(Refusal(f"no code of {named}", "column code of services.csv: fill it"))
    reasons += [one for one in refused if not one.only_countable or row.countable_minutes]
    if reasons:
        return replace(row, reason=reasons[0].reason, source=reasons[0].source)
    return replace(row, billable=True, units=_units(services, own))


def _units(services: Iterable[Service], own: Sequence[Presence]) -> int:
    """Return whole units of the services that are billed by time, and one for the day for all others together."""
    timed, a_day = 0, 0
    for service in services:
        contact = sum(row.expected.contact for row in own if row.session.service_id == service.id)
        if service.unit_minutes:
            timed += contact // service.unit_minutes
        else:
            a_day = 1
    return timed + a_day
