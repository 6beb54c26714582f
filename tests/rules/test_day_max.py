"""Rule ``day_max``: sessions of a service a day, in all a day, in a row, and never more than needed."""

from datetime import date

from iopsched.domain.services import Need
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import (
    adult,
    clinic,
    family,
    group,
    individual,
    level,
    room,
    service,
    services,
    session,
    small,
    therapist,
    windows,
)

OFTEN = {"adult": 5, "adolescent": 5}


def day(*, person=None, needs=(), staff=None, grid=60, groups=(), individual=None, process=None, **facts):
    """Return a clinic with these facts of the level, of A1, of two services, and on a grid of 60 minutes."""
    return small(
        clinic=clinic(level=level(**facts), staff=staff or {}, grid_minutes=grid),
        participants=(adult("A1", **(person or {})), adult("A2")),
        services=services(individual=individual or {}, process=process or {}),
        needs=needs,
        groups=groups,
    )


def late(**changes):
    """Return a clinic with visits that is open until midnight."""
    hours = windows("Mon-Fri 08:00-24:00")
    return small(
        clinic=clinic(open=hours),
        services=(service("individual", kind="individual", per_week=OFTEN, **changes),),
        participants=(adult("A1", availability=hours),),
        therapists=(therapist("T1", availability=hours),),
        rooms=(room("R1", availability=hours),),
    )


def need(service_id="individual", per_week=5, **changes):
    """Return needs.csv with one row of A1."""
    return (Need("A1", service_id, per_week, **changes),)


NINE, TEN, TUESDAY = individual("Mon 09:00-10:00"), individual("Mon 10:00-11:00"), individual("Tue 09:00-10:00")
HALF_PAST = individual("Mon 10:30-11:30")
ONCE, TWICE, FREE = {"max_per_day": 1}, {"max_per_day": 2}, {"max_per_day": 0}
ROW = {"max_minutes_in_a_row": 120, "grid": 30}


