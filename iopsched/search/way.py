"""Ways to search a week: as one model, or part by part; its sessions told apart, or pooled at first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from iopsched.params import Effort
from iopsched.rulebook import GoalId
from iopsched.search.turn import Turn


class Way(Protocol):
    """How one goal after another is searched. What is found goes to the incumbent, news to whoever listens."""

    @property
    def least_steps(self) -> int:
        """Return how many steps win nothing before a goal has stalled; 0 where a search is one step."""
        ...

    def minimize(self, goal_id: GoalId, before: Sequence[GoalId], turn: Turn) -> int | None:
        """Search for a week that is better in one goal and no worse in those before, until the turn is over.

        Return the bound that is proven: no such week has less. None if no week at all is said to be possible.

        Raises
        ------
        InternalError
            If the verifier's counts contradict what the solver claims.
        Late
            If somebody asked to stop and the search did not end in time.
        """
        ...

    def polish(self) -> bool:
        """Improve the best week by single moves; return whether none is left that would improve it."""
        ...

    def go_on(self) -> None:
        """Go on from the best week, which somebody else has improved."""
        ...

    def polish_effort(self) -> Effort:
        """Return about what that takes."""
        ...
