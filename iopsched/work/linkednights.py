"""The night of sites that share staff: all are read, sent out as one task, and judged together before any week is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from iopsched import ingest
from iopsched.domain.outcome import Outcome, Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.sharing import SiteLinks, Timetable
from iopsched.errors import ConflictError, InputError, InternalError, UsageError
from iopsched.files.output import check_target, read_summary
from iopsched.networks.donealready import mark_of_all
from iopsched.networks.engines.engine import Finished
from iopsched.networks.parcels import Failure, Parcel, failure_of, packed, parcel_of
from iopsched.networks.results import Linked, SiteResult
from iopsched.networks.sharing.linkedtask import linked_task
from iopsched.networks.sharing.linklimits import links_of
from iopsched.networks.sites import LinkedGroup, Site
from iopsched.params import SolveParams
from iopsched.search.linked import LinkedOutcome, LinkedProblem, restricted
from iopsched.store import clinic_home, latest
from iopsched.verifier.acrosssites import clashes
from iopsched.work.basis import A_WEEK
from iopsched.work.clinics import timezone_of
from iopsched.work.drafts import newest_folder
from iopsched.work.sitenights import LoneSite, Mark, ReadySite, reply_of


@dataclass(frozen=True, slots=True)
class _Together:
    """Sites that were read and are about to be solved together."""

    ready: Mapping[str, ReadySite]
    links: SiteLinks
    binding: tuple[Timetable, ...]
    mark: Mark

    @property
    def problems(self) -> Mapping[str, Problem]:
        """Return the facts of each site."""
        return {name: ready.given.problem for name, ready in self.ready.items()}


class LinkedSites:
    """Sites that share staff and are solved together: those of a group that somebody wants; the others bind with their weeks."""

    def __init__(self, group: LinkedGroup, members: Sequence[LoneSite]) -> None:
        self.group = group
        self.members = tuple(members)
        self._early: list[SiteResult] = []
        self._together: _Together | None = None

    @property
    def sites(self) -> tuple[Site, ...]:
        """Return the sites that are solved."""
        return tuple(member.site for member in self.members)

    def parcel(self, key: str) -> Parcel | None:
        """Read the sites and return their task, None where their weeks are made already or none can be."""
        opened = {member.site.name: (member, member.opened()) for member in self.members}
        ready = {name: found for name, (_, found) in opened.items() if found is not None}
        self._early = [result for member, found in opened.values() if found is None for result in member.early()]
        if not ready:
            return None
        here = [member for member in self.members if member.site.name in ready]
        try:
            return self._parcel(key, here, ready)
        except Exception as error:  # noqa: BLE001 - a bug at these sites stops no other
            for member in here:
                member.refuse(error)
                self._early += member.early()
            return None

    def _parcel(self, key: str, here: Sequence[LoneSite], ready: Mapping[str, ReadySite]) -> Parcel | None:
        problems = {name: found.given.problem for name, found in ready.items()}
        links = links_of(self.group, problems)
        binding = tuple(self._binding(ready))
        mark = mark_of_all([found.mark for found in ready.values()], (links, binding))
        self._together = _Together(ready, links, binding, mark)
        if all(member.is_made_as(mark) for member in here):
            weeks = _weeks_before(ready)
            told = self._told_before(self._together, weeks)
            self.leave()
            made = (result for member in here for result in member.early())
            self._early += [_beside(replace(result, linked=told), self._together, weeks) for result in made]
            return None
        for found in ready.values():
            check_target(found.target)
        sites = tuple((name, found.given.problem, found.given.start) for name, found in ready.items())
        params = _params_of_all(here)
        return parcel_of(key, linked_task(LinkedProblem(sites, links, binding), params), params.time_limit_s)

    def _binding(self, ready: Mapping[str, ReadySite]) -> Iterator[Timetable]:
        """Yield the weeks of all sites of the group that bind: what is published around the week, else what lies there."""
        for site in self.group.sites:
            found = ready.get(site.name)
            zone = found.given.problem.clinic.timezone if found is not None else timezone_of(site.clinic)
            for week in (site.week - A_WEEK, site.week, site.week + A_WEEK) if zone is not None else ():
                schedule = _published(site.clinic, week)
                if schedule is None and found is None and week == site.week:
                    schedule = _draft(site.clinic, week)
                if schedule is not None:
                    yield Timetable(site.name, zone or "", week, schedule.sessions, is_published=True)

    def early(self) -> Iterable[SiteResult]:
        """Return what became of the sites that are not solved."""
        return tuple(self._early)

    def leave(self) -> None:
        """Let the sites go."""
        for member in self.members:
            member.leave()

    def conclude(self, finished: Finished, waiting_s: float) -> Iterable[SiteResult]:
        """Judge all weeks together, then write each."""
        together, answer = self._together, reply_of(finished)
        if together is None:  # nothing was sent
            return
        found: LinkedOutcome | Failure = answer if isinstance(answer, Failure) else answer.result
        if isinstance(found, LinkedOutcome):
            try:
                check_across(together.links, together.binding, together.problems, dict(found.outcomes))
            except InternalError as error:
                found = failure_of(error)
        outcomes = {} if isinstance(found, Failure) else dict(found.outcomes)
        told = None if isinstance(found, Failure) else self._told(together, found)
        mark = {**together.mark, **({} if told is None else _remembered(told))}
        here = [member for member in self.members if member.site.name in together.ready]
        for member in here:
            outcome = found if isinstance(found, Failure) else outcomes[member.site.name]
            result = replace(member.judged(outcome, finished, waiting_s, mark), linked=told)
            yield _beside(result, together, _weeks(outcomes))

    def _told(self, together: _Together, found: LinkedOutcome) -> Linked:
        people = _people(together.links, _weeks(dict(found.outcomes)))
        return Linked(self._names(together.ready), people, found.way, found.unmet, found.bound)

    def _names(self, ready: Mapping[str, ReadySite]) -> tuple[str, ...]:
        """Return the sites that could be read, in the order in which they were named."""
        return tuple(site.name for site in self.group.sites if site.name in ready)

    def _told_before(self, together: _Together, weeks: Mapping[str, Schedule]) -> Linked:
        """Return what an earlier night has told of these sites together."""
        summary = read_summary(next(iter(together.ready.values())).target) or {}
        entry: Mapping[str, Any] = summary.get("network", {})
        people = _people(together.links, weeks)
        numbers = entry.get("joint_unmet"), entry.get("joint_bound")
        return Linked(self._names(together.ready), people, str(entry.get("way", "")), *numbers)


def _beside(result: SiteResult, together: _Together, weeks: Mapping[str, Schedule]) -> SiteResult:
    """Return a result with the facts as they are beside the other sites' weeks: bounds, and what is asked later, are of these."""
    if not result.has_week:
        return result
    name, problems = result.site.name, together.problems
    drafts = _drafts(problems, {site: week for site, week in weeks.items() if site != name})
    problem = restricted(name, problems[name], together.links, [*together.binding, *drafts])
    return replace(result, packed_problem=packed(problem))


