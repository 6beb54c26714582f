"""``iopsched compare``: how both weeks may be named, what a director and a machine read, and that it agrees with ``publish``."""

import json
import re
import shutil
from datetime import UTC, datetime
from operator import itemgetter

import pytest

from iopsched.cli import options
from tests.support.small_clinic import THREE_STARTS, call_out, write

WEEK, NEXT = "2026-11-30", "2026-12-07"


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    """A clinic with two revisions of one week, the second after a call-out, and the week after it as a draft."""
    clinic = write(tmp_path_factory.mktemp("compare") / "clinic", THREE_STARTS)
    with pytest.MonkeyPatch.context() as patch:
        from tests.cli.conftest import runner

        patch.setattr(options, "clock", lambda: datetime(2026, 11, 27, 12, tzinfo=UTC))
        run = runner(patch)
        solve = ("solve", clinic, "--time-limit", "10", "--workers", "1", "--week")
        assert run(*solve, WEEK).exit_code == 0
        assert run("publish", clinic, "--week", WEEK).exit_code == 0
        called = call_out(clinic, clinic / "schedules" / WEEK)
        assert run(*solve, WEEK).exit_code == 0
        announced = json.loads(run("publish", clinic, "--week", WEEK, "--json").stdout)
        people = (clinic / "participants.csv").read_text().replace("name,", "discharged,name,").replace("G1,", "G1,,")
        people = people.replace("P2,adult,sud,G1,", "P2,adult,sud,G1,2026-12-04").replace(
            "population,track,group_id,,", "population,track,group_id,"
        )
        (clinic / "participants.csv").write_text(people)
        done = run(*solve, NEXT)
        assert done.exit_code == 0, done.stderr
    return clinic, called, announced


