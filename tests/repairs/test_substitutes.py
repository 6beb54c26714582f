"""Who could cover is judged by the verifier, told in the order in which one would ask, with what it costs and what forbids it."""

from dataclasses import replace

import pytest

from iopsched.domain.happenings import Discharge
from iopsched.domain.people import Cover, TimeOff
from iopsched.domain.services import Role
from iopsched.repairs.lostsessions import lost_sessions, still_held
from iopsched.repairs.substitutes import marked, offered, substitutes
from iopsched.verifier import violations
from tests.support.clinics import (
    TUESDAY,
    adult,
    adults,
    at,
    clinic,
    group,
    individual,
    off,
    room,
    schedule,
    services,
    session,
    small,
    therapist,
    windows,
)

SICK = off("therapist", "T1", "Tue 00:00", "Wed 00:00")
FLOOD = off("room", "R1", "Tue 00:00", "Wed 00:00")


def after(*happenings, now=None, base=None, **changes):
    """Return the small clinic in which absences have happened."""
    problem = small(**changes)
    away = tuple(row for row in happenings if isinstance(row, TimeOff))
    return replace(problem, time_off=(*problem.time_off, *away), previous=base, now=now)


def asked(*sessions, happening=SICK, **changes):
    """Return the offers by who makes them, for a week that has these sessions and loses one of them."""
    base = schedule(*sessions)
    return {row.who: row for row in offered(after(happening, base=base, **changes), base, (happening,))}


def told(row):
    """Return the words of the costs."""
    return [str(cost.sentence) for cost in row.costs]


def test_who_is_free_could_cover_and_it_is_said_what_that_costs():
    rows = asked(
        session("Tue 09:00-12:00", "A1 A2"),
        session("Tue 13:00-14:00", "A1", "T2", service_id="individual", room_id="R2"),
        session("Wed 08:00-09:00", "A1", "T2", service_id="individual", room_id="R2"),
        therapists=(therapist("T1"), therapist("T2", max_minutes_per_day=300, max_minutes_per_week=600)),
        clinic=clinic(staff={"min_rest_minutes": 17 * 60, "break_minutes": 90}),
    )
    row = rows["T2"]
    assert row.is_possible
    assert told(row) == [
        "4 h in sessions on Tue instead of 1 h (at most 5 h)",
        "5 h this week instead of 2 h (at most 10 h)",
        "begins at 09:00 instead of 13:00",
        "no pause of 1.5 h from 09:00 to 14:00",
    ]
    assert [(cost.kind, cost.before, cost.after, cost.limit) for cost in row.costs] == [
        ("day_hours", 60, 240, 300),
        ("week_hours", 120, 300, 600),
        ("earlier", 780, 540, None),
        ("run", 60, 300, None),
    ]


def test_a_day_off_a_short_rest_and_unpreferred_times_are_costs():
    rows = asked(
        session("Tue 16:00-19:00", "A1 A2"),
        session("Wed 08:00-09:00", "A1", "T2", service_id="individual", room_id="R2"),
        therapists=(therapist("T1"), therapist("T2", preferred=windows("Tue 16:00-18:00"))),
        clinic=clinic(staff={"min_rest_minutes": 12 * 60}),
    )
    assert told(rows["T2"])[2:] == [
        "comes in on Tue, a day without sessions",
        "13 h of rest between Tue and Wed (at least 12 h)",
        "1 h outside the preferred times",
    ]


def test_an_individual_session_needs_a_language_in_common_where_the_clinic_says_prefer():
    rows = asked(
        individual("Tue 09:00-10:00"),
        participants=(adult("A1", languages=("Spanish",)),),
        therapists=(therapist("T1"), therapist("T2", languages=("English",)), therapist("T3")),
    )
    assert "shares no language with A1" in told(rows["T2"])
    assert list(rows) == ["T3", "T2"], "T2 is asked last"


