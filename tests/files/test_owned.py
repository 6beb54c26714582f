"""An export folder is shared: only what we wrote and nobody touched is replaced or removed, wherever the process dies."""

import contextlib
import json
import os
import shutil
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from iopsched.errors import ConflictError, UsageError
from iopsched.export.writing import owner_of
from iopsched.files import folders, locks, owned, plans
from tests.support.deaths import changes_of, counting, die

OLD = {"week.html": b"old week", "calendars/a.ics": b"old a", "calendars/gone.ics": b"gone", "handouts/a.html": b"a"}
NEW = {"week.html": b"new week", "calendars/a.ics": b"new a", "calendars/b.ics": b"new b"}
AFTER = NEW | {"handouts/a.html": b"a"}
MINE = {"calendars/family.ics": b"mine", "notes.txt": b"mine"}


def content(root):
    """Return what is there by path, the manifest left out."""
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    found.pop(plans.MANIFEST, None)
    return found


def put(root, files):
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


@pytest.fixture
def desk(quick_path):
    """A folder with an export of ours and files of a person."""
    owned.replace_files(quick_path / "desk", OLD, "us")
    put(quick_path / "desk", MINE)
    return quick_path / "desk"


def test_ours_is_replaced_and_stale_goes_and_the_rest_stays_and_is_told(desk):
    assert owned.replace_files(desk, NEW, "us") == owned.Left((), {"calendars": 1})
    assert content(desk) == AFTER | MINE
    assert owned.replace_files(desk, {"handouts/b.html": b"b"}, "us") == owned.Left()
    assert set(content(desk)) == {*NEW, *MINE, "handouts/b.html"}


def test_a_week_beside_another_stays(desk):
    """At the top of the folder names hold the date: nothing there is stale."""
    owned.replace_files(desk, {"week-2.html": b"next"}, "us")
    assert content(desk) == OLD | MINE | {"week-2.html": b"next"}


@pytest.mark.parametrize("name", sorted(NEW.keys() & OLD.keys()))
def test_what_was_changed_is_replaced_by_force_only(desk, name):
    put(desk, {name: b"touched"})
    before = content(desk)
    with pytest.raises(ConflictError, match=r"1 file .*\n.*changed since iopsched wrote it"):
        owned.replace_files(desk, NEW, "us")
    assert content(desk) == before
    owned.replace_files(desk, NEW, "us", is_forced=True)
    assert content(desk) == AFTER | MINE


def test_stale_but_changed_stays_and_is_told(desk):
    put(desk, {"calendars/gone.ics": b"touched"})
    assert owned.replace_files(desk, NEW, "us") == owned.Left(("calendars/gone.ics",), {"calendars": 1})
    assert owned.replace_files(desk, NEW, "us", is_forced=True) == owned.Left((), {"calendars": 2})
    assert content(desk)["calendars/gone.ics"] == b"touched"


def test_two_clinics_share_a_folder(desk):
    """Neither removes nor replaces what is the other's, also where the bytes are equal."""
    left = owned.replace_files(desk, {"calendars/z.ics": b"z"}, "them")
    assert left == owned.Left((), {"calendars": 3}), "files of another clinic are not named"
    assert content(desk) == OLD | MINE | {"calendars/z.ics": b"z"}
    for data in (b"old a", b"other"):
        with pytest.raises(ConflictError, match="of another clinic"):
            owned.replace_files(desk, {"calendars/a.ics": data}, "them")
    owned.replace_files(desk, NEW, "us")
    assert content(desk)["calendars/z.ics"] == b"z"
    assert "us" not in json.loads((desk / plans.MANIFEST).read_text())["files"]["week.html"]["owner"]


def test_an_export_without_a_manifest_is_of_somebody_else(desk):
    (desk / plans.MANIFEST).unlink()
    with pytest.raises(ConflictError, match="needs --force once"):
        owned.replace_files(desk, NEW, "us")
    assert content(desk) == OLD | MINE
    owned.replace_files(desk, NEW, "us", is_forced=True)
    assert content(desk) == AFTER | MINE | {"calendars/gone.ics": b"gone"}


def test_a_file_with_the_same_bytes_is_neither_written_nor_claimed(desk):
    put(desk, {"other.html": b"same"})
    owned.replace_files(desk, {"other.html": b"same"}, "us")
    with pytest.raises(ConflictError):
        owned.replace_files(desk, {"other.html": b"next"}, "us")


