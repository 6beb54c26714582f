"""Rule ``supervisor``: every session in the building lies inside the working hours of licensed supervisors."""

from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import adults, clinic, group, off, service, session, small, therapist, windows

NINE_TO_ELEVEN, NINE_TO_TWELVE = windows("Mon 09:00-11:00"), windows("Mon 09:00-12:00")


def boss(id_="B1", hours=NINE_TO_TWELVE, **changes):
    """Return a supervisor at work in these hours, who holds no sessions."""
    return therapist(id_, **{"supervisor": True, "availability": hours, "skills": ("admin",), **changes})


def with_bosses(*bosses, asked=True, groups=(), time_off=(), **changes):
    """Return a clinic of these supervisors beside T1, whose service and participants may meet anyhow."""
    return small(
        clinic=clinic(staff={"supervisor_on_site": asked}),
        participants=adults(2, modality="either"),
        services=(service(**{"modality": "either", **changes}),),
        therapists=(therapist("T1"), *bosses),
        groups=groups,
        time_off=time_off,
    )


SESSION = session("Mon 09:00-12:00")
VIDEO = session("Mon 09:00-12:00", modality="telehealth", room_id=None)
IN_GROUP = session("Mon 09:00-12:00", group_id="G1")
HYBRID = session("Mon 09:00-12:00", modality="hybrid")
ROOMLESS = session("Mon 09:00-12:00", room_id=None)


@every(
    Case("inside the hours", (with_bosses(boss()), SESSION), (with_bosses(boss(hours=NINE_TO_ELEVEN)), SESSION)),
    Case(
        "another hour of the day",
        (with_bosses(boss()), SESSION),
        (with_bosses(boss()), session("Mon 10:00-13:00")),
    ),
    Case("another day", (with_bosses(boss()), SESSION), (with_bosses(boss()), session("Tue 09:00-12:00"))),
    Case(
        "two supervisors relieve each other",
        (with_bosses(boss(hours=NINE_TO_ELEVEN), boss("B2", windows("Mon 11:00-13:00"))), SESSION),
        (with_bosses(boss(hours=windows("Mon 09:00-10:59")), boss("B2", windows("Mon 11:00-13:00"))), SESSION),
    ),
    Case("nobody is asked for", (with_bosses(asked=False), SESSION), (with_bosses(), SESSION)),
    Case("by video", (with_bosses(), VIDEO), (with_bosses(), SESSION)),
    Case(
        "partly by video",
        (with_bosses(boss(), modality="hybrid"), HYBRID),
        (with_bosses(modality="hybrid"), HYBRID),
    ),
    Case(
        "in the building without a room",
        (with_bosses(boss(), needs_room=False), ROOMLESS),
        (with_bosses(needs_room=False), ROOMLESS),
    ),
    Case("licensed", (with_bosses(boss()), SESSION), (with_bosses(boss(licensed=False)), SESSION)),
    Case("called a supervisor", (with_bosses(boss()), SESSION), (with_bosses(boss(supervisor=False)), SESSION)),
    Case(
        "in the building",
        (with_bosses(boss(modality="in_person")), SESSION),
        (with_bosses(boss(modality="telehealth")), SESSION),
    ),
    Case("busy but there", (with_bosses(boss(busy=NINE_TO_TWELVE)), SESSION), None),
    Case(
        "away",
        (with_bosses(boss(), time_off=(off("therapist", "B1", "Mon 08:00", "Mon 09:00"),)), SESSION),
        (with_bosses(boss(), time_off=(off("therapist", "B1", "Mon 08:00", "Mon 09:01"),)), SESSION),
    ),
    Case(
        "the lead may be the supervisor",
        (with_bosses(therapist("T2", supervisor=True)), session("Mon 09:00-12:00", staff="T2")),
        (with_bosses(therapist("T2")), session("Mon 09:00-12:00", staff="T2")),
    ),
    Case(
        "in a group",
        (with_bosses(boss(), groups=(group(),)), IN_GROUP),
        (with_bosses(boss(hours=NINE_TO_ELEVEN), groups=(group(),)), IN_GROUP),
    ),
)
def test_supervisor(case):
    check(RuleId.SUPERVISOR, case)
