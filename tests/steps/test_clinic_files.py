"""Offers written into a clinic's files: the files read as the changed problem, and say what the steps say."""

import csv
import io
from dataclasses import replace
from datetime import date
from functools import reduce
from pathlib import Path
from shutil import copytree

import pytest

from iopsched.domain.people import Cover
from iopsched.domain.schedule import Border, Schedule
from iopsched.errors import ConflictError, InputError, UsageError
from iopsched.ingest import inspect_clinic
from iopsched.rulebook.steps import KINDS, StepKind
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.steps.offer import AddItem, AddNumber, DropRow, NewRow, OfferedStep, SetText
from iopsched.steps.offers import offers
from iopsched.steps.rowkeys import numbered
from iopsched.words.sentence import Sentence
from iopsched.work.conversions import convert

WEEK = date(2026, 11, 30)
DATA = Path(__file__).parents[2] / "data"
SOME_EXAMPLES = pytest.mark.parametrize("name", ["complete", "day_and_evening", "step_down"])
EVERY_EXAMPLE = pytest.mark.parametrize("name", sorted(path.parent.name for path in DATA.glob("*/clinic.toml")))


def offer(kind, key, edit, changed=lambda problem: problem, *, file="", column=None):
    """Return an offer of a kind, of which tests state what they need."""
    known = KINDS[kind]
    column = known.column if column is None else column
    return OfferedStep(kind, file or known.file, key, column, edit, known.price, Sentence("Do it."), changed)


def with_row(problem, table, row_id, **changes):
    """Return a problem with cells of one row changed."""
    rows = (replace(row, **changes) if row.id == row_id else row for row in getattr(problem, table))
    return replace(problem, **{table: tuple(rows)})


def without_places(problem):
    """Return a problem without the rows in which its pins stand, which move when a row goes."""
    return replace(problem, pins=tuple(replace(pin, row=0) for pin in problem.pins))


def read(path):
    """Return the problem of a clinic on the disk."""
    found = inspect_clinic(path, WEEK)
    assert found.problem is not None, found.issues
    return found.problem


def cells_of(data):
    """Return the filled cells of each row of a CSV file as the standard library reads them."""
    rows = csv.DictReader(io.StringIO(data.decode()))
    return [{column: cell for column, cell in row.items() if cell} for row in rows]


def covers(problem, away, other):
    """Return whether somebody may stand in already."""
    return (other.id, away.id) in problem.covers_between


def offers_of(problem):
    """Return an offer for each way to edit a file, of a clinic as it is."""
    therapist, room, group = problem.therapists[0], problem.rooms[0], problem.groups[0]
    person = next(row for row in problem.participants if row.modality != "either")
    hours = therapist.max_minutes_per_week if therapist.max_minutes_per_week is not None else 20 * 60
    cover = next(
        Cover(therapist.id, (other.id,)) for other in problem.therapists[1:] if not covers(problem, therapist, other)
    )
    yield offer(
        StepKind.NEW_SKILL,
        (therapist.id,),
        AddItem("yoga", "group; individual; family"),
        lambda p: with_row(p, "therapists", therapist.id, skills=(*therapist.skills, "yoga")),
    )
    yield offer(
        StepKind.STAFF_HOURS,
        (therapist.id,),
        AddNumber(1, "20"),
        lambda p: with_row(p, "therapists", therapist.id, max_minutes_per_week=hours + 60),
    )
    yield offer(
        StepKind.EXTRA_SESSION,
        (group.id,),
        AddNumber(1),
        lambda p: with_row(p, "groups", group.id, sessions_per_week=group.sessions_per_week + 1),
    )
    yield offer(
        StepKind.TELEHEALTH,
        (person.id,),
        SetText("either"),
        lambda p: with_row(p, "participants", person.id, modality="either"),
    )
    yield offer(
        StepKind.COVER,
        (),
        NewRow({"therapist_id": cover.therapist_id, "covered_by": cover.covered_by[0]}),
        lambda p: replace(
            p, covers=tuple(sorted((*p.covers, cover), key=lambda c: (c.therapist_id, c.covered_by, str(c.first_day))))
        ),
    )
    yield offer(
        StepKind.EXTRA_ROOM,
        (),
        NewRow({"room_id": "NEW9", "capacity": "7"}),
        lambda p: replace(
            p,
            rooms=(
                *p.rooms,
                replace(
                    room,
                    id="NEW9",
                    capacity=7,
                    max_participants=None,
                    features=frozenset(),
                    availability=p.clinic.open,
                    busy=type(room.busy)(),
                ),
            ),
        ),
    )
    if problem.time_off and problem.time_off[0].kind != "clinic":
        away = problem.time_off[0]
        yield offer(
            StepKind.DROP_TIME_OFF,
            (away.kind, away.id),
            DropRow(),
            lambda p: replace(p, time_off=tuple(row for row in p.time_off if row != away)),
        )
    if problem.pins:
        pin = problem.pins[0]
        yield offer(
            StepKind.DROP_PIN,
            numbered(pin.row),
            DropRow(),
            lambda p: replace(p, pins=tuple(row for row in p.pins if row != pin)),
        )


