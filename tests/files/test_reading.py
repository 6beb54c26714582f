"""Whatever stands in place of a file: no reader waits, none reads without end, each says what is wrong."""

import os
import socket
import time
from pathlib import Path

import pytest

from iopsched.errors import ConflictError
from iopsched.files import output
from iopsched.files.reading import MOST_BYTES, Reason, UnreadableError, read_bytes
from iopsched.ingest.report import At, Report
from iopsched.ingest.source.sources import bytes_of
from iopsched.store import snapshots, tables


def bind(path):
    os.chdir(path.parent)  # addresses of sockets are short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path.name)


def chain(path):
    for number in range(50):
        path.with_name(f"link{number}").symlink_to(path.with_name(f"link{number + 1}"))
    path.symlink_to(path.with_name("link0"))


ODD = {
    "missing": (lambda path: None, Reason.MISSING),
    "below a file": (lambda path: path.parent.write_text(""), Reason.MISSING),
    "pipe": (os.mkfifo, Reason.KIND),
    "link to a pipe": (lambda path: (os.mkfifo(path.with_name("p")), path.symlink_to("p")), Reason.KIND),
    "directory": (Path.mkdir, Reason.KIND),
    "link to a directory": (lambda path: path.symlink_to(path.parent), Reason.KIND),
    "socket": (bind, Reason.KIND),
    "null": (lambda path: path.symlink_to("/dev/null"), Reason.KIND),
    "zeros without end": (lambda path: path.symlink_to("/dev/zero"), Reason.KIND),
    "chance": (lambda path: path.symlink_to("/dev/urandom"), Reason.KIND),
    "terminal": (lambda path: path.symlink_to("/dev/tty"), Reason.KIND),
    "link to nothing": (lambda path: path.symlink_to("nowhere"), Reason.MISSING),
    "link to itself": (lambda path: path.symlink_to(path), Reason.DISK),
    "fifty links": (chain, Reason.DISK),
    "one byte too many": (lambda path: path.write_bytes(bytes(MOST_BYTES + 1)), Reason.SIZE),
    "hole": (lambda path: (path.touch(), os.truncate(path, 10**11)), Reason.SIZE),
    "own memory": (lambda path: path.symlink_to("/proc/self/mem"), Reason.DISK),
}


@pytest.fixture(params=ODD)
def odd(request, tmp_path, monkeypatch):
    """A name with something odd behind it, and why it cannot be read."""
    monkeypatch.chdir(tmp_path)
    make, reason = ODD[request.param]
    path = tmp_path / ("f/x" if request.param == "below a file" else "r001.json")
    make(path)
    return path, reason


def test_no_reader_waits(odd):
    path, reason = odd
    begun = time.monotonic()
    with pytest.raises(UnreadableError) as caught:
        read_bytes(path)
    assert caught.value.reason is reason
    report = Report()
    assert bytes_of(path, At("rooms.csv"), report) is None
    assert report.has_errors
    with pytest.raises(ConflictError):
        snapshots.read(path)
    if os.path.lexists(path) and reason is not Reason.SIZE:  # a database may be large
        with pytest.raises(ConflictError):
            tables.is_there(path)
    if os.path.lexists(path):
        path.rename(path.with_name(output.SUMMARY))
    assert output.read_summary(path.parent) is None
    assert time.monotonic() - begun < 1


def test_a_file_is_read_whole(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(bytes(MOST_BYTES))
    assert read_bytes(path) == bytes(MOST_BYTES)
    path.write_bytes(b"")
    assert read_bytes(path) == b""
