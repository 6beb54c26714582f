"""The files of a night's report: the same bytes for the same results, sheets with types, a page that works without a network."""

import csv
import io
import json
from dataclasses import replace

import openpyxl
import pytest

from iopsched.export.nightfiles import BOOK, FACTS, MOST_PAGE_ROWS, PAGE, night_files
from iopsched.networks.overview.lendingpairs import Lending
from iopsched.networks.overview.nightoverview import overview_of
from iopsched.networks.overview.sitegrowth import SiteGrowth
from iopsched.networks.overview.siteview import view_site
from tests.networks.test_overview import overview
from tests.support.browsing import axe, chromium, opened
from tests.support.clinics import MONDAY
from tests.support.site_world import faulty_site, rich_site, short_site

MANY = 500


@pytest.fixture(scope="module")
def files():
    found = overview(faulty_site(), short_site(), rich_site("=cmd|' /C calc'!A0"))
    return night_files(found, {"schema": "iopsched.network/1"}, MONDAY)


def test_the_same_results_give_the_same_bytes(files):
    again = overview(rich_site("=cmd|' /C calc'!A0"), faulty_site(), replace(short_site(), tries=3))
    same = night_files(again, {"schema": "iopsched.network/1"}, MONDAY)
    assert {name for name, data in files.items() if same[name] != data} == {"runs.csv", FACTS}


def test_every_table_is_a_csv_and_a_sheet(files):
    rows = list(csv.reader(io.StringIO(files["sites.csv"].decode("utf-8-sig"))))
    assert rows[0][:4] == ["site", "week", "state", "to_do"]
    assert [row[0] for row in rows[1:]] == ["east", "north", "'=cmd|' /C calc'!A0"]
    book = openpyxl.load_workbook(io.BytesIO(files[BOOK]))
    assert [*book.sheetnames[:3], book.sheetnames[-1]] == [
        "Sites",
        "What would help most",
        "Hours that another site lacks",
        "Columns",
    ]
    sheet = book["Sites"]
    north = next(row for row in sheet.iter_rows() if row[0].value == "north")
    assert [cell.data_type for cell in north[:6]] == ["s", "d", "s", "s", "n", "n"]
    assert not any(cell.data_type == "f" for one in book for row in one.iter_rows() for cell in row)
    assert sheet.freeze_panes is not None


def test_a_machine_finds_the_tables_beside_what_became_of_the_sites(files):
    told = json.loads(files[FACTS])
    assert told["schema"] == "iopsched.network/1"
    assert [row["unmet_minutes"] for row in told["report"]["sites"]] == [None, 120, 0]


def test_participants_stand_in_the_section_of_their_site_only(files):
    text = files[PAGE].decode()
    general, own = text.split('id="own"')
    assert "A2" not in general
    assert "A2" in own
    assert "Write adult." in own


def test_the_page_tells_hours_and_the_tables_minutes(files):
    text = files[PAGE].decode()
    assert ">Unmet (h)<" in text
    assert ">Least possible (h)<" in text
    assert "inutes<" not in text
    (north,) = (
        row for row in csv.DictReader(io.StringIO(files["sites.csv"].decode("utf-8-sig"))) if row["site"] == "north"
    )
    assert north["unmet_minutes"] == "120"


def test_a_page_of_many_sites_stays_small_and_says_what_it_leaves_out():
    view = view_site(short_site())
    views = [replace(view, row=replace(view.row, site=f"S{place:04}")) for place in range(MANY)]
    rows = [replace(row, site=f"S{place:04}") for place in range(MANY) for row in view.shortages]
    views = [replace(one, shortages=(rows[place],)) for place, one in enumerate(views)]
    page = night_files(overview_of(views, {}, Lending()), {}, MONDAY)[PAGE]
    assert len(page) < 1_000 * MANY
    assert f"{MANY - MOST_PAGE_ROWS} more rows in shortages.csv and the workbook." in page.decode()


def test_the_page_sorts_by_keyboard_and_asks_for_nothing(files, tmp_path):
    path = tmp_path / PAGE
    path.write_bytes(files[PAGE])
    with chromium() as browser:
        tab, asked, complaints = opened(browser, path)
        names = tab.locator("#sites tbody th")
        assert names.first.inner_text() == "east"
        tab.locator("#sites thead button", has_text="Participants").focus()
        tab.keyboard.press("Enter")
        assert names.all_inner_texts()[1:] == ["north", "east"]
        tab.keyboard.press("Enter")
        assert names.all_inner_texts()[0] == "north"
        assert tab.locator("#sites th[aria-sort=descending]").count() == 1
        assert (asked, complaints) == ([path.as_uri()], [])
        assert axe(tab) == []


def test_growth_is_kept_with_the_report():
    growth = SiteGrowth("north", "k", unfinished=("Time was over.",))
    found = overview(short_site(), growths=[growth])
    told = json.loads(night_files(found, {"growth": [growth.as_json()]}, MONDAY)[FACTS])
    assert [SiteGrowth.from_json(row) for row in told["growth"]] == [growth]
