"""Pins that cannot hold are named exactly: a smallest set, whatever else is pinned beside them, and in words."""

import shutil
import threading
import time
from dataclasses import replace
from datetime import date

import pytest

import iopsched.search.contradiction
from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.domain.people import KeepApart
from iopsched.domain.pins import Pin
from iopsched.params import SolveParams
from iopsched.search import solve
from iopsched.search.contradiction import contradicting_pins
from iopsched.search.run import SolverResult
from tests.support.clinics import adult, adults, clinic, group, level, off, room, service, small, therapist, windows
from tests.support.solving import DATA, assert_sound, crowd, example, finished

PARAMS = SolveParams(time_limit_s=20, workers=1)
NEVER_SET = threading.Event()
NINE, TEN = 540, 600
MON, TUE, WED = 0, 1, 2


def must(**cells):
    return Pin("must", **cells)


def must_not(**cells):
    return Pin("must_not", **cells)


def house(**changes):
    """Return a clinic of two open groups, hours alone, two rooms and two therapists."""
    facts = {
        "clinic": clinic(level=level(min_minutes_per_week=120), open=windows("Mon-Wed 09:00-13:00")),
        "services": (service("process", minutes=60), service("individual", kind="individual", per_week={"adult": 1})),
        "participants": adults(3),
        "groups": tuple(group(f"G{n}", sessions_per_week=2, membership="open") for n in (1, 2)),
        "rooms": (room("R1"), room("R2", capacity=2)),
    }
    return small(**{**facts, **changes})


def hour(person, **cells):
    return must(participant_id=person, service_id="individual", **cells)


# Pins that hold together with each other and with every conflict below; they must never be blamed.
FINE = (
    must(participant_id="A2", group_id="G1"),
    must_not(participant_id="A2", group_id="G2", day=WED),
    hour("A3", day=WED),
    must_not(therapist_id="T1", day=WED, start=720),
)

# name -> (pins that conflict, changes of the clinic)
CONFLICTS = {
    "one person in two groups at once": (
        (
            must(participant_id="A1", group_id="G1", day=MON, start=NINE),
            must(participant_id="A1", group_id="G2", day=MON, start=NINE),
        ),
        {},
    ),
    "one person in a group and alone at once": (
        (must(participant_id="A1", group_id="G1", day=MON, start=NINE), hour("A1", day=MON, start=NINE)),
        {},
    ),
    "one therapist with two people at once": (
        (hour("A1", therapist_id="T1", day=TUE, start=NINE), hour("A2", therapist_id="T1", day=TUE, start=NINE)),
        {},
    ),
    "one room for two sessions at once": (
        (hour("A1", room_id="R2", day=TUE, start=NINE), hour("A2", room_id="R2", day=TUE, start=NINE)),
        {},
    ),
    "a start that is not on the grid": ((hour("A1", start=545),), {}),
    "outside the opening hours": ((hour("A1", day=MON, start=780),), {}),
    "outside the windows of a person": (
        (hour("A1", day=MON),),
        {"participants": (adult("A1", availability=windows("Tue 09:00-12:00")), *adults(3)[1:])},
    ),
    "a person who is not yet there": (
        (must(participant_id="A1", day=MON),),
        {"participants": (adult("A1", admitted=date(2026, 12, 1)), *adults(3)[1:])},
    ),
    "a person who is away": (
        (hour("A1", day=TUE),),
        {"time_off": (off("participant", "A1", "Tue 09:00", "Tue 13:00"),)},
    ),
    "a clinic that is closed": (
        (must(group_id="G1", day=TUE),),
        {"time_off": (off("clinic", "", "Tue 00:00", "Tue 23:59"),)},
    ),
    "a therapist who is away": (
        (must(therapist_id="T2", day=TUE),),
        {"time_off": (off("therapist", "T2", "Tue 09:00", "Tue 13:00"),)},
    ),
    "asked for and forbidden": ((hour("A1", day=MON), must_not(participant_id="A1", day=MON)), {}),
    "asked for and forbidden on every day that is left": (
        (
            hour("A1"),
            must_not(participant_id="A1", day=MON),
            must_not(participant_id="A1", day=TUE),
            must_not(participant_id="A1", day=WED),
        ),
        {},
    ),
    "a room too small": (
        (must(group_id="G1", room_id="R2"),),
        {
            "groups": (
                group("G1", sessions_per_week=2, membership="open", min_size=2),
                group("G2", sessions_per_week=2, membership="open"),
            )
        },
    ),
    "a room that another rule gives to the group": (
        (must(group_id="G1", room_id="R2"),),
        {"groups": (group("G1", sessions_per_week=2, membership="open", room_id="R1"), group("G2", membership="open"))},
    ),
    "two who are kept apart": (
        (must(participant_id="A1", therapist_id="T2"),),
        {"keep_apart": (KeepApart("A1", therapist_id="T2"),)},
    ),
    "a therapist of another track": (
        (hour("A1", therapist_id="T2"),),
        {"therapists": (therapist("T1"), therapist("T2", tracks=("sud",)))},
    ),
    "more sessions than a need": ((hour("A1", day=MON), hour("A1", day=TUE)), {}),
    "more sessions than a group has": (
        tuple(must(group_id="G1", day=day, start=NINE) for day in (MON, TUE, WED)),
        {},
    ),
    "more hours than a therapist may work": (
        (must(therapist_id="T1", day=MON, start=NINE), must(therapist_id="T1", day=MON, start=TEN)),
        {"therapists": (therapist("T1", max_minutes_per_day=60), therapist("T2"), therapist("T3"))},
    ),
}


def numbered(pins):
    """Return the pins with the rows that a file would give them."""
    return tuple(replace(pin, row=row) for row, pin in enumerate(pins, 2))


