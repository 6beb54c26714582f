"""Tiny clinics whose every number sits on an edge: one minute, one head or one session more breaks a rule.

Sessions last four or eight hours and the clinic opens for twelve on two days,
so that the starts of a week are few and models without ``window`` stay small,
while sessions still touch, overlap in part and overlap whole. Every world has
a limit that some of its schedules reach exactly and others just pass.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec

from iopsched.domain.clinic import Block, Payer, Phase
from iopsched.domain.people import Cover, KeepApart, KeepTogether
from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Border
from iopsched.domain.services import Need, Role, Times
from iopsched.rulebook import RuleId
from tests.support.clinics import (
    MONDAY,
    TUESDAY,
    adult,
    at,
    clinic,
    group,
    level,
    off,
    phase,
    room,
    service,
    small,
    therapist,
    windows,
)

OPEN = windows("Mon-Tue 08:00-20:00")
ON_MONDAY = windows("Mon 08:00-20:00")
EARLY, NOON, LATE, NEXT_EARLY, NEXT_NOON, NEXT_LATE = (
    at(f"{day} {hour}:00") for day in ("Mon", "Tue") for hour in ("08", "12", "16")
)
HALF_DAY = 240
OFTEN = {"adult": 5, "adolescent": 5}


@dataclass(frozen=True, eq=False)
class World:
    """A tiny clinic, the starts to try, the most staff of a session, and the most sessions of a schedule."""

    name: str
    problem: Problem
    starts: tuple[int, ...]
    most_staff: int = 2
    most: int = 3


def half_days(id_="process", **changes):
    """Return a service of four hours."""
    return service(id_, **{"minutes": HALF_DAY, **changes})


def tiny(services, **changes):
    """Return a clinic that opens on two days, with starts every four hours."""
    rules = {"open": OPEN, "grid_minutes": HALF_DAY, **changes.pop("clinic", {})}
    facts = {
        "clinic": clinic(**rules),
        "services": tuple(services),
        "participants": (adult("A1", availability=OPEN), adult("A2", availability=OPEN)),
        "therapists": (staff("T1"), staff("T2")),
        "rooms": (place("R1"),),
    }
    return small(**{**facts, **changes})


def person(id_, **changes):
    """Return an adult who is there whenever the clinic is open."""
    return adult(id_, **{"availability": OPEN, **changes})


def teen(id_, **changes):
    """Return an adolescent."""
    return person(id_, population="adolescent", **changes)


def staff(id_, **changes):
    """Return somebody who can do everything whenever the clinic is open."""
    return therapist(id_, **{"availability": OPEN, **changes})


def place(id_, **changes):
    """Return a room with seats for two besides the lead."""
    return room(id_, **{"capacity": 3, "availability": OPEN, **changes})


def closed_groups():
    """Two closed groups that begin with a block, one of which keeps its clock time; a phase of one session."""
    blocks = (
        Block("early", "day", 480, 720, frozenset({0, 1})),
        Block("noon", "day", 720, 960, frozenset({1})),
        Block("short", "day", 960, 1199, frozenset({0, 1})),
    )
    return tiny(
        [half_days(starts="blocks", max_per_day=1, min_participants=2, max_participants=3)],
        participants=(
            person("A1", group_ids=("G1",)),
            person("A2"),
            person("A3", tracks=("sud", "mh"), phase="initial"),
        ),
        therapists=(staff("T1"), staff("T2", licensed=False)),
        clinic={"blocks": blocks, "phases": phase(0, 1)},
        groups=(
            group("G1", sessions_per_week=2, same_start=True, min_size=1, max_size=2, attend="all"),
            group("G2", sessions_per_week=1, tracks=("sud",), attend="some", participants_per_staff=2),
        ),
    )


def open_groups():
    """An open and a closed group of a service by video or in person; who speaks what, who may lead, in which room."""
    return tiny(
        [half_days("multi", kind="multifamily", modality="either", min_participants=1, guests=1, max_per_day=1)],
        participants=(
            person("A1", gender="F", languages=("Spanish",), group_ids=("M1",), modality="either"),
            person("A2", gender="f", languages=("english", "spanish"), modality="telehealth"),
        ),
        therapists=(
            staff("T1", languages=("spanish",)),
            staff("T2", languages=("English",)),
            staff("T3", modality="telehealth"),
        ),
        rooms=(place("R1"), place("R2")),
        groups=(
            group(
                "M1",
                service_id="multi",
                membership="open",
                attend="some",
                joins="track",
                gender="f",
                times=Times(windows("Mon 08:00-12:00"), frozenset({NEXT_NOON})),
                modality="hybrid",
                lead_ids=("T1", "T3"),
                one_lead="require",
                room_id="R1",
            ),
            group("M2", service_id="multi", language="Spanish", modality="telehealth", one_lead="require"),
        ),
    )


def strangers():
    """Groups of a gender, a language and a population, and people each of whom lacks one of them for some group."""
    return tiny(
        [half_days(modality="telehealth")],
        participants=(
            person("A1", modality="either", gender="f", languages=("Spanish",)),
            person("A2", modality="either", gender="m", languages=("Spanish", "English")),
            person("A3", modality="either", gender="f", tracks=("mh", "sud")),
            teen("B1", modality="either", gender="f", languages=("Spanish",)),
        ),
        therapists=(staff("T1"),),
        groups=(
            group("G1", gender="F", language="spanish", membership="open"),
            group("G2", population="adolescent", membership="open"),
            group("G3", tracks=("sud",), membership="open"),
        ),
    )


def relatives():
    """Two closed groups and an open one of a service, a group of another, and two of three who are kept together."""
    return tiny(
        [
            half_days(modality="telehealth", min_participants=1),
            half_days("talk", modality="telehealth", min_participants=1),
        ],
        participants=tuple(person(f"A{place}", modality="telehealth") for place in (1, 2, 3)),
        keep_together=(KeepTogether("A1", "A2"),),
        groups=(group("G1"), group("G2"), group("G3", membership="open"), group("G4", service_id="talk")),
    )


def invited():
    """A group that only who needs it joins, one of kind other, and visits whose lead shares a language."""
    return tiny(
        [
            half_days(modality="telehealth", min_participants=1),
            half_days("circle", kind="other", modality="telehealth", min_participants=1),
            half_days("visit", kind="individual", modality="telehealth", per_week={"adult": 2}),
        ],
        participants=(
            person("A1", modality="telehealth", languages=("Spanish",)),
            person("A2", modality="telehealth", group_ids=("G1",)),
        ),
        therapists=(staff("T1", languages=("English",)), staff("T2", languages=("spanish",))),
        groups=(group("G1", joins="need"), group("G2", service_id="circle", membership="open")),
        needs=(Need("A1", "circle", 1, max_per_day=0),),
        clinic={"match_language": "require"},
    )


def twice_a_day():
    """Groups that may meet twice a day, with sessions of which two overlap in part; needs of a language and of one lead."""
    return tiny(
        [half_days(minutes=480, contact_minutes=480, max_per_day=2, min_participants=1)],
        participants=(person("A1", group_ids=("G1",)), person("A2", group_ids=("G2",)), person("A3")),
        therapists=(staff("T1", languages=("Spanish",)), staff("T2", languages=("English",))),
        rooms=(place("R1", capacity=2), place("R2")),
        needs=(
            Need("A1", "process", 2, same_therapist="require"),
            Need("A3", "process", 2, language="spanish"),
        ),
        groups=(group("G1", sessions_per_week=2), group("G2", sessions_per_week=2, membership="open")),
    )


def primaries():
    """Visits with a primary therapist, given or chosen, and caseloads of none to two; family visits as well."""
    return tiny(
        [
            half_days("individual", kind="individual", with_primary=True, per_week=OFTEN),
            half_days("family", kind="family", with_primary=True, per_week=OFTEN, needs_room=False),
        ],
        participants=(person("A1", primary_id="T1"), person("A2"), person("A3")),
        therapists=(staff("T1", max_caseload=3), staff("T2", max_caseload=1), staff("T3", max_caseload=0)),
        rooms=(place("R1"),),
        clinic={"caseload": {"adult": 2}},
    )


def covered():
    """Visits with a given primary and a group with a named lead, who is away in part; two may stand in, one for a day."""
    return tiny(
        [
            half_days("individual", kind="individual", with_primary=True, modality="telehealth", per_week=OFTEN),
            half_days(modality="telehealth", min_participants=1),
        ],
        participants=(person("A1", primary_id="T1", modality="telehealth"), person("A2", modality="telehealth")),
        therapists=(staff("T1", busy=windows("Mon 08:00-12:00")), staff("T2"), staff("T3", licensed=False)),
        groups=(group("G1", lead_ids=("T1",)),),
        time_off=(off("therapist", "T1", "Tue 08:00", "Tue 09:00"),),
        covers=(Cover("T1", ("T2", "T3")), Cover("T2", ("T1",), first_day=TUESDAY)),
    )


def covered_in_turn():
    """Visits whose primary is chosen, with caseloads of one or two; each may stand in for another who is away on a day."""
    return tiny(
        [half_days("individual", kind="individual", with_primary=True, modality="telehealth", per_week=OFTEN)],
        participants=(person("A1", modality="telehealth"), person("A2", modality="telehealth")),
        therapists=(
            staff("T1", busy=windows("Mon 08:00-09:00"), max_caseload=1),
            staff("T2", busy=windows("Tue 08:00-09:00"), max_caseload=1),
            staff("T3", max_caseload=1),
        ),
        covers=(Cover("T1", ("T2", "T3")), Cover("T2", ("T1",), first_day=TUESDAY)),
    )


def shared_primaries():
    """Sessions formed freely whose lead is the primary of everybody in them."""
    return tiny(
        [half_days(with_primary=True, max_participants=3)],
        participants=(person("A1", primary_id="T1"), person("A2"), person("A3")),
        therapists=(staff("T1"), staff("T2", max_caseload=1)),
        rooms=(place("R1", capacity=4),),
    )


def rests():
    """Visits with changeover, rest, hours of staff, pauses and limits in a row, in two rooms."""
    return tiny(
        [half_days("individual", kind="individual", per_week=OFTEN)],
        participants=(person("A1", max_minutes_in_a_row=479), person("A2", max_minutes_in_a_row=480)),
        therapists=(staff("T1"), staff("T2", max_minutes_per_day=240, max_minutes_per_week=480)),
        rooms=(place("R1"), place("R2")),
        clinic={"staff": {"changeover_minutes": 240, "break_minutes": 240, "min_rest_minutes": 960}},
    )


def pauses():
    """Visits of two lengths, a pause of a minute, and a longest stretch of eight hours."""
    return tiny(
        [
            half_days("individual", kind="individual", per_week=OFTEN),
            half_days("long", kind="individual", minutes=479, contact_minutes=400, per_week=OFTEN),
        ],
        participants=(person("A1", max_minutes_in_a_row=480, max_sessions_per_day=2),),
        therapists=(staff("T1"), staff("T2", max_minutes_per_day=719, max_minutes_per_week=958)),
        rooms=(place("R1"), place("R2")),
        clinic={
            "staff": {"break_minutes": 1, "changeover_minutes": 1, "min_rest_minutes": 721, "max_minutes_per_day": 719}
        },
    )


def needs():
    """Needs of certain staff, of one lead all week, of a language and a gender; families with guests and wheelchairs."""
    return tiny(
        [half_days("family", kind="family", guests=1, modality="in_person", per_week={"adult": 1}, max_per_day=1)],
        participants=(
            person("A1", family_availability=ON_MONDAY),
            person("A2", needs_features=frozenset({"ramp"}), availability=ON_MONDAY, family_availability=OPEN),
            person("A3", family_per_week=1),
        ),
        therapists=(staff("T1", gender="F", languages=("Spanish",)), staff("T2", skills=()), staff("T3", gender="m")),
        rooms=(place("R1", capacity=3, features=frozenset({"ramp"})), place("R2", capacity=4)),
        needs=(
            Need("A1", "family", 2, ("T2",), same_therapist="require"),
            Need("A2", "family", 2, max_per_day=2, gender="f", language="spanish"),
        ),
    )


def due_needs():
    """Needs that are due, not due, wished or written as none, of a workshop without a licensed lead."""
    return tiny(
        [half_days("skills", kind="other", per_week={"adult": 1}, licensed_lead=False, participants_per_staff=2)],
        participants=(person("A1"), person("A2"), person("A3")),
        therapists=(staff("T1", licensed=False), staff("T2", skills=("group",))),
        rooms=(place("R1", max_participants=1), place("R2", max_participants=2)),
        needs=(
            Need("A1", "skills", 1, every_weeks=2, last_held=MONDAY - timedelta(days=8)),
            Need("A2", "skills", 2, every_weeks=2, last_held=MONDAY - timedelta(days=14), optional=True, max_per_day=1),
        ),
    )


def pooled():
    """Sessions formed freely with a helper for every second, an intern who does not count, and people kept apart."""
    return tiny(
        [half_days(participants_per_staff=1, max_participants=2)],
        participants=(person("A1"), person("A2"), person("A3")),
        therapists=(staff("T1"), staff("T2", skills=("nurse",)), staff("T3", counts_for_ratio=False)),
        rooms=(place("R1", capacity=4),),
        keep_apart=(KeepApart("A1", other_participant_id="A3"), KeepApart("A2", therapist_id="T3")),
    )


def populations():
    """Adults and adolescents, each with their own ratio and cap; staff of one population or track."""
    return tiny(
        [half_days(min_participants=None)],
        participants=(person("A1"), person("A2", tracks=("sud",)), teen("B1"), teen("B2", tracks=())),
        therapists=(staff("T1", populations=("adult",)), staff("T2", tracks=("mh",)), staff("T3")),
        rooms=(place("R1", capacity=4),),
        clinic={"ratios": {"adult": 1, "adolescent": 2}, "caps": {"adult": 2, "adolescent": 1}},
    )


def hybrid():
    """Some in the room, some remote: guests, seats, participants and features of rooms; two roles of staff."""
    return tiny(
        [half_days(modality="hybrid", guests=1, staff=(Role("group", 1), Role("nurse", 1)))],
        participants=(
            person("A1", needs_features=frozenset({"ramp"})),
            person("A2", modality="telehealth", needs_features=frozenset({"ramp"})),
            person("A3", modality="either"),
        ),
        therapists=(
            staff("T1", skills=("group", "nurse")),
            staff("T2", skills=("group", "nurse"), modality="telehealth"),
            staff("T3", skills=("nurse",), modality="in_person"),
        ),
        rooms=(place("R1", capacity=4, features=frozenset({"ramp"})), place("R2", capacity=5, max_participants=1)),
    )


def video():
    """Workshops for one by video, visits by video or in person, and people who take one of them; one camera for all."""
    return tiny(
        [
            half_days(
                "online",
                kind="other",
                modality="telehealth",
                max_participants=1,
                per_week=OFTEN,
                equipment={"camera": 1},
            ),
            half_days("visit", kind="individual", modality="either", per_week=OFTEN, equipment={"camera": 1}),
        ],
        participants=(person("A1"), person("A2", modality="telehealth")),
        therapists=(
            staff("T1", modality="either"),
            staff("T2", modality="in_person"),
            staff("T3", modality="telehealth", counts_for_ratio=False),
        ),
        rooms=(place("R1", capacity=1), place("R2", capacity=2)),
        clinic={"equipment": {"camera": 1}},
    )


def equipment():
    """A short and a long service that share two kits, of which one takes both."""
    return tiny(
        [
            half_days("other", kind="other", equipment={"kit": 1}, per_week=OFTEN, needs_room=False),
            half_days("multi", kind="multifamily", minutes=480, equipment={"kit": 2}, per_week=OFTEN),
        ],
        participants=(person("A1"), person("A2")),
        rooms=(place("R1"), place("R2", features=frozenset({"mat"}))),
        clinic={"equipment": {"kit": 2}},
    )


def hours():
    """Minutes that count a week and a day, a minute too many or none; authorized days and dates, sessions a day."""
    return tiny(
        [
            half_days(contact_minutes=241, max_per_day=0, max_participants=1),
            half_days("talk", contact_minutes=160, max_per_day=2, max_participants=1),
            half_days("lunch", kind="other", counts=False, max_participants=1, per_week=OFTEN),
        ],
        participants=(
            person("A1", authorized_days=1),
            person("A2", authorized_until=MONDAY, max_sessions_per_day=1),
            person("A3"),
        ),
        therapists=(staff("T1"),),
        clinic={"level": level(max_minutes_per_week=720, max_minutes_per_day=480), "break_allowance_minutes": 60},
    )


def phases():
    """Group sessions up to the phase's number, family evenings that do not count toward it, people kept apart."""
    return tiny(
        [
            half_days(modality="telehealth", min_participants=1, max_per_day=0),
            half_days("multi", kind="multifamily", modality="telehealth", per_week={"adult": 2}),
        ],
        participants=(
            person("A1", phase="initial", modality="either"),
            person("A2", phase="steady", modality="either"),
        ),
        keep_apart=(KeepApart("A1", other_participant_id="A2"), KeepApart("A2", therapist_id="T2")),
        clinic={"phases": {**phase(0, 1), "steady": Phase("steady", 0, 2)}},
    )


