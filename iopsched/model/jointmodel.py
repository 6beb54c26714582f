"""The weeks of several sites as one model: the sites' own models in one program, linked by the people they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from iopsched.domain.schedule import Schedule
from iopsched.domain.sharing import SiteLinks
from iopsched.model.build import Model, build_model
from iopsched.model.candidates import CandidateFactory
from iopsched.model.cuts import strengthen
from iopsched.model.decisions import read_decisions, values_of
from iopsched.model.linking import LinkedSite, PublishedMinutes, link
from iopsched.model.loose import loose_candidates, loose_values
from iopsched.model.posting import Expression, add_up
from iopsched.model.program import Program
from iopsched.model.terms import Terms
from iopsched.rulebook import GoalId

Weeks = Mapping[str, Schedule]
"""A week for each site, by name."""


@dataclass(slots=True)
class JointModel:
    """The models of all sites in one program; ``is_loose``: whether visits have a day and no start, which is a bound."""

    cp: Program
    models: Mapping[str, Model]
    is_loose: bool
    goals: dict[GoalId, Expression] = field(default_factory=dict)

    @classmethod
    def build(
        cls, terms: Mapping[str, Terms], links: SiteLinks, published: PublishedMinutes, *, is_loose: bool
    ) -> JointModel:
        """Return the model of all these sites."""
        cp = Program()
        models: dict[str, Model] = {}
        for name, own in terms.items():
            candidates = loose_candidates(CandidateFactory(own)) if is_loose else None
            models[name] = build_model(own.problem, terms=own, candidates=candidates, cp=cp)
            if is_loose:
                strengthen(models[name], GoalId.UNMET_NEED)
        link(cp, [LinkedSite(name, model.x) for name, model in models.items()], links, published)
        return cls(cp, models, is_loose)

    def goal(self, goal_id: GoalId) -> Expression:
        """Return a goal of all sites: the sum, of who is worst off the most."""
        if goal_id not in self.goals:
            self.goals[goal_id] = self._goal(goal_id)
        return self.goals[goal_id]

    def _goal(self, goal_id: GoalId) -> Expression:
        own = [model.goal(goal_id) for model in self.models.values()]
        if goal_id != GoalId.WORST_OFF:
            return add_up(own)
        most = self.cp.new_int_var(0, cp_model.INT32_MAX, "")
        for expression in own:
            self.cp.add(most >= expression)
        return most

    def limit(self, goal_id: GoalId, most: int) -> None:
        """Keep a goal of all sites at or below a value."""
        self.cp.add(self.goal(goal_id) <= most)

    def reach_at_least(self, goal_id: GoalId, least: int) -> None:
        """Post what is proven of a goal of all sites, so that a search ends as soon as it comes down to it."""
        self.cp.add(self.goal(goal_id) >= least)

    def hint(self, weeks: Weeks) -> dict[int, int]:
        """Return values (by variable index) that describe these weeks, as far as the models can."""
        found: dict[int, int] = {}
        for name, week in weeks.items():
            x = self.models[name].x
            found |= loose_values(x, week) if self.is_loose else values_of(x, week) or {}
        return found

    def read(self, values: Sequence[int]) -> Weeks:
        """Return the weeks that values describe."""
        return {name: read_decisions(model.x, values) for name, model in self.models.items()}
