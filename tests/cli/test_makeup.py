"""``iopsched makeup`` as its reader sees it."""

import json
from dataclasses import replace

from iopsched.cli.exits import Exit
from tests.support.makeup_world import PLAN, clinic_of, record


def test_the_command_answers_in_json_and_words(tmp_path, run):
    clinic = clinic_of(tmp_path)
    record(clinic, "2026-11-30,P1,G1-1,,no_show")
    told = run("makeup", clinic, "--now", "2026-12-02T13:00", "--workers", "1")
    assert told.exit_code == Exit.DONE
    assert "P1 joins G2 Thu 09:00-12:00 with T2" in told.stdout
    done = run("makeup", clinic, "--now", "2026-12-02T13:00", "--workers", "1", "--json")
    answer = json.loads(done.stdout)
    assert answer["schema"] == "iopsched.makeup/1"
    assert [(row["participant_id"], row["minutes"], row["days"]) for row in answer["owed"]] == [("P1", 180, 1)]
    assert [(row["participant_id"], row["session_id"]) for row in answer["placed"]] == [("P1", "G2-2")]
    assert answer["left"] == []
    verified = run("verify", clinic, answer["folder"])
    assert (verified.exit_code, verified.stdout) == (Exit.DONE, "")


def test_exit_codes(tmp_path, run):
    clinic = clinic_of(tmp_path)
    record(clinic, "2026-11-30,P1,G1-1,,no_show")
    options = ("--workers", "1", "--quiet")
    assert run("makeup", clinic, "--now", "2026-12-05T13:00", *options).exit_code == Exit.UNMET
    assert run("makeup", clinic, "--week", "2026-12-07", *options).exit_code == Exit.USAGE
    (clinic / "time_off.csv").write_text("kind,id,start,end\ntherapist,T2,2026-12-03,2026-12-03\n")
    done = run("makeup", clinic, "--now", "2026-12-02T13:00", "--json", *options)
    assert done.exit_code == Exit.CONTRADICTION
    answer = json.loads(done.stdout)
    assert [row["participant_id"] for row in answer["owed"]] == ["P1"]
    assert [(row["participant_id"], row["minutes"]) for row in answer["left"]] == [("P1", 180)]
    assert (answer["placed"], answer["folder"], answer["proven"]) == ([], None, False)
    assert {row["rule"] for row in answer["broken"]} == {"window"}


def test_the_command_says_it_under_left_and_in_json(tmp_path, run):
    closed = [f"groups.csv {group} membership = closed" for group in ("G1", "G2")]
    plan = [row if row.group_id == "G1" else replace(row, participant_ids=("P3",)) for row in PLAN]
    clinic = clinic_of(tmp_path, *closed, plan=plan)
    record(clinic, "2026-11-30,P1,G1-1,,no_show", "2026-11-30,P2,G1-1,100,attended")
    options = ("--now", "2026-12-01T13:00", "--workers", "1")
    told = run("makeup", clinic, *options)
    assert "A further session of G1 " in told.stdout
    assert (
        "P1 3 h and 1 day; P2 1 h 20 min and 1 day: write 3 into sessions_per_week of G1 in groups.csv (now 2), price 3."
        in told.stdout
    )
    (row,) = json.loads(run("makeup", clinic, *options, "--json").stdout)["extra"]
    assert {"group_id", "date", "start", "end", "therapist_ids", "room_id", "participants", "step"} <= set(row)
    assert row["participants"] == [
        {"participant_id": "P1", "minutes": 180, "days": 1},
        {"participant_id": "P2", "minutes": 80, "days": 1},
    ]
    assert {"kind", "file", "id", "column", "old", "new", "price", "sentence"} <= set(row["step"])
    assert (row["step"]["kind"], row["step"]["new"]) == ("extra_session", "3")
