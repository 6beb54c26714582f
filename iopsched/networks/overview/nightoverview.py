"""The report of a night: tables over all sites, what is said first, and what was not looked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from iopsched.domain.timegrid import hours
from iopsched.networks.overview import nightrows
from iopsched.networks.overview.lendingpairs import Lending
from iopsched.networks.overview.nextsteps import few, next_steps, no_help, no_hours, no_places, unhelped
from iopsched.networks.overview.sitegrowth import SiteGrowth, ranked
from iopsched.networks.overview.siteview import SiteView, kinds_of_faults
from iopsched.networks.results import SiteState
from iopsched.reports.reporttable import ReportTable
from iopsched.words.phrases import count, long_date, words

TROUBLE = (
    SiteState.FAILED,
    SiteState.BAD_INPUT,
    SiteState.CONTRADICTION,
    SiteState.CONFLICT,
    SiteState.NOT_WRITTEN,
    SiteState.NO_SCHEDULE,
    SiteState.INTERRUPTED,
    SiteState.NOT_REACHED,
    SiteState.DONE,
    SiteState.SKIPPED,
)
"""The states from the worst to the best; of two that are alike the site that lacks more comes first."""


@dataclass(frozen=True, slots=True)
class SiteSection:
    """What stands in a site's own section: its faults, or who is short; ``says`` is the sentence above."""

    site: str
    says: str
    tables: tuple[ReportTable, ...]


@dataclass(frozen=True, slots=True)
class NightOverview:
    """The report. ``lines`` are said first; ``open_ends`` are what was not looked for or not finished."""

    weeks: str
    lines: tuple[str, ...]
    tables: tuple[ReportTable, ...]
    sections: tuple[SiteSection, ...]
    runs: ReportTable
    open_ends: tuple[str, ...] = ()

    @property
    def every_table(self) -> tuple[ReportTable, ...]:
        """Return all tables, those of the runs last: theirs alone are not the same when nothing else has changed."""
        return (*self.tables, self.runs)

    def facts(self) -> dict[str, object]:
        """Return the tables for a machine."""
        return {
            "lines": list(self.lines),
            **{table.key: table.facts() for table in self.every_table},
            "unfinished": list(self.open_ends),
        }


def overview_of(
    views: Iterable[SiteView],
    growths: Mapping[str, SiteGrowth],
    lending: Lending,
    shared: Sequence[ReportTable] = (),
) -> NightOverview:
    """Return the report of a night; ``shared`` are tables of staff who work at several sites."""
    order = sorted(views, key=trouble)
    asked = [growths[view.name] for view in order if view.name in growths]
    tables = (
        _table("sites", "Sites", "One row is one site; those that need somebody come first.", [v.row for v in order]),
        _table("help", "What would help most", HELP, ranked(iter(asked)), nothing=no_help(order, growths)),
        _table("hours", "Hours that another site lacks", HOURS, lending.rows, nothing=no_hours(order, lending)),
        *shared,
        _table("shortages", "Shortages by skill", SHORTAGES, _by_lack(order), nothing=NO_LACK),
        _table(
            "capacity",
            "Who more could come",
            CAPACITY,
            [row for one in asked for row in one.capacity],
            nothing=no_places(growths),
        ),
        _table("goals", "Goals", GOALS, [row for view in order for row in view.goals]),
        _table("people", "People who are short", PEOPLE, [row for view in order for row in view.people]),
        _table("faults", "Faults of the input", FAULTS, [row for view in order for row in view.faults]),
    )
    weeks = sorted({view.row.week for view in order})
    return NightOverview(
        " and ".join(f"week of {long_date(week)}" for week in weeks),
        (*_lines(order), *next_steps(order, growths, lending)),
        tables,
        tuple(_sections(order)),
        _table(
            "runs", "What it took", "Times of this night, in seconds.", [view.run for view in order], nightrows.RunRow
        ),
        tuple(_open_ends(order, growths, lending)),
    )


