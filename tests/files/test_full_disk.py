"""A disk that is really full, where one may be mounted: the earlier files stay whole, and nothing is left beside them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from iopsched.errors import UsageError
from iopsched.files import folders, owned

PAGE = 4096
SIZES = range(12, 20)
OLD = {"a.csv": b"old", "b.csv": b"old"}
NEW = {"a.csv": b"a" * 5 * PAGE, "b.csv": b"b" * 5 * PAGE}
WRITERS = {
    "a schedule": lambda desk: folders.write_folder(desk, NEW, tuple(NEW)),
    "an export": lambda desk: owned.replace_files(desk, NEW, "us"),
    "a new folder": lambda desk: folders.make_folder(desk.with_name("new"), NEW),
    "a file that is replaced": lambda desk: folders.replace_file(desk / "a.csv", b"a" * 10 * PAGE),
    "a new file": lambda desk: folders.make_file(desk / "c.xlsx", b"c" * 10 * PAGE),
}


@pytest.fixture(params=SIZES)
def full(request, tmp_path):
    """A disk of so many pages with an export on it."""
    home = tmp_path / "disk"
    home.mkdir()
    size, mount = f"size={request.param * PAGE}", shutil.which("mount")
    command = [mount, "-t", "tmpfs", "-o", size, "tmpfs", home]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    owned.replace_files(home / "desk", OLD, "us")
    (home / "filler").write_bytes(b"x" * 2 * PAGE)
    yield home
    subprocess.run([shutil.which("umount"), home], check=True)


def content(home: Path):
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.usefixtures("disk")
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_full_disk_leaves_all_as_it_was(full, write):
    before, told = content(full), ""
    try:
        write(full / "desk")
    except UsageError as error:
        told = str(error)
    assert "No space left on device" in told or not told
    assert (content(full) == before) is bool(told)
    assert list(full.rglob(folders.STAGING)) == []
    if os.statvfs(full).f_blocks == SIZES[0]:
        assert told, "the smallest disk holds none of them"
