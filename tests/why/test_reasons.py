"""Each reason for unmet need is provoked by a tiny clinic in which it is the cause, and is told word for word.

And ``check`` tells beforehand which needs no session can meet, in the same
words. No sentence ever holds a name.
"""

import signal
import threading
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from iopsched.domain.clinic import Payer
from iopsched.domain.people import Cover, KeepApart, KeepTogether
from iopsched.domain.schedule import Border, Schedule
from iopsched.domain.services import Need, Role, Times
from iopsched.domain.timegrid import NEVER, WEEK
from iopsched.params import SolveParams
from iopsched.search import solve
from iopsched.stopping import Request
from iopsched.verifier import violations
from iopsched.verifier.account import accounts
from iopsched.verifier.week import Week
from iopsched.why.outlook import CODE, MOST_STAFF, UNSEEN, Outlook
from iopsched.why.reasons import reasons
from tests.support.clinics import (
    MONDAY,
    adult,
    adults,
    at,
    clinic,
    group,
    level,
    off,
    phase,
    room,
    schedule,
    service,
    session,
    small,
    therapist,
    windows,
)
from tests.support.solving import EXAMPLES, assert_sound, copy_of, example, finished, ordinary

PARAMS = SolveParams(time_limit_s=20, workers=1)
DAY_OPEN = windows("Mon-Fri 09:00-17:00")
MORNING = windows("Mon 09:00-12:00")
WHEELCHAIR = frozenset({"wheelchair"})


def talk(**changes):
    """Return a service of an hour alone, one a week."""
    return service("talk", **{"kind": "individual", "per_week": {"adult": 1}, **changes})


def alone(**changes):
    """Return a clinic of A1, who needs one talk, and T1."""
    facts = {
        "clinic": clinic(open=DAY_OPEN),
        "services": (talk(),),
        "participants": adults(1, primary_id=None),
        "therapists": (therapist("T1"),),
        "rooms": (room("R1"),),
    }
    return small(**{**facts, **changes})


def asks(**rules):
    """Return a clinic with an adult level."""
    return clinic(
        open=rules.pop("open", DAY_OPEN), phases=rules.pop("phases", {}), level=level(program_day_minutes=60, **rules)
    )


def together(**changes):
    """Return a clinic of A1, who should have three hours a week, in a group of one session."""
    facts = {
        "clinic": asks(min_minutes_per_week=180),
        "services": (service("process"),),
        "participants": adults(1),
        "therapists": (therapist("T1"),),
        "rooms": (room("R1"),),
        "groups": (group("G1", sessions_per_week=1),),
    }
    return small(**{**facts, **changes})


