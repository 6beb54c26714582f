"""What a person at the grid can do about a broken rule, whereas the rulebook says what could be changed in the files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from iopsched.domain.problem import Problem
from iopsched.rulebook import RuleId
from iopsched.verifier import Violation
from iopsched.words.sentence import GroupRef, ParticipantRef, RoomRef, Sentence, SessionRef, TherapistRef


@dataclass(frozen=True, slots=True)
class MoveRemedy:
    """What would help, in words; ``sessions`` are those that could be moved too, ``is_for_group`` whether a whole group should be."""

    sentence: Sentence
    sessions: tuple[str, ...] = ()
    is_for_group: bool = False


def remedy_at_grid(problem: Problem, violation: Violation, moved: Collection[str] = ()) -> MoveRemedy:
    """Return what somebody could do who has just moved these sessions, or is looking at them."""
    others = tuple(key for key in violation.sessions if key not in moved)
    return _REMEDIES[violation.rule](problem, violation, others)


def _overlap(_: Problem, violation: Violation, others: tuple[str, ...]) -> MoveRemedy:
    if len(violation.sessions) == 1:
        return MoveRemedy(Sentence("Take the second entry off the roster."))
    if len(others) == 1:
        return MoveRemedy(Sentence("Move {} too, or choose another time.", SessionRef(others[0])), others)
    return MoveRemedy(Sentence("Move one of them."), others)


def _window(problem: Problem, violation: Violation, others: tuple[str, ...]) -> MoveRemedy:
    if violation.subject in problem.group and len(violation.sessions) > 1:
        told = "Move all sessions of group {} alike."
        return MoveRemedy(Sentence(told, GroupRef(violation.subject)), others, is_for_group=True)
    if violation.people:
        told = "Choose a time at which {} can come, or take them off this session."
        return MoveRemedy(Sentence(told, ParticipantRef(violation.people[0])))
    if len(violation.sessions) > 1:
        return MoveRemedy(Sentence("Leave more time between them, or use another room or lead."), others)
    if violation.subject in problem.therapist:
        return MoveRemedy(Sentence("Choose another time, or another lead than {}.", TherapistRef(violation.subject)))
    if violation.subject in problem.room:
        return MoveRemedy(Sentence("Choose another time, or another room than {}.", RoomRef(violation.subject)))
    return MoveRemedy(Sentence("Choose another time."))


def _seats(_: Problem, violation: Violation, others: tuple[str, ...]) -> MoveRemedy:
    if len(violation.sessions) > 1:
        return MoveRemedy(Sentence("Move one of them: the equipment is used by the others."), others)
    if violation.rooms:
        return MoveRemedy(Sentence("Choose another room than {}.", RoomRef(violation.rooms[0])))
    return MoveRemedy(Sentence("Choose a room, or change whether it is held by video."))


def _staffed(_: Problem, violation: Violation, others: tuple[str, ...]) -> MoveRemedy:
    if len(violation.sessions) > 1:
        return MoveRemedy(Sentence("Give all of these sessions the same lead."), others)
    return MoveRemedy(Sentence("Choose another lead, or a time at which the right staff are free."))


def _staff_load(_: Problem, violation: Violation, others: tuple[str, ...]) -> MoveRemedy:
    who = TherapistRef(violation.staff[0] if violation.staff else violation.subject)
    return MoveRemedy(Sentence("Give one of these sessions of {} to somebody else, or another day.", who), others)


def _own(told: str) -> Callable[[Problem, Violation, tuple[str, ...]], MoveRemedy]:
    """Return the remedy about one participant, where there is one."""

    def remedy(_: Problem, violation: Violation, others: tuple[str, ...]) -> MoveRemedy:
        who = Sentence.joined(" and ", map(ParticipantRef, violation.people)) if violation.people else "them"
        return MoveRemedy(Sentence(told, who), others)

    return remedy


def _plain(told: str) -> Callable[[Problem, Violation, tuple[str, ...]], MoveRemedy]:
    return lambda _, __, others: MoveRemedy(Sentence(told), others)


_REMEDIES: Mapping[RuleId, Callable[[Problem, Violation, tuple[str, ...]], MoveRemedy]] = {
    RuleId.PIN: _plain("Put it back, or loosen the row of pins.csv."),
    RuleId.PHASE: _own("Take {} off one of these sessions."),
    RuleId.DAY_MAX: _own("Move one of these sessions to another day, or take {} off it."),
    RuleId.DAY_MIN: _own("Put another session of {} on that day, or take them off this one."),
    RuleId.WEEK_MAX: _own("Take {} off one of their sessions."),
    RuleId.PHP_GUARD: _own("Take {} off one of their sessions."),
    RuleId.COHORT: _plain("Take one of these sessions out, or take whoever is in two groups off one of them."),
    RuleId.PRIMARY: _plain("Let the primary therapist lead it."),
    RuleId.STAFF_LOAD: _staff_load,
    RuleId.SIZE: _plain("Have somebody join or leave, or take the session out."),
    RuleId.RATIO: _plain("Have a further member of staff help, or somebody leave."),
    RuleId.TWO_STAFF: _plain("Have a further member of staff help, or somebody leave."),
    RuleId.SUPERVISOR: _plain("Choose a time at which a supervisor is there, or hold it by video."),
    RuleId.STAFFED: _staffed,
    RuleId.MATCH: _own("Take {} off this session, or choose another lead."),
    RuleId.TOGETHER: _own("Bring {} into the same group."),
    RuleId.APART: _own("Take one of them off this session: {}."),
    RuleId.SEATS: _seats,
    RuleId.WINDOW: _window,
    RuleId.OVERLAP: _overlap,
}
