"""Sub-terms of ``workload``, each alone."""

from dataclasses import replace

from iopsched.rulebook import GoalId
from tests.support.clinics import (
    EVENING,
    MORNING,
    adult,
    adults,
    clinic,
    group,
    individual,
    service,
    session,
    small,
    therapist,
    windows,
)
from tests.support.term_cases import Case, check_term, every

PLAIN = small(services=(service("individual", kind="individual", per_week={"adult": 5}),))
MON, MON10, MON12 = "Mon 09:00-10:00", "Mon 10:00-11:00", "Mon 12:00-13:00"


BOTH = (individual(MON), individual(MON, "A2", "T2", room_id="R2", id_="other"))


def shared(*targets, **facts):
    """Return the clinic of a therapist for each target; the first has these facts."""
    rows = [therapist(f"T{place}", target_minutes_per_week=target) for place, target in enumerate(targets, 1)]
    return replace(PLAIN, therapists=(replace(rows[0], **facts), *rows[1:]))


def third(staff):
    return individual(MON12, staff=staff)


@every(
    Case("nothing", 0, (PLAIN,)),
    Case("even", 0, (PLAIN, individual(MON), individual(MON, "A2", "T2", room_id="R2", id_="other"))),
    Case("one works two hours", 120, (PLAIN, individual(MON), individual(MON10))),
    Case("twice the target, twice the hours", 0, (shared(1200, 600), *BOTH, individual(MON10))),
    Case("the same hours at half the target", 60, (shared(1200, 600), *BOTH)),
    Case("a target against the most of another", 60, (shared(None, 600, max_minutes_per_week=1200), *BOTH)),
    Case("a share rounded down", 25, (shared(1200, 840), *BOTH)),
    Case("two shares rounded down", 6, (shared(1200, 1140, 1080), *BOTH, third("T3"))),
    Case("a whole share beside one rounded down", 24, (shared(1200, 1199, 857), *BOTH, third("T3"))),
)
def test_imbalance(case):
    check_term(GoalId.WORKLOAD, "imbalance", case)


def late(**facts):
    """Return a clinic with evening blocks 17:00-20:00 on Mon and Wed, where T2 has these facts."""
    return small(
        clinic=clinic(blocks=(MORNING, EVENING)),
        services=PLAIN.services,
        therapists=(therapist("T1"), therapist("T2", **facts)),
    )


@every(
    Case("by day", 0, (late(), individual(MON))),
    Case("one evening", 1, (late(), individual("Mon 17:00-18:00"))),
    Case("two by one", 2, (late(), individual("Mon 17:00-18:00"), individual("Wed 19:00-20:00"))),
    Case("one each", 0, (late(), individual("Mon 17:00-18:00"), individual("Wed 17:00-18:00", staff="T2"))),
    Case("nobody else could", 0, (late(availability=windows("Mon-Fri 08:00-12:00")), individual("Mon 17:00-18:00"))),
)
def test_evenings(case):
    check_term(GoalId.WORKLOAD, "evenings", case)


@every(
    Case("an hour is free", 0, (PLAIN, individual(MON), individual("Mon 11:00-12:00", "A2"))),
    Case("two hours between", 60, (PLAIN, individual(MON), individual(MON12, "A2"))),
    Case("filled", 0, (PLAIN, individual(MON), individual(MON10, "A2"), individual("Mon 11:00-12:00"))),
    Case("on another day", 0, (PLAIN, individual(MON), individual("Tue 14:00-15:00"))),
)
def test_idle(case):
    check_term(GoalId.WORKLOAD, "idle", case)


def two_groups(**facts):
    """Return a clinic of four with two groups."""
    groups = (group("G1", attend="some", **facts), group("G2", attend="some"))
    return small(participants=adults(4), services=(service(),), groups=groups)


def held(key, who, staff="T1", room="R1", **changes):
    return session("Mon 09:00-12:00", who, staff, id_=key, group_id=key, room_id=room, **changes)


def unlike(*services, **facts):
    """Return a clinic with a group of three, and another of one that differs in these facts."""
    groups = (group("G1", attend="some"), group("G2", attend="some", **facts))
    population = facts.get("population", "adult")
    people = (*adults(3), adult("A4", population=population))
    return small(participants=people, services=services or (service(),), groups=groups)


FIRST, SECOND = held("G1", "A1 A2 A3"), held("G2", "A4", "T2", "R2")


@every(
    Case("three and one", 2, (two_groups(), FIRST, SECOND)),
    Case("two and two", 0, (two_groups(), held("G1", "A1 A2"), held("G2", "A3 A4", "T2", "R2"))),
    Case("of another population", 0, (unlike(population="adolescent"), FIRST, SECOND)),
    Case(
        "of another service",
        0,
        (
            unlike(service(), service("skills"), service_id="skills"),
            FIRST,
            held("G2", "A4", "T2", "R2", service_id="skills"),
        ),
    ),
    Case("one group is not held", 0, (two_groups(), FIRST)),
    Case("three of a target of five", 2, (two_groups(target_size=5), FIRST)),
    Case("two above a target of one", 2, (two_groups(target_size=1), FIRST)),
)
def test_sizes(case):
    check_term(GoalId.WORKLOAD, "sizes", case)


LONG = small(
    services=(
        service("individual", kind="individual", per_week={"adult": 12}, max_per_day=0),
        service("brief", kind="individual", minutes=20, per_week={"adult": 12}, max_per_day=0),
        service("day", minutes=300),
    ),
)


def brief(when, who="A1"):
    return individual(when, who, service_id="brief")


def hours(*clock, **facts):
    """Return visits of T1 from these hours on, on Monday."""
    return tuple(individual(f"Mon {hour:02d}:00-{hour + 1:02d}:00", **facts) for hour in clock)


def pausing(minutes):
    return replace(LONG, clinic=clinic(grid_minutes=20, staff={"break_minutes": minutes}))


@every(
    Case("four hours", 0, (LONG, *hours(9, 10, 11, 12))),
    Case("five hours", 60, (LONG, *hours(9, 10, 11, 12, 13))),
    Case("with a pause", 0, (LONG, *hours(9, 10, 11), *hours(13, 14, 15))),
    Case("with a pause, and too long before it", 60, (LONG, *hours(8, 9, 10, 11, 12), *hours(14))),
    Case("two long runs", 120, (LONG, *hours(8, 9, 10, 11, 12), *hours(14, 15, 16, 17, 18))),
    Case("on two days", 0, (LONG, *hours(9, 10, 11), individual("Tue 12:00-13:00"), individual("Tue 13:00-14:00"))),
    Case("of two people", 0, (LONG, *hours(9, 10, 11), *hours(12, 13, staff="T2"))),
    Case("one session", 60, (LONG, session("Mon 09:00-14:00", "A1 A2", service_id="day"))),
    Case(
        "a gap shorter than a pause",
        80,
        (pausing(30), *hours(9, 10, 11, 12), brief("Mon 13:20-13:40"), brief("Mon 14:00-14:20")),
    ),
    Case("a gap as long as a pause", 0, (pausing(20), *hours(9, 10, 11, 12), brief("Mon 13:20-13:40"))),
    Case(
        "without pauses each session is a run",
        60,
        (pausing(0), *hours(9, 10, 11, 12, 13), session("Tue 09:00-14:00", "A1 A2", service_id="day")),
    ),
)
def test_no_pause(case):
    check_term(GoalId.WORKLOAD, "no_pause", case)
