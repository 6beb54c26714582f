"""What an alternative means in a week: which sessions it is about, the edits that make it, and what is searched for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from iopsched.answers.alternatives.answer import SubjectKind
from iopsched.answers.alternatives.asking import Alternative
from iopsched.answers.alternatives.inquiry import Inquiry
from iopsched.domain.schedule import Session
from iopsched.domain.sessionpattern import SessionPattern
from iopsched.domain.timegrid import DAY
from iopsched.errors import UsageError
from iopsched.search.condition import Condition

FREE_KINDS = ("individual", "family")
MOST_IDS = 6


@dataclass(frozen=True, slots=True)
class Meant:
    """What an alternative means in this week: the sessions that it is about, the edits that make it, and what is searched.

    ``edits`` are ways to write it into the week, by session id, None = not held.
    """

    own: tuple[Session, ...]
    edits: tuple[Mapping[str, Session | None], ...]
    condition: Condition
    groups: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()


def about(kind: SubjectKind, subject: str, asked: Alternative) -> Alternative:
    """Return the alternative with its subject, unless it names another of that kind; a named session stands for its own."""
    if kind == "session" and asked.session_id in {None, subject}:
        return replace(asked, session_id=subject)
    if kind == "participant" and asked.participant_id is None:
        return replace(asked, participant_id=subject)
    if kind == "group" and asked.group_id is None and asked.session_id is None:
        return replace(asked, group_id=subject)
    if kind == "therapist" and asked.therapist_id is None:
        return replace(asked, therapist_id=subject)
    return asked


def meaning_of(inquiry: Inquiry, asked: Alternative) -> Meant:
    """Return what an alternative means.

    Raises
    ------
    UsageError
        If it does not say which session it is about, or says nothing that differs from what is held.
    """
    session = inquiry.sessions.get(asked.session_id or "")
    if session is not None:
        return _of_group(inquiry, asked, [session]) if session.group_id else _of_visit(inquiry, asked, session)
    if asked.participant_id is not None and asked.group_id is not None:
        return _joining(inquiry, asked)
    if asked.group_id is not None:
        held = [row for row in inquiry.schedule.sessions if row.group_id == asked.group_id]
        return _of_group(inquiry, asked, held)
    if asked.participant_id is not None:
        return _of_visit(inquiry, asked, _visit(inquiry, asked))
    raise UsageError("--instead does not say whose session is meant. Name a participant, group or session.")


def _visit(inquiry: Inquiry, asked: Alternative) -> Session:
    """Return the session of a participant that is meant: of the named service or lead first, individual before family."""
    services = inquiry.problem.service
    rows = [
        row
        for row in inquiry.schedule.sessions
        if asked.participant_id in row.participant_ids
        and row.group_id is None
        and asked.service_id in (None, row.service_id)
    ]
    if not rows:
        what = f"no {asked.service_id} session" if asked.service_id else "no session but those of groups"
        raise UsageError(
            f"{asked.participant_id} has {what} this week. `iopsched why` of the participant says what is lacking."
        )
    able = inquiry.problem.therapist.get(asked.therapist_id or "")

    def rank(row: Session) -> tuple[bool, bool, int, str]:
        skill = inquiry.terms.roles(services[row.service_id], None)[0].skill
        is_own = asked.therapist_id not in (None, *row.therapist_ids)
        kind = services[row.service_id].kind
        return (
            is_own,
            able is not None and skill not in able.skills,
            FREE_KINDS.index(kind) if kind in FREE_KINDS else 9,
            row.id,
        )

    first, *others = sorted(rows, key=rank)
    if others and rank(first)[:3] == rank(others[0])[:3]:
        ids = ", ".join(row.id for row in rows[:MOST_IDS])
        raise UsageError(f"--instead may mean {ids}. Name one of them.")
    return first


def _otherwise(asked: Alternative, session: Session) -> Session:
    """Return a session with what is asked."""
    start = session.start
    if asked.day is not None or asked.start is not None:
        day = session.start // DAY if asked.day is None else asked.day
        start = day * DAY + (session.start % DAY if asked.start is None else asked.start)
    found = replace(session, start=start, end=start + session.minutes)
    if asked.therapist_id is not None and asked.therapist_id != session.lead_id:
        found = found.led_by(asked.therapist_id)
    if asked.room_id is not None:
        found = replace(
            found, room_id=asked.room_id, modality="in_person" if found.modality == "telehealth" else found.modality
        )
    if asked.modality is not None:
        found = replace(
            found, modality=asked.modality, room_id=None if asked.modality == "telehealth" else found.room_id
        )
    return found


def _of_visit(inquiry: Inquiry, asked: Alternative, session: Session) -> Meant:
    staff = (asked.therapist_id,) if asked.therapist_id else ()
    who = session.participant_ids[0]
    if asked.is_not_held:
        places = tuple(
            SessionPattern.at(row)
            for row in inquiry.schedule.sessions
            if row.id != session.id
            and (row.service_id, row.participant_ids) == (session.service_id, session.participant_ids)
        )
        never = SessionPattern(participant_id=who, service_id=session.service_id)
        condition = Condition(never=(never,)) if not places else Condition(never=(SessionPattern.at(session),))
        return Meant((session,), ({session.id: None},), condition)
    must = replace(_asked_of(asked), participant_id=who, service_id=session.service_id)
    if asked.others:
        others = tuple(_never(session, noun) for noun in sorted(asked.others))
        return Meant((session,), (), Condition((must,) if _says_how(asked) else (), others), staff=staff)
    wanted = _otherwise(asked, session)
    if wanted == session:
        raise UsageError(f"{session.id} is held like that: {asked.told} is no alternative.")
    edits = [_in_rooms(inquiry, wanted, asked)] if asked.room_id is None else [[wanted]]
    rows = tuple({session.id: row} for options in edits for row in options)
    return Meant((session,), rows, Condition(must=(must,)), staff=staff)


def _in_rooms(inquiry: Inquiry, session: Session, asked: Alternative) -> list[Session]:
    """Return a session in its own room and, where nobody asks for one, in each other."""
    if asked.modality == "telehealth" or (session.room_id is None and asked.modality is None):
        return [session]
    own = [session] if session.room_id is not None else []
    return own + [replace(session, room_id=room.id) for room in inquiry.problem.rooms if room.id != session.room_id]


def _never(session: Session, noun: str) -> SessionPattern:
    base = SessionPattern.at(session)
    match noun:
        case "day":
            return replace(base, clock=None)
        case "start":
            return base
        case "lead":
            return replace(base, day=None, clock=None, lead_id=session.lead_id)
        case "room":
            return replace(base, room_id=session.room_id)
        case _:
            raise UsageError(f"A session of its own has no group: another {noun} is no alternative.")


def _of_group(inquiry: Inquiry, asked: Alternative, held: Sequence[Session]) -> Meant:
    group_id = held[0].group_id if held else asked.group_id
    group = inquiry.problem.group.get(group_id or "")
    if group is None:
        raise UsageError("The group is not in the tables any more.")
    staff = (asked.therapist_id,) if asked.therapist_id else ()
    every = [row for row in inquiry.schedule.sessions if row.group_id == group.id]
    if asked.is_not_held:
        if len(held) == len(every):
            return Meant(
                tuple(held), ({row.id: None for row in held},), Condition(never=(SessionPattern(group_id=group.id),))
            )
        kept = {row.start // DAY for row in every if row not in held}
        never = tuple(SessionPattern(group_id=group.id, day=day) for day in range(7) if day not in kept)
        return Meant(tuple(held), ({row.id: None for row in held},), Condition(never=never))
    base = replace(_asked_of(asked), group_id=group.id)
    if asked.others:
        if not held:
            raise UsageError(f"{group.id} is not held: there is nothing to be otherwise.")
        condition = _others_of_group(asked, held)
        if _says_how(asked):
            condition = replace(condition, must=(base,))
        return Meant(tuple(held), (), condition, groups=(group.id,), staff=staff)
    if not held:
        return Meant((), (), Condition(must=(base,)), groups=(group.id,), staff=staff)
    edits = list(_group_edits(inquiry, asked, held))
    if not edits:
        raise UsageError(f"{group.id} is held like that: {asked.told} is no alternative.")
    must: tuple[SessionPattern, ...] = (base,)
    if asked.day is None and asked.start is None:
        must = tuple(replace(base, day=row.start // DAY, clock=row.start % DAY) for row in held)
        if len(held) == len(every) and inquiry.terms.starts(inquiry.problem.service[group.service_id], group):
            must = (base,) if len(held) == 1 else must
    return Meant(tuple(held), tuple(edits), Condition(must=must), groups=(group.id,), staff=staff)


def _says_how(asked: Alternative) -> bool:
    """Return whether anything is named that is to be so, beside what is to be otherwise."""
    named = (asked.therapist_id, asked.room_id, asked.day, asked.start, asked.modality)
    return any(value is not None for value in named)


def _others_of_group(asked: Alternative, held: Sequence[Session]) -> Condition:
    """Return that a group's sessions are otherwise; of days and times one other one is enough."""
    never, not_all = [], []
    for noun in sorted(asked.others):
        rows = [replace(_never(row, noun), participant_id=None) for row in held]
        if noun in {"day", "start"} and len(held) > 1:
            not_all += rows
        else:
            never += rows
    return Condition(never=tuple(never), not_all=tuple(dict.fromkeys(not_all)))