@SOME_EXAMPLES
def test_the_files_read_as_the_changed_problem(name):
    """Each offer alone, and all of them at once, in any order."""
    problem = read(DATA / name)
    files = ClinicFiles.read(DATA / name)
    assert files.problem(problem) == problem
    offers = list(offers_of(problem))
    for chosen in (*([one] for one in offers), offers, offers[::-1]):
        steps, after = files.with_offers(chosen)
        changed = problem
        for one in chosen:
            changed = one.changed(changed)
        assert without_places(after.problem(problem)) == without_places(changed), [str(step.kind) for step in steps]
        assert changed != problem


@SOME_EXAMPLES
def test_a_step_says_what_changed_in_the_file(name):
    problem = read(DATA / name)
    files = ClinicFiles.read(DATA / name)
    for one in offers_of(problem):
        (step,), after = files.with_offers([one])
        before = cells_of(files.tables.made[step.file]) if step.file in files.tables.made else []
        now = cells_of(after.tables.made[step.file])
        gone = [row for row in before if row not in now]
        new = [row for row in now if row not in before]
        if step.old is None:
            assert (gone, step.column) == ([], "")
            assert new == [step.new]
            assert step.id == next(iter(new[0].values()))
        elif step.new is None:
            assert (new, step.column) == ([], "")
            assert {k: v for k, v in step.old.items() if v} == {k: v for k, v in gone[0].items() if k != "reason"}
            assert step.id == gone[0].get("id", f"row {before.index(gone[0]) + 2}")
        else:
            (was,), (says,) = gone, new
            assert (was.get(step.column, ""), says[step.column]) == (step.old, step.new)
            assert {**was, step.column: step.new} == says
            assert step.id == next(iter(was.values()))


def test_steps_on_one_cell_add_up():
    files = ClinicFiles.read(DATA / "complete")
    one = offer(StepKind.STAFF_WINDOW, ("T04",), AddItem("Sat 09:00-10:00"))
    two = offer(StepKind.STAFF_WINDOW, ("T04",), AddItem("Sat 10:00-11:00"))
    steps, after = files.with_offers([one, two])
    first = "Mon-Thu 12:00-21:00; Fri 10:00-18:00; Sat 09:00-10:00"
    assert (steps[0].new, steps[1].old) == (first, first)
    assert after.cell("therapists.csv", ("T04",), "availability") == f"{first}; Sat 10:00-11:00"
    assert files.cell("therapists.csv", ("T04",), "availability") == "Mon-Thu 12:00-21:00; Fri 10:00-18:00"


def test_rows_are_known_by_the_numbers_they_had():
    files = ClinicFiles.read(DATA / "complete")
    pins = cells_of(files.tables.made["pins.csv"])
    steps, after = files.with_offers([offer(StepKind.DROP_PIN, numbered(row), DropRow()) for row in (2, 4)])
    assert [step.id for step in steps] == ["row 2", "row 4"]
    assert cells_of(after.tables.made["pins.csv"]) == [pins[1], *pins[3:]]


