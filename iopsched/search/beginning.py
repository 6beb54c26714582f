"""How a search begins, and goes on: in which way, and from which week."""

from __future__ import annotations

import contextlib
import math
from functools import partial

from iopsched.domain.schedule import Schedule
from iopsched.model.build import build_model
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.memoryneed import needed_mb
from iopsched.search.news import News
from iopsched.search.parts_of_week import PartsOfWeek, is_large
from iopsched.search.pooled.first import PooledFirst
from iopsched.search.pooled.pooledweek import PooledWeek, is_formed_freely
from iopsched.search.start.first_week import first_large_week, first_week
from iopsched.search.start.known import known_week
from iopsched.search.start.near import near_week
from iopsched.search.start.pinned import pinned_week, with_pins
from iopsched.search.way import Way
from iopsched.search.whole_week import WholeWeek
from iopsched.search.workshop import Workshop
from iopsched.stopping import Late
from iopsched.words.sentence import Sentence


class Beginning:
    """Chooses the ways of one search; ``start``: a schedule to begin with where it is legal; ``is_in_parts``: whether it began part by part.

    ``is_narrow``: whether legal weeks are left out, so that no week at all says nothing of the pins. At the end reasons are
    looked for ``reasons_s`` at most; an ``only_reason`` is told of everybody who is short, without looking for any.
    """

    is_narrow = False
    reasons_s = math.inf
    only_reason: Sentence | None = None

    def __init__(
        self,
        workshop: Workshop,
        clock: Clock,
        incumbent: Incumbent,
        news: News,
        closing: contextlib.ExitStack,
        start: Schedule | None = None,
    ) -> None:
        self.workshop = workshop
        self.clock = clock
        self.incumbent = incumbent
        self.news = news
        self.closing = closing
        self.start = start
        self.is_in_parts = False

    def way(self) -> Way:
        """Return the way to search: sessions pooled at first where they are formed freely, else all told apart."""
        self.news.tell("build")
        self.news.tell_memory(needed_mb(self.workshop, self.clock.params))
        if self.start is not None:
            self.incumbent.take_if_legal(self.start)
        pinned = pinned_week(self.workshop, self.clock)
        if pinned is not None:
            self.incumbent.take_if_legal(pinned)
        is_pooled = self.incumbent.goals[0] == GoalId.UNMET_NEED and is_formed_freely(self.workshop)
        if (
            is_pooled and not self.clock.stop.is_set()
        ):  # whoever stops at once is given a week laid out by simple choices
            near = near_week(self.workshop, self.clock, self.incumbent.goals)
            if near is not None:
                self.incumbent.take_if_legal(near)
            pooled = PooledWeek(self.workshop, self.clock, self.incumbent, self.news)
            return PooledFirst(pooled, partial(self._told_apart, near, pinned))
        near = known_week(self.workshop, self.clock, self.incumbent)
        if self.incumbent.week is not None:
            first = self.incumbent.goals[0]
            self.news.tell("goal", first, self.incumbent.value(first), 0)
        return self._told_apart(near, pinned)

    def _told_apart(self, near: Schedule | None, pinned: Schedule | None) -> Way:
        """Return the way part by part where the week is large and there is one to begin with, else of the whole week."""
        week = self.incumbent.week
        found = None if week in (near, pinned) and (week is None or week != self.start) else week
        if is_large(self.workshop):
            if found is not None:
                return self._in_parts(found)
            self.news.tell("construct")
            keep, goals = self.incumbent.keep, self.incumbent.goals
            start = first_large_week(self.workshop, self.clock, keep, goals, near, pinned)
            if start is not None:
                return self._in_parts(start)
            if self.clock.is_over:
                raise Late
        begun_s = self.clock.elapsed_s
        model = build_model(self.workshop.problem)
        build_s = self.clock.elapsed_s - begun_s
        self.news.tell("construct")
        start = found
        if start is None:
            start = with_pins(self.workshop, self.clock, first_week(model.x, self.incumbent.goals, near))
        self.incumbent.take_if_legal(start)
        return WholeWeek(model, self.workshop, self.clock, self.incumbent, self.news, start, build_s=build_s)

    def _in_parts(self, start: Schedule) -> Way:
        self.is_in_parts = True
        self.incumbent.take_if_legal(start)
        way = self._parts(start)
        first = self.incumbent.goals[0]
        self.news.tell("goal", first, self.incumbent.value(first), 0)
        self.news.tell_size(self.workshop.largest)
        return way

    def _parts(self, start: Schedule) -> PartsOfWeek:
        way = PartsOfWeek(self.workshop, self.clock, self.incumbent, self.news, start)
        self.closing.callback(way.close)
        return way

    def way_after(self, goal_id: GoalId, way: Way, proven: int) -> Way:
        """Return how to go on: a week whose whole model has stalled on a goal is searched part by part from then on.

        There a step takes a second whatever the goal, and bounds come from a smaller model.
        """
        week = self.incumbent.week
        if self.is_narrow or week is None or isinstance(way, PartsOfWeek | PooledFirst) or self.clock.is_over:
            return way
        if not self.workshop.visit_kinds or proven >= self.incumbent.value(goal_id):
            return way
        return self._parts(week)
