"""What ``iopsched repair`` tells a coordinator at 7 a.m.: what happens, whom to call, who else could cover, and the next command."""

import io
import json
import re
import shutil

import pytest
from openpyxl import load_workbook

from iopsched.cli.exits import Exit
from tests.support import small_clinic
from tests.support.browsing import axe, chromium, opened
from tests.support.commands import invoke

WEEK, BEFORE, WEDNESDAY = "2026-11-30", "2026-11-27T12:00", "2026-12-02T10:00"
STAFF = "therapist_id,name,availability\nT1,Zyxcanary Four,\nT2,,\nT3,,Mon 09:00-12:00\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A small clinic whose week is published; the group is led by one of two who can."""
    made = small_clinic.write(
        tmp_path_factory.mktemp("screen") / "clinic", {**small_clinic.THREE_STARTS, "therapists.csv": STAFF}
    )
    for given in (("solve", "--week", WEEK, "--workers", "1", "-q", "--now", BEFORE), ("publish",)):
        assert invoke(given[0], made, *given[1:]).exit_code == Exit.DONE
    return made


@pytest.fixture
def clinic(published, tmp_path):
    """A copy of it."""
    return shutil.copytree(published, tmp_path / "clinic")


@pytest.fixture
def repair(run, clinic):
    """Repair the week and return what was printed."""

    def go(*given):
        done = run("repair", clinic, *given, "--now", WEDNESDAY, "--workers", "1", "--time-limit", "20")
        assert done.exit_code in (Exit.DONE, Exit.UNMET), done.output
        assert "Zyxcanary" not in done.output
        return done.stdout

    return go


def friday_lead(clinic):
    rows = [row.split(",") for row in (clinic / "schedules" / WEEK / "sessions.csv").read_text().splitlines()[1:]]
    return next(row[8] for row in rows if row[2] == "Fri" and row[6])


def test_a_sick_call_is_told_in_the_order_in_which_one_acts(clinic, repair):
    sick = friday_lead(clinic)
    other = {"T1": "T2", "T2": "T1"}[sick]
    lines = repair("--absent", f"{sick}@Fri").splitlines()
    assert lines.pop(0).startswith(
        f"Week of {WEEK}, revision 1: {sick} is away on Fri 2026-12-04. What began before Wed"
    )
    assert lines[0].startswith(
        "1. Least unmet need: everybody has what they need. To call: 3 participants and 2 staff."
    )
    assert f"  Fri 09:00 G1-3: {other} covers for {sick} (" in "\n".join(lines[1:4])
    told = [line for line in lines if line.startswith("To call")]
    assert told == ["To call, first whose session is next: 3 participants and 2 staff."]
    called = [line.split(". ")[1].partition(":")[0] for line in lines if line.startswith("  ") and ". " in line[:6]]
    assert sorted(called) == sorted(["P1", "P2", "P3", f"{sick} (staff)", f"{other} (staff)"])
    assert "Who else could cover:" not in lines, "T3 could not, and it is covered"
    folder = clinic / "schedules" / f"{WEEK}.r2"
    assert f"To publish it: iopsched publish {clinic} {folder}" in lines
    assert len(lines) <= 24


def test_what_has_begun_is_said_to_stay(clinic, repair, run):
    answer = run("show", clinic, "--day", "Wed").stdout
    lead = next(key for key in ("T1", "T2") if key in answer)
    assert "Has begun, and stays as it was published:\n  Wed 09:00 G1-2" in repair("--absent", f"{lead}@Wed..Fri")


def test_who_cannot_cover_is_told_with_the_cell(clinic, repair):
    (clinic / "therapists.csv").write_text("therapist_id,availability\nT1,\nT2,\nT3,Mon 09:00-12:00\n")
    text = repair("--absent", "T1@Fri", "--absent", "T2@Fri")
    assert "is cancelled" in text
    covers = text.partition("Who else could cover:\n")[2].splitlines()
    assert "  Fri 09:00 G1-3: T3 is there only Mon 09:00-12:00 (therapists.csv, availability)" in covers
    assert "P1 has 7 of 9 h, 2 of 3 days; P2 has" in text


