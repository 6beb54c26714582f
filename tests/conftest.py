"""What holds for the whole suite.

With IOPSCHED_FORBID_SKIPS set, a skipped test is a failed run.
"""

import os
import tempfile
from pathlib import Path

import pytest

from tests.support import cli_world


@pytest.fixture(scope="session", autouse=True)
def _nobody_waits_for_the_disk():
    """Write without waiting until it is on the disk: a killed process loses nothing that the system has taken.

    The order of what must be on the disk first is tested where it is counted (``tests/files``); other processes wait as ever.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture
def world():
    """The small clinic, known by heart, and stand-ins for reader and solver."""
    return cli_world


@pytest.fixture
def quick_path(tmp_path):
    """A folder in memory where there is such: a hundred deaths do not wait for the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a fresh folder is made in it
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as home:
        yield Path(home)


def pytest_terminal_summary(terminalreporter):
    """Name the skipped tests where none may be skipped."""
    skipped = terminalreporter.stats.get("skipped", [])
    if os.environ.get("IOPSCHED_FORBID_SKIPS") and skipped:
        terminalreporter.write_sep("=", f"{len(skipped)} tests skipped, and none may be")


def pytest_sessionfinish(session):
    """Fail a run in which something was skipped although nothing may be."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("IOPSCHED_FORBID_SKIPS") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = 1
