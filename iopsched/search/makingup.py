"""The published week with more people in it: whoever is behind joins sessions still to come, or has further ones.

All that is published stays as it is: times, leads, rooms, and everybody who is there.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from iopsched.domain.outcome import Outcome
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.model.build import build_model
from iopsched.model.candidate import Candidate
from iopsched.model.forcing import hold_only_as
from iopsched.params import OnProgress, SolveParams
from iopsched.search.beginning import Beginning
from iopsched.search.lexicographic import solve_by
from iopsched.search.way import Way
from iopsched.search.whole_week import WholeWeek
from iopsched.search.workshop import Opening
from iopsched.words.sentence import Sentence

NOT_ASKED = Sentence("Only further sessions of one group were looked for.")


@dataclass(frozen=True, slots=True)
class MakeupScope:
    """What may be added to a published week: sessions still to come of these people.

    ``kept`` are the published sessions that stay, begun or not. With ``further_of``, the id of a group, nothing but further
    sessions of this group may be added; where these people are too few for one, its other members may come besides.
    """

    people: frozenset[str]
    kept: tuple[Session, ...]
    further_of: str | None = None


def made_up(
    problem: Problem,
    scope: MakeupScope,
    params: SolveParams,
    stop: threading.Event | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Make the best week there is in which nothing of what is kept is different but for people who join it.

    ``problem.previous`` is the published week, legal under the problem. The goals are those of every search, so that of
    weeks in which as little as can be stays unmet the one with the fewest changes is taken: who joins a session is one, a
    further session is another of its lead.
    """
    return solve_by(partial(MakingUp, scope), problem, params, on_progress, stop)


class MakingUp(Beginning):
    """Searches these weeks: one model of few candidates."""

    is_narrow = True

    def __init__(self, scope: MakeupScope, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]  # passed through as they come
        self.scope = scope
        if scope.further_of is not None:
            self.only_reason = NOT_ASKED

    def way(self) -> Way:
        """Return the way to search them, from the published week."""
        self.news.tell("build")
        problem, terms = self.workshop.problem, self.workshop.terms
        held = [self._with_joiners(session) for session in self.scope.kept if session not in problem.begun]
        rows = [row for _, row, _ in held]
        model = build_model(problem, terms=terms, candidates=[*rows, *self._further(rows)], told_apart=0)
        for session, row, joiners in held:
            model.hold([row], but=joiners)
            hold_only_as(model.x, row, session)
        before = problem.previous or Schedule(problem.week)
        published = replace(before, sessions=self.scope.kept)
        self.incumbent.take_if_legal(published)
        return WholeWeek(model, self.workshop, self.clock, self.incumbent, self.news, published, is_outlined=False)

    def _with_joiners(self, session: Session) -> tuple[Session, Candidate, frozenset[str]]:
        """Return a session as it is with whoever may join it, and who that is."""
        row = self.workshop.as_held(session)
        if session.group_id is None and row.is_visit:
            return session, row, frozenset()
        could = self.workshop.whole(row).participant_ids
        joiners = frozenset(key for key in could if key not in session.participant_ids and self._may_join(key, session))
        people = tuple(key for key in could if key in session.participant_ids or key in joiners)
        return session, replace(row, participant_ids=people), joiners

    def _may_join(self, participant_id: str, session: Session) -> bool:
        if participant_id not in self.scope.people or self.scope.further_of is not None:
            return False
        problem = self.workshop.problem
        group = problem.group.get(session.group_id or "")
        return group is None or group.takes_makeups or self._belongs(participant_id, group.id)

    def _belongs(self, participant_id: str, group_id: str) -> bool:
        """Return whether somebody belongs to a group, as their row or the published week says."""
        if group_id in self.workshop.problem.participant[participant_id].group_ids:
            return True
        return any(row.group_id == group_id and participant_id in row.participant_ids for row in self.scope.kept)

    def _further(self, held: list[Candidate]) -> Iterator[Candidate]:
        """Yield the sessions that could be held besides, with those people only."""
        people, problem = self.scope.people, self.workshop.problem
        known = {(row.service.id, row.group_id, row.start, row.modality, row.lead_id) for row in held}
        meets = Counter(session.group_id for session in self.scope.kept)
        for row in self.workshop.for_several:
            if self.scope.further_of is not None and self.scope.further_of != row.group_id:
                continue
            if (row.service.id, row.group_id, row.start, row.modality, row.lead_id) in known:
                continue
            if row.group is not None and meets[row.group.id] >= row.group.sessions_per_week:
                continue
            group = row.group
            own = tuple(
                key
                for key in row.participant_ids
                if key in people and (group is None or group.takes_makeups or self._belongs(key, group.id))
            )
            if own and self.scope.further_of is not None and len(own) < row.size[0]:
                own = tuple(
                    key for key in row.participant_ids if key in own or self._belongs(key, self.scope.further_of)
                )
            if len(own) >= row.size[0]:
                yield replace(row, participant_ids=own)
        if self.scope.further_of is not None:
            return
        lacking = [
            visit for visit in self.workshop.visit_kinds if visit[0] in people and visit[0] in problem.participant
        ]
        yield from self.workshop.visits(Opening(leads=dict.fromkeys(lacking)))
