"""Which sessions still to come somebody cannot join, each with the rule that forbids it: by trial, the verifier alone."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from typing import Any

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.rulebook import RuleId
from iopsched.stopping import look
from iopsched.verifier import violations_in
from iopsched.verifier.week import Week
from iopsched.words.sentence import GroupRef, Sentence
from iopsched.words.wordings import said

MAKEUP = "makeup"
"""What stands for a rule where a group takes nobody for one date."""
_OWN = ("individual", "family")
_RANK = {rule: place for place, rule in enumerate(RuleId)}


@dataclass(frozen=True, slots=True)
class BarredSession:
    """A session that somebody cannot join: of the rules in the way the least negotiable, and how many there are."""

    session: Session
    rule: str
    sentence: Sentence
    rules: int

    @property
    def rank(self) -> int:
        """Return how hard the rule is to negotiate, -1 where the clinic's own choice alone is in the way."""
        return -1 if self.rule == MAKEUP else _RANK[RuleId(self.rule)]

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {"session_id": self.session.id, "rule": self.rule, "sentence": str(self.sentence), "rules": self.rules}


def barred_sessions(
    problem: Problem, schedule: Schedule, participant_id: str, lacking: Container[str], *, is_short_of_hours: bool
) -> tuple[BarredSession, ...]:
    """Return the sessions for several still to come that somebody is not in and that would help.

    Those with few rules in the way come first, then those with the most negotiable. ``lacking`` are the services of which
    the person needs more; where hours or days are short, all that count help. Stops with ``TimeOver`` where time is over.
    """
    own = [row for row in schedule.sessions if participant_id in row.participant_ids]
    population = problem.participant[participant_id].population
    found: list[BarredSession] = []
    for session in schedule.sessions:
        look()
        service = problem.service.get(session.service_id)
        if session.start < problem.first_start or session in own or service is None or service.kind in _OWN:
            continue
        helps = service.id in lacking or (is_short_of_hours and service.counts)
        if helps and population in _populations(problem, session):
            found.extend(_bar(problem, own, session, participant_id))
    return tuple(sorted(found, key=lambda row: (row.rules, row.rank, row.session.start, row.session.id)))


def _populations(problem: Problem, session: Session) -> set[str]:
    """Return of which population the people of a session are."""
    if session.group_id in problem.group:
        return {problem.group[session.group_id or ""].population}
    return {problem.participant[key].population for key in session.participant_ids if key in problem.participant}


def _bar(problem: Problem, own: list[Session], session: Session, participant_id: str) -> Iterator[BarredSession]:
    """Yield what forbids it; nothing where nothing does.

    Looked at are the person's sessions and this one: no rule on whoever joins asks for others.
    """
    together = replace(session, participant_ids=tuple(sorted((*session.participant_ids, participant_id))))
    before, after = (
        set(violations_in(Week(problem, Schedule(problem.week, (*own, row)), frozenset({participant_id}))))
        for row in (session, together)
    )
    broken = sorted(after - before, key=lambda row: (-_RANK[row.rule], row))
    group = problem.group.get(session.group_id or "")
    if broken:
        rules = len({row.rule for row in broken})
        yield BarredSession(session, str(broken[0].rule), Sentence.of([broken[0].sentence]), rules)
    elif group is not None and not group.takes_makeups and not _belongs(problem, own, participant_id, group.id):
        told = said("Group {} takes nobody for one date (makeup in {groups.csv}).", GroupRef(group.id))
        yield BarredSession(session, MAKEUP, told, 1)


def _belongs(problem: Problem, own: list[Session], participant_id: str, group_id: str) -> bool:
    return group_id in problem.participant[participant_id].group_ids or any(row.group_id == group_id for row in own)
