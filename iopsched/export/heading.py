"""What every output says of itself: whether the week is published, whose clock holds, how people are named."""

from __future__ import annotations

import itertools
from datetime import datetime, time, timedelta

from iopsched.export.edition import Edition
from iopsched.views.labels import NameMode
from iopsched.words.phrases import DAYS, long_date, short_date

NAMES_WORDS = {
    NameMode.NONE: "Participants are not shown, and groups by their public name.",
    NameMode.ID: "Participants are shown by id.",
    NameMode.INITIALS: "Participants are shown by initials, which may tell who they are.",
    NameMode.FULL: "Participants are shown by full name. Handle this as a health record.",
}


def status_word(edition: Edition) -> str:
    """Return ``DRAFT`` or for instance ``Revision 3``."""
    return "DRAFT" if edition.publication.is_draft else f"Revision {edition.publication.revision}"


def status_line(edition: Edition) -> str:
    """Return whether the week is a draft, else its revision and when it was published."""
    if edition.publication.is_draft:
        return f"{status_word(edition)}: not published, may still change"
    told = edition.publication.published.astimezone(edition.zone)
    return f"{status_word(edition)}, published {long_date(told.date())} at {told:%H:%M}"


def zone_line(edition: Edition) -> str:
    """Return in which zone the times are, and when the clocks change this week."""
    zone = edition.problem.clinic.timezone
    noons = [datetime.combine(edition.schedule.week + timedelta(days=n), time(12), edition.zone) for n in range(-1, 7)]
    for before, after in itertools.pairwise(noons):
        if before.utcoffset() != after.utcoffset():
            way = "forward" if (after.utcoffset() or timedelta()) > (before.utcoffset() or timedelta()) else "back"
            day = f"{DAYS[after.weekday()]} {short_date(after.date())}"
            return f"Times are clock times in {zone}; the clocks go {way} on {day}."
    return f"Times are clock times in {zone}."
