"""``iopsched explain``: what a director reads, what a machine reads, and how it ends."""

import json
import time
from dataclasses import dataclass, replace
from datetime import date

import pytest
from openpyxl import load_workbook

from iopsched.answers import firstsight
from iopsched.answers.base import Budget
from iopsched.answers.explaining import Finders
from iopsched.answers.explanation import CauseAnswer, CellFact, Effect, WayOut
from iopsched.answers.firstsight import looking_for_one
from iopsched.domain.outcome import OutOfTime
from iopsched.ingest import read_problem
from iopsched.rulebook.steps import StepKind
from iopsched.steps.offer import WrittenStep
from iopsched.stopping import TimeOver
from iopsched.words.sentence import ParticipantRef, Sentence, TherapistRef
from iopsched.work import explanations
from tests.support.small_clinic import ONE_SHORT, write

WEEK = ("--week", "2026-11-30", "--workers", "1")
WINDOW = CellFact(
    "participants.csv", "P01", "availability", "Mon 09:00-11:00", Sentence("{} comes for 2 h.", ParticipantRef("P01"))
)
CAUSE = CauseAnswer(
    "alone-1",
    "alone",
    ("P01",),
    60,
    (WINDOW,),
    Sentence("{} needs 3 visits and comes for 2 h.", ParticipantRef("P01")),
    True,
)


def step(kind, file, row, column, old, new, price, said):
    return WrittenStep(kind, file, row, column, old, new, price, said)


STAY = step(
    StepKind.PARTICIPANT_WINDOW,
    "participants.csv",
    "P01",
    "availability",
    "Mon 09:00-11:00",
    "Mon 09:00-12:00",
    2,
    Sentence("Let {} also come Mon 11:00-12:00 (participants.csv, availability).", ParticipantRef("P01")),
)
ASK = step(
    StepKind.STAFF_WINDOW,
    "therapists.csv",
    "T02",
    "availability",
    "Tue 09:00-10:00",
    "Tue 09:00-11:00",
    4,
    Sentence("Let {} also work Tue 10:00-11:00 (therapists.csv, availability).", TherapistRef("T02")),
)
WHOLE = WayOut(1, "complete", 2, (STAY,), 60, 0, 0, (Effect("P01", 60, 0),), ())
PARTLY = WayOut(2, "other", 6, (ASK, STAY), 60, 20, 0, (Effect("P01", 60, 0),), (Effect("P02", 0, 20),))


@dataclass
class Given:
    causes: tuple = ()
    ways: tuple = ()
    unfinished: tuple = ()


@pytest.fixture
def found(monkeypatch):
    """Have these causes and ways out found."""

    def put(causes=(CAUSE,), ways=(WHOLE, PARTLY), unfinished=(), open_ways=()):
        def find(base, budget, on_cause):
            for cause in causes:
                on_cause(cause)
            return Given(causes=causes, unfinished=unfinished)

        told = Given(ways=ways, unfinished=open_ways)
        monkeypatch.setattr(
            explanations, "_finders", lambda question, listener, *, is_all: Finders(find, lambda base, budget: told)
        )

    put()
    return put


@pytest.fixture
def clinic(tmp_path):
    return write(tmp_path / "clinic", ONE_SHORT)


def test_the_first_screen_says_whom_to_call_and_what_it_brings(run, clinic, found):
    done = run("explain", clinic, *WEEK)
    assert done.exit_code == 4
    assert done.stdout == (
        "Small, week of Monday 30 November 2026\n"
        "1 of 2 participants is short; what is lacking counts as 1 h of unmet need, proven the least.\n"
        "P01 lacks 1 individual.\n"
        "\n"
        "Why:\n"
        "1. P01 needs 3 visits and comes for 2 h.\n"
        "   See participants.csv, P01, availability.\n"
        "\n"
        "What would help:\n"
        "1. Ask the coordinator: everybody has everything (2 points).\n"
        "   - Let P01 also come Mon 11:00-12:00 (participants.csv, availability).\n"
        "2. Ask the coordinator and T02: P01 has everything, 40 min less is lacking, 20 min still are,\n"
        "   perhaps less; but P02 lacks 20 min more (6 points).\n"
        "   - The coordinator: Let P01 also come Mon 11:00-12:00 (participants.csv, availability).\n"
        "   - T02: Let T02 also work Tue 10:00-11:00 (therapists.csv, availability).\n"
        "\n"
        f"To take one, in a copy:\n  iopsched explain {clinic} --week 2026-11-30 --apply 1 --price 2 --out NEWFOLDER\n"
    )


