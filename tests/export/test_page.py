"""The page of the week: complete, self-contained, private, safe, the same bytes each time."""

import itertools
import re
from collections import Counter
from dataclasses import replace

import pytest

from iopsched.domain.names import Names
from iopsched.domain.outcome import GoalResult, Unmet
from iopsched.domain.publication import Change
from iopsched.domain.schedule import Schedule
from iopsched.export import charts, palette
from iopsched.export.content import Content
from iopsched.export.findings import Findings
from iopsched.export.heading import zone_line
from iopsched.export.page import files, page
from iopsched.verifier import hours, violations
from iopsched.views.labels import Labels, NameMode
from iopsched.views.relabeling import told
from iopsched.words.sentence import GroupRef, ParticipantRef, RoomRef, Sentence, TherapistRef
from tests.support.readers import CANARIES, Page, canary_names


def labelled(edition, mode, names=None):
    return replace(edition, labels=Labels(mode, names or edition.labels.names))


def broken(edition):
    """Return the edition with everybody in the first group a second time, at the same hour."""
    first = edition.schedule.sessions[0]
    everybody = tuple(sorted(row.id for row in edition.problem.participants))
    sessions = (replace(first, participant_ids=everybody), *edition.schedule.sessions[1:])
    schedule = Schedule(edition.schedule.week, sessions)
    return replace(
        edition,
        schedule=schedule,
        hours=hours(edition.problem, schedule),
        violations=violations(edition.problem, schedule),
        goals=(),
        unmet=(),
    )


def test_every_session_and_everybody_is_on_the_page(edition):
    (name,) = files(edition)
    assert name == "week-2026-11-30.html"
    read = Page(files(edition)[name])
    cards = read.all("li")
    assert sum("data-session" in card for card in cards) == len(edition.schedule.sessions)
    found = Counter()
    for card in cards:
        found.update((card.get("data-participant") or "").split())
    wanted = Counter(person for session in edition.schedule.sessions for person in session.participant_ids)
    assert sorted(found.values()) == sorted(wanted.values())
    for row in edition.hours:
        assert row.participant_id in read.text
    assert "DRAFT: not published" in read.text
    assert "America/New_York" in read.text
    assert f"All {len(edition.schedule.sessions)} sessions are shown." in read.text


