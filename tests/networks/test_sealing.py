"""What travels can be read by whoever has the key, and be changed or exchanged by nobody."""

import base64

import pytest

from iopsched.errors import UsageError
from iopsched.networks.sealing import KEY, KEY_FILE, BrokenSealError, Seal, new_key, seal_of, seal_of_environment

pytest.importorskip("cryptography", reason="an extra")

TEXT = b"P014 has Tuesdays"


def a_seal():
    return Seal(b"k" * 32)


def test_what_is_sealed_is_opened_and_not_read_between():
    sealed = a_seal().closed(TEXT, "task:1")
    assert TEXT not in sealed
    assert a_seal().opened(sealed, "task:1") == TEXT


def test_the_same_text_is_never_sealed_twice_alike():
    """So that nobody sees that a clinic's input is that of last week."""
    assert a_seal().closed(TEXT, "") != a_seal().closed(TEXT, "")


def test_whatever_is_changed_is_told():
    sealed = a_seal().closed(TEXT, "task:1")
    for wrong in (
        sealed[:-1],
        sealed[:-1] + bytes([sealed[-1] ^ 1]),
        b"",
        sealed[:5],
        bytes([sealed[0] ^ 1]) + sealed[1:],
    ):
        with pytest.raises(BrokenSealError):
            a_seal().opened(wrong, "task:1")
    with pytest.raises(BrokenSealError):
        a_seal().opened(sealed, "task:2")
    with pytest.raises(BrokenSealError):
        Seal(b"x" * 32).opened(sealed, "task:1")


def test_a_mark_shows_the_key_and_does_not_tell_it():
    assert a_seal().mark("a") == a_seal().mark("a")
    assert len({a_seal().mark("a"), a_seal().mark("b"), Seal(b"x" * 32).mark("a")}) == 3


def test_a_key_comes_from_the_environment_or_a_file(tmp_path):
    key = new_key()
    path = tmp_path / "night.key"
    path.write_text(f"{key}\n", encoding="ascii")
    marks = {found.mark("a") for found in (seal_of(key, ""), seal_of_environment({KEY: key}))}
    marks.add(seal_of_environment({KEY_FILE: str(path)}).mark("a"))
    assert len(marks) == 1
    assert seal_of_environment({}) is None


@pytest.mark.parametrize("text", ["secret", base64.b64encode(b"k" * 16).decode(), "ä" * 44, "=" * 44])
def test_what_is_no_key_is_refused_and_not_repeated(text, tmp_path):
    path = tmp_path / "night.key"
    path.write_text(text, encoding="utf-8")
    for environment in ({KEY: text}, {KEY_FILE: str(path)}):
        with pytest.raises(UsageError, match="openssl rand") as told:
            seal_of_environment(environment)
        assert text not in str(told.value)


def test_a_key_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match="is not there"):
        seal_of_environment({KEY_FILE: str(tmp_path / "none")})