def test_all_shows_what_each_cell_says_before_and_after(run, clinic, found):
    text = run("explain", clinic, *WEEK, "--all").stdout
    assert "   - P01 comes for 2 h. (participants.csv, P01, availability: Mon 09:00-11:00)\n" in text
    assert "     participants.csv, P01, availability: Mon 09:00-11:00 -> Mon 09:00-12:00\n" in text


def test_the_same_step_on_one_cell_is_told_once(run, clinic, found):
    """Two hours more of a number are two steps, and one thing to ask for."""
    hour = Sentence(
        "Let {} have one more hour of sessions a week (therapists.csv, max_hours_per_week).", TherapistRef("T02")
    )
    first = step(StepKind.STAFF_HOURS, "therapists.csv", "T02", "max_hours_per_week", "20", "21", 3, hour)
    found(ways=(replace(WHOLE, steps=(first, replace(first, old="21", new="22")), price=6),))
    text = run("explain", clinic, *WEEK, "--all").stdout
    assert text.count("- Let T02 have one more hour") == 1
    assert "(2 times)" in text
    assert "therapists.csv, T02, max_hours_per_week: 20 -> 22\n" in text


def test_of_many_the_first_are_shown_and_the_rest_counted(run, clinic, found):
    found([replace(CAUSE, id=f"alone-{n}") for n in range(7)], [replace(WHOLE, number=n) for n in range(1, 8)])
    text = run("explain", clinic, *WEEK).stdout
    assert "   and 3 more causes (--all)\n" in text
    assert "   and 2 more ways out (--all)\n" in text
    assert "\n5. Ask" in text
    assert "\n6. Ask" not in text
    every = run("explain", clinic, *WEEK, "--all").stdout
    assert "\n7. Ask" in every
    assert "\n7. P01" in every


def test_what_is_not_finished_or_not_proven_is_said(run, clinic, found):
    found([replace(CAUSE, is_proven=False)], (), [Sentence("Time ended before pairs of facts were tried.")])
    text = run("explain", clinic, *WEEK).stdout
    assert "comes for 2 h (likely, not proven).\n" in text
    assert text.endswith("\nNot finished:\n- Time ended before pairs of facts were tried.\n")
    assert "To take one" not in text


def test_no_line_is_wider_than_the_terminal(run, clinic, found, monkeypatch):
    monkeypatch.setattr("iopsched.cli.answerscreen.width", lambda: 60)
    lines = run("explain", clinic, *WEEK, "--all").stdout.splitlines()
    assert max(len(line) for line in lines if not line.startswith("  iopsched")) <= 60


def test_a_machine_reads_the_same(run, clinic, found):
    done = run("explain", clinic, *WEEK, "--json", "--quiet")
    answer = json.loads(done.stdout)
    assert done.exit_code == 4
    assert done.stderr == ""
    assert answer["schema"] == "iopsched.explain/1"
    assert answer["unmet"] == {"minutes": 60, "people": 1, "bound": 60}
    assert answer["causes"] == [CAUSE.as_json()]
    assert answer["ways_out"] == [WHOLE.as_json(), PARTLY.as_json()]
    assert (answer["status"], answer["unfinished"], answer["folder"]) == ("short", [], None)


def test_nobody_short_needs_no_help(run, tmp_path, found):
    clinic = write(tmp_path / "met", {**ONE_SHORT, "needs.csv": "participant_id,service_id,per_week\n"})
    done = run("explain", clinic, *WEEK)
    assert done.exit_code == 0
    assert "All 2 participants have everything.\n" in done.stdout
    assert "Why" not in done.stdout
    assert json.loads(run("explain", clinic, *WEEK, "--json").stdout)["causes"] == []


def test_the_week_that_the_reader_knows_is_what_is_explained(run, clinic, found):
    run("solve", clinic, *WEEK, "--time-limit", "1")
    done = run("explain", clinic, *WEEK)
    folder = clinic / "schedules" / "2026-11-30"
    assert done.stderr.startswith(f"Folder: {folder} (a draft, not published).\n")
    assert "Solving again" not in done.stdout
    assert json.loads(run("explain", clinic, folder, "--json").stdout)["folder_unmet"] == 60


def test_what_solving_again_would_bring_comes_first(run, clinic, found):
    run("solve", clinic, *WEEK, "--time-limit", "1")
    folder = clinic / "schedules" / "2026-11-30"
    for name in ("sessions.csv", "roster.csv"):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    second = run("explain", clinic, *WEEK).stdout.splitlines()[1:3]
    assert " ".join(second).startswith("Solving again leaves 3 h less unmet without any change: `iopsched solve")


def test_a_week_that_breaks_rules_today_is_left_aside_and_this_is_said(run, clinic, found):
    run("solve", clinic, *WEEK, "--time-limit", "1")
    path = clinic / "therapists.csv"
    path.write_text("therapist_id,availability\nT01,Fri\nT02,Mon 09:00-10:00\n", encoding="utf-8")
    done = run("explain", clinic, *WEEK)
    assert "breaks rules as the tables are now" in done.stdout.replace("\n", " ")
    assert done.exit_code == 4