def test_the_page_asks_for_nothing(edition):
    data = page(edition)
    read = Page(data)
    (policy,) = read.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy["content"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-"
    )
    for _, attributes in read.elements:
        assert not {"src", "srcset", "action", "background", "data", "poster"} & set(attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert b"url(" not in data
    assert b"@import" not in data
    assert b"http:" not in data
    assert b"https:" not in data.replace(b"https://video.example/", b"")  # told as text, not asked for
    assert len(data) < 1_000_000


def test_the_page_has_the_bones_that_readers_of_screens_need(edition):
    read = Page(page(edition))
    assert read.all("html", lang="en")
    assert len(read.all("main")) == 1
    assert len(read.all("h1")) == 1
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch(r"h\d", tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert len(read.all("caption")) == len(read.all("table"))
    assert all("scope" in cell for cell in read.all("th"))
    pictures = read.all("svg", role="img")
    assert len(pictures) == len(read.all("desc")) == 3
    identified = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(identified) == len(set(identified))
    for picture in pictures:
        assert set(picture["aria-labelledby"].split()) <= set(identified)
    for label in read.all("label"):
        assert label["for"] in identified


def test_the_same_edition_gives_the_same_bytes(edition):
    assert page(edition) == page(edition)
    shuffled = replace(edition.schedule, sessions=tuple(reversed(edition.schedule.sessions)))
    assert page(replace(edition, schedule=shuffled)) == page(edition)


@pytest.mark.parametrize("mode", [NameMode.NONE, NameMode.ID])
def test_no_name_is_told_that_was_not_asked_for(edition, mode):
    told = labelled(edition, mode, canary_names(edition.problem))
    assert told.unmet  # the reasons are looked at, too
    for one in (told, labelled(broken(edition), mode, canary_names(edition.problem))):
        text = page(one).decode()
        assert not [canary for canary in CANARIES if canary in text]


def test_mode_none_shows_nobody(edition):
    bad = broken(edition)
    changes = (
        Change("individual-P001", ("added",), None, edition.schedule.sessions[-1]),
        Change("x", ("participants",), edition.schedule.sessions[0], bad.schedule.sessions[0]),
    )
    for one in (edition, bad, replace(edition, changes=changes)):
        data = page(labelled(one, NameMode.NONE, canary_names(edition.problem)))
        text = data.decode()
        found = [row.id for row in edition.problem.participants if re.search(rf"\b{row.id}\b", text)]
        found += [row.id for row in edition.problem.groups if re.search(rf"\b{row.id}\b", text)]
        assert found == []
        read = Page(data)
        assert "Participants are not shown" in read.text
        assert bool(re.search(r"\d+ participants? joins?", read.text)) == (one.changes is not None)
        assert "data-participant" not in text.partition("<script>")[0]
        assert not read.all("section", id="hours")
        assert not read.all("select", name="participant")


def test_names_are_shown_where_they_were_asked_for(edition):
    names = canary_names(edition.problem)
    full = Page(page(labelled(edition, NameMode.FULL, names))).text
    assert all(name in full for name in names.participants.values())
    assert all(row.id not in full for row in edition.problem.participants), "reasons are told by name, too"
    unmet = (
        Unmet(
            edition.hours[0].participant_id,
            60,
            Sentence(
                "{} and P0010 sit with {} in {}, 12 of 12 in {}.",
                ParticipantRef("P001"),
                TherapistRef("T01"),
                RoomRef("R02"),
                GroupRef("A1"),
            ),
        ),
    )
    assert (
        told(unmet[0].why, edition.problem, Labels(NameMode.FULL, names))
        == "Canarybird000zq and P0010 sit with Staffbird000zq, Credbird000zq in Roombird001zq, 12 of 12 in Topicbird000zq."
    )
    initials = Page(page(labelled(edition, NameMode.INITIALS, names))).text
    assert all(name in initials for name in names.initials.values())
    assert "Canarybird" not in initials


def test_a_name_is_no_markup(edition):
    evil = "<script>alert(1)</script>\"'&"
    names = Names(
        participants=dict.fromkeys((row.id for row in edition.problem.participants), evil),
        rooms=dict.fromkeys((row.id for row in edition.problem.rooms), evil),
        groups=dict.fromkeys((row.id for row in edition.problem.groups), evil),
        therapists=dict.fromkeys((row.id for row in edition.problem.therapists), evil),
    )
    clinic = replace(edition.problem.clinic, name=evil)
    one = labelled(replace(edition, problem=replace(edition.problem, clinic=clinic)), NameMode.FULL, names)
    data = page(one)
    read = Page(data)
    assert len(read.all("script")) == 1
    assert evil in read.text
    assert data.count(b"&lt;script&gt;alert(1)") > 100
    assert b"<script>alert" not in data


def test_a_broken_week_says_so_loudly(edition):
    bad = broken(edition)
    assert bad.violations
    text = Page(page(bad)).text
    assert "Do not hand this out" in text
    assert bad.violations[0].sentence in text
    assert "more, which iopsched verify tells." in text
    assert "How good the week is in each goal is not known" in text
    assert "Do not hand this out" not in Page(page(edition)).text


def test_goals_are_told_with_value_bound_and_what_is_left(edition):
    goals = (GoalResult("unmet_need", 600, 540, "minutes"), GoalResult("people_short", 3, 3, "people"))
    unmet = (Unmet("P001", 60, Sentence("Room R01 is closed.")),)
    text = Page(page(replace(edition, goals=goals, unmet=unmet))).text
    assert "10 h 9 h" in text
    assert "At most 1 h more of need could be met by a longer search." in text
    assert "Proven: no week does better." in text


def test_ids_stay_as_they_are_written_and_services_are_words(edition):
    session = next(row for row in edition.schedule.sessions if row.service_id == "case_management")
    grouped = next(row for row in edition.schedule.sessions if row.group_id == "A1")
    group = replace(edition.problem.group["A1"], id="sud_am")
    problem = replace(edition.problem, groups=(*edition.problem.groups, group))
    schedule = Schedule(edition.schedule.week, (session, replace(grouped, group_id="sud_am")))
    text = Page(page(replace(edition, problem=problem, schedule=schedule))).text
    assert "case management" in text
    assert "case_management" not in text
    assert "sud_am" in text
    assert "sud am" not in text


def test_changes_are_told_session_by_session(edition):
    old = edition.schedule.sessions[0]
    new = replace(old, start=old.start + 60, end=old.end + 60, participant_ids=old.participant_ids[1:])
    text = Page(page(replace(edition, changes=(Change("k", ("moved", "participants"), old, new),)))).text
    assert "Changes since the last revision" in text
    assert f"{old.participant_ids[0]} leaves" in text
    assert "Nothing has changed" in Page(page(replace(edition, changes=()))).text
    assert "Changes since" not in Page(page(edition)).text


def test_tight_spots_are_where_one_more_would_break_a_rule(edition):
    content = Content(edition)
    for card in content.cards:
        if card.row.is_single:
            continue
        session = next(row for row in edition.schedule.sessions if row.id == card.row.session_id)
        others = [row.id for row in edition.problem.participants if row.id not in session.participant_ids]
        more = replace(session, participant_ids=(*session.participant_ids, others[0]))
        fewer = replace(session, participant_ids=session.participant_ids[:-1])
        assert ("full" in " ".join(card.load.limits)) == _has_no_place(edition, more), card
        assert ("at its minimum" in card.load.near) == _breaks(edition, fewer, "size"), card


def test_a_tight_spot_says_what_forbids_one_more(edition):
    """Shown where size, ratio or room alone is the nearest limit."""
    session = next(row for row in edition.schedule.sessions if row.group_id == "A1")
    heads = len(session.participant_ids)

    def marks(group=None, room=None):
        problem = edition.problem
        groups = tuple(replace(row, **(group or {})) if row.id == "A1" else row for row in problem.groups)
        rooms = tuple(replace(row, **(room or {})) if row.id == session.room_id else row for row in problem.rooms)
        changed = replace(edition, problem=replace(problem, groups=groups, rooms=rooms))
        load = next(card.load for card in Content(changed).cards if card.row.session_id == session.id)
        return load.limits + load.near

    wide_group = {"max_size": heads + 5, "participants_per_staff": heads + 5, "min_size": 2}
    wide_room = {"capacity": 60, "max_participants": None}
    assert marks(wide_group, wide_room) == ()
    assert marks({**wide_group, "max_size": heads}, wide_room) == ("full",)
    assert marks({**wide_group, "max_size": heads + 1}, wide_room) == ("1 seat left",)
    assert marks({**wide_group, "participants_per_staff": heads}, wide_room) == ("full (ratio)",)
    assert marks(wide_group, {**wide_room, "max_participants": heads}) == ("full (room)",)
    assert marks(wide_group, {**wide_room, "capacity": heads + 1}) == ("full (room)",)
    assert marks(wide_group, {**wide_room, "capacity": heads + 2}) == ("1 seat left",)
    assert marks({**wide_group, "min_size": heads}, wide_room) == ("at its minimum",)


def test_tight_spots_are_the_sessions_that_have_the_marks(edition):
    content = Content(edition)
    found = {tight.title: {place.partition(" (")[0] for place in tight.places} for tight in Findings(content).tight()}

    def marked(is_so):
        shared = (card for card in content.cards if not card.row.is_single and is_so(card.load))
        return {f"{card.row.title} {card.row.heads}/{card.row.most}" for card in shared}

    assert found["No seat left"] == marked(lambda load: load.limits) != set()
    assert found["One seat left"] == marked(lambda load: "1 seat left" in load.near) != set()
    assert found["At the minimum"] == marked(lambda load: "at its minimum" in load.near) != set()


def test_what_is_lacking_stands_beside_the_hours(edition):
    short = {line.line.row.participant_id for line in Content(edition).person_lines() if line.lacks}
    assert short == {row.participant_id for row in edition.hours if row.status == "short"} != set()


def test_staff_near_their_limit_are_named(edition):
    places = {place for tight in Findings(Content(edition)).tight() for place in tight.places}
    assert any("of 25 h" in place for place in places)


def _has_no_place(edition, session):
    """Return whether size, ratio or seats of this one session are broken by number."""
    return any(_breaks(edition, session, rule) for rule in ("size", "ratio")) or any(
        "capacity" in row.sentence or "max_participants in rooms.csv" in row.sentence
        for row in violations(edition.problem, Schedule(edition.schedule.week, (session,)))
    )


def _breaks(edition, session, rule):
    found = violations(edition.problem, Schedule(edition.schedule.week, (session,)))
    return any(row.rule == rule and row.subject == session.id for row in found)


@pytest.mark.parametrize(("week", "way"), [("2026-03-02", "forward"), ("2026-10-26", "back"), ("2026-11-30", None)])
def test_clock_changes_are_said_and_times_stay(edition, week, way):
    from datetime import date

    monday = date.fromisoformat(week)
    moved = replace(
        edition,
        problem=replace(edition.problem, week=monday),
        schedule=replace(edition.schedule, week=monday),
    )
    assert (f"the clocks go {way} on Sunday" in zone_line(moved)) == (way is not None)
    times = [card.times for card in Content(moved).cards]
    assert times == [card.times for card in Content(edition).cards]


def test_seats_are_pictured_by_block_or_else_by_part_of_the_day(edition):
    shared = [card.row for card in Content(edition).cards if not card.row.is_single]
    without = replace(edition, problem=replace(edition.problem, clinic=replace(edition.problem.clinic, blocks=())))
    for one, wanted in ((edition, "morning 09:00\N{EN DASH}12:00"), (without, "morning")):
        _, blocks = charts.seats(Content(one))
        assert next(iter(blocks)) == wanted
        assert sum(cell.used for cells in blocks.values() for cell in cells.values()) == sum(
            row.heads for row in shared
        )
    assert set(blocks) == {"morning", "afternoon", "evening"}


def test_an_empty_week_is_a_page(edition):
    empty = replace(edition, schedule=Schedule(edition.schedule.week), hours=(), goals=(), unmet=())
    assert "No sessions are held" in Page(page(empty)).text


def _luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_ink_is_readable_on_every_color():
    assert round(_contrast("#000000", "#ffffff"), 1) == 21.0
    for paper in (*(tone.tint for tone in palette.TONES), *palette.HEAT, palette.PAPER):
        assert _contrast(palette.INK, paper) >= 7
        assert _contrast("#343c47", paper) >= 4.5
    for color, ink in palette.INK_ON.items():
        assert _contrast(color, ink) >= 4.5
    for color in (palette.QUIET, palette.LINE, palette.ACCENT, palette.GOOD, palette.BAD):
        assert _contrast(color, palette.PAPER) >= 4.5
