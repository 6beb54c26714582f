"""What is said of sites that share staff."""

from __future__ import annotations

from iopsched.domain.timegrid import hours
from iopsched.networks.overview.sharedtables import EARLIER, WAYS
from iopsched.networks.results import Linked, NightResult
from iopsched.words.wording import listed


def linked_lines(night: NightResult) -> tuple[str, ...]:
    """Return a sentence about each group of linked sites."""
    found = {(row.site.week, row.linked.sites): row.linked for row in night.results if row.linked is not None}
    return tuple(map(_line, found.values()))


def _line(linked: Linked) -> str:
    """Say how the weeks were made, and how far they are from the least unmet need over all sites."""
    people = listed(key for key, *_ in linked.people)
    begin = f"{listed(linked.sites)} share {people}; their weeks were {WAYS.get(linked.way, EARLIER)}"
    if linked.unmet is None:
        return f"{begin}."
    least = "which is the least" if linked.bound == linked.unmet else f"of which {hours(linked.bound or 0)} must stay"
    return f"{begin}: {hours(linked.unmet)} of need unmet over all of them, {least}."