def test_pins_that_cannot_hold_have_the_same_shape(run, tmp_path, found):
    """Whatever the rows say by themselves, and where the search finds it."""
    pins = "action,participant_id,therapist_id,service_id,day,start\nmust,P01,T02,individual,Mon,09:00\n"
    clinic = write(tmp_path / "pinned", {**ONE_SHORT, "pins.csv": pins})
    answer = json.loads(run("explain", clinic, *WEEK, "--json").stdout)
    assert answer["status"] == "contradiction"
    assert answer["unmet"] == {"minutes": 240, "people": 2, "bound": 240}
    assert answer["causes"] == [CAUSE.as_json()]
    done = run("explain", clinic, *WEEK)
    assert done.exit_code == 5
    assert "There is no week: this pin cannot hold together with the other rules.\n" in done.stdout


def test_rows_that_contradict_each_other_without_pins_are_told_as_the_reader_tells_them(run, tmp_path, found):
    tables = {"keep_apart.csv": "a,b\nP01,P02\n", "keep_together.csv": "a,b\nP01,P02\n"}
    clinic = write(tmp_path / "torn", {**ONE_SHORT, **tables})
    done = run("explain", clinic, *WEEK, "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 5
    assert [cause["kind"] for cause in answer["causes"]] == ["conflict"]
    assert answer["causes"][0]["facts"][0]["file"] == "keep_together.csv"


def test_faults_of_the_tables_come_first(run, clinic, found):
    (clinic / "rooms.csv").write_text("room_id,capacity\nR1,many\n", encoding="utf-8")
    assert run("explain", clinic, *WEEK).exit_code == 3


def test_no_week_in_time_is_code_6(run, clinic, found, monkeypatch):
    monkeypatch.setattr("iopsched.answers.explaining.base_of", lambda *_: OutOfTime())
    done = run("explain", clinic, *WEEK)
    assert done.exit_code == 6


def test_an_unknown_participant_is_a_usage_error(run, clinic, found):
    done = run("explain", clinic, *WEEK, "--participant", "P1")
    assert done.exit_code == 2
    assert "Did you mean P01?" in done.stderr


def test_only_those_asked_about_are_looked_at(run, clinic, monkeypatch):
    seen = []

    def find(base, budget, on_cause):
        seen.append((dict(base.unmet), base.minutes))
        return Given()

    monkeypatch.setattr(
        explanations, "_finders", lambda question, listener, *, is_all: Finders(find, lambda base, budget: Given())
    )
    run("explain", clinic, *WEEK, "-p", "P01")
    assert seen == [({"P01": 60}, 60)]
    done = run("explain", clinic, *WEEK, "-p", "P02")
    assert seen[1:] == []
    assert "P02 has everything" in done.stdout


def test_apply_and_out_belong_together(run, clinic, found):
    assert run("explain", clinic, *WEEK, "--apply", "1").exit_code == 2
    assert run("explain", clinic, *WEEK, "--out", "x").exit_code == 2


def test_whoever_is_short_is_pointed_here_by_the_other_commands(run, clinic):
    folder = clinic / "schedules" / "2026-11-30"
    said = f"What would help: iopsched explain {clinic} {folder}\n"
    assert said in run("week", clinic, *WEEK, "--time-limit", "2", "--to", "csv").stderr
    assert said in run("show", clinic).stderr
    assert said not in run("show", clinic, "--participant", "P02").stderr


# --- what is written ----------------------------------------------------------
def test_apply_writes_a_copy_that_differs_in_the_cells_of_that_way_out_only(run, clinic, tmp_path, found):
    before = {path.name: path.read_bytes() for path in clinic.iterdir()}
    done = run("explain", clinic, *WEEK, "--apply", "2", "--price", "6", "--out", tmp_path / "new")
    assert done.exit_code == 4
    assert f"iopsched solve {tmp_path / 'new'} --week 2026-11-30\n" in done.stderr
    assert {path.name: path.read_bytes() for path in clinic.iterdir()} == before
    after = {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}
    assert after == {
        **before,
        "participants.csv": before["participants.csv"].replace(b"11:00", b"12:00"),
        "therapists.csv": before["therapists.csv"].replace(b"10:00", b"11:00"),
    }


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--apply", "3"), "There is no way out 3. They are 1, 2."),
        (("--apply", "2", "--price", "5"), "Way out 2 costs 6 now, not 5; nothing was written."),
    ],
)
def test_what_was_not_told_is_not_applied(run, clinic, tmp_path, found, options, sentence):
    done = run("explain", clinic, *WEEK, *options, "--out", tmp_path / "new")
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_table_that_changed_meanwhile_is_not_written_over(run, clinic, tmp_path, found):
    found(ways=(replace(WHOLE, steps=(replace(STAY, old="Mon 08:00-11:00"),)),))
    done = run("explain", clinic, *WEEK, "--apply", "1", "--out", tmp_path / "new")
    assert done.exit_code == 3
    assert not (tmp_path / "new").exists()


