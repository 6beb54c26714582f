import importlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
store_world = importlib.import_module("store_world")


@pytest.fixture
def world():
    """Weeks and a clinic to publish."""
    return store_world


@pytest.fixture
def home(tmp_path):
    """A clinic's folder."""
    folder = tmp_path / "clinic"
    folder.mkdir()
    return folder
