"""Calendars: who sees what, what stays the same from revision to revision, and that no text breaks a file."""

import random
import re
from dataclasses import replace

import pytest
from icalendar import Calendar

from iopsched.domain.names import Names
from iopsched.export import attendees, calendars
from iopsched.export.calendars import calendar_object, disclosures, files, uid
from iopsched.views.labels import Labels, NameMode
from tests.support.clinics import adults, group, therapist
from tests.support.publications import SECOND, edition, events, held, row

PROCESS = row("grp-sud-1", held("Mon 09:00-12:00", "A1 A2", "T1 T2", group_id="grp-sud"))
VISIT = row(
    "individual-A1-1", held("Tue 09:00-10:00", "A1", "T2", service_id="individual", room_id=None, modality="telehealth")
)
WEEK = (PROCESS, VISIT)
WORLD = {"groups": (group("grp-sud"),)}
CANARIES = Names(
    participants={"A1": "Canaryna Participone", "A2": "Canaryna Particitwo"},
    initials={"A1": "C-Q-1", "A2": "C-Q-2"},
    therapists={"T1": "Canaryna Therapone", "T2": "Canaryna Theraptwo"},
    credentials={"T1": "CanaryPhD"},
    rooms={"R1": "Canaryna Detox Room"},
    groups={"grp-sud": "Canaryna Heroin Group"},
)
HIDDEN = replace(CANARIES, therapists={"T1": "Tom Lead", "T2": "Una Lead"}, rooms={"R1": "Maple Room"})
PUBLIC = replace(
    CANARIES, public_groups={"grp-sud": "Group A"}, public_services={"individual": "Appointment", "process": "Meeting"}
)


def unfolded(data):
    return data.replace(b"\r\n ", b"").decode()


def made(*rows, **changes):
    return files(edition(*(rows or WEEK), **{**WORLD, **changes}))


def summaries(data):
    return {str(event["summary"]) for event in events(data).values()}


def test_everybody_has_a_calendar_with_their_own_sessions():
    found = {path: len(events(data)) for path, data in made().items()}
    assert found == {
        "calendars/clinic.ics": 2,
        "calendars/therapist-T1.ics": 1,
        "calendars/therapist-T2.ics": 2,
        "calendars/room-R1.ics": 1,
        "calendars/room-R2.ics": 0,
        "calendars/participant-A1.ics": 2,
        "calendars/participant-A2.ics": 1,
    }


def test_a_moved_session_is_the_same_session():
    """Only its own times, SEQUENCE, DTSTAMP and LAST-MODIFIED differ; the other entry has the same bytes."""
    moved = row(PROCESS.key, replace(PROCESS.session, start=720, end=900, room_id="R2"), 1, SECOND)
    before, after = (events(made(*rows)["calendars/clinic.ics"]) for rows in (WEEK, (moved, VISIT)))
    assert set(before) == set(after)
    own = uid(edition(*WEEK).publication, PROCESS.key)
    different = {name for name in before[own] if before[own][name].to_ical() != after[own][name].to_ical()}
    assert different == {"DTSTART", "DTEND", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "LOCATION", "DESCRIPTION"}
    assert (before[own]["sequence"], after[own]["sequence"]) == (0, 1)
    assert after[own]["dtstamp"].dt == after[own]["last-modified"].dt == SECOND
    others = set(before) - {own}
    assert [before[other].to_ical() for other in others] == [after[other].to_ical() for other in others]


def test_identities_differ_by_clinic_week_and_session_only():
    publication = edition(*WEEK).publication
    ids = {
        uid(publication, "a"),
        uid(publication, "b"),
        uid(replace(publication, site="another"), "a"),
        uid(replace(publication, week=publication.week.replace(month=12, day=7)), "a"),
    }
    assert len(ids) == 4
    assert uid(replace(publication, revision=7, published=SECOND, sessions=()), "a") == uid(publication, "a")
    assert uid(publication, "a") == "1fec989c-d784-56ce-8828-eb4c9dc64e48@iopsched"  # for ever: see NAMESPACE


