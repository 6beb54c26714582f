"""A published week is never replaced: the next one starts from it and is a draft beside it."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from iopsched import scripting, store
from iopsched.cli import options
from iopsched.cli.exits import Exit
from tests.support import small_clinic
from tests.support.known_weeks import remember_weeks

WEEK, NEXT = "2026-11-30", "2026-12-07"
FRIDAY, WEDNESDAY = datetime.fromisoformat("2026-11-27T12:00Z"), datetime.fromisoformat("2026-12-02T18:00Z")


@pytest.fixture(autouse=True)
def known_weeks(monkeypatch):
    remember_weeks(monkeypatch)


@pytest.fixture
def clinic(tmp_path):
    return small_clinic.write(tmp_path / "clinic", small_clinic.THREE_STARTS)


@pytest.fixture
def solve(run, clinic):
    """Solve a week; returns the folder it is written to and what was said."""

    def go(*given, week=WEEK):
        done = run("solve", clinic, "--week", week, "--time-limit", "5", "--workers", "1", "--json", *given)
        assert done.exit_code in (Exit.DONE, Exit.UNMET), done.output
        return Path(json.loads(done.stdout)["folder"]), done

    return go


@pytest.fixture
def published(run, clinic, solve):
    """The folder of a first week that is published."""
    folder, _ = solve()
    assert run("publish", clinic, folder).exit_code == Exit.DONE
    return folder


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def summary(folder):
    return json.loads((folder / "summary.json").read_text())


def test_a_published_week_stays_and_the_draft_of_the_next_revision_starts_from_it(run, clinic, solve, published):
    before, revision = files(published), store.history(clinic)
    weekday, sick, _ = small_clinic.call_out(clinic, published)
    draft, done = solve()
    assert draft == published.with_name(f"{WEEK}.r2")
    assert done.stderr.startswith("Earlier week: revision 1 of this week, published 20")
    assert json.loads(done.stdout)["previous"] == {"week": WEEK, "revision": 1} == summary(draft)["previous"]
    assert (files(published), store.history(clinic)) == (before, revision)
    assert sick not in "".join(row for row in (draft / "sessions.csv").read_text().splitlines() if weekday in row)
    assert run("verify", clinic, draft).exit_code == Exit.DONE
    assert run("publish", clinic, draft).exit_code == Exit.DONE
    third, done = solve()
    assert third == published.with_name(f"{WEEK}.r3")
    assert "Earlier week: revision 2 of this week" in done.stderr
    assert json.loads(done.stdout)["published"] == 2, "nothing has changed since"
    assert solve()[0] == third, "a draft is replaced by the next"
    assert (files(published), files(draft)["sessions.csv"]) == (before, files(third)["sessions.csv"])


def test_a_folder_that_was_asked_for_is_as_safe(clinic, run, solve, tmp_path):
    mine = tmp_path / "mine"
    assert solve("--out", mine)[0] == mine
    assert run("publish", clinic, mine).exit_code == Exit.DONE
    assert solve("--out", mine)[0] == tmp_path / "mine.r2"
    assert solve("--out", tmp_path / "other")[0] == tmp_path / "other"
    week = scripting.solve(scripting.read_clinic(clinic, WEEK, now=FRIDAY), time_limit_s=5, workers=1)
    assert week.save(mine).folder == tmp_path / "mine.r2"


def test_what_is_published_while_a_week_is_solved_is_kept(run, clinic, solve, published, monkeypatch):
    """Somebody publishes the draft that the search is about to replace."""
    _, sick, other = small_clinic.call_out(clinic, published)
    draft, _ = solve()
    real = scripting.work.solving.find_week

    def find(*given):
        (clinic / "time_off.csv").unlink()
        assert run("publish", clinic, draft).exit_code == Exit.DONE
        return real(*given)

    kept = files(draft)
    path = clinic / "time_off.csv"
    path.write_text(path.read_text() + path.read_text().splitlines()[1].replace(sick, other) + "\n")
    monkeypatch.setattr("iopsched.work.solving.find_week", find)
    _, done = solve()
    assert f"is published (revision 2); it is kept in {draft}.before-1" in done.stderr
    assert files(draft.with_name(f"{draft.name}.before-1")) == kept


def test_the_week_before_is_taken_where_nothing_is_published_of_this_one(solve, published):
    folder, done = solve(week=NEXT)
    assert done.stderr.startswith(f"Earlier week: revision 1 of the week of {WEEK}, published")
    assert (folder.name, summary(folder)["previous"]) == (NEXT, {"week": WEEK, "revision": 1})
    _, done = solve("--previous", "none", week=NEXT)
    assert done.stderr.startswith("Earlier week: none; none was asked for.\n")
    assert "previous" not in summary(folder)
    _, done = solve("--previous", published, week=NEXT)
    assert done.stderr.startswith(f"Earlier week: {published} (revision 1 of the week of {WEEK}, published")
    assert summary(folder)["previous"]["folder"] == f"schedules/{WEEK}"


def test_people_without_a_session_and_primaries_are_known_from_the_store(clinic, run, solve):
    """P4 has nothing this week, and is no admission next week all the same."""
    (clinic / "services.csv").write_text(
        "service_id,kind,minutes,adult_per_week\ngroup,group,180,\nalone,individual,60,1\n"
    )
    path = clinic / "participants.csv"
    path.write_text(path.read_text() + "P4,adult,none,,,\n")
    (clinic / "time_off.csv").write_text("kind,id,start,end\nparticipant,P4,2026-11-30,2026-12-06\n")
    folder, _ = solve()
    assert run("publish", clinic, folder).exit_code == Exit.DONE
    earlier = scripting.read_clinic(clinic, NEXT, now=FRIDAY).problem.previous
    assert earlier.census == {"P1", "P2", "P3", "P4"}
    assert set(earlier.primaries) >= {"P1", "P2", "P3"}
    assert earlier == scripting.read_clinic(clinic, NEXT, folder).problem.previous


def test_what_has_begun_is_told_written_and_read_again(run, clinic, solve, published, monkeypatch):
    assert scripting.read_clinic(clinic, WEEK, now=FRIDAY).problem.now is None
    assert scripting.read_clinic(clinic, WEEK, now=WEDNESDAY).problem.now == 2 * 24 * 60 + 12 * 60, "noon in Chicago"
    assert scripting.read_clinic(clinic, WEEK, "none", WEDNESDAY).problem.now is None
    assert scripting.read_clinic(clinic, WEEK, published, WEDNESDAY).problem.now == 2 * 24 * 60 + 12 * 60
    draft, done = solve("--now", "2026-12-02 12:00")
    assert " What began before Wed 12:00 stays.\n" in done.stderr
    assert summary(draft)["now"] == "2026-12-02T12:00" == json.loads(done.stdout)["now"]
    monkeypatch.setattr(options, "clock", lambda: WEDNESDAY)
    assert files(solve()[0]) == files(draft)
    assert scripting.work.weeks.read_week(clinic, draft).problem.now == 2 * 24 * 60 + 12 * 60
    _, done = solve("--now", "2026-12-20T09:00+01:00")
    assert " The week is over: all of it stays.\n" in done.stderr


def test_the_clock_changes_nothing_before_the_week(solve, published, monkeypatch):
    folder, _ = solve()
    before = files(folder)
    monkeypatch.setattr(options, "clock", lambda: datetime.fromisoformat("2026-11-29T23:59-06:00"))
    assert files(solve()[0]) == before
    assert "now" not in json.loads(before["summary.json"])


def test_now_without_a_published_week_changes_nothing_and_says_so(run, clinic, solve):
    _, done = solve("--now", "2026-12-02T12:00")
    assert "Nothing of it has begun: --now changes nothing.\n" in done.stderr
    done = run("solve", clinic, "--week", WEEK, "--now", "noon")
    assert (done.exit_code, done.stderr) == (
        Exit.USAGE,
        "Error: --now 'noon' is no moment. Write date and time, such as 2026-12-02T10:00.\n",
    )


def test_a_lost_revision_is_told(run, clinic, solve, published):
    draft, _ = solve()
    path = draft / "summary.json"
    path.write_text(path.read_text().replace('"revision": 1', '"revision": 9'))
    done = run("verify", clinic, draft)
    assert (
        "W-PREVIOUS-LOST Revision 9 of the week of '2026-11-30', from which this one was made, was lost" in done.stderr
    )


def test_a_session_that_has_begun_stays_with_the_lead_who_went_home(run, clinic, solve, published):
    """Read again from the draft alone, no rule is broken; only what is still to come is told to people."""
    _, lead, _ = small_clinic.call_out(clinic, published)
    text = (clinic / "time_off.csv").read_text()
    (clinic / "time_off.csv").write_text(text.replace("2026-12-04,2026-12-04", "2026-12-02,2026-12-04"))
    draft, _ = solve("--now", "2026-12-02T10:00")
    before, after = ((folder / "sessions.csv").read_text().splitlines() for folder in (published, draft))
    assert [row for row in before if ",Wed,09:00" in row] == [row for row in after if ",Wed,09:00" in row]
    assert not [row for row in after if ",Fri," in row and lead in row.split(",")[8].split(";")]
    assert run("verify", clinic, draft).exit_code == Exit.DONE
    calls = json.loads(run("publish", clinic, draft, "--json").stdout)["call_list"]
    assert calls
    assert all("Fri" in call["old"] + call["new"] for call in calls)


@pytest.mark.parametrize("table", ["therapists.csv", "rooms.csv", "participants.csv"])
def test_what_has_begun_may_be_with_whoever_has_left_since(run, clinic, solve, published, table):
    """A row that a begun session needs is deleted in the middle of the week: the draft is read, verified and published."""
    row = next(row for row in (published / "sessions.csv").read_text().splitlines() if row.split(",")[2] == "Wed")
    roster = (published / "roster.csv").read_text().splitlines()
    person = next(line.split(",")[1] for line in roster if line.split(",")[0] == row.split(",")[0])
    gone = {
        "therapists.csv": row.split(",")[8].split(";")[0],
        "rooms.csv": row.split(",")[7],
        "participants.csv": person,
    }[table]
    path = clinic / table
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if line.split(",")[0] != gone))
    draft, _ = solve("--now", "2026-12-03T10:00")
    assert row in (draft / "sessions.csv").read_text()
    assert scripting.work.weeks.read_week(clinic, draft).revision is None, "it is read with the tables of today"
    assert run("verify", clinic, draft).exit_code == Exit.DONE
    assert run("export", clinic, draft, "--to", "xlsx,html,ics,csv,handouts").exit_code == Exit.DONE
    assert run("publish", clinic, draft).exit_code == Exit.DONE
