"""``iopsched report``: what it prints, writes and refuses."""

import csv
import json
import shutil
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook

from iopsched import ingest, store
from iopsched.cli import options
from iopsched.cli.exits import Exit
from iopsched.domain.schedule import Schedule
from tests.support import small_clinic
from tests.support.clinics import MONDAY, session

WEEK = "2026-11-30"
PEOPLE = ("P1", "P2", "P3")
STAFF = "therapist_id,name,credential\nT1,Zyxcanary Ada,LCSW\nT2,Zyxcanary Ben,=1+1\n"


def group(day, staff="T1 T2"):
    return session(f"{day} 09:00-12:00", "P1 P2 P3", staff, service_id="group", group_id="G1")


def alone(hour, person):
    return session(f"Tue {hour}:00-{hour + 1}:00", person, "T2", service_id="individual", room_id="R2")


def publish(clinic, sessions, days=0):
    """Publish the week on the Friday before, or some days later, with the clinic's facts of now."""
    facts = ingest.facts_now(clinic, "Small", "").to_bytes()
    now = datetime(2026, 11, 27, 16, tzinfo=UTC) + timedelta(days=days)
    known = ingest.read_problem(clinic, MONDAY).clinic
    week = Schedule(MONDAY, tuple(sorted(sessions)))
    return store.publish(clinic, known, week, now=now, actor="dana", facts=facts)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A clinic with a published week, as it was on the Friday before."""
    clinic = small_clinic.write(
        tmp_path_factory.mktemp("published") / "clinic", {**small_clinic.FILES, "therapists.csv": STAFF}
    )
    publish(
        clinic,
        (group("Mon"), group("Wed"), group("Fri"), *(alone(hour, person) for hour, person in enumerate(PEOPLE, 13))),
    )
    return clinic


@pytest.fixture
def after(monkeypatch):
    """Have commands run on the Sunday of the week."""
    monkeypatch.setattr(options, "clock", lambda: datetime(2026, 12, 6, 18, tzinfo=UTC))


def test_payroll_tells_the_last_week_that_has_begun(run, published, after):
    done = run("report", published, "payroll")
    assert done.exit_code == Exit.DONE, done.output
    assert "From 2026-11-30 to 2026-12-06, the last published week that has begun." in done.stderr
    assert done.stdout.startswith("In sessions 21 h, 12 h of it as lead: 2 members of staff on 7 working days.")
    assert "Zyxcanary" not in done.output


def test_json_has_its_schema_and_traces_each_number(run, published, after):
    found = json.loads(run("report", published, "payroll", "--json").stdout)
    assert (found["schema"], found["kind"], found["unmatched"]) == ("iopsched.report/1", "payroll", [])
    assert (found["from"], found["until"]) == (WEEK, "2026-12-06")
    assert sum(row["in_session_minutes"] for row in found["rows"]) == found["totals"]["in_session_minutes"] == 21 * 60
    for row in found["rows"]:
        assert (row["week"], row["revision"]) == (WEEK, 1)
        assert row["session_key"]
    (source,) = found["sources"]
    assert (source["week"], source["revision"], source["facts"]) == (WEEK, 1, "of its time")


def test_files_have_numbers_as_numbers_dates_as_dates_and_run_no_formula(run, published, after, tmp_path):
    done = run("report", published, "payroll", "--to", "csv,xlsx,html", "--into", tmp_path / "desk")
    assert done.exit_code == Exit.DONE, done.output
    stem = tmp_path / "desk/payroll-2026-11-30-2026-12-06"
    rows = list(csv.DictReader(stem.with_suffix(".csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {row["credential"] for row in rows} <= {"LCSW", "'=1+1"}
    assert {row["therapist"] for row in rows} <= {"Zyxcanary Ada", "Zyxcanary Ben"}
    sheet = load_workbook(stem.with_suffix(".xlsx"))["Days"]
    header = next(row for row in sheet.iter_rows() if row[0].value == "Week")
    first = sheet[header[0].row + 1]
    assert isinstance(first[0].value, datetime)
    assert all(isinstance(row["in_session_minutes"], str) and row["in_session_minutes"].isdigit() for row in rows)
    place = [cell.value for cell in header].index("In session minutes")
    assert isinstance(first[place].value, int)
    assert {"Days", "Staff", "Weeks", "Totals", "Sources", "Columns"} <= set(
        load_workbook(stem.with_suffix(".xlsx")).sheetnames
    )
    assert b"<h1>Payroll report</h1>" in stem.with_suffix(".html").read_bytes()


def test_files_of_the_same_record_are_the_same_bytes(run, published, after, tmp_path):
    for name in ("one", "two"):
        assert run("report", published, "payroll", "--to", "csv,xlsx,html", "--into", tmp_path / name).exit_code == 0
    for path in (tmp_path / "one").glob("*.*"):
        other = (tmp_path / "two" / path.name).read_bytes()
        if path.suffix == ".xlsx":
            one, two = zipfile.ZipFile(path), zipfile.ZipFile(tmp_path / "two" / path.name)
            assert {name: one.read(name) for name in one.namelist()} == {
                name: two.read(name) for name in two.namelist()
            }
        else:
            assert path.read_bytes() == other


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "2026-12-05", "--until", "2026-12-01"), "The period ends on 2026-12-01, before it begins"),
        (("--from", "2027-02-01", "--until", "2027-02-28"), "Nothing is published of 2027-02-01 to 2027-02-28."),
        (("--week", WEEK, "--from", WEEK), "Name the period with --week, or with --from and --until, or with --at."),
        (("--from", "Monday"), "--from 'Monday' is not a date."),
        (("--to", "pdf"), "A report has no format pdf."),
        (("--at", "2026-11-30 10:00"), "--at asks of one moment, which only `report CLINIC audit` tells."),
    ],
)
def test_what_cannot_be_reported_is_refused(run, published, words, sentence):
    done = run("report", published, "payroll", *words)
    assert done.exit_code == Exit.USAGE
    assert sentence in done.output


@pytest.mark.parametrize("kind", ["billing", "authorizations", "audit"])
def test_a_report_about_participants_names_them(run, published, kind):
    done = run("report", published, kind, "--names", "none")
    assert (done.exit_code, "needs to name them" in done.output) == (Exit.USAGE, True)


def test_nothing_published_is_said(run, tmp_path):
    clinic = small_clinic.write(tmp_path / "clinic")
    done = run("report", clinic, "payroll")
    assert (done.exit_code, "Nothing was published yet." in done.output) == (Exit.USAGE, True)


def test_people_who_left_the_tables_are_still_reported(run, published, after, tmp_path):
    clinic = shutil.copytree(published, tmp_path / "clinic")
    before = json.loads(run("report", clinic, "payroll", "--json").stdout)
    (clinic / "therapists.csv").write_text("therapist_id\nT9\n")
    (clinic / "clinic.toml").write_text((clinic / "clinic.toml").read_text().replace('"Small"', '"Renamed"'))
    assert json.loads(run("report", clinic, "payroll", "--json").stdout) == before


# --- audit ------------------------------------------------------------------
@pytest.fixture
def revised(published, tmp_path):
    """The same clinic after T2 stood in for T1 from Wednesday on, published on Wednesday at 8; then T1 left the tables."""
    clinic = shutil.copytree(published, tmp_path / "clinic")
    rest = [alone(hour, person) for hour, person in enumerate(PEOPLE, 13)]
    later = [group(day, staff="T2") for day in ("Wed", "Fri")]
    publish(clinic, (group("Mon"), *later, *rest), days=4.917)
    (clinic / "therapists.csv").write_text("therapist_id,name,credential\nT2,Zyxcanary Ben,LPC\n")
    return clinic


def audit(run, clinic, *words):
    done = run("report", clinic, "audit", *words, "--json")
    assert done.exit_code == Exit.DONE, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("at", "revision", "lead", "credential"),
    [
        ("2026-11-30 10:00", 1, "T1", "LCSW"),
        ("2026-12-02T11:59", 2, "T2", "=1+1"),
        ("2026-12-02T17:00Z", 2, "T2", "=1+1"),
    ],
)
def test_a_moment_is_told_as_published_then_also_of_people_who_left(run, revised, at, revision, lead, credential):
    (row,) = audit(run, revised, "--at", at)["rows"]
    assert (row["revision"], row["lead_id"], row["credential"], row["participants"]) == (revision, lead, credential, 3)
    assert row["participant_ids"] == ["P1", "P2", "P3"]
    assert (row["ratio_limit"], row["is_within_ratio"], row["was_published"]) == (12, True, True)


def test_the_log_of_a_week_takes_each_session_from_the_revision_in_force(run, revised):
    found = audit(run, revised, "--week", WEEK)
    leads = {(row["date"], row["revision"]): row["lead_id"] for row in found["rows"] if row["group_id"]}
    assert leads == {(WEEK, 1): "T1", ("2026-12-02", 2): "T2", ("2026-12-04", 2): "T2"}
    assert [row["revision"] for row in found["sources"]] == [1, 2]
    assert found["totals"]["sessions"] == 6


def test_what_changed_later_is_told_of_the_sessions_asked_for(run, published, tmp_path):
    clinic = shutil.copytree(published, tmp_path / "clinic")
    rest = [alone(hour, person) for hour, person in enumerate(PEOPLE, 13)]
    publish(clinic, (group("Mon", staff="T2"), group("Wed"), group("Fri"), *rest), days=10)
    found = audit(run, clinic, "--at", "2026-11-30 10:00")
    (row,) = found["rows"]
    assert (row["revision"], row["lead_id"], row["later_revisions"]) == (1, "T1", ["2"])
    (change,) = found["changes"]
    assert (change["revision"], change["actor"], change["change"]) == (2, "dana", "other staff")
    assert "T1 + T2" in change["before"]


def test_a_damaged_record_is_told(run, revised):
    (revised / "published" / WEEK / "r001.json").unlink()
    done = run("report", revised, "audit", "--week", WEEK)
    assert done.exit_code == Exit.CONFLICT
    assert "The record is damaged" in done.output


def test_a_moment_that_is_none_is_refused(run, published):
    done = run("report", published, "audit", "--at", "noon: Monday")
    assert (done.exit_code, "--at 'noon: Monday' is no moment." in done.output) == (Exit.USAGE, True)


# --- billing ----------------------------------------------------------------
def test_billing_names_the_rows_of_attendance_and_keeps_absences_apart(run, published, after, tmp_path):
    clinic = shutil.copytree(published, tmp_path / "clinic")
    (clinic / "attendance.csv").write_text(
        "date,participant_id,session_id,status,minutes\n"
        f"{WEEK},P1,S-Mon-09:00-12:00,late,100\n"
        f"{WEEK},P2,S-Mon-09:00-12:00,no show,\n"
        f"{WEEK},P3,S-Tue-09:00-12:00,attended,\n"
    )
    found = json.loads(run("report", clinic, "billing", "--json").stdout)
    rows = {(row["participant_id"], row["date"]): row for row in found["rows"]}
    first = rows["P1", WEEK]
    assert (first["contact_minutes"], first["attendance_row"], first["status"]) == (100, [2], "in part")
    assert ("P2", WEEK) not in rows
    assert [(row["participant_id"], row["attendance_row"]) for row in found["absences"]] == [("P2", 3)]
    assert [row["attendance_row"] for row in found["unmatched"]] == [4]
    assert rows["P3", WEEK]["status"] == "not recorded"
    minutes = sum(row["scheduled_minutes"] for row in (*found["rows"], *found["absences"]))
    assert minutes == 3 * 3 * 180 + 3 * 60
    assert all((row["week"], row["revision"]) == (WEEK, 1) and row["session_key"] for row in found["rows"])


def test_billing_without_codes_says_which_cells_to_fill(run, published, after):
    done = run("report", published, "billing")
    assert done.exit_code == Exit.DONE
    assert done.stdout.startswith("To bill: 0 units in 0 rows, 0 h of contact, of 3 participants.")
    assert "No code: service group, individual. Fill the column code of services.csv." in done.stderr


def test_names_of_participants_are_shown_where_asked_for_only(run, published, after, tmp_path):
    for names, is_named in (("id", False), ("full", True)):
        target = tmp_path / names
        done = run("report", published, "billing", "--to", "csv", "--into", target, "--names", names)
        assert done.exit_code == Exit.DONE
        text = (target / "billing-2026-11-30-2026-12-06.csv").read_text(encoding="utf-8-sig")
        assert ("Zyxcanary One" in text) == is_named
        assert "Zyxcanary" not in done.output
        assert ("Warning: the files show who is in treatment by full name" in done.stderr) == is_named


# --- authorizations ---------------------------------------------------------
def test_authorizations_are_those_of_the_tables_of_today(run, published, after, tmp_path):
    clinic = shutil.copytree(published, tmp_path / "clinic")
    people = "participant_id,population,track,group_id,units_authorized,units_used,authorized_until"
    (clinic / "participants.csv").write_text(f"{people}\nP1,adult,sud,G1,20,10,2026-12-18\nP2,adult,sud,G1,,,\n")
    found = json.loads(run("report", clinic, "authorizations", "--json").stdout)
    (row,) = found["rows"]
    assert (row["participant_id"], row["units_authorized"], row["units_counted"], row["units_left"]) == ("P1", 20, 4, 6)
    assert (row["days_to_end"], row["ends_soon"]) == (12, True)
    assert [day["date"] for day in found["days"]] == [WEEK, "2026-12-01", "2026-12-02", "2026-12-04"]
    target = tmp_path / "desk"
    assert run("report", clinic, "authorizations", "--to", "csv,xlsx,html", "--into", target).exit_code == Exit.DONE
    assert len(list(target.glob("authorizations-*"))) == 5


def test_authorizations_need_nothing_published(run, tmp_path):
    clinic = small_clinic.write(tmp_path / "clinic")
    done = run("report", clinic, "authorizations", "--json")
    assert (done.exit_code, json.loads(done.stdout)["rows"]) == (Exit.DONE, [])
    assert (
        run("report", clinic, "authorizations", "--to", "xlsx,html", "--into", tmp_path / "desk").exit_code == Exit.DONE
    )


def test_a_later_report_leaves_nothing_that_is_no_longer_so(run, published, after, tmp_path):
    clinic, target = shutil.copytree(published, tmp_path / "clinic"), tmp_path / "desk"
    head, row = "date,participant_id,session_id,status\n", f"{WEEK},P2,S-Mon-09:00-12:00,no show\n"
    lines = []
    for text in (head + row, head):
        (clinic / "attendance.csv").write_text(text)
        assert run("report", clinic, "billing", "--to", "csv", "--into", target).exit_code == Exit.DONE
        lines.append(len((target / "billing-2026-11-30-2026-12-06-absences.csv").read_text().splitlines()))
    assert lines == [2, 1]
