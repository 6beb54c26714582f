import os
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def quick_path(tmp_path):
    """A folder in memory where there is such: a hundred deaths do not wait for the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a fresh folder is made in it
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as home:
        yield Path(home)


@pytest.fixture(params=["unnamed", "named"])
def disk(request, monkeypatch):
    """A disk that holds files without a name, and one that does not."""
    if request.param == "named":
        monkeypatch.setattr("iopsched.files.unnamed._FLAG", 0)
    elif not hasattr(os, "O_TMPFILE"):
        pytest.skip("the system has no files without a name")
    return request.param
