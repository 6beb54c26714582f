"""A folder is replaced all at once, wherever the process dies or the disk refuses."""

import os
import re
import shutil
import stat
import time
from pathlib import Path

import pytest

from iopsched.errors import ConflictError, UsageError
from iopsched.files import folders, locks, unnamed
from iopsched.files.output import sweep
from iopsched.files.owned import replace_files
from tests.support.commands import invoke
from tests.support.deaths import changes_of, counting, die, refuse

OURS = ("a.csv", "b.csv")
OLD = {"a.csv": b"old a", "b.csv": b"old b"}
NEW = {"a.csv": b"new a", "b.csv": b"new b"}


def replacing(target, *, is_kept=False):
    """Return the work of replacing a folder."""
    return lambda: folders.write_folder(target, NEW, OURS, lambda: is_kept)


def steps(target, *, is_kept=False):
    """Return how many changes of the disk a whole replacement makes."""
    return changes_of(replacing(target, is_kept=is_kept))


def end(how, point, work):
    """End some work at the given change of the disk: the process dies, or the disk refuses once; return the message."""
    if how == "die":
        die(work, point)
    else:
        with pytest.MonkeyPatch.context() as patch:
            counting(patch, point, refuse)
            try:
                work()
            except UsageError as error:
                return str(error)
    return ""


def content(target):
    return {path.name: path.read_bytes() for path in target.iterdir() if path.is_file()}


@pytest.fixture
def week(quick_path):
    """A folder of ours with an export in it."""
    target = quick_path / "schedules" / "week"
    folders.write_folder(target, OLD, OURS)
    (target / "exports").mkdir()
    (target / "exports" / "week.pdf").write_bytes(b"pdf")
    return target


@pytest.mark.usefixtures("disk")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
@pytest.mark.parametrize("how", ["die", "refuse"])
def test_an_end_at_any_step_leaves_the_old_or_the_new(week, how):
    """After the next start nothing is torn, mixed or lost, and nothing is left beside the folder; the message names it."""
    seen = set()
    for point in range(1, steps(week) + 1):
        folders.write_folder(week, OLD, OURS)
        told = end(how, point, replacing(week))
        assert told in ("", f"Cannot write {week}: No space left on device. What was there before is unchanged.")
        folders.recover(week, OURS)
        assert content(week) in (OLD, NEW)
        seen.add(content(week)["a.csv"])
        assert (week / "exports" / "week.pdf").read_bytes() == b"pdf"
        assert [path.name for path in week.parent.iterdir()] == ["week"]
    assert seen == {b"old a", b"new a"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
@pytest.mark.parametrize("how", ["die", "refuse"])
def test_what_is_to_be_kept_is_there_wherever_it_ends(week, how):
    """The old files are in the folder itself or whole in the one beside it, from the first step to the last."""
    total = steps(week, is_kept=True)
    assert content(week.with_name("week.before-1")) == OLD
    for point in range(1, total + 1):
        folders.write_folder(week, OLD, OURS)
        for path in week.parent.glob("*.before-*"):
            shutil.rmtree(path)
        end(how, point, replacing(week, is_kept=True))
        folders.recover(week, OURS)
        beside = [path for path in week.parent.iterdir() if path != week]
        assert content(week) == OLD or (content(week) == NEW and beside)
        assert [(path.name, content(path)) for path in beside] in ([], [("week.before-1", OLD)])
        assert (week / "exports" / "week.pdf").read_bytes() == b"pdf"


def test_the_first_free_number_is_taken(week):
    week.with_name("week.before-1").write_text("somebody's")
    assert folders.write_folder(week, NEW, OURS, lambda: True) == week.with_name("week.before-2")
    assert content(week.with_name("week.before-2")) == OLD
    assert stat.S_IMODE(week.with_name("week.before-2").stat().st_mode) == 0o700
    assert folders.write_folder(week, NEW, OURS, lambda: False) is None


def test_roots_and_parents_are_no_folders_of_ours(tmp_path, monkeypatch):
    """They have no name beside which anything could be written, or the real name is taken."""
    folders.recover(Path("/"), OURS)
    with pytest.raises(UsageError):
        folders.check_writable(Path("/"))
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    folders.write_folder(Path(".."), NEW, OURS)
    assert content(tmp_path / "a") == NEW


def test_a_refused_write_is_usage(week, monkeypatch):
    def refuse(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("iopsched.files.unnamed.write_whole", refuse)
    with pytest.raises(UsageError) as error:
        folders.write_folder(week, NEW, OURS)
    assert str(error.value) == (f"Cannot write {week}: No space left on device. What was there before is unchanged.")
    assert content(week) == OLD


def test_an_interrupt_while_writing_leaves_the_old(week, monkeypatch):
    def interrupt(_folder):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folders, "sync_folder", interrupt)
        with pytest.raises(KeyboardInterrupt):
            folders.write_folder(week, NEW, OURS)
    folders.recover(week, OURS)
    assert content(week) == OLD


def test_modes_are_private_whatever_the_umask(tmp_path):
    before = os.umask(0o022)
    try:
        folders.write_folder(tmp_path / "a" / "week", NEW, OURS)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "week").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a" / "week").iterdir()} == {0o600}


