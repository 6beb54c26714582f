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

Mark = Mapping[str, str]
"""What a week's summary remembers of the night that made it: :func:`iopsched.networks.donealready.mark_of`."""

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
        """Return what became of the sites that are not in the task, all of them where there is none."""
        ...

    def conclude(self, finished: Finished, waiting_s: float) -> Iterable[SiteResult]:
        """Judge what came back, write it, and return what became of the sites. Never raises for what is wrong at a site."""
        ...

    def leave(self) -> None:
        """Let go of what is held of the sites: nothing comes back."""
        ...


@dataclass(frozen=True, slots=True)
class ReadySite:
    """A site that was read and is about to be solved."""

    given: ClinicInput
    target: Path
    mark: Mark
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
        self._ready: ReadySite | None = None
        self._early: SiteResult | None = None

    @property
    def sites(self) -> tuple[Site, ...]:
        """Return the site."""
        return (self.site,)

    def parcel(self, key: str) -> Parcel | None:
        """Read the site and return its task, None where its week is made already or cannot be."""
        try:
            ready = self.opened()
            if ready is None:
                return None
            if self.is_made_as(ready.mark):
                self.leave()
                return None
            check_target(ready.target)
            task = week_task(ready.given.problem, self.params, ready.given.start)
            return parcel_of(key, task, self.params.time_limit_s)
        except Exception as error:  # noqa: BLE001 - a bug at one site stops no other
            self.refuse(error)
            return None

    def opened(self) -> ReadySite | None:
        """Hold the site and read it; None, and an early result, where somebody else is at work on it or it has faults."""
        begun = time.monotonic()
        release = held(self._file)
        if release is None:
            self._early = SiteResult(self.site, SiteState.CONFLICT, message=BUSY)
            return None
        try:
            self._ready = self._read(begun, release)
        except Exception as error:  # noqa: BLE001 - a bug at one site stops no other
            release()
            self.refuse(error)
        return self._ready

    def is_made_as(self, mark: Mark) -> bool:
        """Return whether an earlier night has made the week with this mark; then that is what became of the site."""
        ready = self._ready
        if ready is None or self.is_again or not is_made(ready.target, mark):
            return False
        solved = made_before(ready.target, ready.given.problem)
        if solved is None:
            return False
        found = self._with_week(ready.given, solved, SiteTimes(reading=ready.reading_s))
        self._early = replace(found, state=SiteState.SKIPPED, folder=ready.target)
        return True

    def refuse(self, error: Exception) -> None:
        """Let the site go: an error says what became of it."""
        self._early = _refused(self.site, error)
        self.leave()

    @property
    def _file(self) -> Path:
        """Return the file that a night holds while it is at work on the site."""
        clinic = self.site.clinic
        return clinic / SETTINGS_FILE if clinic.is_dir() else clinic

    def _read(self, begun: float, release: Callable[[], None]) -> ReadySite:
        sweep(self.site.clinic)
        given = read_clinic(self.site.clinic, self.site.week, None, self.now)
        target = target_of(self.site.clinic, self.site.week)
        mark = mark_of(given.problem, given.inputs_sha256, self.asked)
        return ReadySite(given, target, mark, time.monotonic() - begun, release)

    def early(self) -> Iterable[SiteResult]:
        """Return what became of the site."""
        return () if self._early is None else (self._early,)

    def leave(self) -> None:
        """Let the site go."""
        if self._ready is not None:
            self._ready.release()
        self._ready = None

    def conclude(self, finished: Finished, waiting_s: float) -> Iterable[SiteResult]:
        """Judge the week that came back and write it."""
        answer = reply_of(finished)
        return (self.judged(answer if isinstance(answer, Failure) else answer.result, finished, waiting_s),)

    def judged(
        self, outcome: Outcome | Failure, finished: Finished, waiting_s: float, mark: Mark | None = None
    ) -> SiteResult:
        """Return what became of the site; its week is written, with a mark of its own or this one, if the verifier accepts it."""
        ready, begun = self._ready, time.monotonic()
        assert ready is not None  # noqa: S101 - the site was opened
        answer = reply_of(finished)
        spent = 0.0 if isinstance(answer, Failure) else answer.seconds
        try:
            found = self._judge(ready, outcome, finished.tries, mark or ready.mark)
        except Exception as error:  # noqa: BLE001 - a bug at one site stops no other
            found = _refused(self.site, error)
        finally:
            self.leave()
        times = SiteTimes(ready.reading_s, waiting_s, spent, time.monotonic() - begun + finished.seconds - spent)
        return replace(found, times=times, tries=finished.tries)

    def _judge(self, ready: ReadySite, outcome: Outcome | Failure, tries: int, mark: Mark) -> SiteResult:
        if isinstance(outcome, Failure):
            return SiteResult(self.site, SiteState.FAILED, message=in_words(outcome, tries))
        if not isinstance(outcome, Solved):
            found = SiteResult(self.site, state_of(outcome), ready.given.issues, _why_none(outcome))
            return replace(found, packed_problem=packed(ready.given.problem), packed_outcome=packed(outcome))
        check_told(ready.given, outcome)
        made = keep_week(ready.given, ready.target, self.params, outcome, None if outcome.was_interrupted else mark)
        return replace(
            self._with_week(ready.given, outcome, SiteTimes()),
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


def reply_of(finished: Finished) -> Reply | Failure:
    """Return what came back, or why nothing did."""
    if isinstance(finished.answer, Failure):
        return finished.answer
    reply: Reply = unpacked(finished.answer)
    return reply


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
