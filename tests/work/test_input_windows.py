"""Windows that somebody paints come out as the text that means them, and back."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iopsched.edits.opentables import read_tables
from iopsched.errors import UsageError
from iopsched.work.inputwindows import painted, ranges_of, windows_text
from tests.support.clinics import MONDAY

CLINIC = Path(__file__).parents[2] / "data" / "complete"
PIECES = st.lists(st.sets(st.integers(0, 47), max_size=6), min_size=7, max_size=7)


@pytest.fixture(scope="module")
def tables():
    return read_tables(CLINIC)


def paint(tables, text, column="availability"):
    return painted(CLINIC, tables, MONDAY, column, text)


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ([[]] * 7, "never"),
        ([[(540, 720)]] * 5 + [[], []], "Mon-Fri 09:00-12:00"),
        ([[(540, 720), (780, 900)], [], [(540, 720), (780, 900)], [], [], [], []], "Mon Wed 09:00-12:00, 13:00-15:00"),
        ([[(540, 720)], [(540, 720)], [], [], [], [(600, 1440)], []], "Mon Tue 09:00-12:00; Sat 10:00-24:00"),
        ([[(540, 570), (570, 600)], [], [], [], [], [], []], "Mon 09:00-10:00"),
    ],
)
def test_painted_days_are_written_as_people_write_them(tables, days, text):
    assert windows_text(days) == text
    assert [list(day) for day in paint(tables, text).days] == [
        [(540, 600)] if text == "Mon 09:00-10:00" and day else list(day) for day in days
    ]


@settings(max_examples=60, deadline=None)
@given(pieces=PIECES)
def test_whatever_is_painted_is_read_as_it_was_painted(tables, pieces):
    days = [[(piece * 30, piece * 30 + 30) for piece in sorted(day)] for day in pieces]
    found = paint(tables, windows_text(days))
    assert found.is_exact
    again = [{start // 30 + at for start, end in day for at in range((end - start) // 30)} for day in found.days]
    assert again == pieces


def test_what_the_strip_does_not_show_is_told(tables):
    assert not paint(tables, "Mon 09:10-12:00").is_exact
    assert not paint(tables, "Tue 09:00-12:00 every 2 weeks from 2026-12-01").is_exact
    assert not paint(tables, "Mon Wed 09:00", "times").is_exact
    unread = paint(tables, "Mondy 9-12")
    assert unread.days is None
    assert "Mondy" in unread.fault
    assert paint(tables, "").days == paint(tables, "").open
    assert not any(paint(tables, "", "busy").days)


@pytest.mark.parametrize(
    "days", [[], [[]] * 8, [[(0, 1441)]] + [[]] * 6, [[(5, 5)]] + [[]] * 6, [[(-1, 5)]] + [[]] * 6]
)
def test_what_is_no_week_is_refused(days):
    with pytest.raises(UsageError):
        windows_text(days)


@pytest.mark.parametrize("value", [[5], ["ab"], [[["x", 1]]], [[[1]]], [None]])
def test_what_is_no_list_of_stretches_is_refused(value):
    with pytest.raises(UsageError):
        windows_text(ranges_of(value))
