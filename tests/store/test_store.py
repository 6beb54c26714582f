import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import iopsched
from iopsched.errors import ConflictError, UsageError
from iopsched.export.memory import write_memory
from iopsched.store import (
    Harm,
    Pushed,
    clinic_home,
    facts_of,
    history,
    latest,
    push_state,
    revision_of,
    site_of,
    verify,
)
from iopsched.store.place import CALENDARS
from iopsched.store.record import moment_of, moment_text

ROOT = Path(iopsched.__file__).parents[1]


def start(home, hour, wait_s=2.0, *death):
    """A process that publishes as soon as a line is written to it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.store_world", home, str(hour), str(wait_s), *death],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout.readline() == "READY\n"
    return process


def go(*processes):
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    return [process.communicate(timeout=60)[0].strip() for process in processes]


def sql(home, *statements):
    with closing(sqlite3.connect(home / "iopsched.db")) as db, db:
        return [db.execute(statement).fetchall() for statement in statements][-1]


def everything(home):
    return sorted(str(path.relative_to(home)) for path in home.rglob("*"))


def test_what_is_published_is_read_back(home, world):
    done = world.publish_week(home)
    assert done.is_new
    assert done.earlier is None
    assert latest(home, world.WEEK) == done.publication
    assert latest(home, world.WEEK).schedule.sessions == world.schedule().sessions
    assert everything(home) == ["iopsched.db", "published", "published/2026-11-30", "published/2026-11-30/r001.json"]


def test_revisions_are_counted_by_week_and_an_equal_week_makes_none(home, world):
    next_week = world.WEEK + timedelta(days=7)
    assert [world.publish_week(home, hour).publication.revision for hour in (9, 9, 10)] == [1, 1, 2]
    assert world.publish_week(home, 11, next_week).publication.revision == 1
    assert [(entry.week, entry.revision) for entry in history(home)] == [
        (world.WEEK, 1), (world.WEEK, 2), (next_week, 1),
    ]  # fmt: skip
    entry = history(home)[-1]
    assert (entry.published, entry.actor, entry.held, entry.cancelled) == (
        world.NOW + timedelta(hours=11), "dana", 3, 0,
    )  # fmt: skip
    assert revision_of(home, world.WEEK, 1).schedule == revision_of(home, world.WEEK, 1).schedule
    assert revision_of(home, world.WEEK, 3) is None
    assert verify(home) == ()


def test_reading_makes_nothing(home, world):
    assert (latest(home, world.WEEK), history(home), verify(home)) == (None, (), ())
    assert site_of(home, world.clinic("")) == site_of(home, world.clinic(""))
    assert everything(home) == []


def test_only_the_owner_may_read(home, world):
    world.publish_week(home)
    for path in home.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_the_home_of_a_workbook_is_made_beside_it(tmp_path, world):
    book = tmp_path / "clinic.xlsx"
    book.write_bytes(b"")
    world.publish_week(clinic_home(book))
    assert (tmp_path / "clinic" / "iopsched.db").is_file()
    assert clinic_home(tmp_path) == tmp_path


class TestSite:
    """The identity of a clinic: never shown, never changed, never shared."""

    def test_it_is_the_clinic_id(self, home, world):
        assert world.publish_week(home).publication.site == "harbor" == site_of(home, world.clinic())

    def test_without_one_it_is_made_at_random_and_kept(self, home, tmp_path, world):
        nameless = world.clinic("")
        first = world.publish_week(home, clinic=nameless).publication.site
        assert world.publish_week(home, 10, clinic=nameless).publication.site == first
        assert site_of(home, world.clinic("harbor")) == first, "also when clinic_id is written later"
        assert world.publish_week(tmp_path / "other", clinic=nameless).publication.site != first

    def test_what_drafts_were_exported_under_is_kept(self, home, world):
        """Whoever imported a draft would have every appointment twice otherwise; a new name changes nothing."""
        nameless = world.clinic("")
        drafted = site_of(home, nameless)
        assert write_memory(home, {}, drafted)
        renamed = replace(nameless, name="Another name")
        assert site_of(home, renamed) == drafted
        assert world.publish_week(home, clinic=renamed).publication.site == drafted
        assert site_of(home, world.clinic("harbor")) == drafted, "also when clinic_id is written later"

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"site": 1}', '{"site": ""}', "[" * 100_000])
    def test_a_damaged_memory_of_drafts_is_none(self, home, world, text):
        nameless = world.clinic("")
        drafted = site_of(home, nameless)
        home.mkdir(exist_ok=True)
        (home / CALENDARS).write_text(text, encoding="utf-8")
        assert site_of(home, nameless) == drafted
        assert world.publish_week(home, clinic=nameless).publication.site != drafted

    def test_a_copied_folder_does_not_share_it(self, home, world):
        world.publish_week(home)
        for ask in (
            lambda: world.publish_week(home, clinic=world.clinic("pines")),
            lambda: site_of(home, world.clinic("pines")),
        ):
            with pytest.raises(ConflictError, match="another clinic_id"):
                ask()


def test_two_writers_never_share_a_revision(home, world):
    """Pitfall 28: whoever is second waits its turn or is told that the store is busy."""
    for round_ in range(2):
        told = go(*(start(home, 9 + 2 * round_ + number, 20) for number in range(2)))
        assert sorted(told) == [f"{2 * round_ + 1} True", f"{2 * round_ + 2} True"]
    told = go(*(start(home, 14 + number, 0) for number in range(2)))
    assert set(told) <= {"busy", "5 True", "6 True"}
    revisions = [entry.revision for entry in history(home)]
    assert revisions == list(range(1, 5 + 2 - told.count("busy")))
    assert verify(home) == ()


@pytest.mark.skipif(sys.platform == "win32", reason="a database without locks is opened in another way there")
def test_two_computers_on_a_share_without_locks_never_lose_a_revision(home):
    for round_ in range(3):
        told = go(*(start(home, 9 + 2 * round_ + number, 20, "without locks") for number in range(2)))
        assert sorted(told) == [f"{2 * round_ + 1} True", f"{2 * round_ + 2} True"]
    assert verify(home) == ()
    assert not list(home.rglob(".iopsched-lock"))


def test_a_lock_of_somebody_who_died_on_such_a_share_is_told_and_ends(home, world, monkeypatch):
    monkeypatch.setattr("iopsched.files.locks.fcntl.flock", world.refuse_lock)
    world.publish_week(home)
    left = home / "published" / ".iopsched-lock"
    left.touch()
    with pytest.raises(
        ConflictError, match=r"perhaps on another computer.* If none is at work, delete .*\.iopsched-lock"
    ):
        world.publish_week(home, 10, wait_s=0.1)
    os.utime(left, (0, 0))
    assert world.publish_week(home, 10).is_new
    assert not left.exists()


def test_a_file_without_an_entry_that_was_edited_is_not_believed(home, world):
    world.publish_week(home)
    go(start(home, 10, 2.0, "after"))
    file = home / "published/2026-11-30/r002.json"
    file.write_text(file.read_text().replace('"room_id": "R1"', '"room_id": "R9"'))
    for ask in (lambda: world.publish_week(home, 10), lambda: latest(home, world.WEEK)):
        with pytest.raises(ConflictError, match=r"Revision 2 .* Move .*r002\.json elsewhere"):
            ask()
    assert [(fault.revision, fault.harm) for fault in verify(home)] == [(2, Harm.NO_ENTRY)]


def test_a_writer_at_work_makes_the_store_busy(home, world):
    world.publish_week(home)
    with closing(sqlite3.connect(home / "iopsched.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert go(start(home, 10, 0.1)) == ["busy"]
        assert latest(home, world.WEEK).revision == 1, "reading goes on"
    assert go(start(home, 10)) == ["2 True"]


def test_a_reader_in_the_way_of_the_last_step_leaves_no_trace(home, world):
    """The file is written, and taken away again because the entry cannot be made final."""
    world.publish_week(home)
    with closing(sqlite3.connect(home / "iopsched.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM session").fetchone()
        with pytest.raises(ConflictError, match="busy"):
            world.publish_week(home, 10, wait_s=0.1)
    assert not (home / "published/2026-11-30/r002.json").exists()
    assert world.publish_week(home, 10).publication.revision == 2
    assert verify(home) == ()


@pytest.mark.parametrize(("death", "is_there"), [("before", False), ("half-way", False), ("after", True)])
def test_a_power_cut_is_mended(home, world, death, is_there):
    """With the whole file on the disk the revision counts as published, else as never begun."""
    world.publish_week(home)
    assert go(start(home, 10, 2.0, death)) == [""]
    assert latest(home, world.WEEK).revision == 1 + is_there
    again = world.publish_week(home, 10)
    assert (again.publication.revision, again.is_new) == (2, not is_there)
    assert verify(home) == ()
    assert not list(home.rglob("*.new"))


def test_a_disk_without_room_for_a_revision_is_told_and_nothing_is_published(home, world, monkeypatch):
    """The database still finds room: what fails is the file beside it."""

    def refuse(*_arguments):
        raise OSError(28, "No space left on device")

    world.publish_week(home)
    before = everything(home)
    with monkeypatch.context() as patch:
        patch.setattr("iopsched.files.unnamed.write_whole", refuse)
        with pytest.raises(
            UsageError, match=r"r002\.json: No space left on device\. What was there before is unchanged"
        ):
            world.publish_week(home, 10)
    assert everything(home) == before
    assert [entry.revision for entry in history(home)] == [1]
    assert world.publish_week(home, 10).publication.revision == 2
    assert verify(home) == ()


def test_a_lost_database_is_made_again_from_the_files(home, world):
    hours = (9, 10, 12)
    before = [world.publish_week(home, hour).publication for hour in hours]
    entries = history(home)
    (home / "iopsched.db").unlink()
    assert latest(home, world.WEEK) == before[-1]
    assert history(home) == entries
    assert not (home / "iopsched.db").exists(), "reading makes nothing"
    assert world.publish_week(home, 13).publication.revision == 4
    assert [revision_of(home, world.WEEK, number + 1) for number in range(3)] == before
    assert verify(home) == ()


def test_no_wal_and_a_read_only_copy_opens(home, tmp_path, world):
    """Pitfall 29."""
    world.publish_week(home)
    assert sql(home, "PRAGMA journal_mode") == [("delete",)]
    assert [path.name for path in home.glob("iopsched.db*")] == ["iopsched.db"]
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    (copy / "iopsched.db").chmod(0o400)
    copy.chmod(0o500)
    try:
        assert latest(copy, world.WEEK).revision == 1
        assert verify(copy) == ()
    finally:
        copy.chmod(0o700)


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE session SET start_minute = start_minute + 60 WHERE number = 2 AND key = 'g:G1#1'",
        "UPDATE session SET sequence = 7 WHERE number = 2 AND key = 'g:G1#1'",
        "UPDATE attendance SET participant_id = 'P9' WHERE number = 2 AND participant_id = 'P1'",
        "DELETE FROM staff WHERE number = 2 AND therapist_id = 'T2'",
        "UPDATE publication SET actor = 'someone' WHERE number = 2",
        "UPDATE publication SET published = '2026-11-01T00:00:00Z' WHERE number = 2",
        "INSERT INTO attendance SELECT number, key, 5, 'P7' FROM session WHERE number = 2",
    ],
)
def test_an_edited_row_is_named(home, world, edit):
    """Pitfall 30."""
    for hour in (9, 10, 12):
        world.publish_week(home, hour)
    sql(home, edit)
    assert [(fault.revision, fault.harm) for fault in verify(home)] == [(2, Harm.EDITED)]


def test_who_hides_an_edit_must_rewrite_everything(home, world):
    """With a hash to match, the next revision no longer follows, and the file says otherwise."""
    from iopsched.store import tables
    from iopsched.store.record import sha_of

    for hour in (9, 10, 12):
        world.publish_week(home, hour)
    sql(home, "UPDATE publication SET actor = 'someone' WHERE number = 2")
    with closing(tables.connect(home / "iopsched.db", 1)) as db:
        record = tables.records(db)[1]
        db.execute("UPDATE publication SET sha = ? WHERE number = 2", (sha_of(record.prev_sha, record.content),))
    assert sorted((fault.revision, fault.harm) for fault in verify(home)) == [
        (2, Harm.FILE_EDITED), (3, Harm.OUT_OF_ORDER),
    ]  # fmt: skip


def test_edited_and_lost_files_are_named(home, world):
    for hour in (9, 10, 12):
        world.publish_week(home, hour)
    folder = home / "published/2026-11-30"
    content = json.loads((folder / "r001.json").read_text())
    content["actor"] = "someone"
    (folder / "r001.json").write_text(json.dumps(content))
    (folder / "r004.json").write_bytes((folder / "r003.json").read_bytes())
    (folder / "r002.json").unlink()
    assert {(fault.revision, fault.harm) for fault in verify(home)} == {
        (1, Harm.FILE_EDITED), (2, Harm.NO_FILE), (4, Harm.NO_ENTRY),
    }  # fmt: skip
    with pytest.raises(ConflictError, match=r"r004\.json"):
        world.publish_week(home, 13)


def test_a_removed_revision_is_missed(home, world):
    for hour in (9, 10, 12):
        world.publish_week(home, hour)
    sql(
        home,
        "DELETE FROM attendance WHERE number = 2",
        "DELETE FROM staff WHERE number = 2",
        "DELETE FROM session WHERE number = 2",
        "DELETE FROM publication WHERE number = 2",
    )
    assert [(fault.revision, fault.harm) for fault in verify(home)] == [(3, Harm.OUT_OF_ORDER), (2, Harm.NO_ENTRY)]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda path: path.write_bytes(b"no database at all, but long enough to look" * 50), "is damaged"),
        (lambda path: sql(path.parent, "PRAGMA user_version = 99"), "later iopsched"),
        (lambda path: sql(path.parent, "PRAGMA user_version = 0"), "another program"),
    ],
)
def test_a_file_that_is_no_store_of_ours_is_left_alone(home, world, spoil, sentence):
    world.publish_week(home)
    spoil(home / "iopsched.db")
    before = (home / "iopsched.db").read_bytes()
    for ask in (lambda: latest(home, world.WEEK), lambda: world.publish_week(home, 10)):
        with pytest.raises(ConflictError, match=sentence):
            ask()
    assert (home / "iopsched.db").read_bytes() == before


def test_an_unreadable_file_is_named_when_all_rests_on_it(home, world):
    world.publish_week(home)
    (home / "iopsched.db").unlink()
    (home / "published/2026-11-30/r001.json").write_text('{"schema": "x"}')
    with pytest.raises(ConflictError, match=r"r001\.json holds no revision"):
        latest(home, world.WEEK)


def test_the_memory_of_pushes(home, world):
    """Final at once, per calendar and week, and apart from what was published."""
    target, other = "https://example.org/T1/", "https://example.org/T2/"
    one = Pushed("u1", "/T1/u1.ics", '"1"', "ab", 0, world.WEEK, 1)
    two = Pushed("u2", "/T1/u2.ics", '"2"', "cd", 3, date(2026, 12, 7), 1)

    def be_interrupted():
        with push_state(home) as state:
            state.remember(target, one)
            state.remember(target, two)
            state.remember(other, one)
            state.forget(other, "u1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_interrupted()
    with push_state(home) as state:
        assert state.objects(target) == {"u1": one, "u2": two}
        assert state.objects(other) == {}
        assert state.targets(world.WEEK) == (target,)
    assert history(home) == ()


def test_moments_are_whole_seconds_of_utc(world):
    assert moment_of(moment_text(world.NOW)) == world.NOW


def test_a_store_of_before_facts_is_upgraded_when_it_is_written(home, world):
    """Version 1 lacks the table of facts."""
    from iopsched.store import tables

    before = [world.publish_week(home, hour).publication for hour in (9, 10)]
    sql(home, "DROP TABLE facts", "PRAGMA user_version = 1")
    assert [entry.revision for entry in history(home)] == [1, 2]
    assert latest(home, world.WEEK) == before[-1]
    with closing(tables.connect(home / "iopsched.db", 1)) as db:
        assert tables.version_of(db) == 1, "reading makes nothing"
    world.publish_week(home, 12, facts=b"{}")
    with closing(tables.connect(home / "iopsched.db", 1)) as db:
        assert tables.version_of(db) == tables.VERSION
        assert db.execute("SELECT number FROM facts").fetchall() == [(3,)]
    assert facts_of(home, world.WEEK, 3) == b"{}"
    assert verify(home) == ()