ROW = {"sha256": "0" * 64, "owner": "x"}
HOSTILE = {
    "not JSON": b"\x00\xff{",
    "blank": b"",
    "a list": b"[]",
    "a number": b'{"files": 7}',
    "deep": b"[" * 100_000,
    "rows of another kind": b'{"files": {"week.html": 1, "calendars/a.ics": {"sha256": 1, "owner": []}}}',
    "paths that lead out": json.dumps(
        {
            "files": dict.fromkeys(
                ("../victim", "/etc/passwd", "calendars/../../victim", "a\\b", "c:x", "a/b/c", ""), ROW
            )
        }
    ).encode(),
    "huge": b" " * (plans.MOST_MANIFEST_BYTES + 1),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_with_a_damaged_manifest_nothing_is_ours(desk, data):
    victim = desk.parent / "victim"
    victim.write_bytes(b"mine")
    put(desk, {plans.MANIFEST: data})
    with pytest.raises(ConflictError):
        owned.replace_files(desk, NEW, "us")
    owned.replace_files(desk, {"calendars/new.ics": b"new"}, "us")
    assert content(desk) == OLD | MINE | {"calendars/new.ics": b"new"}
    assert victim.read_bytes() == b"mine"


@pytest.mark.parametrize("path", ["../victim", "calendars/../../victim"])
def test_a_plan_that_leads_out_is_not_carried_out(desk, path):
    (desk.parent / "victim").write_bytes(b"mine")
    sha = owned.hashlib.sha256(b"mine").hexdigest()
    put(desk, {f"{folders.STAGING}/ready/plan.json": json.dumps({"write": {}, "remove": {path: sha}}).encode()})
    folders.sweep(desk, (), plans.finish)
    assert (desk.parent / "victim").read_bytes() == b"mine"
    assert content(desk) == OLD | MINE


def test_links_are_never_followed(desk, tmp_path):
    """A linked file is somebody else's; by force the link goes, what it points to stays. A linked folder is refused."""
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "a.ics").write_bytes(b"old a")
    (desk / "calendars" / "a.ics").unlink()
    (desk / "calendars" / "a.ics").symlink_to(tmp_path / "far" / "a.ics")
    with pytest.raises(ConflictError):
        owned.replace_files(desk, NEW, "us")
    owned.replace_files(desk, NEW, "us", is_forced=True)
    assert not (desk / "calendars" / "a.ics").is_symlink()
    assert (tmp_path / "far" / "a.ics").read_bytes() == b"old a"
    (desk / "linked").symlink_to(tmp_path / "far")
    with pytest.raises(UsageError, match="no folder of its own"):
        owned.replace_files(desk, {"linked/a.ics": b"x"}, "us")
    with pytest.raises(UsageError, match="no folder of its own"):
        owned.replace_files(desk / "linked", NEW, "us")


def test_a_linked_manifest_counts_for_nothing(desk):
    far = (desk / plans.MANIFEST).rename(desk.with_name("far.json"))
    (desk / plans.MANIFEST).symlink_to(far)
    with pytest.raises(ConflictError):
        owned.replace_files(desk, NEW, "us")


def test_a_folder_in_the_way_is_not_replaced_even_by_force(desk):
    (desk / "week-2.html").mkdir()
    with pytest.raises(ConflictError, match=r"a folder\)\n.*move these files elsewhere\."):
        owned.replace_files(desk, {"week-2.html": b"x"}, "us", is_forced=True)


def test_a_folder_called_like_the_manifest_is_told_before_anything_is_written(desk):
    manifest = (desk / plans.MANIFEST).rename(desk.with_name("manifest.json"))
    (desk / plans.MANIFEST).mkdir()
    with pytest.raises(UsageError, match=r"is a folder\. Move it elsewhere"):
        owned.replace_files(desk, NEW, "us")
    assert content(desk) == OLD | MINE
    assert not (desk / folders.STAGING).exists()
    (desk / plans.MANIFEST).rmdir()
    manifest.rename(desk / plans.MANIFEST)
    owned.replace_files(desk, NEW, "us")
    assert content(desk) == AFTER | MINE


def test_names_that_differ_by_case_alone_may_be_one_file(desk):
    """Where they are one, removing the stale one would remove the new one; else the stale one goes."""
    owned.replace_files(desk, {"calendars/A.ics": b"capital"}, "us")
    assert {name: data for name, data in content(desk).items() if name.casefold() == "calendars/a.ics"} == {
        "calendars/A.ics": b"capital"
    }
    (desk / "calendars" / "B.ics").hardlink_to(desk / "calendars" / "A.ics")  # as a disk shows it that knows no case
    (desk / "calendars" / "b.ics").hardlink_to(desk / "calendars" / "A.ics")
    rows = json.loads((desk / plans.MANIFEST).read_text())
    rows["files"]["calendars/b.ics"] = rows["files"]["calendars/A.ics"]
    (desk / plans.MANIFEST).write_text(json.dumps(rows))
    owned.replace_files(desk, {"calendars/B.ics": b"capital"}, "us")
    assert content(desk)["calendars/b.ics"] == b"capital"


