import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import iopsched
from iopsched.cli.app import build

sys.path.insert(0, str(Path(__file__).parent))
cli_world = importlib.import_module("cli_world")
ROOT = Path(iopsched.__file__).parents[1]


@pytest.fixture
def world():
    """The small clinic and its stand-ins."""
    return cli_world


@pytest.fixture
def run(monkeypatch):
    """Run a command in this process; stand-ins where `install` was called."""
    monkeypatch.setenv("NO_COLOR", "1")

    def call(*arguments):
        return CliRunner().invoke(build(), [str(item) for item in arguments], prog_name="iopsched")

    return call


@pytest.fixture
def install(monkeypatch, world):
    """Put stand-ins in place of reader and solver; returns what they were called with."""

    def put(**options):
        calls = {}
        module = world.install(
            lambda owner, name, value: monkeypatch.setattr(owner, name, value, raising=False), calls=calls, **options
        )
        monkeypatch.setitem(sys.modules, "iopsched.search", module)
        return calls

    return put


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
