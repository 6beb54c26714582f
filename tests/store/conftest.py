import pytest

from tests.support import store_world


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
