"""What becomes of each session in a repaired week, word for word."""

from dataclasses import replace

import pytest

from iopsched.domain.publication import Change
from iopsched.views.fates import fates, staff_words
from tests.support.clinics import individual, session

GROUP = session("Tue 09:00-12:00", "A1 A2", "T1 T2", id_="G1-2", group_id="G1")
VISIT = individual("Tue 13:00-14:00", "A3", id_="talk")


def told(before, after):
    (fate,) = fates([Change("key", ("any",), before, after)])
    return fate.kind, str(fate.title), str(fate.what)


@pytest.mark.parametrize(
    ("before", "after", "kind", "words"),
    [
        (GROUP, None, "cancelled", "is cancelled"),
        (None, VISIT, "new", "is new: Tue 13:00 with T1 in R1"),
        (VISIT, replace(VISIT, start=VISIT.start + 60, end=VISIT.end + 60), "moved", "moves to Tue 14:00"),
        (
            VISIT,
            replace(VISIT, start=VISIT.start + 60, end=VISIT.end + 90, room_id="R2"),
            *("moved", "moves to Tue 14:00 in R2, ends at 15:30"),
        ),
        (GROUP, replace(GROUP, therapist_ids=("T3", "T2")), "staff", "T3 covers for T1"),
        (GROUP, replace(GROUP, room_id="R2"), "room", "in R2 instead of R1"),
        (GROUP, replace(GROUP, room_id=None, modality="telehealth"), "room", "by video"),
        (GROUP, replace(GROUP, participant_ids=("A1", "A5")), "people", "without A2, with A5"),
        (
            GROUP,
            replace(GROUP, therapist_ids=("T3",), room_id="R2", participant_ids=("A1",)),
            *("staff", "T3 covers for T1 and T2, in R2 instead of R1, without A2"),
        ),
    ],
)
def test_what_becomes_of_a_session(before, after, kind, words):
    title = "G1-2" if GROUP in (before, after) else "talk (A3)"
    assert told(before, after) == (kind, title, words)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (("T1",), ("T2",), "T2 covers for T1"),
        (("T1", "T2"), ("T2",), "T2 leads without T1"),
        (("T1", "T2"), ("T1",), "without T2"),
        (("T1",), ("T1", "T2"), "T2 joins the staff"),
        (("T1", "T2"), ("T2", "T1"), "T2 leads"),
        (("T1", "T2"), ("T2", "T3"), "T3 covers for T1, T2 leads"),
        (("T1", "T2"), ("T3", "T4"), "T3 and T4 cover for T1 and T2"),
    ],
)
def test_staff_that_changes(before, after, words):
    assert str(staff_words(before, after)) == words


def test_fates_are_in_the_order_of_time():
    later = replace(GROUP, id="late", start=GROUP.start + 600, end=GROUP.end + 600)
    found = fates([Change("b", ("cancelled",), later, None), Change("a", ("cancelled",), GROUP, None)])
    assert [fate.session.id for fate in found] == ["G1-2", "late"]
