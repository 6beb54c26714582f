"""Rule ``week_max``: minutes that count a week and a day, authorized days, units and dates, what a payer allows."""

from dataclasses import replace

from iopsched.domain.clinic import Payer
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import FRIDAY, TUESDAY, adult, clinic, individual, level, service, services, session, small


def limited(*, of=None, person=None, **facts):
    """Return a clinic whose level has these limits and whose participant A1 has those of ``person``."""
    return small(
        clinic=clinic(level=level(**facts)),
        participants=(adult("A1", **(person or {})), adult("A2")),
        services=of or services(),
    )


MON, TUE, WED = (session(f"{day} 09:00-12:00", staff="T1") for day in ("Mon", "Tue", "Wed"))
LATER = session("Mon 13:00-16:00", id_="S-2")
BRIEF = services(process={"contact_minutes": 150})
UNCOUNTED = services(individual={"counts": False})
WALK = individual("Thu 09:00-10:00")


@every(
    Case(
        "minutes a week", (limited(max_minutes_per_week=360), MON, TUE), (limited(max_minutes_per_week=359), MON, TUE)
    ),
    Case(
        "own minutes a week before the level's",
        (limited(person={"max_minutes_per_week": 360}, max_minutes_per_week=1), MON, TUE),
        (limited(person={"max_minutes_per_week": 359}), MON, TUE),
    ),
    Case(
        "contact minutes count",
        (limited(of=BRIEF, max_minutes_per_week=300), MON, TUE),
        (limited(of=BRIEF, max_minutes_per_week=299), MON, TUE),
    ),
    Case(
        "services that do not count are free",
        (limited(of=UNCOUNTED, max_minutes_per_week=180), MON, WALK),
        (limited(max_minutes_per_week=180), MON, WALK),
    ),
    Case(
        "minutes a day", (limited(max_minutes_per_day=360), MON, LATER), (limited(max_minutes_per_day=359), MON, LATER)
    ),
    Case(
        "one session longer than a day's",
        (limited(max_minutes_per_day=180), MON),
        (limited(max_minutes_per_day=179), MON),
    ),
    Case(
        "a long session that does not count",
        (limited(of=services(process={"counts": False}), max_minutes_per_day=60), MON),
        (limited(max_minutes_per_day=60), MON),
    ),
    Case("minutes a day do not add up over days", (limited(max_minutes_per_day=180), MON, TUE, WED), None),
    Case(
        "authorized days",
        (limited(person={"authorized_days": 2}), MON, TUE, LATER),
        (limited(person={"authorized_days": 2}), MON, TUE, WED),
    ),
    Case(
        "authorized days are of sessions that count",
        (limited(of=UNCOUNTED, person={"authorized_days": 1}), MON, WALK),
        (limited(person={"authorized_days": 1}), MON, WALK),
    ),
    Case(
        "no authorized day",
        (limited(of=UNCOUNTED, person={"authorized_days": 0}), WALK),
        (limited(person={"authorized_days": 0}), MON),
    ),
    Case(
        "authorized until",
        (limited(person={"authorized_until": TUESDAY}), TUE),
        (limited(person={"authorized_until": TUESDAY}), WED),
    ),
    Case(
        "not authorized, but not countable",
        (limited(of=UNCOUNTED, person={"authorized_until": TUESDAY}), WALK),
        (limited(person={"authorized_until": TUESDAY}), WALK),
    ),
)
def test_week_max(case):
    check(RuleId.WEEK_MAX, case)


EMPTY = service("process", contact_minutes=0)


@every(
    Case(
        "a session that counts of no minutes is one of a day",
        (small(services=(EMPTY,), participants=(adult("A1", authorized_days=1),)), MON),
        (small(services=(EMPTY,), participants=(adult("A1", authorized_days=1),)), MON, TUE),
    )
)
def test_sessions_of_no_contact_minutes(case):
    check(RuleId.WEEK_MAX, case)


@every(
    Case(
        "authorized from",
        (limited(person={"authorized_from": TUESDAY}), TUE),
        (limited(person={"authorized_from": TUESDAY}), MON),
    ),
    Case(
        "authorized on one day",
        (limited(person={"authorized_from": TUESDAY, "authorized_until": TUESDAY}), TUE),
        (limited(person={"authorized_from": TUESDAY, "authorized_until": TUESDAY}), TUE, WED),
    ),
    Case(
        "not yet authorized, but not countable",
        (limited(of=UNCOUNTED, person={"authorized_from": FRIDAY}), WALK),
        (limited(person={"authorized_from": FRIDAY}), WALK),
    ),
    Case(
        "units that are left",
        (limited(person={"units_left": 2}), MON, LATER, TUE),
        (limited(person={"units_left": 2}), MON, TUE, WED),
    ),
    Case(
        "no unit is left",
        (limited(of=UNCOUNTED, person={"units_left": 0}), WALK),
        (limited(person={"units_left": 0}), MON),
    ),
    Case(
        "fewer units than authorized days",
        (limited(person={"authorized_days": 3, "units_left": 2}), MON, TUE),
        (limited(person={"authorized_days": 2, "units_left": 1}), MON, TUE),
    ),
    Case(
        "fewer authorized days than units",
        (limited(person={"authorized_days": 2, "units_left": 9}), MON, TUE),
        (limited(person={"authorized_days": 1, "units_left": 9}), MON, TUE),
    ),
)
def test_authorization(case):
    check(RuleId.WEEK_MAX, case)


