"""Whole weeks through the page as a director lives them, from tables with a fault to what is handed out: real searches, one mouse.

Nothing here knows which of many equal weeks is found: each step is told by what the page must say then.
"""

import re
import shutil
import time
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from iopsched import work
from iopsched.page import searchjobs
from tests.support.page_world import running_page, watched_tab

expect = pytest.importorskip("playwright.sync_api").expect
Director = pytest.importorskip("tests.support.director").Director

DATA = Path(__file__).parents[2] / "data"
NOON_2 = datetime(2026, 12, 4, 17, tzinfo=UTC)
SICK = datetime(2026, 12, 8, 11, 30, tzinfo=UTC)
"""Tuesday of the second week, half past six in the clinic."""
NOON_3 = datetime(2026, 12, 11, 17, tzinfo=UTC)
A_CALL_S = 60


@pytest.fixture
def director(browser, personal, tmp_path, monkeypatch):
    """Return somebody at a page that has no clinic open; the clinics lie at home."""
    monkeypatch.setattr(searchjobs, "NICER", 0)  # other tests may run beside
    with running_page(personal / "page") as running, watched_tab(browser, running) as tab:
        yield Director(tab, running, tmp_path / "home")


def move_by_hand(director):
    """Drag, undo, move by the form, pin, ask for the best places, take out, and hold it again."""
    tab, before = director.tab, director.blocks()
    director.drag(director.alone(), None, 90)
    director.reads(".wk-verdict", re.compile("Breaks"))
    expect(tab.locator(".wk-map > div").first).to_be_attached()
    tab.mouse.up()
    director.hears("is now")
    tab.locator("#undo").click()
    director.hears("Undone")
    assert director.blocks() == before

    director.alone().click()
    tab.get_by_role("combobox", name="Start", exact=True).select_option("08:30")
    director.reads(".wk-verdict", re.compile("Breaks"))
    director.button("Put it there").click()
    director.hears("is now")
    tab.locator("#undo").click()
    director.hears("Undone")

    director.alone().click()
    director.button("Pin").click()
    director.hears("is pinned")
    director.button("Best places").click()
    expect(tab.locator("#status")).to_contain_text(re.compile("compared|place was found|No other place"))

    tray = tab.locator(".wk-tray").bounding_box()
    director.drag(director.alone(), tray["x"] + 300, tray["y"] + 12)
    tab.mouse.up()
    director.hears("is taken out of the week")
    expect(director.badge("short")).to_contain_text("!")
    return tab.locator("#status").inner_text().split()[0]


def find_a_place(director, person):
    """Whoever has become short gets a place again, from the list of people."""
    tab = director.tab
    director.step("People short")
    tab.get_by_role("button", name=f"individual, find a place for {person}").click()
    director.hears(re.compile("that breaks? nothing"))
    before = tab.locator("#screen tbody tr").count()
    tab.get_by_role("button", name=re.compile("^Try it: ")).first.click()
    director.hears("It is in the draft now.")
    expect(tab.locator("#screen tbody tr")).to_have_count(before - 1)


@pytest.mark.slow  # three searches of up to a minute, a call-out, and all between
def test_three_weeks_with_a_sick_call_and_a_holiday(director):
    clinic = shutil.copytree(DATA / "complete", director.home / "Harbor Bend")
    people = clinic / "participants.csv"
    text = people.read_text(encoding="utf-8")
    people.write_text(text.replace("PW03,adult,", "PW03,adlt,"), encoding="utf-8")
    tab, weeks = director.tab, clinic / "schedules"

    director.open("Harbor Bend")
    director.hears("Harbor Bend IOP is open, week of November 30, 2026.")
    expect(director.badge("input")).to_contain_text("! 1")
    director.step("Solve")
    director.reads("#solve-faults", "The tables have a fault.")
    director.button("Mend it in step Input").click()
    director.button("Write adult").click()
    expect(director.badge("input")).to_have_count(0)
    director.add_row(["P061", "", "", "adolescent", "15", "", "", "English", "teen"])
    expect(tab.locator('.cells td[data-level="error"]')).to_have_count(0)
    director.table("Rooms")
    director.write("14", "16")
    assert "P061,,,adolescent,15,,,English,teen," in people.read_text(encoding="utf-8")
    assert "R03,Birch room,16," in (clinic / "rooms.csv").read_text(encoding="utf-8")

    director.step("Solve")
    director.search(is_stopped=True)
    find_a_place(director, move_by_hand(director))
    director.step("Changes")
    director.reads("#told", "participants and 9 staff")
    director.publish(1, clinic, weeks / "2026-11-30")

    director.running.moment = NOON_2
    director.week_after("2026-12-07")
    director.reads("#screen", "Nothing is planned in this week yet")
    director.button("Search for the best week").click()
    director.search()
    director.publish(1, clinic, weeks / "2026-12-07")
    director.running.moment = SICK
    call_in_sick(director, weeks)

    director.running.moment = NOON_3
    director.week_after("2026-12-14")
    director.step("Input")
    director.table("Time off")
    director.add_row(["clinic", "", "2026-12-14", "2026-12-14"])
    director.step("Solve")
    director.search()
    director.step("Week")
    expect(tab.locator("[data-day]").first).to_contain_text("Tue")
    director.publish(1, clinic, weeks / "2026-12-14")


def call_in_sick(director, weeks):
    """Half past six: a therapist calls; within a minute a revision is out and the list to call is ticked."""
    tab, begun = director.tab, time.monotonic()
    director.step("Sick call")
    tab.get_by_label("Who or what").select_option("T03")
    expect(tab.get_by_label("First day")).to_have_value("2026-12-08")
    director.button("Find answers").click()
    expect(tab.locator("#answers")).to_have_text(re.compile(r"answers?$"), timeout=50_000)
    director.button("Publish this").last.click()
    director.hears("Published as revision 2")
    director.reads("#answers", "Published as revision 2")
    for tick in tab.get_by_role("checkbox", name=re.compile("was called$")).all():
        tick.check()
    assert time.monotonic() - begun < A_CALL_S
    assert any(weeks.glob("2026-12-07*/exports/*"))
    director.step("Week")
    director.tab.locator(".wk-block").first.wait_for()


@pytest.mark.slow  # a search, and a workbook read at each change
def test_a_week_of_a_workbook(director):
    book = director.home / "Lantern Hill.xlsx"
    work.conversions.convert(DATA / "teens", book)
    write_cell(book, "participants", "B4", "adolescnt")
    director.open("Lantern Hill.xlsx")
    expect(director.badge("input")).to_contain_text("! 1")
    director.button("Write adolescent").click()
    expect(director.badge("input")).to_have_count(0)
    assert cell_of(book, "participants", "B4") == "adolescent"
    director.table("Rooms")
    director.write("14", "16")
    assert cell_of(book, "rooms", "C3") == 16
    director.step("Solve")
    director.search()
    director.publish(1, book, work.drafts.default_folder(book, date(2026, 11, 30)))


def write_cell(book, sheet, place, text):
    held = openpyxl.load_workbook(book)
    held[sheet][place] = text
    held.save(book)


def cell_of(book, sheet, place):
    return openpyxl.load_workbook(book)[sheet][place].value
