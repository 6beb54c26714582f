"""Variables, then every rule, then the goals in rank order."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field

from iopsched.domain.problem import Problem
from iopsched.model.candidate import Candidate
from iopsched.model.goals import GOALS, people_short, unmet_need, worst_off
from iopsched.model.goals.unmet_need import UnmetNeed
from iopsched.model.guards import guard_filters
from iopsched.model.posting import Expression, Posting
from iopsched.model.program import Program
from iopsched.model.rules import HARD_RULES
from iopsched.model.terms import Terms
from iopsched.model.variables import Variables, literals_of_past
from iopsched.rulebook import ALL_RULES, GoalId, RuleId
from iopsched.stopping import look

# Goals that are 0 where another one is: to post that once more would only make the model larger.
FOLLOWS = {
    GoalId.WORST_OFF: GoalId.UNMET_NEED,
    GoalId.PEOPLE_SHORT: GoalId.UNMET_NEED,
    GoalId.MOVES: GoalId.CHANGES,
}

NO_LIMIT = 2**62
"""More than any goal can be, and within what CP-SAT adds up without an overflow."""


@dataclass(slots=True)
class Model:
    """A CP-SAT model of one week; its first ``decisions`` variables determine the schedule, the rest help.

    Goals are added when first asked for: a goal not reached costs nothing. ``limit_rows`` are the constraints, by index,
    that keep goals from becoming worse; ``as_held`` are the sessions that stay as they are.
    """

    cp: Program
    x: Variables
    post: Posting
    decisions: int
    unmet: UnmetNeed
    makers: dict[GoalId, Callable[[], Expression]] = field(default_factory=dict)
    goals: dict[GoalId, Expression] = field(default_factory=dict)
    limit_rows: list[int] = field(default_factory=list)
    as_held: set[Candidate] = field(default_factory=set)
    limits: dict[GoalId, int] = field(default_factory=dict)
    strengthened: set[GoalId] = field(default_factory=set)
    _row_of: dict[GoalId, tuple[int, int, int]] = field(default_factory=dict)

    def goal(self, goal_id: GoalId) -> Expression:
        """Return the expression of a goal, to be minimized; it may be a plain integer."""
        if goal_id not in self.goals:
            look()
            self.goals[goal_id] = self.makers[goal_id]()
        return self.goals[goal_id]

    def limit(self, goal_id: GoalId, most: int) -> None:
        """Keep a goal at or below a value, unless another that is kept at 0 says so already."""
        self.limits[goal_id] = most
        if goal_id in self._row_of:
            self._move_limit(goal_id, most)
            return
        if most == 0 and self.limits.get(FOLLOWS.get(goal_id, goal_id), 1) == 0 and goal_id in FOLLOWS:
            return
        held = self.goal(goal_id) <= most
        if held is not True:
            index = self.cp.add(held).index
            self.limit_rows.append(index)
            # the row has the goal less its constants at or below the limit less the same
            self._row_of[goal_id] = index, most, list(self.cp.proto.constraints[index].linear.domain)[-1]

    def limit_only(self, most: Mapping[GoalId, int]) -> None:
        """Keep these goals at or below these values, and no others."""
        for goal_id in [goal for goal in self.limits if goal not in most]:
            del self.limits[goal_id]
            if goal_id in self._row_of:
                self._move_limit(goal_id, None)
        for goal_id, value in most.items():
            if self.limits.get(goal_id) != value:
                self.limit(goal_id, value)

    def _move_limit(self, goal_id: GoalId, most: int | None) -> None:
        """Change the row of a limit that is posted; None lets the goal be anything."""
        index, most_then, limit_then = self._row_of[goal_id]
        domain = self.cp.proto.constraints[index].linear.domain
        limit = NO_LIMIT if most is None else limit_then + most - most_then
        domain.clear()
        domain.extend([-NO_LIMIT, limit])

    def reach_at_least(self, goal_id: GoalId, least: int) -> None:
        """Post what is proven of a goal for every week, so that a search ends as soon as it comes down to it."""
        proven = self.goal(goal_id) >= least
        if least > 0 and proven is not True:
            self.cp.add(proven)

    def hold(self, candidates: Iterable[Candidate], but: Container[str] = ()) -> None:
        """Hold these sessions with everybody who could be in them, ``but`` for some, who may."""
        for candidate in candidates:
            self.as_held.add(candidate)
            self.gather(candidate, but)
            for literals in self.x.staff_literals(candidate).values():
                if len(literals) == 1:
                    self.cp.fix(literals[0], 1)
                else:
                    self.cp.add_bool_or(literals)

    def gather(self, candidate: Candidate, but: Container[str] = ()) -> None:
        """Hold a session with all participants who could be in it, but for some; its staff stay open."""
        own = (literal for participant_id, literal in self.x.roster(candidate).items() if participant_id not in but)
        for literal in (self.x.held[candidate], *own):
            self.cp.fix(literal, 1)

    @property
    def size(self) -> tuple[int, int]:
        """Return the numbers of variables and constraints so far."""
        return len(self.cp.proto.variables), len(self.cp.proto.constraints)


def build_model(
    problem: Problem,
    rules: frozenset[RuleId] = ALL_RULES,
    *,
    guarded: frozenset[RuleId] = frozenset(),
    name_rooms: bool = False,
    told_apart: float = math.inf,
    terms: Terms | None = None,
    candidates: list[Candidate] | None = None,
    about: Container[str] | None = None,
    pins_are_wishes: bool = False,
    cp: Program | None = None,
) -> Model:
    """Return the model of a problem under some rules.

    ``rules`` leaves out hard rules, for tests that look at one rule alone; ``guarded`` ones give each of their owners a
    literal that switches on what it forbids, filters included. ``name_rooms`` tells every room apart, for tests that fix
    rooms; else at most so many equal ones as are ``told_apart``: of more, goal ``rooms`` counts kinds, which is a bound.
    ``candidates`` are all there are where they are given: a part of the problem, or a loose one. ``about`` are the
    participants whose rules and goals are in the model, None = everybody. ``pins_are_wishes``: ``must`` pins need not be
    kept; those that are not count in ``Variables.missing_pins``. ``cp`` is a program that other models are in, too.
    """
    cp = Program() if cp is None else cp
    x = Variables(
        terms or Terms(problem),
        cp,
        rules - guarded,
        name_rooms=name_rooms,
        choose_rooms=bool(guarded),
        told_apart=told_apart,
        candidates=candidates,
        about=about,
    )
    decisions = len(cp.proto.variables)
    x.missing_pins = [] if pins_are_wishes else None
    post = Posting(cp, rules & guarded, literals_of_past(x), x.terms.lifted)
    for rule_id, rule in HARD_RULES.items():
        if rule_id in rules:
            look()
            rule(x, post)
    if guarded:
        guard_filters(x, post)
    unmet = unmet_need(x)
    model = Model(cp, x, post, decisions, unmet)
    model.goals[GoalId.UNMET_NEED] = unmet.total
    model.makers[GoalId.WORST_OFF] = lambda: worst_off(x, unmet)
    model.makers[GoalId.PEOPLE_SHORT] = lambda: people_short(x, unmet)
    for goal_id, goal in GOALS.items():
        model.makers[goal_id] = lambda goal=goal: goal(x)  # type: ignore[misc]
    return model