@pytest.mark.parametrize(
    ("changes", "file", "column", "words"),
    [
        ({"skills": ("individual",)}, "therapists.csv", "skills", "T2 lacks the skill group (therapists.csv, skills)"),
        ({"licensed": False}, "therapists.csv", "licensed", "T2 is not licensed (therapists.csv, licensed)"),
        (
            {"busy": windows("Tue 10:00-11:00")},
            *("therapists.csv", "busy", "T2 is busy Tue 10:00-11:00 (therapists.csv, busy)"),
        ),
        ({"tracks": ("sud",)}, "therapists.csv", "tracks", "T2 works with the tracks sud (therapists.csv, tracks)"),
        (
            {"max_minutes_per_day": 120},
            *("therapists.csv", "max_hours_per_day"),
            "Therapist T2 has 3 h in sessions on Tue; at most 2 h are allowed (max_hours_per_day in therapists.csv).",
        ),
    ],
)
def test_whoever_cannot_cover_is_told_with_the_cell(changes, file, column, words):
    bar = asked(session("Tue 09:00-12:00", "A1 A2"), therapists=(therapist("T1"), therapist("T2", **changes)))[
        "T2"
    ].forbidden_by
    assert (bar.fact.file, bar.fact.id, bar.fact.column) == (file, "T2", column)
    assert str(bar.short) == words
    assert bar.as_json()["column"] == column


def test_what_they_are_is_told_before_what_they_do():
    """Somebody without the skill is no help another day either."""
    rows = asked(
        session("Tue 09:00-12:00", "A1 A2"),
        therapists=(therapist("T1"), therapist("T2", skills=("individual",), busy=windows("Tue 09:00-10:00"))),
    )
    assert rows["T2"].forbidden_by.fact.column == "skills"


def test_a_session_of_their_own_at_the_same_time_would_be_given_up():
    rows = asked(
        session("Tue 09:00-12:00", "A1 A2"),
        individual("Tue 10:00-11:00", "A3", "T2", id_="talk", room_id="R2"),
        participants=adults(3, individual_per_week=1),
    )
    row = rows["T2"]
    assert row.is_possible
    (given_up,) = row.gives_up
    assert given_up.as_json() == {
        "session_id": "talk",
        "lacking": {"A3": 60},
        "sentence": "talk (A3), Tue 10:00 would not be held: A3 lacks 1 h",
    }
    assert row.costs[0].after == 180, "the hour is not held"


def test_whoever_would_have_too_much_gives_up_what_harms_least():
    rows = asked(
        session("Tue 09:00-12:00", "A1 A2"),
        individual("Tue 13:00-14:00", "A3", "T2", id_="needed", room_id="R2"),
        individual("Tue 14:00-15:00", "A4", "T2", id_="extra", room_id="R2"),
        participants=(*adults(2), adult("A3", individual_per_week=1), adult("A4", individual_per_week=0)),
        therapists=(therapist("T1"), therapist("T2", max_minutes_per_day=240)),
        services=services(individual={"per_week": {}}),
    )
    row = rows["T2"]
    assert [one.session_id for one in row.gives_up] == ["extra"]
    assert row.lacking == 0


def test_what_has_begun_is_neither_lost_nor_given_up():
    base = schedule(
        session("Tue 09:00-12:00", "A1 A2", id_="early"),
        session("Tue 13:00-16:00", "A1 A2", id_="late"),
        individual("Tue 12:00-14:00", "A3", "T2", id_="running", room_id="R2"),
    )
    problem = after(SICK, base=base, now=at("Tue 12:30"), participants=adults(3))
    rows = offered(problem, base, (SICK,))
    assert {row.session_id for row in rows} == {"late"}
    assert {row.who: row.is_possible for row in rows} == {"T2": False}
    assert rows[0].forbidden_by.rule == "overlap"


def test_a_helper_may_not_be_needed_or_can_lead():
    staff = (therapist("T1"), therapist("T2"), therapist("T3", skills=("individual",)))
    rows = asked(session("Tue 09:00-12:00", "A1 A2", "T2 T1"), therapists=staff)
    assert rows[""].is_possible
    assert not rows["T3"].is_possible
    rows = asked(session("Tue 09:00-12:00", "A1 A2", "T1 T2"), therapists=staff)
    assert "" not in rows
    assert rows["T2"].is_possible
    assert told(rows["T2"]) == [], "who is there anyway has no more hours"
    asks_two = services(process={"staff": (Role("group", 2),)})
    rows = asked(session("Tue 09:00-12:00", "A1 A2", "T2 T1"), therapists=staff, services=asks_two)
    assert "" not in rows


