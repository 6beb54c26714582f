"""What the report keeps of one site: a few rows, so that thousands of sites fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iopsched.domain.outcome import GoalId, Solved
from iopsched.domain.problem import Problem
from iopsched.errors import Issue, alike, counted, others_alike
from iopsched.networks.overview.nightrows import FaultRow, GoalRow, PersonShortRow, RunRow, ShortageRow, SiteRow
from iopsched.networks.overview.skillneeds import skill_needs
from iopsched.networks.overview.unusedhours import UnusedHours, unused_hours
from iopsched.networks.results import SiteResult, SiteState
from iopsched.views.labels import Labels
from iopsched.views.lacks import shortage
from iopsched.words.phrases import count, words

WORDS = {SiteState.NO_SCHEDULE: "no week in time", SiteState.NOT_REACHED: "not begun"}
FAULTY = frozenset((SiteState.BAD_INPUT, SiteState.CONTRADICTION))
"""The states whose issues say what is wrong."""


@dataclass(frozen=True, slots=True)
class SiteView:
    """One site in the report. ``unused`` is what its staff have left; ``result`` knows its facts and its week."""

    result: SiteResult
    row: SiteRow
    goals: tuple[GoalRow, ...] = ()
    faults: tuple[FaultRow, ...] = ()
    people: tuple[PersonShortRow, ...] = ()
    shortages: tuple[ShortageRow, ...] = ()
    unused: tuple[UnusedHours, ...] = ()
    timezone: str = ""

    @property
    def name(self) -> str:
        """Return what the site is called."""
        return self.row.site

    @property
    def run(self) -> RunRow:
        """Return what it took."""
        times = self.result.times
        return RunRow(
            self.name,
            self.result.tries,
            round(times.waiting, 2),
            round(times.solving, 2),
            round(times.reading + times.writing, 2),
        )


def view_site(result: SiteResult) -> SiteView:
    """Return what the report tells of a site; its facts and its week are unpacked once."""
    site, goals = result.site, _goals(result)
    problem, outcome = result.problem, result.outcome
    faults = tuple(_faults(result)) if result.state in FAULTY else ()
    if not result.has_week or problem is None or not isinstance(outcome, Solved):
        row = SiteRow(
            *(site.name, site.week, _state(result.state), _to_do(result, 0), None, None, None, None, None, None, None),
            *("", ""),
        )
        return SiteView(result, row, goals, faults)
    found = shortage(problem, outcome.schedule, outcome.unmet, Labels())
    row = _row(result, found.people, found.short)
    people = tuple(
        PersonShortRow(site.name, line.participant_id, line.minutes, line.facts, line.why) for line in found.lines
    )
    return SiteView(
        result,
        row,
        goals,
        faults,
        people,
        tuple(_shortages(site.name, problem, outcome)),
        unused_hours(problem, outcome.schedule),
        problem.clinic.timezone,
    )


def _row(result: SiteResult, participants: int, short: int) -> SiteRow:
    goal = {row.name: row for row in result.goals}
    unmet, worst, changes = (goal.get(key) for key in (GoalId.UNMET_NEED, GoalId.WORST_OFF, GoalId.CHANGES))
    return SiteRow(
        site=result.site.name,
        week=result.site.week,
        state=_state(result.state),
        to_do=_to_do(result, short),
        participants=participants,
        met=participants - short,
        people_short=short,
        unmet_minutes=unmet.value if unmet is not None else None,
        unmet_bound=unmet.bound if unmet is not None else None,
        worst_off_minutes=worst.value if worst is not None else None,
        changes=changes.value if changes is not None and result.earlier is not None else None,
        goals=_proofs(result),
        folder=str(result.folder or ""),
    )


def _state(state: SiteState) -> str:
    return WORDS.get(state, words(state))


def _to_do(result: SiteResult, short: int) -> str:
    """Return what somebody has to see to, in a few words; the sections below say more."""
    if result.state in FAULTY and not result.message:
        errors = counted(row for row in result.issues if row.level == "error")
        return f"mend {count(errors, 'fault')} of the input"
    if result.state in (SiteState.DONE, SiteState.SKIPPED):
        return f"{count(short, 'participant')} short" if short else ""
    return result.message


def _proofs(result: SiteResult) -> str:
    proven = sum(row.is_proven for row in result.goals)
    first = next((row.name for row in result.goals if not row.is_proven), None)
    best = f"{proven} of {len(result.goals)} proven best"
    return best if first is None else f"{best}; {words(first)} is not"


def _goals(result: SiteResult) -> tuple[GoalRow, ...]:
    return tuple(
        GoalRow(result.site.name, row.name, row.value, row.bound, row.unit, row.is_proven, round(row.gap, 4))
        for row in result.goals
    )


def _errors(result: SiteResult) -> list[Issue]:
    return sorted(row for row in result.issues if row.level == "error")


def _faults(result: SiteResult) -> Iterator[FaultRow]:
    for row in _errors(result):
        more = f"And {count(row.more, 'more')} of this kind." if row.more else ""
        yield _fault(result.site.name, row, more)


def _fault(site: str, row: Issue, more: str) -> FaultRow:
    column = f"{row.cell} ({row.column})" if row.cell else row.column
    found = f"{row.message} {more}".rstrip()
    return FaultRow(site, row.file, row.row or None, column, row.code, found, row.remedy)


def kinds_of_faults(view: SiteView) -> tuple[FaultRow, ...]:
    """Return the faults of a site with one row for those that are alike, which says where the others are."""
    if not view.faults:
        return ()
    groups = alike(_errors(view.result))
    return tuple(_fault(view.name, group[0], others_alike(group)) for group in groups)


def _shortages(name: str, problem: Problem, solved: Solved) -> Iterator[ShortageRow]:
    for need in skill_needs(problem, solved.schedule, solved.unmet):
        yield ShortageRow(
            *(name, need.skill, need.demand_minutes, need.supply_minutes, need.unmet_minutes),
            *(need.unfilled_sessions, len(need.people), need.why),
        )
