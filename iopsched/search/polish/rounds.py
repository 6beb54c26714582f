"""Polish: single moves of a week, tried until none is left that improves a goal."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from iopsched.model.build import Model
from iopsched.model.decisions import deciding
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.polish.derivation import Network
from iopsched.search.polish.desk import Desk, Held
from iopsched.search.polish.evaluator import Evaluator, WithoutSome
from iopsched.search.polish.neighbors import Move, families
from iopsched.search.polish.rows import LinearRow, Reader

# In CP-SAT's deterministic time: a run that has to be repeatable counts moves, not seconds.
EFFORT_A_MOVE = 4e-5
EFFORT_A_ROW = 2e-5
LOOK_EVERY = 64
JUDGED_A_FAMILY = 8


class _OverError(Exception):
    """Time is over, or somebody asked to stop."""


class Polish:
    """Improves the best week by single moves in the words of a model; what the model says is read when first asked."""

    def __init__(self, model: Model, clock: Clock, incumbent: Incumbent) -> None:
        self.model = model
        self.clock = clock
        self.incumbent = incumbent
        self.nothing = (0,) * len(incumbent.goals)
        self.rows: Sequence[LinearRow] = ()

    def run(self) -> bool:
        """Try moves until none is left that improves a goal; return whether none is left.

        False where time ended before, or where the model has no words for the week.
        """
        if self.incumbent.week is None:
            return False
        is_collecting = gc.isenabled()
        gc.disable()  # millions of small objects that stay: looking through them takes longer than making them
        try:
            network = self.network  # before the desk: goals add words for rooms that somebody had before
            desk = Desk(self.model.x, self.incumbent.week, self.model.as_held)
            if not desk.is_complete:
                return False
            evaluator = Evaluator(network, self.rows, desk.decisions(desk.held))
            return _Round(self, desk, evaluator).run()
        except _OverError:
            return False
        finally:
            if is_collecting:
                gc.enable()

    @cached_property
    def network(self) -> Network:
        """Return what the model says; its rows are in ``rows``."""
        model = self.model
        expressions = [model.goal(goal) for goal in self.incumbent.goals]
        reader = Reader(model.cp, model.limit_rows, self.look)
        sums = [reader.goal(model.cp, expression) for expression in expressions]
        decisions = {literal.index for literal in (*deciding(model.x), *model.x.rooms.named.values())}
        free = {count.index for rooms in model.x.rooms.visits for count in rooms.counts.values()}
        self.rows = reader.rows
        self.clock.deterministic += EFFORT_A_ROW * len(reader.rows)
        return Network(reader.rows, sums, reader.domains, decisions, free, self.look)

    def look(self, moves: int = 0) -> None:
        """Count what has been done, and leave where time is over."""
        self.clock.deterministic += EFFORT_A_MOVE * moves
        if self.clock.is_over:
            self.clock.ended_by_wall |= self.clock.left_s <= 0
            raise _OverError


class _Round:
    """Moves of one week on the desk, until none is left."""

    def __init__(self, polish: Polish, desk: Desk, evaluator: Evaluator) -> None:
        self.polish = polish
        self.incumbent = polish.incumbent
        self.desk = desk
        self.evaluator = evaluator

    def run(self) -> bool:
        """Try families of moves in turn; return True when none has a better week."""
        last, is_same = -1, False  # the family that won last, and whether all have kept their places since
        while True:
            won, number = -1, len(self.desk.held)
            for place, family in enumerate(families(self.desk)):
                if is_same and won < 0 and place > last:
                    return True
                while self._improve(family):
                    won = place
            if won < 0:
                return True
            last, is_same = won, number == len(self.desk.held)

    def _improve(self, family: Callable[[], Iterator[Move]]) -> bool:
        """Make the best move of a family that the verifier accepts and finds better; return whether there was one."""
        promising: list[tuple[tuple[int, ...], int, Move]] = []
        trial: WithoutSome | None = None
        before: frozenset[int] = frozenset()
        self.polish.look()
        for number, (old, new) in enumerate(family()):
            if number % LOOK_EVERY == LOOK_EVERY - 1:
                self.polish.look(LOOK_EVERY)
            if not all(map(self.desk.is_known, new)):
                continue
            gone, come = self._flips(old, new)
            if trial is None or gone != before:
                trial, before = WithoutSome(self.evaluator, gone), gone
            change = trial.change(come)
            if change is not None and change < self.polish.nothing:
                promising.append((change, number, (old, new)))
        return any(self._take(old, new) for _, _, (old, new) in sorted(promising)[:JUDGED_A_FAMILY])

    def _flips(self, old: Sequence[Held], new: Sequence[Held]) -> tuple[frozenset[int], frozenset[int]]:
        """Return the decisions that become 0, and those that become 1."""
        held, instead = self.desk.decisions(old), self.desk.decisions(new)
        return held - instead, instead - held

    def _take(self, old: Sequence[Held], new: Sequence[Held]) -> bool:
        """Make a move if the verifier finds a better week that keeps every rule."""
        week = self.desk.week(old, new)
        self.incumbent.take_if_legal(week)
        if self.incumbent.week is not week:
            return False
        gone, come = self._flips(old, new)
        self.evaluator.put(gone, come)
        self.desk.exchange(old, new)
        return True
