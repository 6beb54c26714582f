"""What walks share: waiting, and the sessions that they take."""

import itertools

import pytest

from tests.support.page_stage import FOLDER


def expect(what):
    return pytest.importorskip("playwright.sync_api").expect(what)


def blocks(stage):
    """Return a session of one person on Monday, another in a room where the first could be, and one of a group."""
    week = stage.week()
    rows = [row for row in week["sessions"] if row["date"] == FOLDER and row["room"]]
    alone = [row for row in rows if row["group"] is None]
    for one, other in itertools.permutations(alone, 2):
        asked = {"revision": week["revision"], "session": one["id"], "room": other["room"]}
        starts = {
            row["start"]
            for row in stage.other.post("/api/week/map", asked)["starts"]
            if row["date"] == FOLDER and row["legal"]
        }
        if len(starts) > 2 and other["start"] not in starts | {one["start"]}:
            return one, other, next(row for row in rows if row["group"] is not None)
    return pytest.fail("no two sessions of Monday can be where the other is")
