"""How many more people a clinic can take: reading it, answering, and the weeks that follow."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from iopsched.answers.base import Base, Budget, base_of
from iopsched.answers.capacity.capacityanswer import Capacity, KindAnswer, ReferralAnswer, TogetherAnswer
from iopsched.answers.capacity.capacityquestions import CapacityQuestions, capacity_of
from iopsched.answers.capacity.nextplace import NextPlaces, with_limits
from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.export.formats import Format
from iopsched.export.placesmap import places_picture
from iopsched.export.writing import Written
from iopsched.params import SolveParams
from iopsched.views.capacitytables import capacity_told
from iopsched.views.labels import NameMode
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.work.explanations import Questioned
from iopsched.work.exports import answer_place, edition_of, export_answer
from iopsched.work.weeks import inspect_week

Part = TogetherAnswer | ReferralAnswer | KindAnswer
WEEKS_AHEAD = 8
BASE_SHARE = 0.4
LIMITS_SHARE = 0.6
NOT_PUBLISHED = Sentence(
    "The week in the folder breaks rules of today's tables, or there is none: what stays is the best week there is."
)


def answer(
    question: Questioned,
    params: SolveParams,
    seconds: float,
    stop: threading.Event,
    on_part: Callable[[Part], None] = lambda _: None,
    on_limit: Callable[[KindAnswer], None] = lambda _: None,
    *,
    moves_nobody: bool = False,
    most_base_s: float = math.inf,
) -> Capacity | Infeasible | OutOfTime:
    """Say how many more people the week can take, within so many seconds; nothing is written.

    With ``moves_nobody`` every session of the week that is known stays as it is. ``on_part`` hears of each answer as it is
    found, ``on_limit`` of a kind once more when it is known what one more of it costs. For ``most_base_s`` seconds at most a week
    with less unmet need than the known one is looked for first.
    """
    budget = Budget.of(seconds, stop, params.workers, params.seed)
    problem = question.given.problem
    base = base_of(problem, question.schedule, budget.part(BASE_SHARE, most_base_s), question.proven)
    if isinstance(base, Infeasible | OutOfTime):
        return base
    asking = CapacityQuestions(base, budget, moves_nobody)
    if moves_nobody and (question.schedule is None or base.schedule.sessions != question.schedule.sessions):
        asking.unfinished.append(NOT_PUBLISHED)
    folder = question.given.folder
    if folder is None:
        return capacity_of(asking, on_part)
    limits = NextPlaces(asking, question.files, question.given.rows)

    def limited(kinds: Sequence[KindAnswer]) -> tuple[KindAnswer, ...]:
        return with_limits(limits, kinds, budget.part(LIMITS_SHARE), asking.unfinished, on_limit)

    return capacity_of(asking, on_part, _Later(question, asking).weeks_of, limited)


@dataclass(frozen=True, slots=True)
class _Later:
    """The weeks that follow one, each read with its own steps, discharges, closures and absences."""

    question: Questioned
    asking: CapacityQuestions

    def weeks_of(self, waitlist: Sequence[ReferralAnswer]) -> tuple[ReferralAnswer, ...]:
        """Return the answers about those who wait, with the first of these weeks in which they can start."""
        found = {row.participant_id: row for row in waitlist}
        base = self.asking.base
        for ahead in range(1, WEEKS_AHEAD + 1):
            left = [key for key, row in found.items() if not row.can_start and row.earliest_week is None]
            if not left or self.asking.budget.is_over:
                break
            week = self._base_of(base, ahead)
            if week is None:
                break
            base = week
            asking = CapacityQuestions(base, self.asking.budget, moves_nobody=False)
            entries = {row.participant.id: row.participant for row in base.problem.waitlist}
            for place, key in enumerate(left):
                if key not in entries or self.asking.budget.is_over:
                    continue
                budget = self.asking.budget.part(1 / (len(left) - place) / 2)
                if asking.referral(entries[key], budget).can_start:
                    found[key] = replace(found[key], earliest_week=base.problem.week)
        left = [key for key, row in found.items() if row.earliest_week is None]
        if left and self.asking.budget.is_over:
            self.asking.unfinished.append(
                Sentence("Time was over before all {} ahead were tried.", count(WEEKS_AHEAD, "week"))
            )
        return tuple(found.values())

    def _base_of(self, before: Base, ahead: int) -> Base | None:
        """Return the best week found of one that follows, beginning with the week before it."""
        week = self.question.given.week + timedelta(weeks=ahead)
        folder = self.question.given.folder
        problem = None if folder is None else inspect_week(folder, week, is_for_solving=False).problem
        if problem is None:
            return None
        start = replace(before.schedule, week=week)
        found = base_of(problem, start, self.asking.budget.part(0.5))
        return found if isinstance(found, Base) else None


def export(
    question: Questioned,
    found: Capacity,
    target: Path | None,
    formats: Collection[Format],
    names: NameMode | None,
    *,
    is_forced: bool,
) -> Written:
    """Write the answer as a page and a workbook, by default into the exports of the folder that it is about.

    Raises
    ------
    UsageError
        If there is no folder, or an answer has none of these formats.
    """
    place = answer_place(target, question.folder)
    problem = question.given.problem
    edition = edition_of(question.clinic, problem, found.schedule, names, None)
    told = capacity_told(found, problem, edition.labels)
    pictures = [places_picture(found.places)] if found.places else []
    return export_answer(edition, question.clinic, place, told, formats, pictures, is_forced=is_forced)


def facts(question: Questioned, found: Capacity) -> dict[str, Any]:
    """Return the answer for a machine."""
    return {
        "week": found.week.isoformat(),
        "folder": None if question.folder is None else str(question.folder),
        **found.as_json(),
    }
