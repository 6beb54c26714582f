"""Rule ``week_max``: countable minutes a week and a day, authorized days and dates."""

from cases import Case, check, every
from clinics import TUESDAY, adult, clinic, individual, level, service, services, session, small

from iopsched.rulebook import RuleId


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
        "authorized days are of countable sessions",
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
        "a countable session of no minutes is one of a day",
        (small(services=(EMPTY,), participants=(adult("A1", authorized_days=1),)), MON),
        (small(services=(EMPTY,), participants=(adult("A1", authorized_days=1),)), MON, TUE),
    )
)
def test_sessions_of_no_contact_minutes(case):
    check(RuleId.WEEK_MAX, case)