def shifts():
    """Visits by video of four and eight hours; staff with limits a day and a week, their own or the clinic's.

    T1 has worked on the Sunday before until just the rest before eight on Monday, T2 a minute longer.
    """
    return tiny(
        [
            half_days("short", kind="individual", modality="telehealth", per_week=OFTEN),
            half_days("long", kind="individual", modality="telehealth", minutes=480, per_week=OFTEN),
        ],
        participants=(person("A1", modality="telehealth"), person("A2", modality="telehealth")),
        borders=(Border("T1", last_end=-240), Border("T2", last_end=-239)),
        therapists=(
            staff("T1", max_minutes_per_week=720),
            staff("T2", max_minutes_per_day=720, max_minutes_per_week=None),
        ),
        clinic={
            "staff": {
                "max_minutes_per_day": 479,
                "max_minutes_per_week": 720,
                "min_rest_minutes": 720,
                "meal_minutes": 60,
                "meal_after_minutes": 719,
            }
        },
    )


def long_days():
    """Days with a group session that must hold eight hours, by the level, or a minute more, by a payer."""
    return tiny(
        [
            half_days(modality="telehealth", max_per_day=0),
            half_days("talk", kind="individual", modality="telehealth", per_week=OFTEN),
        ],
        participants=(person("A1", modality="either"), person("A2", modality="either", payer="strict")),
        clinic={
            "level": level(min_minutes_on_group_days=480),
            "payers": {"strict": Payer("strict", min_minutes_on_group_days=481)},
        },
    )


