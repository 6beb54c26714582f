"""Rule ``staff_load``: session minutes a day and a week, rest between days, and meal breaks."""

from iopsched.domain.schedule import Border
from iopsched.domain.services import Role
from iopsched.domain.timegrid import WEEK
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import adult, clinic, individual, room, service, services, session, small, therapist, windows


def load(*, staff=None, of=None, grid=60, **facts):
    """Return a clinic whose therapist T1 has these facts, with these staff limits."""
    return small(
        clinic=clinic(staff=staff or {}, grid_minutes=grid),
        therapists=(therapist("T1", **facts), therapist("T2")),
        services=of or services(),
    )


NINE, TEN = individual("Mon 09:00-10:00"), individual("Mon 10:00-11:00", "A2")
TUESDAY, NOON = individual("Tue 09:00-10:00"), individual("Mon 12:00-13:00")
LATE, EARLY = individual("Mon 19:00-20:00"), individual("Tue 08:00-09:00")
PAIR = services(process={"staff": (Role("group", 2),)})


@every(
    Case("minutes a day", (load(max_minutes_per_day=120), NINE, TEN), (load(max_minutes_per_day=119), NINE, TEN)),
    Case("one session longer than a day's", (load(max_minutes_per_day=60), NINE), (load(max_minutes_per_day=59), NINE)),
    Case("minutes a day do not add up over days", (load(max_minutes_per_day=60), NINE, TUESDAY), None),
    Case(
        "the clinic's minutes a day",
        (load(staff={"max_minutes_per_day": 120}), NINE, TEN),
        (load(staff={"max_minutes_per_day": 119}), NINE, TEN),
    ),
    Case(
        "own minutes a day before the clinic's",
        (load(staff={"max_minutes_per_day": 60}, max_minutes_per_day=120), NINE, TEN),
        (load(staff={"max_minutes_per_day": 120}, max_minutes_per_day=60), NINE, TEN),
    ),
    Case(
        "minutes a week",
        (load(max_minutes_per_week=120), NINE, TUESDAY),
        (load(max_minutes_per_week=119), NINE, TUESDAY),
    ),
    Case(
        "the clinic's minutes a week",
        (load(max_minutes_per_week=None, staff={"max_minutes_per_week": 120}), NINE, TUESDAY),
        (load(max_minutes_per_week=None, staff={"max_minutes_per_week": 119}), NINE, TUESDAY),
    ),
    Case(
        "clock minutes, whatever counts",
        (load(of=services(individual={"contact_minutes": 1, "counts": False}), max_minutes_per_day=120), NINE, TEN),
        (load(of=services(individual={"contact_minutes": 1, "counts": False}), max_minutes_per_day=119), NINE, TEN),
    ),
    Case(
        "assistants work too",
        (load(of=PAIR, max_minutes_per_day=180), session("Mon 09:00-12:00", staff="T2 T1")),
        (
            load(of=PAIR, max_minutes_per_day=180),
            session("Mon 09:00-12:00", staff="T2 T1"),
            individual("Mon 12:00-13:00", "A2"),
        ),
    ),
    Case(
        "rest between days",
        (load(staff={"min_rest_minutes": 720}), LATE, EARLY),
        (load(staff={"min_rest_minutes": 721}), LATE, EARLY),
    ),
    Case(
        "a grid step of rest",
        (load(staff={"min_rest_minutes": 780}), individual("Mon 18:00-19:00"), EARLY),
        (load(staff={"min_rest_minutes": 780}), LATE, EARLY),
    ),
    Case(
        "rest until the first of the day",
        (load(staff={"min_rest_minutes": 720}), LATE, EARLY, individual("Tue 10:00-11:00")),
        (load(staff={"min_rest_minutes": 840}), LATE, EARLY, individual("Tue 10:00-11:00")),
    ),
    Case(
        "rest is not asked over a day off",
        (load(staff={"min_rest_minutes": 1440}), LATE, individual("Wed 08:00-09:00")),
        None,
    ),
    Case(
        "rest is not asked of two",
        (load(staff={"min_rest_minutes": 1440}), LATE, individual("Tue 08:00-09:00", staff="T2")),
        None,
    ),
    Case(
        "rest after a session off the grid",
        (
            load(of=(service("process", minutes=45),), grid=15, staff={"min_rest_minutes": 720}),
            session("Mon 19:15-20:00"),
            session("Tue 08:00-08:45"),
        ),
        (
            load(of=(service("process", minutes=45),), grid=15, staff={"min_rest_minutes": 735}),
            session("Mon 19:15-20:00"),
            session("Tue 08:00-08:45"),
        ),
    ),
)
def test_staff_load(case):
    check(RuleId.STAFF_LOAD, case)


