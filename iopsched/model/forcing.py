"""Sessions that a week must have or must not have, for whoever asks what another choice would cost.

Beside pins: a pin may be kept by somebody who only helps, and it changes which sessions are plain visits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ortools.sat.python import cp_model

from iopsched.domain.schedule import Session
from iopsched.domain.sessionpattern import SessionPattern
from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.model.goals.earlier import as_earlier
from iopsched.model.posting import Expression, Literal
from iopsched.model.program import Program
from iopsched.model.variables import Variables

MOST = 2**40
"""More than any goal can be."""


def require_session(x: Variables, wanted: SessionPattern) -> None:
    """Post that one session at least is as wanted. Its room must be no equal one of several: a pin that names it sees to that."""
    matched: list[Literal] = []
    for parts in ways(x, wanted):
        match = x.cp.new_bool_var("")
        for part in parts:
            x.cp.add_implication(match, part)
        matched.append(match)
    x.cp.add_bool_or(matched)


def forbid_sessions(x: Variables, wanted: SessionPattern) -> None:
    """Post that no session is as wanted, whatever its room."""
    for parts in ways(x, wanted):
        x.cp.add_bool_or([part.negated() for part in parts])


def forbid_together(x: Variables, wanted: Iterable[SessionPattern]) -> None:
    """Post that not each of these sessions is held as wanted."""
    kept: list[Literal] = []
    for row in wanted:
        is_kept = x.cp.new_bool_var("")
        for parts in ways(x, row):
            x.cp.add_bool_or([is_kept, *(part.negated() for part in parts)])
        kept.append(is_kept)
    x.cp.add(cp_model.LinearExpr.sum(kept) <= len(kept) - 1)


def at_least(cp: Program, value: Expression, least: int) -> Expression:
    """Return a value, or ``least`` where that is more; to be minimized."""
    if least <= 0:
        return value
    larger = cp.new_int_var(least, MOST, "")
    cp.add(larger >= value)
    return larger


def ways(x: Variables, wanted: SessionPattern) -> Iterator[list[Literal]]:
    """Yield the sets of literals each of which makes a session as wanted."""
    for candidate in x.candidates:
        if candidate.begun is None and _could_be(wanted, candidate):
            yield from _ways_of(x, wanted, candidate)


def _could_be(wanted: SessionPattern, candidate: Candidate) -> bool:
    asked = (
        (wanted.day, candidate.day),
        (wanted.clock, candidate.start % DAY),
        (wanted.service_id, candidate.service.id),
        (wanted.group_id, candidate.group_id),
        (wanted.modality, candidate.modality),
    )
    return all(one in (None, found) for one, found in asked) and (
        wanted.participant_id is None or wanted.participant_id in candidate.participant_ids
    )


def _ways_of(x: Variables, wanted: SessionPattern, candidate: Candidate) -> Iterator[list[Literal]]:
    who = wanted.participant_id
    base = [x.held[candidate] if who is None else x.attends[candidate, who]]
    if wanted.lead_id is not None:
        lead = x.leads[candidate].get(wanted.lead_id)
        if lead is None:
            return
        base.append(lead)
    if wanted.room_id is None:
        yield base
        return
    people = [who] if who is not None or candidate in x.rooms.choices else list(candidate.participant_ids)
    for person in people:
        room = x.rooms.literal(candidate, person, wanted.room_id)
        if room is not None:
            yield [*base, room]


def hold_only_as(x: Variables, candidate: Candidate, session: Session) -> None:
    """Post that a session is held only with the lead and in the room of an earlier one."""
    same = [literal for row, literal in as_earlier(x, session) if row is candidate]
    x.cp.add_bool_or([*same, x.held[candidate].negated()])