CIRCLE = service("circle", kind="other", minutes=60, per_week={"adult": 1})
CAUSES = {
    # sentence -> clinics; A1 is short, alone or first
    "Talk: A1 is never free (participants.csv, availability).": [
        alone(participants=(adult("A1", availability=NEVER),)),
    ],
    "Group G1: the authorization ends on 2026-11-29 (participants.csv, authorized_until).": [
        together(participants=(adult("A1", authorized_until=MONDAY - timedelta(days=1)),)),
    ],
    "Group G1: at most 2 h a week are allowed (max_hours_per_week of level iop-adult).": [
        together(clinic=asks(min_minutes_per_week=180, max_minutes_per_week=120)),
    ],
    "Group G1: 3 h a week are partial hospitalization (php_guard_hours of level iop-adult).": [
        together(clinic=asks(min_minutes_per_week=180, php_guard_minutes=180)),
    ],
    "Talk: at most 2 h a week are allowed (max_hours_per_week of payer acme).": [
        alone(
            clinic=clinic(open=DAY_OPEN, payers={"acme": Payer("acme", max_minutes_per_week=120)}),
            services=(talk(per_week={"adult": 3}),),
            participants=(adult("A1", payer="acme"),),
        ),
    ],
    "Talk: A1 can come only Mon 09:00-10:00 (participants.csv, availability).": [
        alone(
            participants=(
                adult("A1", availability=windows("Mon 09:00-10:00")),
                adult("A2", availability=windows("Mon 09:00-10:00")),
            ),
        ),
    ],
    "Circle: T1, who could hold it, does not count for the ratio (therapists.csv, counts_for_ratio).": [
        alone(
            services=(service("circle", kind="other", minutes=60, per_week={"adult": 1}),),
            therapists=(therapist("T1", counts_for_ratio=False),),
        ),
    ],
    "Talk: room R1 has 3 seats, and 4 are needed (rooms.csv, capacity).": [
        alone(services=(talk(kind="family", guests=2),), rooms=(room("R1", capacity=3),)),
    ],
    "Circle: room R1 admits 1 participant (rooms.csv, max_participants).": [
        alone(
            services=(service("circle", kind="other", minutes=60, per_week={"adult": 1}, min_participants=2),),
            participants=adults(2),
            rooms=(room("R1", max_participants=1),),
        ),
    ],
    "Talk: no room that it may use has sink and wheelchair (rooms.csv, features).": [
        alone(
            services=(talk(room_features=frozenset({"sink"})),),
            participants=(adult("A1", needs_features=WHEELCHAIR),),
            rooms=(room("R1", features=WHEELCHAIR), room("R2", features=frozenset({"sink"}))),
        ),
    ],
    "Talk: R1 is busy Mon 09:00-12:00 (rooms.csv, busy).": [
        alone(participants=(adult("A1", availability=MORNING),), rooms=(room("R1", busy=MORNING),)),
    ],
    "Talk: nobody on the staff who could hold it has the skill individual (therapists.csv, skills).": [
        alone(therapists=(therapist("T1", skills=("group",)),)),
    ],
    "Talk: the primary therapist T2 lacks the skill individual (therapists.csv, skills).": [
        alone(
            services=(talk(with_primary=True),),
            participants=(adult("A1", primary_id="T2"),),
            therapists=(therapist("T1"), therapist("T2", skills=("group",))),
        ),
    ],
    "Talk: the primary therapist T2 is not licensed (therapists.csv, licensed).": [
        alone(
            services=(talk(with_primary=True),),
            participants=(adult("A1", primary_id="T2"),),
            therapists=(therapist("T1"), therapist("T2", licensed=False)),
        ),
    ],
    "Talk: A1 can come only Mon 09:00-12:00 (participants.csv, availability).": [
        alone(
            services=(talk(with_primary=True),),
            participants=(adult("A1", primary_id="T2", availability=MORNING),),
            therapists=(therapist("T1"), therapist("T2", availability=windows("Tue 09:00-12:00"))),
        ),
        alone(
            participants=(adult("A1", availability=MORNING),),
            therapists=(therapist("T1", availability=windows("Tue 09:00-12:00")),),
        ),
    ],
    "Too few could come at the same time: a session needs at least 2 participants (min_participants in services.csv).": [
        alone(services=(service("circle", kind="other", minutes=60, per_week={"adult": 1}, min_participants=2),)),
    ],
    "Talk: the authorization ends on 2026-11-30 (participants.csv, authorized_until).": [
        alone(participants=(adult("A1", availability=windows("Tue 09:00-12:00"), authorized_until=MONDAY),)),
    ],
    "Talk: no supervisor is on site then (clinic.toml, supervisor_on_site; therapists.csv, supervisor).": [
        alone(
            clinic=clinic(open=DAY_OPEN, staff={"supervisor_on_site": True}),
            therapists=(therapist("T1"), therapist("T2", supervisor=True, availability=NEVER)),
        ),
    ],
    "Talk: T1 may have 0.5 h a day in sessions (max_hours_per_day in therapists.csv).": [
        alone(therapists=(therapist("T1", max_minutes_per_day=30),)),
    ],
    "Talk: T1 needs 12 h between two days (clinic.toml, min_rest_hours).": [
        alone(
            clinic=clinic(open=windows("Mon 08:00-10:00"), staff={"min_rest_minutes": 720}),
            borders=(Border("T1", last_end=0),),
        ),
    ],
    "Circle: T1 needs a meal after 59 min (clinic.toml, meal_after_hours).": [
        alone(clinic=clinic(open=DAY_OPEN, staff={"meal_minutes": 30, "meal_after_minutes": 59}), services=(CIRCLE,)),
    ],
    "Circle: two members of staff are needed and no second one is free (clinic.toml, two_staff).": [
        alone(
            clinic=clinic(open=DAY_OPEN, staff={"two_staff": ("adult",)}),
            services=(replace(CIRCLE, min_participants=2),),
            participants=adults(2),
            therapists=(therapist("T1"), therapist("T2", skills=("family",))),
        ),
    ],
    "Talk: A1 does not come in person (participants.csv, modality).": [
        alone(participants=(adult("A1", modality="telehealth"),)),
    ],
    "Talk: A1 and T1 are kept apart (keep_apart.csv).": [
        alone(keep_apart=(KeepApart("A1", therapist_id="T1"),)),
    ],
    "No group takes A1 of the track mh (participants.csv, track; groups.csv, track).": [
        together(services=(service("process", per_week={"adult": 1}),), groups=(group("G1", tracks=("sud",)),)),
        together(groups=(group("G1", tracks=("sud",)),)),
    ],
    "Group G1: room R1 has 1 seat, and 2 are needed (rooms.csv, capacity).": [
        together(rooms=(room("R1", capacity=1),)),
    ],
    "Too few could come at the same time: group G1 needs at least 2 participants (min_size in groups.csv).": [
        together(groups=(group("G1", min_size=2),)),
    ],
    "Group G1: T1 is there only Tue 09:00-11:00 (therapists.csv, availability).": [
        together(therapists=(therapist("T1", availability=windows("Tue 09:00-11:00")),)),
    ],
    "Group G1 is full with 1 (max_size in groups.csv).": [
        together(participants=adults(2), groups=(group("G1", sessions_per_week=1, max_size=1),)),
    ],
    "Group G1: room R1 is in use and T1 is in other sessions at every time that would do otherwise.": [
        together(
            clinic=asks(min_minutes_per_week=180, open=MORNING),
            participants=(adult("A1"), *(adult(f"A{n}", tracks=("sud",)) for n in (2, 3))),
            groups=(group("G1", sessions_per_week=1), group("G2", sessions_per_week=1, tracks=("sud",))),
        ),
    ],
    "Group G1: the authorization allows 1 day this week (participants.csv, authorized_days).": [
        together(
            clinic=asks(min_days_per_week=2),
            participants=(adult("A1", authorized_days=1),),
            groups=(group("G1", sessions_per_week=2),),
        ),
    ],
    "Group G1: the authorization ends on 2026-11-30 (participants.csv, authorized_until).": [
        together(
            clinic=asks(min_days_per_week=2),
            participants=(adult("A1", authorized_until=MONDAY),),
            groups=(group("G1", sessions_per_week=2),),
        ),
    ],
    "Group G1: the authorization begins on 2026-12-04 (participants.csv, authorized_from).": [
        together(
            clinic=asks(min_days_per_week=2),
            participants=(adult("A1", authorized_from=MONDAY + timedelta(days=4)),),
            groups=(group("G1", sessions_per_week=2),),
        ),
    ],
    "Group G1: a day with a group session must have 4 h (min_hours_on_group_days of level iop-adult).": [
        together(
            clinic=asks(min_minutes_per_week=180, min_minutes_on_group_days=240),
            services=(service("process", max_per_day=1),),
        ),
    ],
    "Group G1: at most 3.5 h a day are allowed (max_hours_per_day of level iop-adult).": [
        together(
            clinic=asks(min_minutes_per_week=180, min_minutes_on_group_days=240, max_minutes_per_day=210),
            services=(service("process", max_per_day=1), talk()),
        ),
    ],
    "Group G1: a day with a group session must have 5 h (min_hours_on_group_days of level iop-adult).": [
        together(
            clinic=asks(min_minutes_on_group_days=300),
            services=(service("process", max_per_day=1, per_week={"adult": 1}),),
        ),
    ],
    "Group G1 has 1 session a week (groups.csv, sessions_per_week).": [
        together(clinic=asks(min_minutes_per_week=360)),
    ],
    "Group G1: phase initial allows at most 1 group session a week (clinic.toml, group_sessions).": [
        together(
            clinic=asks(min_minutes_per_week=360, phases=phase(0, 1)),
            services=(service("process"), talk()),
            participants=(adult("A1", phase="initial"),),
            groups=(group("G1", sessions_per_week=2),),
        ),
    ],
    "Group G1: A1 can come only Mon 09:00-12:00 (participants.csv, availability).": [
        together(
            clinic=asks(min_days_per_week=2),
            participants=(adult("A1", availability=MORNING),),
            groups=(group("G1", sessions_per_week=2),),
        ),
        together(
            clinic=asks(min_minutes_per_week=360),
            participants=(adult("A1", availability=MORNING), adult("A2", availability=windows("Mon-Tue 09:00-12:00"))),
            groups=(group("G1", sessions_per_week=2),),
        ),
        together(
            clinic=asks(min_minutes_per_week=360),
            services=(service("process", max_per_day=1),),
            participants=(adult("A1", availability=MORNING), adult("A2", availability=windows("Mon-Tue 09:00-12:00"))),
            groups=(group("G1", sessions_per_week=2),),
        ),
    ],
    "Group G1: A1 and A2 are kept apart (keep_apart.csv).": [
        together(
            clinic=asks(min_minutes_per_week=360),
            participants=(adult("A1"), adult("A2", min_days_per_week=2)),
            groups=(group("G1", sessions_per_week=2, min_size=1),),
            keep_apart=(KeepApart("A1", "A2"),),
        ),
    ],
    "Group G1: A1 and T1 are kept apart (keep_apart.csv).": [
        together(keep_apart=(KeepApart("A1", therapist_id="T1"),)),
    ],
    "Talk: at most 1 session of talk a day (services.csv, max_per_day).": [
        alone(
            services=(talk(per_week={"adult": 3}, max_per_day=1),),
            participants=(adult("A1", primary_id=None, availability=windows("Mon-Tue 09:00-12:00")),),
        ),
    ],
    "Group G1: T1 may have 3 h a week in sessions (max_hours_per_week in therapists.csv).": [
        together(
            clinic=asks(min_minutes_per_week=360),
            therapists=(therapist("T1", max_minutes_per_week=180),),
            groups=(group("G1", sessions_per_week=2),),
        ),
    ],
    "There is no session that counts for more than 1 day in a row (max_gap_days of level iop-adult).": [
        together(clinic=asks(min_minutes_per_week=60, max_gap_days=1), groups=(group("G1", sessions_per_week=3),)),
    ],
    "Process: T1 may have 3 h a week in sessions (max_hours_per_week in therapists.csv).": [
        together(
            clinic=asks(min_minutes_per_week=360), therapists=(therapist("T1", max_minutes_per_week=180),), groups=()
        ),
    ],
}


