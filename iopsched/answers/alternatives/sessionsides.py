"""The sides of one session: when, with whom, where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from iopsched.answers.alternatives.answer import FacetAnswer, Forbidden, OtherChoice
from iopsched.answers.alternatives.choicewords import NOT_HELD
from iopsched.answers.alternatives.fixing import fixed_by, is_told_by_pin
from iopsched.answers.alternatives.inquiry import Inquiry
from iopsched.answers.causes.factcells import Cell
from iopsched.domain.outcome import GoalId
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.sessionpattern import SessionPattern
from iopsched.domain.timegrid import hours, moment
from iopsched.search.condition import Around, Condition
from iopsched.search.nextbest import Sought
from iopsched.verifier import goal_values
from iopsched.words.sentence import RoomRef, Sentence, TherapistRef

NO_OTHER = Sentence("No week has another one: proven.")
NOT_FOUND = Sentence("No week with another one was found in the time there was.")
OF_FIRST = 0.7
"""The part of the time for the week as it is, where another one without what fixes it is searched, too."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side that is asked: how it is now, what fixes it, what another choice is, and what a search is about.

    ``is_only``: whether the facts forbid every other choice.
    """

    facet: str
    session_id: str
    now: Sentence
    fixed: tuple[Cell, ...]
    condition: Condition
    sessions: tuple[Session, ...]
    forbidden: tuple[Forbidden, ...] = ()
    is_only: bool = False

    @property
    def facts(self) -> FacetAnswer:
        """Return what is known without a search."""
        fixed = tuple(cell.fact for cell in self.fixed)
        return FacetAnswer(self.facet, self.session_id, self.now, fixed, None, self.forbidden)


def answer_side(inquiry: Inquiry, side: Side, share: float, around: Around | None = None) -> FacetAnswer:
    """Return the next best choice of a side; where there is none but to hold less, also what it would be if what fixes it gave way."""
    if all(row in inquiry.problem.begun for row in side.sessions):
        return side.facts
    found = _found(inquiry, side, share * (OF_FIRST if side.fixed else 1.0), around)
    answer = side.facts
    if found.week is None:
        answer = replace(answer, remark=NO_OTHER if found.is_proven else NOT_FOUND)
    else:
        choice, edit = _told(inquiry, side, found), _as_edit(inquiry, side, found)
        is_other = edit is not None and choice is not None and edit.choice != choice.choice
        answer = replace(answer, next=choice, as_edit=edit if is_other else None)
    if side.fixed and (found.week is None or _is_less(inquiry, side, found.week.schedule)):
        answer = replace(answer, without=_if_it_gave_way(inquiry, side, share * (1 - OF_FIRST)))
    return answer


def _found(inquiry: Inquiry, side: Side, share: float, around: Around | None) -> Sought:
    """Return the next best week; none is looked for where a pin says the same as what must not be."""
    if any(is_told_by_pin(inquiry.terms, pin, row) for pin in inquiry.problem.pins for row in side.condition.never):
        return Sought(None, is_proven=True)
    return inquiry.search(side.condition, around or inquiry.around(side.sessions), share, proves=not side.is_only)


def _told(inquiry: Inquiry, side: Side, found: Sought) -> OtherChoice | None:
    if found.week is None:
        return None
    own = _own(inquiry, side, found.week.schedule)
    if not _is_less(inquiry, side, found.week.schedule):
        return inquiry.told(found.week, own, side.facet, is_proven=found.is_proven)
    unmet = GoalId.UNMET_NEED
    is_certain = found.is_proven or side.is_only or found.week.bounds[unmet] >= found.week.values[unmet]
    choice = inquiry.told(found.week, own, side.facet, is_proven=is_certain, choice=NOT_HELD)
    lost = [goal for goal in choice.goals if goal.name == unmet]
    more = hours(lost[0].then - lost[0].now)
    noun = {"start": "time", "days": "set of days"}.get(side.facet, side.facet)
    head = f"There is no other {noun}" if is_certain else f"No other {noun} was found"
    less = "fewer sessions are held" if side.facet == "days" else "it is not held"
    return replace(
        choice, sentence=Sentence("{}: without this one {}, and {} more of need is unmet.", head, less, more)
    )


def _own(inquiry: Inquiry, side: Side, after: Schedule) -> list[str]:
    return inquiry.own(side.sessions[0], after, is_all=side.facet == "days")


def _as_edit(inquiry: Inquiry, side: Side, found: Sought) -> OtherChoice | None:
    """Return the best choice with which nothing else moves, where the next best moves more; a group's own sessions may."""
    week = found.alone
    if week is None or _is_less(inquiry, side, week.schedule):
        return None
    own = _own(inquiry, side, week.schedule)
    return inquiry.told(week, own, side.facet, is_proven=False, is_edit=True)