HELP = (
    "What one more therapist, room or evening would bring each site, in a week that was solved again with it; and the least "
    "trouble with which one more person could come."
)
HOURS = (
    "Who has hours left at one site and could lead at another what is lacking there. Each was tried in both weeks by itself, "
    "with all else as it is: of two people for the same session only one is needed."
)
SHORTAGES = "Staff time that sessions of a skill ask for, and how much there is."
CAPACITY = "How many more of one kind each site can take, if nobody of another kind comes."
GOALS = "Every goal of every site with the least that is possible."
PEOPLE = "By site. Participants are known by their id at their own site only."
FAULTS = "What keeps a site from being solved."
NO_LACK = "No skill lacks anything at the sites that have their week."
_ROWS: Mapping[str, type] = {
    "sites": nightrows.SiteRow,
    "help": nightrows.HelpRow,
    "hours": nightrows.LendingRow,
    "shortages": nightrows.ShortageRow,
    "capacity": nightrows.CapacityRow,
    "goals": nightrows.GoalRow,
    "people": nightrows.PersonShortRow,
    "faults": nightrows.FaultRow,
}


def _table(
    key: str, title: str, about: str, rows: Sequence[object], row: type | None = None, nothing: str = "None."
) -> ReportTable:
    return ReportTable(key, title, about, row or _ROWS[key], rows, nothing=nothing)


def trouble(view: SiteView) -> tuple[object, ...]:
    """Return the place of a site among those that need somebody: by state, then by what is lacking."""
    row = view.row
    return TROUBLE.index(view.result.state) if not view.result.has_week else len(TROUBLE), *(
        -(row.unmet_minutes or 0),
        -(row.people_short or 0),
        view.name,
    )


def _by_lack(views: Iterable[SiteView]) -> list[nightrows.ShortageRow]:
    rows = [row for view in views for row in view.shortages]
    return sorted(rows, key=lambda row: (-row.unmet_minutes, row.site, row.skill))


def _lines(views: Sequence[SiteView]) -> Iterator[str]:
    """Yield what is said first: how many weeks there are, who is short, what is wrong."""
    made = [view for view in views if view.result.has_week]
    skipped = sum(view.result.state == SiteState.SKIPPED for view in made)
    before = f"; {skipped} of them were made before and nothing has changed" if skipped else ""
    yield f"{len(made)} of {count(len(views), 'site')} have their week{before}."
    short = [view for view in made if view.people]
    if short:
        people = sum(view.row.people_short or 0 for view in short)
        minutes = sum(view.row.unmet_minutes or 0 for view in short)
        least = sum(view.row.unmet_bound or 0 for view in short)
        sure = "which is proven to be the least" if least == minutes else f"of which {hours(least)} are proven"
        where = "At 1 site" if len(short) == 1 else f"At {len(short)} sites"
        yield f"{where} {count(people, 'participant is', 'participants are')} short: {hours(minutes)} of unmet need, {sure}."
    elif made:
        yield "Nobody is short."
    states = Counter(view.result.state for view in views if not view.result.has_week)
    for state in TROUBLE:
        if states[state]:
            names = [view.name for view in views if view.result.state == state]
            yield f"{count(states[state], 'site')}: {words(state)} ({few(names)})."


def _sections(views: Iterable[SiteView]) -> Iterator[SiteSection]:
    """Yield a section for each site that needs somebody."""
    for view in views:
        tables = tuple(
            _table(key, title, about, rows)
            for key, title, about, rows in (
                ("faults", "Faults", "Each with what to do.", kinds_of_faults(view)),
                ("people", "Who is short", "The greatest lack first.", view.people),
            )
            if rows
        )
        if tables or not view.result.has_week:
            says = view.result.message or view.row.to_do
            yield SiteSection(view.name, f"{view.row.state}: {says}" if says else view.row.state, tables)


def _open_ends(views: Sequence[SiteView], growths: Mapping[str, SiteGrowth], lending: Lending) -> Iterator[str]:
    made = [view for view in views if view.result.has_week]
    missing = [view.name for view in made if view.name not in growths]
    if missing:
        yield f"What would help, and who more could come, was not asked of {count(len(missing), 'site')}: {few(missing)}."
    if found := [view.name for view in unhelped(made, growths)]:
        yield (
            f"People are short at {few(found)}, and in the time there was no therapist, room or evening was found whose addition alone "
            "leaves less unmet. `iopsched explain` of that clinic looks for other steps and for longer; so does a greater --capacity-limit."
        )
    said = Counter(text for view in made if view.name in growths for text in growths[view.name].unfinished)
    for text, number in said.most_common():
        yield f"{count(number, 'site')}: {text}"
    if lending.left_out:
        yield (
            f"Whose hours would help was looked for at the sites that lack most; at {count(lending.left_out, 'other site')} "
            "with people short it was not."
        )
