import hashlib
import importlib.metadata
import json
import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

import iopsched
from iopsched.errors import UsageError
from iopsched.export import assembly
from iopsched.files.output import (
    SUMMARY_KEYS,
    check_target,
    edited_files,
    is_schedule_folder,
    is_summary_edited,
    read_summary,
    schedule_files,
    versions,
    write_schedule,
)
from iopsched.params import SolveParams
from iopsched.policy.columns.schedule import HOURS
from iopsched.verifier import hours
from iopsched.words.sentence import ParticipantRef, Sentence, TherapistRef

FORMAT = Path(iopsched.__file__).parents[1] / "docs" / "format.md"


@pytest.fixture
def files(world):
    """Return a function that makes the four files of an outcome."""

    def make(solved):
        rows = hours(world.problem(), solved.schedule)
        return schedule_files(world.problem(), solved, rows, SolveParams(seed=3, workers=1), "ab" * 32)

    return make


def test_the_tables_read_as_the_contract_says(files, world):
    found = files(world.short())
    assert found["sessions.csv"].decode().splitlines()[:2] == [
        "session_id,date,weekday,start,end,service_id,group_id,room_id,therapist_ids,participants,modality",
        "G1-1,2026-11-30,Mon,09:00,12:00,group,G1,R1,T2,3,in_person",
    ]
    assert found["sessions.csv"].decode().splitlines()[-1] == (
        "individual-2,2026-11-30,Mon,14:00,15:00,individual,,R2,T1,1,in_person"
    )
    assert found["roster.csv"].decode().splitlines()[:2] == ["session_id,participant_id", "G1-1,P1"]
    assert found["hours.csv"].decode().splitlines() == [
        ",".join(HOURS.names),
        "P1,iop-adult,540,600,3,3,0,,T1,G1,met,600,600",
        "P2,iop-adult,540,600,3,3,0,,T1,G1,met,600,600",
        "P3,iop-adult,540,540,3,3,60,individual:1,T1,G1,short,540,540",
    ]
    assert ",".join(HOURS.names) == (
        "participant_id,level,required_minutes,scheduled_minutes,required_days,scheduled_days,unmet_minutes,missing,"
        "therapist_id,group_ids,status,clock_minutes,contact_minutes"
    )
    assert all(b"\r" not in data and data.endswith(b"\n") for data in found.values())


def test_the_summary_reads_as_the_contract_says(files, world):
    found = files(world.short())
    summary = json.loads(found["summary.json"])
    assert list(summary) == [
        "schema", "clinic", "week", "status", "repeatable", "goals", "unmet", "inputs_sha256", "files_sha256", "seed",
        "workers", "versions",
    ]  # fmt: skip
    assert summary["schema"] == "iopsched.summary/1"
    assert (summary["clinic"], summary["week"], summary["status"]) == ("Test Clinic", "2026-11-30", "feasible")
    assert summary["goals"][0] == {"name": "unmet_need", "value": 60, "bound": 60, "unit": "minutes", "parts": {}}
    assert summary["unmet"] == [{"participant_id": "P3", "minutes": 60, "why": "T1 has no free hour with P3."}]
    assert summary["files_sha256"] == {
        name: hashlib.sha256(found[name]).hexdigest() for name in ("hours.csv", "roster.csv", "sessions.csv")
    }
    assert (summary["seed"], summary["workers"], set(summary["versions"])) == (3, 1, {"iopsched", "ortools", "python"})


def test_every_key_of_the_summary_is_documented():
    _, _, part = FORMAT.read_text(encoding="utf-8").partition("### `summary.json`")
    missing = {key for key in SUMMARY_KEYS if f"`{key}`" not in part.partition("## 5.")[0]}
    assert missing == set()


def test_what_a_reason_refers_to_is_kept_beside_its_words(files, world, tmp_path):
    why = Sentence("{} has no free hour with {}.", TherapistRef("T1"), ParticipantRef("P3"))
    short = world.short()
    written = files(replace(short, unmet=(replace(short.unmet[0], why=why),)))["summary.json"]
    (tmp_path / "summary.json").write_bytes(written)
    assert not is_summary_edited(tmp_path)
    summary = json.loads(written)
    assert summary["why_parts"] == {"P3": [{"therapist": "T1"}, " has no free hour with ", {"participant": "P3"}, "."]}
    assert assembly.reasons_in(summary)[0].why.refs == why.refs
    for odd in ({}, {"P3": ["otherwise"]}, 3):
        (kept,) = assembly.reasons_in(summary | {"why_parts": odd})
        assert (kept.why, kept.why.refs) == (why, ())


def test_time_taken_and_order_of_sessions_leave_no_trace(files, world):
    one = world.solved()
    backward = replace(one.schedule, sessions=one.schedule.sessions[::-1])
    assert files(one) == files(replace(one, schedule=backward, seconds=99.0))


def test_status_is_optimal_only_if_every_goal_is_proven(files, world):
    assert json.loads(files(world.solved())["summary.json"])["status"] == "optimal"
    open_ended = world.solved(goals=world.goals(cost=(2, 1)))
    assert json.loads(files(open_ended)["summary.json"])["status"] == "feasible"


