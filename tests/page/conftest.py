"""A page with a clinic of its own for each test, one browser for each module."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.support.browsing import chromium
from tests.support.editing_world import clinic_at, edited, hold, make
from tests.support.page_world import WAIT_MS, PageClient, running_page, watched_tab

DATA = Path(__file__).parents[2] / "data"
WEEK = "2026-11-30"


@pytest.fixture(autouse=True)
def personal(tmp_path, monkeypatch):
    """Keep what one person's page remembers inside the test."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "personal"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "personal" / "iopsched"


@pytest.fixture
def clinic(tmp_path):
    """Return a copy of the complete example, without a schedule."""
    return shutil.copytree(DATA / "complete", tmp_path / "clinic")


@pytest.fixture
def running(personal, clinic):
    """Return a running page that opens with the clinic."""
    with running_page(personal / "page", clinic) as found:
        yield found


@pytest.fixture
def client(running):
    """Return somebody who is logged in and has the clinic open, in the week of the example."""
    return PageClient(running, running.page.first, WEEK)


@pytest.fixture(scope="module")
def browser():
    """Return one browser for a module; whoever asks is skipped where there is none."""
    with chromium() as found:
        pytest.importorskip("playwright.sync_api").expect.set_options(timeout=WAIT_MS)
        yield found


@pytest.fixture
def tab(browser, running):
    """Return a tab that is logged in and shows the page."""
    with watched_tab(browser, running) as found:
        found.goto(running.link())
        found.locator("h1").first.wait_for()
        yield found


@pytest.fixture
def small(tmp_path):
    """Return a clinic with two people who need hours alone, and an empty week."""
    return clinic_at(tmp_path / "small")


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    """Return the folder of a week that a search has found: three hours of P01 and one of P02."""
    days = (("11-30", "P01"), ("12-01", "P01"), ("12-02", "P01"), ("12-03", "P02"))
    week = edited(clinic_at(tmp_path_factory.mktemp("recorded") / "clinic"))
    made = make(week, *(hold(day, "09:00", who, room="R1", therapist="T01") for day, who in days))
    saved = week.save(made.revision)
    assert saved.broken == 0
    return saved.folder


@pytest.fixture
def playing(personal, small, recorded):
    """Return somebody at a page whose searches are recorded ones."""
    with running_page(personal / "page", small) as running:
        running.page.searches.command = (sys.executable, "-m", "tests.support.fake_search", str(recorded))
        yield PageClient(running, running.page.first, WEEK)