def guarded_weeks():
    """Weeks that must stay below eight hours, or at them, or below a minute more or less."""
    guards = (("G480", 480, False), ("G481", 481, False), ("T479", 479, True), ("T480", 480, True))
    levels = {
        name: replace(level(name), php_guard_minutes=minutes, php_guard_is_inclusive=inclusive)
        for name, minutes, inclusive in guards
    }
    return tiny(
        [half_days("individual", kind="individual", modality="telehealth", per_week=OFTEN)],
        participants=tuple(person(f"A{place}", modality="either", level=name) for place, name in enumerate(levels, 1)),
        clinic={"levels": {"iop-adult": level(), **levels}},
    )


def minors():
    """Adolescents of whom two are never left with one; a helper who does not count, without the skill."""
    return tiny(
        [half_days()],
        participants=(teen("B1"), teen("B2"), teen("B3")),
        therapists=(staff("T1"), staff("T2"), staff("T3", skills=(), counts_for_ratio=False)),
        rooms=(place("R1", capacity=4),),
        clinic={"staff": {"two_staff": ("adolescent",)}, "ratios": {"adolescent": 2}},
    )


def supervised():
    """Visits in the building under a licensed supervisor's eyes, visits by video without."""
    return tiny(
        [half_days("individual", kind="individual", modality="either", per_week=OFTEN)],
        participants=(person("A1", modality="either"),),
        therapists=(
            staff("T1", supervisor=True, availability=windows("Mon 08:00-16:00", "Tue 08:00-19:59")),
            staff("T2"),
            staff("T3", supervisor=True, licensed=False),
            staff("T4", supervisor=True, availability=windows("Tue 08:00-12:00")),
        ),
        rooms=(place("R1"), place("R2")),
        time_off=(off("therapist", "T1", "Tue 08:00", "Tue 08:01"), off("therapist", "T4", "Mon 08:00", "Mon 20:00")),
        clinic={"staff": {"supervisor_on_site": True}},
    )


