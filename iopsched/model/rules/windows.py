"""Rules ``window`` and ``supervisor``: windows, grid, blocks and stays shape the candidates; here what joins sessions.

Starts outside windows never become candidates (see
:mod:`iopsched.model.candidates`). What is left are the same start for all
sessions of a group and the changeover between two sessions.
"""

from __future__ import annotations

from iopsched.domain.timegrid import DAY, clock
from iopsched.model.posting import Literal, Posting
from iopsched.model.rules.overlap import room_use, under_way
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId


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
        chosen = clocks.setdefault(candidate.start % DAY, x.cp.new_bool_var(""))
        post.require(RuleId.WINDOW, group_id, x.cp.add_implication(x.held[candidate.index], chosen))
    post.at_most_one(RuleId.WINDOW, group_id, [clocks[minute] for minute in sorted(clocks, key=clock)])


def _changeover(x: Variables, post: Posting, minutes: int) -> None:
    for therapist in x.problem.therapists:
        sessions = [(c.start, c.end + minutes, literal) for c, literal in x.working(therapist.id)]
        for _, literals in under_way(sessions):
            post.at_most_one(RuleId.WINDOW, therapist.id, literals)
    for room_class in x.room_classes:
        for _, used in under_way(room_use(x, room_class.index, minutes)):
            post.at_most(RuleId.WINDOW, room_class.room_ids[0], sum(used), len(room_class.room_ids))
