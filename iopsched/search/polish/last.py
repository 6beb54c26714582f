"""When single moves are made: a first round after the first goal, and all of them at the end, for which time is kept."""

from __future__ import annotations

import logging

from iopsched.search.clock import Clock
from iopsched.search.news import News
from iopsched.search.way import Way

log = logging.getLogger(__name__)


class LastMoves:
    """Keeps time for the single moves of the end, and makes them."""

    def __init__(self, clock: Clock, news: News) -> None:
        self.clock = clock
        self.news = news
        self.tuning = clock.params.tuning

    def prepare(self, way: Way, *, is_whole: bool) -> None:
        """Keep time for the end; of a week searched as a whole, make a first round of moves."""
        tuning, effort = self.tuning, way.polish_effort()
        # a round that time cuts off wins less than a search of the goals, which would have had that time
        has_time = self.clock.is_repeatable or tuning.polish_share * self.clock.left_s >= effort.seconds
        # in parts other times for all visits and a loose plan win more, sooner
        if is_whole and has_time and effort.deterministic >= tuning.least_polish:
            with self.clock.within(tuning.polish_share, effort.deterministic):
                if not self.clock.is_over:
                    self.news.tell("polish")
                    way.polish()
        left_s, left = self.clock.left_s, self.clock.deterministic_left or 0.0
        self.clock.reserve(
            min(tuning.polish_share * left_s, effort.seconds), min(tuning.polish_share * left, effort.deterministic)
        )

    def make(self, way: Way) -> bool:
        """Make moves until none is left that improves a goal; return whether none is left, False where time ended."""
        self.news.tell("polish")
        is_done = way.polish()
        if not is_done:
            log.info("time ended before every single move had been tried")
        return is_done
