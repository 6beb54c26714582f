"""Groups that can meet less often than their row says, and which single fact is to blame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iopsched.domain.services import Group
from iopsched.domain.timegrid import DAY, WEEKDAYS
from iopsched.model.candidate import Candidate
from iopsched.model.candidates import CandidateFactory
from iopsched.model.filters import Frame, none
from iopsched.why.counts import ownrow, staffing
from iopsched.why.counts.grouptrial import ShortGroup, Trial
from iopsched.why.counts.ledger import Ledger
from iopsched.why.counts.ways import Ways
from iopsched.words.sentence import Sentence
from iopsched.words.wording import listed
from iopsched.words.wordings import said

# Told of the row by the reader, each with a reason that leaves the group without any session.
TOLD = frozenset(
    {"W-GROUP-LEAD", "W-GROUP-NEVER", "W-ROOM-SMALL", "W-ROOM-NONE", "W-MODALITY", "W-NO-STAFF"}
    | {"W-NO-LICENSED", "W-RATIO-NOBODY", "W-BLOCK-SHORT", "W-SUPERVISOR", "W-EQUIPMENT"}
)
# What a day without a session lacks, from what is asked for first.
_LACKING = ("no times", "no supervisor", "no lead", "too few people", "too few staff", "no room")
# Each tells of itself and returns whether it is to blame; the most particular ones come first.
_REASONS: tuple[Callable[[Trial], bool], ...] = (
    ownrow.few_people,
    ownrow.same_start,
    ownrow.one_lead,
    staffing.supervisor,
    staffing.time_off,
    staffing.second_staff,
    staffing.longest,
    staffing.rooms,
    staffing.staff,
    ownrow.together,  # after rooms and staff, of which a smaller session would ask less
    staffing.license_of_leads,
    staffing.hours_of_leads,
    ownrow.own_times,
)


def count_groups(ways: Ways, ledger: Ledger, is_told: Callable[[Group], bool]) -> None:
    """Warn of each group that can meet less often than ``sessions_per_week``; ``is_told`` where the reader said so."""
    for group in ways.problem.groups:
        if ways.held[group.id] >= group.sessions_per_week:
            continue
        if is_told(group):
            _remember(ways, ledger, group)
            continue
        days = sorted({candidate.day for candidate in ways.of_group[group.id]})
        _remember(ways, ledger, group)
        short = ShortGroup(group, ways.problem.service[group.service_id], ways.held[group.id], tuple(days))
        _tell(Trial(ways, ledger, short))


def _remember(ways: Ways, ledger: Ledger, group: Group) -> None:
    """Note that a group meets too seldom, and that its members have no session of its service where it cannot meet."""
    ledger.short.add(group.id)
    if not ways.held[group.id]:
        ledger.told |= {
            (person.id, group.service_id) for person in ways.terms.participants if group.id in person.group_ids
        }


def _tell(trial: Trial) -> None:
    """Warn with the first reason that is enough, else with what each day lacks."""
    if _is_closed(trial) or any(reason(trial) for reason in _REASONS):
        return
    trial.tell(
        "W-GROUP-DAYS",
        "sessions_per_week",
        Sentence("{}: {}.", trial.short.told, _by_day(trial)),
        said(
            "Check times, lead and room_id here, availability and busy of leads and room; or {}.",
            trial.short.otherwise,
        ),
    )


def _is_closed(trial: Trial) -> bool:
    """Return whether the closures of this week are to blame, of which the reader tells."""
    problem = trial.ways.problem
    if trial.ways.terms.opening == problem.clinic.open:
        return False
    open_ = replace(problem, time_off=tuple(row for row in problem.time_off if row.kind != "clinic"))
    return trial.enough(trial.leads(Ways(open_)))


def _by_day(trial: Trial) -> str:
    """Return what is lacking on each open day without a session, as far as one gets there."""
    lacking = {}
    for day in trial.ways.terms.open_days:
        if day not in trial.short.days:
            starts = [start for start in trial.ways.terms.starts(trial.service, trial.group) if start // DAY == day]
            lacking[day] = max((_reached(trial, start) for start in starts), default=0)
    closed = set(trial.ways.terms.open_days) - trial.ways.terms.opening.days()
    return listed(
        f"{WEEKDAYS[day]} {'closed' if day in closed else _LACKING[place]}" for day, place in sorted(lacking.items())
    )


def _reached(trial: Trial, start: int) -> int:
    """Return which of the things that are lacking is the first at a start, a place in ``_LACKING``."""
    terms, filters = trial.ways.terms, trial.ways.filters
    reached = 1
    for modality in terms.modalities(trial.service, trial.group):
        frame = Frame(trial.service, trial.group, trial.group.population, start, modality)
        if not none(filters.to_start(trial.service, trial.group, modality, start)):
            continue
        if not any(none(filters.to_lead(row, frame)) for row in trial.ways.problem.therapists):
            reached = max(reached, 2)
            continue
        made = [c for c in _made(trial) if c.start == start and c.modality == modality]
        reached = max(reached, 3 if not made else 4 if not any(map(trial.ways.is_staffed, made)) else 5)
    return reached


def _made(trial: Trial) -> list[Candidate]:
    return list(CandidateFactory(trial.ways.terms, trial.ways.scope).of_group(trial.service, trial.group))