def test_what_a_person_put_there_meanwhile_is_not_overwritten(week):
    """A crash left the earlier folder beside the later one, and both have an exports folder."""
    (week.parent / folders.STAGING / "old").mkdir(parents=True)
    week.rename(week.parent / folders.STAGING / "old" / "week")
    week.mkdir()
    for name, data in NEW.items():
        (week / name).write_bytes(data)
    (week / "exports").mkdir()
    folders.recover(week, OURS)
    assert content(week) == NEW
    assert (week / "exports.kept" / "week.pdf").read_bytes() == b"pdf"


@pytest.mark.parametrize("name", ["", "new", "ready", "aside", "old"])
def test_a_file_in_the_place_of_a_folder_of_ours_is_named_with_what_to_do(week, name):
    """Nobody but a person puts one there; it is theirs, and the way is free again when they take it away."""
    staging = week.parent / folders.STAGING
    stranger = staging / name if name else staging
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_bytes(b"theirs")
    for work in (
        replacing(week),
        lambda: folders.replace_file(week.parent / "x", b"x"),
        lambda: folders.make_file(week.parent / "y", b"y"),
        lambda: folders.make_folder(week.parent / "z", NEW),
        lambda: replace_files(week.parent, NEW, "us"),
    ):
        with pytest.raises(
            UsageError, match=f"^{re.escape(str(stranger))} is no folder of iopsched. Move it elsewhere.$"
        ):
            work()
    assert stranger.read_bytes() == b"theirs"
    assert content(week) == OLD
    stranger.rename(week.parent / "elsewhere")
    replacing(week)()
    assert content(week) == NEW


def test_files_reach_the_disk_before_their_names(week, monkeypatch):
    """Each file is synced, then the staged folder, then the swap, then the parent."""
    log = []
    for name in ("fsync", "rename"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *args, name=name, real=real: (log.append(name), real(*args))[1])
    folders.write_folder(week, NEW, OURS)
    assert "".join(name[0] for name in log).lstrip("f").count("r") == 3
    assert log[:8] == ["fsync", "fsync", "fsync", "fsync", "rename", "rename", "fsync", "rename"]


@pytest.mark.skipif(locks.fcntl is None, reason="the system has no such lock")
def test_a_second_writer_is_told(week, monkeypatch):
    monkeypatch.setattr(locks, "LOCK_WAIT_S", 0.1)
    with locks.lock(week.parent), pytest.raises(ConflictError, match="Another iopsched is writing in"):
        folders.write_folder(week, NEW, OURS)
    assert content(week) == OLD


