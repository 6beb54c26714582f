"""What an installation brings along."""

import re
from importlib import metadata

from packaging.requirements import Requirement

EXTRAS = ("", "network", "pdf", "test")


def closure(name):
    """Return the names of everything that an installed distribution needs, with our extras."""
    found, waiting = set(), [(name, extra) for extra in EXTRAS]
    while waiting:
        own, extra = waiting.pop()
        try:
            needed = metadata.requires(own) or []
        except metadata.PackageNotFoundError:  # of another system, or an extra that is not installed
            continue
        for text in needed:
            requirement = Requirement(text)
            if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
                continue
            key = re.sub(r"[-_.]+", "-", requirement.name).lower()
            if key not in found:
                found.add(key)
                waiting += [(key, "")] + [(key, own_extra) for own_extra in requirement.extras]
    return found


def test_no_package_that_replaces_another():
    """The package ``caldav`` needs one that copies itself over the installed urllib3 (its issue 530)."""
    found = closure("iopsched")
    assert {"ortools", "pandas", "numpy", "icalendar"} <= found
    assert not {"caldav", "niquests", "urllib3-future"} & found