def mixed(conflict):
    """Return the pins of a conflict among those that are fine, numbered, and the rows of the conflict."""
    pins = [*FINE[:2], *conflict[:1], FINE[2], *conflict[1:], FINE[3]]
    pins = numbered(pins)
    return pins, [pin.row for pin in pins if replace(pin, row=0) in conflict]


def solve_first_goal(problem):
    """Solve until unmet need is proven, which is all that tells whether pins can hold."""
    stop = threading.Event()

    def listen(news):
        if news.stage == "goal_done":
            stop.set()

    return solve(problem, PARAMS, on_progress=listen, stop=stop)


def test_pins_that_are_fine_are_fine():
    """Else no set of rows below would be the only one."""
    problem = house(pins=numbered(FINE))
    outcome = solve(problem, PARAMS)
    assert_sound(problem, outcome)
    assert outcome.is_optimal


@pytest.mark.parametrize("name", CONFLICTS)
def test_exactly_the_pins_that_conflict_are_named(name):
    conflict, changes = CONFLICTS[name]
    pins, rows = mixed(conflict)
    outcome = solve(house(pins=pins, **changes), PARAMS)
    assert isinstance(outcome, Infeasible)
    assert [pin.row for pin in outcome.pins] == rows


@pytest.mark.parametrize("name", CONFLICTS)
def test_no_pin_that_is_named_can_be_spared(name):
    """Without any one of them the week can be made."""
    conflict, changes = CONFLICTS[name]
    pins, rows = mixed(conflict)
    for row in rows:
        problem = house(pins=tuple(pin for pin in pins if pin.row != row), **changes)
        assert_sound(problem, solve_first_goal(problem))


def test_the_first_of_two_conflicts_that_is_left_is_a_whole_one():
    """Either conflict will do, but it is one of them and nothing of the other."""
    first, second = CONFLICTS["one room for two sessions at once"][0], CONFLICTS["asked for and forbidden"][0]
    pins = numbered((*first, *(replace(pin, participant_id="A3") for pin in second)))
    outcome = solve(house(pins=pins), PARAMS)
    assert isinstance(outcome, Infeasible)
    assert [pin.row for pin in outcome.pins] in ([2, 3], [4, 5])


@pytest.mark.slow
def test_a_pin_of_the_complete_example_is_named():
    """P014 is pinned to T02 on Wednesday at ten, row 2; what stands beside it is not to blame."""
    problem = example("complete")
    more = Pin("must_not", participant_id="P014", service_id="individual", day=2, row=9)
    outcome = solve(replace(problem, pins=(*problem.pins, more)), PARAMS)
    assert isinstance(outcome, Infeasible)
    assert [pin.row for pin in outcome.pins] == [2, 9]


# --- time and interrupts --------------------------------------------------
def test_explaining_ends_soon_after_it_is_asked_to_stop():
    """Many pins of a large clinic, of which the last cannot hold; nothing certain is known yet, so nothing is said."""
    people = crowd().participants
    fine = [must(participant_id=person.id, service_id="family", day=day) for person in people for day in (0,)][:8]
    problem = replace(crowd(), pins=numbered((*fine, must(participant_id=people[0].id, day=5))))
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    begun = time.monotonic()
    found = contradicting_pins(problem, PARAMS, stop)
    assert time.monotonic() - begun < 2
    assert found is None or must(participant_id=people[0].id, day=5, row=10) in found


def test_nothing_is_said_where_stopping_came_first():
    stop = threading.Event()
    stop.set()
    pins = numbered(CONFLICTS["asked for and forbidden"][0])
    assert contradicting_pins(house(pins=pins), PARAMS, stop) is None


def test_a_stop_while_explaining_is_an_interrupt(monkeypatch):
    stop = threading.Event()
    real = iopsched.search.contradiction.build_model

    def build(*arguments, **options):
        stop.set()
        return real(*arguments, **options)

    monkeypatch.setattr(iopsched.search.contradiction, "build_model", build)
    monkeypatch.setattr(iopsched.search.contradiction, "run", lambda *_arguments: SolverResult(0, None, 0, 0))
    outcome = solve(house(pins=numbered(CONFLICTS["asked for and forbidden"][0])), PARAMS, stop=stop)
    assert isinstance(outcome, OutOfTime)
    assert outcome.was_interrupted


def test_pins_that_can_hold_are_never_blamed():
    assert contradicting_pins(house(pins=numbered(FINE)), PARAMS, NEVER_SET) == ()


# --- in words -------------------------------------------------------------
def test_the_command_names_the_rows_and_writes_nothing(tmp_path):
    clinic_folder = shutil.copytree(DATA / "teens", tmp_path / "clinic", ignore=shutil.ignore_patterns("schedules"))
    people = [
        line.split(",")[0]
        for line in (clinic_folder / "participants.csv").read_text(encoding="utf-8").splitlines()[1:3]
    ]
    header = "action,participant_id,therapist_id,room_id,group_id,service_id,day,start,from,until"
    rows = [
        f"must_not,{people[1]},,,,check_in,Tue,,,",
        f"must,{people[0]},,,,check_in,Mon,,,",
        f"must,{people[0]},,,,check_in,Thu,,,",
    ]
    (clinic_folder / "pins.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    code, out, err = finished("solve", clinic_folder, "--week", "2026-11-30", "--time-limit", "20", "--quiet")
    assert code == 5, err
    assert out == ""
    assert err == (
        "These pins cannot all hold together with the other rules; nothing was written. Change one of them:\n"
        f"  pins.csv:3: must {people[0]} check_in Mon\n"
        f"  pins.csv:4: must {people[0]} check_in Thu\n"
    )
    assert not (clinic_folder / "schedules").exists() or not list((clinic_folder / "schedules").iterdir())
