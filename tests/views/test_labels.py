"""Participants are shown as the mode says; staff, rooms and groups by name in rosters, whatever the mode."""

import pytest

from iopsched.domain.names import Names
from iopsched.views.labels import Labels, NameMode

NAMES = Names(
    participants={"P1": "Canary"},
    initials={"P1": "C"},
    therapists={"T1": "Ann Oak", "T2": "Bo Elm", "T3": "Bo Elm"},
    credentials={"T1": "LCSW"},
    rooms={"R1": "Big room"},
    groups={"G1": "Sober mornings"},
    public_groups={"G1": "Group 1"},
)


@pytest.mark.parametrize("mode", [NameMode.ID, NameMode.INITIALS])
def test_rosters_name_staff_rooms_and_groups(mode):
    labels = Labels(mode, NAMES, names_things=True)
    assert labels.participant("P1") in ("P1", "C")
    assert (labels.therapist("T1"), labels.room("R1"), labels.group("G1", "group")) == (
        "Ann Oak", "Big room", "Sober mornings",
    )  # fmt: skip
    assert labels.handed_out("G1", "group") == "Group 1"


def test_namesakes_are_told_apart_and_who_has_no_name_is_an_id():
    labels = Labels(NameMode.ID, NAMES, names_things=True)
    assert [labels.therapist(key) for key in ("T2", "T3", "T4")] == ["Bo Elm (T2)", "Bo Elm (T3)", "T4"]
    assert (labels.room("R2"), labels.room(None), labels.group("G2", "group")) == ("R2", "", "G2")
    assert labels.handed_out("G2", "group") == "G2"


def test_without_being_asked_for_there_are_ids_only():
    labels = Labels(NameMode.ID, NAMES)
    assert (labels.therapist("T1"), labels.room("R1"), labels.group("G1", "group")) == ("T1", "R1", "G1")
    assert labels.handed_out("G1", "group") == "G1"


def test_where_nobody_is_shown_groups_have_public_names_only():
    labels = Labels(NameMode.NONE, NAMES, names_things=True)
    assert (labels.participant("P1"), labels.group("G1", "group"), labels.group("G2", "skills_lab")) == (
        "", "Group 1", "skills lab",
    )  # fmt: skip


def test_full_names_add_the_credential():
    assert Labels(NameMode.FULL, NAMES).therapist("T1") == "Ann Oak, LCSW"