@pytest.mark.parametrize(
    ("cell", "edit", "after"),
    [
        ("", AddItem("Mon 17:00-18:00", "daily 09:00-17:00"), "daily 09:00-17:00; Mon 17:00-18:00"),
        ("", AddItem("G1"), "G1"),
        ("never", AddItem("Mon 17:00-18:00", "daily 09:00-17:00"), "Mon 17:00-18:00"),
        ("Tue evening;", AddItem("Mon 17:00-18:00"), "Tue evening; Mon 17:00-18:00"),
        ("Tue evening;Wed evening", AddItem("Mon 17:00-18:00"), "Tue evening;Wed evening;Mon 17:00-18:00"),
        ("Tue 9-10, 11-12", AddItem("Mon 17:00-18:00"), "Tue 9-10, 11-12; Mon 17:00-18:00"),
        ("25", AddNumber(1), "26"),
        ("4.5", AddNumber(1), "5.5"),
        ("25.0", AddNumber(2), "27.0"),
        ("", AddNumber(1, "20"), "21"),
        ("a", SetText("b"), "b"),
    ],
)
def test_a_cell_is_written_as_it_was(cell, edit, after, tmp_path):
    (tmp_path / "participants.csv").write_text(f'participant_id,availability\nP1,"{cell}"\n', encoding="utf-8")
    one = offer(StepKind.PARTICIPANT_WINDOW, ("P1",), edit)
    (step,), changed = ClinicFiles.read(tmp_path).with_offers([one])
    assert (step.old, step.new) == (cell, after)
    assert changed.tables.made["participants.csv"] == f'participant_id,availability\nP1,"{after}"\n'.encode()


def test_lists_keep_the_sign_between_their_items(tmp_path):
    (tmp_path / "therapists.csv").write_text('therapist_id,skills\nT1,"red, blue"\n', encoding="utf-8")
    one = offer(StepKind.NEW_SKILL, ("T1",), AddItem("green"))
    (step,), _ = ClinicFiles.read(tmp_path).with_offers([one])
    assert step.new == "red, blue, green"


def test_a_row_that_is_not_there_is_told():
    with pytest.raises(InputError) as told:
        ClinicFiles.read(DATA / "teens").with_offers([offer(StepKind.STAFF_HOURS, ("T99",), AddNumber(1))])
    (issue,) = told.value.issues
    assert (issue.file, issue.code) == ("therapists.csv", "E-EDIT")
    assert "T99" in issue.message


def test_files_that_no_longer_read_are_told():
    problem = read(DATA / "teens")
    _, after = ClinicFiles.read(DATA / "teens").with_offers(
        [offer(StepKind.STAFF_WINDOW, (problem.therapists[0].id,), SetText("whenever"))]
    )
    with pytest.raises(InputError):
        after.problem(problem)


@SOME_EXAMPLES
def test_the_written_clinic_reads_as_the_changed_one(name, tmp_path):
    problem = read(DATA / name)
    _, after = ClinicFiles.read(DATA / name).with_offers(list(offers_of(problem)))
    place = after.write(tmp_path / "new")
    assert read(place) == after.problem(problem)
    assert {path.name for path in place.iterdir()} >= {path.name for path in (DATA / name).iterdir() if path.is_file()}


def test_what_is_no_part_of_the_input_stays_behind(tmp_path):
    files = {
        "participants.csv": "participant_id\nP1\n",
        "notes.txt": "Call back",
        ".hidden": "",
        "iopsched.db": "",
        "~$x.xlsx": "",
    }
    clinic = tmp_path / "clinic"
    (clinic / "schedules").mkdir(parents=True)
    for name, text in files.items():
        (clinic / name).write_text(text, encoding="utf-8")
    place = ClinicFiles.read(clinic).write(tmp_path / "new")
    assert sorted(path.name for path in place.iterdir()) == ["notes.txt", "participants.csv"]


