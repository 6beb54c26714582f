"""Weeks ahead of a clinic: read one after the other, made in memory; the first is written as the draft of its week."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from iopsched import ingest, store
from iopsched.answers.base import Budget
from iopsched.comparisons.factchanges import fact_changes
from iopsched.comparisons.facttables import WeekFacts
from iopsched.domain.names import Names
from iopsched.domain.outcome import GoalResult, Solved, Unmet
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InputError, UsageError
from iopsched.export.assembly import goals_in, valid_summary
from iopsched.export.formats import Format
from iopsched.export.writing import Written
from iopsched.params import SolveParams
from iopsched.plans.ahead import OnWeek, Sources, chain_of, with_people
from iopsched.plans.carrying import carried
from iopsched.plans.lasting import placements, with_lasting
from iopsched.plans.plannedweek import Origin, PlannedAhead, ReadAhead, WeekAhead
from iopsched.plans.shortcauses import short_causes
from iopsched.rulebook import UNITS, GoalId
from iopsched.store import clinic_home
from iopsched.verifier import violations
from iopsched.views.labels import Labels, NameMode
from iopsched.views.plantables import PlanWords, plan_facts, plan_told
from iopsched.work.basis import A_WEEK, Earlier, schedule_of
from iopsched.work.clinics import ClinicInput, read_clinic
from iopsched.work.drafts import default_folder, folders_of, target_of
from iopsched.work.exports import answer_place, edition_of, export_answer
from iopsched.work.keeping import EarlierSchedule, write_week
from iopsched.work.weeks import inspect_week
from iopsched.work.writtenfacts import facts_today

MOST_WEEKS = 26
SHARE_OF_LASTING = 0.5
"""Of the time that the weeks leave; causes have the rest."""


@dataclass(frozen=True)
class WeeksAsked:
    """The weeks that somebody asks for, and how the first of them was read."""

    clinic: Path
    given: ClinicInput
    weeks: int

    @property
    def mondays(self) -> tuple[date, ...]:
        """Return the Mondays of the weeks."""
        return tuple(self.given.week + number * A_WEEK for number in range(self.weeks))

    @property
    def earlier(self) -> Earlier | None:
        """Return the published week from which the first is made."""
        return self.given.earlier

    @cached_property
    def facts(self) -> WeekFacts:
        """Return what stands in the tables of today."""
        return facts_today(self.clinic, self.given.problem)


@dataclass(frozen=True)
class Planned:
    """Weeks ahead, where the first lies and where the others were written, by Monday; ``kept`` is what the first replaced."""

    asked: WeeksAsked
    ahead: PlannedAhead
    folders: dict[date, Path]
    kept: EarlierSchedule | None = None

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        waiting = [entry.participant.id for entry in self.asked.given.problem.waitlist]
        return {**plan_facts(self.ahead, self.folders), "waitlist": waiting}


def read_weeks(clinic: Path, monday: date, weeks: int, now: datetime) -> WeeksAsked:
    """Read a clinic for the first of some weeks.

    Raises
    ------
    UsageError
        If there are too many weeks.
    InputError
        If the tables have faults.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise UsageError(f"--weeks is {weeks}, but must lie between 1 and {MOST_WEEKS}.")
    return WeeksAsked(clinic, read_clinic(clinic, monday, None, now), weeks)


def plan(
    asked: WeeksAsked, params: SolveParams, seconds: float, stop: threading.Event, on_week: OnWeek
) -> PlannedAhead:
    """Make the weeks one after the other within so many seconds; nothing is written.

    Setting ``stop`` ends it with the weeks so far.
    """
    budget = Budget.of(seconds, stop, params.workers, params.seed)
    sources = Sources(lambda monday, before: _read(asked, monday, before), lambda problem: _standing(asked, problem))
    chain = chain_of(asked.mondays, sources, budget, on_week)
    before = _before(asked)
    chain, lasting = with_lasting(chain, sources, budget.part(SHARE_OF_LASTING), before)
    weeks, causes, unfinished = short_causes(chain.weeks, budget)
    return PlannedAhead(
        weeks=weeks,
        causes=causes,
        placements=placements(weeks, before),
        lasting=lasting,
        stopped=chain.stopped,
        was_interrupted=stop.is_set(),
        unfinished=(*([chain.fault] if chain.fault is not None else []), *unfinished),
    )


def _read(asked: WeeksAsked, monday: date, before: Sequence[WeekAhead]) -> ReadAhead:
    """Return a week with the one before it, or with what is published of itself, and what the unpublished ones leave to it."""
    clinic = asked.clinic
    published = store.latest(clinic_home(clinic), monday) if before else None
    if not before:
        problem = asked.given.problem
    else:
        previous = schedule_of(clinic, published) if published is not None else before[-1].schedule
        found = inspect_week(clinic, monday, previous, is_for_solving=False)
        if found.problem is None:
            raise InputError(found.issues)
        problem = found.problem
    unpublished = [(week.problem, week.schedule) for week in before if week.origin != "published"]
    return ReadAhead(carried(problem, unpublished), _facts(asked, problem))