def test_whoever_may_not_lead_could_help_while_another_of_the_staff_leads():
    """Two are needed; T3 is not licensed, and T2 is there anyway."""
    staff = (therapist("T1"), therapist("T2"), therapist("T3", licensed=False), therapist("T4", skills=("individual",)))
    asks_two = services(process={"staff": (Role("group", 2),)})
    rows = asked(session("Tue 09:00-12:00", "A1 A2", "T1 T2"), therapists=staff, services=asks_two)
    assert (rows["T3"].is_possible, rows["T3"].led_by) == (True, "T2")
    assert (rows["T2"].is_possible, rows["T4"].is_possible) == (False, False)
    assert rows["T3"].as_json()["led_by"] == "T2"


def test_covers_are_known_and_proposed():
    """Only the primary may hold an individual session: a row of covers.csv lets somebody stand in."""
    primary = services(individual={"with_primary": True})
    facts = {"participants": (adult("A1", primary_id="T1"),), "services": primary}
    row = asked(individual("Tue 09:00-10:00"), **facts)["T2"]
    assert not row.is_possible
    assert row.forbidden_by.by_cover
    assert (row.forbidden_by.fact.file, row.forbidden_by.fact.column) == ("participants.csv", "therapist_id")
    assert told(row)[:1] == ["1 h in sessions on Tue instead of 0 h (at most 12 h)"]
    assert asked(individual("Tue 09:00-10:00"), covers=(Cover("T1", ("T2",)),), **facts)["T2"].is_possible
    busy = (therapist("T1"), therapist("T2", busy=windows("Tue 09:00-10:00")))
    row = asked(individual("Tue 09:00-10:00"), therapists=busy, **facts)["T2"]
    assert not row.forbidden_by.by_cover
    assert row.forbidden_by.fact.column == "busy", "a row of covers.csv would not help"


def test_one_lead_all_week_is_told_as_it_is():
    rows = asked(
        session("Mon 09:00-12:00", "A1 A2", group_id="G1", id_="G1-1"),
        session("Tue 09:00-12:00", "A1 A2", group_id="G1", id_="G1-2"),
        groups=(group("G1", one_lead="require"),),
    )
    bar = rows["T2"].forbidden_by
    assert (bar.fact.file, bar.fact.column, bar.by_cover) == ("groups.csv", "one_lead", False)


def test_whoever_knows_the_group_is_asked_first():
    rows = asked(
        session("Mon 09:00-12:00", "A1 A2", "T3", group_id="G1", id_="G1-1"),
        session("Tue 09:00-12:00", "A1 A2", group_id="G1", id_="G1-2"),
        groups=(group("G1"),),
        therapists=tuple(therapist(f"T{place}") for place in (1, 2, 3)),
    )
    assert [(row.who, row.knows_them) for row in rows.values()] == [("T3", True), ("T2", False)]


def test_rooms_and_video_could_hold_what_a_flooded_room_held():
    rows = asked(
        session("Tue 09:00-12:00", "A1 A2"),
        session("Tue 10:00-11:00", "A3", "T2", service_id="individual", room_id="R3"),
        happening=FLOOD,
        participants=adults(3, modality="either"),
        rooms=(room("R1"), room("R2", capacity=2), room("R3"), room("R4", capacity=3)),
        services=services(process={"modality": "either"}),
    )
    assert list(rows) == ["", "R4", "R2", "R3"]
    assert told(rows["R4"]) == ["3 of 3 seats taken"]
    assert rows[""].is_possible, "by video"
    assert rows["R2"].forbidden_by.fact.column == "capacity"
    assert rows["R3"].forbidden_by.rule == "overlap"


def test_nobody_covers_what_nobody_comes_to_or_what_is_closed():
    base = schedule(individual("Tue 09:00-10:00"), individual("Tue 10:00-11:00", "A2"))
    closed = off("clinic", "", "Tue 10:00", "Tue 20:00")
    problem = after(SICK, closed, base=base, participants=(adult("A1", discharged=TUESDAY), adult("A2")))
    held = still_held(problem, base)
    assert [row.participant_ids for row in held] == [("A1",)]
    gone = replace(problem, participants=(adult("A1", discharged=TUESDAY.replace(month=11, day=30)), adult("A2")))
    assert still_held(gone, base) == ()
    assert offered(gone, base, (SICK, closed, Discharge("A1", TUESDAY))) == ()
    assert {lost.session.participant_ids for lost in lost_sessions(problem, held, (SICK, closed))} == {("A1",)}