def asked(run, *words):
    done = run("compare", *words, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_two_revisions_differ_by_the_call_list_and_by_nothing_else(run, season):
    clinic, (_, away, cover), announced = season
    found = asked(run, "r1", "r2", "--week", WEEK, "--clinic", clinic)
    assert found["schema"] == "iopsched.compare/1"
    assert (found["old"]["revision"], found["new"]["revision"]) == (1, 2)
    calls = [
        {"who": row["who"], "kind": row["kind"], **{key: entry[key] for key in ("what", "old", "new")}}
        for row in found["people"]
        for entry in row["entries"]
    ]
    order = itemgetter("kind", "who", "old", "new")
    assert sorted(calls, key=order) == sorted(announced["call_list"], key=order)
    assert {row["who"] for row in found["people"]} == {"P1", "P2", "P3", away, cover}
    assert {
        entry["differs"][0] for row in found["people"] if row["kind"] == "participant" for entry in row["entries"]
    } == {"lead"}
    for row in found["people"]:
        (why,) = row["why"]
        assert (why["file"], why["row"], why["id"], why["old"]) == ("time_off.csv", 2, away, None)
    assert (found["changes"], found["moves"]) == (5, 3 * 2 + 2)
    assert [row["name"] for row in found["goals"]][:2] == ["unmet_need", "worst_off"]
    assert asked(run, f"{WEEK}.r2", f"{WEEK}.r1", "--clinic", clinic)["moves"] == found["moves"]


def test_a_director_reads_one_line_a_person_with_the_cell(run, season):
    clinic, (day, away, cover), _ = season
    done = run("compare", clinic / "schedules" / WEEK, clinic / "schedules" / f"{WEEK}.r2")
    assert done.exit_code == 0, done.stderr
    head, *lines = done.stdout.splitlines()
    assert head == "3 participants and 2 members of staff have another week (8 appointments)."
    assert [line.split(" ")[0] for line in lines[:5]] == ["P1", "P2", "P3", "T1", "T2"]
    then, now = lines[0].split(" -> ")
    assert then.startswith(f"P1 (participant): G1: {day} 09:00-12:00 · {away} · R")
    assert now.startswith(f"{day} 09:00-12:00 · {cover} · R")
    assert f"[{away} is away {day} " in now
    assert lines[0].endswith("(time_off.csv, row 2)]")
    assert "revision 1, published" in done.stderr
    assert "revision 2, published" in done.stderr


def test_the_week_beside_the_last_tells_who_left_and_why(run, season):
    clinic, _, _ = season
    found = asked(run, "last", NEXT, "--clinic", clinic)
    assert (found["old"]["week"], found["new"]["week"], found["new"]["revision"]) == (WEEK, NEXT, None)
    (left,) = [row for row in found["people"] if row["standing"] == "left"]
    assert (left["who"], left["why"][0]["column"], left["why"][0]["new"]) == ("P2", "discharged", "2026-12-04")


@pytest.mark.parametrize("texts", [(WEEK, WEEK), ("published", WEEK), (f"{WEEK}.r1", f"{WEEK}.r1")])
def test_a_week_beside_itself(run, season, texts):
    clinic, _, _ = season
    assert asked(run, *texts, "--clinic", clinic)["people"] == []
    assert run("compare", *texts, "--clinic", clinic).stdout.startswith("Nothing is different")


def test_the_clinic_is_found_around_the_folder_and_around_the_current_one(run, season, monkeypatch):
    clinic, _, _ = season
    monkeypatch.chdir(clinic)
    inside = asked(run, "r1", f"schedules/{WEEK}.r2")
    assert inside["moves"] == 8
    monkeypatch.chdir(clinic.parent)
    assert asked(run, "r1", f"clinic/schedules/{WEEK}.r2")["people"] == inside["people"]
    done = run("compare", "r1", "r2")
    assert done.exit_code == 2
    assert "--clinic" in done.stderr


@pytest.mark.parametrize(
    "texts",
    [
        ("{0}/2026-11-30.r1", "{0}/2026-11-30.r2"),
        ("{0}/schedules/2026-11-30.r1", "2"),
        ("1", "{0}/schedules/2026-11-30.r2"),
        ("{0}/schedules/2026-11-30", "{0}/published"),
        ("{0}/r1", "{0}/schedules/2026-11-30.r2"),
    ],
)
def test_a_name_behind_a_clinic_names_the_clinic_too(run, season, texts):
    clinic, _, _ = season
    assert asked(run, *(text.format(clinic) for text in texts))["moves"] == 8


def test_a_clinic_alone_is_its_newest_week(run, season):
    clinic, _, _ = season
    found = asked(run, f"{clinic}/r1", clinic)["new"]
    assert (found["week"], found["revision"]) == (WEEK, 2)


def test_a_repaired_draft_tells_what_happened_though_no_file_says_it(run, season, tmp_path):
    _, (_, away, _), _ = season
    copy = shutil.copytree(season[0], tmp_path / "clinic")
    shutil.rmtree(copy / "schedules" / NEXT)
    (copy / "time_off.csv").unlink()
    done = run("restore", copy, "--week", WEEK, "--revision", "1", "--out", tmp_path / "first")
    assert done.exit_code == 0, done.stderr
    assert run("publish", copy, tmp_path / "first").exit_code == 0
    done = run("repair", copy, "--absent", f"{away}@2026-12-04", "--week", WEEK, "--json", "--workers", "1")
    assert done.exit_code in (0, 4), done.stderr
    choices = json.loads(done.stdout)["choices"]
    for choice in choices:
        found = asked(run, "published", choice["folder"], "--clinic", copy)
        whys = {(why["file"], why["id"], why["row"]) for row in found["people"] for why in row["why"]}
        assert whys == {("time_off.csv", away, None)}
    assert choices


def test_a_comparison_is_written_as_a_page_and_a_workbook(run, season, tmp_path):
    clinic, _, _ = season
    done = run(
        "compare", "r1", "r2", "--week", WEEK, "--clinic", clinic, "--to", "html,xlsx", "--into", tmp_path / "out"
    )
    assert done.exit_code == 0, done.stderr
    written = {path.name: path for path in (tmp_path / "out").iterdir() if path.name.startswith("compare-")}
    assert set(written) == {f"compare-{WEEK}.html", f"compare-{WEEK}.xlsx"}
    page = written[f"compare-{WEEK}.html"].read_text(encoding="utf-8")
    assert "Who has another week" in page
    assert "time_off.csv, row 2" in page
    assert "Zyxcanary" not in page
    named = run("compare", "r1", "r2", "--week", WEEK, "--clinic", clinic, "--names", "full").stdout
    assert "Zyxcanary One" in named


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("nowhere", "r1"), "is no schedule folder, date or revision"),
        (("r1", "r9"), "There is no revision 9"),
        (("2026-11-23", "r1"), "There is no schedule of the week of 2026-11-23"),
        (("last", WEEK), "Nothing is published of any week before 2026-11-30"),
        (("2026-13-01.r1", "r1"), "names no date"),
        (("published", NEXT), "Nothing of the week of 2026-12-07 is published"),
    ],
)
def test_what_names_nothing_is_told(run, season, texts, said):
    clinic, _, _ = season
    done = run("compare", *texts, "--clinic", clinic, "--week", WEEK)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_revision_is_read_with_the_facts_of_its_time(run, season, tmp_path):
    """Also where people have left the tables since: rows of then have no number today."""
    clinic, (_, away, _), _ = season
    copy = shutil.copytree(clinic, tmp_path / "clinic")
    (copy / "participants.csv").write_text("participant_id,population,track,group_id\nP1,adult,sud,G1\n")
    found = asked(run, f"{WEEK}.r1", f"{WEEK}.r2", "--clinic", copy)
    assert found["moves"] == 8
    assert {why["row"] for row in found["people"] for why in row["why"]} == {2}
    (copy / "time_off.csv").unlink()
    found = asked(run, f"{WEEK}.r1", f"{WEEK}.r2", "--clinic", copy)
    assert {why["row"] for row in found["people"] for why in row["why"]} == {None}
    assert {why["id"] for row in found["people"] for why in row["why"]} == {away}


def test_where_no_clinic_is_around_it_is_asked_for(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.root)
    done = run("compare", "last", "published")
    assert (done.exit_code, "--clinic" in done.stderr) == (2, True)


def test_weeks_of_two_clinics_are_not_compared(run, season, tmp_path):
    clinic, _, _ = season
    others = []
    for name in ("elm", "oak"):
        copy = shutil.copytree(clinic, tmp_path / name, ignore=shutil.ignore_patterns("iopsched*", "store*"))
        settings = (copy / "clinic.toml").read_text()
        own = re.search('clinic_id = "(.*)"', settings)
        assert own is not None
        (copy / "clinic.toml").write_text(settings.replace(own[1], name))
        others.append(copy / "schedules" / NEXT)
    done = run("compare", *others)
    assert (done.exit_code, "weeks of two clinics" in done.stderr) == (2, True), done.stderr
    assert run("compare", others[0], others[0]).exit_code == 0
