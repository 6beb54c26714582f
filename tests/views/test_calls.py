"""Who must be told of what: one line a person and appointment, and none for whom nothing changes."""

from dataclasses import replace
from datetime import UTC, datetime

from iopsched.domain.timegrid import DAY, HOUR
from iopsched.store.revisions import changes, publish
from iopsched.views.calls import by_person, call_list, people_line
from iopsched.views.labels import Labels, NameMode
from tests.support import cli_world

THEN = datetime(2026, 11, 27, tzinfo=UTC)
PROBLEM = cli_world.problem()


def calls(edit, labels=None, now=None, start=None):
    """Return the calls after an edit of each session; None drops one."""
    before = start or cli_world.schedule()
    edited = [edit(session) for session in before.sessions]
    after = replace(before, sessions=tuple(sorted(session for session in edited if session is not None)))
    first = publish("site", before, None, THEN)
    return call_list(PROBLEM, changes(first, publish("site", after, first, THEN)), labels or Labels(), now)


def told(found):
    return [(call.who, call.what, call.before, call.after) for call in found]


def of(session_id, change):
    return lambda session: change(session) if session.id == session_id else session


def moved(minutes):
    return lambda session: replace(session, start=session.start + minutes, end=session.end + minutes)


def test_nobody_is_called_without_a_change():
    assert calls(lambda session: session) == ()
    assert people_line(()) == "nobody"


def test_a_visit_that_moves_is_told_to_both_and_to_nobody_else():
    assert told(calls(of("individual-2", moved(DAY)))) == [
        ("P2", "individual P2", "Mon 14:00-15:00 · T1 · R2", "Tue 14:00-15:00 · T1 · R2"),
        ("T1", "individual P2", "Mon 14:00-15:00 · T1 · R2", "Tue 14:00-15:00 · T1 · R2"),
    ]


def test_a_cancelled_group_is_told_to_each_member():
    found = calls(of("G1-2", lambda _: None))
    assert told(found) == [(who, "G1", "Wed 09:00-12:00 · T2 · R1", "cancelled") for who in ("P1", "P2", "P3", "T2")]
    assert {call.new for call in found} == {""}
    assert people_line(found) == "3 participants and 1 member of staff"


def test_who_leaves_or_joins_is_told_alone():
    def leave(session):
        return replace(session, participant_ids=("P1", "P2"))

    assert told(calls(of("G1-3", leave))) == [("P3", "G1", "Fri 09:00-12:00 · T2 · R1", "no longer in it")]
    start = replace(cli_world.schedule(), sessions=tuple(map(of("G1-3", leave), cli_world.schedule().sessions)))
    found = calls(of("G1-3", lambda session: replace(session, participant_ids=("P1", "P2", "P3"))), start=start)
    assert told(found) == [("P3", "G1", "new", "Fri 09:00-12:00 · T2 · R1")]


def test_another_lead_is_told_to_both_of_them_and_the_members():
    found = calls(of("G1-1", lambda session: replace(session, therapist_ids=("T1",))))
    assert [call.who for call in found] == ["T1", "P1", "P2", "P3", "T2"], "first who takes over"
    assert told(found)[0] == ("T1", "G1", "new", "Mon 09:00-12:00 · T1 · R1")
    assert told(found)[4] == ("T2", "G1", "Mon 09:00-12:00 · T2 · R1", "no longer in it")


def test_a_second_member_of_staff_is_no_news_to_participants():
    found = calls(of("G1-1", lambda session: replace(session, therapist_ids=("T2", "T1"))))
    assert [call.who for call in found] == ["T1", "T2"]


def test_what_goes_and_what_comes_of_a_service_is_one_line():
    """P1's visit is cancelled and another one, which calendars take for a new one, is held."""

    def other(session):
        return replace(session, participant_ids=("P2",)) if session.id == "individual-1" else session

    found = [call for call in calls(other) if call.who == "P1"]
    assert told(found) == [("P1", "individual P1", "Mon 13:00-14:00 · T1 · R2", "cancelled")]
    visits = [call for call in calls(other) if call.who == "T1"]
    assert told(visits) == [
        ("T1", "individual P2", "individual P1, Mon 13:00-14:00 · T1 · R2", "Mon 13:00-14:00 · T1 · R2")
    ]


def test_whose_session_is_next_comes_first():
    def change(session):
        return moved(DAY)(session) if session.id in {"individual-1", "G1-3"} else session

    assert calls(change)[0].who == "P1"
    found = calls(change, now=3 * DAY)
    assert [who for who, _ in [(person.who, own) for person, own in by_person(found)]] == ["P1", "P2", "P3", "T2", "T1"]
    assert [call.start for call in found if call.who == "P1"] == [13 * HOUR, 4 * DAY + 9 * HOUR]


def test_labels_say_who_is_shown():
    found = calls(of("G1-2", lambda _: None), Labels(NameMode.INITIALS, cli_world.NAMES))
    assert [call.label for call in found] == ["Z1", "Z2", "Z3", "T2"]
    assert [call.who for call in calls(of("G1-2", lambda _: None), Labels(NameMode.NONE))] == ["T2"]


def test_staff_are_told_two_things_where_another_person_comes_at_another_time():
    """P1's visit is dropped and P2 gets one elsewhere: for T1 these are no one appointment."""
    start = cli_world.schedule(individual=("P1", "P3"))
    after = []
    for row in start.sessions:
        if row.participant_ids == ("P1",) and row.group_id is None:
            after.append(replace(row, participant_ids=("P2",), start=row.start + DAY, end=row.end + DAY))
        else:
            after.append(row)
    before = publish("site", start, None, THEN)
    week = replace(start, sessions=tuple(sorted(after)))
    found = call_list(PROBLEM, changes(before, publish("site", week, before, THEN)), Labels())
    staff = [(call.what, call.before, call.after) for call in found if call.kind == "therapist"]
    assert staff == [
        ("individual P1", "Mon 13:00-14:00 · T1 · R2", "cancelled"),
        ("individual P2", "new", "Tue 13:00-14:00 · T1 · R2"),
    ]