def test_the_same_week_gives_the_same_bytes():
    first = made()
    calendars._zone.cache_clear()
    assert made() == first


@pytest.mark.parametrize(
    ("draft", "cancelled", "status", "transparency", "busy"),
    [
        (False, False, "CONFIRMED", "OPAQUE", "BUSY"),
        (True, False, "TENTATIVE", "OPAQUE", "TENTATIVE"),
        (False, True, "CANCELLED", "TRANSPARENT", "FREE"),
        (True, True, "TENTATIVE", "OPAQUE", "TENTATIVE"),
    ],
)
def test_status(draft, cancelled, status, transparency, busy):
    """A draft cancels nothing: until it is published people need what was published."""
    only = row(PROCESS.key, PROCESS.session, 1, cancelled=cancelled, draft=draft)
    (found,) = events(made(only, draft=draft)["calendars/clinic.ics"]).values()
    assert (found["status"], found["transp"], found["x-microsoft-cdo-busystatus"]) == (status, transparency, busy)
    assert ("Draft" in found["description"]) == draft


def test_a_cancelled_session_stays_with_everybody_it_was_with():
    gone = row(PROCESS.key, PROCESS.session, 1, SECOND, cancelled=True)
    found = made(gone, VISIT)
    own = uid(edition(*WEEK).publication, PROCESS.key)
    for owner in ("clinic", "therapist-T1", "therapist-T2", "room-R1", "participant-A1", "participant-A2"):
        assert events(found[f"calendars/{owner}.ics"])[own]["status"] == "CANCELLED", owner


def test_by_default_no_participant_group_or_service_is_named():
    """Times, names of rooms and staff, and a head count where the reader is no participant."""
    for path, data in made(names=HIDDEN).items():
        text = unfolded(data)
        for word in ("A1", "A2", "grp-sud", "process", "individual", "sud", "group", "Canary", "C-Q", "PhD"):
            assert word not in text, (path, word)
        assert summaries(data) <= {"Session"}
        assert ("participant" in text) == (bool(events(data)) and "participant" not in path)


def test_public_names_are_the_default_titles():
    """That of the group comes first, then that of the service."""
    assert summaries(made(names=PUBLIC)["calendars/clinic.ics"]) == {"Group A", "Appointment"}
    both = replace(PUBLIC, public_groups={}, public_services={"process": "Meeting"})
    assert summaries(made(names=both)["calendars/clinic.ics"]) == {"Meeting", "Session"}
    for event in events(made(names=PUBLIC)["calendars/clinic.ics"]).values():
        assert event["categories"].cats == [str(event["summary"])]


def test_color_and_category_tell_nothing_by_default():
    colors = {event["color"] for event in events(made()["calendars/clinic.ics"]).values()}
    assert len(colors) == 1
    told = {event["color"] for event in events(made(mode=NameMode.ID)["calendars/clinic.ics"]).values()}
    assert len(told) == 2


@pytest.mark.parametrize(
    ("mode", "titles", "who"),
    [
        (NameMode.ID, {"grp-sud", "individual A1"}, "Who: A1, A2"),
        (NameMode.INITIALS, {"grp-sud", "individual C-Q-1"}, "Who: C-Q-1, C-Q-2"),
        (
            NameMode.FULL,
            {"Canaryna Heroin Group", "individual Canaryna Participone"},
            "Who: Canaryna Participone, Canaryna Particitwo",
        ),
    ],
)
def test_names_are_shown_as_asked(mode, titles, who):
    found = made(names=CANARIES, mode=mode)
    clinic = found["calendars/clinic.ics"]
    assert summaries(clinic) == titles
    assert any(who in event["description"] for event in events(clinic).values())


@pytest.mark.parametrize("mode", list(NameMode))
def test_a_participant_sees_nobody_else_and_no_head_count(mode):
    text = unfolded(made(names=CANARIES, mode=mode)["calendars/participant-A1.ics"])
    for word in ("A2", "C-Q-2", "Particitwo", "participants", "Who:"):
        assert word not in text, word
    assert "individual A1" not in text, "one's own id is no title"