@pytest.fixture(scope="module")
def exported(published, tmp_path_factory):
    """A page and a workbook of a sick call, with ids."""
    made = shutil.copytree(published, tmp_path_factory.mktemp("exported") / "clinic")
    given = (
        "repair",
        "--absent",
        f"{friday_lead(made)}@Fri",
        "--now",
        WEDNESDAY,
        "--workers",
        "1",
        "--to",
        "html,xlsx",
    )
    done = invoke(given[0], made, *given[1:])
    assert done.exit_code == Exit.DONE, done.output
    home = made / "schedules" / f"{WEEK}.r2" / "exports"
    assert str(home / f"repair-{WEEK}.html") in done.stdout
    return home


def test_the_page_has_whom_to_call_first_and_no_names_of_participants(exported):
    text = (exported / f"repair-{WEEK}.html").read_text()
    titles = re.findall(r"<h2[^>]*>([^<]*)</h2>", text)
    assert titles == ["Call list", "Choices", "What happens", "Days of staff", "Who could cover", "Pictures"]
    assert text.count("☐") == 5, "a box for each person"
    assert '<section data-part="" class="new-page"' in text
    for name in ("One", "Two", "Three"):
        assert f"Zyxcanary {name}" not in text
    assert "Zyxcanary Four" in text, "staff are shown by name"


def test_the_workbook_has_a_sheet_for_each(exported):
    book = load_workbook(exported / f"repair-{WEEK}.xlsx")
    assert book.sheetnames == ["Call list", "Choices", "What happens", "Days of staff", "Who could cover"]
    rows = [[cell.value for cell in row] for row in book["Call list"].iter_rows()]
    head = next(place for place, row in enumerate(rows) if row[0] == "Told")
    assert rows[head][:6] == ["Told", "Who", "Kind", "What", "Before", "Now"]
    assert [row[1] for row in rows[head + 1 :]][:1] != ["P1"], "first who takes over"
    assert "Zyxcanary One" not in str(rows)


def test_the_page_in_a_browser(exported):
    """It asks for nothing, runs over no edge at 1280 and 390 pixels, and its call list is the first sheet of paper."""
    path = exported / f"repair-{WEEK}.html"
    with chromium() as browser:
        for width, scheme in ((1280, "light"), (390, "dark")):
            tab, asked, complaints = opened(
                browser, path, viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            assert (asked, complaints) == ([path.as_uri()], [])
        pypdf = pytest.importorskip("pypdf")
        pages = pypdf.PdfReader(io.BytesIO(tab.pdf(format="Letter", landscape=True))).pages
        first, second = (re.sub(r"\s+", "", page.extract_text()) for page in pages[:2])
        assert "Calllist" in first
        assert "Choices" not in first
        assert "Choices" in second
        assert axe(tab) == []


def test_json_has_who_could_cover(clinic, run):
    sick = friday_lead(clinic)
    given = ("--absent", f"{sick}@Fri", "--now", WEDNESDAY, "--workers", "1", "--json")
    answer = json.loads(run("repair", clinic, *given).stdout)
    rows = {row["who"]: row for row in answer["substitutes"]}
    other = {"T1": "T2", "T2": "T1"}[sick]
    assert rows[other]["is_taken"]
    assert rows[other]["session_id"] == "G1-3"
    assert rows[other]["forbidden_by"] is None
    assert [cost["kind"] for cost in rows[other]["costs"]][:2] == ["day_hours", "week_hours"]
    assert rows["T3"]["forbidden_by"] == {
        "rule": "window",
        "file": "therapists.csv",
        "id": "T3",
        "column": "availability",
        "value": "Mon 09:00-12:00",
        "sentence": "T3 is there only Mon 09:00-12:00 (therapists.csv, availability)",
        "by_cover": False,
    }
