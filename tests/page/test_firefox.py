"""The page in Firefox: the week is looked at, dragged and moved by keys, and a cell is edited, without any complaint."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.page import full_clinic
from tests.support.page_weeks import MONDAY
from tests.support.page_world import PageClient, running_page

FOLDER = Path(__file__).parent / "javascript-firefox"
KEY = "individual-3"


@pytest.mark.slow  # a whole browser, which the other tests do not need
def test_the_page_works_in_firefox(personal, tmp_path):
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    node = shutil.which("node")
    if firefox is None:
        pytest.skip("firefox-esr is not installed")
    if node is None or not (FOLDER / "node_modules").is_dir():
        pytest.skip(f"puppeteer-core is not installed: npm ci in {FOLDER.name}")
    folder = full_clinic(tmp_path / "full")
    with running_page(personal / "page", folder) as running:
        client = PageClient(running, running.page.first, MONDAY.isoformat())
        before = {row["id"]: row["start"] for row in client.get("/api/week")["sessions"]}
        done = subprocess.run(
            [node, str(FOLDER / "work.js"), running.link(), MONDAY.isoformat(), firefox, KEY],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        after = {row["id"]: row["start"] for row in client.get("/api/week")["sessions"]}
    assert told["complaints"] == []
    assert told["blocks"] > 5
    assert KEY in told["dragged"] or "is now" in told["dragged"]
    assert [key for key in before if before[key] != after[key]] == [KEY]
    assert told["cell"] in (folder / "participants.csv").read_text(encoding="utf-8")