def test_modes_are_private_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        owned.replace_files(tmp_path / "desk", NEW, "us")
    finally:
        os.umask(before)
    for path in (tmp_path / "desk", *(tmp_path / "desk").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def export(desk):
    """Return the work of exporting what is new."""
    return lambda: owned.replace_files(desk, NEW, "us")


def steps(desk):
    """Return how many changes of the disk an export makes."""
    return changes_of(export(desk))


def again(desk):
    """Put the folder back as it was, without waiting for the disk."""
    saved = desk.with_name("saved")
    if not saved.exists():
        owned.replace_files(desk, OLD, "us")
        shutil.copytree(desk, saved)
    shutil.rmtree(desk)
    shutil.copytree(saved, desk)


def assert_whole(desk, *, is_recovered):
    """Assert that each file is the old or the new one; after the next start all of them, and that nothing is left over."""
    found = {path: data for path, data in content(desk).items() if not path.startswith(folders.STAGING)}
    assert found.items() >= MINE.items()
    assert all(data in (OLD.get(path), NEW.get(path), MINE.get(path)) for path, data in found.items())
    if is_recovered:
        assert found in (OLD | MINE, AFTER | MINE)
        assert not (desk / folders.STAGING).exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
@pytest.mark.usefixtures("disk")
def test_a_death_at_any_step_leaves_the_old_or_the_new(desk):
    seen = set()
    for point in range(1, steps(desk) + 1):
        again(desk)
        die(export(desk), point)
        assert_whole(desk, is_recovered=False)
        folders.sweep(desk, (), plans.finish)
        assert_whole(desk, is_recovered=True)
        seen.add(content(desk)["week.html"])
    assert seen == {b"old week", b"new week"}


def test_what_a_person_changes_between_a_death_and_the_next_start_stays(desk):
    for point in range(1, steps(desk) + 1, 5):
        again(desk)
        die(export(desk), point)
        put(desk, {"calendars/a.ics": b"touched"})
        folders.sweep(desk, (), plans.finish)
        assert content(desk)["calendars/a.ics"] == b"touched"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.usefixtures("disk")
def test_a_refusal_or_an_interrupt_at_any_step_leaves_the_old_or_the_new(desk, error):
    def refuse():
        raise error

    for point in range(1, steps(desk) + 1):
        again(desk)
        with pytest.MonkeyPatch.context() as patch:
            counting(patch, point, refuse)
            with contextlib.suppress(UsageError, KeyboardInterrupt):
                owned.replace_files(desk, NEW, "us")
        assert_whole(desk, is_recovered=False)
        folders.sweep(desk, (), plans.finish)
        assert_whole(desk, is_recovered=True)


def test_a_refusal_names_the_folder_and_says_how_things_stand(desk, monkeypatch):
    def refuse(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("iopsched.files.unnamed.write_whole", refuse)
        with pytest.raises(UsageError) as told:
            owned.replace_files(desk, NEW, "us")
    assert str(told.value) == f"Cannot write {desk}: No space left on device. What was there before is unchanged."
    assert content(desk) == OLD | MINE
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        with pytest.raises(UsageError, match=r"Run the command again: it finishes what is begun\."):
            owned.replace_files(desk, NEW, "us")
    folders.sweep(desk, (), plans.finish)
    assert content(desk) == AFTER | MINE


def test_a_second_writer_is_told(desk, monkeypatch):
    monkeypatch.setattr(locks, "LOCK_WAIT_S", 0.1)
    with locks.lock(desk), pytest.raises(ConflictError, match="Another iopsched is writing in"):
        owned.replace_files(desk, NEW, "us")


class FakeMsvcrt:
    """Locks of files as Windows has them: refused with ``PermissionError`` while somebody holds them."""

    LK_NBLCK = 2

    def __init__(self):
        self.held = False

    def locking(self, _handle, _mode, _size):
        if self.held:
            raise PermissionError(13, "Permission denied")
        self.held = True


def test_a_system_that_locks_files_only(desk, monkeypatch):
    monkeypatch.setattr(locks, "LOCK_WAIT_S", 0.1)
    monkeypatch.setattr(locks, "fcntl", None)
    monkeypatch.setattr(locks, "msvcrt", FakeMsvcrt())
    owned.replace_files(desk, NEW, "us")
    assert content(desk) == AFTER | MINE
    with pytest.raises(ConflictError, match="Another iopsched is writing in"):
        owned.replace_files(desk, NEW, "us")


def clinic(name, clinic_id=""):
    """Return all that an owner is made of."""
    return SimpleNamespace(name=name, clinic_id=clinic_id)


def test_an_owner_without_an_id_lasts_when_all_is_moved(tmp_path):
    first = owner_of(clinic("A"), tmp_path / "x" / "clinic", tmp_path / "x" / "desk")
    assert first == owner_of(clinic("A"), tmp_path / "y" / "clinic", tmp_path / "y" / "desk")
    assert first != owner_of(clinic("B"), tmp_path / "x" / "clinic", tmp_path / "x" / "desk")
    assert first != owner_of(clinic("A"), tmp_path / "x" / "other", tmp_path / "x" / "desk")
    assert (
        owner_of(clinic("A", "id"), Path("x"), Path("y")) == "id" == owner_of(clinic("B", "id"), Path("z"), Path("y"))
    )