def absences():
    """Stays, time off, busy hours and short days that begin or end with a session, or a minute inside it."""
    return tiny(
        [half_days()],
        participants=(
            person("A1", admitted=TUESDAY, busy=windows("Tue 07:00-08:00", "Tue 15:59-17:00")),
            person("A2", discharged=MONDAY, availability=windows("Mon 08:00-12:00", "Mon 12:01-20:00")),
            person("A3", admitted=MONDAY + timedelta(days=5)),
        ),
        therapists=(
            staff("T1", availability=windows("Mon 08:00-16:00", "Tue 08:00-19:59")),
            staff("T2", busy=windows("Mon 12:00-12:01")),
        ),
        rooms=(place("R1", availability=windows("Mon-Tue 08:00-16:00")), place("R2", busy=windows("Mon 08:00-11:59"))),
        time_off=(
            off("participant", "A2", "Mon 16:00", "Mon 17:00"),
            off("therapist", "T2", "Tue 11:00", "Tue 12:00"),
            off("room", "R2", "Tue 12:00", "Tue 16:00"),
            off("clinic", "", "Mon 07:00", "Mon 08:00"),
        ),
    )


def closure():
    """A clinic that closes for an afternoon and opens an hour late on the second day."""
    return tiny(
        [half_days("individual", kind="individual", modality="either", per_week=OFTEN)],
        time_off=(off("clinic", "", "Mon 12:00", "Mon 16:00"),),
        clinic={"open": windows("Mon 08:00-20:00", "Tue 09:00-20:00")},
        participants=(
            person("A1", max_minutes_per_week=480, units_left=1, modality="either"),
            person("A2", individual_per_week=1, authorized_from=TUESDAY, modality="either"),
        ),
    )


