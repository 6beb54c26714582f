"""What is asked of each kind of subject, side by side: session, participant, group, therapist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from iopsched.answers.alternatives.answer import FacetAnswer, Forbidden, OtherChoice, SubjectKind
from iopsched.answers.alternatives.fixing import cell_of, fixed_by
from iopsched.answers.alternatives.inquiry import Inquiry
from iopsched.answers.alternatives.sessionsides import (
    NO_OTHER,
    NOT_FOUND,
    Side,
    answer_side,
    lead_of,
    room_of,
    start_of,
)
from iopsched.answers.causes.factcells import Cell
from iopsched.answers.explanation import CellFact
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.schedule import Session
from iopsched.domain.services import Group
from iopsched.domain.sessionpattern import SessionPattern
from iopsched.domain.timegrid import hours, hours_of, moment
from iopsched.model.terms import matches_group
from iopsched.policy.numbers import staff_limit
from iopsched.rulebook import RuleId
from iopsched.search.condition import Condition
from iopsched.search.nextbest import Sought
from iopsched.verifier.account import accounts
from iopsched.verifier.week import Week
from iopsched.views.sessionwords import people, place
from iopsched.why.reasons import reasons
from iopsched.words.phrases import count
from iopsched.words.sentence import GroupRef, RoomRef, Sentence, TherapistRef

NO_GROUP = "in no group"
Ask = Callable[[float], FacetAnswer]
"""Answers one side in a share of the time that is left."""


def sides(inquiry: Inquiry, kind: SubjectKind, subject: str) -> list[Ask]:
    """Return what is asked of a subject, in the order in which it is told."""
    problem = inquiry.problem
    match kind:
        case "session":
            return list(_of_session(inquiry, inquiry.sessions[subject]))
        case "participant":
            return list(_of_participant(inquiry, problem.participant[subject]))
        case "group":
            return list(_of_group(inquiry, problem.group[subject]))
        case "therapist":
            return list(_of_therapist(inquiry, problem.therapist[subject]))


# --- sessions ------------------------------------------------------------------
def _of_session(inquiry: Inquiry, session: Session) -> Iterator[Ask]:
    yield lambda share: start_of(inquiry, session, share)
    yield lambda share: lead_of(inquiry, session, share)
    if session.room_id is not None:
        yield lambda share: room_of(inquiry, session, share)


# --- participants --------------------------------------------------------------
def _of_participant(inquiry: Inquiry, person: Participant) -> Iterator[Ask]:
    own = [row for row in inquiry.schedule.sessions if person.id in row.participant_ids]
    own.sort(key=lambda row: (row.start, row.id))
    yield lambda _: _lacks(inquiry, person)
    for session in own:
        if session.group_id is None:
            yield lambda share, row=session: start_of(inquiry, row, share)  # type: ignore[misc]
            yield lambda share, row=session: lead_of(inquiry, row, share)  # type: ignore[misc]
    groups = dict.fromkeys(row.group_id for row in own if row.group_id)
    for group_id in groups:
        if group_id in inquiry.problem.group:
            yield lambda share, row=inquiry.problem.group[group_id]: _membership(inquiry, person, row, share)  # type: ignore[misc]


def _lacks(inquiry: Inquiry, person: Participant) -> FacetAnswer:
    """Answer what a participant lacks, with the reason."""
    week = Week(inquiry.problem, inquiry.schedule, {person.id})
    account = next((row for row in accounts(week) if row.participant.id == person.id), None)
    if account is None or not account.unmet_minutes:
        return FacetAnswer("needs", "", Sentence("has everything" if account else "is not there this week"))
    why = reasons(inquiry.problem, inquiry.schedule, [person.id], is_proven=inquiry.is_proven_least)
    return FacetAnswer("needs", "", Sentence("lacks {}", hours(account.unmet_minutes)), remark=why[person.id])


def _membership(inquiry: Inquiry, person: Participant, group: Group, share: float) -> FacetAnswer:
    """Answer why a participant is in a group."""
    problem = inquiry.problem
    now = Sentence("{}", GroupRef(group.id))
    fixed: tuple[Cell, ...] = ()
    if group.id in person.group_ids:
        fixed = tuple(cell_of(problem, RuleId.COHORT, person.id, "group_id"))
    rows = []
    for other in problem.groups_of[group.service_id]:
        if other.id != group.id and not matches_group(person, other):
            found = [
                *cell_of(problem, RuleId.MATCH, other.id, "track"),
                *cell_of(problem, RuleId.MATCH, person.id, "track"),
            ]
            facts = tuple(cell.fact for cell in found)
            if facts:
                told = Sentence.joined("; ", [fact.sentence for fact in facts])
                rows.append(Forbidden(other.id, str(RuleId.MATCH), told, facts))
    others = [row.id for row in problem.groups_of[group.service_id]]
    is_only = len(rows) == len(others) - 1
    condition = Condition(never=(SessionPattern(participant_id=person.id, group_id=group.id),))
    held = [row for row in inquiry.schedule.sessions if row.group_id == group.id and person.id in row.participant_ids]
    around = inquiry.around(held, others=others, people={person.id})
    sought = inquiry.search(condition, around, share * 0.7, proves=not is_only)
    answer = FacetAnswer("group", "", now, tuple(cell.fact for cell in fixed), None, tuple(rows))
    answer = replace(answer, next=_joined(inquiry, person, group, sought))
    freed = inquiry.without(fixed) if fixed and not is_only else None
    if freed is None or inquiry.budget.is_over:
        return answer if answer.next else replace(answer, remark=NO_OTHER if sought.is_proven else NOT_FOUND)
    choice = _joined(freed, person, group, freed.search(condition, around, share * 0.3, proves=False))
    return replace(answer, without=choice if choice is not None and choice.choice != NO_GROUP else None)


def _joined(inquiry: Inquiry, person: Participant, group: Group, found: Sought) -> OtherChoice | None:
    """Return a week in which a participant is in another group of the service, or in none."""
    if found.week is None:
        return None
    then = {
        row.group_id
        for row in found.week.schedule.sessions
        if person.id in row.participant_ids and row.service_id == group.service_id and row.group_id
    }
    own = [row.id for row in inquiry.schedule.sessions if row.service_id == group.service_id and row.group_id]
    words = f"in {' and '.join(sorted(then))}" if then else NO_GROUP
    return inquiry.told(found.week, own, "group", is_proven=found.is_proven, choice=words)


# --- groups --------------------------------------------------------------------
def _of_group(inquiry: Inquiry, group: Group) -> Iterator[Ask]:
    held = sorted((row for row in inquiry.schedule.sessions if row.group_id == group.id), key=lambda row: row.start)
    if not held:
        yield lambda share: _not_held(inquiry, group, share)
        return
    yield lambda share: _days(inquiry, held, share)
    yield lambda share: lead_of(inquiry, held[0], share)
    if held[0].room_id is not None:
        yield lambda share: room_of(inquiry, held[0], share)
    yield lambda share: _held(inquiry, group, held, share)


def _days(inquiry: Inquiry, held: Sequence[Session], share: float) -> FacetAnswer:
    """Answer why a group meets on its days."""
    now = Sentence(", ".join(moment(row.start) for row in held))
    fixed = fixed_by(inquiry.problem, inquiry.terms, held[0], "days")
    rows = inquiry.options.forbidden_starts(held[0], besides=held)
    condition = Condition(not_all=tuple(map(SessionPattern.at, held)))
    return answer_side(inquiry, Side("days", "", now, fixed, condition, tuple(held), rows), share)


def _ids(inquiry: Inquiry, group: Group, after: Sequence[Session]) -> list[str]:
    return sorted({row.id for week in (inquiry.schedule.sessions, after) for row in week if row.group_id == group.id})


def _held(inquiry: Inquiry, group: Group, held: Sequence[Session], share: float) -> FacetAnswer:
    """Answer why a group is held at all."""
    times = count(len(held), "time")
    members = count(len({key for row in held for key in row.participant_ids}), "member")
    now = Sentence("{} of {} a week, {}", times, group.sessions_per_week, members)
    if any(row in inquiry.problem.begun for row in held):
        return FacetAnswer("held", "", now)
    rows = [row.id for row in inquiry.problem.groups_of[group.service_id]]
    found = inquiry.search(
        Condition(never=(SessionPattern(group_id=group.id),)), inquiry.around(held, others=rows), share
    )
    if found.week is None:
        return FacetAnswer("held", "", now, (), None, (), remark=NO_OTHER if found.is_proven else NOT_FOUND)
    own = _ids(inquiry, group, found.week.schedule.sessions)
    choice = inquiry.told(found.week, own, "held", is_proven=found.is_proven, choice="not held")
    return FacetAnswer("held", "", now, (), choice)


def _not_held(inquiry: Inquiry, group: Group, share: float) -> FacetAnswer:
    """Answer why a group is not held, and what it would cost to hold it."""
    problem, terms = inquiry.problem, inquiry.terms
    now = Sentence("not held")
    service = problem.service[group.service_id]
    able = [row for row in terms.participants if inquiry.options.may_join(row, service, group)]
    least = terms.size(service, group, group.population)[0]
    if len(able) < least:
        told = Sentence("{} could join, and it needs {}.", count(len(able), "participant"), count(least, "participant"))
        found_facts = tuple(cell.fact for cell in cell_of(problem, RuleId.SIZE, group.id, "min_size"))
        return FacetAnswer("held", "", now, remark=told, forbidden=_barred(group, found_facts, told))
    found = inquiry.search(
        Condition(must=(SessionPattern(group_id=group.id),)),
        inquiry.around([], others=[row.id for row in problem.groups_of[group.service_id]]),
        share,
    )
    if found.week is None:
        proven = Sentence("No week holds it: proven.")
        return FacetAnswer("held", "", now, (), None, (), remark=proven if found.is_proven else NOT_FOUND)
    then = [row for row in found.week.schedule.sessions if row.group_id == group.id]
    words = f"held {', '.join(str(place(row)) for row in then)}"
    own = _ids(inquiry, group, found.week.schedule.sessions)
    return FacetAnswer(
        "held", "", now, (), inquiry.told(found.week, own, "held", is_proven=found.is_proven, choice=words)
    )


def _barred(group: Group, facts: tuple[CellFact, ...], told: Sentence) -> tuple[Forbidden, ...]:
    return (Forbidden(f"{group.id} held", str(RuleId.SIZE), told, facts),) if facts else ()


# --- therapists ----------------------------------------------------------------
def _of_therapist(inquiry: Inquiry, therapist: Therapist) -> Iterator[Ask]:
    own = sorted(
        (row for row in inquiry.schedule.sessions if therapist.id in row.therapist_ids), key=lambda row: row.start
    )
    yield lambda share: _load(inquiry, therapist, own, share)
    groups: dict[str, list[Session]] = defaultdict(list)
    for session in own:
        if session.lead_id == therapist.id:
            groups[session.group_id or session.id].append(session)
    for rows in groups.values():
        yield lambda share, row=rows[0]: lead_of(inquiry, row, share)  # type: ignore[misc]


def _load(inquiry: Inquiry, therapist: Therapist, own: Sequence[Session], share: float) -> FacetAnswer:
    """Answer how much of a therapist's week is used."""
    minutes = sum(row.minutes for row in own)
    most = staff_limit(inquiry.problem.clinic, therapist, "max_hours_per_week").value
    now = Sentence("{} in {}", hours_of(minutes, most), count(len(own), "session"))
    if own:
        return FacetAnswer("load", "", now)
    found = inquiry.search(
        Condition(must=(SessionPattern(lead_id=therapist.id),)),
        inquiry.around([], staff={therapist.id}, is_all=True),
        share,
    )
    if found.week is None:
        told = Sentence("No week has a session led by {}: proven.", TherapistRef(therapist.id))
        return FacetAnswer("load", "", now, (), None, (), remark=told if found.is_proven else NOT_FOUND)
    ids = [row.id for row in found.week.schedule.sessions if row.lead_id == therapist.id]
    choice = inquiry.told(found.week, ids, "lead", is_proven=found.is_proven)
    return FacetAnswer("load", "", now, (), choice)


def heading(inquiry: Inquiry, kind: SubjectKind, subject: str) -> Sentence:
    """Return what a subject has, in a line."""
    sessions = inquiry.schedule.sessions
    if kind == "session":
        session = inquiry.sessions[subject]
        return Sentence("{} for {}", place(session), people(session))
    if kind == "group":
        held = sorted((row for row in sessions if row.group_id == subject), key=lambda row: row.start)
        rooms = dict.fromkeys(row.room_id for row in held if row.room_id)
        leads = dict.fromkeys(row.lead_id for row in held)
        if not held:
            return Sentence("not held")
        when = ", ".join(moment(row.start) for row in held)
        return Sentence(
            "{} with {} in {}",
            when,
            Sentence.joined(", ", map(TherapistRef, leads)),
            Sentence.joined(", ", map(RoomRef, rooms)) if rooms else "no room",
        )
    own = [row for row in sessions if subject in (*row.participant_ids, *row.therapist_ids)]
    return Sentence("{}, {}", count(len(own), "session"), hours(sum(row.minutes for row in own)))
