"""Files that others edit, too, are changed where they lie: all or none, only as they were read, wherever the process dies."""

import hashlib
import os
import shutil
import stat

import pytest

from iopsched.errors import ConflictError, UsageError
from iopsched.files import folders, output, rewriting
from tests.support.deaths import changes_of, counting, die, refuse

OLD = {"participants.csv": b"P1,Jane\n", "rooms.csv": b"R1\n", "clinic.toml": b"x = 1\n"}
READ = {name: hashlib.sha256(data).hexdigest() for name, data in OLD.items()}
NEW = {**OLD, "participants.csv": b"P1,Jane,level\n", "rooms.csv": b"R1\nR2\n", "time_off.csv": b"T1\n"}
CHANGED = ("participants.csv", "rooms.csv", "time_off.csv")


@pytest.fixture
def clinic(quick_path):
    """A clinic folder whose files the whole team may write."""
    folder = quick_path / "clinic"
    folder.mkdir()
    for name, data in OLD.items():
        (folder / name).write_bytes(data)
        (folder / name).chmod(0o664)
    (folder / "notes.txt").write_bytes(b"mine")
    return folder


def content(folder):
    """Return the files in a folder but for the director's own."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "notes.txt"}


def rewritten(clinic):
    return rewriting.rewrite(clinic, NEW, READ)


def test_what_differs_is_replaced_and_looks_as_before(clinic):
    os.utime(clinic / "rooms.csv", (0, 0))
    os.utime(clinic / "clinic.toml", (0, 0))
    assert rewritten(clinic) == CHANGED
    assert content(clinic) == NEW
    assert {stat.S_IMODE((clinic / name).stat().st_mode) for name in NEW} == {0o664}
    assert (clinic / "rooms.csv").stat().st_mtime > 0, "a spreadsheet program sees that it has changed"
    assert (clinic / "clinic.toml").stat().st_mtime == 0
    assert rewriting.rewrite(clinic, OLD, READ) == ()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_a_death_anywhere_leaves_all_as_it_was_or_is_finished_by_the_next_command(clinic, disk):
    saved = clinic.with_name("saved")
    shutil.copytree(clinic, saved)
    seen = set()
    for point in range(1, changes_of(lambda: rewritten(clinic)) + 1):
        shutil.rmtree(clinic)
        shutil.copytree(saved, clinic)
        die(lambda: rewritten(clinic), point)
        output.sweep(clinic)
        assert content(clinic) in (OLD, NEW), (point, disk)
        seen.add(len(content(clinic)))
        assert {stat.S_IMODE((clinic / name).stat().st_mode) for name in content(clinic)} == {0o664}
        if content(clinic) == OLD:
            rewritten(clinic)
        assert content(clinic) == NEW
    assert seen == {len(OLD), len(NEW)}
    assert (clinic / "notes.txt").read_bytes() == b"mine"


def test_a_full_disk_leaves_all_as_it_was_or_says_what_to_do(clinic, monkeypatch):
    points = changes_of(lambda: rewritten(clinic))
    for point in range(1, points + 1):
        for name in NEW:
            (clinic / name).unlink(missing_ok=True)
        for name, data in OLD.items():
            (clinic / name).write_bytes(data)
        with monkeypatch.context() as patch:
            counting(patch, point, refuse)
            try:
                rewritten(clinic)
            except UsageError as error:
                told = str(error)
                assert folders.UNCHANGED in told or "finishes what is begun" in told
        output.sweep(clinic)
        assert content(clinic) in (OLD, NEW), point


@pytest.mark.parametrize("name", CHANGED)
@pytest.mark.parametrize("data", [b"typed by somebody\n", None])
def test_what_is_no_longer_as_it_was_read_stays(clinic, name, data):
    before = {**OLD, name: data} if data else {key: value for key, value in OLD.items() if key != name}
    if data:
        (clinic / name).write_bytes(data)
    else:
        (clinic / name).unlink(missing_ok=True)
    if before == OLD:  # it is to be made, and was not there
        assert rewritten(clinic) == CHANGED
        return
    with pytest.raises(ConflictError, match=name):
        rewritten(clinic)
    assert content(clinic) == before


def test_a_file_that_is_changed_in_the_last_moment_stays_and_is_told(clinic, monkeypatch):
    bind = rewriting.plans.bind

    def interfere(place):
        bind(place)
        (clinic / "rooms.csv").write_bytes(b"theirs\n")

    monkeypatch.setattr(rewriting.plans, "bind", interfere)
    with pytest.raises(ConflictError, match=r"rooms\.csv"):
        rewritten(clinic)
    assert content(clinic) == {**NEW, "rooms.csv": b"theirs\n"}


@pytest.mark.parametrize("sign", ["~$rooms.csv", ".~lock.rooms.csv#"])
def test_a_file_that_is_open_in_a_spreadsheet_is_not_replaced_under_it(clinic, sign):
    (clinic / sign).touch()
    with pytest.raises(ConflictError, match="open in a spreadsheet"):
        rewritten(clinic)
    (clinic / sign).unlink()
    assert rewritten(clinic) == CHANGED


def test_links_and_protected_files_are_refused(clinic):
    (clinic / "rooms.csv").rename(clinic.parent / "shared.csv")
    (clinic / "rooms.csv").symlink_to(clinic.parent / "shared.csv")
    with pytest.raises(UsageError, match="link"):
        rewritten(clinic)
    (clinic / "rooms.csv").unlink()
    (clinic.parent / "shared.csv").rename(clinic / "rooms.csv")
    (clinic / "rooms.csv").chmod(0o444)
    with pytest.raises(UsageError, match="protected"):
        rewritten(clinic)
    assert content(clinic) == OLD


def test_a_clinic_behind_a_link_is_changed_and_finished_where_it_lies(clinic):
    link = clinic.with_name("link")
    link.symlink_to(clinic)
    assert rewritten(link) == CHANGED
    assert content(clinic) == NEW
    assert link.is_symlink()


def test_what_is_taken_away_is_taken_away_only_as_it_was_read(clinic):
    assert rewriting.rewrite(clinic, {"clinic.toml": b"x = 2\n"}, READ, ["rooms.csv"]) == ("clinic.toml", "rooms.csv")
    assert content(clinic) == {"participants.csv": OLD["participants.csv"], "clinic.toml": b"x = 2\n"}
    (clinic / "participants.csv").write_bytes(b"theirs\n")
    with pytest.raises(rewriting.ChangedElsewhereError) as caught:
        rewriting.rewrite(clinic, {}, READ, ["participants.csv"])
    assert caught.value.path.name == "participants.csv"
    assert content(clinic)["participants.csv"] == b"theirs\n"


def test_a_program_that_holds_the_file_is_told_and_nothing_happens_later(clinic, monkeypatch):
    """On Windows a file that Excel has open can be neither replaced nor removed; a plan must not wait for that."""
    replace = type(clinic).replace

    def held(path, target):
        if target.name == "rooms.csv":
            raise PermissionError(13, "used by another process")
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(type(clinic), "replace", held)
        with pytest.raises(rewriting.HeldElsewhereError, match=r"rooms\.csv is open in another program"):
            rewriting.rewrite(clinic, {"rooms.csv": NEW["rooms.csv"]}, READ)
    output.sweep(clinic)
    assert content(clinic) == OLD
    assert rewriting.rewrite(clinic, {"rooms.csv": NEW["rooms.csv"]}, READ) == ("rooms.csv",)


def test_windows_is_asked_before_anything_is_written(clinic, monkeypatch):
    monkeypatch.setattr(rewriting, "_can_be_opened", lambda path: path.name != "rooms.csv")
    assert rewriting.rewrite(clinic, {"rooms.csv": b"R9\n"}, READ) == ("rooms.csv",)
    monkeypatch.setattr(rewriting.os, "name", "nt")
    with pytest.raises(rewriting.HeldElsewhereError):
        rewriting.check_rewritable(clinic, ["rooms.csv"])