@pytest.mark.parametrize("mode", [NameMode.NONE, NameMode.ID])
def test_no_name_leaks_unless_asked_for(mode):
    found = edition(*WEEK, names=HIDDEN, mode=mode, **WORLD)
    written = [*files(found).values(), *(calendar_object(found, one) for one in WEEK)]
    assert not [data for data in written if "Canary" in unfolded(data) or "C-Q" in unfolded(data)]


def test_no_identity_for_the_calendar_and_typed_refresh():
    """A UID up there breaks synchronizing; RFC 7986 wants the type said."""
    found = made()
    relcalids = set()
    for data in found.values():
        head = data.split(b"BEGIN:VEVENT")[0].decode()
        assert not re.search("^UID", head, re.MULTILINE)
        assert "METHOD" not in head
        assert "X-LIC-LOCATION" not in head
        assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\nX-PUBLISHED-TTL:PT6H\r\n" in head
        relcalids.add(re.search("^X-WR-RELCALID:(.+)\r$", head, re.MULTILINE)[1])
    assert len(relcalids) == len(found)


def test_names_of_calendars():
    def name(data):
        first, second = re.findall("^(?:NAME|X-WR-CALNAME):(.*)$", unfolded(data).replace("\r", ""), re.MULTILINE)
        assert first == second
        return first

    assert {path: name(data) for path, data in made(names=HIDDEN).items() if path[-6:] != "R2.ics"} == {
        "calendars/clinic.ics": "Schedule",
        "calendars/therapist-T1.ics": "Schedule Tom Lead",
        "calendars/therapist-T2.ics": "Schedule Una Lead",
        "calendars/room-R1.ics": "Schedule room Maple Room",
        "calendars/participant-A1.ics": "My schedule",
        "calendars/participant-A2.ics": "My schedule",
    }
    full = made(names=CANARIES, mode=NameMode.FULL)
    assert name(full["calendars/therapist-T1.ics"]) == r"Schedule Canaryna Therapone\, CanaryPhD"
    assert name(full["calendars/participant-A2.ics"]) == "Schedule Canaryna Particitwo"


def test_an_object_for_a_server_holds_one_entry_and_no_method():
    found = edition(*WEEK, **WORLD)
    found = replace(found, publication=replace(found.publication, anchor="a" * 64))
    assert "X-IOPSCHED-RECORD" in Calendar.from_ical(files(found)["calendars/clinic.ics"])
    root = Calendar.from_ical(calendar_object(found, PROCESS))
    assert [part.name for part in root.subcomponents] == ["VTIMEZONE", "VEVENT"]
    assert set(root) == {"VERSION", "PRODID"}
    (event,) = root.walk("VEVENT")
    assert event.to_ical() == events(files(found)["calendars/clinic.ics"])[event["uid"]].to_ical()


def test_ids_that_differ_by_case_have_calendars_of_their_own():
    people = (*adults(1), replace(adults(1)[0], id="a1"))
    found = made(row("x", held("Mon 09:00-12:00", "A1")), row("y", held("Tue 09:00-12:00", "a1")), participants=people)
    paths = [path.casefold() for path in found if "/participant-" in path]
    assert len(paths) == len(set(paths)) == 2
    assert "calendars/participant-A1.ics" not in found, "else a file system that ignores case mixes them up"


CONTROLS = "\0\a\b\t\n\v\f\r\x1b\x1c\x1d\x1e\x1f\x7f\x85\u2028\u2029\ud800"
NASTY = CONTROLS + "\\;,:\"'= -ÄŁź漢字\U0001f3e5\u202eBEGIN:VEVENT"


