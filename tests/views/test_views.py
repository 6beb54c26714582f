"""Rows beyond the plain session: grids by block, loads, days of staff and rooms, rules with their source, people short."""

from dataclasses import replace
from datetime import timedelta

import pytest

from iopsched.domain.clinic import Block, Payer
from iopsched.domain.names import Names
from iopsched.domain.outcome import Unmet
from iopsched.domain.publication import Change
from iopsched.domain.timegrid import decimal_hours, hours_of
from iopsched.rulebook import RuleId
from iopsched.verifier import hours, violations
from iopsched.verifier.week import Week
from iopsched.views.broken import broken_rules
from iopsched.views.changes import change_lines, counts_line, since_line
from iopsched.views.headroom import loads
from iopsched.views.labels import Labels, NameMode
from iopsched.views.lacks import Shortage, ShortLine, shortage
from iopsched.views.relabeling import told
from iopsched.views.resources import room_days, staff_weeks
from iopsched.views.sessions import group_members, group_rows, session_rows
from iopsched.views.slots import slot_grid, slot_of, slots
from iopsched.views.standards import hours_rules, number_sources
from iopsched.words.sentence import GroupRef, ParticipantRef, RoomRef, Sentence, TherapistRef
from tests.support.clinics import (
    EVENING,
    MONDAY,
    MORNING,
    TUESDAY,
    adult,
    adults,
    clinic,
    group,
    individual,
    level,
    off,
    room,
    schedule,
    services,
    session,
    small,
    therapist,
    windows,
)

LABELS = Labels()


# --- slots ----------------------------------------------------------------
def test_blocks_and_gaps_cover_the_day():
    found = slots((EVENING, MORNING))
    assert [(slot.name, slot.times) for slot in found] == [
        ("", "until 09:00"),
        ("morning", "09:00-12:00"),
        ("", "12:00-17:00"),
        ("evening", "17:00-20:00"),
        ("", "from 20:00"),
    ]
    assert [slot.times for slot in slots(())] == ["all day"]
    whole = Block("day", "day", 0, 1440, frozenset(range(7)))
    assert [slot.times for slot in slots((whole,))] == ["00:00-24:00"]


@pytest.mark.parametrize(
    ("start", "end", "day", "name"),
    [
        (540, 600, 0, "morning"),
        (719, 780, 0, "morning"),
        (720, 780, 0, ""),
        (1020, 1200, 1, "school"),
        (1020, 1200, 0, "evening"),
        (1080, 1140, 0, "evening"),
        (960, 1020, 0, "school"),
        (1439, 1440, 0, ""),
    ],
)
def test_a_session_belongs_to_the_block_of_its_times_and_day(start, end, day, name):
    """The evening is on Monday and Wednesday; school overlaps with it every day."""
    school = Block("school", "day", 960, 1200, frozenset(range(5)))
    assert slot_of(slots((MORNING, school, EVENING)), start, end, day).name == name


def test_the_grid_has_a_row_for_each_block_and_room_in_use():
    problem = small(clinic=clinic(blocks=(MORNING,)))
    held = schedule(
        session("Mon 09:00-12:00", room_id="R2"),
        session("Tue 09:00-12:00"),
        session("Tue 13:00-16:00", room_id=None),
    )
    found = slot_grid(problem, session_rows(problem, held, LABELS))
    assert found.days == (0, 1, 2, 3, 4)
    assert [(row.slot.times, row.room, [len(cell) for cell in row.cells]) for row in found.rows] == [
        ("09:00-12:00", "R1", [0, 1, 0, 0, 0]),
        ("09:00-12:00", "R2", [1, 0, 0, 0, 0]),
        ("from 12:00", "", [0, 1, 0, 0, 0]),
    ]


# --- loads ----------------------------------------------------------------
def one_load(problem, held):
    """Return the load of the only session."""
    ((_, found),) = loads(problem, schedule(held)).items()
    return found


@pytest.mark.parametrize(
    ("heads", "limits", "near"),
    [
        (2, (), ("at its minimum",)),
        (3, (), ("1 seat left",)),
        (4, ("full",), ()),
        (5, ("too many for its size",), ()),
    ],
)
def test_the_size(heads, limits, near):
    problem = small(participants=adults(5), groups=(group(min_size=2, max_size=4),))
    found = one_load(problem, session("Mon 09:00-12:00", " ".join(f"A{i}" for i in range(1, heads + 1)), group_id="G1"))
    assert (found.limits, found.near, found.heads, found.left["size"]) == (limits, near, heads, 4 - heads)