CUT_SHORT = "The search ended before it was certain that no week gives more."


def short(problem):
    """Solve and return the sentence told for each participant who is short."""
    outcome = solve(problem, PARAMS)
    assert_sound(problem, outcome)
    assert outcome.goals[0].is_proven
    return {row.participant_id: row.why for row in outcome.unmet}


@pytest.mark.parametrize(("sentence", "number"), [(key, place) for key in CAUSES for place in range(len(CAUSES[key]))])
def test_the_cause_is_told_word_for_word(sentence, number):
    found = short(CAUSES[sentence][number])
    assert set(found.values()) == {sentence}


# --- sentences that would be wrong ----------------------------------------
def test_a_phase_is_not_blamed_where_other_services_could_give_the_hours():
    """One group session of three hours and a family group of three more, of which any number may be attended."""
    problem = together(
        clinic=asks(min_minutes_per_week=600, phases=phase(0, 1)),
        services=(service("process"), service("families", kind="multifamily", minutes=180)),
        participants=(adult("A1", phase="initial"),),
        groups=(group("G1", sessions_per_week=1), group("F1", service_id="families", sessions_per_week=2)),
    )
    (why,) = short(problem).values()
    assert not why.startswith("Phase")


def test_nobody_is_called_busy_who_is_free():
    """T1 is free whenever A1 is: the authorization is the cause, not the windows."""
    problem = alone(
        participants=(adult("A1", availability=windows("Tue 09:00-12:00"), authorized_until=date(2026, 11, 30)),)
    )
    assert "both free" not in "".join(short(problem).values())


