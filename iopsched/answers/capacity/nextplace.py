"""What breaks first: cells that keep one more person of a kind out, and what it costs to let them in.

Steps count where a week with one more person was found in the changed clinic, which the verifier accepts. Where no cheapest set
is found in time, steps of one kind are tried together, then by halves, until one is left that is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from iopsched.answers.base import Budget
from iopsched.answers.capacity.capacityanswer import KindAnswer
from iopsched.answers.capacity.capacityquestions import MOST, CapacityQuestions, with_people
from iopsched.answers.capacity.personkinds import typical
from iopsched.answers.explanation import CellFact
from iopsched.answers.waysout.choosing import cheapest_steps
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import hours
from iopsched.domain.whereabouts import Rows
from iopsched.policy.numbers import largest, staff_limit
from iopsched.rulebook.steps import StepKind
from iopsched.search.admission import Admitted, Waiting, admissions
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.steps.offer import OfferedStep, WrittenStep, as_offered
from iopsched.steps.offers import offers
from iopsched.words.sentence import GroupRef, Sentence, TherapistRef

SHARE_OF_CHEAPEST = 0.7
MOST_S = 8.0
"""The seconds that one kind may take: those that follow are to have some."""


@dataclass(frozen=True, slots=True)
class NextPlaces:
    """Looks for what keeps one more person out; ``files`` are the clinic's, where they are at hand, ``rows`` where their rows stand."""

    questions: CapacityQuestions
    files: ClinicFiles | None
    rows: Rows

    def told(self, answer: KindAnswer, budget: Budget) -> KindAnswer:
        """Return an answer about a kind with what limits it; as it was where nothing was found or it is not proven."""
        known = self.questions.weeks.get(answer.kind)
        if known is None or not answer.is_proven or answer.more >= MOST:
            return answer
        trial = _OneMore(self, answer, known, budget)
        steps = trial.cheapest() or trial.single()
        if not steps:
            return answer
        facts = tuple(dict.fromkeys(self._fact(step, known.week) for step in steps))
        return replace(answer, limited_by=facts, price_of_next=self._written(steps))

    def _written(self, steps: Sequence[OfferedStep]) -> tuple[WrittenStep, ...]:
        return as_offered(steps) if self.files is None else self.files.with_offers(steps)[0]

    def _fact(self, step: OfferedStep, week: Schedule) -> CellFact:
        (written,) = self._written([step])
        old = written.old if isinstance(written.old, str) else ""
        sentence = _numbers(self.questions.problem, week, step) or _as_written(written, old)
        return CellFact(written.file, written.id, written.column, old, sentence)


@dataclass(frozen=True, slots=True)
class _OneMore:
    """One more person of a kind than can come, and the steps that are tried for them."""

    limits: NextPlaces
    answer: KindAnswer
    known: Admitted
    budget: Budget

    def cheapest(self) -> tuple[OfferedStep, ...]:
        """Return the cheapest steps found with which one more can come, tried again; none where there are none in time."""
        every = self._offers()
        if not every:
            return ()
        most = self.limits.questions.base.unmet
        budget = self.budget.part(SHARE_OF_CHEAPEST)
        found = cheapest_steps(self._with_more(), self.known.week, self._people[-1:], most, every, budget) or ()
        return found if found and self._helps(found, is_thorough=True) else ()

    def single(self) -> tuple[OfferedStep, ...]:
        """Return one step that is enough by itself, of the cheapest kind that has one; none where none was found in time."""
        by_kind: dict[StepKind, list[OfferedStep]] = {}
        for step in self._offers():
            by_kind.setdefault(step.kind, []).append(step)
        for steps in sorted(by_kind.values(), key=lambda row: row[0].price):
            if not self.budget.is_over and self._helps(steps) and (found := self._single(steps)) is not None:
                return (found,)
        return ()

    @property
    def _people(self) -> list[str]:
        """Return all who should come; the last one is one too many now."""
        problem = self.limits.questions.problem
        return [row.id for row in typical(problem, self.answer.kind, self.answer.more + 1)]

    def _offers(self) -> list[OfferedStep]:
        problem = self._with_more()
        new = self._people
        rows = self.limits.rows
        return [
            step
            for step in offers(problem, self.known.week, [new[-1]], rows=rows)
            if not set(new).intersection(step.key)
        ]

    def _with_more(self) -> Problem:
        problem = self.limits.questions.problem
        return with_people(problem, typical(problem, self.answer.kind, self.answer.more + 1))

    def _helps(self, steps: Sequence[OfferedStep], *, is_thorough: bool = False) -> bool:
        """Return whether a week with one more was found where these steps are taken; near the known one unless ``is_thorough``."""
        problem, extended = self.limits.questions.problem, self._with_more()
        try:
            for step in steps:
                problem, extended = step.changed(problem), step.changed(extended)
            base = self.limits.questions.base
            waiting = Waiting(
                problem=problem,
                week=base.schedule,
                people=tuple(self._people),
                with_people=extended,
                are_alike=True,
                keeps_sessions=self.limits.questions.moves_nobody,
            )
            found = admissions(waiting, self.budget.params(), self.budget.stop, begin=self.known, proves=is_thorough)
        except (KeyError, ValueError):  # a step that makes this week impossible, or no clinic
            return False
        return len(found.who) > self.answer.more

    def _single(self, steps: Sequence[OfferedStep]) -> OfferedStep | None:
        """Return one step of several that is enough by itself, by halves; None where all parts have to work together."""
        while len(steps) > 1 and not self.budget.is_over:
            half = len(steps) // 2
            parts = (steps[:half], steps[half:])
            enough = next((part for part in parts if self._helps(part)), None)
            if enough is None:
                return None
            steps = enough
        return steps[0] if len(steps) == 1 else None


