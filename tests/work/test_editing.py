"""A week that is edited: undo, what is on the disk, and what somebody else writes meanwhile."""

import json
import shutil
import stat
import subprocess
import sys

import pytest

from iopsched import ingest
from iopsched.domain.timegrid import DAY, HOUR
from iopsched.errors import UsageError
from iopsched.verifier import violations
from iopsched.work.draftlogs import StaleRevisionError
from iopsched.work.editing import ElsewhereError
from tests.support.editing_world import WEEK, clinic_at, edited, first_hour, hold, make, place

MONDAY_9 = hold("11-30", "09:00")
TUESDAY_9 = hold("12-01", "09:00")
FIRST, SECOND = "individual-001", "individual-002"


@pytest.fixture
def clinic(tmp_path):
    return clinic_at(tmp_path / "clinic")


@pytest.fixture
def week(clinic):
    return edited(clinic)


@pytest.fixture
def log(clinic):
    return clinic / "schedules" / ".2026-11-30.draft.jsonl"


@pytest.fixture
def folder(clinic):
    return clinic / "schedules" / "2026-11-30"


def read(folder):
    return ingest.inspect_schedule(folder).schedule


def test_a_clinic_without_a_schedule_has_an_empty_week_and_no_file(week, clinic):
    found = week.state()
    assert (found.week.schedule.sessions, found.history.is_saved, found.opened.name) == ((), True, "")
    assert not (clinic / "schedules").exists()


def test_undo_and_redo_have_no_end(week):
    found = make(week, MONDAY_9, place(FIRST, start="10:00"), place(FIRST, date="2026-12-01"))
    assert first_hour(found) == {FIRST: DAY + 10 * HOUR}
    starts = []
    while found.history.can_undo:
        found = week.undo(found.revision)
        starts.append(first_hour(found).get(FIRST))
    assert starts == [10 * HOUR, 9 * HOUR, None]
    assert week.undo(found.revision).revision == found.revision
    while found.history.can_redo:
        found = week.redo(found.revision)
    assert first_hour(found) == {FIRST: DAY + 10 * HOUR}
    assert week.redo(found.revision).revision == found.revision


def test_a_move_after_undo_takes_the_place_of_what_was_taken_back(week):
    found = make(week, MONDAY_9, place(FIRST, start="10:00"))
    found = week.undo(found.revision)
    found = week.move(found.revision, place(FIRST, start="11:00"))
    assert (first_hour(found), found.history.can_redo) == ({FIRST: 11 * HOUR}, False)


def test_what_changes_nothing_is_no_move(week):
    found = make(week, MONDAY_9)
    assert week.move(found.revision, place(FIRST, start="09:00")).revision == found.revision


def test_each_change_has_a_revision_of_its_own_and_an_old_one_is_refused(week):
    first = week.state().revision
    second = week.move(first, MONDAY_9).revision
    assert second > first
    for ask in (
        lambda: week.move(first, TUESDAY_9),
        lambda: week.undo(first),
        lambda: week.redo(first),
        lambda: week.save(first),
        lambda: week.tried(first, TUESDAY_9),
        lambda: week.settle(first, "mine"),
    ):
        with pytest.raises(StaleRevisionError):
            ask()
    assert first_hour(week.state()) == {FIRST: 9 * HOUR}


def test_a_move_that_is_refused_changes_nothing(week, log):
    found = make(week, MONDAY_9)
    before = log.read_bytes()
    for move in ({"kind": "place", "session": "X"}, {"kind": "fly"}, None, [], {"kind": ["place"]}):
        with pytest.raises(UsageError):
            week.move(found.revision, move)
    assert (week.state().revision, log.read_bytes()) == (found.revision, before)


def test_the_log_is_its_owners_alone_and_the_draft_is_the_same_after_a_restart(week, clinic, log):
    found = make(week, MONDAY_9, TUESDAY_9, {"kind": "pin", "session": FIRST}, {"kind": "unplace", "session": SECOND})
    found = week.undo(found.revision)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    again = edited(clinic).state()
    assert (again.revision, again.history) == (found.revision, found.history)
    assert again.week.locked == {FIRST}