def pins():
    """Pins of every cell: what must be held, in which room and by whom, and what must not."""
    return tiny(
        [half_days("individual", kind="individual", per_week={"adult": 2})],
        therapists=(staff("T1"), staff("T2", skills=())),
        rooms=(place("R1", capacity=3), place("R2", capacity=2)),
        pins=(
            Pin("must", participant_id="A1", room_id="R2", row=2),
            Pin("must_not", room_id="R1", start=720, row=3),
            Pin("must", therapist_id="T2", participant_id="A2", day=0, from_date=TUESDAY, row=4),
            Pin("must", therapist_id="T2", participant_id="A2", day=0, until_date=MONDAY, row=5),
            Pin("must_not", participant_id="A2", therapist_id="T1", day=1, row=6),
        ),
    )


def pinned_groups():
    """Pins of groups and services, of which a session must match every filled cell."""
    return tiny(
        [half_days(max_per_day=2), half_days("walk", kind="other", per_week=OFTEN, needs_room=False)],
        participants=(person("A1"), person("A2")),
        therapists=(staff("T1"), staff("T2", skills=("other",))),
        groups=(group("G1", sessions_per_week=2, max_size=2),),
        pins=(
            Pin("must", group_id="G1", start=480, until_date=MONDAY, row=2),
            Pin("must", group_id="G1", therapist_id="T2", row=3),
            Pin("must_not", service_id="walk", from_date=TUESDAY, row=4),
            Pin("must_not", participant_id="A2", group_id="G1", day=0, row=5),
        ),
    )