@pytest.mark.parametrize(
    ("staff", "left", "words"),
    [("T1", -1, "5:1 of 4:1"), ("T1 T2", 3, "2.5:1 of 4:1"), ("T1 T9", -1, "5:1 of 4:1"), ("T9", -5, "5:0 of 4:1")],
)
def test_the_ratio_counts_those_who_count(staff, left, words):
    staff_rows = (therapist("T1"), therapist("T2"), therapist("T9", counts_for_ratio=False))
    problem = small(participants=adults(5), therapists=staff_rows, clinic=clinic(ratios={"adult": 4}))
    found = one_load(problem, session("Mon 09:00-12:00", "A1 A2 A3 A4 A5", staff))
    assert (found.left["ratio"], found.ratio_words) == (left, words)
    assert found.limits == (("too many for its ratio",) if left < 0 else ())
    four = one_load(problem, session("Mon 09:00-12:00", "A1 A2 A3 A4", "T1"))
    assert four.limits == ("full (ratio)",)


def test_seats_are_those_in_the_room():
    """Of a hybrid session who joins by video takes no seat; one person alone with one therapist is no news."""
    people = (*adults(2), adult("A3", modality="telehealth"))
    problem = small(participants=people, rooms=(room(capacity=3),))
    crowd = session("Mon 09:00-12:00", "A1 A2 A3")
    assert one_load(problem, replace(crowd, modality="hybrid")).limits == ("full (room)",)
    assert one_load(problem, crowd).limits == ("too many for its room",)
    alone = small(rooms=(room(capacity=2, max_participants=1),))
    found = one_load(alone, individual("Mon 09:00-10:00"))
    assert (found.limits, found.near) == ((), ())
    assert one_load(alone, individual("Mon 09:00-10:00", "A1 A2")).limits == ("too many for its size and room",)


@pytest.mark.parametrize(("capacity", "free"), [(3, 0), (4, 0), (5, 1), (2, -1)])
def test_who_brings_a_guest_needs_two_seats(capacity, free):
    problem = small(services=services(multifamily={"guests": 1}), rooms=(room(capacity=capacity),))
    assert one_load(problem, session("Mon 09:00-12:00", "A1", service_id="multifamily")).left["room"] == free


def test_every_limit_that_is_reached_is_told():
    problem = small(participants=adults(4), groups=(group(max_size=4),), rooms=(room(capacity=5),))
    found = one_load(problem, session("Mon 09:00-12:00", "A1 A2 A3 A4", group_id="G1"))
    assert (found.limits, found.free) == (("full (size, room)",), 0)


# --- staff and rooms ------------------------------------------------------
def test_staff_weeks_count_waiting_and_know_whom_the_clinic_does_not():
    problem = small(therapists=(therapist("T1", max_minutes_per_day=120),))
    held = schedule(
        individual("Mon 09:00-10:00"), individual("Mon 12:00-13:00", "A2"), individual("Tue 09:00-10:00", staff="X")
    )
    stranger, known = sorted(staff_weeks(problem, held, LABELS), key=lambda row: row.label == "T1")
    assert (known.minutes, known.waiting, known.most_a_day, known.most_a_week) == (120, 120, 120, 6000)
    assert known.sources == ("max_hours_per_day in therapists.csv", "max_hours_per_week in therapists.csv")
    assert [(day.day, day.start, day.end, day.sessions) for day in known.days] == [(0, "09:00", "13:00", 2)]
    preset = staff_weeks(small(therapists=(replace(therapist(), max_minutes_per_week=None),)), held, LABELS)
    assert "max_hours_per_week in clinic.toml or its rule set" in preset[0].sources
    assert (stranger.label, stranger.most_a_week, len(stranger.rows)) == ("X", None, 1)


def test_a_room_is_open_when_nothing_is_in_the_way():
    problem = small(
        rooms=(room("R1", busy=windows("Mon 08:00-09:00")), room("R2")),
        time_off=(off("room", "R1", "Mon 19:00", "Tue 08:00"), off("clinic", "", "Tue 08:00", "Tue 12:00")),
    )
    found = room_days(problem, schedule(individual("Mon 09:00-10:00")), LABELS, (0, 1))
    assert [(row.room, row.day, row.minutes, row.open_minutes) for row in found] == [
        ("R1", 0, 60, 600),
        ("R1", 1, 0, 480),
        ("R2", 0, 0, 720),
        ("R2", 1, 0, 480),
    ]


