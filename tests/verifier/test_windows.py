"""Rule ``window`` on and just past each of its edges."""

from datetime import date, datetime, time

import pytest

from iopsched.domain.people import TimeOff
from iopsched.domain.services import Times
from iopsched.domain.timegrid import ALWAYS, NEVER
from tests.support.clinics import (
    EVENING,
    MONDAY,
    MORNING,
    OPEN,
    TUESDAY,
    WEDNESDAY,
    adult,
    at,
    broken,
    clinic,
    family,
    group,
    individual,
    off,
    room,
    sentences,
    service,
    services,
    session,
    small,
    therapist,
    windows,
)

MON9 = "Mon 09:00-12:00"


def test_a_session_in_the_open():
    assert broken(small(), session(MON9)) == set()


@pytest.mark.parametrize(("when", "rules"), [("Mon 08:00-11:00", set()), ("Mon 08:30-11:30", {"window"})])
def test_start_on_the_grid(when, rules):
    """A grid of 60 minutes counts from midnight."""
    assert broken(small(), session(when)) == rules


def test_the_end_need_not_be_on_the_grid():
    short = small(services=services(process={"minutes": 50}))
    assert broken(short, session("Mon 09:00-09:50")) == set()


@pytest.mark.parametrize(
    ("when", "rules"), [(MON9, set()), ("Mon 09:00-11:00", {"window"}), ("Mon 09:00-13:00", {"window"})]
)
def test_length_is_the_services(when, rules):
    assert broken(small(), session(when)) == rules


@pytest.mark.parametrize(
    ("when", "rules"),
    [
        ("Mon 08:00-11:00", set()),
        ("Mon 17:00-20:00", set()),
        ("Mon 07:00-10:00", {"window"}),
        ("Mon 18:00-21:00", {"window"}),
        ("Sat 09:00-12:00", {"window"}),
    ],
)
def test_opening_hours(when, rules):
    assert broken(small(), session(when)) == rules


def test_outside_opening_hours_is_said_once():
    """Everybody's blank availability is the opening hours: only the clinic is named."""
    assert sentences(small(), session("Mon 18:00-21:00")) == [
        "Session S-Mon-18:00-21:00 (Mon 18:00-21:00) is outside opening hours, Mon 08:00-20:00 (open in clinic.toml)."
    ]


def test_no_session_crosses_midnight():
    night = small(
        clinic=clinic(open=ALWAYS),
        participants=(adult(availability=ALWAYS),),
        therapists=(therapist(availability=ALWAYS),),
        rooms=(room(availability=ALWAYS),),
    )
    late = session("Mon 21:00-23:00")
    assert broken(night, session("Mon 20:00-23:00")) == set()
    assert (
        broken(night, type(late)("N1", "process", at("Mon 21:00"), at("Tue 00:00"), ("T1",), ("A1",), room_id="R1"))
        == set()
    )
    assert broken(
        night, type(late)("N1", "process", at("Mon 22:00"), at("Tue 01:00"), ("T1",), ("A1",), room_id="R1")
    ) == {"window"}


@pytest.mark.parametrize(
    ("when", "rules"),
    [
        (MON9, set()),
        ("Fri 09:00-12:00", set()),
        ("Mon 10:00-13:00", {"window"}),
        ("Wed 17:00-20:00", set()),
        ("Tue 17:00-20:00", {"window"}),
    ],
)
def test_starts_with_a_block_on_its_days(when, rules):
    blocks = clinic(blocks=(MORNING, EVENING))
    assert broken(small(clinic=blocks, services=services(process={"starts": "blocks"})), session(when)) == rules


@pytest.mark.parametrize(("minutes", "rules"), [(120, set()), (180, set()), (240, {"window"})])
def test_ends_no_later_than_the_block(minutes, rules):
    long = small(clinic=clinic(blocks=(MORNING,)), services=services(process={"starts": "blocks", "minutes": minutes}))
    assert broken(long, session(f"Mon 09:00-{9 + minutes // 60}:00")) == rules


