"""What a week lacks and could hold: sessions that were taken out, needs that are not met, further sessions of groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from iopsched.board.draftweek import DraftWeek
from iopsched.board.gridmoves import NewPlace
from iopsched.board.newsessions import further_of_group, visit_for
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY
from iopsched.errors import UsageError
from iopsched.verifier.account import Account, accounts
from iopsched.verifier.meetings import lacking_sessions
from iopsched.verifier.week import Week

UnplacedKind = Literal["session", "need", "wish", "group"]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Something of which ``count`` sessions of ``minutes`` each could be held: a participant's, a group's, or one taken out.

    ``id`` stays the same as long as any of it is left.
    """

    kind: UnplacedKind
    service_id: str
    minutes: int
    count: int = 1
    participant_id: str | None = None
    group_id: str | None = None
    session_id: str | None = None

    @property
    def id(self) -> str:
        """Return for instance ``need:P014:individual``, ``group:A1`` or ``session:A1-3``; ids hold no colon."""
        if self.kind == "session":
            return f"session:{self.session_id}"
        if self.kind == "group":
            return f"group:{self.group_id}"
        return f"{self.kind}:{self.participant_id}:{self.service_id}"


def unplaced(problem: Problem, week: DraftWeek) -> tuple[Unplaced, ...]:
    """Return what could be held: sessions taken out, then groups, then people, each by id."""
    judged = Week(problem, week.schedule)
    return unplaced_in(judged, week, accounts(judged))


def unplaced_in(judged: Week, week: DraftWeek, found: tuple[Account, ...]) -> tuple[Unplaced, ...]:
    """Return the same of a week whose accounts are known."""
    return (*_aside(week), *_groups(judged, week, found), *_needs(judged, week, found))


def lacking(problem: Problem, week: DraftWeek, unplaced_id: str) -> Unplaced:
    """Return what is lacking by its id. Raises :class:`UsageError` if nothing of that id is."""
    found = next((row for row in unplaced(problem, week) if row.id == unplaced_id), None)
    if found is None:
        raise UsageError("Nothing of that kind is lacking any more.")
    return found


def held(problem: Problem, week: DraftWeek, unplaced_id: str, place: NewPlace) -> tuple[Session, NewPlace]:
    """Return the session that something unplaced becomes, and what of the place is still to be applied to it.

    A new session gets whoever and whatever is free there, as far as the place does not say. Raises
    :class:`UsageError` if nothing of that id is lacking, or a new session is to be held at no time.
    """
    row = lacking(problem, week, unplaced_id)
    if row.session_id is not None:
        return next(one for one in week.aside if one.id == row.session_id), place
    if place.day is None or place.clock is None:
        raise UsageError("Say on which day and when it is to be held.")
    session = held_at(problem, week, row, place.day * DAY + place.clock, place)
    return session, replace(place, room_id=session.room_id or "", lead_id=None, modality=session.modality)


def held_at(problem: Problem, week: DraftWeek, row: Unplaced, start: int, place: NewPlace) -> Session:
    """Return the new session that a lacking one becomes at a start, with whoever and whatever is free then."""
    if row.group_id is not None:
        return further_of_group(problem, week, problem.group[row.group_id], start, place)
    person = problem.participant[row.participant_id or ""]
    return visit_for(problem, week, person, problem.service[row.service_id], start, place)


def _aside(week: DraftWeek) -> Iterator[Unplaced]:
    for row in week.aside:
        whose = row.participant_ids[0] if len(row.participant_ids) == 1 and row.group_id is None else None
        yield Unplaced("session", row.service_id, row.minutes, 1, whose, row.group_id, row.id)


def _groups(judged: Week, week: DraftWeek, found: tuple[Account, ...]) -> Iterator[Unplaced]:
    """Yield the groups that could meet more often, where they always meet or a member lacks something."""
    problem = judged.problem
    always = lacking_sessions(judged)
    short = {row.participant.id for row in found if row.unmet_minutes}
    aside = Counter(row.group_id for row in week.aside)
    for group in problem.groups:
        left = group.sessions_per_week - len(judged.of_group.get(group.id, ())) - aside[group.id]
        is_asked = group.id in always or not short.isdisjoint(judged.members(group, with_roster=True))
        if left > 0 and is_asked and group.service_id in problem.service:
            minutes = problem.service[group.service_id].minutes
            yield Unplaced("group", group.service_id, minutes, left, group_id=group.id)


def _needs(judged: Week, week: DraftWeek, found: tuple[Account, ...]) -> Iterator[Unplaced]:
    """Yield the needed and wished sessions that no group holds and that are not among those taken out."""
    problem = judged.problem
    aside = Counter((key, row.service_id) for row in week.aside if row.group_id is None for key in row.participant_ids)
    for account in found:
        for kind, lacking in (("need", account.lacking), ("wish", account.wished)):
            for service_id, number in lacking.items():
                left = number - (aside[account.participant.id, service_id] if kind == "need" else 0)
                if left > 0 and service_id not in problem.groups_of:
                    minutes = problem.service[service_id].minutes
                    yield Unplaced(kind, service_id, minutes, left, account.participant.id)  # type: ignore[arg-type]
