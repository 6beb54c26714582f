"""A push to a real server, with people who work on the same calendars."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import iopsched
from iopsched import store
from iopsched.push import Act, Client, Login, ServerError

ROOT = Path(iopsched.__file__).parents[1]
MONDAY, WEDNESDAY, FRIDAY = "G1-0", "G1-2", "G1-4"


@pytest.fixture
def pushed(server, home, world):
    """The first revision, on the server; returns a function that publishes and pushes another week."""

    class Pushing:
        def __init__(self):
            self.publication = world.publish(home, world.FIRST)
            self.first = self.again()
            self.uid = world.uids(self.publication)

        def again(self, schedule=None, hours=1, **options):
            if schedule is not None:
                self.publication = world.publish(home, schedule, hours)
            return world.run(home, server.root, server.login, self.publication, **options)

    return Pushing()


def told(found, name="therapist-T1"):
    """Return the acts of one calendar."""
    return sorted(result.act for result in found[name].values())


def test_one_calendar_for_each_therapist_and_room(server, pushed, world):
    assert server.calendars() == ["room-R1", "therapist-T1", "therapist-T2"]
    assert told(pushed.first) == [Act.NEW] * 3
    assert set(server.objects("therapist-T1")) == {pushed.uid[day] for day in (MONDAY, WEDNESDAY, FRIDAY)}
    assert set(server.objects("therapist-T2")) == {pushed.uid["individual-1"]}
    assert "DTSTART:20261130T140000Z" in server.objects("room-R1")[pushed.uid[MONDAY]]


def test_a_second_push_asks_once_for_each_calendar(server, pushed):
    """Pitfall 10: nothing is sent again, as the server itself counts."""
    before = len(server.requests())
    assert told(pushed.again(only="T1")) == [Act.SAME] * 3
    assert server.requests()[before:] == ["PROPFIND"]


def test_a_change_sends_what_changed(server, pushed, world):
    monday, *others = world.mornings()
    before = len(server.requests())
    found = pushed.again(world.week(world.moved(monday, 1), *others, world.alone()), only="T1")
    assert told(found) == [Act.CHANGED, Act.SAME, Act.SAME]
    assert server.requests()[before:] == ["PROPFIND", "PUT"]
    assert "SEQUENCE:1" in server.objects("therapist-T1")[pushed.uid[MONDAY]]
    assert told(pushed.again()) == [Act.SAME] * 3


def test_events_of_others_stay(server, pushed, world):
    """Pitfall 10: what is not ours is neither touched nor counted."""
    own = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:dentist\r\nDTSTAMP:20261101T000000Z\r\n"
    own += "DTSTART:20261130T140000Z\r\nDTEND:20261130T150000Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    server.request("PUT", "/clinic/therapist-T1/dentist.ics", own, **{"Content-Type": "text/calendar"})
    pushed.again(world.week(world.alone()), is_forced=True)
    assert set(server.objects("therapist-T1")) == {"dentist"}


class TestSomebodyElse:
    """Pitfall 9: what a person did on the server is kept and told, until somebody says --force."""

    def test_a_move_is_kept(self, server, pushed, world):
        uid = pushed.uid[MONDAY]
        server.edit("therapist-T1", uid, "20261130T140000Z", "20261130T200000Z")
        server.edit("therapist-T1", uid, "20261130T170000Z", "20261130T230000Z")
        later = world.week(*world.mornings(hour=10), world.alone())
        for found in (pushed.again(), pushed.again(later), pushed.again()):
            result = found["therapist-T1"][uid]
            assert result.act is Act.MOVED
            assert result.theirs.start.hour == 20
            assert "DTSTART:20261130T200000Z" in server.objects("therapist-T1")[uid]
            assert Act.MOVED not in told(found, "room-R1")
        assert "DTSTART:20261202T150000Z" in server.objects("therapist-T1")[pushed.uid[WEDNESDAY]], "the others went on"
        assert told(pushed.again(is_forced=True)) == [Act.CHANGED, Act.SAME, Act.SAME]
        assert "DTSTART:20261130T150000Z" in server.objects("therapist-T1")[uid]
        assert told(pushed.again()) == [Act.SAME] * 3

    def test_a_deletion_is_kept(self, server, pushed):
        uid = pushed.uid[MONDAY]
        server.remove("therapist-T1", uid)
        for _ in range(2):
            assert told(pushed.again()) == [Act.DELETED, Act.SAME, Act.SAME]
        assert uid not in server.objects("therapist-T1")
        pushed.again(is_forced=True)
        assert uid in server.objects("therapist-T1")

    def test_another_text_is_kept(self, server, pushed):
        server.edit("therapist-T1", pushed.uid[MONDAY], "SUMMARY:Session", "SUMMARY:Bring keys")
        assert told(pushed.again()) == [Act.EDITED, Act.SAME, Act.SAME]

    def test_an_alarm_is_their_own_affair_until_we_have_something_new(self, server, pushed, world):
        uid = pushed.uid[MONDAY]
        alarm = "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:x\nTRIGGER:-PT15M\nEND:VALARM\nEND:VEVENT"
        server.edit("therapist-T1", uid, "END:VEVENT", alarm)
        assert told(pushed.again()) == [Act.SAME] * 3
        assert Act.EDITED in told(pushed.again(world.week(*world.mornings(hour=10), world.alone())))
        assert "VALARM" in server.objects("therapist-T1")[uid]

    def test_who_saves_without_a_change_is_in_nobodys_way(self, server, pushed, world):
        """The version is another, what it says is not: three are compared, ours of then, ours of now, theirs."""
        uid = pushed.uid[MONDAY]
        server.edit("therapist-T1", uid, "SEQUENCE:0", "SEQUENCE:5\nX-MOZ-GENERATION:2")
        found = pushed.again(world.week(*world.mornings(hour=10), world.alone()))
        assert told(found) == [Act.CHANGED] * 3
        assert "DTSTART:20261130T150000Z" in server.objects("therapist-T1")[uid]

    def test_what_is_cancelled_is_deleted_but_not_what_somebody_moved(self, server, pushed, world):
        """Pitfall 35: a tombstone is a DELETE on a server."""
        server.edit("therapist-T1", pushed.uid[MONDAY], "20261130T170000Z", "20261130T173000Z")
        server.remove("therapist-T1", pushed.uid[FRIDAY])
        found = pushed.again(world.week(world.alone()))
        assert {day: found["therapist-T1"][pushed.uid[day]].act for day in (MONDAY, WEDNESDAY, FRIDAY)} == {
            MONDAY: Act.MOVED, WEDNESDAY: Act.REMOVED, FRIDAY: Act.FORGOTTEN,
        }  # fmt: skip
        assert set(server.objects("therapist-T1")) == {pushed.uid[MONDAY]}
        assert server.objects("room-R1") == {}
        assert told(pushed.again()) == [Act.MOVED]
        assert told(pushed.again(is_forced=True)) == [Act.REMOVED]

    def test_who_is_faster_wins(self, server, pushed, world, monkeypatch):
        """Somebody moves it between our look and our PUT: the server refuses (412)."""
        from iopsched.push.collection import Collection

        uid, put = pushed.uid[MONDAY], Collection.put

        def late(self, href, data, etag):
            if uid in href and "T1" in href:
                server.edit("therapist-T1", uid, "20261130T140000Z", "20261130T130000Z")
            return put(self, href, data, etag)

        monkeypatch.setattr(Collection, "put", late)
        found = pushed.again(world.week(*world.mornings(hour=10), world.alone()))
        assert found["therapist-T1"][uid].act is Act.MOVED
        assert "DTSTART:20261130T130000Z" in server.objects("therapist-T1")[uid]

    def test_a_deleted_calendar_is_not_made_again(self, server, pushed, world):
        server.remove("therapist-T1")
        assert told(pushed.again(world.week(*world.mornings(days=(0, 2)), world.alone()))) == [
            Act.NO_CALENDAR, Act.NO_CALENDAR, Act.FORGOTTEN,
        ]  # fmt: skip
        assert "therapist-T1" not in server.calendars()
        assert told(pushed.again(is_forced=True)) == [Act.FORGOTTEN, Act.NEW, Act.NEW]

    def test_the_same_uid_under_another_name_is_told(self, server, home, world):
        publication = world.publish(home, world.FIRST)
        uid = world.uids(publication)[MONDAY]
        row = next(row for row in publication.sessions if row.session.id == MONDAY)
        server.request("MKCALENDAR", "/clinic/therapist-T1/")
        path = "/clinic/therapist-T1/other.ics"
        assert server.request("PUT", path, world.make(publication, row), **{"Content-Type": "text/calendar"})[0] == 201
        found = world.run(home, server.root, server.login, publication)
        assert found["therapist-T1"][uid].act is Act.ELSEWHERE
        assert set(server.objects("therapist-T1")) == {"other", *world.uids(publication).values()} - {
            uid, world.uids(publication)["individual-1"],
        }  # fmt: skip


def test_another_therapist_is_another_calendar(server, pushed, world):
    """Nobody is left with a session that somebody else holds; the room keeps it."""
    monday, *others = world.mornings()
    found = pushed.again(world.week(replace(monday, therapist_ids=("T3",)), *others, world.alone()))
    uid = pushed.uid[MONDAY]
    assert (found["therapist-T1"][uid].act, found["therapist-T3"][uid].act) == (Act.REMOVED, Act.NEW)
    assert found["room-R1"][uid].act is Act.CHANGED
    assert set(server.objects("therapist-T3")) == {uid}


def test_another_week_is_left_alone(server, pushed, home, world):
    from datetime import timedelta

    later = world.week(world.mornings()[0], monday=world.WEEK + timedelta(days=7))
    assert told(pushed.again(later)) == [Act.NEW]
    assert len(server.objects("therapist-T1")) == 4


def test_a_lost_memory_is_found_again(server, pushed, home, world):
    """Pitfall 11: equal ones are adopted, others told, none made twice."""
    server.edit("therapist-T1", pushed.uid[MONDAY], "SUMMARY:Session", "SUMMARY:Bring keys")
    (home / "iopsched.db").unlink()
    before = len(server.requests())
    found = pushed.again()
    assert told(found) == [Act.ADOPTED, Act.ADOPTED, Act.UNKNOWN]
    assert "PUT" not in server.requests()[before:]
    assert "Bring keys" in server.objects("therapist-T1")[pushed.uid[MONDAY]]
    before = len(server.requests())
    assert told(pushed.again(only="T2"), "therapist-T2") == [Act.SAME]
    assert server.requests()[before:] == ["PROPFIND"]


def test_a_trial_changes_nothing(server, pushed, home, world):
    for clean in (False, True):
        if clean:
            server.empty()
            (home / "iopsched.db").unlink()
        before, objects = len(server.requests()), server.objects("therapist-T1")
        later = world.publish(home, world.week(*world.mornings(days=(0, 2), hour=10)), 2)
        found = world.run(home, server.root, server.login, later, is_trial=True)
        expected = [Act.NEW, Act.NEW] if clean else [Act.CHANGED, Act.CHANGED, Act.REMOVED]
        assert told(found) == sorted(expected)
        assert set(server.requests()[before:]) == {"PROPFIND"}
        assert server.objects("therapist-T1") == objects
        with store.push_state(home) as state:
            assert len(state.objects(server.root.child("therapist-T1").url)) == (0 if clean else 3)


@pytest.mark.parametrize("puts", [1, 5])
def test_a_killed_push_goes_on(server, home, world, puts):
    """Pitfall 12: killed right after a PUT, before its answer could be written down."""
    publication = world.publish(home, world.FIRST)
    environment = {"PYTHONPATH": str(ROOT), "PUSH_USER": server.login.user, "PUSH_PASSWORD": server.login.password}
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.push_world", home, server.root.url, str(puts)],
        env={**os.environ, **environment},
        check=False,
        timeout=60,
    )
    assert done.returncode == 9
    found = world.run(home, server.root, server.login, publication)
    assert world.acts(found) == sorted(["there already"] + ["unchanged"] * (puts - 1) + ["new"] * (7 - puts))
    names = {name: set(server.objects(name)) for name in server.calendars()}
    assert names == {name: set(results) for name, results in found.items()}
    assert set(world.acts(world.run(home, server.root, server.login, publication))) == {"unchanged"}


def test_a_change_and_a_deletion_that_were_cut_off_go_on(server, pushed, home, world, monkeypatch):
    """The server did it, and nobody wrote it down."""
    from iopsched.store import PushState

    def lost(*_):
        raise KeyboardInterrupt

    uid = pushed.uid
    for name, schedule in (
        ("remember", world.week(world.moved(world.mornings()[0], 1), *world.mornings()[1:], world.alone())),
        ("forget", world.week(*world.mornings()[1:], world.alone())),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(PushState, name, lost)
            with pytest.raises(KeyboardInterrupt):
                pushed.again(schedule, only="T1")
        found = pushed.again(only="T1")["therapist-T1"][uid[MONDAY]]
        assert found.act is (Act.ADOPTED if name == "remember" else Act.FORGOTTEN)
    assert set(server.objects("therapist-T1")) == {uid[WEDNESDAY], uid[FRIDAY]}


def test_a_wrong_password_is_told_without_it(server, home, world):
    publication = world.publish(home, world.FIRST)
    with pytest.raises(ServerError) as error:
        world.run(home, server.root, Login("clinic", "Zyxcanary-wrong"), publication)
    assert "401" in str(error.value)
    assert "Zyxcanary" not in str(error.value)
    assert "Zyxcanary" not in repr(Login("clinic", "Zyxcanary-wrong"))


def test_the_folder_of_somebody_else_is_refused(server, home, world):
    publication = world.publish(home, world.FIRST)
    root = replace(server.root, path="/somebody/")
    with pytest.raises(ServerError, match="403"):
        world.run(home, root, server.login, publication, client=Client(root, server.login))


def test_no_participant_is_pushed(server, pushed):
    every = "".join(text for name in server.calendars() for text in server.objects(name).values())
    assert every.count("BEGIN:VEVENT") == 7
    assert not {"P1", "P2"} & set(every.replace(":", " ").split())
