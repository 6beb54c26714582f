"""Where a session by video is joined stands in handouts, calendars and the page of whoever joins by video, and nowhere else."""

from dataclasses import replace

import pytest

from iopsched.domain.names import Names
from iopsched.export import calendars, handouts, page
from iopsched.views.labels import Labels, NameMode
from tests.support.clinics import adults, group, individual, schedule, session, small
from tests.support.workbooks import edition_of

GROUP, LEAD = "https://video.example/g1", "https://video.example/t1"
NAMES = Names(group_links={"G1": GROUP}, staff_links={"T1": LEAD})


def edition(*sessions, names=NAMES):
    people = tuple(replace(row, modality=way) for row, way in zip(adults(2), ("in_person", "telehealth"), strict=True))
    problem = small(participants=people, groups=(group(),))
    labels = Labels(NameMode.NONE, names)
    return edition_of(problem, schedule(*sessions), NameMode.ID, names, calendar_labels=labels)


def group_held(modality):
    return session("Mon 09:00-12:00", "A1 A2", group_id="G1", modality=modality, room_id=None)


def told(made):
    """Return which of both links each file holds; lines of calendars are unfolded."""
    texts = {path: data.decode().replace("\r\n ", "") for path, data in made.items()}
    return {path: {link for link in (GROUP, LEAD) if link in text} for path, text in texts.items()}


@pytest.mark.parametrize(
    ("held", "person", "staff"),
    [
        (group_held("in_person"), set(), set()),
        (group_held("telehealth"), {GROUP}, {GROUP}),
        (individual("Mon 09:00-10:00", "A2", modality="telehealth", room_id=None), {LEAD}, {LEAD}),
    ],
)
def test_a_session_by_video_has_the_groups_link_or_the_leads(held, person, staff):
    whole = edition(held)
    papers, entries = told(handouts.files(whole)), told(calendars.files(whole))
    assert papers["handouts/participant-A2.html"] == entries["calendars/participant-A2.ics"] == person
    assert papers["handouts/therapist-T1.html"] == entries["calendars/therapist-T1.ics"] == staff
    assert set().union(*told(page.files(whole)).values()) == staff


def test_of_a_hybrid_session_only_who_joins_by_video_and_the_staff_need_it():
    whole = edition(group_held("hybrid"))
    papers, entries = told(handouts.files(whole)), told(calendars.files(whole))
    assert papers["handouts/participant-A1.html"] == entries["calendars/participant-A1.ics"] == set()
    assert papers["handouts/participant-A2.html"] == entries["calendars/participant-A2.ics"] == {GROUP}
    assert papers["handouts/therapist-T1.html"] == entries["calendars/therapist-T1.ics"] == {GROUP}


def test_without_a_link_nothing_is_said_of_one():
    whole = edition(group_held("telehealth"), names=Names())
    assert "Join at" not in handouts.files(whole)["handouts/participant-A2.html"].decode()
    assert "Video:" not in calendars.files(whole)["calendars/participant-A2.ics"].decode()