def test_what_was_chosen_is_not_chosen_anew_after_a_restart(week, clinic):
    """A held session has the room and the lead that were free then, though the room is gone from the tables' order now."""
    found = make(week, MONDAY_9)
    (clinic / "therapists.csv").write_text("therapist_id\nT00\nT01\nT02\n", encoding="utf-8")
    assert edited(clinic).state().week.session(FIRST) == found.week.session(FIRST)


def test_the_log_keeps_nothing_that_a_move_cannot_say(week, log):
    make(week, {**MONDAY_9, "name": "Zyxcanary"})
    assert b"Zyxcanary" not in log.read_bytes()


def test_a_last_line_without_an_end_was_never_acknowledged(week, clinic, log):
    found = make(week, MONDAY_9)
    with log.open("ab") as stream:
        stream.write(b'{"do":"move","put":[{"id":"indiv')
    again = edited(clinic)
    assert again.state().history == found.history
    make(again, TUESDAY_9)
    assert len(edited(clinic).state().history.moves) == 2


@pytest.mark.parametrize("damage", [b"\x00\xff{", b'{"do":"fly"}', b'{"do":"move"}', b"[]"])
def test_after_a_damaged_line_the_draft_goes_on_from_before_and_the_log_is_kept(week, clinic, log, damage):
    make(week, MONDAY_9, TUESDAY_9)
    lines = log.read_bytes().splitlines()
    log.write_bytes(b"\n".join([*lines[:2], damage, *lines[2:], b""]))
    again = edited(clinic)
    assert len(again.state().history.moves) == 1
    assert again.state().damaged == log.with_name(".2026-11-30.draft.damaged.jsonl")
    assert damage in again.state().damaged.read_bytes()
    make(again, TUESDAY_9)
    assert len(edited(clinic).state().history.moves) == 2


def test_a_log_of_nothing_known_is_kept_and_begun_anew(clinic, log):
    log.parent.mkdir()
    log.write_bytes(b'{"schema":"other/1"}\n')
    make(edited(clinic), MONDAY_9)
    assert log.with_name(".2026-11-30.draft.damaged.jsonl").read_bytes() == b'{"schema":"other/1"}\n'
    assert json.loads(log.read_bytes().splitlines()[0])["schema"] == "iopsched.draft/1"


def test_a_log_that_cannot_be_read_is_told_with_what_to_do(clinic, log):
    log.mkdir(parents=True)
    with pytest.raises(UsageError, match="move it elsewhere"):
        edited(clinic).state()


def test_what_is_no_schedule_of_ours_is_never_written_over(week, folder):
    folder.mkdir(parents=True)
    (folder / "sessions.csv").write_text("by hand\n", encoding="utf-8")
    found = make(week, MONDAY_9)
    with pytest.raises(UsageError, match="no schedule of iopsched"):
        week.save(found.revision)
    assert (folder / "sessions.csv").read_text(encoding="utf-8") == "by hand\n"


@pytest.mark.parametrize("summary", [None, "", "{"])
def test_a_week_without_a_whole_summary_is_read_and_kept_when_another_is_saved(week, clinic, folder, summary):
    week.save(make(week, MONDAY_9).revision)
    (folder / "summary.json").unlink()
    if summary is not None:
        (folder / "summary.json").write_text(summary, encoding="utf-8")
    (clinic / "schedules" / ".2026-11-30.draft.jsonl").unlink()
    copied = edited(clinic)
    found = copied.state()
    assert [row.start for row in found.week.schedule.sessions] == [9 * HOUR]
    saved = copied.save(make(copied, TUESDAY_9).revision)
    kept = ingest.inspect_schedule(saved.kept.folder).schedule
    assert kept.sessions == found.week.schedule.sessions


def test_a_saved_week_is_the_draft_and_undo_goes_on_behind_it(week, clinic, folder):
    found = make(week, MONDAY_9, TUESDAY_9)
    saved = week.save(found.revision)
    assert (saved.folder, saved.kept, saved.broken) == (folder, None, 0)
    assert read(folder).sessions == found.week.schedule.sessions
    found = week.state()
    assert (found.history.is_saved, found.history.unsaved_moves, found.history.can_undo) == (True, 0, True)
    found = week.undo(found.revision)
    assert (found.history.is_saved, found.history.unsaved_moves) == (False, 1)
    again = edited(clinic).state()
    assert (again.history, again.history.can_redo) == (found.history, True)


