"""`import iopsched` is quick, and a script or notebook finds every name."""

import importlib
import subprocess
import sys
from operator import attrgetter
from pathlib import Path

import pytest

import iopsched

ROOT = Path(iopsched.__file__).parents[1]
HEAVY = ("ortools", "pandas", "numpy", "openpyxl", "typer", "rich")


def loaded(code):
    """Run code in a fresh Python; return which heavy packages it has loaded."""
    tail = f"\nimport sys; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.split()


@pytest.mark.parametrize(
    "code",
    [
        "import iopsched",
        "from iopsched import read_clinic, solve, verify",
        "from iopsched import *",
        "import iopsched; dir(iopsched); iopsched.read_clinic('data/teens', '2026-11-30')",
        "import iopsched; iopsched.read_clinic('data/teens', '2026-11-30').warnings",
        """import datetime, pathlib; from iopsched import work
work.clinics.check(pathlib.Path('data/teens'), datetime.date(2026, 11, 30), datetime.datetime(2026, 11, 28)); work.templates.templates()""",
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code):
    assert loaded(code) == []


def test_the_package_itself_loads_nothing_of_its_own():
    code = "import sys, iopsched; assert [m for m in sys.modules if m.startswith('iopsched.')] == []"
    assert loaded(code) == []


@pytest.mark.parametrize("name", iopsched.__all__)
def test_every_name_is_what_its_home_says(name):
    assert name in dir(iopsched)
    assert getattr(iopsched, name) is getattr(importlib.import_module(iopsched._HOME[name]), name)
    assert getattr(iopsched, name).__doc__


def test_the_list_of_names_is_whole():
    assert sorted(iopsched._HOME) == iopsched.__all__


def test_a_wrong_name_is_an_ordinary_error():
    with pytest.raises(AttributeError, match="module 'iopsched' has no attribute 'sovle'"):
        attrgetter("sovle")(iopsched)
    with pytest.raises(ImportError):
        from iopsched import sovle  # noqa: F401


def test_modules_are_found_beside_the_names():
    """The functions do not hide them, in whatever order they are loaded."""
    from iopsched import search, solve, verifier, verify

    assert search.solve is not solve
    assert callable(solve)
    assert callable(verify)
    assert verifier.violations


def test_types_are_shipped():
    assert (ROOT / "iopsched" / "py.typed").is_file()