def _as_written(step: WrittenStep, old: str) -> Sentence:
    """Return what stands in a cell, where nothing better can be said."""
    if not step.column:
        return Sentence("{} would have to change: {}", step.file, step.sentence)
    stands = f"is {old}" if old else "is blank"
    return Sentence("{} of {} {} ({}).", step.column, step.id, stands, step.file)


def _numbers(problem: Problem, week: Schedule, step: OfferedStep) -> Sentence | None:
    """Return what is there and what is taken of it, of groups and of the hours of staff."""
    key = step.key[0] if step.key else ""
    if step.kind == StepKind.RAISE_SIZE and key in problem.group:
        group = problem.group[key]
        members = {pid for row in week.sessions if row.group_id == key for pid in row.participant_ids}
        service = problem.service[group.service_id]
        most = largest(problem.clinic, service, group, [group.population]).value
        return Sentence("{} has {} of {} places taken ({}).", GroupRef(key), len(members), most, step.file)
    if step.kind == StepKind.EXTRA_SESSION and key in problem.group:
        number = sum(row.group_id == key for row in week.sessions)
        most = problem.group[key].sessions_per_week
        return Sentence("{} meets {} of {} times a week ({}).", GroupRef(key), number, most, step.file)
    if step.kind in {StepKind.STAFF_HOURS, StepKind.STAFF_WINDOW} and key in problem.therapist:
        minutes = sum(row.minutes for row in week.sessions if key in row.therapist_ids)
        limit = staff_limit(problem.clinic, problem.therapist[key], "max_hours_per_week").value
        if step.kind == StepKind.STAFF_HOURS:
            return Sentence(
                "{} has {} of {} in sessions ({}).", TherapistRef(key), hours(minutes), hours(limit), step.file
            )
        return Sentence("{} is not there at other times ({}, {}).", TherapistRef(key), step.file, step.column)
    return None


def with_limits(
    limits: NextPlaces,
    kinds: Sequence[KindAnswer],
    budget: Budget,
    unfinished: list[Sentence],
    on_limit: Callable[[KindAnswer], None] = lambda _: None,
) -> tuple[KindAnswer, ...]:
    """Return the answers about kinds with what limits each, those with places first, as far as the time goes.

    ``on_limit`` hears of each for which something was found.
    """
    order = sorted(range(len(kinds)), key=lambda place: (not kinds[place].more, place))
    found: dict[int, KindAnswer] = {}
    for place in order:
        if budget.is_over:
            unfinished.append(Sentence("Time was over before it was known what limits each kind."))
            break
        found[place] = limits.told(kinds[place], budget.part(most_s=MOST_S))
        if found[place].price_of_next:
            on_limit(found[place])
    return tuple(found.get(place, row) for place, row in enumerate(kinds))
