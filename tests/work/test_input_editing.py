"""Changes of a clinic's own files: none is lost that was told to be made, none is made twice, and each can be taken back."""

import contextlib
import multiprocessing
import os
import shutil
from pathlib import Path

import pytest

from iopsched.convert.workbook import workbook_bytes
from iopsched.edits.bookparts import BookParts
from iopsched.edits.tablechange import TableChange
from iopsched.errors import ConflictError, InputError, IopschedError, UsageError
from iopsched.files.rewriting import ChangedElsewhereError
from iopsched.ingest.source.raw import read_raw
from iopsched.work.inputediting import UNDO_LOG, change_table, move_input, read_input
from iopsched.work.inputsettings import setting_groups, write_setting
from tests.support.clinics import MONDAY
from tests.support.deaths import changes_of, counting, die, refuse

ROOMS = b"room_id;capacity\r\nR1;8\r\nR2;10\r\n"
FILES = {
    "clinic.toml": b'name = "A"  # ours\ntimezone = "America/Chicago"\nopen = "Mon-Fri 08:00-20:00"\n',
    "participants.csv": b"participant_id,population,name\nP1,adult,Ann\n",
    "therapists.csv": b"therapist_id\nT1\n",
    "rooms.csv": ROOMS,
}


@pytest.fixture
def clinic(quick_path):
    folder = quick_path / "clinic"
    folder.mkdir()
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def book(quick_path, clinic):
    path = quick_path / "clinic.xlsx"
    path.write_bytes(workbook_bytes(read_raw(clinic)[0]))
    return path


def content(clinic):
    return {path.name: path.read_bytes() for path in clinic.iterdir() if path.suffix in (".csv", ".toml")}


def write(clinic, row, text, place=1, file="rooms.csv"):
    """Write a cell as somebody does who sees the file as it is."""
    return change_table(clinic, read_input(clinic).revision_of(file), file, TableChange({row: {place: text}}))


def step(clinic, which):
    return move_input(clinic, read_input(clinic).revision, which)


def cell(clinic, row, place=1, file="rooms.csv"):
    return read_input(clinic).tables.layout(file).rows[row][place]


def test_steps_go_back_and_forth_to_the_last_byte_also_in_another_program(clinic):
    states = [content(clinic)]
    write(clinic, 2, "9")
    states.append(content(clinic))
    change_table(clinic, "", "pins.csv", TableChange(added=({0: "must_not"},)), ["room_id"])
    states.append(content(clinic))
    write_setting(clinic, read_input(clinic).revision_of("clinic.toml"), ("grid_minutes",), "15", MONDAY)
    states.append(content(clinic))
    assert len({str(state) for state in states}) == 4
    for at in (2, 1, 0):
        step(clinic, "undo")
        assert content(clinic) == states[at]
    with pytest.raises(UsageError, match="nothing to take back"):
        step(clinic, "undo")
    for at in (1, 2, 3):
        step(clinic, "redo")
        assert content(clinic) == states[at]
    step(clinic, "undo")
    write(clinic, 3, "7")
    with pytest.raises(UsageError, match="nothing to make again"):
        step(clinic, "redo")
    assert (clinic / UNDO_LOG).stat().st_mode & 0o077 == 0


def test_steps_are_taken_back_without_limit(clinic):
    for number in range(30):
        write(clinic, 2, str(number + 20))
    for _ in range(30):
        step(clinic, "undo")
    assert content(clinic) == FILES