def test_files_in_the_making_have_no_name(week, monkeypatch):
    """Until all are whole a kill leaves nothing, not even a folder: of one file, of a folder, of an export."""
    if not hasattr(os, "O_TMPFILE"):
        pytest.skip("the system has no files without a name")
    there, seen = sorted(week.parent.rglob("*")), []
    real = unnamed.write_whole
    monkeypatch.setattr(unnamed, "write_whole", lambda *a: (real(*a), seen.append(sorted(week.parent.rglob("*")))))
    folders.write_folder(week, NEW, OURS)
    folders.replace_file(week / "a.csv", b"newer")
    assert seen == [there] * 3
    assert content(week) == NEW | {"a.csv": b"newer"}


def test_more_files_than_may_be_open(quick_path, monkeypatch):
    """Those beyond the limit are written under their names."""
    monkeypatch.setattr(unnamed, "_most_open", lambda _wanted: 2)
    files = {f"{n % 3}/{n}.csv": b"%d" % n for n in range(9)}
    folders.make_folder(quick_path / "a", files)
    found = {path.relative_to(quick_path / "a").as_posix(): path.read_bytes() for path in quick_path.rglob("*.csv")}
    assert found == files
    assert [path.name for path in quick_path.iterdir()] == ["a"]


def test_thousands_of_files_are_open_at_once(quick_path):
    folders.make_folder(quick_path / "a", {f"{n}.ics": b"x" for n in range(1500)})
    assert len(list((quick_path / "a").iterdir())) == 1500


@pytest.mark.usefixtures("disk")
def test_a_new_file_is_never_written_over_anything(quick_path):
    folders.make_file(quick_path / "a.xlsx", b"mine")
    with pytest.raises(UsageError, match=r"a\.xlsx exists\. Name a new file\."):
        folders.make_file(quick_path / "a.xlsx", b"other")
    assert content(quick_path) == {"a.xlsx": b"mine"}


PLACES = ("", "clinic", "clinic/schedules", "clinic/schedules/2026-11-30/exports", "clinic/published/2026-11-30")


def left_over(root):
    """Leave behind, in each place of a clinic, what a kill would."""
    for place in PLACES:
        made = root / place / folders.STAGING / folders.NEW
        made.mkdir(parents=True)
        (made / "participants.csv").write_bytes(b"health data")


@pytest.mark.parametrize("command", [("check", "clinic"), ("history", "clinic"), ("rules", "--clinic", "clinic")])
def test_any_command_that_is_given_the_clinic_sweeps(command, quick_path, monkeypatch):
    left_over(quick_path)
    monkeypatch.chdir(quick_path)
    invoke(*command)
    assert list(quick_path.rglob(folders.STAGING)) == []


@pytest.mark.skipif(locks.fcntl is None, reason="the system has no such lock")
def test_a_living_writer_is_neither_swept_nor_waited_for(quick_path):
    left_over(quick_path)
    held = quick_path / "clinic" / "schedules"
    begin = time.monotonic()
    with locks.lock(held):
        sweep(quick_path / "clinic")
    assert time.monotonic() - begin < 1.0
    assert list(quick_path.rglob(folders.STAGING)) == [held / folders.STAGING]


@pytest.mark.skipif(locks.fcntl is None, reason="the system has no such lock")
def test_where_the_disk_has_no_locks_a_file_says_that_somebody_writes(quick_path, monkeypatch):
    """Where that cannot be made either, nothing is swept."""

    def refuse_lock(*_):
        raise OSError(37, "No locks available")

    left_over(quick_path)
    monkeypatch.setattr(locks.fcntl, "flock", refuse_lock)
    signs = [path.with_name(locks.LOCK) for path in quick_path.rglob(folders.STAGING)]
    for sign in signs:
        sign.touch()
    sweep(quick_path / "clinic")
    assert len(list(quick_path.rglob(folders.STAGING))) == len(PLACES)
    for sign in signs:
        sign.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(locks, "_claim", lambda *_: None)
        sweep(quick_path / "clinic")
    assert len(list(quick_path.rglob(folders.STAGING))) == len(PLACES)
    sweep(quick_path / "clinic")
    assert not list(quick_path.rglob(folders.STAGING))
    assert not list(quick_path.rglob(locks.LOCK))
