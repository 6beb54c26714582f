"""What is said while searching."""

from __future__ import annotations

import logging

from iopsched.params import OnProgress, Progress
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock

log = logging.getLogger(__name__)


class News:
    """Passes news on to whoever listens; a broken display must not cost the schedule."""

    def __init__(self, on_progress: OnProgress | None, clock: Clock) -> None:
        self._on_progress = on_progress
        self._clock = clock

    def mute(self) -> None:
        """Say nothing more: a solver left behind may still have news."""
        self._on_progress = None

    def tell(self, stage: str, goal: GoalId | None = None, value: int | None = None, bound: int | None = None) -> None:
        """Tell of a stage, or of a goal's value and bound."""
        self._pass_on(Progress(stage, self._clock.elapsed_s, self._clock.left_s, goal, value, bound))

    def tell_size(self, size: tuple[int, int]) -> None:
        """Tell the size of a model as (variables, constraints)."""
        variables, constraints = size
        left_s = self._clock.left_s
        self._pass_on(Progress("model", self._clock.elapsed_s, left_s, variables=variables, constraints=constraints))

    def tell_memory(self, megabytes: int) -> None:
        """Tell about how much memory the search takes at its largest."""
        self._pass_on(Progress("memory", self._clock.elapsed_s, self._clock.left_s, memory_mb=megabytes))

    def _pass_on(self, news: Progress) -> None:
        if self._on_progress is None:
            return
        try:
            self._on_progress(news)
        except Exception:  # noqa: BLE001 - whatever a display may raise
            log.debug("progress display failed")