def test_a_file_that_changed_elsewhere_is_neither_written_over_nor_taken_back_and_what_is_dead_is_forgotten(clinic):
    seen = read_input(clinic).revision_of("rooms.csv")
    write(clinic, 2, "9")
    with pytest.raises(ChangedElsewhereError):
        change_table(clinic, seen, "rooms.csv", TableChange({3: {1: "7"}}))
    (clinic / "rooms.csv").write_bytes(ROOMS + b"R3;4\r\n")
    assert not read_input(clinic).can("undo")
    with pytest.raises(ChangedElsewhereError, match=r"rooms\.csv was changed by somebody else"):
        step(clinic, "undo")
    write(clinic, 2, "Ann"[:2], 1, "participants.csv")
    assert b"rooms" not in (clinic / UNDO_LOG).read_bytes()
    assert read_input(clinic).can("undo")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_a_death_anywhere_loses_nothing_and_makes_nothing_twice(clinic):
    """Whatever lies there afterwards, it is the earlier state or the later one, and it can be taken back and made again."""
    write(clinic, 3, "11")
    saved = clinic.with_name("saved")
    shutil.copytree(clinic, saved)
    before = content(clinic)
    seen = set()
    points = changes_of(lambda: write(clinic, 2, "9"))
    after = content(clinic)
    for point in range(1, points + 1, max(1, points // 8)):
        shutil.rmtree(clinic)
        shutil.copytree(saved, clinic)
        die(lambda: write(clinic, 2, "9"), point)
        state = read_input(clinic)
        assert content(clinic) in (before, after), point
        seen.add(content(clinic) == after)
        if content(clinic) == before:
            assert state.what("undo")["cells"] == 1
            write(clinic, 2, "9")
        assert content(clinic) == after
        step(clinic, "undo")
        assert content(clinic) == before, point
        step(clinic, "undo")
        assert content(clinic) == FILES, point
        step(clinic, "redo")
        step(clinic, "redo")
        assert content(clinic) == after, point
    assert seen == {False, True}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
@pytest.mark.parametrize("which", ["edit", "undo", "redo"])
def test_a_death_at_each_point_of_each_kind_of_step(clinic, which):
    write(clinic, 3, "11")
    if which == "redo":
        step(clinic, "undo")

    def work():
        write(clinic, 2, "9") if which == "edit" else step(clinic, which)

    saved = clinic.with_name("saved")
    shutil.copytree(clinic, saved)
    before = content(clinic)
    points = changes_of(work)
    after = content(clinic)
    for point in range(1, points + 1):
        shutil.rmtree(clinic)
        shutil.copytree(saved, clinic)
        die(work, point)
        read_input(clinic)
        assert content(clinic) in (before, after)
        if content(clinic) == before:
            work()
        assert content(clinic) == after
        step(clinic, "redo" if which == "undo" else "undo")
        assert content(clinic) == before


def test_a_disk_that_refuses_leaves_a_memory_that_is_true(clinic, monkeypatch):
    points = changes_of(lambda: write(clinic, 2, "9"))
    step(clinic, "undo")
    for point in range(1, points + 1, 3):
        with monkeypatch.context() as patch:
            counting(patch, point, refuse)
            with contextlib.suppress(IopschedError, OSError):
                write(clinic, 2, "9")
        state = read_input(clinic)
        if content(clinic) == FILES:
            assert not state.can("undo"), point
        else:
            step(clinic, "undo")
            assert content(clinic) == FILES, point


def _type_many(clinic, row, number, made):
    for at in range(number):
        while True:
            try:
                write(Path(clinic), row, str(100 + at))
            except ConflictError:
                continue
            break
        made.value += 1


def test_two_writers_lose_no_edit(clinic):
    """Each asks again with what it sees; the last word of both is there, and every edit can be taken back."""
    context = multiprocessing.get_context("fork")
    counts = [context.Value("i", 0) for _ in range(2)]
    workers = [context.Process(target=_type_many, args=(clinic, row, 12, counts[row - 2])) for row in (2, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert [count.value for count in counts] == [12, 12]
    assert (cell(clinic, 2), cell(clinic, 3)) == ("111", "111")
    for _ in range(24):
        step(clinic, "undo")
    assert content(clinic) == FILES


def test_a_workbook_is_typed_into_as_well(book):
    before = book.read_bytes()
    rooms = read_input(book).tables.layout("rooms.csv")
    assert rooms.names[:2] == ("room_id", "capacity")
    write(book, 2, "9")
    change = TableChange({3: {1: "11"}}, tuple({0: f"R{n}", 1: str(n)} for n in range(5, 9)))
    change_table(book, read_input(book).revision_of("rooms.csv"), "rooms.csv", change)
    layout = read_input(book).tables.layout("rooms.csv")
    assert [row[:2] for row in map(list, layout.rows.values())] == [
        ["R1", "9"],
        ["R2", "11"],
        *([f"R{n}", str(n)] for n in range(5, 9)),
    ]
    gone = frozenset(list(layout.rows)[-2:])
    change_table(book, read_input(book).revision_of("rooms.csv"), "rooms.csv", TableChange(removed=gone))
    assert len(read_input(book).tables.layout("rooms.csv").rows) == 4
    write_setting(book, read_input(book).revision_of("clinic.toml"), ("grid_minutes",), "15", MONDAY)
    write_setting(book, read_input(book).revision_of("clinic.toml"), ("name",), "B", MONDAY)
    assert read_input(book).tables.settings["grid_minutes"] == 15
    write_setting(book, read_input(book).revision_of("clinic.toml"), ("grid_minutes",), None, MONDAY)
    assert "grid_minutes" not in read_input(book).tables.settings
    assert read_input(book).tables.settings["name"] == "B"
    for _ in range(6):
        step(book, "undo")
    assert BookParts.of(book.read_bytes()).parts == BookParts.of(before).parts


def test_a_setting_that_makes_no_sense_is_not_written_and_says_why(clinic):
    before = content(clinic)

    def put(path, text):
        return write_setting(clinic, read_input(clinic).revision_of("clinic.toml"), path, text, MONDAY)

    with pytest.raises(InputError, match="31"):
        put(("grid_minutes",), "31")
    with pytest.raises(InputError):
        put(("levels", "iop-adult", "max_hours_per_week"), "many")
    for path in (
        ("nothing",),
        ("levels", "iop-adult"),
        ("levels", "a.b", "max_gap_days"),
        ("levels", "", "max_gap_days"),
    ):
        with pytest.raises(UsageError):
            put(path, "3")
    assert content(clinic) == before
    put(("levels", "iop-adult", "max_gap_days"), "3")
    put(("blocks", "1", "id"), "am")
    put(("name",), "B")
    assert (clinic / "clinic.toml").read_bytes().startswith(b'name = "B"  # ours\n')
    groups = {group.table: group for group in setting_groups(read_input(clinic).tables)}
    levels = {field.path[-1]: field for field in groups["levels", "iop-adult"].fields}
    assert (levels["max_gap_days"].written, levels["max_gap_days"].otherwise) == ("3", "0")
    assert (levels["min_hours_per_week"].written, levels["min_hours_per_week"].otherwise) == (None, "9")
    assert levels["min_hours_per_week"].source.startswith("rule set generic")
    assert groups["blocks", "1"].fields[0].written == "am"
    assert next(iter(groups)) == ()