# --- rules and their sources ----------------------------------------------
STRICT = level(min_minutes_per_week=540, min_days_per_week=3)


def rule_of(person, payers=()):
    """Return the rule of one person in words, which must be the one that the verifier counts by."""
    problem = small(participants=(person,), clinic=clinic(level=STRICT, payers={row.id: row for row in payers}))
    rows = hours(problem, schedule())
    return hours_rules(problem, schedule(), rows)[person.id], (rows[0].required_minutes, rows[0].required_days)


@pytest.mark.parametrize(
    ("person", "payers", "words", "numbers"),
    [
        (adult(), (), "9 h, 3 days: level iop-adult", (540, 3)),
        (adult(min_minutes_per_week=600), (), "10 h: participants.csv or steps.csv; 3 days: level iop-adult", (600, 3)),
        (adult(payer="p"), (Payer("p", min_days_per_week=4),), "9 h: level iop-adult; 4 days: payer p", (540, 4)),
        (adult(payer="p"), (Payer("p", min_days_per_week=3),), "9 h, 3 days: level iop-adult", (540, 3)),
        (
            adult(min_minutes_per_week=300, payer="p"),
            (Payer("p", min_minutes_per_week=480, min_days_per_week=4),),
            "8 h, 4 days: payer p",
            (480, 4),
        ),
        (
            adult(admitted=MONDAY, discharged=TUESDAY),
            (),
            "9 h, 3 days: level iop-adult; stay covers 2 of 5 open days",
            (216, 1),
        ),
    ],
)
def test_a_rule_says_whose_numbers_hold(person, payers, words, numbers):
    assert rule_of(person, payers) == (words, numbers)


def test_a_number_says_where_it_stands():
    """The preset has 9 h on a regulator's word and 3 days on nobody's."""
    problem = small(
        participants=(adult(payer="p"),),
        clinic=clinic(
            level=level(min_minutes_per_week=540, min_days_per_week=2), payers={"p": Payer("p", min_days_per_week=4)}
        ),
    )
    found = {(row.owner, row.setting): row for row in number_sources(problem, hours(problem, schedule()))}
    hours_row = found["level iop-adult", "min_hours_per_week"]
    assert (hours_row.value, hours_row.place) == ("9 h", "as in rule set generic")
    assert "SAMHSA" in hours_row.source
    days = found["level iop-adult", "min_days_per_week"]
    assert (days.value, days.place) == ("2", "clinic.toml")
    assert days.source == "the clinic's own number; rule set generic has 3, no regulation cited"
    assert found["payer p", "min_days_per_week"].place == "clinic.toml"
    assert ("payer p", "min_hours_per_week") not in found


# --- who is short ---------------------------------------------------------
def test_who_is_short_is_told_as_far_as_people_are_shown():
    problem = small(clinic=clinic(level=STRICT))
    reason = (Unmet("A2", 600, Sentence("No group takes {}: A22 and A2-1 are others.", ParticipantRef("A2"))),)
    names = Names(initials={"A2": "Q.Z."})
    found = shortage(problem, schedule(), reason, Labels(NameMode.INITIALS, names))
    assert (found.people, found.short, len(found.lines)) == (2, 2, 2)
    each = 9 + 3 * 1 + 5 * (1 + 1 + 3 + 1)  # hours, days, and five of each service
    assert found.sentence == (
        f"0 of 2 participants have all their hours and sessions; what is lacking counts as {2 * each} h of unmet need"
    )
    assert (
        Shortage(people=2, short=0, minutes=0, lines=()).sentence
        == "2 of 2 participants have all their hours and sessions"
    )
    line = next(row for row in found.lines if row.why)
    assert (line.label, line.why) == ("Q.Z.", "No group takes Q.Z.: A22 and A2-1 are others.")
    assert line.facts.startswith("has 0 of 9 h, 0 of 3 days")
    nobody = shortage(problem, schedule(), reason, Labels(NameMode.NONE))
    assert (nobody.short, nobody.minutes, nobody.lines) == (2, found.minutes, ())


def test_the_longest_id_is_meant():
    problem = small(participants=(adult("P1"), adult("P1-2"), adult("P1.3")))
    labels = Labels(NameMode.FULL, Names(participants={"P1": "One", "P1-2": "Two", "P1.3": "Three"}))
    said = Sentence("{}, {} and {}, not P12.", *map(ParticipantRef, ("P1-2", "P1.3", "P1")))
    assert told(said, problem, labels) == "Two, Three and One, not P12."
    late = Sentence("{} is late.", ParticipantRef("P1"))
    assert told(late, problem, Labels(NameMode.NONE)) == "", "no sentence where nobody is shown"