def test_a_week_with_broken_rules_can_be_saved_and_says_so(week, folder):
    found = make(week, MONDAY_9, place(FIRST, start="03:00"))
    assert week.save(found.revision).broken > 0
    assert len(read(folder).sessions) == 1


def test_saving_twice_leaves_no_copies_of_ones_own(week, folder):
    found = make(week, MONDAY_9)
    week.save(found.revision)
    found = make(week, place(FIRST, start="10:00"))
    week.save(found.revision)
    found = week.undo(week.state().revision)
    found = make(week, {"kind": "unplace", "session": FIRST})
    assert week.save(found.revision).kept is None
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == ["2026-11-30"]


def test_a_draft_killed_between_writing_and_saying_so_is_saved(week, clinic, log):
    found = make(week, MONDAY_9)
    week.save(found.revision)
    lines = log.read_bytes().splitlines(keepends=True)
    assert b'"saved"' in lines[-1]
    log.write_bytes(b"".join(lines[:-1]))
    assert edited(clinic).state().history.is_saved


def test_two_programs_never_lose_a_move(week, clinic):
    other = edited(clinic)
    seen = other.state().revision
    make(week, MONDAY_9)
    with pytest.raises(StaleRevisionError):
        other.move(seen, TUESDAY_9)
    make(other, TUESDAY_9)
    found = week.state()
    assert first_hour(found) == {FIRST: 9 * HOUR, SECOND: DAY + 9 * HOUR}
    assert other.state().history == found.history


def edit_elsewhere(folder, old, new):
    path = folder / "sessions.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_without_moves_the_week_on_the_disk_is_shown_as_it_is_now(week, clinic, folder):
    week.save(make(week, MONDAY_9).revision)
    other = edited(clinic)
    (folder.parent / ".2026-11-30.draft.jsonl").unlink()
    before = other.state()
    edit_elsewhere(folder, "09:00,10:00", "11:00,12:00")
    after = other.state()
    assert after.revision != before.revision
    assert (first_hour(after), after.history.is_saved, after.is_elsewhere) == ({FIRST: 11 * HOUR}, True, False)


@pytest.fixture
def disputed(week, folder):
    """Return a draft that has moved the first session, while somebody else has moved both."""
    found = make(week, MONDAY_9, TUESDAY_9)
    week.save(found.revision)
    make(week, place(FIRST, start="10:00"))
    edit_elsewhere(folder, "2026-12-01,Tue,09:00,10:00", "2026-12-02,Wed,13:00,14:00")
    edit_elsewhere(folder, "2026-11-30,Mon,09:00,10:00", "2026-11-30,Mon,15:00,16:00")
    return week


def test_nothing_is_written_over_what_somebody_else_changed(disputed, folder):
    found = disputed.state()
    assert found.is_elsewhere
    before = (folder / "sessions.csv").read_bytes()
    for ask in (
        lambda: disputed.save(found.revision),
        lambda: disputed.move(found.revision, place(FIRST, start="12:00")),
        lambda: disputed.undo(found.revision),
    ):
        with pytest.raises(ElsewhereError):
            ask()
    assert (folder / "sessions.csv").read_bytes() == before
    rows = {row.session_id: row for row in disputed.differences()}
    assert {key: row.is_disputed for key, row in rows.items()} == {FIRST: True, SECOND: False}
    assert [one.start for one in (rows[FIRST].before, rows[FIRST].mine, rows[FIRST].theirs)] == [
        9 * HOUR,
        10 * HOUR,
        15 * HOUR,
    ]


def test_mine_replaces_theirs_which_is_kept(disputed, folder, clinic):
    found = disputed.settle(disputed.state().revision, "mine")
    assert not found.is_elsewhere
    assert not edited(clinic).state().is_elsewhere
    saved = disputed.save(found.revision)
    assert {row.id: row.start for row in read(folder).sessions} == {FIRST: 10 * HOUR, SECOND: DAY + 9 * HOUR}
    assert {row.start for row in read(saved.kept.folder).sessions} == {15 * HOUR, 2 * DAY + 13 * HOUR}


