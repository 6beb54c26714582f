"""After a sick call: what was published by ``repair`` moves, is cancelled and changes hands in calendar files and on a real server."""

import json

import pytest
from icalendar import Calendar

from iopsched.cli.exits import Exit
from tests.support import small_clinic
from tests.support.commands import invoke

WEEK, BEFORE, WEDNESDAY = "2026-11-30", "2026-11-27T12:00", "2026-12-02T10:00"
FILES = {
    **small_clinic.THREE_STARTS,
    "participants.csv": small_clinic.FILES["participants.csv"]
    .replace(",name,", ",therapist_id,name,")
    .replace(",G1,", ",G1,T1,"),
    "groups.csv": "group_id,track,population,sessions_per_week,times,lead\nG1,sud,adult,3,Mon Wed Fri 09:00,T1;T2\n",
}


@pytest.fixture
def clinic(home, server, monkeypatch):
    """The small clinic in which T1 is everybody's primary, with the week published and pushed."""
    monkeypatch.setenv("IOPSCHED_CALDAV_USER", server.login.user)
    monkeypatch.setenv("IOPSCHED_CALDAV_PASSWORD", server.login.password)
    made = small_clinic.write(home / "small", FILES)
    pins = "action,therapist_id,group_id,participant_id,service_id,day,start\n"
    pins += "must,T1,G1,,,Fri,09:00\nmust,T1,,P1,individual,Fri,13:00\n"
    (made / "pins.csv").write_text(pins)
    run("solve", made, "--week", WEEK, "--workers", "1", "-q", "--now", BEFORE)
    (made / "pins.csv").unlink()
    tell(made, made / "schedules" / WEEK, server)
    return made


def run(*arguments, codes=(Exit.DONE,)):
    done = invoke(*arguments)
    assert done.exit_code in codes, done.output
    return done


def tell(clinic, folder, server):
    """Publish a week, write its calendars and push them."""
    run("publish", clinic, folder)
    run("export", clinic, folder, "--to", "ics", "--into", clinic / "calendars")
    run("push", clinic, folder, "--caldav", server.root.url)


def repaired(clinic, server, *facts):
    """Repair the week, publish the first choice and tell everybody; return what the command said."""
    given = (*facts, "--now", WEDNESDAY, "--workers", "1", "--choices", "1", "--json", "-q")
    answer = json.loads(run("repair", clinic, *given, codes=(Exit.DONE, Exit.UNMET)).stdout)
    tell(clinic, answer["choices"][0]["folder"], server)
    return answer


def events(clinic, name):
    """Return UID -> (start, status, sequence) of a calendar file, as another program reads it."""
    path = clinic / "calendars" / "calendars" / f"{name}.ics"
    read = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    return {str(row["uid"]): (f"{row.start:%a %H:%M}", str(row["status"]), int(row["sequence"])) for row in read}


def at(found, start):
    """Return the UID, status and sequence of what starts then."""
    return {uid: (status, sequence) for uid, (when, status, sequence) in found.items() if when == start}


def test_calendars_follow_a_sick_call_and_then_a_closed_day(clinic, server):
    before = {name: events(clinic, name) for name in ("therapist-T1", "therapist-T2", "participant-P1")}
    (group,) = at(before["participant-P1"], "Fri 09:00")
    (visit,) = at(before["participant-P1"], "Fri 13:00")
    assert group in before["therapist-T1"]
    assert group in server.objects("therapist-T1")

    repaired(clinic, server, "--absent", "T1@Fri")
    after = {name: events(clinic, name) for name in before}
    assert after["participant-P1"][group] == ("Fri 09:00", "CONFIRMED", 1), "the same appointment with somebody else"
    assert after["therapist-T2"][group][:2] == ("Fri 09:00", "CONFIRMED")
    assert after["therapist-T1"][group][1] == "CANCELLED"
    assert after["therapist-T1"][group][2] > before["therapist-T1"][group][2]
    start, status, sequence = after["participant-P1"][visit]
    assert (start != "Fri 13:00", status, sequence) == (True, "CONFIRMED", 1), "it moved, and is the same"
    assert "CONFIRMED" in server.objects("therapist-T2")[group]
    assert "CONFIRMED" not in server.objects("therapist-T1").get(group, "")

    answer = repaired(clinic, server, "--closed", "clinic@Fri")
    assert "" in {call["new"] for call in answer["choices"][0]["call_list"]}
    for name in ("participant-P1", "participant-P2", "therapist-T2", "clinic"):
        assert events(clinic, name)[group] == ("Fri 09:00", "CANCELLED", 2)
    assert "CONFIRMED" not in server.objects("therapist-T2").get(group, "")
