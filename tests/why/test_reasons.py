"""Each reason for unmet need is provoked by a tiny clinic in which it is the cause, and is told word for word.

And ``check`` tells beforehand which needs no session can meet, in the same
words. No sentence ever holds a name.
"""

import ast
import re
import signal
import threading
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import iopsched.why
from iopsched.domain.clinic import Payer
from iopsched.domain.people import KeepApart
from iopsched.domain.schedule import Border
from iopsched.domain.services import Need, Role
from iopsched.domain.timegrid import NEVER
from iopsched.params import SolveParams
from iopsched.search import solve
from iopsched.stopping import Request
from iopsched.why.outlook import CODE, MOST_STAFF, UNSEEN, unmeetable_needs
from tests.support.clinics import (
    MONDAY,
    adult,
    adults,
    clinic,
    group,
    level,
    phase,
    room,
    service,
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


TRAITS = "population adult, track mh (and gender or language where a group asks)"
TOO_LONG = "it is longer than those who could hold it may work in one go (max_hours_per_day, max_hours_per_week, meal_after_hours)"
NO_REST = (
    "at every start that would suit, those who could hold it lack the rest between it and their sessions of the week "
    "before or after (min_rest_hours)"
)
CIRCLE = service("circle", kind="other", minutes=60, per_week={"adult": 1})
BUSY = "hours in sessions this week"
OTHERS = "the seats, staff hours and rooms"
FIRST_REASON = {
    # sentence -> clinic; A1 is the one who is short (or the only one)
    "Has no free time this week: look at availability, busy, time off and the dates of the stay.": alone(
        participants=(adult("A1", availability=NEVER),)
    ),
    "The authorization ended on 2026-11-29: nothing countable can be held.": together(
        participants=(adult("A1", authorized_until=MONDAY - timedelta(days=1)),)
    ),
    "At most 2 h a week are allowed (max_hours_per_week), 3 h are required.": together(
        clinic=asks(min_minutes_per_week=180, max_minutes_per_week=120)
    ),
    "At most 2 h 59 min a week are allowed (php_guard_hours), 3 h are required.": together(
        clinic=asks(min_minutes_per_week=180, php_guard_minutes=180)
    ),
    "At most 2 h a week are allowed (max_hours_per_week of payer acme), the needed sessions together have 3 h.": alone(
        clinic=clinic(open=DAY_OPEN, payers={"acme": Payer("acme", max_minutes_per_week=120)}),
        services=(talk(per_week={"adult": 3}),),
        participants=(adult("A1", payer="acme"),),
    ),
    # --- a needed session
    "Service talk: 1 start time suits, but then no eligible therapist or no room is free, or a limit is reached "
    "(hours in sessions this week: T1 1 h of 100 h).": alone(
        participants=(
            adult("A1", availability=windows("Mon 09:00-10:00")),
            adult("A2", availability=windows("Mon 09:00-10:00")),
        ),
    ),
    "Service circle: nobody who could be on its staff counts for the ratio (therapists.csv, counts_for_ratio).": alone(
        services=(service("circle", kind="other", minutes=60, per_week={"adult": 1}),),
        therapists=(therapist("T1", counts_for_ratio=False),),
    ),
    "Service talk: no room it may use has 4 seats (rooms.csv, capacity).": alone(
        services=(talk(kind="family", guests=2),), rooms=(room("R1", capacity=3),)
    ),
    "Service circle: no room it may use admits 2 participants (rooms.csv, max_participants).": alone(
        services=(service("circle", kind="other", minutes=60, per_week={"adult": 1}, min_participants=2),),
        participants=adults(2),
        rooms=(room("R1", max_participants=1),),
    ),
    "Service talk: no room it may use has all of: sink, wheelchair (rooms.csv, features).": alone(
        services=(talk(room_features=frozenset({"sink"})),),
        participants=(adult("A1", needs_features=WHEELCHAIR),),
        rooms=(room("R1", features=WHEELCHAIR), room("R2", features=frozenset({"sink"}))),
    ),
    "Service talk: the rooms it may use are closed or busy at every start that would suit.": alone(
        participants=(adult("A1", availability=MORNING),), rooms=(room("R1", busy=MORNING),)
    ),
    "Service talk: nobody on the staff has the skill individual (therapists.csv, skills).": alone(
        therapists=(therapist("T1", skills=("group",)),)
    ),
    "Service talk: the primary therapist T2 lacks the skill individual.": alone(
        services=(talk(with_primary=True),),
        participants=(adult("A1", primary_id="T2"),),
        therapists=(therapist("T1"), therapist("T2", skills=("group",))),
    ),
    "Service talk: the primary therapist T2 is not licensed.": alone(
        services=(talk(with_primary=True),),
        participants=(adult("A1", primary_id="T2"),),
        therapists=(therapist("T1"), therapist("T2", licensed=False)),
    ),
    "Service talk: there is no start at which A1 and the primary therapist T2 are both free for 60 minutes and match.": alone(
        services=(talk(with_primary=True),),
        participants=(adult("A1", primary_id="T2", availability=MORNING),),
        therapists=(therapist("T1"), therapist("T2", availability=windows("Tue 09:00-12:00"))),
    ),
    "Service talk: there is no start at which A1 and anybody who may hold it are both free for 60 minutes and match.": alone(
        participants=(adult("A1", availability=MORNING),),
        therapists=(therapist("T1", availability=windows("Tue 09:00-12:00")),),
    ),
    "Service circle: too few participants could come at any one start (services.csv and groups.csv, smallest size).": alone(
        services=(service("circle", kind="other", minutes=60, per_week={"adult": 1}, min_participants=2),)
    ),
    "Service talk: at every start that would suit, nothing is authorized or the session is longer than a day's hours.": alone(
        participants=(adult("A1", availability=windows("Tue 09:00-12:00"), authorized_until=MONDAY),)
    ),
    "Service talk: no supervisor is on site at any start that would suit (supervisor_on_site).": alone(
        clinic=clinic(open=DAY_OPEN, staff={"supervisor_on_site": True}),
        therapists=(therapist("T1"), therapist("T2", supervisor=True, availability=NEVER)),
    ),
    f"Service talk: {TOO_LONG}.": alone(therapists=(therapist("T1", max_minutes_per_day=30),)),
    f"Service talk: {NO_REST}.": alone(
        clinic=clinic(open=windows("Mon 08:00-10:00"), staff={"min_rest_minutes": 720}),
        borders=(Border("T1", last_end=0),),
    ),
    f"Service circle: {TOO_LONG}.": alone(
        clinic=clinic(open=DAY_OPEN, staff={"meal_minutes": 30, "meal_after_minutes": 59}), services=(CIRCLE,)
    ),
    "Service circle: nobody with one of its skills could be the second on the staff (two_staff).": alone(
        clinic=clinic(open=DAY_OPEN, staff={"two_staff": ("adult",)}),
        services=(replace(CIRCLE, min_participants=2),),
        participants=adults(2),
        therapists=(therapist("T1"), therapist("T2", skills=("family",))),
    ),
    "Service talk: those who could hold it, the participant and the service share no modality.": alone(
        participants=(adult("A1", modality="telehealth"),)
    ),
    "Service talk: keep_apart.csv keeps the participant from everybody who could hold it.": alone(
        keep_apart=(KeepApart("A1", therapist_id="T1"),)
    ),
    # --- a needed session of a service with groups
    f"No group of service process takes A1: {TRAITS}.": together(
        services=(service("process", per_week={"adult": 1}),), groups=(group("G1", tracks=("sud",)),)
    ),
    "Group G1: no room it may use has 2 seats (rooms.csv, capacity).": together(rooms=(room("R1", capacity=1),)),
    "Group G1: too few participants could come at any one start (services.csv and groups.csv, smallest size).": together(
        groups=(group("G1", min_size=2),)
    ),
    "Group G1 cannot meet inside the participant's windows with anybody who may lead it.": together(
        therapists=(therapist("T1", availability=windows("Tue 09:00-11:00")),)
    ),
    "Group G1 is full.": together(participants=adults(2), groups=(group("G1", sessions_per_week=1, max_size=1),)),
    "Group G1 is not held: too few members, or no staff and room for it.": together(
        clinic=asks(min_minutes_per_week=180, open=MORNING),
        participants=(adult("A1"), *(adult(f"A{n}", tracks=("sud",)) for n in (2, 3))),
        groups=(group("G1", sessions_per_week=1), group("G2", sessions_per_week=1, tracks=("sud",))),
    ),
    # --- hours and days
    "The authorization allows 1 day this week, 2 are required.": together(
        clinic=asks(min_days_per_week=2),
        participants=(adult("A1", authorized_days=1),),
        groups=(group("G1", sessions_per_week=2),),
    ),
    "The authorization ends on 2026-11-30; nothing countable is held after it.": together(
        clinic=asks(min_days_per_week=2),
        participants=(adult("A1", authorized_until=MONDAY),),
        groups=(group("G1", sessions_per_week=2),),
    ),
    "The authorization begins on 2026-12-04; nothing countable is held before it.": together(
        clinic=asks(min_days_per_week=2),
        participants=(adult("A1", authorized_from=MONDAY + timedelta(days=4)),),
        groups=(group("G1", sessions_per_week=2),),
    ),
    "A day with a group session must have 4 h (min_hours_on_group_days), and no day can have more than 3 h.": together(
        clinic=asks(min_minutes_per_week=180, min_minutes_on_group_days=240),
        services=(service("process", max_per_day=1),),
    ),
    "A day with a group session must have 4 h (min_hours_on_group_days), and no day can have more than 3.5 h.": together(
        clinic=asks(min_minutes_per_week=180, min_minutes_on_group_days=240, max_minutes_per_day=210),
        services=(service("process", max_per_day=1), talk()),
    ),
    "A day with a group session must have 5 h (min_hours_on_group_days), and no day can have more than 3 h.": together(
        clinic=asks(min_minutes_on_group_days=300),
        services=(service("process", max_per_day=1, per_week={"adult": 1}),),
    ),
    "Groups and needs offer at most 3 h a week, 6 h are required.": together(clinic=asks(min_minutes_per_week=360)),
    "Phase initial allows 1 group session: with everything else at most 4 h a week, 6 h are required.": together(
        clinic=asks(min_minutes_per_week=360, phases=phase(0, 1)),
        services=(service("process"), talk()),
        participants=(adult("A1", phase="initial"),),
        groups=(group("G1", sessions_per_week=2),),
    ),
    f"No group takes A1: {TRAITS}.": together(groups=(group("G1", tracks=("sud",)),)),
    "Countable sessions are possible on 1 day only, 2 are required.": together(
        clinic=asks(min_days_per_week=2),
        participants=(adult("A1", availability=MORNING),),
        groups=(group("G1", sessions_per_week=2),),
    ),
    "Attends 1 of 2 sessions of group G1: not free Tue 09:00.": together(
        clinic=asks(min_minutes_per_week=360),
        participants=(adult("A1", availability=MORNING), adult("A2", availability=windows("Mon-Tue 09:00-12:00"))),
        groups=(group("G1", sessions_per_week=2),),
    ),
    "Group G1 is possible on 1 day only (Mon) for A1: its times, who may lead it, its room and the participant's own time allow no more.": together(
        clinic=asks(min_minutes_per_week=360),
        services=(service("process", max_per_day=1),),
        participants=(adult("A1", availability=MORNING), adult("A2", availability=windows("Mon-Tue 09:00-12:00"))),
        groups=(group("G1", sessions_per_week=2),),
    ),
    "Group G1: keep_apart.csv keeps A1 from A2, and A2 is in 2 of its 2 sessions.": together(
        clinic=asks(min_minutes_per_week=360),
        participants=(adult("A1"), adult("A2", min_days_per_week=2)),
        groups=(group("G1", sessions_per_week=2, min_size=1),),
        keep_apart=(KeepApart("A1", "A2"),),
    ),
    "Group G1: keep_apart.csv keeps the participant from everybody who could lead it.": together(
        keep_apart=(KeepApart("A1", therapist_id="T1"),)
    ),
    "Service talk is possible on 2 days only (Mon, Tue), at most 1 a day; 3 are needed.": alone(
        services=(talk(per_week={"adult": 3}, max_per_day=1),),
        participants=(adult("A1", primary_id=None, availability=windows("Mon-Tue 09:00-12:00")),),
    ),
    "Group G1 is held 1 of 2 times: staff, rooms or its members' time do not allow more.": together(
        clinic=asks(min_minutes_per_week=360),
        therapists=(therapist("T1", max_minutes_per_week=180),),
        groups=(group("G1", sessions_per_week=2),),
    ),
    "Goes more than 1 day in a row without a countable session (max_gap_days).": together(
        clinic=asks(min_minutes_per_week=60, max_gap_days=1), groups=(group("G1", sessions_per_week=3),)
    ),
    "The seats, staff hours and rooms that could give the missing time are used otherwise, or a limit a day or a week is reached.": together(
        clinic=asks(min_minutes_per_week=360), therapists=(therapist("T1", max_minutes_per_week=180),), groups=()
    ),
}


CUT_SHORT = "The search ended before it was certain that no week gives more."


def short(problem):
    """Solve and return the sentence told for each participant who is short."""
    outcome = solve(problem, PARAMS)
    assert_sound(problem, outcome)
    assert outcome.goals[0].is_proven
    return {row.participant_id: row.why for row in outcome.unmet}


@pytest.mark.parametrize("sentence", FIRST_REASON)
def test_the_cause_is_told_word_for_word(sentence):
    found = short(FIRST_REASON[sentence])
    assert sentence in found.values(), found
    assert len(found) == 1 or sentence.startswith(("Service circle", "Group G1: no room", "Attends"))


def test_every_sentence_of_the_modules_is_provoked_above():
    """A sentence is a template, or a string that some function returns or keeps for one; each has a longest fixed part."""
    trees = [
        ast.parse((Path(iopsched.why.__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
        for name in ("barriers", "groups", "hours", "needs", "possible", "reasons")
    ]
    found = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call | ast.Return | ast.Assign | ast.Dict):
            is_call, is_dict = isinstance(node, ast.Call), isinstance(node, ast.Dict)
            values = node.args[:1] if is_call else node.values if is_dict else [node.value]
            found |= {fixed_part(value) for value in values if isinstance(value, ast.Constant | ast.JoinedStr)}
    sentences = {part for part in found if part.count(" ") >= 2}
    assert len(sentences) > 25
    told = "\n".join(FIRST_REASON)
    elsewhere = {CUT_SHORT, "The clinic is closed for all or part of "}  # the latter in test_closure.py
    assert {part for part in sentences if part not in told} == elsewhere


def fixed_part(value):
    """Return the longest text of a string without its fields."""
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    texts = [
        text for part in parts if isinstance(part, ast.Constant) for text in re.split(r"\{[^{}]*\}", str(part.value))
    ]
    return max(texts, key=len, default="")


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

    monkeypatch.setattr("iopsched.search.lexicographic.reasons", look_for_long)
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
    for sentence, other in FIRST_REASON.items():
        found = solve(other, PARAMS, stop=stop)
        blames_the_week = sentence.startswith(
            (
                "Service talk: 1 start",
                "Group G1 is not held",
                "Group G1: keep_apart.csv keeps A1 from",
                "Attends",
                "Group G1 is held",
                "The seats",
            )
        )
        assert (sentence in {row.why for row in found.unmet}) == (not blames_the_week), sentence


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
    found = unmeetable_needs(problem)
    assert all((row.level, row.code) == ("warning", CODE) for row in found)
    return [row.message for row in found]


NEVER_MET = {
    "A1 can have no session of service talk this week. Service talk: there is no start at which A1 and anybody who may hold "
    "it are both free for 60 minutes and match.": alone(therapists=(therapist("T1", availability=NEVER),)),
    "A1 can have no session of service circle this week. Service circle: nobody who could be on its staff counts for the "
    "ratio (therapists.csv, counts_for_ratio).": alone(
        services=(service("circle", kind="other", minutes=60, per_week={"adult": 1}),),
        therapists=(therapist("T1", counts_for_ratio=False),),
    ),
    "A1 can have no session of service talk this week. Service talk: no room it may use has all of: wheelchair (rooms.csv, "
    "features).": alone(participants=(adult("A1", needs_features=WHEELCHAIR),)),
    "A1 can have no session of service talk this week. Service talk: no room it may use has 3 seats (rooms.csv, "
    "capacity).": alone(
        services=(talk(staff=(Role("individual", 2),)),),
        therapists=(therapist("T1"), therapist("T2")),
        rooms=(room("R1", capacity=2),),
    ),
    "A1 can have no session of service process this week. Group G1: no room it may use has 2 seats (rooms.csv, capacity).": together(
        participants=adults(1, group_ids=("G1",)), rooms=(room("R1", capacity=1),)
    ),
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
    who = "A1" if number == 1 else "each of them"
    assert warned(problem) == [
        (
            f"{names} can have no session of service talk this week. Service talk: there is no start at which {who} and "
            "anybody who may hold it are both free for 60 minutes and match."
        )
    ]


@pytest.mark.parametrize("staff", [MOST_STAFF, MOST_STAFF + 1])
def test_needs_are_not_looked_for_among_more_staff_than_a_clinic_has(staff):
    """The work grows with the square of the staff: a table of 3,000 rows took minutes."""
    people = tuple(therapist(f"T{number}") for number in range(1, staff + 1))
    problem = alone(participants=(adult("A1", availability=NEVER),), therapists=people)
    assert [issue.code for issue in unmeetable_needs(problem)] == [CODE if staff == MOST_STAFF else UNSEEN]
