"""Calendars over weeks and revisions: what is published stays, numbers and times never go back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iopsched.domain.names import Names
from iopsched.domain.schedule import Schedule
from iopsched.export.assembly import first_running, with_running
from iopsched.export.calendars import files, uid
from iopsched.export.edition import Edition
from iopsched.export.memory import continued, read_memory, remembered, told_on, write_memory
from iopsched.store.place import CALENDARS
from iopsched.store.revisions import draft, publish
from iopsched.views.labels import Labels, NameMode
from tests.support.clinics import MONDAY, clinic, small
from tests.support.publications import edition, events, held, instants, monday, row, utc

NOW = datetime(2026, 11, 29, 15, tzinfo=UTC)
NEXT = MONDAY + timedelta(days=7)
CLINIC = "calendars/clinic.ics"
A = "calendars/participant-A1.ics"
TUE, WED, THU = (held(f"{day} 09:00-12:00", "A1 A2", id=f"g-{day}", group_id="G1") for day in ("Tue", "Wed", "Thu"))


def week(*sessions, monday=MONDAY):
    return Schedule(monday, tuple(sorted(sessions)))


class World:
    """A clinic over time: what is published, and what calendars were told. Its clock goes on by an hour a step."""

    def __init__(self, zone="America/Chicago"):
        self.zone, self.now, self.memory, self.revisions = zone, NOW, {}, []

    def latest(self, monday):
        return max((one for one in self.revisions if one.week == monday), key=lambda one: one.revision, default=None)

    def publish(self, schedule):
        self.now += timedelta(hours=1)
        found = publish("site", schedule, self.latest(schedule.week), self.now)
        if found.revision > getattr(self.latest(schedule.week), "revision", 0):
            self.revisions.append(found)

    def export(self, schedule, *, is_forgetful=False, mode=NameMode.NONE):
        """Return the files of a schedule, as the command makes them."""
        self.now += timedelta(hours=1)
        publication = draft("site", schedule, self.latest(schedule.week))
        labels = Labels(mode)
        own = Edition(self.problem(schedule.week), schedule, publication, (), (), labels, labels)
        revisions = sorted(self.revisions, key=lambda one: (one.week, one.revision))
        memory = {} if is_forgetful else self.memory
        found = told_on(with_running(own, revisions, lambda one: self.problem(one.week), self.now), memory, self.now)
        self.memory = remembered(memory, [found.publication, *(one.publication for one in found.running)], self.now)
        return files(found)

    def problem(self, monday):
        return small(clinic=clinic(timezone=self.zone), week=monday)


@pytest.fixture
def world():
    return World()


def told(data):
    """Return start in UTC -> (status, SEQUENCE) of a file."""
    return {
        event.start.astimezone(UTC): (str(event["status"]), int(event["sequence"])) for event in events(data).values()
    }


def days(data):
    return [start.date() for start, _ in instants(data)]


def test_next_week_takes_nothing_from_this_week(world):
    this, following = week(TUE), week(WED, monday=NEXT)
    world.publish(this)
    world.publish(following)
    alone = [week_day for one in (this, following) for week_day in days(world.export(one)[A])]
    assert alone == [MONDAY + timedelta(days=1), NEXT + timedelta(days=2)] * 2


def test_published_in_the_other_order_and_an_older_week_again(world):
    world.publish(week(WED, monday=NEXT))
    world.publish(week(TUE))
    world.publish(week(THU))
    assert days(world.export(week(WED, monday=NEXT))[A]) == [MONDAY + timedelta(days=3), NEXT + timedelta(days=2)]
    assert set(told(world.export(week(THU))[A]).values()) == {("CONFIRMED", 0), ("CONFIRMED", 1)}


def test_the_draft_of_another_week_leaves_the_published_one(world):
    world.publish(week(TUE))
    found = told(world.export(week(WED, monday=NEXT))[A])
    assert list(found.values()) == [("CONFIRMED", 0), ("TENTATIVE", 0)]


def test_drafts_of_two_weeks_are_not_mixed(world):
    """Nobody has published either: only the one asked for is there."""
    world.export(week(TUE))
    assert days(world.export(week(WED, monday=NEXT))[A]) == [NEXT + timedelta(days=2)]


def test_a_draft_marks_only_what_differs(world):
    world.publish(week(TUE, WED, THU))
    before = events(world.export(week(TUE, WED, THU))[CLINIC])
    after = events(world.export(week(TUE, replace(WED, start=WED.start + 60, end=WED.end + 60)))[CLINIC])
    assert before.keys() == after.keys()
    by_day = {event.start.day: event for event in after.values()}
    assert {day: (str(one["status"]), int(one["sequence"])) for day, one in by_day.items()} == {
        1: ("CONFIRMED", 0),
        2: ("TENTATIVE", 1),
        3: ("TENTATIVE", 1),
    }
    assert by_day[1].to_ical() == before[str(by_day[1]["uid"])].to_ical()
    assert "Draft: may be cancelled" in by_day[3]["description"]
    assert "Draft: may still change" in by_day[2]["description"]


def test_a_draft_that_is_given_up_goes_forward_to_what_was_published(world):
    world.publish(week(TUE))
    sequences = [
        next(iter(events(world.export(one)[A]).values()))["sequence"] for one in (week(TUE), week(THU), week(TUE))
    ]
    assert sequences == [0, 1, 2]


def test_drafts_of_a_week_that_was_never_published_go_forward(world):
    """Also to the day on which it is published."""
    found = [next(iter(events(world.export(week(one))[A]).values())) for one in (TUE, WED, THU, THU)]
    assert [int(one["sequence"]) for one in found] == [0, 1, 2, 2]
    assert found[2].to_ical() == found[3].to_ical(), "the same draft has the same bytes"
    world.publish(week(TUE))
    last = next(iter(events(world.export(week(TUE))[A]).values()))
    assert (str(last["status"]), int(last["sequence"]), last["uid"]) == ("CONFIRMED", 3, found[0]["uid"])


def test_no_time_lies_in_the_future(world):
    far = monday("2027-03-01")
    for one in (week(TUE, monday=far), week(WED, monday=far)):
        for event in events(world.export(one)[A]).values():
            assert event["dtstamp"].dt == event["last-modified"].dt == world.now


def test_what_a_revision_drops_stays_cancelled_until_its_week_has_ended(world):
    world.publish(week(TUE, WED))
    world.publish(week(WED))
    statuses = [status for status, _ in told(world.export(week(WED))[A]).values()]
    assert statuses == ["CANCELLED", "CONFIRMED"]
    world.now = utc("2026-12-07 04:59")  # an hour later it is Sunday, 23:59 in Chicago
    assert len(told(world.export(week(THU, monday=NEXT))[A])) == 3
    world.now = utc("2026-12-07 05:00")
    assert len(told(world.export(week(THU, monday=NEXT))[A])) == 1


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        ("America/Chicago", "2026-12-07 05:59", "2026-11-30"),
        ("America/Chicago", "2026-12-07 06:00", "2026-12-07"),
        ("Pacific/Auckland", "2026-12-06 10:59", "2026-11-30"),
        ("Pacific/Auckland", "2026-12-06 11:00", "2026-12-07"),
        ("Pacific/Honolulu", "2026-12-07 09:59", "2026-11-30"),
        ("America/Chicago", "2026-11-02 05:59", "2026-10-26"),
        ("America/Chicago", "2026-11-02 06:00", "2026-11-02"),
    ],
)
def test_a_week_ends_with_sunday_on_the_clock_of_the_clinic(zone, moment, expected):
    """Also the one in which the clocks go back."""
    assert first_running(edition(zone=zone).zone, utc(moment)) == monday(expected)


def test_weeks_on_both_sides_of_a_change_of_the_clocks():
    world = World()
    world.now = utc("2026-10-27 12:00")
    before, after = monday("2026-10-26"), monday("2026-11-02")
    world.publish(week(TUE, monday=before))
    world.publish(week(TUE, monday=after))
    assert [start.hour for start, _ in instants(world.export(week(TUE, monday=after))[A])] == [14, 15]


def test_whoever_is_no_longer_in_a_session_has_it_cancelled(world):
    """A participant, a member of staff and a room; and whoever comes back has it again, with a higher number."""
    world.publish(week(TUE))
    changed = replace(TUE, participant_ids=("A2",), therapist_ids=("T2",), room_id="R2")
    owners = ("participant-A1", "therapist-T1", "room-R1")
    for one, status, sequence in ((changed, "CANCELLED", 1), (TUE, "CONFIRMED", 2)):
        world.publish(week(one))
        found = world.export(week(one))
        for owner in owners:
            assert list(told(found[f"calendars/{owner}.ics"]).values()) == [(status, sequence)], owner
    sketch = world.export(week(changed))
    assert [list(told(sketch[f"calendars/{owner}.ics"]).values()) for owner in owners] == [[("TENTATIVE", 3)]] * 3


@pytest.mark.parametrize("mode", [NameMode.NONE, NameMode.ID, NameMode.FULL])
def test_who_left_the_tables_has_what_is_published_and_sees_nobody_else(world, mode):
    """Also of a hybrid session, of whose participants somebody else is remote."""
    world.publish(week(replace(TUE, participant_ids=("A1", "X9"), modality="hybrid")))
    found = world.export(week(WED, monday=NEXT), mode=mode)["calendars/participant-X9.ics"].decode()
    assert "DTSTART;TZID=America/Chicago:20261201T090000" in found
    for word in ("A1", "participants", "Who:", "online"):
        assert word not in found


def test_a_lost_memory_tells_what_the_store_says(world):
    world.publish(week(TUE))
    world.publish(week(WED))
    found = world.export(week(WED), is_forgetful=True)
    assert list(told(found[A]).values()) == [("CONFIRMED", 1)]


def test_a_clock_that_goes_back_takes_no_time_back(world):
    world.export(week(TUE))
    first = next(iter(world.memory.values()))
    world.now -= timedelta(days=30)
    (event,) = events(world.export(week(WED))[A]).values()
    assert (event["dtstamp"].dt, int(event["sequence"])) == (first.stamped, 1)


_SESSIONS = st.lists(
    st.sampled_from([TUE, WED, THU, replace(TUE, room_id="R2")]), max_size=3, unique_by=lambda one: one.id
)
_STEPS = st.tuples(st.sampled_from(["publish", "export"]), st.sampled_from([MONDAY, NEXT]), _SESSIONS)


@settings(max_examples=25, deadline=None)
@given(st.lists(_STEPS, min_size=2, max_size=8))
def test_over_any_history_nothing_published_vanishes_and_no_number_goes_back(steps):
    """Per identity and file: SEQUENCE and DTSTAMP never fall, and rise with every change of time or status."""
    world, seen = World(), []
    for what, monday_, sessions in steps:
        schedule = week(*sessions, monday=monday_)
        if what == "publish":
            world.publish(schedule)
        found = world.export(schedule)
        seen.append({(path, key): one for path, data in found.items() for key, one in events(data).items()})
        there = {key for path, key in seen[-1] if path == CLINIC}
        latest = [one for one in map(world.latest, (MONDAY, NEXT)) if one]
        assert {uid(one, published.key) for one in latest for published in one.sessions} <= there
        assert all(one["dtstamp"].dt <= world.now for one in seen[-1].values())
    last = {}
    for now in seen:
        for place, one in now.items():
            if (before := last.get(place)) is not None:
                rises = int(one["sequence"]) - int(before["sequence"])
                assert rises >= 0
                assert one["dtstamp"].dt >= before["dtstamp"].dt
                same = [one[name].to_ical() == before[name].to_ical() for name in ("dtstart", "dtend", "status")]
                assert rises or all(same)
        last |= now


def test_exports_one_after_the_other_are_the_same_bytes(world):
    world.publish(week(TUE, WED))
    for schedule in (week(TUE, WED), week(THU), week(WED, monday=NEXT)):
        first, second = world.export(schedule), world.export(schedule)
        assert first == second


def test_the_memory_is_read_as_it_was_written(tmp_path, world):
    world.export(week(TUE, WED))
    assert read_memory(tmp_path) == {}
    assert write_memory(tmp_path, world.memory, "site")
    assert read_memory(tmp_path) == world.memory
    text = (tmp_path / CALENDARS).read_text(encoding="utf-8")
    assert "A1" not in text
    assert "G1" not in text


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{}", b"\xff\xfe", b'{"schema": "iopsched.calendars/1"}', b"[" * 100_000,
        b'{"schema": "iopsched.calendars/2", "entries": {}}', b'{"schema": "iopsched.calendars/1", "entries": [1]}',
        b'{"schema": "iopsched.calendars/1", "entries": {"a": {"sequence": -1, "stamped": "2026-11-29", "sha": "", "week": "2026-11-30"}}}',
        b'{"schema": "iopsched.calendars/1", "entries": {"a": {"sequence": 1, "stamped": "soon", "sha": "", "week": ""}}}',
    ],
)  # fmt: skip
def test_a_damaged_memory_is_told(tmp_path, data):
    (tmp_path / CALENDARS).write_bytes(data)
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for nobody
        read_memory(tmp_path)


def test_the_memory_forgets_weeks_long_gone(world):
    world.export(week(TUE))
    assert remembered(world.memory, (), NOW + timedelta(days=300)) == world.memory
    assert remembered(world.memory, (), NOW + timedelta(days=500)) == {}


def test_without_memory_a_published_week_is_told_as_it_is(world):
    world.publish(week(TUE))
    published = world.revisions[0]
    assert continued(published, {}, NOW) == published


@pytest.mark.parametrize("chosen", [None, "public", "private", "confidential"])
@pytest.mark.parametrize("mode", list(NameMode))
def test_the_class_is_the_clinics_or_follows_what_is_told(chosen, mode):
    """Public entries tell of nobody: servers hide others from those with whom a calendar is shared."""
    own = row("G1-1", held("Mon 09:00-12:00", "A1 A2"))
    rules = clinic(timezone="America/Chicago", calendar_class=chosen)
    found = files(edition(own, mode=mode, names=Names(), clinic=rules))
    expected = chosen or ("public" if mode is NameMode.NONE else "private")
    for data in found.values():
        assert {str(event["class"]) for event in events(data).values()} <= {expected.upper()}
