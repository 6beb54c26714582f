"""Asks of one week what ``why`` wants to know: each side of a subject, its next best choice and what forbids the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from iopsched.answers.alternatives.answer import FacetAnswer, Forbidden, OtherChoice
from iopsched.answers.alternatives.choicewords import choice_words, other_choice
from iopsched.answers.alternatives.fixing import fixed_by
from iopsched.answers.alternatives.hindrances import hindrances, led_by
from iopsched.answers.alternatives.otherchoices import Options
from iopsched.answers.base import Budget
from iopsched.domain.outcome import GoalId
from iopsched.domain.people import Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.sessionpattern import SessionPattern
from iopsched.domain.timegrid import moment
from iopsched.model.terms import Terms
from iopsched.search.condition import Around, Condition
from iopsched.search.nextbest import NextBest, NextWeek, Sought
from iopsched.verifier import goal_values, violations
from iopsched.words.sentence import RoomRef, Sentence, TherapistRef

NO_OTHER = Sentence("No week has another one: proven.")
NOT_FOUND = Sentence("No week with another one was found in the time there was.")
MOST_BROKEN = 2


@dataclass(slots=True)
class Inquiry:
    """One week that is asked about; ``floor`` is what is proven of its goals. Nothing is changed, all is kept in memory."""

    problem: Problem
    schedule: Schedule
    budget: Budget
    floor: Mapping[GoalId, int] = field(default_factory=dict)
    _next: NextBest = field(init=False)
    _options: Options = field(init=False)

    def __post_init__(self) -> None:
        """Build what is asked again and again."""
        self._next = NextBest(self.problem, self.schedule, self.floor)
        self._options = Options(self.problem, self.schedule, self._next.workshop.terms)

    @property
    def options(self) -> Options:
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
        self, found: NextWeek, own: Sequence[str], facet: str, *, is_proven: bool, choice: str = ""
    ) -> OtherChoice:
        """Return a week with another choice as an answer."""
        words = choice or choice_words(self.schedule, found.schedule, own, facet)
        return other_choice(
            self.problem, self.schedule, found.schedule, words, frozenset(own), found.bounds, is_proven=is_proven
        )

    # --- sides of a session -----------------------------------------------
    def start(self, session: Session, share: float) -> FacetAnswer:
        """Answer why a session is then."""
        fixed = fixed_by(self.problem, self.terms, session, "start")
        return self._sought(
            *("start", session, Sentence("{}", moment(session.start)), fixed),
            *(Condition(never=(SessionPattern.at(session),)), self._options.forbidden_starts, share),
        )

    def lead(self, session: Session, share: float) -> FacetAnswer:
        """Answer why a session has its lead."""
        fixed = fixed_by(self.problem, self.terms, session, "lead")
        wanted = SessionPattern.at(session, lead_id=session.lead_id)
        group = self.problem.group.get(session.group_id or "")
        has_one = group is not None and group.one_lead == "require"
        alike = [row for row in self.schedule.sessions if _is_alike(row, session)]
        if len(alike) == 1 or has_one or self.problem.service[session.service_id].with_primary:
            wanted = replace(wanted, day=None, clock=None)
        now = Sentence("{}", TherapistRef(session.lead_id))
        return self._sought(
            *("lead", session, now, fixed, Condition(never=(wanted,)), self._options.forbidden_leads, share)
        )

    def _sought(
        self,
        facet: str,
        session: Session,
        now: Sentence,
        fixed: tuple,  # type: ignore[type-arg]
        condition: Condition,
        forbidden: Callable[[Session], tuple[Forbidden, ...]],
        share: float,
    ) -> FacetAnswer:
        if session in self.problem.begun:
            return FacetAnswer(facet, session.id, now, fixed)
        found = self.search(condition, self.around([session]), share)
        rows = forbidden(session)
        if facet == "lead":
            rows += self._in_the_way((row.id, led_by(session, row.id)) for row in self._other_leads(session, rows))
        if found.week is None:
            return FacetAnswer(facet, session.id, now, fixed, None, rows, NO_OTHER if found.is_proven else NOT_FOUND)
        choice = self.told(found.week, self._own(session, found.week.schedule), facet, is_proven=found.is_proven)
        return FacetAnswer(facet, session.id, now, fixed, choice, rows)

    def _other_leads(self, session: Session, rows: Sequence[Forbidden]) -> list[Therapist]:
        barred = {session.lead_id, *(row.choice for row in rows)}
        return [row for row in self.problem.therapists if row.id not in barred]

    def _in_the_way(self, tried: Iterable[tuple[str, Session]]) -> tuple[Forbidden, ...]:
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

    def _own(self, session: Session, after: Schedule) -> list[str]:
        """Return the ids of a session, of a group those of all that are otherwise."""
        if session.group_id is None:
            return [session.id]
        old, new = self.sessions, {row.id: row for row in after.sessions}
        ids = {row.id for week in (old, new) for row in week.values() if row.group_id == session.group_id}
        return [session.id, *(key for key in sorted(ids - {session.id}) if old.get(key) != new.get(key))]

    def room(self, session: Session, share: float) -> FacetAnswer:
        """Answer why a session is in its room: any other that is free and suits, else what is in the way."""
        fixed = fixed_by(self.problem, self.terms, session, "room")
        now = Sentence("{}", RoomRef(session.room_id)) if session.room_id else Sentence("no room")
        if session.room_id is None or session in self.problem.begun:
            return FacetAnswer("room", session.id, now, fixed)
        rows = self._options.forbidden_rooms(session)
        barred = {row.choice for row in rows}
        best: tuple[list[int], Schedule, str] | None = None
        for room in self.problem.rooms:
            if room.id == session.room_id or room.id in barred:
                continue
            week = self.edited({session.id: replace(session, room_id=room.id)})
            if not self.newly_broken(week):
                rank = [row.value for row in goal_values(self.problem, week).values()]
                if best is None or rank < best[0]:
                    best = rank, week, room.id
        if best is not None:
            choice = self.edit_told(best[1], [session.id], f"in {best[2]}")
            return FacetAnswer("room", session.id, now, fixed, choice, rows)
        if not {room.id for room in self.problem.rooms} - barred - {session.room_id}:
            return FacetAnswer("room", session.id, now, fixed, None, rows, Sentence("No other room suits."))
        wanted = SessionPattern.at(session, room_id=session.room_id)
        return self._sought("room", session, now, fixed, Condition(never=(wanted,)), lambda _: rows, share)

    # --- weeks that are edited --------------------------------------------
    def edited(self, rows: Mapping[str, Session | None]) -> Schedule:
        """Return the week with some sessions otherwise, None = not held."""
        kept = [rows.get(row.id, row) for row in self.schedule.sessions]
        new = [row for key, row in rows.items() if key not in self.sessions]
        return replace(self.schedule, sessions=tuple(sorted(row for row in (*kept, *new) if row is not None)))

    def newly_broken(self, week: Schedule) -> bool:
        """Return whether a week breaks a rule that the present one keeps."""
        known = {(row.rule, row.subject, row.sentence) for row in violations(self.problem, self.schedule)}
        return any((row.rule, row.subject, row.sentence) not in known for row in violations(self.problem, week))

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


def _is_alike(row: Session, session: Session) -> bool:
    return (row.service_id, row.group_id) == (session.service_id, session.group_id) and (
        row.group_id is not None or row.participant_ids == session.participant_ids
    )
