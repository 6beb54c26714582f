"""A folder is replaced all at once, wherever the process dies or the disk refuses."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import iopsched
from iopsched import folders
from iopsched.errors import ConflictError, UsageError

OURS = ("a.csv", "b.csv")
OLD = {"a.csv": b"old a", "b.csv": b"old b"}
NEW = {"a.csv": b"new a", "b.csv": b"new b"}

# Counts every call that changes the disk; at the chosen one the process dies, or the disk refuses from then on.
DRIVER = """
import os, sys, pathlib
from iopsched import folders
target, point, how, keep = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
count = 0
def wrap(name, real):
    def call(*args, **kwargs):
        global count
        count += 1
        if count == point and how == "die":
            os._exit(137)
        if count == point and how == "refuse":
            raise OSError(28, "No space left on device")
        return real(*args, **kwargs)
    return call
for name in ("mkdir", "open", "fsync", "rename", "rmdir", "unlink"):
    setattr(os, name, wrap(name, getattr(os, name)))
folders.write_folder(target, {"a.csv": b"new a", "b.csv": b"new b"}, ("a.csv", "b.csv"), lambda: keep == "keep")
print(count)
"""


def drive(target, point, how, keep=""):
    return subprocess.run(
        [sys.executable, "-c", DRIVER, target, str(point), how, keep],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(iopsched.__file__).parents[1])},
    )


def content(target):
    return {path.name: path.read_bytes() for path in target.iterdir() if path.is_file()}


@pytest.fixture
def week(tmp_path):
    """A folder of ours with an export in it."""
    target = tmp_path / "schedules" / "week"
    folders.write_folder(target, OLD, OURS)
    (target / "exports").mkdir()
    (target / "exports" / "week.pdf").write_bytes(b"pdf")
    return target


def steps(week, keep=""):
    """Return how many calls a whole replacement makes."""
    done = drive(week, 0, "count", keep)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_a_death_at_any_step_leaves_the_old_or_the_new(week):
    """After the next start nothing is torn, mixed or lost, and nothing is left beside the folder."""
    seen = set()
    for point in range(1, steps(week) + 1):
        folders.write_folder(week, OLD, OURS)
        assert drive(week, point, "die").returncode == 137
        folders.recover(week, OURS)
        assert content(week) in (OLD, NEW)
        seen.add(content(week)["a.csv"])
        assert (week / "exports" / "week.pdf").read_bytes() == b"pdf"
        assert [path.name for path in week.parent.iterdir()] == ["week"]
    assert seen == {b"old a", b"new a"}


def test_a_refusal_at_any_step_leaves_the_old_or_the_new(week):
    """The message names the folder; no leftover stays."""
    for point in range(1, steps(week) + 1):
        folders.write_folder(week, OLD, OURS)
        done = drive(week, point, "refuse")
        folders.recover(week, OURS)
        assert content(week) in (OLD, NEW)
        assert (week / "exports" / "week.pdf").read_bytes() == b"pdf"
        assert [path.name for path in week.parent.iterdir()] == ["week"]
        if done.returncode:
            assert f"Cannot write {week}: No space left on device." in done.stderr


@pytest.mark.parametrize("how", ["die", "refuse"])
def test_what_is_to_be_kept_is_there_wherever_it_ends(week, how):
    """The old files are in the folder itself or whole in the one beside it, from the first step to the last."""
    total = steps(week, "keep")
    assert content(week.with_name("week.before-1")) == OLD
    for point in range(1, total + 1):
        folders.write_folder(week, OLD, OURS)
        for path in week.parent.glob("*.before-*"):
            shutil.rmtree(path)
        drive(week, point, how, "keep")
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

    monkeypatch.setattr(folders, "write_new", refuse)
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


def test_files_reach_the_disk_before_their_names(week, monkeypatch):
    """Each file is synced, then the staged folder, then the swap, then the parent."""
    log = []
    for name in ("fsync", "rename"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *args, name=name, real=real: (log.append(name), real(*args))[1])
    folders.write_folder(week, NEW, OURS)
    assert "".join(name[0] for name in log).lstrip("f").count("r") == 3
    assert log[:8] == ["fsync", "fsync", "fsync", "fsync", "rename", "rename", "fsync", "rename"]


@pytest.mark.skipif(folders.fcntl is None, reason="the system has no such lock")
def test_a_second_writer_is_told(week, monkeypatch):
    monkeypatch.setattr(folders, "LOCK_WAIT_S", 0.1)
    with folders._lock(week.parent), pytest.raises(ConflictError, match="Another iopsched is writing in"):
        folders.write_folder(week, NEW, OURS)
    assert content(week) == OLD
