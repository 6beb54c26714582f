"""The choices of a repaired week: what each puts first."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from iopsched.domain.outcome import GoalId


class ChoiceName(StrEnum):
    """The repaired weeks that are offered, in this order, where they differ."""

    LEAST_UNMET = "least_unmet"
    FEWEST_MOVES = "fewest_moves"
    CANCEL_ONLY = "cancel_only"


_DISRUPTION = (GoalId.CHANGES, GoalId.MOVES)
_OTHERS = tuple(goal for goal in GoalId if goal not in _DISRUPTION)

ORDERS: Mapping[ChoiceName, tuple[GoalId, ...]] = {
    ChoiceName.LEAST_UNMET: tuple(GoalId),
    ChoiceName.FEWEST_MOVES: (*_DISRUPTION, *_OTHERS),
    ChoiceName.CANCEL_ONLY: tuple(GoalId),
}
"""The goals of each choice in rank order. With ``cancel_only`` nobody is given another time, lead, room or group besides."""
