"""Making a clinic's week: the search, and the files of what it found."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from iopsched import search
from iopsched.domain.instants import moment_text
from iopsched.domain.outcome import Outcome, Solved
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule
from iopsched.files.output import goal_list, unmet_besides, unmet_list
from iopsched.params import OnProgress, SolveParams
from iopsched.search.linked import LinkedOutcome, LinkedProblem, solve_linked
from iopsched.store import clinic_home, latest
from iopsched.store.revisions import draft
from iopsched.work.basis import Earlier
from iopsched.work.clinics import ClinicInput
from iopsched.work.keeping import EarlierSchedule, write_week


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a clinic's week: written to ``folder`` if ``outcome`` is a schedule.

    ``kept`` is what became of the schedule that was there before. ``earlier`` is the week that it was made from,
    ``begun`` the moment before which that one stays, and ``published`` the revision that says the same, which leaves
    nothing to publish.
    """

    week: date
    folder: Path
    outcome: Outcome
    earlier: Earlier | None = None
    begun: str | None = None
    kept: EarlierSchedule | None = None
    published: Publication | None = None

    @property
    def kept_in(self) -> Path | None:
        """Return where the earlier schedule is kept, named as the folder was."""
        if self.kept is None:
            return None
        is_beside = self.folder.name == self.kept.folder.name.rpartition(".before-")[0]
        return self.folder.with_name(self.kept.folder.name) if is_beside else self.kept.folder

    def facts(self, problem: Problem, solved: Solved) -> dict[str, Any]:
        """Return a schedule that was found for a machine."""
        return {
            "week": self.week.isoformat(),
            "status": "optimal" if solved.is_optimal else "feasible",
            "interrupted": solved.was_interrupted,
            "repeatable": solved.is_repeatable,
            "goals": goal_list(solved),
            "unmet": unmet_list(solved),
            **unmet_besides(problem, solved.schedule),
            "previous": dict(self.earlier.entry) if self.earlier is not None else None,
            "now": self.begun,
            "held": sorted(session.id for session in problem.kept),
            "folder": str(self.folder),
            "published": self.published.revision if self.published is not None else None,
            "kept": str(self.kept_in) if self.kept_in else None,
            "seconds": round(solved.seconds, 3),
        }


def find_week(
    problem: Problem,
    params: SolveParams,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
    start: Schedule | None = None,
) -> Outcome:
    """Search for the best week of a problem, from ``start`` if there is one; ``stop`` ends the search with the best so far."""
    return search.solve(problem, params, on_progress, stop, start=start)


def find_linked_weeks(
    linked: LinkedProblem,
    params: SolveParams,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> LinkedOutcome:
    """Search for the weeks of clinics that share staff; ``stop`` ends the search with the best so far."""
    return solve_linked(linked, params, on_progress, stop)


def make_week(
    given: ClinicInput,
    target: Path,
    params: SolveParams,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> Made:
    """Search for the best week of a clinic that lies on the disk, and write it to a folder."""
    outcome = find_week(given.problem, params, on_progress, stop, given.start)
    return keep_week(given, target, params, outcome)


def keep_week(
    given: ClinicInput,
    target: Path,
    params: SolveParams,
    outcome: Outcome,
    network: Mapping[str, Any] | None = None,
) -> Made:
    """Write what a search has found to a folder, if that is a week.

    ``params`` are those that it was searched with; ``network`` is by what a night of many clinics knows its week again.
    """
    if not isinstance(outcome, Solved):
        return Made(given.week, target, outcome, given.earlier)
    begun = None if given.problem.now is None else moment_text(given.week, given.problem.now)
    sha, earlier = given.inputs_sha256, given.earlier
    kept = write_week(target, given.problem, outcome, params, sha, earlier, given.folder, network=network)
    return Made(given.week, target, outcome, given.earlier, begun, kept, published_alike(given.folder, outcome))


def published_alike(clinic: Path | None, solved: Solved) -> Publication | None:
    """Return the last revision of the week where it says what was found."""
    last = latest(clinic_home(clinic), solved.schedule.week) if clinic is not None else None
    return last if last is not None and not draft(last.site, solved.schedule, last).is_draft else None
