"""Handouts: everybody's own week and nobody else's; who arrives when, and where to go."""

import re
from dataclasses import replace

import pytest

from iopsched.domain.schedule import Schedule, Session
from iopsched.errors import UsageError
from iopsched.export.handouts import files
from iopsched.export.visits import ClockFormat, PersonalSheets
from iopsched.verifier import hours
from iopsched.verifier.closedays import closure_loss
from iopsched.views.labels import Labels, NameMode
from tests.support.clinics import adults, clinic, level, off, schedule, service, session
from tests.support.clinics import small as small_clinic
from tests.support.readers import Page, canary_names
from tests.support.workbooks import edition_of

DAY = 24 * 60


@pytest.fixture(scope="module")
def named(edition):
    return replace(edition, labels=Labels(NameMode.FULL, canary_names(edition.problem)))


def test_a_participants_page_holds_their_sessions_and_nobody_else(named):
    made = files(named)
    names = named.labels.names.participants
    for row in named.hours:
        data = made[f"handouts/participant-{row.participant_id}.html"]
        own = [session for session in named.schedule.sessions if row.participant_id in session.participant_ids]
        read = Page(data)
        assert len([cell for cell in read.all("td") if cell.get("class") == "time"]) == len(own)
        assert set(re.findall(r"Canarybird\d+zq", data.decode())) == {names[row.participant_id]}
        assert "Initialbird" not in read.text
        assert not [
            other for other in names if other != row.participant_id and re.search(rf"\b{other}\b", data.decode())
        ]


def test_several_in_a_session_for_one_stay_apart(named):
    """A hand-edited session for one with two people must not name the other in its title."""
    first, second = named.hours[0].participant_id, named.hours[1].participant_id
    session = Session("individual-1", "individual", 600, 660, ("T01",), (first, second), room_id="R05")
    schedule = Schedule(named.schedule.week, (session,))
    one = replace(named, schedule=schedule, hours=hours(named.problem, schedule))
    text = files(one)[f"handouts/participant-{first}.html"].decode()
    assert named.labels.names.participants[first] in text
    assert named.labels.names.participants[second] not in text


def test_a_therapists_page_holds_all_of_their_sessions(edition):
    made = files(edition)
    for therapist in edition.problem.therapists:
        own = [session for session in edition.schedule.sessions if therapist.id in session.therapist_ids]
        name = f"handouts/therapist-{therapist.id}.html"
        assert (name in made) == bool(own)
        if own:
            read = Page(made[name])
            assert f"{len(own)} session" in read.text
            for person in {person for session in own for person in session.participant_ids}:
                assert person in read.text


def test_everybody_who_comes_in_is_on_the_list_of_that_day(edition):
    listed = PersonalSheets(edition, ClockFormat(is_of_twelve=True)).arrivals()
    assert [row.day.isoformat() for row in listed] == sorted(
        name.removeprefix("handouts/arrivals-").removesuffix(".html") for name in files(edition) if "arrivals" in name
    )
    remote = {row.id for row in edition.problem.participants if row.modality == "telehealth"}
    for row in listed:
        today = [s for s in edition.schedule.sessions if s.start // DAY == row.day.weekday()]
        comes = {
            person
            for session in today
            for person in session.participant_ids
            if session.modality == "in_person" or (session.modality == "hybrid" and person not in remote)
        }
        joins = {person for s in today for person in s.participant_ids} - comes
        assert {arrival.label for arrival in row.here} == comes
        assert {arrival.label for arrival in row.online} >= joins
        assert [arrival.start for arrival in row.here] == sorted(arrival.start for arrival in row.here)


def test_who_goes_and_comes_again_arrives_twice(edition):
    person = edition.hours[0].participant_id

    def session(number, start, end, modality="in_person", room="R05"):
        return Session(f"i-{number}", "individual", start, end, ("T01",), (person,), modality, room_id=room)

    rows = (session(1, 540, 600), session(2, 660, 720), session(3, 781, 841), session(4, 900, 960, "telehealth", None))
    one = replace(edition, schedule=Schedule(edition.schedule.week, rows))
    (day,) = PersonalSheets(one, ClockFormat(is_of_twelve=True)).arrivals()
    assert [(row.time, row.leaves, row.is_return) for row in day.here] == [
        ("9:00 am", "noon", False),
        ("1:01 pm", "2:01 pm", True),
    ]
    assert day.here[0].steps == ("R05: Individual with T01", "11:00 am: R05: Individual with T01")
    assert [(row.time, row.leaves) for row in day.online] == [("3:00 pm", "4:00 pm")]


def test_hours_are_told_kindly(edition):
    """Whoever asks for more than there is reads what is not there yet, and to ask the team."""
    people = tuple(
        replace(row, min_minutes_per_week=900) if row.id == "P001" else row for row in edition.problem.participants
    )
    one = replace(edition, problem=replace(edition.problem, participants=people))
    text = Page(files(one)["handouts/participant-P001.html"]).text
    assert "your plan asks for at least 15 h." in text
    assert "Not on this page yet: " in text
    assert "Your team knows; please ask us about it." in text


def test_who_is_short_by_closed_days_alone_reads_so():
    """The page says the same: closed days are told apart from what is missing."""
    problem = small_clinic(
        clinic=clinic(level=level(min_days_per_week=5, program_day_minutes=60)),
        services=(service("process"),),
        participants=adults(1),
        time_off=(off("clinic", "", "Thu 00:00", "Sat 00:00"),),
    )
    held = schedule(*(session(f"{day} 09:00-12:00", "A1", id_=day) for day in ("Mon", "Tue", "Wed")))
    text = Page(files(edition_of(problem, held))["handouts/participant-A1.html"]).text
    assert closure_loss(problem, held).alone == ("A1",)
    assert "We are closed Thu 3 and Fri 4 Dec." in text
    assert "less than in other weeks because we are closed. Nothing else of your plan is missing." in text
    assert "Not on this page yet" not in text


def test_without_names_there_are_no_handouts(edition):
    with pytest.raises(UsageError, match="by id, initials or full name"):
        files(replace(edition, labels=Labels(NameMode.NONE)))


def test_handouts_are_the_same_bytes_and_ask_for_nothing(edition):
    made = files(edition)
    assert made == files(edition)
    for data in made.values():
        assert b"default-src 'none'" in data
        assert not re.search(rb"https?:|url\(|src=|<script", data.replace(b"https://video.example/", b""))


@pytest.mark.parametrize(
    ("minute", "is_end", "twelve", "of_day"),
    [
        (0, False, "midnight", "00:00"),
        (30, False, "12:30 am", "00:30"),
        (540, False, "9:00 am", "09:00"),
        (720, False, "noon", "12:00"),
        (750, False, "12:30 pm", "12:30"),
        (1080, False, "6:00 pm", "18:00"),
        (DAY, True, "midnight", "24:00"),
    ],
)
def test_clocks(minute, is_end, twelve, of_day):
    assert ClockFormat(is_of_twelve=True).at(minute, is_end=is_end) == twelve
    assert ClockFormat(is_of_twelve=False).at(minute, is_end=is_end) == of_day
