"""What every output says of itself: whether the week is published, whose clock holds, how people are named."""

from __future__ import annotations

import itertools
from datetime import datetime, time, timedelta

from iopsched.export.edition import Edition
from iopsched.views.labels import NameMode
from iopsched.words.papers import PaperWords, paper_words

NAMES_WORDS = {
    NameMode.NONE: "Participants are not shown, and groups by their public name.",
    NameMode.ID: "Participants are shown by id.",
    NameMode.INITIALS: "Participants are shown by initials, which may tell who they are.",
    NameMode.FULL: "Participants are shown by full name. Handle this as a health record.",
}


def status_word(edition: Edition) -> str:
    """Return ``DRAFT`` or for instance ``Revision 3``."""
    return "DRAFT" if edition.publication.is_draft else f"Revision {edition.publication.revision}"


def status_line(edition: Edition, told: PaperWords | None = None) -> str:
    """Return whether the week is a draft, else its revision and when it was published; in English unless told otherwise."""
    told = told or paper_words()
    if edition.publication.is_draft:
        return told.say("draft")
    when = edition.publication.published.astimezone(edition.zone)
    day, time_of_day = told.dated("long_date", when.date()), f"{when:%H:%M}"
    return told.say("published", revision=edition.publication.revision, day=day, time=time_of_day)


def zone_line(edition: Edition, told: PaperWords | None = None) -> str:
    """Return in which zone the times are, and when the clocks change this week; in English unless told otherwise."""
    told = told or paper_words()
    zone = edition.problem.clinic.timezone
    noons = [datetime.combine(edition.schedule.week + timedelta(days=n), time(12), edition.zone) for n in range(-1, 7)]
    for before, after in itertools.pairwise(noons):
        if before.utcoffset() != after.utcoffset():
            is_forward = (after.utcoffset() or timedelta()) > (before.utcoffset() or timedelta())
            day = told.dated("date", after.date())
            return told.say("clocks_forward" if is_forward else "clocks_back", zone=zone, day=day)
    return told.say("zone", zone=zone)
