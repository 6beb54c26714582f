"""One search for all linked sites: a bound from their loose weeks, then weeks from their whole models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iopsched.domain.problem import Problem
from iopsched.domain.sharing import SiteLinks, Timetable
from iopsched.model.jointmodel import JointModel, Weeks
from iopsched.model.terms import Terms
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.linked.elsewhere import minutes_by_day, minutes_of_week
from iopsched.search.run import Settings, completed, run
from iopsched.search.workshop import Workshop

MOST_CHOICES = 3
"""So many times the choices from which on one site is searched part by part: above, no model of all sites is searched."""

PROOF_SHARE = 0.4


class JointSearch:
    """Searches all linked sites at once for the least unmet need; ``weeks`` are those to begin with, by site.

    ``bound`` is what is proven so far; ``is_searched``: whether a model of all sites was not too large.
    """

    def __init__(
        self,
        problems: Mapping[str, Problem],
        links: SiteLinks,
        published: Sequence[Timetable],
        clock: Clock,
        weeks: Weeks,
    ) -> None:
        tuning = clock.params.tuning
        self.workshops = {name: Workshop(Terms(problem), tuning) for name, problem in problems.items()}
        self.links = links
        self.clock = clock
        self.weeks = weeks
        week = next(iter(problems.values())).week
        self.published = {
            (person.id, site, (day - week).days): minutes
            for person in links.people
            for (site, day), minutes in minutes_by_day(person, published).items()
        }
        for person in links.people:
            for site, minutes in minutes_of_week(person, published, week).items():
                self.published[person.id, site, -1] = minutes
        self.bound = 0
        self.is_searched = False

    def search(self, unmet: int | None) -> Weeks | None:
        """Return better weeks, None where there are none; ``unmet`` is the need that those known leave unmet."""
        loose = self._model(is_loose=True)
        with self.clock.within(PROOF_SHARE, PROOF_SHARE * self.clock.left):
            self.bound = max(self.bound, self._proven(loose))
        if (unmet is not None and self.bound >= unmet) or self.clock.is_over:
            self.is_searched = True
            return None
        most = MOST_CHOICES * self.clock.params.tuning.parts_from_choices
        if sum(shop.count_choices(most) for shop in self.workshops.values()) >= most:
            return None
        self.is_searched = True
        joint = self._model(is_loose=False)
        joint.reach_at_least(GoalId.UNMET_NEED, self.bound)
        joint.cp.minimize(joint.goal(GoalId.UNMET_NEED))
        found = run(joint.cp, self.clock, self._settings(), name="the linked sites", hint=joint.hint(self.weeks))
        self.bound = max(self.bound, found.bound)
        if found.values is None or (unmet is not None and found.value >= unmet):
            return None
        return joint.read(found.values)

    def _model(self, *, is_loose: bool) -> JointModel:
        terms = {name: shop.terms for name, shop in self.workshops.items()}
        return JointModel.build(terms, self.links, self.published, is_loose=is_loose)

    def _proven(self, loose: JointModel) -> int:
        """Return how many minutes of need must stay unmet over all sites, as far as their loose weeks prove it."""
        loose.cp.minimize(loose.goal(GoalId.UNMET_NEED))
        effort = self.clock.params.tuning.completion_effort
        hint = completed(loose.cp, self.clock, loose.hint(self.weeks), effort) if self.weeks else {}
        found = run(loose.cp, self.clock, self._settings(is_linear=True), name="the linked sites", hint=hint)
        return found.bound

    def _settings(self, *, is_linear: bool = False) -> Settings:
        """Return how the solver works; with one worker, so that the same run ends alike again."""
        if not self.clock.is_repeatable:
            return Settings(is_linear_throughout=is_linear)
        return Settings(deterministic=self.clock.left, interleaves=not is_linear, is_linear_throughout=is_linear)