def test_a_group_without_a_public_name_is_its_service_in_words():
    assert Labels(NameMode.NONE).group("SECRET", "teen_group") == "teen group"


def test_staff_rooms_and_groups_are_told_by_name_and_words_like_ids_stay():
    """An id may be a mere number or a word: it is found by its reference, never by its letters."""
    problem = small(participants=(adult("P1"), adult("12"), adult("more")), groups=(group("G1"),))
    names = Names(
        participants={"P1": "One", "12": "Twelve", "more": "Morris"},
        therapists={"T1": "Dr. Ash"},
        rooms={"R1": "Blue"},
        groups={"G1": "Morning"},
    )
    full, initials = Labels(NameMode.FULL, names), Labels(NameMode.INITIALS, replace(names, initials={"P1": "O."}))
    where = GroupRef("G1"), TherapistRef("T1"), RoomRef("R1")
    said = Sentence("{} of {} with {} in {}: 12 more.", ParticipantRef("P1"), *where)
    assert told(said, problem, full) == "One of Morning with Dr. Ash in Blue: 12 more."
    assert told(said, problem, initials) == "O. of G1 with T1 in R1: 12 more."
    odd = Sentence("{} and {}: 12 more.", ParticipantRef("12"), ParticipantRef("more"))
    assert told(odd, problem, full) == "Twelve and Morris: 12 more."
    unknown = Sentence("{} {}", GroupRef("G9"), ParticipantRef("P9"))
    assert told(unknown, problem, full) == "G9 P9"


def test_broken_rules_are_told_as_far_as_people_are_shown():
    problem = small()
    twice = schedule(individual("Mon 09:00-10:00"), individual("Mon 09:00-10:00", "A1 A2", id_="other"))
    found = violations(problem, twice)
    assert [row.rule for row in broken_rules(problem, found, Labels())] == [
        rule for rule in reversed(RuleId) if rule in {row.rule for row in found}
    ]
    assert len({row.rule for row in found}) > 1
    by_rule = {row.rule: row for row in broken_rules(problem, found, Labels())}
    assert sum(row.number for row in by_rule.values()) == len(found)
    assert set(by_rule["overlap"].found) == {row.sentence for row in found if row.rule == "overlap"}
    hidden = broken_rules(problem, found, Labels(NameMode.NONE))
    assert [(row.rule, row.number, row.found) for row in hidden] == [
        (key, row.number, ()) for key, row in by_rule.items()
    ]


@pytest.mark.parametrize(
    ("minutes", "most", "number", "words"),
    [(570, 600, "9.5", "9.5 of 10 h"), (50, 540, "0.83", "50 min of 9 h"), (0, 50, "0", "0 h of 50 min")],
)
def test_hours_are_told_as_numbers_and_against_a_limit(minutes, most, number, words):
    assert (decimal_hours(minutes), hours_of(minutes, most)) == (number, words)


# --- changes --------------------------------------------------------------
def lines_of(*changes, labels=LABELS):
    """Return the lines of changes as tuples."""
    return [
        (row.title, row.kinds, row.before, row.after, row.people)
        for row in change_lines(small(participants=adults(3)), changes, labels)
    ]


def test_changes_are_told_in_order_of_time():
    before = session("Mon 09:00-12:00", "A1 A2", id_="one")
    after = replace(before, start=before.start + 60, end=before.end + 30, participant_ids=("A3",), room_id=None)
    video = replace(before, modality="telehealth", room_id=None)
    early = individual("Mon 08:00-09:00")
    moved = Change("one", ("moved", "room", "participants"), before, after)
    assert lines_of(moved, Change("two", ("added",), None, early)) == [
        ("individual A1", "added", "was not held", "Mon 08:00-09:00 · T1 · R1", ""),
        (
            "process",
            "moved, now 2.5 h long, other room, other participants",
            "Mon 09:00-12:00 · T1 · R1",
            "Mon 10:00-12:30 · T1 · no room",
            "A3 joins; A1, A2 leave",
        ),
    ]
    assert lines_of(moved, labels=Labels(NameMode.NONE))[0][4] == "1 participant joins; 2 participants leave"
    ((title, *_),) = lines_of(Change("one", ("service",), before, replace(before, service_id="workshop")))
    assert title == "workshop", "what it is now"
    ((*_, kinds, _, now, _),) = lines_of(Change("one", ("room", "modality"), before, video))
    assert (kinds, now) == ("other room, held another way", "Mon 09:00-12:00 · T1 · online")


