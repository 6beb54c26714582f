"""``iopsched repair``."""

import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from iopsched.cli.exits import Exit
from iopsched.work import repairs
from tests.support import small_clinic
from tests.support.commands import invoke

WEEK, DAYS = "2026-11-30", {"Mon": "2026-11-30", "Wed": "2026-12-02", "Fri": "2026-12-04"}
BEFORE, WEDNESDAY = "2026-11-27T12:00", "2026-12-02T10:00"
PEOPLE = ["P1", "P2", "P3"]
WAITLIST = "participant_id,population,track,group_id,referred\nW1,adult,sud,G1,2026-11-20\n"


@pytest.fixture(scope="module")
def published_once(tmp_path_factory):
    """A small clinic whose week is published, to be copied."""
    files = {**small_clinic.THREE_STARTS, "waitlist.csv": WAITLIST}
    made = small_clinic.write(tmp_path_factory.mktemp("once") / "clinic", files)
    for words in (("solve", made, "--week", WEEK, "--workers", "1", "-q", "--now", BEFORE), ("publish", made)):
        assert invoke(*words).exit_code == Exit.DONE
    return made


@pytest.fixture
def clinic(tmp_path, published_once):
    """A small clinic whose week is published."""
    return copytree(published_once, tmp_path / "clinic")


@pytest.fixture
def repair(run, clinic):
    """Repair the week; returns the answer and what was said."""

    def go(*given, now=WEDNESDAY, codes=(Exit.DONE, Exit.UNMET)):
        done = run("repair", clinic, "--choices", "1", *given, "--now", now, "--workers", "1", "--json")
        assert done.exit_code in codes, done.output
        return json.loads(done.stdout) if done.stdout else None, done

    return go


def groups(folder):
    rows = [row.split(",") for row in (Path(folder) / "sessions.csv").read_text().splitlines()[1:]]
    return {row[2]: row for row in rows if row[6]}


def leads(folder):
    return {day: row[8] for day, row in groups(folder).items()}


def test_a_sick_therapist_from_now_on(run, clinic, repair):
    """What began stays; who leads later is another, and only people who are concerned are called."""
    published = clinic / "schedules" / WEEK
    was = leads(published)
    answer, _ = repair("--absent", f"{was['Fri']}@Fri")
    assert answer["schema"] == "iopsched.repair/1"
    assert (answer["base"], answer["now"]) == ({"week": WEEK, "revision": 1}, WEDNESDAY)
    first = answer["choices"][0]
    assert (first["number"], first["name"]) == (1, "least_unmet")
    assert {goal["name"]: (goal["value"], goal["bound"]) for goal in first["goals"]}["unmet_need"] == (0, 0)
    assert first["folder"] == str(clinic / "schedules" / f"{WEEK}.r2")
    now = leads(first["folder"])
    assert (now["Mon"], now["Wed"]) == (was["Mon"], was["Wed"])
    assert now["Fri"] != was["Fri"]
    assert {call["who"] for call in first["call_list"]} == {*PEOPLE, was["Fri"], now["Fri"]}
    assert all("Fri" in call["old"] + call["new"] for call in first["call_list"])
    assert run("verify", clinic, first["folder"]).exit_code == Exit.DONE
    assert not (clinic / "time_off.csv").exists()
    assert answer["happenings"] == [
        {
            "kind": "therapist",
            "id": was["Fri"],
            "start": "2026-12-04T00:00",
            "end": "2026-12-05T00:00",
            "in_files": False,
        }
    ]


def kept(clinic, run, *words):
    """Return what the tables of a folder are verified as."""
    done = run("verify", clinic, *words, "--json")
    return json.loads(done.stdout)


