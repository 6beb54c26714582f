"""One site's night: its clinic is read, its week sent out as a task, and what comes back judged and written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from iopsched.domain.outcome import Infeasible, Outcome, OutOfTime, Solved
from iopsched.errors import ConflictError, InputError, InternalError, NoScheduleError, UsageError
from iopsched.files.locks import held
from iopsched.files.output import check_target
from iopsched.networks.donealready import is_made, made_before, mark_of
from iopsched.networks.engines.engine import Finished
from iopsched.networks.parcels import Failure, Parcel, Reply, failure_of, packed, parcel_of, unpacked
from iopsched.networks.results import SiteResult, SiteState, SiteTimes, state_of
from iopsched.networks.sites import Site
from iopsched.networks.weektask import week_task
from iopsched.params import SolveParams
from iopsched.policy.columns import SETTINGS_FILE
from iopsched.verifier import goal_values, violations
from iopsched.work.clinics import ClinicInput, read_clinic
from iopsched.work.drafts import target_of
from iopsched.work.solving import keep_week
from iopsched.work.weeks import sweep

BUSY = "Another night is at work on this site and writes its week."
NONE_IN_TIME = "No schedule was found in time. That does not mean that there is none: try a longer time limit."


class Unit(Protocol):
    """What is solved together: a site alone, or several that are linked."""

    @property
    def sites(self) -> tuple[Site, ...]:
        """Return the sites."""
        ...

    def parcel(self, key: str) -> Parcel | None:
        """Read the sites and return the task, None where nothing is to be solved. Never raises for what is wrong at a site."""
        ...

    def early(self) -> Iterable[SiteResult]:
        """Return what became of the sites where there was no task."""
        ...

    def conclude(self, finished: Finished, waiting_s: float) -> Iterable[SiteResult]:
        """Judge what came back, write it, and return what became of the sites. Never raises for what is wrong at a site."""
        ...

    def leave(self) -> None:
        """Let go of what is held of the sites: nothing comes back."""
        ...


@dataclass(frozen=True, slots=True)
class _Ready:
    """A site that was read and is about to be solved."""

    given: ClinicInput
    target: Path
    mark: Mapping[str, str]
    reading_s: float
    release: Callable[[], None]


class LoneSite:
    """A site that is solved alone."""

    def __init__(self, site: Site, params: SolveParams, cores: int, now: datetime, *, is_again: bool) -> None:
        self.site = site
        self.asked = params
        self.params = replace(params, workers=params.workers or cores)
        self.now = now
        self.is_again = is_again
        self._ready: _Ready | None = None
        self._early: SiteResult | None = None

    @property
    def sites(self) -> tuple[Site, ...]:
        """Return the site."""
        return (self.site,)

    def parcel(self, key: str) -> Parcel | None:
        """Read the site and return its task, None where its week is made already or cannot be."""
        begun = time.monotonic()
        release = held(self._file)
        if release is None:
            self._early = SiteResult(self.site, SiteState.CONFLICT, message=BUSY)
            return None
        try:
            parcel = self._read(key, begun, release)
        except Exception as error:  # noqa: BLE001 - a bug at one site stops no other
            self._early = _refused(self.site, error)
            parcel = None
        if parcel is None:
            release()
        return parcel

    @property
    def _file(self) -> Path:
        """Return the file that a night holds while it is at work on the site."""
        clinic = self.site.clinic
        return clinic / SETTINGS_FILE if clinic.is_dir() else clinic

    def _read(self, key: str, begun: float, release: Callable[[], None]) -> Parcel | None:
        sweep(self.site.clinic)
        given = read_clinic(self.site.clinic, self.site.week, None, self.now)
        target = target_of(self.site.clinic, self.site.week)
        mark = mark_of(given.problem, given.inputs_sha256, self.asked)
        reading_s = time.monotonic() - begun
        if not self.is_again and is_made(target, mark) and (solved := made_before(target, given.problem)) is not None:
            found = self._with_week(given, solved, SiteTimes(reading=reading_s))
            self._early = replace(found, state=SiteState.SKIPPED, folder=target)
            return None
        check_target(target)
        self._ready = _Ready(given, target, mark, reading_s, release)
        task = week_task(given.problem, self.params, given.start)
        return parcel_of(key, task, self.params.time_limit_s)

    def early(self) -> Iterable[SiteResult]:
        """Return what became of the site."""
        assert self._early is not None  # noqa: S101 - parcel has returned None
        return (self._early,)

    def leave(self) -> None:
        """Let the site go."""
        if self._ready is not None:
            self._ready.release()
        self._ready = None

    def conclude(self, finished: Finished, waiting_s: float) -> Iterable[SiteResult]:
        """Judge the week that came back and write it."""
        ready, begun = self._ready, time.monotonic()
        assert ready is not None  # noqa: S101 - parcel has returned a task
        try:
            found = self._judge(ready, finished)
        except Exception as error:  # noqa: BLE001 - a bug at one site stops no other
            found = _refused(self.site, error)
        finally:
            self.leave()
        spent = found.times.solving
        times = SiteTimes(ready.reading_s, waiting_s, spent, time.monotonic() - begun + finished.seconds - spent)
        return (replace(found, times=times, tries=finished.tries),)

    def _judge(self, ready: _Ready, finished: Finished) -> SiteResult:
        """Return what became of the site; its week is written if the verifier accepts it."""
        if isinstance(finished.answer, Failure):
            return SiteResult(self.site, SiteState.FAILED, message=in_words(finished.answer, finished.tries))
        reply: Reply = unpacked(finished.answer)
        if isinstance(reply.result, Failure):
            found = SiteResult(self.site, SiteState.FAILED, message=in_words(reply.result, finished.tries))
            return replace(found, times=SiteTimes(solving=reply.seconds))
        outcome: Outcome = reply.result
        times = SiteTimes(solving=reply.seconds)
        if not isinstance(outcome, Solved):
            found = SiteResult(self.site, state_of(outcome), ready.given.issues, _why_none(outcome), times=times)
            return replace(found, packed_problem=packed(ready.given.problem), packed_outcome=packed(outcome))
        check_told(ready.given, outcome)
        mark = None if outcome.was_interrupted else ready.mark
        made = keep_week(ready.given, ready.target, self.params, outcome, mark)
        return replace(
            self._with_week(ready.given, outcome, times),
            folder=made.folder,
            kept=None if made.kept is None or made.kept_in is None else (made.kept_in, made.kept.why),
            published=None if made.published is None else made.published.revision,
        )

    def _with_week(self, given: ClinicInput, solved: Solved, times: SiteTimes) -> SiteResult:
        return SiteResult(
            self.site,
            state_of(solved),
            issues=given.issues,
            earlier=None if given.earlier is None else dict(given.earlier.entry),
            goals=solved.goals,
            packed_problem=packed(given.problem),
            packed_outcome=packed(solved),
            times=times,
        )


def check_told(given: ClinicInput, solved: Solved) -> None:
    """Hold what came back from elsewhere against the verifier.

    Raises
    ------
    InternalError
        If the week breaks a rule, or its goals have other values than told.
    """
    broken = violations(given.problem, solved.schedule)
    if broken:
        raise InternalError(f"The verifier rejects the schedule: {broken[0].rule} of {broken[0].subject}.")
    values = goal_values(given.problem, solved.schedule)
    odd = next((goal.name for goal in solved.goals if values[goal.name].value != goal.value), None)
    if odd is not None:
        raise InternalError(f"The verifier counts another value of the goal {odd}.")


def in_words(failure: Failure, tries: int) -> str:
    """Return why there is no answer, as a sentence."""
    if failure.is_lost:
        return f"Whoever solved this site was lost {tries} times. Perhaps the machine has too little memory."
    place = f" at {failure.place}" if failure.place else ""
    sentence = f" {failure.sentence}" if failure.sentence else ""
    return f"This is a bug in iopsched, not in the files of the site: {failure.kind}{place}.{sentence}"


def _refused(site: Site, error: Exception) -> SiteResult:
    """Return what an error means for its site."""
    if isinstance(error, InputError):
        is_contradiction = all(issue.code.startswith("C-") for issue in error.issues if issue.level == "error")
        state = SiteState.CONTRADICTION if is_contradiction else SiteState.BAD_INPUT
        return SiteResult(site, state, error.issues)
    if isinstance(error, ConflictError):
        return SiteResult(site, SiteState.CONFLICT, message=str(error))
    if isinstance(error, UsageError):
        return SiteResult(site, SiteState.NOT_WRITTEN, message=str(error))
    if isinstance(error, OSError) and error.filename is not None:
        return SiteResult(site, SiteState.NOT_WRITTEN, message=f"{error.filename}: {error.strerror}.")
    return SiteResult(site, SiteState.FAILED, message=in_words(failure_of(error), 1))


def _why_none(outcome: Infeasible | OutOfTime) -> str:
    if isinstance(outcome, OutOfTime):
        return "" if outcome.was_interrupted else NONE_IN_TIME
    return str(NoScheduleError(outcome))
