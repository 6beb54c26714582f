"""``iopsched makeup`` as its reader sees it."""

import json

from iopsched.cli.exits import Exit
from tests.support.makeup_world import clinic_of, record


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