def test_absent_people_are_taken_out_of_the_session_that_is_covered():
    """A group that has only one left of three fits into a small room."""
    away = [off("participant", key, "Tue 00:00", "Wed 00:00") for key in ("A1", "A2")]
    base = schedule(session("Tue 09:00-12:00", "A1 A2 A3"))
    problem = after(FLOOD, *away, base=base, participants=adults(3), rooms=(room("R1"), room("R2", capacity=2)))
    (row,) = offered(problem, base, (FLOOD, *away))
    assert row.is_possible


def test_who_is_taken_is_what_the_repaired_week_says():
    base = schedule(session("Tue 09:00-12:00", "A1 A2", id_="one"))
    problem = after(SICK, base=base, therapists=tuple(therapist(f"T{place}") for place in (1, 2, 3)))
    taken = {
        staff: {row.who: row.is_taken for row in substitutes(problem, base, repaired, (SICK,))}
        for staff, repaired in {
            "T3": schedule(session("Tue 09:00-12:00", "A1 A2", "T3", id_="one")),
            "moved": schedule(session("Tue 13:00-16:00", "A1 A2", "T3", id_="one")),
            "none": schedule(),
        }.items()
    }
    assert taken["T3"] == {"T2": False, "T3": True}
    assert not any(taken["moved"].values())
    assert not any(taken["none"].values())
    assert marked((), problem, base, base) == ()


def test_what_it_costs_who_is_taken_is_what_the_repaired_week_says():
    """Here the session of their own moves instead of being given up."""
    own = individual("Tue 10:00-11:00", "A3", "T2", id_="talk", room_id="R2")
    base = schedule(session("Tue 09:00-12:00", "A1 A2", id_="one"), own)
    problem = after(SICK, base=base, participants=adults(3, individual_per_week=1))
    repaired = schedule(
        session("Tue 09:00-12:00", "A1 A2", "T2", id_="one"),
        replace(own, start=own.start + 180, end=own.end + 180),
    )
    (row,) = substitutes(problem, base, repaired, (SICK,))
    assert (row.is_taken, row.gives_up) == (True, ())
    assert told(row)[0] == "4 h in sessions on Tue instead of 1 h (at most 12 h)"


def _broken(problem, *sessions):
    return {(row.rule, row.subject, str(row.sentence)) for row in violations(problem, schedule(*sessions))}


@pytest.mark.parametrize("place", range(4))
def test_every_offer_is_legal_and_every_bar_is_not(place):
    """The week with the one change is built anew here and judged as a whole."""
    skills = (("group", "individual"), ("group",), ("individual", "group", "family"), ("family",))
    staff = tuple(
        therapist(f"T{n + 1}", skills=skills[(n + place) % 4], max_minutes_per_day=300, licensed=n != place)
        for n in range(4)
    )
    rows = [
        session("Tue 09:00-12:00", "A1 A2", "T1 T2", id_="one"),
        session("Tue 13:00-16:00", "A1 A2", "T1", id_="two"),
        individual("Tue 12:00-13:00", "A3", "T1", id_="three", room_id="R2"),
        individual("Tue 14:00-15:00", "A3", "T3", id_="four", room_id="R2"),
        individual("Tue 11:00-12:00", "A3", "T4", id_="five", room_id="R2"),
    ]
    base = schedule(*rows)
    problem = after(SICK, base=base, participants=adults(3), therapists=staff)
    held = {row.id: row for row in rows}
    known = _broken(problem, *rows)
    found = offered(problem, base, (SICK,))
    assert len({(row.session_id, row.who) for row in found}) == len(found)
    assert {row.is_possible for row in found} == {True, False}
    for row in found:
        others = tuple(key for key in row.others if key != row.who)
        lead_first = (
            (row.who, *others) if not row.led_by and held[row.session_id].lead_id == "T1" else (*others, row.who)
        )
        staff_ids = tuple(filter(None, lead_first))
        after_it = {**held, row.session_id: replace(held[row.session_id], therapist_ids=staff_ids)}
        for given_up in row.gives_up:
            own = held[given_up.session_id]
            if own.lead_id == row.who:
                del after_it[own.id]
            else:
                after_it[own.id] = replace(own, therapist_ids=tuple(k for k in own.therapist_ids if k != row.who))
        assert row.is_possible == (_broken(problem, *after_it.values()) <= known), row
