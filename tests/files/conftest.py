import os

import pytest


@pytest.fixture(params=["unnamed", "named"])
def disk(request, monkeypatch):
    """A disk that holds files without a name, and one that does not."""
    if request.param == "named":
        monkeypatch.setattr("iopsched.files.unnamed._FLAG", 0)
    elif not hasattr(os, "O_TMPFILE"):
        pytest.skip("the system has no files without a name")
    return request.param
