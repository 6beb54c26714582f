"""Who is who from one revision to the next, by hand and by chance."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY, HOUR
from iopsched.store.revisions import LONG_AGO, changes, draft, publish

WEEK = date(2026, 11, 30)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def group(number, day, hour=9, **more):
    """A morning of G1."""
    start = day * DAY + hour * HOUR
    return Session(f"G1-{number}", "group", start, start + 180, ("T1",), ("P1", "P2"), "in_person", "G1", "R1", **more)


def alone(number, person, day, hour=13):
    """An hour of one participant."""
    start = day * DAY + hour * HOUR
    return Session(f"individual-{number:03d}", "individual", start, start + 60, ("T1",), (person,), room_id="R2")


def process(number, people, day, hour=15, lead="T1"):
    """A freely formed group session."""
    start = day * DAY + hour * HOUR
    return Session(f"process-{number:03d}", "process", start, start + 60, (lead,), tuple(people), room_id="R3")


def week(*sessions):
    return Schedule(WEEK, tuple(sorted(sessions)))


def publications(*schedules):
    """Publish one after the other, an hour apart."""
    found = []
    for number, schedule in enumerate(schedules):
        found.append(publish("site", schedule, found[-1] if found else None, NOW + timedelta(hours=number)))
    return found


def told(publication):
    """Return key -> (start, sequence, whether it is cancelled)."""
    return {row.key: (row.session.start, row.sequence, row.is_cancelled) for row in publication.sessions}


MON, WED, THU = group(1, 0), group(2, 2), group(3, 3)


def test_keys_say_what_a_session_is():
    first = draft("site", week(MON, WED, alone(1, "P1", 0), process(1, ("P1", "P2"), 1)))
    assert [row.key for row in first.sessions] == ["g:G1#1", "g:G1#2", "s:individual:P1#1", "s:process#1"]
    assert {row.sequence for row in first.sessions} == {0}
    assert first.is_draft
    assert first.published == LONG_AGO, "never a guess about the future"


def test_ids_with_signs_do_not_run_into_each_other():
    one, other = alone(1, "P1", 0), replace(process(1, ("P1", "P2"), 1), service_id="individual:P1")
    assert len({row.key.partition("#")[0] for row in draft("site", week(one, other)).sessions}) == 2


def test_dropping_monday_does_not_rename_wednesday():
    """Also where the ids of the schedule are counted anew."""
    first, second = publications(week(MON, WED), week(group(1, 2)))
    assert told(first)["g:G1#2"] == (WED.start, 0, False)
    assert told(second) == {"g:G1#1": (MON.start, 1, True), "g:G1#2": (WED.start, 0, False)}


def test_sequence_rises_with_every_change_that_is_told():
    """Also of staff and people: for whoever is no longer in a session it is cancelled, and may come back later."""
    moved = replace(MON, start=MON.start + 60, end=MON.end + 60)
    steps = (
        (week(MON), 0, 0),
        (week(replace(MON, therapist_ids=("T2",))), 1, 1),
        (week(moved), 2, 2),
        (week(replace(moved, room_id="R2")), 3, 3),
        (week(replace(moved, room_id="R2", participant_ids=("P1",))), 4, 4),
        (week(replace(moved, room_id="R2", participant_ids=("P1",), modality="hybrid")), 5, 5),
        (week(), 6, 6),
        (week(THU), 6, 6),
        (week(THU, replace(moved, room_id="R2")), 7, 8),
    )
    for publication, (_, sequence, hours) in zip(publications(*(step[0] for step in steps)), steps, strict=True):
        row = next(row for row in publication.sessions if row.key == "g:G1#1")
        assert (row.sequence, row.stamped) == (sequence, NOW + timedelta(hours=hours))


def test_a_cancelled_key_is_never_given_to_something_new_and_comes_back_with_its_session():
    last = publications(week(MON, WED), week(WED), week(WED, THU), week(WED, THU, MON))[2:]
    assert told(last[0]) == {
        "g:G1#1": (MON.start, 1, True),
        "g:G1#2": (WED.start, 0, False),
        "g:G1#3": (THU.start, 0, False),
    }
    assert told(last[1])["g:G1#1"] == (MON.start, 2, False)


def test_an_own_session_never_becomes_that_of_somebody_else():
    """P2 takes the very hour, the id and the therapist of P1."""
    first, second = publications(week(alone(1, "P1", 0)), week(alone(1, "P2", 0)))
    assert [row.key for row in second.sessions] == ["s:individual:P1#1", "s:individual:P2#1"]
    assert [row.is_cancelled for row in second.sessions] == [True, False]
    assert [change.kinds for change in changes(first, second)] == [("cancelled",), ("added",)]


def test_freely_formed_sessions_are_known_by_their_people():
    """Two at once, their ids swapped, one participant exchanged, one down to a single participant."""
    first, second, third = publications(
        week(process(1, ("P1", "P2", "P3"), 1), process(2, ("P4", "P5", "P6"), 1, lead="T2")),
        week(process(2, ("P1", "P2"), 1), process(1, ("P3", "P4", "P5", "P6"), 1, lead="T2")),
        week(process(1, ("P1",), 2), process(2, ("P3", "P4", "P5", "P6"), 1, lead="T2")),
    )
    assert {row.key for row in third.sessions} == {"s:process#1", "s:process#2"}
    of = [{row.session.lead_id: row.key for row in one.sessions} for one in (first, second, third)]
    assert of[0] == of[1] == of[2]


def test_a_move_goes_to_the_nearest_day_where_ids_say_nothing():
    _, second = publications(week(group("x", 0), group("y", 3)), week(group("a", 4)))
    assert told(second)["g:G1#2"] == (group("a", 4).start, 1, False)


def test_the_same_start_says_more_than_the_id_and_the_id_more_than_the_day():
    """Thursday has Monday's id, both have other staff; then Monday, by its id, goes past Wednesday to Friday."""
    others = (replace(group(9, 0), therapist_ids=("T2",)), replace(THU, id=MON.id, therapist_ids=("T2",)))
    _, second = publications(week(MON, THU), week(*others))
    assert {key: start for key, (start, *_) in told(second).items()} == {"g:G1#1": MON.start, "g:G1#2": THU.start}
    friday = replace(group(4, 4), id=MON.id)
    _, second = publications(week(MON, WED), week(friday, group(8, 1)))
    assert {key: start for key, (start, *_) in told(second).items()} == {
        "g:G1#1": friday.start, "g:G1#2": group(8, 1).start,
    }  # fmt: skip