def _group_edits(
    inquiry: Inquiry, asked: Alternative, held: Sequence[Session]
) -> Iterator[Mapping[str, Session | None]]:
    """Yield the ways to write it: all sessions with another lead or room or hour, or one of them on another day."""
    if asked.day is None:
        rows = {row.id: _otherwise(asked, row) for row in held}
        if any(new != inquiry.sessions[key] for key, new in rows.items()):
            yield rows
        return
    same_day = [row for row in held if row.start // DAY == asked.day]
    for row in same_day or held:
        new = _otherwise(asked, row)
        if new != row:
            yield {row.id: new}


def _joining(inquiry: Inquiry, asked: Alternative) -> Meant:
    """Return a participant in a group: in all its sessions, and in none of another group of the same service."""
    group, who = inquiry.problem.group[asked.group_id or ""], asked.participant_id or ""
    sessions = inquiry.schedule.sessions
    inside = [row for row in sessions if row.group_id == group.id]
    before = [
        row for row in sessions if row.service_id == group.service_id and row.group_id and who in row.participant_ids
    ]
    leaves = asked.is_not_held
    if leaves:
        mine = [row for row in inside if who in row.participant_ids]
        if not mine:
            raise UsageError(f"{who} is not in {group.id}: there is nothing to be otherwise.")
        rows = {row.id: _without(row, who) for row in mine}
        never = Condition(never=(SessionPattern(participant_id=who, group_id=group.id),))
        return Meant(tuple(mine), (rows,), never, groups=(group.id,))
    if before and all(row.group_id == group.id for row in before):
        raise UsageError(f"{who} is in {group.id}: that is no alternative. Write not held, or another group.")
    edit: dict[str, Session | None] = {row.id: _without(row, who) for row in before if row.group_id != group.id}
    edit |= {
        row.id: replace(row, participant_ids=tuple(sorted({*row.participant_ids, who})))
        for row in inside
        if asked.day in (None, row.start // DAY)
    }
    must = SessionPattern(participant_id=who, group_id=group.id, day=asked.day, clock=asked.start)
    groups = (group.id, *dict.fromkeys(row.group_id or "" for row in before))
    own = tuple(inquiry.sessions[key] for key in edit)
    return Meant(own, (edit,) if inside else (), Condition(must=(must,)), groups=groups)


def _without(session: Session, participant_id: str) -> Session | None:
    left = tuple(key for key in session.participant_ids if key != participant_id)
    return replace(session, participant_ids=left) if left else None


def _asked_of(asked: Alternative) -> SessionPattern:
    """Return what is asked of a session, whoever's it is."""
    return SessionPattern(
        lead_id=asked.therapist_id,
        room_id=asked.room_id,
        day=asked.day,
        clock=asked.start,
        modality=asked.modality,
    )
