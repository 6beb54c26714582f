"""What a regional director does next after a night, and why a table of its report is empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from iopsched.domain.timegrid import hours
from iopsched.networks.overview.lendingpairs import Lending
from iopsched.networks.overview.nightrows import LendingRow
from iopsched.networks.overview.sitegrowth import SiteGrowth, ranked
from iopsched.networks.overview.siteview import FAULTY, SiteView
from iopsched.networks.results import SiteState

MOST_NAMED = 6
UNDONE = frozenset(
    (SiteState.FAILED, SiteState.CONFLICT, SiteState.NOT_WRITTEN, SiteState.INTERRUPTED, SiteState.NOT_REACHED)
)
"""The states that the same command may mend."""


def few(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    left = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {left} more" if left > 0 else "")


def _short(views: Iterable[SiteView]) -> list[SiteView]:
    return [view for view in views if view.result.has_week and view.people]


def unhelped(views: Iterable[SiteView], growths: Mapping[str, SiteGrowth]) -> list[SiteView]:
    """Return the sites with people short that were asked, and for which nothing was found that heals anything."""
    asked = [view for view in _short(views) if view.name in growths]
    return [view for view in asked if not any(row.healed_minutes for row in growths[view.name].helping)]


def next_steps(views: Sequence[SiteView], growths: Mapping[str, SiteGrowth], lending: Lending) -> Iterator[str]:
    """Yield what to do next, the most urgent first."""
    if faulty := [view.name for view in views if view.result.state in FAULTY]:
        yield f"First mend the files of {few(faulty)} as their sections below say; the same command then makes only what is missing."
    if undone := [view.name for view in views if view.result.state in UNDONE]:
        yield f"Type the same command again for {few(undone)}: it leaves what is made."
    for view in (row for row in _short(views)[:MOST_NAMED] if _open_minutes(row) > 0):
        yield (
            f"Give {view.name} a longer time limit: its search ended before it was known whether {hours(_open_minutes(view))} "
            f"of its {hours(view.row.unmet_minutes or 0)} of unmet need can be met."
        )
    best = next(iter(ranked(growths[view.name] for view in views if view.name in growths)), None)
    if best is not None and best.healed_minutes:
        left = f"; {hours(best.left_minutes)} are left" if best.left_minutes else ", all that is lacking there"
        yield f"One step helps most: at {best.site}, {best.what}. It brings {hours(best.healed_minutes)}{left}."
    if lending.rows:
        yield _lent_line(lending.rows[0])
    if short := [view.name for view in _short(views)]:
        yield f"Who is short and why is in the sections of {few(short)}; `iopsched explain` of that clinic says what else would help."


def _open_minutes(view: SiteView) -> int:
    row = view.row
    return 0 if row.unmet_minutes is None or row.unmet_bound is None else row.unmet_minutes - row.unmet_bound


def _lent_line(row: LendingRow) -> str:
    return (
        f"Without hiring: {row.therapist_id} of {row.home} has hours left and could lead {row.service} at {row.site} on {row.slots}, "
        f"which brings {hours(row.healed_minutes)}. Ask them first."
    )


def no_help(views: Sequence[SiteView], growths: Mapping[str, SiteGrowth]) -> str:
    """Return why nothing is told that would help."""
    short = _short(views)
    if not short:
        return "Nobody is short at the sites that have their week, and no way to one more place was found."
    if not any(view.name in growths for view in short):
        return "No site with people short was asked. --capacity-limit says for how many seconds each may be."
    return "No single therapist, room or evening was found in the time there was that leaves less unmet. The last chapter of this page names the sites."


def no_hours(views: Sequence[SiteView], lending: Lending) -> str:
    """Return why nobody is told who could lead at another site."""
    if not _short(views):
        return "Nobody is short at the sites that have their week."
    if not lending.is_looked:
        return "It was not looked for, because the night was stopped. The same command goes on."
    return (
        "Nobody was found at another site who could lead what is lacking while all other sessions stay where they are: "
        "who has hours left lacks the skill, or is not free when those who are short can come, or a rule or a full room forbids it."
    )


def no_places(growths: Mapping[str, SiteGrowth]) -> str:
    """Return why nobody is told who more could come."""
    if not growths:
        return "No site was asked. --capacity-limit says for how many seconds each may be."
    return "No site was found to have a place for one more person in the time there was."
