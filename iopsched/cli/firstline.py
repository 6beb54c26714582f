"""What a command says of the earlier week that a new one is made from, and of the draft that it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from iopsched.domain.instants import local_text
from iopsched.domain.timegrid import WEEK, moment

if TYPE_CHECKING:
    from iopsched.domain.publication import Publication
    from iopsched.work.clinics import ClinicInput
    from iopsched.work.solving import Made


def earlier_line(given: ClinicInput, asked: Path | None, now: str | None) -> str:
    """Return which earlier week was taken and what of it stays; ``asked`` and ``now`` are what somebody wrote."""
    earlier = given.earlier
    if earlier is None:
        why = "nothing is published of this week or the week before" if asked is None else "none was asked for"
        return f"Earlier week: none; {why}.{_without_effect(now)}"
    what = _revision(earlier.publication, given) if earlier.publication is not None else "not published"
    name = f"{asked} ({what})" if asked is not None else what
    return f"Earlier week: {name}.{_stays(given) or _without_effect(now)}"


def _revision(publication: Publication, given: ClinicInput) -> str:
    week = "this week" if publication.week == given.week else f"the week of {publication.week.isoformat()}"
    when = local_text(publication.published, given.problem.clinic.timezone)
    return f"revision {publication.revision} of {week}, published {when}"


def _stays(given: ClinicInput) -> str:
    begun = given.problem.now
    if begun is None:
        return ""
    return f" What began before {moment(begun)} stays." if begun < WEEK else " The week is over: all of it stays."


def _without_effect(now: str | None) -> str:
    return "" if now is None else " Nothing of it has begun: --now changes nothing."


def draft_line(made: Made) -> str:
    """Return what the week that was written is beside what was published, a line or nothing."""
    if made.published is not None:
        return f"It is as it was published (revision {made.published.revision}): there is nothing to publish.\n"
    earlier = made.earlier.publication if made.earlier is not None else None
    if earlier is not None and earlier.week == made.week:
        return f"It is a draft until you publish it; revision {earlier.revision} is unchanged.\n"
    return ""