def _is_less(inquiry: Inquiry, side: Side, after: Schedule) -> bool:
    """Return whether fewer sessions of the kind are held."""
    kept = {row.id for row in after.sessions}
    return any(row.id not in kept for row in side.sessions) or _number(side, after) < _number(side, inquiry.schedule)


def _number(side: Side, week: Schedule) -> int:
    kinds = {(row.service_id, row.group_id) for row in side.sessions}
    return sum((row.service_id, row.group_id) in kinds for row in week.sessions)


def _if_it_gave_way(inquiry: Inquiry, side: Side, share: float) -> OtherChoice | None:
    """Return the next best choice without what fixes it, None where that holds less, too."""
    freed = inquiry.without(side.fixed)
    if freed is None or inquiry.budget.is_over:
        return None
    found = freed.search(side.condition, freed.around(side.sessions), share, proves=False)
    if found.week is None or _is_less(freed, side, found.week.schedule):
        return None
    own = _own(freed, side, found.week.schedule)
    return freed.told(found.week, own, side.facet, is_proven=False)


# --- the sides -------------------------------------------------------------------
def start_of(inquiry: Inquiry, session: Session, share: float) -> FacetAnswer:
    """Answer why a session is then."""
    fixed = fixed_by(inquiry.problem, inquiry.terms, session, "start")
    condition = Condition(never=(SessionPattern.at(session),))
    rows = inquiry.options.forbidden_starts(session)
    now = Sentence("{}", moment(session.start))
    is_only = not inquiry.options.has_other_start(session)
    side = Side("start", session.id, now, fixed, condition, (session,), rows, is_only)
    return answer_side(inquiry, side, share)


def lead_of(inquiry: Inquiry, session: Session, share: float) -> FacetAnswer:
    """Answer why a session has its lead."""
    fixed = fixed_by(inquiry.problem, inquiry.terms, session, "lead")
    wanted = SessionPattern.at(session, lead_id=session.lead_id)
    group = inquiry.problem.group.get(session.group_id or "")
    has_one = group is not None and group.one_lead == "require"
    alike = [row for row in inquiry.schedule.sessions if _is_alike(row, session)]
    if len(alike) == 1 or has_one or inquiry.problem.service[session.service_id].with_primary:
        wanted = replace(wanted, day=None, clock=None)
    now = Sentence("{}", TherapistRef(session.lead_id))
    rows = inquiry.options.forbidden_leads(session)
    barred = {session.lead_id, *(row.choice for row in rows)}
    others = [(row.id, session.led_by(row.id)) for row in inquiry.problem.therapists if row.id not in barred]
    rows += inquiry.in_the_way(others)
    is_only = wanted.clock is None and not inquiry.options.has_other_lead(session)
    side = Side("lead", session.id, now, fixed, Condition(never=(wanted,)), (session,), rows, is_only)
    return answer_side(inquiry, side, share)


def _is_alike(row: Session, session: Session) -> bool:
    return (row.service_id, row.group_id) == (session.service_id, session.group_id) and (
        row.group_id is not None or row.participant_ids == session.participant_ids
    )


def room_of(inquiry: Inquiry, session: Session, share: float) -> FacetAnswer:
    """Answer why a session is in its room: any other that is free and suits, else what is in the way."""
    fixed = fixed_by(inquiry.problem, inquiry.terms, session, "room")
    now = Sentence("{}", RoomRef(session.room_id)) if session.room_id else Sentence("no room")
    wanted = SessionPattern.at(session, room_id=session.room_id)
    rows = inquiry.options.forbidden_rooms(session)
    side = Side("room", session.id, now, fixed, Condition(never=(wanted,)), (session,), rows)
    if session.room_id is None or session in inquiry.problem.begun:
        return side.facts
    barred = {session.room_id, *(row.choice for row in rows)}
    others = [room.id for room in inquiry.problem.rooms if room.id not in barred]
    edit = _best_room(inquiry, session, others)
    if edit is not None and edit.is_proven:
        return replace(side.facts, next=edit)
    side = replace(side, forbidden=rows + inquiry.in_the_way((key, replace(session, room_id=key)) for key in others))
    answer = answer_side(inquiry, side, share)
    is_cheaper = answer.next is not None and (
        edit is None or [goal.then for goal in answer.next.goals] < [goal.then for goal in edit.goals]
    )
    return answer if is_cheaper or edit is None else replace(answer, next=edit, remark=Sentence(""))


def _best_room(inquiry: Inquiry, session: Session, others: Sequence[str]) -> OtherChoice | None:
    """Return the best of the rooms that are free, None where none is."""
    best: tuple[list[int], Schedule, str] | None = None
    for key in others:
        week = inquiry.edited({session.id: replace(session, room_id=key)})
        if not inquiry.newly_broken(week):
            values = goal_values(inquiry.problem, week)
            rank = [values[goal].value for goal in GoalId]
            if best is None or rank < best[0]:
                best = rank, week, key
    return None if best is None else inquiry.edit_told(best[1], [session.id], f"in {best[2]}")