def _facts(asked: WeeksAsked, problem: Problem) -> tuple[Any, ...]:
    """Return the rows and cells that hold in a week and not in the one before it."""
    found = ingest.inspect_clinic(asked.clinic, problem.week - A_WEEK, is_for_solving=False)
    if found.problem is None:
        return ()
    week = [replace(asked.facts, problem=one) for one in (found.problem, problem)]
    return fact_changes(week[0], week[1])


def _standing(asked: WeeksAsked, problem: Problem) -> tuple[Schedule, Origin, int] | None:
    """Return the draft of the first week, or what is published of it, where it still holds; None where it is to be made.

    It holds if it breaks no rule and nothing was changed since it was made, or nobody lacks anything.
    """
    clinic = asked.clinic
    for row in folders_of(clinic, problem.week):
        found = ingest.inspect_schedule(row.folder, problem).schedule
        origin: Origin = "published" if row.revision else "draft"
        if found is None or violations(problem, found):
            return None
        week = WeekAhead(ReadAhead(problem), found, 0, origin)
        summary = valid_summary(row.folder, asked.given.inputs_sha256)
        bound = next((goal.bound for goal in goals_in(summary) if goal.name == GoalId.UNMET_NEED), 0)
        is_known = summary is not None or not week.minutes
        return (with_people(problem, found), origin, min(bound, week.minutes)) if is_known else None
    return None


def _before(asked: WeeksAsked) -> WeekAhead | None:
    """Return the published week before the first, None where nothing is published: then nobody is new in the first."""
    last = store.latest(clinic_home(asked.clinic), asked.given.week - A_WEEK)
    if last is None:
        return None
    found = ingest.inspect_clinic(asked.clinic, last.week, is_for_solving=False)
    schedule = schedule_of(asked.clinic, last)
    return None if found.problem is None else WeekAhead(ReadAhead(found.problem), schedule, 0, "published")


def write(asked: WeeksAsked, ahead: PlannedAhead, params: SolveParams, target: Path | None) -> Planned:
    """Write the first week as the draft of its week, unless it stands there already, and the others below a target, if one is named."""
    folders: dict[date, Path] = {}
    kept: EarlierSchedule | None = None
    sha = asked.given.inputs_sha256
    for number, week in enumerate(ahead.weeks):
        if number == 0 and week.origin != "made":
            folders[week.week] = next(
                (row.folder for row in folders_of(asked.clinic, week.week)), default_folder(asked.clinic, week.week)
            )
        elif number == 0:
            folders[week.week] = target_of(asked.clinic, week.week)
            kept = write_week(
                folders[week.week], week.problem, solved_of(week, ahead), params, sha, asked.earlier, asked.clinic
            )
        elif target is not None:
            folders[week.week] = target / week.week.isoformat()
            write_week(folders[week.week], week.problem, solved_of(week, ahead), params, sha, None)
    return Planned(asked, ahead, folders, kept)


def solved_of(week: WeekAhead, ahead: PlannedAhead) -> Solved:
    """Return a week as a search would have ended with it; what is not proven has the bound 0."""
    if week.solved is not None and week.solved.unmet:
        return week.solved
    bounds = {goal.name: goal.bound for goal in week.solved.goals} if week.solved is not None else {}
    bounds[GoalId.UNMET_NEED] = max(week.bound, bounds.get(GoalId.UNMET_NEED, 0))
    goals = tuple(
        GoalResult(goal, value.value, min(value.value, bounds.get(goal, 0)), UNITS[goal], value.parts)
        for goal, value in week.values.items()
    )
    cause_of = {key: row.sentence for row in ahead.causes.get(week.week, ()) for key in row.participants}
    unmet = tuple(Unmet(key, minutes, cause_of[key]) for key, minutes in sorted(week.unmet.items()) if key in cause_of)
    return Solved(week.schedule, goals, unmet)


def words_of(done: Planned, names: NameMode | None) -> PlanWords:
    """Return the weeks in words, people by id unless names are asked for."""
    shown = names or NameMode.ID
    labels = Labels(shown, ingest.read_names(done.asked.clinic) if shown is not NameMode.ID else Names())
    return PlanWords(done.ahead, labels, len(done.asked.given.problem.waitlist))


def export(
    done: Planned, target: Path | None, formats: Collection[Format], names: NameMode | None, *, is_forced: bool
) -> Written:
    """Write a plan as a page and a workbook, by default into the exports of the first week.

    Raises
    ------
    UsageError
        If there is no week, an answer has none of these formats, or the disk refuses.
    """
    if not done.ahead.weeks:
        raise UsageError("There is no week, so nothing was written.")
    first = done.ahead.weeks[0]
    place = answer_place(target, done.folders.get(first.week))
    edition = edition_of(done.asked.clinic, first.problem, first.schedule, names, None)
    told = plan_told(done.ahead, edition.labels, len(done.asked.given.problem.waitlist))
    return export_answer(edition, done.asked.clinic, place, told, formats, is_forced=is_forced)