def test_a_session_to_midnight_ends_at_24(files, world):
    session = replace(world.schedule().sessions[-1], start=23 * 60, end=24 * 60)
    late = world.solved(schedule=replace(world.schedule(), sessions=(session,)))
    assert ",Mon,23:00,24:00," in files(late)["sessions.csv"].decode()


def test_targets_that_are_refused(tmp_path, files, world):
    """What is no folder of ours is never replaced."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "summary.json").write_text('{"schema": "other/1"}')
    for name, sentence in {
        "file": "is a file",
        "link": "is a link",
        "dangling": "is a link",
        "foreign": "is not empty and holds no schedule",
        "file/below": "Cannot write to",
    }.items():
        with pytest.raises(UsageError, match=sentence):
            check_target(tmp_path / name)


def test_targets_that_are_accepted(tmp_path, files, world):
    """A new folder however deep, an empty one, one of ours; looking leaves nothing behind."""
    (tmp_path / "empty").mkdir()
    check_target(tmp_path / "empty")
    check_target(tmp_path / "a" / "b" / "c")
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]
    write_schedule(tmp_path / "ours", files(world.solved()))
    assert is_schedule_folder(tmp_path / "ours")
    check_target(tmp_path / "ours")


def test_tables_without_our_summary_are_a_schedule_and_other_tables_are_none(tmp_path, files, world):
    """Somebody has copied a week from elsewhere, or the summary is damaged; whatever a spreadsheet made of the file."""
    text = files(world.solved())["sessions.csv"].decode()
    path = tmp_path / "sessions.csv"
    for data in (
        text,
        text.partition("\n")[0],
        text.replace(",", ";").upper(),
        text.replace("session_id", "Session Id"),
    ):
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
            path.write_bytes(data.encode(encoding))
            assert is_schedule_folder(tmp_path), (data[:80], encoding)
    check_target(tmp_path)
    for data in ("", "by hand\n", text.replace("therapist_ids", "staff"), text.partition("\n")[2]):
        path.write_text(data)
        assert not is_schedule_folder(tmp_path), data[:80]
    with pytest.raises(UsageError, match="holds no schedule"):
        check_target(tmp_path)


def test_a_parent_that_may_not_be_written_is_told_beforehand(tmp_path, monkeypatch):
    def refuse(**_options):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("iopsched.files.folders.tempfile.TemporaryFile", refuse)
    with pytest.raises(UsageError, match=f"Cannot write to {tmp_path}: Read-only file system. Name another folder."):
        check_target(tmp_path / "week")


def test_a_summary_that_cannot_be_read_is_none(tmp_path):
    """A pipe is not waited for, depth is no crash, and neither is anything but an object."""
    for name, text in {"deep": "[" * 100_000, "list": "[]", "torn": '{"schema": "iopsched.summary/1"'}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "summary.json").write_text(text)
        assert read_summary(tmp_path / name) is None
    (tmp_path / "pipe").mkdir()
    os.mkfifo(tmp_path / "pipe" / "summary.json")
    assert read_summary(tmp_path / "pipe") is None
    assert not is_schedule_folder(tmp_path / "pipe")
    assert read_summary(tmp_path / "nowhere") is None


def test_tables_edited_since_are_told(tmp_path, files, world):
    write_schedule(tmp_path / "week", files(world.solved()))
    assert edited_files(tmp_path / "week", read_summary(tmp_path / "week")) == []
    (tmp_path / "week" / "roster.csv").write_text("x")
    (tmp_path / "week" / "hours.csv").unlink()
    assert edited_files(tmp_path / "week", read_summary(tmp_path / "week")) == ["roster.csv", "hours.csv"]


@pytest.mark.parametrize("name", ["days.csv", "modules.csv", "curriculum.csv"])
def test_a_table_that_a_person_put_there_counts_as_edited(tmp_path, files, world, name):
    """Only some clinics have such a table; it has our name, and the next schedule would take it away."""
    write_schedule(tmp_path / "week", files(world.solved()))
    (tmp_path / "week" / name).write_text("mine")
    assert edited_files(tmp_path / "week", read_summary(tmp_path / "week")) == [name]


def test_what_a_person_wrote_into_the_summary_counts_as_edited(tmp_path, files, world):
    path = tmp_path / "week" / "summary.json"
    write_schedule(tmp_path / "week", files(world.solved()))
    assert not is_summary_edited(tmp_path / "week")
    written = path.read_text()
    for text in (
        written.replace("{\n", '{\n  "remark": "ask Ann",\n', 1),
        f"{written}\nnotes",
        written.replace("  ", "\t"),
    ):
        path.write_text(text)
        assert is_summary_edited(tmp_path / "week")


def test_entries_with_our_names_that_are_no_files_live_on(tmp_path, files, world):
    write_schedule(tmp_path / "week", files(world.solved()))
    (tmp_path / "week" / "days.csv").mkdir()
    (tmp_path / "week" / "days.csv" / "mine.txt").write_text("mine")
    write_schedule(tmp_path / "week", files(world.solved()))
    assert (tmp_path / "week" / "days.csv" / "mine.txt").read_text() == "mine"


def test_a_checkout_that_is_not_installed_knows_its_version(monkeypatch):
    """``python cli.py`` needs no installation of ours."""

    def refuse(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", refuse)
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert versions()["iopsched"] == project["project"]["version"]
    assert versions()["ortools"] == "not installed"
