"""A log loses no line that was told to be safe, wherever its writer dies."""

import stat

import pytest

from iopsched.errors import UsageError
from iopsched.files import folders
from iopsched.files.linelog import append_log, drop_log, read_log
from iopsched.files.reading import UnreadableError


@pytest.fixture
def log(quick_path):
    return quick_path / "new" / ".some.jsonl"


def test_lines_come_back_in_their_order_and_nobody_else_may_read_them(log):
    assert read_log(log) == []
    entries = [{"n": n, "text": "é\n,"} for n in range(5)]
    for entry in entries:
        append_log(log, entry)
    assert read_log(log) == entries
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    drop_log(log)
    drop_log(log)
    assert read_log(log) == []


def test_a_line_cut_off_anywhere_is_as_if_it_had_not_been_written(log):
    append_log(log, {"n": 1, "long": "x" * 100_000})
    append_log(log, {"n": 2})
    data = log.read_bytes()
    first = data.index(b"\n") + 1
    for size in (*range(first, len(data)), first - 1, 70_000, 1):
        log.write_bytes(data[:size])
        assert [entry["n"] for entry in read_log(log)] == ([1] if size >= first else [])
        append_log(log, {"n": 3})
        assert [entry["n"] for entry in read_log(log)] == ([1, 3] if size >= first else [3])


def test_what_follows_damage_is_not_believed(log):
    for n in range(3):
        append_log(log, {"n": n})
    lines = log.read_bytes().splitlines(keepends=True)
    for damage in (b"[1]\n", b"{\n", b"\xff\n", b"\n", b"[" * 100_000 + b"\n"):
        log.write_bytes(lines[0] + damage + lines[2])
        assert read_log(log) == [{"n": 0}]


def test_no_link_is_followed_and_the_disk_may_refuse(log):
    folders.make_folders(log.parent)
    other = log.with_name("other")
    other.write_bytes(b"theirs")
    log.symlink_to(other)
    with pytest.raises(UsageError, match="Nothing was changed"):
        append_log(log, {})
    assert other.read_bytes() == b"theirs"
    log.unlink()
    log.mkdir()
    with pytest.raises(UnreadableError):
        read_log(log)
