"""A published week is read with the facts of its time, whatever became of the tables."""

import shutil
from datetime import date

import pytest

from iopsched.cli.exits import Exit
from tests.support import small_clinic

CLINIC = {
    **small_clinic.FILES,
    "clinic.toml": f"{small_clinic.SETTINGS}[payers.aetna]\n",
    "participants.csv": "participant_id,population,track,group_id,name,initials,payer,age,age_override,mother\n"
    + "".join(f"P{n},adult,sud,A,Zyxcanary {n},ZC,aetna,,Zyxcanary,Zyxcanary\n" for n in (1, 2, 3)),
    "therapists.csv": "therapist_id,skills,name\nT1,group;individual,Zyxcanary\nT2,group,Zyxcanary\n",
    "services.csv": "service_id,kind,minutes,adult_per_week\ngroup,group,180,\n",
    "groups.csv": "group_id,track,population,sessions_per_week,public_name\nA,sud,adult,3,Group 1\n",
    "time_off.csv": "kind,id,start,end,reason\nparticipant,P1,2026-12-24,2026-12-24,Zyxcanary\n",
}
DAYS = ("2026-11-30,Mon", "2026-12-01,Tue", "2026-12-02,Wed")
WEEK = {
    "sessions.csv": "session_id,date,weekday,start,end,service_id,group_id,room_id,therapist_ids,participants,modality\n"
    + "".join(f"A-{n},{day},09:00,12:00,group,A,R1,T1,3,in_person\n" for n, day in enumerate(DAYS, 1)),
    "roster.csv": "session_id,participant_id\n" + "".join(f"A-{n},P{p}\n" for n in (1, 2, 3) for p in (1, 2, 3)),
    "hours.csv": "participant_id,therapist_id\nP1,\nP2,\nP3,\n",
}
COMMANDS = {"show": (), "verify": (), "export": ("--to", "csv")}
SAID = "read with the facts of its time (revision 1)"


def replaced(file, old, new):
    def change(clinic):
        text = (clinic / file).read_text()
        assert old in text
        (clinic / file).write_text(text.replace(old, new))

    return change


CHANGES = {
    "participant left": replaced("participants.csv", "P3,adult,sud,A,Zyxcanary 3,ZC,aetna,,Zyxcanary,Zyxcanary\n", ""),
    "therapist left": replaced("therapists.csv", "T1,group;individual,Zyxcanary\n", ""),
    "therapist's skill taken": replaced("therapists.csv", "T1,group;individual", "T1,individual"),
    "room renamed": replaced("rooms.csv", "R1,", "Blue,"),
    "room closed": replaced("rooms.csv", "R1,14\n", ""),
    "room made small": replaced("rooms.csv", "R1,14", "R1,2"),
    "service removed": replaced("services.csv", "group,group,180", "process,group,120"),
    "group renamed": replaced("groups.csv", "A,sud", "B,sud"),
    "group meets once": replaced("groups.csv", "adult,3", "adult,1"),
    "level changed": replaced(
        "clinic.toml",
        "max_hours_per_week = 19\nmin_days_per_week = 3\nmax_hours_per_day = 5",
        "max_hours_per_week = 9\nmax_hours_per_day = 1",
    ),
    "opening changed": replaced("clinic.toml", "Mon-Fri 08:00", "Mon-Fri 13:00"),
    "block removed": replaced("clinic.toml", '"09:00"', '"14:00"'),
    "payer removed": replaced("clinic.toml", "[payers.aetna]\n", ""),
    "population removed": replaced("clinic.toml", '["adult"]', '["teen"]'),
    "ratio changed": replaced("clinic.toml", "adult = 12", "adult = 1"),
    "settings broken": replaced("clinic.toml", 'name = "Small"', "name = "),
    "table lost": lambda clinic: (clinic / "groups.csv").unlink(),
}


@pytest.fixture
def published(tmp_path, run):
    clinic = tmp_path / "bay"
    for place, files in ((clinic, CLINIC), (clinic / "schedules/2026-11-30", WEEK)):
        small_clinic.write(place, files)
    done = run("publish", clinic, clinic / "schedules/2026-11-30")
    assert done.exit_code == Exit.DONE, done.output
    return clinic


def ask(run, clinic):
    return {word: run(word, clinic, clinic / "schedules/2026-11-30", *options) for word, options in COMMANDS.items()}


def test_today_is_as_then(published, run):
    for done in ask(run, published).values():
        assert done.exit_code == Exit.DONE, done.output
        assert SAID not in done.stderr


