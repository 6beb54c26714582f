"""No canary is told or written; the search finds each encoding."""

import base64

import pytest

from scripts import canaries


@pytest.mark.parametrize("seed", range(1, 8))
def test_no_canary_is_told(seed, tmp_path):
    what, told = canaries.watched(tmp_path / "home", seed)
    assert told == [], what


@pytest.mark.parametrize(
    "data",
    [
        b"at Zyxwick's",
        b"ZYXWICK",
        "Zyxwick".encode("utf-16"),
        b"Zyxwick".hex().encode(),
        base64.b64encode(b"a Zyxwick!"),
        b"Ann%20Zyxwick",
    ],
)
def test_a_canary_is_found_in_each_encoding(data):
    assert canaries.hits(b"x" + data + b"x") == ["Zyxwick"]
    assert canaries.hits(b"nothing") == []