@every(
    Case("of a service a day", (day(individual=TWICE), NINE, TEN), (day(individual=ONCE), NINE, TEN)),
    Case("of a service on two days", (day(individual=ONCE), NINE, TUESDAY), None),
    Case(
        "of a service until midnight",
        (late(max_per_day=1), individual("Mon 23:00-24:00"), individual("Tue 22:00-23:00")),
        (late(max_per_day=1), individual("Mon 22:00-23:00"), individual("Mon 23:00-24:00")),
    ),
    Case("of two services a day", (day(individual=ONCE), NINE, family("Mon 10:00-11:00")), None),
    Case("no limit a day", (day(individual=FREE), NINE, TEN, individual("Mon 11:00-12:00")), None),
    Case(
        "own number of a need before the service's",
        (day(individual=ONCE, needs=need(max_per_day=2)), NINE, TEN),
        (day(individual=TWICE, needs=need(max_per_day=1)), NINE, TEN),
    ),
    Case("a need lifts the limit a day", (day(individual=ONCE, needs=need(max_per_day=0)), NINE, TEN), None),
    Case(
        "of a group a day",
        (
            day(process=FREE, groups=(group(),)),
            session("Mon 09:00-12:00", group_id="G1"),
            session("Mon 13:00-16:00", group_id="G1"),
        ),
        (
            day(process=FREE, groups=(group(),), needs=need("process", max_per_day=1)),
            session("Mon 09:00-12:00", group_id="G1"),
            session("Mon 13:00-16:00", group_id="G1"),
        ),
    ),
    Case(
        "needs.csv is also the most",
        (day(needs=need(per_week=2)), NINE, TUESDAY),
        (day(needs=need(per_week=1)), NINE, TUESDAY),
    ),
    Case(
        "own column is also the most",
        (day(person={"individual_per_week": 2}), NINE, TUESDAY),
        (day(person={"individual_per_week": 1}), NINE, TUESDAY),
    ),
    Case(
        "own column though a service of another kind comes first",
        (day(person={"individual_per_week": 1}), session("Wed 09:00-12:00"), NINE),
        (day(person={"individual_per_week": 1}), session("Wed 09:00-12:00"), NINE, TUESDAY),
    ),
    Case(
        "own column of family sessions",
        (day(person={"family_per_week": 1}), family("Mon 09:00-10:00")),
        (day(person={"family_per_week": 1}), family("Mon 09:00-10:00"), family("Tue 09:00-10:00")),
    ),
    Case(
        "needs.csv before the own column",
        (day(person={"individual_per_week": 1}, needs=need(per_week=2)), NINE, TUESDAY),
        (day(person={"individual_per_week": 2}, needs=need(per_week=1)), NINE, TUESDAY),
    ),
    Case(
        "the service's number is also the most",
        (day(individual={"per_week": {"adult": 2}}), NINE, TUESDAY),
        (day(individual={"per_week": {"adult": 1}}), NINE, TUESDAY),
    ),
    Case(
        "own column before the service's number",
        (day(person={"individual_per_week": 2}, individual={"per_week": {"adult": 1}}), NINE, TUESDAY),
        (day(person={"individual_per_week": 0}), NINE),
    ),
    Case(
        "own column is about the first service of its kind",
        (
            small(
                participants=(adult("A1", individual_per_week=0),),
                services=(*services(), service("coaching", kind="individual", per_week=OFTEN)),
                needs=(Need("A1", "individual", 1, max_per_day=0),),
            ),
            individual("Mon 09:00-10:00"),
            individual("Tue 09:00-10:00", service_id="coaching"),
        ),
        None,
    ),
    Case(
        "a written nought allows none",
        (day(individual={"per_week": {"adult": 1}}), NINE),
        (day(individual={"per_week": {"adult": 0}}), NINE),
    ),
    Case("a blank allows none of a visit", (day(), NINE), (day(individual={"per_week": {"adolescent": 5}}), NINE)),
    Case(
        "a blank allows any number of a group",
        (day(groups=(group(),)), session("Mon 09:00-12:00", group_id="G1"), session("Tue 09:00-12:00", group_id="G1")),
        (
            day(groups=(group(),), needs=need("process", 1)),
            session("Mon 09:00-12:00", group_id="G1"),
            session("Tue 09:00-12:00", group_id="G1"),
        ),
    ),
    Case(
        "a blank allows any number where offered freely",
        (day(), session("Mon 09:00-12:00"), session("Tue 09:00-12:00")),
        (day(needs=(Need("A2", "process", 1),)), session("Mon 09:00-12:00")),
    ),
    Case(
        "a written nought holds where offered freely",
        (day(needs=need("process", 0)), session("Mon 09:00-12:00", "A2")),
        (day(needs=need("process", 0)), session("Mon 09:00-12:00", "A1 A2")),
    ),
    Case(
        "a need that is due",
        (day(needs=need(every_weeks=2, last_held=date(2026, 11, 22))), NINE),
        (day(needs=need(every_weeks=2, last_held=date(2026, 11, 23))), NINE),
    ),
    Case(
        "an optional need is also the most",
        (day(needs=need(per_week=2, optional=True)), NINE, TUESDAY),
        (day(needs=need(per_week=1, optional=True)), NINE, TUESDAY),
    ),
    Case("sessions a day in all", (day(max_sessions_per_day=2), NINE, TEN), (day(max_sessions_per_day=1), NINE, TEN)),
    Case(
        "sessions a day count those that do not count",
        (day(max_sessions_per_day=2, individual={"counts": False}), NINE, family("Mon 10:00-11:00")),
        (day(max_sessions_per_day=1, individual={"counts": False}), NINE, family("Mon 10:00-11:00")),
    ),
    Case(
        "own sessions a day before the level's",
        (day(max_sessions_per_day=1, person={"max_sessions_per_day": 2}), NINE, TEN),
        (day(max_sessions_per_day=2, person={"max_sessions_per_day": 1}), NINE, TEN),
    ),
    Case(
        "own nought lifts the level's",
        (day(max_sessions_per_day=1, person={"max_sessions_per_day": 0}), NINE, TEN),
        None,
    ),
    Case("in a row", (day(max_minutes_in_a_row=120), NINE, TEN), (day(max_minutes_in_a_row=119), NINE, TEN)),
    Case("one session in a row", (day(max_minutes_in_a_row=60), NINE), (day(max_minutes_in_a_row=59), NINE)),
    Case(
        "a pause ends a row",
        (day(**ROW, staff={"break_minutes": 30}), NINE, HALF_PAST),
        (day(**ROW, staff={"break_minutes": 31}), NINE, HALF_PAST),
    ),
    Case(
        "the gap inside a row counts",
        (day(max_minutes_in_a_row=150, grid=30, staff={"break_minutes": 31}), NINE, HALF_PAST),
        (day(max_minutes_in_a_row=149, grid=30, staff={"break_minutes": 31}), NINE, HALF_PAST),
    ),
    Case(
        "three in a row, though each two are short enough",
        (day(max_minutes_in_a_row=120), NINE, TEN, individual("Mon 12:00-13:00")),
        (day(max_minutes_in_a_row=120), NINE, TEN, individual("Mon 11:00-12:00")),
    ),
    Case(
        "without a pause nothing is in a row",
        (day(max_minutes_in_a_row=60, staff={"break_minutes": 0}), NINE, TEN),
        None,
    ),
    Case(
        "without a pause one session is still in a row",
        (day(max_minutes_in_a_row=60, staff={"break_minutes": 0}), NINE),
        (day(max_minutes_in_a_row=59, staff={"break_minutes": 0}), NINE),
    ),
    Case(
        "own row before the level's",
        (day(max_minutes_in_a_row=60, person={"max_minutes_in_a_row": 120}), NINE, TEN),
        (day(max_minutes_in_a_row=120, person={"max_minutes_in_a_row": 60}), NINE, TEN),
    ),
    Case(
        "sessions that do not count are in a row",
        (day(max_minutes_in_a_row=120, individual={"counts": False}), NINE, TEN),
        (day(max_minutes_in_a_row=119, individual={"counts": False}), NINE, TEN),
    ),
)
def test_day_max(case):
    check(RuleId.DAY_MAX, case)