def test_nothing_is_written_over(tmp_path):
    files = ClinicFiles.read(DATA / "teens")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x", encoding="utf-8")
    for target in (tmp_path / "full", tmp_path / "new.xlsx"):
        with pytest.raises(UsageError):
            files.write(target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full"]


@EVERY_EXAMPLE
def test_every_kind_of_offer_reads_as_the_changed_problem(name):
    """The last of each kind one by one, then the first of each kind together."""
    problem, found = problem_and_offers(DATA / name)
    files = ClinicFiles.read(DATA / name)
    for one in last_of_each_kind(found):
        (step,), after = files.with_offers([one])
        assert after.problem(problem) == one.changed(problem), step
    assert_together(files, problem, last_of_each_kind(reversed(found)))


@SOME_EXAMPLES
def test_a_workbook_reads_as_the_changed_problem(name, tmp_path):
    """The last of each kind together, and the first; rows taken out leave their places there."""
    convert(DATA / name, tmp_path / "clinic.xlsx")
    problem, found = problem_and_offers(tmp_path / "clinic.xlsx")
    files = ClinicFiles.read(tmp_path / "clinic.xlsx")
    assert files.problem(problem) == problem
    for chosen in (last_of_each_kind(found), last_of_each_kind(reversed(found))):
        assert_together(files, problem, chosen)


def problem_and_offers(path):
    """Return the problem of a clinic, and every offer where everybody lacks everything."""
    found = inspect_clinic(path, WEEK)
    short = [row.id for row in found.problem.participants]
    return found.problem, offers(found.problem, Schedule(WEEK), short, rows=found.rows)


def last_of_each_kind(found):
    """Return the last offer of each kind and column."""
    return list({(one.kind, one.column): one for one in found}.values())


def assert_together(files, problem, chosen):
    """Hold the files with these offers against the problem changed by each in turn."""
    steps, after = files.with_offers(chosen)
    assert [step.kind for step in steps] == [one.kind for one in chosen]
    changed = reduce(lambda before, one: one.changed(before), chosen, problem)
    assert without_places(after.problem(problem)) == without_places(changed)


def test_what_is_no_part_of_the_files_stays():
    """The earlier week, when staff work around this one, and how much of it has passed."""
    problem = read(DATA / "teens")
    border = Border(problem.therapists[0].id, last_end=-180)
    like = replace(problem, previous=Schedule(WEEK), borders=(border,), now=600)
    assert ClinicFiles.read(DATA / "teens").problem(like) == like


@pytest.mark.parametrize(
    ("name", "code"), [("nowhere", "E-FOLDER"), ("nowhere.xlsx", "E-FOLDER"), ("text.xlsx", "E-FILE-CONTENT")]
)
def test_what_cannot_be_read_is_told(tmp_path, name, code):
    (tmp_path / "text.xlsx").write_text("no workbook", encoding="utf-8")
    with pytest.raises(InputError, match=code):
        ClinicFiles.read(tmp_path / name)


@pytest.mark.parametrize("form", ["clinic", "clinic.xlsx"])
def test_changes_are_recorded_where_the_clinic_lies(form, tmp_path):
    """Read again it is the changed problem, every other file stays, and what somebody typed meanwhile is not lost."""
    place = tmp_path / form
    copytree(DATA / "teens", place) if form == "clinic" else convert(DATA / "teens", place)
    problem, found = problem_and_offers(place)
    files = ClinicFiles.read(place)
    assert files.record() == ()
    _, after = files.with_offers(last_of_each_kind(found))
    late = files.with_offers(last_of_each_kind(reversed(found)))[1]
    before = {path.name: path.read_bytes() for path in place.parent.glob("**/*") if path.is_file()}
    names = after.record()
    assert set(names) == {"clinic.xlsx"} if form == "clinic.xlsx" else "time_off.csv" in names
    assert without_places(read(place)) == without_places(after.problem(problem))
    now = {path.name: path.read_bytes() for path in place.parent.glob("**/*") if path.is_file()}
    assert {name for name in now if now[name] != before.get(name)} == set(names)
    with pytest.raises(ConflictError):
        late.record()
    assert ClinicFiles.read(place).record() == ()