def test_without_blocks_every_service_starts_on_the_grid():
    assert broken(small(services=services(process={"starts": "blocks"})), session("Mon 10:00-13:00")) == set()


@pytest.mark.parametrize(
    ("when", "rules"),
    [
        ("Mon 09:00-12:00", set()),
        ("Mon 10:00-13:00", set()),
        ("Mon 11:00-14:00", {"window"}),
        ("Wed 14:00-17:00", set()),
        ("Wed 13:00-16:00", {"window"}),
    ],
)
def test_times_of_a_group(when, rules):
    """Inside Monday 09:00-13:00, or starting on Wednesday at 14:00."""
    times = Times(windows("Mon 09:00-13:00"), frozenset({at("Wed 14:00")}))
    assert broken(small(groups=(group(times=times),)), session(when, group_id="G1")) == rules


@pytest.mark.parametrize(
    ("same", "when", "rules"),
    [(True, "10:00-13:00", {"window"}), (True, "09:00-12:00", set()), (False, "10:00-13:00", set())],
)
def test_same_start(same, when, rules):
    both = (session(MON9, group_id="G1"), session(f"Tue {when}", group_id="G1"))
    assert broken(small(groups=(group(same_start=same),)), *both) == rules


MORNINGS = windows("Mon 09:00-12:00")
PEOPLE = {
    "participants": lambda **changes: small(participants=(adult(**changes),)),
    "therapists": lambda **changes: small(therapists=(therapist(**changes),)),
    "rooms": lambda **changes: small(rooms=(room(**changes),)),
}


@pytest.mark.parametrize("make", PEOPLE.values(), ids=PEOPLE)
class TestFreeTime:
    @pytest.mark.parametrize(
        ("when", "rules"), [(MON9, set()), ("Mon 10:00-13:00", {"window"}), ("Tue 09:00-12:00", {"window"})]
    )
    def test_availability(self, make, when, rules):
        assert broken(make(availability=MORNINGS), session(when)) == rules

    @pytest.mark.parametrize(("when", "rules"), [("Mon 12:00-15:00", set()), ("Mon 11:00-14:00", {"window"})])
    def test_busy(self, make, when, rules):
        assert broken(make(busy=MORNINGS), session(when)) == rules

    def test_never(self, make):
        assert broken(make(availability=NEVER), session(MON9)) == {"window"}


OFF = {"participant": "A1", "therapist": "T1", "room": "R1", "clinic": ""}


@pytest.mark.parametrize(("kind", "id_"), OFF.items())
@pytest.mark.parametrize(
    ("when", "rules"), [("Mon 12:00-15:00", set()), ("Mon 11:00-14:00", {"window"}), (MON9, {"window"})]
)
def test_time_off(kind, id_, when, rules):
    away = off(kind, id_, "Mon 10:00", "Mon 12:00")
    assert broken(small(time_off=(away,)), session(when)) == rules


def test_time_off_of_somebody_else():
    away = (off("participant", "A2", "Mon 08:00", "Fri 20:00"), off("room", "T1", "Mon 08:00", "Fri 20:00"))
    assert broken(small(time_off=away, rooms=(room("R1"), room("T1"))), session(MON9)) == set()


@pytest.mark.parametrize(
    ("start", "end", "rules"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), set()),
        (date(2026, 11, 1), date(2026, 12, 1), {"window"}),
        (date(2026, 12, 1), date(2027, 1, 1), set()),
        (date(2026, 12, 7), date(2027, 1, 1), set()),
    ],
)
def test_time_off_that_reaches_beyond_the_week(start, end, rules):
    away = TimeOff("therapist", "T1", *(datetime.combine(day, time()) for day in (start, end)))
    assert broken(small(time_off=(away,)), session(MON9)) == rules