def test_the_same_day_says_more_than_fewer_hours():
    """Twelve hours later on Monday, or ten hours earlier than on Tuesday."""
    _, second = publications(week(group("x", 0, hour=8), group("y", 1, hour=6)), week(group("z", 0, hour=20)))
    assert told(second)["g:G1#2"][2]
    assert told(second)["g:G1#1"] == (20 * HOUR, 1, False)


def test_an_equal_week_is_the_publication_itself():
    first = publications(week(MON, WED))[0]
    assert draft("another", week(MON, WED), first) == first
    assert publish("another", week(MON, WED), first, NOW + timedelta(days=1)) == first


def test_new_ids_alone_are_no_change_and_are_carried_along():
    """An edition joins its sessions to the publication by id."""
    first = publications(week(MON, WED))[0]
    again = draft("site", week(group(7, 0), group(8, 2)), first)
    assert not again.is_draft
    assert changes(first, again) == ()
    assert again.schedule.sessions == (group(7, 0), group(8, 2))


def test_a_draft_says_what_the_revision_would_say():
    first = publications(week(MON, WED))[0]
    moved = week(replace(MON, start=MON.start + 60, end=MON.end + 60), WED)
    sketch, second = draft("site", moved, first), publish("site", moved, first, NOW + timedelta(hours=1))
    assert sketch.is_draft
    assert [(row.key, row.sequence) for row in sketch.sessions] == [(row.key, row.sequence) for row in second.sessions]
    assert [row.stamped for row in sketch.sessions] == [NOW, NOW]
    assert [row.is_draft for row in sketch.sessions] == [True, False], "what stays is as published"


def test_changes_have_words():
    first = publications(week(MON, WED, THU))[0]
    later = week(replace(MON, end=MON.end + 30, room_id="R2"), replace(WED, therapist_ids=("T2",), modality="hybrid"))
    assert [(change.key, change.kinds) for change in changes(first, later)] == [
        ("g:G1#1", ("moved", "room")), ("g:G1#2", ("staff", "modality")), ("g:G1#3", ("cancelled",)),
    ]  # fmt: skip


def test_revisions_never_run_backwards_in_time():
    first = publications(week(MON))[0]
    second = publish("site", week(WED), first, NOW - timedelta(days=3))
    assert (second.revision, second.published) == (2, NOW)