def test_changes_are_counted():
    held = session("Mon 09:00-12:00")
    found = (
        Change("a", ("added",), None, held),
        Change("b", ("staff",), held, held),
        Change("c", ("room",), held, held),
    )
    assert counts_line(found) == "1 added, 2 changed"
    assert since_line(found) == "Sessions since the last published revision: 1 added, 2 changed."
    assert "Nothing has changed" in since_line(())
    assert "no earlier" in since_line(None)


def test_members_are_those_on_the_roster_and_those_who_belong_there_this_week():
    """Who is discharged, or not yet admitted, takes no seat; in the summary and on the page alike."""
    first, second, gone, later = (replace(person, group_ids=("G1",)) for person in adults(4))
    gone = replace(gone, discharged=MONDAY - timedelta(days=3))
    later = replace(later, admitted=MONDAY + timedelta(days=14))
    problem = small(participants=(first, second, gone, later), groups=(group("G1"),))
    held = schedule(session("Mon 09:00-12:00", "A1", group_id="G1"))
    assert group_members(Week(problem, held), "G1") == {"A1", "A2"}
    assert [row.members for row in group_rows(problem, held, Labels())] == [2]
    assert group_members(Week(problem, held), "G9") == frozenset()


@pytest.mark.parametrize(
    ("modality", "who", "mode", "expected"),
    [
        ("in_person", "A1 A2", NameMode.ID, ""),
        ("telehealth", "A1 A2", NameMode.ID, "online"),
        ("hybrid", "A1 A3", NameMode.ID, ""),
        ("hybrid", "A1 A2 A4", NameMode.ID, "online: A2, A4"),
        ("hybrid", "A1 A2", NameMode.NONE, "1 joins online"),
        ("hybrid", "A1 A2 A4", NameMode.NONE, "2 join online"),
        ("hybrid", "A1 X9", NameMode.ID, ""),
    ],
)
def test_who_joins_online_is_said_in_words(modality, who, mode, expected):
    ways = zip(adults(4), ("in_person", "telehealth", "either", "telehealth"), strict=True)
    problem = small(participants=tuple(replace(person, modality=way) for person, way in ways))
    held = schedule(session("Mon 09:00-12:00", who, modality=modality))
    assert session_rows(problem, held, Labels(mode))[0].modality_words == expected


@pytest.mark.parametrize(
    ("reader", "place", "modality"),
    [("A1", "R1", "in_person"), ("A2", "online", "telehealth"), ("T1", "R1", "hybrid"), ("T2", "online", "telehealth")],
)
def test_a_row_for_one_reader_has_their_place(reader, place, modality):
    """The lead of a hybrid session is in the room, however they like to work; a second may join by video."""
    people = (adults(1)[0], replace(adults(2)[1], modality="telehealth"))
    staff = tuple(replace(therapist(key), modality="telehealth") for key in ("T1", "T2"))
    problem = small(participants=people, therapists=staff)
    held = schedule(session("Mon 09:00-12:00", "A1 A2", "T1 T2", modality="hybrid"))
    person = {**problem.participant, **problem.therapist}[reader]
    row = session_rows(problem, held, Labels(), person)[0]
    assert (row.place, row.modality) == (place, modality)
    assert row.remote == (("A2",) if reader == "T1" else ())


def test_people_with_one_cause_are_one_line():
    """Those whose cause is not known stay apart."""
    lines = [
        ShortLine("A1", "A1", 180, "has 6 of 9 h", "have 6 of 9 h", "Group A is full."),
        ShortLine("A2", "A2", 120, "has 7 of 9 h", "have 7 of 9 h", "Group A is full."),
        ShortLine("A3", "A3", 60, "has 8 of 9 h", "have 8 of 9 h", ""),
        ShortLine("A4", "A4", 60, "has 8 of 9 h", "have 8 of 9 h", ""),
    ]
    found = Shortage(9, 4, 420, tuple(lines)).by_cause
    alike = replace(lines[0], participant_id="A5", label="A5"), lines[0]
    (both,) = Shortage(9, 2, 360, alike).by_cause
    assert both.facts == "have 6 of 9 h"
    assert [(row.labels, row.facts, row.why) for row in found] == [
        (("A1", "A2"), "lack hours or sessions", "Group A is full."),
        (("A3",), "has 8 of 9 h", ""),
        (("A4",), "has 8 of 9 h", ""),
    ]