@pytest.mark.parametrize(
    ("stay", "rules"),
    [
        ({"admitted": TUESDAY, "discharged": TUESDAY}, set()),
        ({"admitted": WEDNESDAY}, {"window"}),
        ({"discharged": MONDAY}, {"window"}),
    ],
)
def test_stay_includes_its_first_and_last_day(stay, rules):
    assert broken(small(participants=(adult(**stay),)), session("Tue 09:00-12:00")) == rules


def family_person(**changes):
    return small(
        participants=(adult(availability=MORNINGS, family_availability=windows("Mon 18:00-20:00"), **changes),)
    )


def test_family_availability_replaces_availability_for_family_sessions():
    assert broken(family_person(), family("Mon 18:00-19:00")) == set()
    assert broken(family_person(), family("Mon 09:00-10:00")) == {"window"}
    assert broken(family_person(), individual("Mon 18:00-19:00")) == {"window"}


def test_family_availability_holds_for_multifamily():
    long = small(participants=(adult(availability=MORNINGS, family_availability=windows("Mon 17:00-20:00")),))
    assert broken(long, session("Mon 17:00-20:00", service_id="multifamily")) == set()


def test_busy_and_time_off_hold_for_family_sessions_too():
    assert broken(family_person(busy=windows("Mon 18:00-19:00")), family("Mon 18:00-19:00")) == {"window"}


def test_blank_family_availability_is_the_same():
    assert broken(small(participants=(adult(availability=MORNINGS),)), family("Mon 18:00-19:00")) == {"window"}


def test_telehealth_obeys_the_same_windows():
    video = small(
        participants=(adult(availability=MORNINGS, modality="either"),), services=(service(modality="telehealth"),)
    )
    assert broken(video, session("Mon 10:00-13:00", modality="telehealth", room_id=None)) == {"window"}


@pytest.mark.parametrize(("asked", "rules"), [(60, set()), (61, {"window"})])
def test_changeover_of_a_therapist(asked, rules):
    tight = small(clinic=clinic(staff={"changeover_minutes": asked}))
    first, second = individual("Mon 09:00-10:00"), individual("Mon 11:00-12:00", "A2", room_id="R2")
    assert broken(tight, first, second) == rules


@pytest.mark.parametrize(("asked", "rules"), [(60, set()), (61, {"window"})])
def test_changeover_of_a_room(asked, rules):
    tight = small(clinic=clinic(staff={"changeover_minutes": asked}))
    first, second = individual("Mon 09:00-10:00"), individual("Mon 11:00-12:00", "A2", "T2")
    assert broken(tight, first, second) == rules


def test_no_time_at_all_is_no_changeover():
    tight = small(clinic=clinic(staff={"changeover_minutes": 15}))
    assert broken(tight, individual("Mon 09:00-10:00"), individual("Mon 10:00-11:00", "A2", room_id="R2")) == {"window"}


def test_participants_need_no_changeover():
    tight = small(clinic=clinic(staff={"changeover_minutes": 30}))
    assert (
        broken(tight, individual("Mon 09:00-10:00"), individual("Mon 10:00-11:00", staff="T2", room_id="R2")) == set()
    )


def test_overlap_is_no_lack_of_changeover():
    tight = small(clinic=clinic(staff={"changeover_minutes": 30}))
    clash = (session(MON9), individual("Mon 11:00-12:00", "A2", room_id="R2"))
    assert broken(tight, *clash) == {"overlap"}


def test_sentences_say_who_when_and_where_it_is_written():
    days = small(
        participants=(adult(availability=MORNINGS),), therapists=(therapist(busy=MORNINGS, availability=OPEN),)
    )
    assert sentences(days, session("Mon 10:00-13:00")) == [
        (
            "Participant A1 is not available for all of session S-Mon-10:00-13:00 (Mon 10:00-13:00): "
            "Mon 09:00-12:00 (availability in participants.csv)."
        ),
        (
            "Therapist T1 is busy during session S-Mon-10:00-13:00 (Mon 10:00-13:00): "
            "Mon 09:00-12:00 (busy in therapists.csv)."
        ),
    ]
