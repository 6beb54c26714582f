import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import iopsched
from iopsched.cli import options
from tests.support import cli_world
from tests.support.commands import invoke

ROOT = Path(iopsched.__file__).parents[1]


@pytest.fixture(autouse=True)
def friday(monkeypatch):
    """Have every command of this process run on the Friday before the week of the tests: nothing of it has begun."""
    monkeypatch.setattr(options, "clock", lambda: datetime(2026, 11, 27, 12, tzinfo=UTC))


@pytest.fixture
def run(monkeypatch):
    """Run a command in this process; stand-ins where `install` was called."""
    return runner(monkeypatch)


def runner(patch):
    patch.setenv("NO_COLOR", "1")

    def call(*arguments):
        return invoke(*arguments)

    return call


@pytest.fixture
def install(monkeypatch):
    """Put stand-ins in place of reader and solver; returns what they were called with."""
    return installer(monkeypatch)


def installer(patch):
    def put(**options):
        calls = {}
        cli_world.install(
            lambda owner, name, value: patch.setattr(owner, name, value, raising=False), calls=calls, **options
        )
        return calls

    return put


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """Three published revisions, of which the second and the third were exported; made once for the tests of a file."""
    clinic = tmp_path_factory.mktemp("original") / "clinic"
    folder = clinic / "schedules/2026-11-30"
    folder.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        run, install = runner(patch), installer(patch)
        for people in (("P1", "P2", "P3"), ("P1", "P2"), ("P1",)):
            install(week=cli_world.schedule(individual=people))
            assert run("publish", clinic, folder).exit_code == 0
            if len(people) < 3:
                done = run("export", clinic, folder, "--to", "xlsx,html,ics,handouts")
                assert done.exit_code == 0, done.output
    return clinic


@pytest.fixture
def exported(original, tmp_path, install, world):
    """A copy of the original, and its third revision as the week that is read."""
    install(week=world.schedule(individual=("P1",)))
    return Path(shutil.copytree(original, tmp_path / "clinic"))


@pytest.fixture
def python():
    """Start a Python that finds this iopsched; returns the process."""

    def start(*arguments, **environment):
        environment = {"PYTHONPATH": str(ROOT), **environment}
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **environment},
        )

    return start


@pytest.fixture
def outcome(python):
    """Run a Python to its end; returns exit code, stdout and stderr."""

    def run(*arguments, **environment):
        process = python(*arguments, **environment)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    return run


@pytest.fixture
def clinic(tmp_path):
    """An empty clinic folder: the stand-ins never look inside."""
    folder = tmp_path / "clinic"
    folder.mkdir()
    return folder