def test_whoever_stops_does_not_wait_for_reasons(monkeypatch):
    """The week is there; looking for what each person lacks is left, as a search is."""

    def look_for_long(*_problem, **_options):
        signal.raise_signal(signal.SIGTERM)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            pass

    monkeypatch.setattr("iopsched.search.conclusion.reasons", look_for_long)
    with Request(threading.Event(), lambda: None) as request:
        before = signal.signal(signal.SIGTERM, request)
        try:
            begun = time.monotonic()
            found = solve(ordinary(), PARAMS, stop=request.stop)
        finally:
            signal.signal(signal.SIGTERM, before)
    assert time.monotonic() - begun < 15
    assert found.was_interrupted
    assert {row.why for row in found.unmet} == {CUT_SHORT}


def test_nothing_is_blamed_on_the_week_where_the_search_was_cut_short():
    """What a longer search may still change is no reason; what no search can change is one at any time."""
    stop = threading.Event()
    stop.set()
    at_once = solve(ordinary(), PARAMS, stop=stop)
    assert not at_once.goals[0].is_proven
    assert {row.why for row in at_once.unmet if row.participant_id != "A4"} == {CUT_SHORT}
    told = 0
    for sentence, problem in ((sentence, row) for sentence, rows in CAUSES.items() for row in rows):
        found = {row.why for row in solve(problem, PARAMS, stop=stop).unmet}
        assert sentence not in found or sentence not in OF_THE_WEEK, sentence
        told += sentence in found
    assert told > 30