@pytest.mark.parametrize("name", CHANGES)
def test_the_facts_of_its_time(published, run, name):
    before = ask(run, published)["show"].stdout
    CHANGES[name](published)
    for done in (found := ask(run, published)).values():
        assert done.exit_code == Exit.DONE, done.output
        assert SAID in done.stderr
    assert found["show"].stdout == before


@pytest.mark.parametrize(("day", "is_told"), [(date(2026, 12, 6), True), (date(2026, 12, 7), False)])
def test_what_breaks_a_running_week_today_is_told(published, run, monkeypatch, day, is_told):
    """A call-out breaks what is published, as long as there is something to do about it."""
    monkeypatch.setattr("iopsched.cli.verify.today", lambda: day)
    path = published / "time_off.csv"
    path.write_text(path.read_text() + "therapist,T1,2026-12-01,2026-12-01,\n")
    done = ask(run, published)["verify"]
    assert done.exit_code == Exit.DONE
    assert ("With the tables of today it has 1 violation" in done.stderr) == is_told
    assert ("off during session A-2" in done.stderr) == is_told
    CHANGES["participant left"](published)
    done = ask(run, published)["verify"]
    assert done.exit_code == Exit.DONE
    assert ("There is no participant 'P3'" in done.stderr) == is_told


def test_a_week_edited_by_hand_is_read_with_today_unless_people_left(published, run):
    roster = published / "schedules/2026-11-30/roster.csv"
    roster.write_text(roster.read_text().replace("A-3,P1\n", ""))
    CHANGES["opening changed"](published)
    assert ask(run, published)["verify"].exit_code == Exit.UNMET
    CHANGES["participant left"](published)
    done = ask(run, published)["verify"]
    assert (done.exit_code, SAID in done.stderr) == (Exit.DONE, True)


def test_nobody_is_named_in_what_is_kept(published):
    kept = (published / "published/2026-11-30/r001-facts.json").read_text()
    assert "P3" in kept
    assert "recorded" in kept
    assert "anary" not in kept
    assert "ZC" not in kept


def test_facts_that_were_edited_are_told_and_lost_ones_are_done_without(published, run):
    CHANGES["participant left"](published)
    path = published / "published/2026-11-30/r001-facts.json"
    path.write_text(path.read_text().replace("R1,14", "R1,99"))
    for done in ask(run, published).values():
        assert done.exit_code == Exit.CONFLICT
        assert "revision 1 of the week of 2026-11-30" in done.stderr
    path.rename(published / "elsewhere")
    assert ask(run, published)["verify"].exit_code == Exit.BAD_INPUT
    shutil.copyfile(published / "elsewhere", path)
    path.write_text(path.read_text().replace("R1,99", "R1,14"))
    assert ask(run, published)["verify"].exit_code == Exit.DONE


def test_facts_live_through_the_loss_of_the_database(published, run):
    (published / "iopsched.db").unlink()
    CHANGES["participant left"](published)
    assert ask(run, published)["verify"].exit_code == Exit.DONE


def test_an_anchor_shows_what_was_lost(published, run):
    from iopsched.store import history

    sha = history(published)[0].sha
    done = run("history", published, "--anchor", sha[:16])
    assert (done.exit_code, "revision 1 of the week of 2026-11-30; 0 revisions" in done.stderr) == (Exit.DONE, True)
    assert run("history", published, "--anchor", "short").exit_code == Exit.USAGE
    (published / "iopsched.db").unlink()
    shutil.rmtree(published / "published")
    assert run("history", published, "--verify").exit_code == Exit.DONE
    done = run("history", published, "--anchor", sha[:16])
    assert (done.exit_code, "lost or replaced" in done.stderr) == (Exit.CONFLICT, True)


def test_a_workbook_has_its_old_weeks(published, run, tmp_path):
    book = tmp_path / "book" / "bay.xlsx"
    book.parent.mkdir()
    for keeps, gone in ((True, False), (False, True)):
        if gone:
            CHANGES["participant left"](published)
            book.unlink()
        done = run("convert", published, book)
        assert done.exit_code == Exit.DONE, done.output
        if keeps:
            folder = shutil.copytree(published / "schedules/2026-11-30", book.parent / "schedules/2026-11-30")
            assert run("publish", book, folder).exit_code == Exit.DONE
    for word, options in COMMANDS.items():
        done = run(word, book, folder, *options)
        assert (done.exit_code, SAID in done.stderr) == (Exit.DONE, True), done.output