def paid(*, person=None, facts=None, **asked):
    """Return a clinic whose level has these facts and whose A1 has a payer that asks this."""
    problem = limited(person=person, **(facts or {}))
    people = tuple(replace(row, payer="plan") if row.id == "A1" else row for row in problem.participants)
    payers = {"plan": Payer("plan", **asked)}
    return replace(problem, clinic=replace(problem.clinic, payers=payers), participants=people)


@every(
    Case(
        "minutes a week of the payer",
        (paid(max_minutes_per_week=360), MON, TUE),
        (paid(max_minutes_per_week=359), MON, TUE),
    ),
    Case(
        "the level is stricter",
        (paid(max_minutes_per_week=6000, facts={"max_minutes_per_week": 360}), MON, TUE),
        (paid(max_minutes_per_week=6000, facts={"max_minutes_per_week": 359}), MON, TUE),
    ),
    Case(
        "a person's own number does not lift the payer's",
        (paid(max_minutes_per_week=360, person={"max_minutes_per_week": 6000}), MON, TUE),
        (paid(max_minutes_per_week=359, person={"max_minutes_per_week": 6000}), MON, TUE),
    ),
    Case(
        "a person's own number is stricter",
        (paid(max_minutes_per_week=6000, person={"max_minutes_per_week": 360}), MON, TUE),
        (paid(max_minutes_per_week=6000, person={"max_minutes_per_week": 359}), MON, TUE),
    ),
    Case(
        "minutes a day of the payer",
        (paid(max_minutes_per_day=360), MON, LATER),
        (paid(max_minutes_per_day=359), MON, LATER),
    ),
    Case(
        "the level's minutes a day are stricter",
        (paid(max_minutes_per_day=400, facts={"max_minutes_per_day": 360}), MON, LATER),
        (paid(max_minutes_per_day=400, facts={"max_minutes_per_day": 359}), MON, LATER),
    ),
    Case(
        "one session longer than a day's of the payer",
        (paid(max_minutes_per_day=180), MON),
        (paid(max_minutes_per_day=179), MON),
    ),
    Case(
        "a payer without a number",
        (paid(facts={"max_minutes_per_week": 360}), MON, TUE),
        (paid(facts={"max_minutes_per_week": 359}), MON, TUE),
    ),
    Case(
        "a payer limits its own participants",
        (paid(max_minutes_per_week=179), session("Mon 09:00-12:00", "A2")),
        (paid(max_minutes_per_week=179), session("Mon 09:00-12:00", "A1 A2")),
    ),
)
def test_payer(case):
    check(RuleId.WEEK_MAX, case)


def with_breaks(minutes, contact, allowance, **facts):
    """Return a clinic with groups of so many clock and contact minutes, which allows breaks of so many in 3 h."""
    of = services(process={"minutes": minutes, "contact_minutes": contact})
    problem = limited(of=of, **facts)
    return replace(problem, clinic=replace(problem.clinic, break_allowance_minutes=allowance))


def holds(minutes, contact, allowance, counted, name):
    """Return the case that a session on Monday counts exactly so much."""
    end = f"{9 + minutes // 60:02}:{minutes % 60:02}"
    held = session(f"Mon 09:00-{end}")
    return Case(
        name,
        (with_breaks(minutes, contact, allowance, max_minutes_per_week=counted), held),
        (with_breaks(minutes, contact, allowance, max_minutes_per_week=counted - 1), held),
    )


@every(
    holds(180, 150, 0, 150, "no break is allowed"),
    holds(180, 150, 29, 179, "a minute of break too many"),
    holds(180, 150, 30, 180, "all breaks are allowed"),
    holds(180, 150, 60, 180, "more is allowed than there is"),
    holds(180, 120, 30, 150, "breaks beyond the allowance"),
    holds(360, 240, 30, 300, "six hours allow twice as much"),
    holds(60, 40, 30, 50, "an hour allows a third"),
    holds(170, 150, 20, 168, "a shorter session allows less, rounded down"),
    holds(170, 150, 30, 170, "from 10:00 to 12:50 with two breaks of ten minutes"),
    holds(60, 90, 30, 90, "contact minutes beyond the clock"),
)
def test_break_allowance(case):
    check(RuleId.WEEK_MAX, case)