OF_THE_WEEK = {
    "Group G1 is full with 1 (max_size in groups.csv).",
    "Group G1: room R1 is in use and T1 is in other sessions at every time that would do otherwise.",
    "Group G1: A1 and A2 are kept apart (keep_apart.csv).",
    "Group G1: at most 3.5 h a day are allowed (max_hours_per_day of level iop-adult).",
}


AWAY = off("therapist", "T2", "Mon 00:00", "Sat 00:00")


def covered(**changes):
    """Return a clinic of A1, whose primary T2 is away all week."""
    facts = {
        "services": (talk(with_primary=True),),
        "participants": (adult("A1", primary_id="T2"),),
        "therapists": (therapist("T1"), therapist("T2")),
        "time_off": (AWAY,),
    }
    return alone(**{**facts, **changes})


def test_a_lead_away_is_a_cause_only_without_a_cover():
    assert short(covered()) == {"A1": "Talk: T2 is away Mon 30 Nov to Fri 4 Dec (time_off.csv)."}
    assert short(covered(covers=(Cover("T2", ("T1",)),))) == {}


def test_a_lead_away_is_the_cause_also_where_the_cover_holds_the_visits():
    """T1 leads in the afternoon only: A1's talk is held, which would be T2's if T2 were there all day."""
    problem = covered(
        services=(service(), talk(with_primary=True)),
        clinic=clinic(level=level(min_minutes_per_week=240)),
        participants=adults(2, primary_id="T2"),
        groups=(group("G1", sessions_per_week=1, times=Times(MORNING), lead_ids=("T2",)),),
        therapists=(therapist("T1", availability=windows("Mon-Fri 13:00-17:00")), therapist("T2")),
        covers=(Cover("T2", ("T1",)),),
    )
    assert set(short(problem).values()) == {"Group G1: T2 is away Mon 30 Nov to Fri 4 Dec (time_off.csv)."}


def test_of_a_lead_and_a_cover_who_are_away_one_is_told():
    absences = (AWAY, off("therapist", "T1", "Mon 00:00", "Sat 00:00"))
    (why,) = short(covered(covers=(Cover("T2", ("T1",)),), time_off=absences)).values()
    assert why in {f"Talk: T{number} is away Mon 30 Nov to Fri 4 Dec (time_off.csv)." for number in (1, 2)}


def test_what_has_begun_is_a_cause():
    """Nobody met on Monday, as published, and A1 has no other day."""
    problem = alone(participants=(adult("A1", availability=MORNING),), previous=Schedule(MONDAY), now=at("Mon 13:00"))
    assert short(problem) == {"A1": "Talk: the times that would do have begun."}
    assert short(replace(problem, now=at("Mon 09:00"))) == {}
    assert short(replace(problem, now=WEEK + 1)) == short(problem)  # the week is over