@pytest.mark.parametrize(("mode", "summary"), [(NameMode.NONE, "Skills"), (NameMode.ID, "Skills")])
def test_staff_and_rooms_have_names_and_groups_public_ones(mode, summary):
    """``--names`` speaks of participants; what a group is called in the clinic may tell why somebody is there."""
    names = Names(
        participants={"A1": "Ann Canary"},
        therapists={"T1": "Tom Lead"},
        rooms={"R1": "Maple Room"},
        groups={"grp-sud": "Relapse prevention"},
        public_groups={"grp-sud": "Skills"},
    )
    (event,) = events(made(PROCESS, names=names, mode=mode)["calendars/clinic.ics"]).values()
    assert (event["summary"], event["location"]) == (summary, "Maple Room")
    assert "Tom Lead" in event["description"]
    assert "Relapse" not in event.to_ical().decode()
    assert "Ann Canary" not in event["description"]


def test_no_text_breaks_a_file():
    """Random texts as every name that is shown: they come back cleaned, lines are short and end in CRLF alone."""
    chance = random.Random(5)
    for _ in range(60):
        texts = ["x" + "".join(chance.choices(NASTY, k=chance.choice([3, 30, 200]))) + "x" for _ in range(5)]
        names = Names(
            participants={"A1": texts[0]},
            therapists={"T1": texts[1]},
            rooms={"R1": texts[2]},
            groups={"grp-sud": texts[3]},
        )
        found = made(PROCESS, names=names, mode=NameMode.FULL)
        for data in found.values():
            text = data.decode()
            assert text.splitlines() == text.split("\r\n")[:-1]
            assert all(len(line.encode()) <= 75 for line in text.splitlines())
        (event,) = events(found["calendars/clinic.ics"]).values()
        assert event["summary"] == expected(texts[3])
        assert event["location"] == expected(texts[2])
        assert f"Who: {expected(texts[0])}, A2" in event["description"]


def expected(text):
    for sign in CONTROLS:
        if sign not in "\t\n":
            text = text.replace(sign, "")
    return re.sub(r"\s+", " ", text).replace("\\", "/")


def test_titles_have_no_blanks_at_either_end():
    found = made(names=replace(PUBLIC, public_groups={"grp-sud": "  Group A\u2028 "}))
    assert "Group A" in summaries(found["calendars/clinic.ics"])


def test_who_has_no_session_has_an_empty_calendar():
    """Subscribers see last week's entries go; a missing file would leave them."""
    found = made(therapists=(therapist("T1"), therapist("T2"), therapist("T3")))
    assert events(found["calendars/therapist-T3.ics"]) == {}


def test_each_mode_says_what_it_discloses():
    sentences = {mode: disclosures(mode) for mode in NameMode}
    assert len(set(sentences.values())) == 4
    assert "full names" in sentences[NameMode.FULL]


def test_an_edited_session_of_unknown_things_is_still_written():
    odd = row("odd", held("Mon 09:00-12:00", "A9", "T9", service_id="gone", group_id="gone", room_id="R9"))
    for mode in NameMode:
        assert {"calendars/participant-A9.ics", "calendars/therapist-T9.ics", "calendars/room-R9.ics"} <= set(
            made(odd, mode=mode)
        )


@pytest.mark.parametrize("mode", [NameMode.NONE, NameMode.ID])
def test_the_complete_example_leaks_no_name(mode, full_edition):
    """Everybody and everything has an unmistakable name, and none of them is in any calendar or table."""
    problem = full_edition.problem
    tables = {
        field: {thing.id: f"Canary{number}" for number, thing in enumerate(things)}
        for field, things in (
            ("participants", problem.participants),
            ("initials", problem.participants),
            ("therapists", problem.therapists),
            ("credentials", problem.therapists),
            ("rooms", problem.rooms),
            ("groups", problem.groups),
        )
    }
    shown = Labels(mode, Names(**tables))
    found = replace(full_edition, labels=replace(shown, mode=NameMode.ID), calendar_labels=shown)
    written = {**files(found), **attendees.files(found)}
    assert len(written) > len(problem.rooms) + len(problem.therapists)
    assert [path for path, data in written.items() if "Canary" in unfolded(data)] == []
    told = replace(found, calendar_labels=replace(shown, mode=NameMode.FULL))
    assert any("Canary" in unfolded(data) for data in files(told).values()), "the names are there to be found"
