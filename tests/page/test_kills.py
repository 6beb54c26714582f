"""A server is killed again and again while it carries out a request: what it acknowledged is there at the next start."""

import pytest

from benchmarks.pagekills import LostError, Trail, lives_at


@pytest.mark.slow  # ten servers, one after the other
def test_ten_kills_lose_nothing(tmp_path):
    found = lives_at(tmp_path, 5)
    try:
        for _ in range(10):
            found.live()
    finally:
        found.end()
    assert found.cut.total() == 10


def test_undo_that_leads_elsewhere_is_noticed():
    """The judge of the kills can find fault."""
    trail = Trail()
    for kind, shown in (("move", "a"), ("move", "b"), ("save", "b"), ("undo", "a"), ("redo", "b")):
        trail.follow(kind, shown)
    with pytest.raises(LostError):
        trail.follow("undo", "c")