def test_mine_replaces_a_week_that_a_program_wrote_of_other_tables_and_it_is_kept(week, folder, clinic, tmp_path):
    """Nobody has edited it since and it is compared with nothing: it is somebody else's all the same."""
    found = make(week, MONDAY_9)
    other = edited(clinic_at(tmp_path / "other"))
    written = other.save(make(other, TUESDAY_9).revision).folder
    (clinic / "rooms.csv").write_text("room_id,capacity\nR1,9\nR2,4\n", encoding="utf-8")
    shutil.copytree(written, folder)
    found = week.settle(found.revision, "mine")
    kept = week.save(found.revision).kept.folder
    assert read(kept).sessions == read(written).sessions
    assert week.save(make(week, place(FIRST, start="11:00")).revision).kept is None


def test_theirs_ends_the_draft_whose_log_is_kept(disputed, clinic, log):
    found = disputed.settle(disputed.state().revision, "theirs")
    assert first_hour(found) == {FIRST: 15 * HOUR, SECOND: 2 * DAY + 13 * HOUR}
    assert (found.history.is_saved, found.history.can_undo) == (True, False)
    assert not log.exists()
    assert log.with_name(".2026-11-30.draft.before.jsonl").exists()
    assert edited(clinic).state().week == found.week


def test_both_takes_over_what_only_they_changed_as_one_move(disputed, folder):
    found = disputed.settle(disputed.state().revision, "both")
    assert first_hour(found) == {FIRST: 10 * HOUR, SECOND: 2 * DAY + 13 * HOUR}
    assert disputed.save(found.revision).kept is not None
    found = disputed.undo(disputed.state().revision)
    assert first_hour(found) == {FIRST: 10 * HOUR, SECOND: DAY + 9 * HOUR}


def test_the_tables_are_read_again_when_they_change_and_faults_do_not_end_the_draft(week, clinic):
    found = make(week, MONDAY_9)
    rooms = clinic / "rooms.csv"
    rooms.write_text("room_id,capacity\nR1,1\nR2,1\n", encoding="utf-8")
    _, judged = week.judged()
    assert {row.rule.value for row in judged.violations} == {"seats"}
    rooms.write_text("room_id,capacity\nR1,many\n", encoding="utf-8")
    found = week.state()
    assert [issue.file for issue in found.faults if issue.level == "error"] == ["rooms.csv"]
    found = week.move(found.revision, TUESDAY_9)
    rooms.write_text("room_id,capacity\nR1,4\nR2,4\n", encoding="utf-8")
    found, judged = week.judged()
    assert (found.faults, judged.violations, len(found.week.schedule.sessions)) == ((), (), 2)


def test_after_many_moves_and_undos_the_state_is_what_a_fresh_reader_sees(week, clinic, folder):
    found = make(week, MONDAY_9, TUESDAY_9, hold("12-02", "09:00"), hold("12-03", "10:00", "P02"))
    for number in range(30):
        key = f"individual-00{number % 4 + 1}"
        found = week.move(
            found.revision, place(key, date=f"2026-12-0{number % 4 + 1}", start=f"{8 + number * 7 % 10:02}:00")
        )
        if number % 3 == 0:
            found = week.undo(found.revision)
        if number % 5 == 0:
            found = week.redo(found.revision)
    week.save(found.revision)
    _, judged = week.judged()
    fresh = edited(clinic)
    problem = fresh.state().opened.problem
    assert judged.violations == violations(problem, read(folder))
    assert fresh.state().history == week.state().history


def test_the_week_asked_for_is_the_one_that_is_opened(week):
    assert week.state().opened.problem.week == WEEK


def test_neither_solver_nor_pandas_is_loaded_where_a_week_is_edited(clinic):
    """The page's process stays small, and answers while a search runs elsewhere."""
    code = (
        "import sys; from pathlib import Path; from tests.support.editing_world import *; "
        "week = edited(Path(sys.argv[1])); found = make(week, hold('11-30', '09:00')); week.save(found.revision); "
        "import iopsched.page.weekpage; print(*{'ortools', 'pandas', 'numpy'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code, clinic], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
