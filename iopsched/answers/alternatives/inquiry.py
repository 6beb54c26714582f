"""Asks of one week what ``why`` wants to know: each side of a subject, its next best choice and what forbids the others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from iopsched.answers.alternatives.answer import Forbidden, OtherChoice
from iopsched.answers.alternatives.choicewords import choice_words, other_choice
from iopsched.answers.alternatives.hindrances import hindrances
from iopsched.answers.alternatives.otherchoices import OtherChoices
from iopsched.answers.base import Budget
from iopsched.answers.causes.factcells import Cell
from iopsched.domain.outcome import GoalId
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.model.terms import Terms
from iopsched.search.condition import Around, Condition
from iopsched.search.nextbest import NextBest, NextWeek, Sought
from iopsched.verifier import Violation, goal_values, violations
from iopsched.words.sentence import Sentence

MOST_BROKEN = 2


@dataclass(slots=True)
class Inquiry:
    """One week that is asked about; ``floor`` is what is proven of its goals. Nothing is changed, all is kept in memory."""

    problem: Problem
    schedule: Schedule
    budget: Budget
    floor: Mapping[GoalId, int] = field(default_factory=dict)
    _next: NextBest = field(init=False)
    _options: OtherChoices = field(init=False)
    _broken: frozenset[tuple[str, str, str]] = field(init=False)

    def __post_init__(self) -> None:
        """Build what is asked again and again."""
        self._next = NextBest(self.problem, self.schedule, self.floor)
        found = violations(self.problem, self.schedule)
        self._broken = frozenset((row.rule, row.subject, row.sentence) for row in found)
        self._options = OtherChoices(self.problem, self.schedule, self._next.workshop.terms)

    @property
    def options(self) -> OtherChoices:
        """Return what the facts allow."""
        return self._options

    @property
    def sessions(self) -> Mapping[str, Session]:
        """Return the sessions by id."""
        return {row.id: row for row in self.schedule.sessions}

    @property
    def terms(self) -> Terms:
        """Return the clinic's numbers as the model resolves them."""
        return self._next.workshop.terms

    @property
    def is_proven_least(self) -> bool:
        """Return whether no week has less unmet need."""
        return self.floor.get(GoalId.UNMET_NEED, 0) >= self._next.now[GoalId.UNMET_NEED]

    # --- what a search is about -------------------------------------------
    def around(
        self,
        sessions: Sequence[Session],
        others: Iterable[str] = (),
        people: Collection[str] | None = None,
        staff: Collection[str] = (),
        *,
        is_all: bool = False,
    ) -> Around:
        """Return what stands beside these sessions and ``others``, groups; with ``is_all`` every visit and group.

        ``people`` are those of the sessions where none are named.
        """
        if is_all:
            return Around(frozenset(self._next.workshop.visit_kinds), frozenset(self.problem.group))
        visits = frozenset((key, row.service_id) for row in sessions if not row.group_id for key in row.participant_ids)
        groups = frozenset(row.group_id for row in sessions if row.group_id is not None).union(others)
        beside = {key for row in sessions for key in row.participant_ids} if people is None else people
        staff = {*staff, *(row.lead_id for row in sessions)}
        for candidate in self._next.workshop.for_several:
            if candidate.group_id in groups:
                staff |= set(candidate.lead_ids)
        for visit in visits:
            if visit in self._next.workshop.visit_kinds:
                staff |= set(self._next.workshop.choices(*visit)[1])
        return Around(visits, groups, frozenset(beside), frozenset(staff))

    def search(self, condition: Condition, around: Around, share: float, *, proves: bool = True) -> Sought:
        """Return the best week under a condition, in a share of what is left."""
        return self._next.find(condition, around, self.budget.params(share), self.budget.stop, proves=proves)

    def told(
        self,
        found: NextWeek,
        own: Sequence[str],
        facet: str,
        *,
        is_proven: bool,
        choice: str = "",
        is_edit: bool = False,
    ) -> OtherChoice:
        """Return a week with another choice as an answer; with ``is_edit`` nothing is said of how certain it is."""
        words = choice or choice_words(self.schedule, found.schedule, own, facet)
        return other_choice(
            *(self.problem, self.schedule, found.schedule, words, frozenset(own), found.bounds),
            is_proven=is_proven,
            is_edit=is_edit,
        )

    def of(self, problem: Problem) -> Inquiry:
        """Return the same week with other facts; nothing is proven of it."""
        return Inquiry(problem, self.schedule, self.budget)

    def without(self, cells: Iterable[Cell]) -> Inquiry | None:
        """Return the same week without some facts, None where that is no clinic."""
        problem = self.problem
        try:
            for cell in cells:
                problem = cell.undo(problem)
        except ValueError:  # such as a smallest size above the largest
            return None
        return self.of(problem)

    def in_the_way(self, tried: Iterable[tuple[str, Session]]) -> tuple[Forbidden, ...]:
        """Return choices that the facts allow, with what stands in their way while nothing else moves."""
        found = []
        for label, session in tried:
            week = self.edited({session.id: session})
            rows = hindrances(self.problem, self.schedule.sessions, week.sessions)
            facts = tuple(dict.fromkeys(fact for row in rows for fact in row.facts))
            if rows:
                sentence = Sentence.joined(" ", [row.violation.sentence for row in rows[:MOST_BROKEN]])
                found.append(Forbidden(label, str(rows[0].violation.rule), sentence, facts, is_of_week=True))
        return tuple(found)

    def own(self, session: Session, after: Schedule, *, is_all: bool = False) -> list[str]:
        """Return the ids of a session, of a group those of all that are otherwise, or simply of all."""
        if session.group_id is None:
            return [session.id]
        old, new = self.sessions, {row.id: row for row in after.sessions}
        ids = {row.id for week in (old, new) for row in week.values() if row.group_id == session.group_id}
        return [session.id, *(key for key in sorted(ids - {session.id}) if is_all or old.get(key) != new.get(key))]

    # --- weeks that are edited --------------------------------------------
    def edited(self, rows: Mapping[str, Session | None]) -> Schedule:
        """Return the week with some sessions otherwise, None = not held."""
        kept = [rows.get(row.id, row) for row in self.schedule.sessions]
        new = [row for key, row in rows.items() if key not in self.sessions]
        return replace(self.schedule, sessions=tuple(sorted(row for row in (*kept, *new) if row is not None)))

    def newly_broken(self, week: Schedule) -> list[Violation]:
        """Return the rules that a week breaks and the present one keeps."""
        return [
            row for row in violations(self.problem, week) if (row.rule, row.subject, row.sentence) not in self._broken
        ]

    def edit_told(self, week: Schedule, own: Sequence[str], choice: str) -> OtherChoice:
        """Return a week in which nothing else moves as an answer."""
        values = {goal: row.value for goal, row in goal_values(self.problem, week).items()}
        return other_choice(
            self.problem,
            self.schedule,
            week,
            choice,
            frozenset(own),
            {},
            is_proven=self.costs_nothing(values),
            is_edit=True,
        )

    def costs_nothing(self, values: Mapping[GoalId, int]) -> bool:
        """Return whether no goal is worse than now."""
        return all(value <= self._next.now[goal] for goal, value in values.items())
