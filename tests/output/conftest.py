import importlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
cli_world = importlib.import_module("cli_world")


@pytest.fixture
def world():
    """The small clinic that the command line is tested with."""
    return cli_world