MONDAY_STARTS = (EARLY, NOON, LATE)
BOTH_DAYS = (EARLY, NOON, NEXT_EARLY)

WORLDS = (
    World("closed groups", closed_groups(), (EARLY, LATE, NEXT_EARLY, NEXT_NOON), most_staff=1),
    World("open groups", open_groups(), (EARLY, NOON, NEXT_NOON), most_staff=1),
    World("strangers", strangers(), (EARLY, NOON), most_staff=1),
    World("relatives", relatives(), (EARLY, NOON), most_staff=1),
    World("invited", invited(), (EARLY, NEXT_NOON), most_staff=1),
    World("twice a day", twice_a_day(), (EARLY, NOON), most_staff=1),
    World("primaries", primaries(), (EARLY, NEXT_EARLY), most_staff=1),
    World("covered", covered(), (EARLY, NOON, NEXT_EARLY), most_staff=1),
    World("covered in turn", covered_in_turn(), (EARLY, NOON, NEXT_EARLY), most_staff=1),
    World("shared primaries", shared_primaries(), (EARLY, NEXT_EARLY), most_staff=1),
    World("rests", rests(), (EARLY, NOON, LATE, NEXT_EARLY), most_staff=1),
    World("pauses", pauses(), (EARLY, NOON, LATE, NEXT_EARLY), most_staff=1),
    World("needs", needs(), (EARLY, NEXT_EARLY)),
    World("due needs", due_needs(), (EARLY, NOON)),
    World("pooled", pooled(), (EARLY, NOON), most_staff=3),
    World("populations", populations(), (EARLY,)),
    World("hybrid", hybrid(), (EARLY, NOON), most_staff=3),
    World("video", video(), (EARLY, NOON), most_staff=1),
    World("equipment", equipment(), (EARLY, NOON, LATE), most_staff=1),
    World("hours", hours(), BOTH_DAYS, most_staff=1),
    World("phases", phases(), (EARLY, NOON, NEXT_EARLY), most_staff=1),
    World("shifts", shifts(), (EARLY, NOON, LATE, NEXT_EARLY), most_staff=1),
    World("long days", long_days(), BOTH_DAYS, most_staff=1),
    World("guarded weeks", guarded_weeks(), BOTH_DAYS, most_staff=1),
    World("minors", minors(), (EARLY, NOON), most_staff=3),
    World("supervised", supervised(), (EARLY, NOON, LATE, NEXT_EARLY, NEXT_LATE), most_staff=1),
    World("absences", absences(), (EARLY, NOON, LATE, NEXT_EARLY, NEXT_NOON, NEXT_LATE), most_staff=1),
    World("closure", closure(), (EARLY, NOON, NEXT_EARLY, NEXT_NOON), most_staff=1),
    World("pins", pins(), (EARLY, NOON, NEXT_NOON)),
    World("pinned groups", pinned_groups(), BOTH_DAYS),
)


def all_worlds():
    """Return these worlds and those that the edge tests of a single rule declare, each in ``WORLDS`` of its module."""
    modules = (import_module(f"tests.rules.test_{rule}") for rule in RuleId if find_spec(f"tests.rules.test_{rule}"))
    return (*WORLDS, *(world for module in modules for world in getattr(module, "WORLDS", ())))
