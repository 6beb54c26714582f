"""What holds for the whole suite.

With IOPSCHED_FORBID_SKIPS set, a skipped test is a failed run.
"""

import os

import pytest

from tests.support import cli_world


@pytest.fixture
def world():
    """The small clinic, known by heart, and stand-ins for reader and solver."""
    return cli_world


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
