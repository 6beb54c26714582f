"""Rule ``window``: every clause of time, with the session that just fits and the one a step outside."""

from datetime import date

from iopsched.domain.services import Times
from iopsched.domain.timegrid import NEVER
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import (
    EVENING,
    FRIDAY,
    MORNING,
    OPEN,
    TUESDAY,
    adult,
    adults,
    at,
    clinic,
    family,
    group,
    individual,
    off,
    room,
    service,
    session,
    small,
    therapist,
    windows,
)

EARLY = windows("Mon 09:00-10:00")
NOON = windows("Mon 10:00-20:00")
AT_NINE, AT_TEN = individual("Mon 09:00-10:00"), individual("Mon 10:00-11:00")
BLOCKS = {"clinic": clinic(blocks=(MORNING, EVENING)), "services": (service(starts="blocks"),)}
HALVES = clinic(grid_minutes=30)
SHORT = service("process", minutes=60)
CHANGE = clinic(grid_minutes=30, staff={"changeover_minutes": 30})
LONG_CHANGE = clinic(grid_minutes=30, staff={"changeover_minutes": 31})


def who(**changes):
    """Return a problem in which the participant A1 has these facts."""
    return small(participants=(adult(**changes), adult("A2")))


def staff(**changes):
    """Return a problem in which the therapist T1 has these facts."""
    return small(therapists=(therapist(**changes), therapist("T2")))


def where(**changes):
    """Return a problem in which the room R1 has these facts."""
    return small(rooms=(room(**changes), room("R2")))