def test_another_week_is_refused():
    with pytest.raises(ValueError, match="says nothing about"):
        draft("site", Schedule(date(2026, 12, 7), (MON,)), publications(week(MON))[0])


@st.composite
def sessions(draw, number):
    """Any session of a small world in which much is alike."""
    start = draw(st.integers(0, 4)) * DAY + draw(st.integers(9, 11)) * HOUR
    kind = draw(st.sampled_from(("group", "individual", "process")))
    people = draw(st.sets(st.sampled_from(("P1", "P2", "P3")), min_size=1, max_size=1 if kind == "individual" else 3))
    return Session(
        f"{kind}-{number:02d}", kind, start, start + draw(st.sampled_from((60, 90))),
        (draw(st.sampled_from(("T1", "T2"))),), tuple(sorted(people)), "in_person",
        draw(st.sampled_from(("G1", "G2"))) if kind == "group" else None, draw(st.sampled_from((None, "R1", "R2"))),
    )  # fmt: skip


@st.composite
def histories(draw):
    """A few weeks, each made of the one before by moves, drops, additions and renumbered ids."""
    found = [[draw(sessions(number)) for number in range(draw(st.integers(0, 6)))]]
    for turn in range(1, draw(st.integers(2, 5))):
        now = []
        for session in found[-1]:
            match draw(st.sampled_from(("keep", "keep", "move", "drop", "staff"))):
                case "keep":
                    now.append(session)
                case "move":
                    day = draw(st.integers(0, 4)) * DAY
                    now.append(replace(session, start=session.start % DAY + day, end=session.end % DAY + day))
                case "staff":
                    now.append(replace(session, therapist_ids=("T3",)))
        now += [draw(sessions(10 * turn + number)) for number in range(draw(st.integers(0, 2)))]
        if draw(st.booleans()):
            order = draw(st.permutations(range(len(now))))
            now = [replace(session, id=f"n-{place:02d}") for session, place in zip(now, order, strict=True)]
        found.append(now)
    return [week(*each) for each in found]


def content(session):
    return replace(session, id="")


@settings(max_examples=50, deadline=None)
@given(histories())
def test_identity_over_any_history(schedules):
    found = publications(*schedules)
    for schedule, publication in zip(schedules, found, strict=True):
        keys = [row.key for row in publication.sessions]
        assert len(set(keys)) == len(keys)
        assert publication.schedule.sessions == schedule.sessions, "every session is there, and no other"
    for before, after in pairwise(found):
        then, now = ({row.key: row for row in one.sessions} for one in (before, after))
        assert then.keys() <= now.keys(), "nothing vanishes"
        for key, row in now.items():
            old = then.get(key)
            if old is None:
                assert (row.sequence, row.stamped, row.is_cancelled) == (0, after.published, False)
                continue
            written = [(content(r.session), r.is_cancelled) for r in (old, row)]
            assert row.sequence == old.sequence + (written[0] != written[1])
            assert row.stamped == (old.stamped if written[0] == written[1] else after.published)
            assert (row.session.group_id, row.session.service_id) == (old.session.group_id, old.session.service_id)
            people = [set(r.session.participant_ids) for r in (old, row)]
            if row.session.service_id == "individual":
                assert people[0] == people[1], "an hour alone stays that of its participant"
        kept = {content(row.session) for row in before.sessions if not row.is_cancelled}
        kept &= {content(row.session) for row in after.sessions if not row.is_cancelled}
        for what in kept:
            of = [
                sorted(row.key for row in one.sessions if not row.is_cancelled and content(row.session) == what)
                for one in (before, after)
            ]
            assert set(of[0]) <= set(of[1]) or set(of[1]) <= set(of[0]), "what did not change keeps its identity"


@settings(max_examples=20, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_ids_and_order_say_nothing(schedules, chance):
    """The same week under other ids is the same revision; a draft twice is the same draft."""
    last = publications(*schedules)[-1]
    again = list(schedules[-1].sessions)
    chance.shuffle(again)
    renumbered = week(*(replace(session, id=f"z-{place:02d}") for place, session in enumerate(again)))
    assert changes(last, renumbered) == ()
    assert draft("site", renumbered, last).revision == last.revision
    assert draft("site", schedules[0], last) == draft("site", Schedule(WEEK, schedules[0].sessions[::-1]), last)