def beside(rest, **border):
    """Return a clinic open all week whose T1 works on the days next to it at these minutes, with so much rest."""
    open_ = windows("Mon-Sun 08:00-20:00")
    return small(
        clinic=clinic(open=open_, staff={"min_rest_minutes": rest}),
        participants=(adult("A1", availability=open_),),
        therapists=(therapist("T1", availability=open_), therapist("T2", availability=open_)),
        rooms=(room("R1", availability=open_),),
        services=services(process={"staff": (Role("group", 2),)}, individual={"modality": "either"}),
        borders=(Border("T1", **border),),
    )


SUNDAY_LATE, MONDAY_EARLY = {"last_end": -240}, {"first_start": WEEK + 480}  # Sun 20:00 and Mon 08:00
MONDAY, SUNDAY = individual("Mon 08:00-09:00"), individual("Sun 19:00-20:00")
PAIRED = session("Mon 08:00-11:00", staff="T2 T1")


@every(
    Case("after the week before", (beside(720, **SUNDAY_LATE), MONDAY), (beside(721, **SUNDAY_LATE), MONDAY)),
    Case("before the week after", (beside(720, **MONDAY_EARLY), SUNDAY), (beside(721, **MONDAY_EARLY), SUNDAY)),
    Case("an assistant", (beside(720, **SUNDAY_LATE), PAIRED), (beside(721, **SUNDAY_LATE), PAIRED)),
    Case(
        "a step later",
        (beside(780, **SUNDAY_LATE), individual("Mon 09:00-10:00")),
        (beside(780, **SUNDAY_LATE), MONDAY),
    ),
    Case("of somebody else", (beside(1440, **SUNDAY_LATE), individual("Mon 08:00-09:00", staff="T2")), None),
    Case("a day off after", (beside(2880, **SUNDAY_LATE), individual("Tue 08:00-09:00")), None),
    Case("a day off before", (beside(2880, **MONDAY_EARLY), individual("Sat 19:00-20:00")), None),
    Case("nothing on that day", (beside(1440), MONDAY, SUNDAY), None),
)
def test_rest_over_the_border_of_the_week(case):
    check(RuleId.STAFF_LOAD, case)


def meals(pause=30, after=180, grid=30, **facts):
    """Return a clinic that asks for a meal of so many minutes after so many; ``facts`` are of the group service."""
    staff = {"meal_minutes": pause, "meal_after_minutes": after}
    return load(staff=staff, of=services(process=facts), grid=grid)


def morning(ends="12:00"):
    """Return a group from nine on."""
    return session(f"Mon 09:00-{ends}")


ODD = {"minutes": 181}
HALF_PAST = individual("Mon 12:30-13:30")


@every(
    Case("a stretch at the limit", (meals(), morning()), (meals(**ODD), morning("12:01"))),
    Case("a stretch of several sessions", (meals(after=240), morning(), NOON), (meals(after=239), morning(), NOON)),
    Case("a pause of a meal", (meals(), morning(), HALF_PAST), (meals(31), morning(), HALF_PAST)),
    Case(
        "a pause a minute shorter than a meal",
        (meals(after=182), morning(), HALF_PAST),
        (meals(after=182, **ODD), morning("12:01"), HALF_PAST),
    ),
    Case(
        "a shorter pause is part of the stretch",
        (meals(60, 270), morning(), HALF_PAST),
        (meals(60, 269), morning(), HALF_PAST),
    ),
    Case(
        "each stretch on its own",
        (meals(), morning(), session("Mon 12:30-15:30")),
        (meals(), morning(), session("Mon 12:30-15:30"), individual("Mon 15:30-16:30", "A2")),
    ),
    Case(
        "a stretch of one day",
        (meals(after=60), individual("Mon 19:00-20:00"), individual("Tue 08:00-09:00")),
        (meals(after=59), individual("Mon 19:00-20:00"), individual("Tue 08:00-09:00")),
    ),
    Case(
        "a stretch of one person",
        (meals(), morning(), individual("Mon 12:00-13:00", staff="T2")),
        (meals(), morning(), NOON),
    ),
    Case(
        "assistants eat too",
        (meals(staff=(Role("group", 2),)), session("Mon 09:00-12:00", staff="T2 T1"), HALF_PAST),
        (meals(staff=(Role("group", 2),)), session("Mon 09:00-12:00", staff="T2 T1"), NOON),
    ),
    Case("off", (meals(0), morning(), NOON, session("Mon 13:00-16:00")), None),
)
def test_meal_breaks(case):
    check(RuleId.STAFF_LOAD, case)