def test_what_happened_stays_with_the_folder_until_it_is_recorded(run, clinic, repair):
    """Verified, shown, exported and published before a cell is written, and the same after each was."""
    answer, _ = repair("--absent", "T1@Fri", "--admit", "W1@Fri", "--discharge", "P3@Wed")
    folder = answer["choices"][0]["folder"]
    before = {path.name: path.read_bytes() for path in clinic.iterdir() if path.is_file()}
    assert run("verify", clinic, folder).exit_code in (Exit.DONE, Exit.UNMET)
    was = kept(clinic, run, folder)
    assert was["violations"] == []
    assert "W1" in run("show", clinic, folder, "--participant", "W1").stdout
    assert run("export", clinic, folder, "--to", "csv").exit_code == Exit.DONE
    assert {path.name: path.read_bytes() for path in clinic.iterdir() if path.is_file()} == before

    done = run("publish", clinic, folder, "--json")
    told = json.loads(done.stdout)
    assert [one["kind"] for one in told["unrecorded"]] == ["therapist", "admission", "discharge"]
    assert told["recorded"] == []
    assert "publish" in done.stderr
    assert kept(clinic, run, folder)["violations"] == []

    again = json.loads(run("publish", clinic, folder, "--record", "--json").stdout)
    assert (again["is_new"], again["unrecorded"]) == (False, [])
    assert sorted(Path(path).name for path in again["recorded"]) == ["participants.csv", "time_off.csv", "waitlist.csv"]
    assert (clinic / "time_off.csv").read_text() == "kind,start,id,end\ntherapist,2026-12-04,T1,2026-12-04\n"
    assert "W1" not in (clinic / "waitlist.csv").read_text()
    assert kept(clinic, run, folder) == was
    assert json.loads(run("publish", clinic, folder, "--json").stdout)["unrecorded"] == []


def test_record_writes_the_tables_first_and_only_once(run, clinic, repair):
    answer, _ = repair("--absent", "T1@Fri@08:00-12:30", "--record")
    assert answer["recorded"] == [str(clinic / "time_off.csv")]
    assert [one["in_files"] for one in answer["happenings"]] == [True]
    rows = "kind,start,id,end\ntherapist,2026-12-04 08:00,T1,2026-12-04 12:30\n"
    assert (clinic / "time_off.csv").read_text() == rows
    again, done = repair("--absent", "T1@Fri@09:00-12:00", "--record")
    assert (again["recorded"], (clinic / "time_off.csv").read_text()) == ([], rows)
    assert "as the tables say" in done.stderr
    assert [one["goals"] for one in again["choices"]] == [one["goals"] for one in answer["choices"]]


def test_a_table_that_is_open_in_a_spreadsheet_is_not_written(run, clinic, repair):
    (clinic / "time_off.csv").write_text("kind,id,start,end\n")
    (clinic / ".~lock.time_off.csv#").write_text("somebody")
    _, done = repair("--absent", "T1@Fri", "--record", codes=(Exit.CONFLICT,))
    assert "time_off.csv" in done.stderr
    assert not (clinic / "schedules" / f"{WEEK}.r2").exists()
    assert (clinic / "time_off.csv").read_text() == "kind,id,start,end\n"


def test_a_published_repair_is_known_to_the_next_one(run, clinic, repair):
    """T1 is away on Friday by what was published, and no table says so."""
    first, _ = repair("--absent", "T1@Fri")
    assert run("publish", clinic, first["choices"][0]["folder"]).exit_code == Exit.DONE
    second, done = repair("--closed", "R1@Fri")
    assert second["base"] == {"week": WEEK, "revision": 2}
    assert [one["id"] for one in second["happenings"]] == ["T1", "R1"]
    assert "known from revision 2" in done.stderr
    solved = run("solve", clinic, "--week", WEEK, "--now", WEDNESDAY, "--workers", "1", "--out", clinic / "other")
    assert "the published week knows that T1 is away on Fri 2026-12-04; the clinic's tables do not" in solved.stderr
    fresh, _ = repair("--closed", "R1@Fri", "--fresh")
    assert [one["id"] for one in fresh["happenings"]] == ["R1"]


def test_another_choice_is_published_like_a_draft(run, clinic, repair):
    """It is no draft by itself, and the newest folder once it is published."""
    answer, _ = repair("--absent", "T1@Fri", "--choices", "2")
    first, second = answer["choices"]
    assert [one["name"] for one in (first, second)] == ["least_unmet", "fewest_moves"]
    assert second["folder"] == str(clinic / "schedules" / f"{WEEK}.r2-fewest-moves")
    assert [goal["name"] for goal in second["goals"]][:3] == ["changes", "moves", "unmet_need"]
    assert run("verify", clinic, second["folder"]).exit_code == Exit.DONE
    assert f"{WEEK}.r2 (a draft" in run("verify", clinic, "--week", WEEK).stderr
    assert "fewest" not in run("history", clinic).stdout
    assert run("publish", clinic, second["folder"]).exit_code == Exit.DONE
    assert f"{WEEK}.r2-fewest-moves (revision 2)" in run("show", clinic, "--week", WEEK).stderr
    third, _ = repair("--absent", "T1@Fri")
    assert third["choices"][0]["folder"] == str(clinic / "schedules" / f"{WEEK}.r3")


