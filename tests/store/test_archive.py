"""The whole store in one file and back: whole, or told to be none; all or nothing, wherever the process dies."""

import hashlib
import json
import os
import shutil
import stat
import threading
import zipfile
from datetime import timedelta

import pytest

from iopsched.errors import ConflictError
from iopsched.files import output
from iopsched.store import archive, facts_of, history, latest, tables, verify
from tests.support import store_world
from tests.support.deaths import changes_of, die

NOW = store_world.NOW


@pytest.fixture
def full(home, world):
    """A store of three revisions in two weeks, two of them with facts."""
    world.publish_week(home, facts=b"facts one")
    world.publish_week(home, 10, facts=b"facts two")
    world.publish_week(home, 10, world.WEEK + timedelta(weeks=1))
    return home


@pytest.fixture
def saved(full, tmp_path):
    """A backup of it."""
    path = tmp_path / "saved.zip"
    path.write_bytes(archive.take(full, NOW).to_bytes())
    return path


def everything(home):
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_a_backup_holds_all_and_the_same_store_gives_the_same_bytes(full, saved):
    found = archive.read(saved)
    assert set(found.files) == set(everything(full)) == {
        "iopsched.db", "published/2026-11-30/r001.json", "published/2026-11-30/r001-facts.json",
        "published/2026-11-30/r002.json", "published/2026-11-30/r002-facts.json", "published/2026-12-07/r001.json",
    }  # fmt: skip
    assert found.files["iopsched.db"] == everything(full)["iopsched.db"]
    assert (len(found.records), found.weeks, found.site) == (3, 2, "harbor")
    assert archive.take(full, NOW).to_bytes() == saved.read_bytes()
    assert archive.holds(full, found)


def test_a_lost_store_comes_back(full, saved, world):
    before, listed = everything(full), history(full)
    (full / "iopsched.db").unlink()
    shutil.rmtree(full / "published")
    assert archive.put_back(full, archive.read(saved)) is None
    assert everything(full) == before
    assert history(full) == listed
    assert verify(full) == ()
    assert facts_of(full, world.WEEK, 2) == b"facts two"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in full.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert world.publish_week(full, 11).publication.revision == 3


def test_what_was_there_is_kept_and_what_the_backup_lacks_is_told(full, saved, world):
    held = archive.read(saved)
    assert archive.lacking(full, held) == ()
    world.publish_week(full, 12)
    (full / "iopsched-calendars.json").write_text("{}")
    later = everything(full)
    assert archive.lacking(full, held) == (("2026-11-30", 3),)
    assert not archive.holds(full, held)
    kept = archive.put_back(full, held)
    assert kept == full / "store.before-1"
    assert everything(kept) == later
    assert latest(full, world.WEEK).revision == 2
    assert not (full / "iopsched-calendars.json").exists()
    again = archive.put_back(full, held)
    assert again == full / "store.before-2"


def test_a_damaged_store_is_replaced_too(full, saved):
    held = archive.read(saved)
    (full / "iopsched.db").write_bytes(b"no database at all")
    assert archive.lacking(full, held) == ()
    assert archive.put_back(full, held) is not None
    assert verify(full) == ()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_a_death_anywhere_leaves_the_store_or_the_backup(quick_path, world):
    """After the next command it is one of both, whole; what was there is there, or kept."""
    home = quick_path / "clinic"
    world.publish_week(home, facts=b"facts one")
    held = archive.take(home, NOW)
    world.publish_week(home, 10)
    old, new = everything(home), dict(held.files)
    spare = quick_path / "spare"
    shutil.copytree(home, spare)
    ends = set()
    for point in range(1, changes_of(lambda: archive.put_back(home, held)) + 1):
        shutil.rmtree(home)
        shutil.copytree(spare, home)
        die(lambda: archive.put_back(home, held), point)
        output.sweep(home)
        found = everything(home)
        kept = {path.removeprefix("store.before-1/"): data for path, data in found.items() if "before" in path}
        now = {path: data for path, data in found.items() if "before" not in path}
        assert (now, kept) in ((old, {}), (new, old)), point
        assert verify(home) == ()
        ends.add(len(now))
        archive.put_back(home, held)
        assert latest(home, world.WEEK).revision == 1
    assert len(ends) == 2


