"""The program dies at each change of the disk that moves and saves make: what was acknowledged is there again."""

import os
import shutil
from pathlib import Path

import pytest

from iopsched import ingest
from iopsched.domain.timegrid import HOUR
from iopsched.store import latest
from iopsched.verifier import violations
from iopsched.views.labels import NameMode
from iopsched.work.draftpublishing import publish_draft
from tests.support.deaths import changes_of, die
from tests.support.editing_world import BEFORE, WEEK, clinic_at, edited, hold, place

FIRST = "individual-001"
STEPS = (
    ("move", hold("11-30", "09:00")),
    ("move", hold("12-01", "09:00")),
    ("save", None),
    ("undo", None),
    ("move", place(FIRST, start="10:00")),
    ("save", None),
    ("redo", None),
    ("undo", None),
    ("move", {"kind": "pin", "session": FIRST}),
)
MANY = STEPS + tuple(
    step
    for day in ("11-30", "12-01", "12-02", "12-03")
    for step in (
        ("move", place(FIRST, date=f"2026-{day}", start="11:00")),
        ("save", None),
        ("undo", None),
        ("move", {"kind": "unplace", "session": FIRST}),
        ("save", None),
        ("undo", None),
    )
)


def walk(clinic, steps, told=lambda: None):
    """Do the steps one after the other, and tell after each that it is acknowledged."""
    week = edited(clinic)
    found = week.state()
    for name, asked in steps:
        if name == "move":
            found = week.move(found.revision, asked)
        elif name == "save":
            week.save(found.revision)
            found = week.state()
        else:
            found = getattr(week, name)(found.revision)
        told()
        yield found


def facts(found):
    """Return what of a draft must outlive a death."""
    history = found.history
    return history.now, history.at, [row.after for row in history.moves], history.is_saved


def on_disk(clinic):
    folder = clinic / "schedules" / "2026-11-30"
    return ingest.inspect_schedule(folder).schedule.sessions if folder.is_dir() else ()


def outcomes(home, steps):
    """Return what a draft, and the week on the disk, are after no step, after one, and so on."""
    clinic = clinic_at(home / "whole")
    first = facts(edited(clinic).state()), ()
    return [first, *((facts(found), on_disk(clinic)) for found in walk(clinic, steps))]


def live_again(home, steps, point, expected):
    """Let a program die at one change of the disk; what it had acknowledged is there, whole, and it goes on."""
    clinic = clinic_at(home / f"at-{point}")
    reader, writer = os.pipe()
    die(lambda: [*walk(clinic, steps, lambda: os.write(writer, b"."))], point)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        done = len(stream.read())
    week = edited(clinic)
    found = week.state()
    nexts = expected[done : done + 2]
    assert facts(found) in [draft for draft, _ in nexts], (point, done)
    assert on_disk(clinic) in [disk for _, disk in nexts]
    assert not found.is_elsewhere
    found = week.move(found.revision, hold("12-04", "13:00", "P02"))
    week.save(found.revision)
    again = edited(clinic).state()
    assert facts(again) == facts(week.state())
    assert on_disk(clinic) == again.week.schedule.sessions
    assert violations(again.opened.problem, again.week.schedule) == ()
    left = {path.name for path in Path(clinic / "schedules").iterdir()}
    assert left <= {"2026-11-30", ".2026-11-30.draft.jsonl"}
    shutil.rmtree(clinic)


@pytest.fixture
def expected(quick_path):
    return outcomes(quick_path, STEPS)


def points(home, steps, number):
    """Return so many changes of the disk, spread over all that the steps make."""
    clinic = clinic_at(home / "counted")
    every = changes_of(lambda: [*walk(clinic, steps)])
    return sorted({1 + place * every // number for place in range(number)}), every


def test_six_deaths_lose_nothing(quick_path, expected):
    chosen, every = points(quick_path, STEPS, 6)
    assert every > 60
    for point in chosen:
        live_again(quick_path, STEPS, point, expected)


def publish_once(clinic):
    week = edited(clinic)
    found = week.move(week.state().revision, hold("11-30", "09:00"))
    publish_draft(week, found.revision, BEFORE, NameMode.ID, with_records=False)


def outlive_publishing(home, point):
    """Let a program die while it publishes: the draft is there, or it is published, or both; never neither."""
    clinic = clinic_at(home / f"published-{point}")
    die(lambda: publish_once(clinic), point)
    week = edited(clinic)
    found = week.state()
    published = latest(clinic, WEEK)
    held = [row.start for row in found.week.schedule.sessions]
    assert held == [9 * HOUR] or (held == [] and published is None and not on_disk(clinic)), point
    assert not found.is_elsewhere
    if published is not None:
        assert published.schedule.sessions == found.week.schedule.sessions
    elif held:
        publish_draft(week, found.revision, BEFORE, NameMode.ID, with_records=False)
        assert latest(clinic, WEEK).revision == 1
    shutil.rmtree(clinic)


def points_of_publishing(home, number):
    every = changes_of(lambda: publish_once(clinic_at(home / "once")))
    return sorted({1 + place * every // number for place in range(number)})


def test_deaths_while_publishing_lose_nothing(quick_path):
    for point in points_of_publishing(quick_path, 4):
        outlive_publishing(quick_path, point)


@pytest.mark.slow
def test_sixty_deaths_while_publishing_lose_nothing(quick_path):
    for point in points_of_publishing(quick_path, 60):
        outlive_publishing(quick_path, point)


@pytest.mark.slow
def test_two_hundred_deaths_lose_nothing(quick_path):
    """A draft of thirty steps, with every other of them a save."""
    chosen, _ = points(quick_path, MANY, 200)
    expected = outcomes(quick_path, MANY)
    for point in chosen:
        live_again(quick_path, MANY, point, expected)