def test_a_lead_away_from_ones_own_group_is_told_before_another_group_that_has_begun():
    """T1 is away on Tuesday; A1 could have been in G2 instead, had it not met on Monday already."""
    groups = (
        group("G1", sessions_per_week=2, times=Times(windows("Mon-Tue 09:00-12:00")), lead_ids=("T1",)),
        group("G2", sessions_per_week=2, times=Times(windows("Mon 13:00-16:00", "Wed 13:00-16:00")), lead_ids=("T2",)),
    )
    held = (
        session("Mon 09:00-12:00", "A1 A2", "T1", group_id="G1", id_="process-1"),
        session("Mon 13:00-16:00", "A3 A4", "T2", group_id="G2", id_="process-2"),
    )
    later = (
        session("Tue 09:00-12:00", "A1 A2", "T1", group_id="G1", id_="process-3"),
        session("Wed 13:00-16:00", "A3 A4", "T2", group_id="G2", id_="process-4"),
    )
    problem = small(
        clinic=clinic(level=level(min_minutes_per_week=360)),
        services=(service(),),
        participants=adults(4),
        groups=groups,
        time_off=(off("therapist", "T1", "Tue 00:00", "Wed 00:00"),),
        previous=schedule(*held, *later, census=frozenset({"A1", "A2", "A3", "A4"})),
        now=at("Tue 07:00"),
    )
    assert set(short(problem).values()) == {"Group G1: T1 is away Tue 1 Dec (time_off.csv)."}


def test_a_visit_that_another_day_could_have_does_not_use_up_the_day():
    """A1 has a talk on Wednesday, which could be on any other day: three hours are the most, and no reason."""
    evening = group("G1", sessions_per_week=1, times=Times(windows("Wed 18:00-21:00")), lead_ids=("T1",), min_size=1)
    problem = small(
        clinic=clinic(level=level(min_minutes_per_week=240, max_minutes_per_day=180)),
        services=(service(), service("talk", kind="individual", per_week={"adult": 1})),
        participants=(adult("A1", availability=windows("Wed-Thu 09:00-16:00")), adult("A2")),
        groups=(evening,),
        therapists=(therapist("T1"),),
    )
    kept = "Wed 09:00-16:00; Thu 09:00-16:00"
    wednesday = session("Wed 09:00-10:00", "A1", "T1", service_id="talk", id_="talk-1")
    group_session = session("Wed 18:00-21:00", "A2", "T1", group_id="G1", id_="process-1")
    talk_of_a2 = session("Thu 09:00-10:00", "A2", "T1", service_id="talk", id_="talk-2")
    found = reasons(problem, schedule(wednesday, group_session, talk_of_a2), ["A1"])
    assert str(found["A1"]) == f"Group G1: A1 can come only {kept} (participants.csv, availability)."


def test_people_kept_together_are_a_cause():
    """The rest of G1's track is in G2, which has no time that A1 has."""
    problem = together(
        participants=(adult("A1"), adult("A2", group_ids=("G2",))),
        groups=(
            group("G1", sessions_per_week=1),
            group("G2", sessions_per_week=1, times=Times(windows("Tue 09:00-12:00"))),
        ),
        keep_together=(KeepTogether("A1", "A2"),),
    )
    problem = replace(problem, participants=(adult("A1", availability=MORNING), problem.participant["A2"]))
    (why,) = short(problem).values()  # of which of the two is left to chance
    assert why.endswith(": A1 and A2 are kept in one group (keep_together.csv).")


def test_whoever_lacks_nothing_has_no_reason():
    problem = together(participants=(adult("A1"), adult("A2", tracks=("sud",))))
    assert set(short(problem)) == {"A2"}