def test_nothing_is_written_where_nothing_changes(run, clinic, repair):
    before = sorted(path for path in clinic.rglob("*") if "published" not in path.parts)
    answer, _ = repair("--closed", "R1@Sun")
    assert [(one["folder"], one["call_list"]) for one in answer["choices"]] == [(str(clinic / "schedules" / WEEK), [])]
    assert sorted(path for path in clinic.rglob("*") if "published" not in path.parts) == before


def test_a_pin_that_asks_for_whoever_is_away(run, clinic, repair):
    (clinic / "pins.csv").write_text("action,therapist_id,group_id,day\nmust,T1,G1,Fri\n")
    answer, done = repair("--absent", "T1@Fri", "--record", codes=(Exit.CONTRADICTION,))
    assert (answer["choices"], answer["status"]) == ([], "contradiction")
    assert [(one["code"], one["row"]) for one in answer["issues"]] == [("C-PIN-AWAY", 2)]
    assert "T1 is away on Fri 2026-12-04: take it out" in done.stderr
    assert not (clinic / "schedules" / f"{WEEK}.r2").exists()
    assert not (clinic / "time_off.csv").exists()


def test_a_pin_that_the_past_keeps_contradicts_nothing(run, clinic, repair):
    (clinic / "pins.csv").write_text("action,therapist_id,group_id,day\nmust,T1,G1,Wed\n")
    answer, _ = repair("--absent", "T1@Wed", "--record")
    assert [one["is_as_published"] for one in answer["choices"]] == [True]
    again, _ = repair("--absent", "T1@Fri")
    assert len(again["choices"]) == 1


def test_a_draft_that_knew_something_else_is_set_aside(run, clinic, repair):
    first, _ = repair("--absent", "T1@Fri", "--choices", "2")
    draft = Path(first["choices"][0]["folder"])
    before = (draft / "sessions.csv").read_bytes()
    _, done = repair("--closed", "R2@Fri")
    assert "T1 is away on Fri 2026-12-04" in done.stderr
    assert "kept in" in done.stderr
    assert (draft.with_name(f"{draft.name}.before-1") / "sessions.csv").read_bytes() == before
    assert f"{draft}-fewest-moves is of an earlier repair" in done.stderr
    _, done = repair("--closed", "R2@Fri")
    assert "kept in" not in done.stderr, "the same again replaces it"


def test_questions_about_a_repaired_draft_know_what_it_remembers(run, clinic, repair):
    """Whoever was admitted is in the week, and the absence is a cause, though no table says so."""
    answer, _ = repair("--absent", "T1@Fri", "--absent", "T2@Fri", "--admit", "W1@Wed")
    folder = answer["choices"][0]["folder"]
    done = run("explain", clinic, folder, "--time-limit", "5", "--workers", "1", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == Exit.UNMET
    assert told["folder_unmet"] == {goal["name"]: goal["value"] for goal in answer["choices"][0]["goals"]}["unmet_need"]
    assert "W1" in run("why", clinic, folder, "W1", "--time-limit", "2").stdout


def test_a_later_week_that_is_published_is_named(run, clinic, repair):
    assert run("solve", clinic, "--week", "2026-12-07", "--workers", "1", "-q").exit_code == Exit.DONE
    assert run("publish", clinic, "--week", "2026-12-07").exit_code == Exit.DONE
    _, done = repair("--absent", "T1@2026-12-04..2026-12-07")
    assert "Warning: the week of 2026-12-07 is published, too" in done.stderr
    _, done = repair("--absent", "T1@Fri")
    assert "is published, too" not in done.stderr


@pytest.mark.parametrize("is_proven", [True, False])
def test_a_choice_that_was_not_searched_to_its_end_is_told(repair, monkeypatch, is_proven):
    """Where a later choice is as an earlier one, nobody takes time that ended for a proof that there is no other."""
    found = []

    def searched(*given, search=repairs.repaired):
        found.append(found[0] if found else search(*given))
        less = found[0].goals if is_proven else [replace(goal, bound=goal.value - 1) for goal in found[0].goals]
        return replace(found[0], goals=tuple(less))

    monkeypatch.setattr(repairs, "repaired", searched)
    answer, _ = repair("--absent", "T1@Wed", "--choices", "3")
    assert len(answer["choices"]) == 1
    told = [sentence for sentence in answer["unfinished"] if "not searched to its end" in sentence]
    assert len(told) == (0 if is_proven else 2)


def test_an_absence_that_touches_no_session_is_told(repair):
    """Who is away while they have nothing to do changes nothing, and whoever asks is told so."""
    words = "no session then needs anything of that"
    assert words not in repair("--absent", "T1@Fri")[1].stderr
    assert words in repair("--absent", "T1@Sun")[1].stderr