def test_the_answer_is_written_as_a_page_and_a_workbook(run, clinic, tmp_path, found):
    done = run("explain", clinic, *WEEK, "--to", "html,xlsx", "--into", tmp_path / "desk")
    page = (tmp_path / "desk" / "explain-2026-11-30.html").read_text(encoding="utf-8")
    assert "What would help" in page
    assert "Let P01 also come Mon 11:00-12:00" in page
    book = load_workbook(tmp_path / "desk" / "explain-2026-11-30.xlsx")
    assert book.sheetnames == ["Why short", "What would help"]
    rows = [[cell for cell in row if cell is not None] for row in book["What would help"].iter_rows(values_only=True)]
    assert next(row for row in rows if row and row[0] == 2)[:2] == [2, "the coordinator and T02"]
    assert ["participants.csv", "P01", "availability", "Mon 09:00-11:00", "Mon 09:00-12:00", 2] in [
        row[-6:] for row in rows
    ]
    assert str(tmp_path / "desk" / "explain-2026-11-30.html") in done.stdout


def test_without_a_folder_somebody_says_where_to_write(run, clinic, found):
    done = run("explain", clinic, *WEEK, "--to", "html")
    assert done.exit_code == 2
    assert "name where to write with --into" in done.stderr
    assert run("explain", clinic, *WEEK, "--to", "ics", "--into", clinic / "x").exit_code == 2


@pytest.mark.parametrize("options", [("--to", "html"), ("--to", "pdf", "--into", "x"), ("--price", "3")])
def test_what_cannot_be_written_is_told_before_the_search(run, clinic, monkeypatch, options):
    monkeypatch.setattr(explanations, "answer", lambda *_, **__: pytest.fail("It searched first."))
    done = run("explain", clinic, *WEEK, *options)
    assert (done.exit_code, done.stdout) == (2, "")


def test_somebody_who_is_certainly_short_is_told_while_the_best_week_is_searched(problem_of_one_short):
    """With several workers; how soon is a matter of the machine, that it is true is not."""
    heard = []
    with looking_for_one(problem_of_one_short, ["P02", "P01"], Budget.of(10), lambda *found: heard.append(found)):
        for _ in range(500):
            if heard:
                break
            time.sleep(0.01)
    assert heard == [("P01", 60)]


def test_somebody_discharged_before_the_week_is_not_looked_for(problem_of_one_short):
    gone, *others = problem_of_one_short.participants
    without = replace(problem_of_one_short, participants=(replace(gone, discharged=date(2026, 11, 27)), *others))
    heard = []
    with looking_for_one(without, [gone.id], Budget.of(10), lambda *found: heard.append(found)):
        pass
    assert not heard


def test_a_look_that_has_no_time_left_says_nothing(problem_of_one_short, monkeypatch):
    def out_of_time(*_):
        raise TimeOver

    monkeypatch.setattr(firstsight, "least_alone", out_of_time)
    heard = []
    with looking_for_one(problem_of_one_short, ["P01"], Budget.of(10), lambda *found: heard.append(found)):
        pass
    assert not heard


@pytest.fixture
def problem_of_one_short(clinic):
    return read_problem(clinic, date(2026, 11, 30))


def test_the_sunday_evening_tells_what_would_help_where_time_is_left(run, clinic, found):
    folder = clinic / "schedules" / "2026-11-30" / "exports"
    run("week", clinic, *WEEK, "--time-limit", "40", "--to", "html,xlsx")
    page = (folder / "week-2026-11-30.html").read_text(encoding="utf-8")
    assert "Let P01 also come Mon 11:00-12:00" in page
    assert "What would help" in load_workbook(folder / "week-2026-11-30.xlsx").sheetnames


def test_where_nothing_may_be_offered_that_is_said(run, clinic, found):
    found(ways=())
    assert "No step was found that would help." in run("explain", clinic, *WEEK).stdout


def test_where_time_ended_before_a_way_out_was_found_that_is_said_and_not_that_there_is_none(run, clinic, found):
    found(ways=(), open_ways=(Sentence("Time ended before it was known what would help."),))
    told = run("explain", clinic, *WEEK).stdout
    assert "Time ended before a step was found that would help" in told
    assert "No step was found" not in told