def _weeks(outcomes: Mapping[str, Outcome]) -> Mapping[str, Schedule]:
    return {name: outcome.schedule for name, outcome in outcomes.items() if isinstance(outcome, Solved)}


def _weeks_before(ready: Mapping[str, ReadySite]) -> Mapping[str, Schedule]:
    """Return the weeks that lie at these sites."""
    found = {name: ingest.inspect_schedule(row.target, row.given.problem).schedule for name, row in ready.items()}
    return {name: week for name, week in found.items() if week is not None}


def _drafts(problems: Mapping[str, Problem], weeks: Mapping[str, Schedule]) -> list[Timetable]:
    return [Timetable(name, problems[name].clinic.timezone, week.week, week.sessions) for name, week in weeks.items()]


def check_across(
    links: SiteLinks, binding: Sequence[Timetable], problems: Mapping[str, Problem], outcomes: Mapping[str, Outcome]
) -> None:
    """Hold the weeks that came back against each other and against what binds.

    Raises
    ------
    InternalError
        If somebody would have to be at two sites at once, be faster than the way, or work more than they may.
    """
    broken = clashes(links, [*binding, *_drafts(problems, _weeks(outcomes))])
    if broken:
        raise InternalError(f"The weeks of linked sites clash: {broken[0].sentence}")


def _remembered(told: Linked) -> Mapping[str, Any]:
    return {"way": told.way, "joint_unmet": told.unmet, "joint_bound": told.bound}


def _people(
    links: SiteLinks, weeks: Mapping[str, Schedule]
) -> tuple[tuple[str, Mapping[str, str], Mapping[str, int]], ...]:
    """Return who is shared, with the minutes of each at each site."""

    def minutes(site: str, key: str) -> int:
        return sum(row.minutes for row in weeks[site].sessions if key in row.therapist_ids)

    return tuple(
        (person.id, person.id_at, {site: minutes(site, key) for site, key in person.at if site in weeks})
        for person in links.people
    )


def _params_of_all(members: Sequence[LoneSite]) -> SolveParams:
    """Return how the sites are searched together: each brings its own time."""
    first = members[0].params
    effort = [member.params.deterministic_limit for member in members]
    return replace(
        first,
        time_limit_s=sum(member.params.time_limit_s for member in members),
        deterministic_limit=None if first.deterministic_limit is None else sum(own or 0.0 for own in effort),
    )


def _published(clinic: Path, week: date) -> Schedule | None:
    """Return the last published revision of a week, None where there is none that can be read."""
    try:
        found = latest(clinic_home(clinic), week)
    except ConflictError:
        return None
    return None if found is None else found.schedule


def _draft(clinic: Path, week: date) -> Schedule | None:
    """Return the draft of a week that nobody makes tonight."""
    try:
        return ingest.inspect_schedule(newest_folder(clinic, week, week).folder).schedule
    except (InputError, UsageError, ConflictError):
        return None
