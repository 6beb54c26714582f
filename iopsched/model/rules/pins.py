"""Rule ``pin``: sessions that the director fixed are held, forbidden ones are not."""

from __future__ import annotations

from collections.abc import Iterable

from iopsched.domain.pins import Pin
from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.model.owner import PinRef
from iopsched.model.posting import Literal, Posting
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId


def pin(x: Variables, post: Posting) -> None:
    """Post every row of ``pins.csv`` that touches the week."""
    for row in x.problem.pins:
        days = x.terms.pin_days(row)
        if not days:
            continue
        matching = [c for c in x.candidates if c.day in days and could_match(row, c)]
        if row.action == "must_not":
            for candidate in matching:
                if candidate.begun is None:
                    _must_not(x, post, row, candidate)
        elif not _is_over(x, row, days):
            _must(x, post, row, matching)


def _is_over(x: Variables, row: Pin, days: Iterable[int]) -> bool:
    """Return whether each time at which a pin could be kept has begun."""
    latest = DAY - 1 if row.start is None else row.start
    return all(day * DAY + latest < x.problem.first_start for day in days)


def could_match(row: Pin, candidate: Candidate) -> bool:
    """Return whether day, start, service, group and participant of a pin leave room for such a session."""
    if row.day is not None and row.day != candidate.day:
        return False
    if row.start is not None and row.start != candidate.start % DAY:
        return False
    if row.service_id is not None and row.service_id != candidate.service.id:
        return False
    if row.group_id is not None and (candidate.group is None or candidate.group.id != row.group_id):
        return False
    return row.participant_id is None or row.participant_id in candidate.participant_ids


def _must(x: Variables, post: Posting, row: Pin, candidates: list[Candidate]) -> None:
    subject = PinRef(str(row))
    matched: list[Literal] = []
    for candidate in candidates:
        for parts in _ways(x, row, candidate):
            if len(parts) == 1:
                matched.append(parts[0])
                continue
            match = x.cp.new_bool_var("")
            for part in parts:
                x.cp.add_implication(match, part)
            matched.append(match)
    if x.missing_pins is not None:
        x.missing_pins.append(x.cp.new_bool_var(""))
        matched.append(x.missing_pins[-1])
    post.insist(RuleId.PIN, subject, x.cp.add_bool_or(matched))


def _must_not(x: Variables, post: Posting, row: Pin, candidate: Candidate) -> None:
    subject = PinRef(str(row))
    for parts in _ways(x, row, candidate):
        post.require(RuleId.PIN, subject, x.cp.add_bool_or([part.negated() for part in parts]))


def _ways(x: Variables, row: Pin, candidate: Candidate) -> list[list[Literal]]:
    """Return the sets of literals each of which makes the session match the pin's cells."""
    base = [x.held[candidate]]
    if row.participant_id is not None:
        base = [x.attends[candidate, row.participant_id]]
    ways = [base]
    if candidate.is_loose and row.room_id is not None:  # its room is open, too: nothing is forbidden, all may match
        return ways if row.action == "must" else []
    if row.therapist_id is not None:
        staff = x.staff_literals(candidate).get(row.therapist_id, [])
        ways = [[*way, literal] for way in ways for literal in staff]
    if row.room_id is not None:
        ways = [[*way, literal] for way in ways for literal in _in_room(x, row, candidate)]
    return ways


def _in_room(x: Variables, row: Pin, candidate: Candidate) -> list[Literal]:
    if row.room_id is None:
        return []
    people: list[str | None] = [None]
    if candidate not in x.rooms.choices:
        people = [row.participant_id] if row.participant_id is not None else list(candidate.participant_ids)
    found = [x.rooms.literal(candidate, participant_id, row.room_id) for participant_id in people]
    return [literal for literal in found if literal is not None]