# --- both sides of the edge ------------------------------------------------
EDGES = {
    "a session as long as the stretch before a meal": alone(
        clinic=clinic(open=DAY_OPEN, staff={"meal_minutes": 30, "meal_after_minutes": 60}), services=(CIRCLE,)
    ),
    "a session of no meal rule": alone(
        clinic=clinic(open=DAY_OPEN, staff={"meal_minutes": 0, "meal_after_minutes": 59}), services=(CIRCLE,)
    ),
    "one participant with one member of staff": alone(
        clinic=clinic(open=DAY_OPEN, staff={"two_staff": ("adult",)}), services=(CIRCLE,)
    ),
    "a second with another skill of the service": alone(
        clinic=clinic(open=DAY_OPEN, staff={"two_staff": ("adult",)}),
        services=(replace(CIRCLE, min_participants=2),),
        participants=adults(2),
        therapists=(therapist("T1"), therapist("T2")),
    ),
    "a week of as many hours as are required": together(
        clinic=asks(min_minutes_per_week=180, max_minutes_per_week=180, php_guard_minutes=181)
    ),
    "a week of as many hours as the needed sessions have": alone(
        clinic=clinic(open=DAY_OPEN, payers={"acme": Payer("acme", max_minutes_per_week=180)}),
        services=(talk(per_week={"adult": 3}),),
        participants=(adult("A1", payer="acme"),),
    ),
    "a day of as many hours as a group day must have": together(
        clinic=asks(min_minutes_per_week=180, min_minutes_on_group_days=240, max_minutes_per_day=240),
        services=(service("process", max_per_day=1), talk()),
    ),
    "groups that offer what is required": together(
        clinic=asks(min_minutes_per_week=360), groups=(group("G1", sessions_per_week=2),)
    ),
}


@pytest.mark.parametrize("edge", EDGES)
def test_on_the_other_side_of_the_edge_nobody_is_short(edge):
    assert short(EDGES[edge]) == {}


# --- before the search ----------------------------------------------------
def warned(problem):
    """Return the messages that ``check`` adds."""
    found = Outlook(problem).warnings()
    assert all((row.level, row.code) == ("warning", CODE) for row in found)
    return [row.message for row in found]


NEVER_MET = {
    "A1 can have no session of service talk this week. Talk: T1 is never free (therapists.csv, availability).": alone(
        therapists=(therapist("T1", availability=NEVER),)
    ),
    "A1 can have no session of service circle this week. Circle: T1, who could hold it, does not count for the ratio "
    "(therapists.csv, counts_for_ratio).": alone(
        services=(service("circle", kind="other", minutes=60, per_week={"adult": 1}),),
        therapists=(therapist("T1", counts_for_ratio=False),),
    ),
    "A1 can have no session of service talk this week. Talk: no room that it may use has wheelchair (rooms.csv, features).": alone(
        participants=(adult("A1", needs_features=WHEELCHAIR),)
    ),
    "A1 can have no session of service talk this week. Talk: room R1 has 2 seats, and 3 are needed (rooms.csv, capacity).": alone(
        services=(talk(staff=(Role("individual", 2),)),),
        therapists=(therapist("T1"), therapist("T2")),
        rooms=(room("R1", capacity=2),),
    ),
    "A1 can have no session of service process this week. Group G1: room R1 has 1 seat, and 2 are needed (rooms.csv, "
    "capacity).": together(participants=adults(1, group_ids=("G1",)), rooms=(room("R1", capacity=1),)),
}


@pytest.mark.parametrize("message", NEVER_MET)
def test_a_need_that_no_session_can_meet_is_told_before_the_search(message):
    assert warned(NEVER_MET[message]) == [message]
    assert set(short(NEVER_MET[message])) == {"A1"}


@pytest.mark.parametrize(
    "problem",
    [
        alone(),
        together(participants=adults(1, group_ids=("G1",))),
        alone(needs=(Need("A1", "talk", 1, optional=True),), therapists=(therapist("T1", availability=NEVER),)),
        alone(needs=(Need("A1", "talk", 0),), therapists=(therapist("T1", availability=NEVER),)),
        alone(participants=(adult("A1", availability=NEVER, discharged=MONDAY - timedelta(days=1)),)),
    ],
    ids=["met", "member", "wish", "nothing needed", "gone"],
)
def test_nothing_is_told_where_nothing_is_lacking(problem):
    assert warned(problem) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_need_nothing_impossible(name):
    assert warned(example(name)) == []