def test_nobody_publishes_into_a_store_that_is_replaced(full, saved, world, monkeypatch):
    """Somebody who opened the store before it was replaced would publish into the one that is put aside."""
    held, prepared = archive.read(saved), tables.is_prepared

    def replaced(db):
        monkeypatch.setattr(tables, "is_prepared", prepared)
        thread = threading.Thread(target=archive.put_back, args=(full, held))
        thread.start()
        thread.join()
        return prepared(db)

    monkeypatch.setattr(tables, "is_prepared", replaced)
    with pytest.raises(ConflictError, match="replaced by a backup"):
        world.publish_week(full, 12)
    assert verify(full) == ()
    assert world.publish_week(full, 12).publication.revision == 3


def repacked(saved, change):
    """Write a backup anew with its files changed."""
    with zipfile.ZipFile(saved) as source:
        files = {name: source.read(name) for name in source.namelist()}
    change(files)
    with zipfile.ZipFile(saved, "w") as target:
        for name, data in files.items():
            target.writestr(name, data)


def with_sums(files):
    """Let the list say what the files are, as somebody would who wants to be believed."""
    listed = json.loads(files["manifest.json"])
    listed["files"] = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if "man" not in name}
    files["manifest.json"] = json.dumps(listed).encode()


def edit_revision(files):
    name = "published/2026-11-30/r002.json"
    files[name] = files[name].replace(b'"R1"', b'"R9"')


def edit_database(files):
    files["iopsched.db"] = files["iopsched.db"].replace(b"harbor", b"harbar")


DAMAGES = {
    "an edited revision": edit_revision,
    "an edited database": edit_database,
    "facts of another time": lambda files: files.update({"published/2026-11-30/r001-facts.json": b"other"}),
    "a revision without its file": lambda files: files.pop("published/2026-12-07/r001.json"),
    "a file too many": lambda files: files.update({"published/2027-01-04/r001.json": b"{}"}),
    "no database": lambda files: files.pop("iopsched.db"),
    "a path that leads out": lambda files: files.update({"../participants.csv": b"x"}),
    "a table of the clinic": lambda files: files.update({"participants.csv": b"x"}),
    "no list": lambda files: files.pop("manifest.json"),
    "a list that is none": lambda files: files.update({"manifest.json": b"[]"}),
}


@pytest.mark.parametrize("is_hidden", [False, True])
@pytest.mark.parametrize("name", DAMAGES)
def test_a_backup_that_is_not_as_it_was_written_is_none(saved, name, is_hidden):
    def change(files):
        DAMAGES[name](files)
        if is_hidden and files.get("manifest.json", b"[]") != b"[]":
            with_sums(files)

    repacked(saved, change)
    with pytest.raises(ConflictError, match=r"saved\.zip is no whole backup of iopsched: "):
        archive.read(saved)


def test_what_is_no_zip_or_a_bomb_is_none(saved, monkeypatch):
    data = saved.read_bytes()
    for half in (b"", b"PK", data[:-40], data[: len(data) // 2], b"x" * 100):
        saved.write_bytes(half)
        with pytest.raises(ConflictError, match="no whole backup"):
            archive.read(saved)
    saved.write_bytes(data)
    monkeypatch.setattr(archive, "MOST_BYTES", len(data))
    with pytest.raises(ConflictError, match="larger than it can be"):
        archive.read(saved)


def test_a_bit_anywhere_is_noticed(saved):
    """What is not told at once is no part of what is read: names and times of the entries."""
    data = saved.read_bytes()
    for place in range(0, len(data), 211):
        saved.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
        try:
            found = archive.read(saved)
        except ConflictError:
            continue
        assert found.files == archive.of_bytes(data).files


def test_nothing_is_taken_of_nothing(home):
    assert archive.take(home, NOW) is None
    assert list(home.iterdir()) == []


def test_a_backup_while_others_publish_is_whole(full, world):
    """Each is the store at one moment: a chain without a gap, the files that belong to it, and no more."""
    stop = threading.Event()

    def work():
        hour = 9
        while not stop.is_set():
            hour = 10 + (hour + 1) % 8
            world.publish_week(full, hour, wait_s=20)
            stop.wait(0.02)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        found = [archive.of_bytes(archive.take(full, NOW).to_bytes()) for _ in range(3)]
    finally:
        stop.set()
        thread.join()
    assert [len(one.records) for one in found] == sorted(len(one.records) for one in found)
    assert verify(full) == ()
