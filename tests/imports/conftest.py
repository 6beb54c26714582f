"""A clinic whose people have ordinary names, and a function that imports a roster of it."""

from datetime import date

import pytest

from iopsched.work.rosters import import_roster
from tests.support import rosters

WEEK = date(2026, 11, 30)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    return rosters.clinic_at(tmp_path_factory.mktemp("elm") / "clinic")


@pytest.fixture
def read(clinic, tmp_path):
    """Return a function that imports a roster, given as a path or as text, and returns what came of it."""

    def reader(roster, name="roster.csv", **options):
        path = roster
        if isinstance(roster, str | bytes):
            path = tmp_path / name
            path.write_bytes(roster if isinstance(roster, bytes) else roster.encode())
        return import_roster(path, clinic, options.pop("week", None), WEEK, out=tmp_path / "out", **options)

    return reader