# --- names ----------------------------------------------------------------
def test_no_sentence_holds_a_name(tmp_path):
    """Every name of the clinic is a word that occurs nowhere else; reasons, warnings and what a solve says are searched."""
    folder = copy_of("mwf_mornings", tmp_path / "clinic")
    named = 0
    for table in ("participants", "therapists", "rooms"):
        path = folder / f"{table}.csv"
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        cells = header.split(",")
        extra = [name for name in ("name", "initials") if name not in cells]
        if table == "participants":
            rows = [f"{row},{','.join('Zyxcanary' for _ in extra)}" for row in rows]
            path.write_text("\n".join([f"{header},{','.join(extra)}", *rows]) + "\n", encoding="utf-8")
            named += len(rows)
        else:
            place = cells.index("name")
            rows = [
                ",".join("Zyxcanary" if n == place else cell for n, cell in enumerate(row.split(","))) for row in rows
            ]
            path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
            named += len(rows)
    assert named > 20
    for command in (("check",), ("solve", "--time-limit", "0.01")):
        _, out, err = finished(command[0], folder, "--week", "2026-11-30", *command[1:])
        assert "Traceback" not in err
        assert "Zyxcanary" not in out + err
    assert "of 24 participants have all" in out
    assert CUT_SHORT in out
    for path in (folder / "schedules" / "2026-11-30").iterdir():
        assert b"Zyxcanary" not in path.read_bytes()


@pytest.mark.parametrize(
    ("number", "names"), [(1, "A1"), (2, "A1, A2"), (5, "A1, A2, A3, A4, A5"), (7, "A1, A2, A3, A4 and 3 others")]
)
def test_a_cause_of_many_is_told_once(number, names):
    problem = alone(participants=adults(number), therapists=(therapist("T1", availability=NEVER),))
    assert warned(problem) == [
        f"{names} can have no session of service talk this week. Talk: T1 is never free (therapists.csv, availability)."
    ]


@pytest.mark.parametrize(("number", "who"), [(1, "A1"), (2, "each of them")])
def test_a_cause_of_each_is_told_of_each(number, who):
    problem = alone(participants=adults(number, availability=NEVER))
    (message,) = warned(problem)
    assert message.endswith(f"this week. Talk: {who} is never free (participants.csv, availability).")


@pytest.mark.parametrize("staff", [MOST_STAFF, MOST_STAFF + 1])
def test_needs_are_not_looked_for_among_more_staff_than_a_clinic_has(staff):
    """The work grows with the square of the staff: a table of 3,000 rows took minutes."""
    people = tuple(therapist(f"T{number}") for number in range(1, staff + 1))
    problem = alone(participants=(adult("A1", availability=NEVER),), therapists=people)
    assert [issue.code for issue in Outlook(problem).warnings()] == [CODE if staff == MOST_STAFF else UNSEEN]


def test_who_has_left_the_tables_is_no_obstacle_to_reasons():
    """Monday's sessions have begun; of their people, staff and services some have left since. Reasons are told all the same."""
    held = session("Mon 09:00-10:00", "A1 A9", "T1 T9", service_id="circle", group_id="G1")
    gone = session("Mon 11:00-12:00", "A1 A9", "T1", service_id="gone", room_id="R9")
    problem = alone(
        services=(talk(), service("circle", minutes=60, per_week={"adult": 1})),
        groups=(group("G1", service_id="circle", sessions_per_week=1),),
        participants=(adult("A1", primary_id=None, availability=MORNING), adult("A2", primary_id=None)),
        rooms=(room("R1", capacity=4),),
        previous=schedule(held, gone),
        now=at("Mon 13:00"),
    )
    told = short(problem)
    assert sorted(told) == ["A1", "A2"]


def test_days_that_another_week_would_spread_better_are_no_cause_before_that_is_proven():
    """Three meetings in the first half of the week leave four days without one; Monday, Tuesday and Thursday would not."""
    problem = alone(
        clinic=clinic(open=DAY_OPEN, level=level(max_gap_days=3)),
        services=(service("circle", minutes=60),),
        groups=(group("G1", service_id="circle", sessions_per_week=3),),
    )
    rows = [session(f"{day} 09:00-10:00", service_id="circle", group_id="G1") for day in ("Mon", "Tue", "Wed")]
    assert cut_short(problem, *rows) == {"A1": "The search ended before it was certain that no week gives more."}


def cut_short(problem, *rows):
    """Return what is told of a week that is not proven best."""
    week = schedule(*rows)
    assert not violations(problem, week)
    short = [row.participant.id for row in accounts(Week(problem, week)) if row.unmet_minutes]
    return {key: str(why) for key, why in reasons(problem, week, short, is_proven=False).items()}
