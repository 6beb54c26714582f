"""Why something is as it is in a week, and what would be otherwise: read with the facts of its time, answered in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from iopsched.answers.alternatives.answer import FacetAnswer, InsteadAnswer, SubjectKind, WhyAnswer
from iopsched.answers.alternatives.asking import Alternative, Words, alternative_of, subject_of
from iopsched.answers.alternatives.inquiry import Inquiry
from iopsched.answers.alternatives.instead import answer_instead
from iopsched.answers.alternatives.subjects import heading, sides
from iopsched.answers.base import Budget
from iopsched.domain.outcome import GoalId
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.export.assembly import proven_goals
from iopsched.params import SolveParams
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.stopping import Late, looking_at
from iopsched.verifier import goal_values, violations
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.work.recording import files_of
from iopsched.work.weeks import Read, names_of

OnFacet = Callable[[FacetAnswer], None]
FIRST_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Question:
    """A subject of a week, and the alternative that is asked of it, if any."""

    kind: SubjectKind
    subject: str
    instead: Alternative | None


def question_of(read: Read, subject: str, instead: str | None) -> Question:
    """Return what is asked; ids and names are looked up.

    Raises
    ------
    UsageError
        If a word is not understood.
    """
    words = Words(read.problem, read.schedule, lambda: names_of(read.clinic))
    kind, key = subject_of(subject, words)
    return Question(kind, key, None if instead is None else alternative_of(instead, words))  # type: ignore[arg-type]


def floor_of(read: Read) -> Mapping[GoalId, int]:
    """Return what is proven of the goals of a week; nothing where it or the tables were edited since."""
    goals = proven_goals(read.problem, read.folder, read.inputs_sha256)
    now = goal_values(read.problem, read.schedule) if goals else {}
    is_as_made = all(now[goal.name].value == goal.value for goal in goals)
    return {goal.name: goal.bound for goal in goals} if is_as_made else {}


def first_line(read: Read, question: Question) -> Sentence:
    """Return what the subject has this week."""
    return heading(Inquiry(read.problem, read.schedule, Budget.of(1.0)), question.kind, question.subject)


def broken_now(problem: Problem, schedule: Schedule) -> int:
    """Return how many rules the week breaks as it is."""
    return len(violations(problem, schedule))


def why(
    read: Read,
    question: Question,
    params: SolveParams,
    seconds: float,
    stop: threading.Event,
    on_facet: OnFacet | None = None,
) -> WhyAnswer:
    """Answer a question in so many seconds; workers and seed are those of ``params``.

    ``on_facet`` hears of each side as soon as it is known, in the order in which they are told.
    """
    budget = Budget.of(seconds, stop, params.workers, params.seed)
    inquiry = Inquiry(read.problem, read.schedule, budget, floor_of(read))
    with looking_at(budget.stop, budget.end_s):
        return _answer(read, question, inquiry, on_facet)


def _answer(read: Read, question: Question, inquiry: Inquiry, on_facet: OnFacet | None) -> WhyAnswer:
    if question.instead is not None:
        files = files_of(read) if read.revision is None else None
        instead, unfinished = _instead(inquiry, question, files)
        return WhyAnswer(question.subject, question.kind, (), instead, unfinished)
    found: list[FacetAnswer] = []
    asks = sides(inquiry, question.kind, question.subject)
    for place, ask in enumerate(asks):
        if inquiry.budget.is_over:
            break
        try:
            facet = ask(min(FIRST_SHARE, 2 / (len(asks) - place + 1)))
        except Late:
            break
        found.append(facet)
        if on_facet is not None:
            on_facet(facet)
    return WhyAnswer(question.subject, question.kind, tuple(found), None, tuple(_unfinished(found, len(asks))))


def _instead(
    inquiry: Inquiry, question: Question, files: ClinicFiles | None
) -> tuple[InsteadAnswer | None, tuple[Sentence, ...]]:
    if question.instead is None:
        return None, ()
    try:
        return answer_instead(inquiry, question.kind, question.subject, question.instead, files), ()
    except Late:
        return None, (Sentence("Time ended before anything was known of it."),)


def _unfinished(found: list[FacetAnswer], asked: int) -> Iterator[Sentence]:
    if len(found) < asked:
        yield Sentence("Time ended before {} of {} were looked at.", count(asked - len(found), "side"), asked)
    open_ones = [facet for facet in found if facet.next is not None and not facet.next.is_proven]
    if open_ones:
        number = count(len(open_ones), "side")
        yield Sentence("Of {} it is not proven that no other choice costs less.", number)