@every(
    Case("participant available until", (who(availability=EARLY), AT_NINE), (who(availability=EARLY), AT_TEN)),
    Case("participant available from", (who(availability=NOON), AT_TEN), (who(availability=NOON), AT_NINE)),
    Case(
        "participant available for part of a session",
        (who(availability=windows("Mon 09:00-12:00")), session("Mon 09:00-12:00")),
        (who(availability=windows("Mon 09:00-11:00")), session("Mon 09:00-12:00")),
    ),
    Case(
        "participant available before and after but not throughout",
        (who(availability=windows("Mon 09:00-10:00", "Mon 10:00-12:00")), session("Mon 09:00-12:00")),
        (who(availability=windows("Mon 09:00-10:00", "Mon 11:00-12:00")), session("Mon 09:00-12:00")),
    ),
    Case("participant busy", (who(busy=EARLY), AT_TEN), (who(busy=EARLY), AT_NINE)),
    Case("participant never available", (who(availability=EARLY), AT_NINE), (who(availability=NEVER), AT_NINE)),
    Case(
        "participant off",
        (small(time_off=(off("participant", "A1", "Mon 09:00", "Mon 10:00"),)), AT_TEN),
        (small(time_off=(off("participant", "A1", "Mon 09:00", "Mon 10:00"),)), AT_NINE),
    ),
    Case(
        "participant off for a minute",
        (small(time_off=(off("participant", "A1", "Mon 08:59", "Mon 09:00"),)), AT_NINE),
        (small(time_off=(off("participant", "A1", "Mon 09:59", "Mon 10:00"),)), AT_NINE),
    ),
    Case("first program day", (who(admitted=TUESDAY), individual("Tue 08:00-09:00")), (who(admitted=TUESDAY), AT_NINE)),
    Case(
        "last program day",
        (who(discharged=TUESDAY), individual("Tue 19:00-20:00")),
        (who(discharged=TUESDAY), individual("Wed 08:00-09:00")),
    ),
    Case(
        "stay over before the week",
        (who(discharged=FRIDAY), individual("Fri 19:00-20:00")),
        (who(discharged=date(2026, 11, 29)), AT_NINE),
        "somebody whose stay touches no open day is not in the model",
    ),
    Case(
        "family hours replace wider hours",
        (who(family_availability=EARLY), family("Mon 09:00-10:00")),
        (who(family_availability=EARLY), family("Mon 10:00-11:00")),
    ),
    Case(
        "family hours replace narrower hours",
        (who(availability=EARLY, family_availability=NOON), family("Mon 10:00-11:00")),
        (who(availability=EARLY, family_availability=NOON), family("Mon 09:00-10:00")),
    ),
    Case(
        "family hours hold for multifamily",
        (who(family_availability=NOON), session("Mon 10:00-13:00", service_id="multifamily")),
        (who(family_availability=NOON), session("Mon 09:00-12:00", service_id="multifamily")),
    ),
    Case(
        "family hours say nothing of other kinds",
        (who(family_availability=EARLY), AT_TEN),
        (who(availability=NOON, family_availability=EARLY), AT_NINE),
    ),
    Case(
        "busy holds in family hours",
        (who(family_availability=OPEN, busy=EARLY), family("Mon 10:00-11:00")),
        (who(family_availability=OPEN, busy=EARLY), family("Mon 09:00-10:00")),
    ),
    Case("therapist available until", (staff(availability=EARLY), AT_NINE), (staff(availability=EARLY), AT_TEN)),
    Case("therapist busy", (staff(busy=EARLY), AT_TEN), (staff(busy=EARLY), AT_NINE)),
    Case(
        "therapist off",
        (small(time_off=(off("therapist", "T1", "Mon 09:00", "Mon 10:00"),)), AT_TEN),
        (small(time_off=(off("therapist", "T1", "Mon 09:00", "Mon 10:00"),)), AT_NINE),
    ),
    Case("room available until", (where(availability=EARLY), AT_NINE), (where(availability=EARLY), AT_TEN)),
    Case("room busy", (where(busy=EARLY), AT_TEN), (where(busy=EARLY), AT_NINE)),
    Case(
        "room off",
        (small(time_off=(off("room", "R1", "Mon 09:00", "Mon 10:00"),)), AT_TEN),
        (small(time_off=(off("room", "R1", "Mon 09:00", "Mon 10:00"),)), AT_NINE),
    ),
    Case(
        "room of a group off",
        (small(time_off=(off("room", "R1", "Mon 09:00", "Mon 10:00"),)), session("Mon 10:00-13:00")),
        (small(time_off=(off("room", "R1", "Mon 09:00", "Mon 10:00"),)), session("Mon 09:00-12:00")),
    ),
    Case("open until", (small(), individual("Mon 19:00-20:00")), (small(), individual("Mon 20:00-21:00"))),
    Case("open from", (small(), individual("Mon 08:00-09:00")), (small(), individual("Mon 07:00-08:00"))),
    Case("open on", (small(), individual("Fri 08:00-09:00")), (small(), individual("Sat 08:00-09:00"))),
    Case(
        "clinic closed",
        (small(time_off=(off("clinic", "", "Mon 09:00", "Mon 10:00"),)), AT_TEN),
        (small(time_off=(off("clinic", "", "Mon 09:00", "Mon 10:00"),)), AT_NINE),
    ),
    Case(
        "telehealth obeys windows too",
        (
            small(
                participants=(adult(modality="either", busy=EARLY),),
                services=(service("video", kind="individual", modality="telehealth", per_week={"adult": 5}),),
            ),
            individual("Mon 10:00-11:00", service_id="video", modality="telehealth", room_id=None),
        ),
        (
            small(
                participants=(adult(modality="either", busy=EARLY),),
                services=(service("video", kind="individual", modality="telehealth", per_week={"adult": 5}),),
            ),
            individual("Mon 09:00-10:00", service_id="video", modality="telehealth", room_id=None),
        ),
    ),
    Case(
        "on the grid",
        (small(clinic=HALVES), individual("Mon 09:30-10:30")),
        (small(), individual("Mon 09:30-10:30")),
        "every candidate starts on the grid",
    ),
    Case(
        "ends need not be on the grid",
        (small(services=(service("process", minutes=45),)), session("Mon 09:00-09:45")),
        None,
    ),
    Case(
        "as long as the service",
        (small(), individual("Mon 09:00-10:00")),
        (small(), individual("Mon 09:00-11:00")),
        "every candidate is as long as its service",
    ),
    Case(
        "until midnight",
        (
            small(
                clinic=clinic(open=windows("Mon 20:00-24:00", "Tue 00:00-12:00")),
                participants=adults(2, availability=windows("Mon 20:00-24:00", "Tue 00:00-12:00")),
                therapists=(therapist(availability=windows("Mon 20:00-24:00", "Tue 00:00-12:00")),),
                rooms=(room(availability=windows("Mon 20:00-24:00", "Tue 00:00-12:00")),),
            ),
            session("Mon 21:00-24:00"),
        ),
        None,
    ),
    Case(
        "starts with a block",
        (small(**BLOCKS), session("Mon 09:00-12:00")),
        (small(**BLOCKS), session("Mon 10:00-13:00")),
    ),
    Case(
        "on a day of the block",
        (small(**BLOCKS), session("Wed 17:00-20:00")),
        (small(**BLOCKS), session("Tue 17:00-20:00")),
    ),
    Case(
        "ends no later than the block",
        (small(**{**BLOCKS, "services": (service(starts="blocks", minutes=120),)}), session("Mon 09:00-11:00")),
        (small(**{**BLOCKS, "services": (service(starts="blocks", minutes=240),)}), session("Mon 09:00-13:00")),
    ),
    Case(
        "a clinic without blocks starts on the grid",
        (small(services=(service(starts="blocks"),)), session("Mon 10:00-13:00")),
        (small(services=(service(starts="blocks"),)), session("Mon 07:00-10:00")),
    ),
    Case(
        "times of a group are windows",
        (small(groups=(group(times=Times(windows("Mon 09:00-12:00"))),)), session("Mon 09:00-12:00", group_id="G1")),
        (small(groups=(group(times=Times(windows("Mon 09:00-12:00"))),)), session("Mon 10:00-13:00", group_id="G1")),
    ),
    Case(
        "times of a group are starts",
        (
            small(groups=(group(times=Times(NEVER, frozenset({at("Mon 09:00")}))),)),
            session("Mon 09:00-12:00", group_id="G1"),
        ),
        (
            small(groups=(group(times=Times(NEVER, frozenset({at("Mon 09:00")}))),)),
            session("Tue 09:00-12:00", group_id="G1"),
        ),
    ),
    Case(
        "times of a group do not lift blocks",
        (
            small(**BLOCKS, groups=(group(times=Times(windows("Mon 08:00-12:00"))),)),
            session("Mon 09:00-12:00", group_id="G1"),
        ),
        (
            small(**BLOCKS, groups=(group(times=Times(windows("Mon 08:00-12:00"))),)),
            session("Mon 08:00-11:00", group_id="G1"),
        ),
    ),
    Case(
        "same start",
        (
            small(groups=(group(same_start=True),)),
            session("Mon 09:00-12:00", group_id="G1"),
            session("Tue 09:00-12:00", group_id="G1"),
        ),
        (
            small(groups=(group(same_start=True),)),
            session("Mon 09:00-12:00", group_id="G1"),
            session("Tue 10:00-13:00", group_id="G1"),
        ),
    ),
    Case(
        "same start is not asked of two groups",
        (
            small(groups=(group(same_start=True), group("G2", same_start=True))),
            session("Mon 09:00-12:00", group_id="G1"),
            session("Tue 10:00-13:00", "A2", group_id="G2"),
        ),
        None,
    ),
    Case(
        "changeover of a therapist",
        (small(clinic=CHANGE), AT_NINE, individual("Mon 10:30-11:30", "A2", room_id="R2")),
        (small(clinic=LONG_CHANGE), AT_NINE, individual("Mon 10:30-11:30", "A2", room_id="R2")),
    ),
    Case(
        "changeover of a room",
        (small(clinic=CHANGE), AT_NINE, individual("Mon 10:30-11:30", "A2", "T2")),
        (small(clinic=CHANGE), AT_NINE, individual("Mon 10:00-11:00", "A2", "T2")),
    ),
    Case(
        "changeover of a room between a group and a visit",
        (small(clinic=CHANGE), session("Mon 09:00-12:00"), individual("Mon 12:30-13:30", "A2", "T2")),
        (small(clinic=LONG_CHANGE), session("Mon 09:00-12:00"), individual("Mon 12:30-13:30", "A2", "T2")),
    ),
    Case(
        "no changeover of a participant",
        (small(clinic=CHANGE), AT_NINE, individual("Mon 10:00-11:00", "A1", "T2", room_id="R2")),
        None,
    ),
)
def test_window(case):
    check(RuleId.WINDOW, case)
