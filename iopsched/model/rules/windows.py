"""Rules ``window`` and ``supervisor``: windows, grid, blocks and stays shape the candidates; here what joins sessions.

Starts outside windows never become candidates (see
:mod:`iopsched.model.candidates`). What is left are the same start for all
sessions of a group and the changeover between two sessions.
"""

from __future__ import annotations

from collections.abc import Sequence

from iopsched.domain.timegrid import DAY, clock
from iopsched.model.posting import Expression, Literal, Posting
from iopsched.model.rules.overlap import keep_enough_rooms, room_use, under_way
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId
from iopsched.words.sentence import GroupRef, Reference, RoomRef, TherapistRef


def window(x: Variables, post: Posting) -> None:
    """Post ``same_start`` and changeover times."""
    for group in x.problem.groups:
        if group.same_start:
            _same_start(x, post, group.id)
    minutes = x.problem.clinic.staff.changeover_minutes
    if minutes:
        _changeover(x, post, minutes)


def supervisor(x: Variables, post: Posting) -> None:
    """Post nothing: which sessions a supervisor's hours cover is known beforehand and shapes the candidates."""


def _same_start(x: Variables, post: Posting, group_id: str) -> None:
    clocks: dict[int, Literal] = {}
    for candidate in x.of_group(group_id):
        minute = candidate.start % DAY
        if minute not in clocks:
            clocks[minute] = x.cp.new_bool_var("")
        post.require(RuleId.WINDOW, GroupRef(group_id), x.cp.add_implication(x.held[candidate], clocks[minute]))
    post.at_most_one(RuleId.WINDOW, GroupRef(group_id), [clocks[minute] for minute in sorted(clocks, key=clock)])


def _changeover(x: Variables, post: Posting, minutes: int) -> None:
    """Keep sessions of a therapist or room that follow each other apart.

    With ``overlap`` a session may simply last longer, which is tight. Without,
    sessions that overlap are none of this rule's business, and only named
    rooms can be told apart.
    """
    for therapist in x.problem.therapists:
        sessions = [(c.start, c.end, literal) for c, literal in x.working(therapist.id) if not c.is_loose]
        if RuleId.OVERLAP not in x.rules:
            _not_soon_after(x, post, TherapistRef(therapist.id), sessions, minutes)
            continue
        for _, literals in under_way((start, end + minutes, literal) for start, end, literal in sessions):
            post.at_most_one(RuleId.WINDOW, TherapistRef(therapist.id), literals)
    for room_class in x.rooms.classes:
        subject = RoomRef(room_class.room_ids[0])
        if RuleId.OVERLAP not in x.rules:
            rooms = [(start, end, use.number) for start, end, use in room_use(x, room_class.index, 0)]
            _not_soon_after(x, post, subject, rooms, minutes)
            continue
        for _, used in under_way(room_use(x, room_class.index, minutes)):
            keep_enough_rooms(post, RuleId.WINDOW, room_class, used)


def _not_soon_after(
    x: Variables, post: Posting, subject: Reference, sessions: Sequence[tuple[int, int, Expression]], minutes: int
) -> None:
    """Forbid a session that begins less than so many minutes after another has ended, through one literal per start."""
    most = len(x.candidates)
    for start in sorted({row[0] for row in sessions}):
        begins = x.cp.new_bool_var("")
        for begin, end, used in sessions:
            if begin == start:
                post.at_most(RuleId.WINDOW, subject, used, most * begins)
            elif end <= start < end + minutes:
                post.at_most(RuleId.WINDOW, subject, used, most * begins.negated())
