"""How Timefold searches: groups, members and visits each at its best place, in this order; then late acceptance."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from jpype import JImplements, JOverride
from timefold.solver import SolverFactory
from timefold.solver.config import EnvironmentMode, SolverConfig

from benchmarks.twins.common import Task
from benchmarks.twins.timefold_model import GroupPlan, Member, Plan, VisitPlan, plan_of
from benchmarks.twins.timefold_score import Calculator, Planned, levels

LATE_ACCEPTANCE_SIZE = 400
ENTITIES = ((GroupPlan, "week"), (Member, "choice"), (VisitPlan, "slot"))


class PhasedConfig(SolverConfig):
    """A configuration with its own phases, which the Python edition lets nobody state without Java class names."""

    def _to_java_solver_config(self) -> Any:
        config = super()._to_java_solver_config()
        config.setPhaseConfigList(_phases())
        from ai.timefold.solver.core.config.score.director import ScoreDirectorFactoryConfig

        scoring = ScoreDirectorFactoryConfig()
        scoring.setIncrementalScoreCalculatorClass(_calculator_class(self.calculator))
        config.setScoreDirectorFactoryConfig(scoring)
        return config


def _phases() -> Any:
    from ai.timefold.solver.core.config.constructionheuristic import ConstructionHeuristicPhaseConfig
    from ai.timefold.solver.core.config.constructionheuristic.placer import QueuedEntityPlacerConfig
    from ai.timefold.solver.core.config.heuristic.selector.entity import EntitySelectorConfig
    from ai.timefold.solver.core.config.localsearch import LocalSearchPhaseConfig
    from ai.timefold.solver.core.config.localsearch.decider.acceptor import LocalSearchAcceptorConfig
    from ai.timefold.solver.core.config.localsearch.decider.forager import LocalSearchForagerConfig
    from java.lang import Integer
    from java.util import ArrayList

    phases = ArrayList()
    for entity, variable in ENTITIES:
        placer = QueuedEntityPlacerConfig()
        queue, same = _entities(entity), EntitySelectorConfig()
        queue.setId(entity.__name__)
        same.setMimicSelectorRef(entity.__name__)
        placer.setEntitySelectorConfig(queue)
        moves = ArrayList()
        moves.add(_change(same, variable))
        placer.setMoveSelectorConfigList(moves)
        phase = ConstructionHeuristicPhaseConfig()
        phase.setEntityPlacerConfig(placer)
        phases.add(phase)
    search = LocalSearchPhaseConfig()
    search.setMoveSelectorConfig(_moves())
    acceptor = LocalSearchAcceptorConfig()
    acceptor.setLateAcceptanceSize(Integer(LATE_ACCEPTANCE_SIZE))
    search.setAcceptorConfig(acceptor)
    forager = LocalSearchForagerConfig()
    forager.setAcceptedCountLimit(Integer(1))
    search.setForagerConfig(forager)
    phases.add(search)
    return phases


def _entities(entity: type) -> Any:
    from ai.timefold.solver.core.config.heuristic.selector.entity import EntitySelectorConfig
    from timefold.solver._timefold_java_interop import get_class

    config = EntitySelectorConfig()
    config.setEntityClass(get_class(entity))
    return config


def _change(entities: Any, variable: str) -> Any:
    from ai.timefold.solver.core.config.heuristic.selector.move.generic import ChangeMoveSelectorConfig
    from ai.timefold.solver.core.config.heuristic.selector.value import ValueSelectorConfig

    values = ValueSelectorConfig()
    values.setVariableName(variable)
    config = ChangeMoveSelectorConfig()
    config.setEntitySelectorConfig(entities)
    config.setValueSelectorConfig(values)
    return config


def _moves() -> Any:
    """Return changes and swaps, mostly of visits; a group moves with its whole week, its members and its lead."""
    from ai.timefold.solver.core.config.heuristic.selector.move.composite import UnionMoveSelectorConfig
    from ai.timefold.solver.core.config.heuristic.selector.move.generic import SwapMoveSelectorConfig
    from java.lang import Double
    from java.util import ArrayList

    def change(entity: type, variable: str, weight: float) -> Any:
        config = _change(_entities(entity), variable)
        config.setFixedProbabilityWeight(Double(weight))
        return config

    def swap(entity: type, weight: float) -> Any:
        config = SwapMoveSelectorConfig()
        config.setEntitySelectorConfig(_entities(entity))
        config.setFixedProbabilityWeight(Double(weight))
        return config

    every = ArrayList()
    every.add(change(VisitPlan, "slot", 10.0))
    every.add(swap(VisitPlan, 1.0))
    every.add(change(Member, "choice", 1.0))
    every.add(swap(Member, 1.0))
    every.add(change(GroupPlan, "week", 1.0))
    every.add(swap(GroupPlan, 0.2))
    union = UnionMoveSelectorConfig()
    union.setMoveSelectorList(every)
    return union


def _calculator_class(calculator: Calculator) -> Any:
    """Return a Java class whose objects pass the solver's calls on to the calculator."""
    from ai.timefold.solver.core.api.score.buildin.hardmediumsoftlong import HardMediumSoftLongScore
    from ai.timefold.solver.core.api.score.calculator import IncrementalScoreCalculator
    from java.lang import Object
    from net.bytebuddy import ByteBuddy
    from net.bytebuddy.implementation import InvocationHandlerAdapter
    from net.bytebuddy.matcher import ElementMatchers

    # a getter gives None where nothing is assigned, the field would give an object that stands for it
    variables = {
        "week": (lambda entity: _number(entity.getWeek()), calculator.take_week, calculator.put_week),
        "choice": (lambda entity: _number(entity.getChoice()), calculator.take_choice, calculator.put_choice),
        "slot": (lambda entity: _number(entity.getSlot()), calculator.take_slot, calculator.put_slot),
    }

    def begin(arguments: Any) -> None:
        plan = arguments[0]
        rows = zip((plan.groups, plan.members, plan.visits), variables.values(), strict=True)
        calculator.begin(*([number(entity) for entity in entities] for entities, (number, _, _) in rows))

    def before(arguments: Any) -> None:
        entity, name = arguments
        number, take, _ = variables[str(name)]
        take(_whole(entity.place), number(entity))

    def after(arguments: Any) -> None:
        entity, name = arguments
        number, _, put = variables[str(name)]
        put(_whole(entity.place), number(entity))

    def score(_: Any) -> Any:
        return HardMediumSoftLongScore.of(*calculator.score())

    calls = {"resetWorkingSolution": begin, "beforeVariableChanged": before, "afterVariableChanged": after}
    calls["calculateScore"] = score
    built = ByteBuddy().subclass(Object).implement(IncrementalScoreCalculator)
    built = built.method(ElementMatchers.isAbstract()).intercept(InvocationHandlerAdapter.of(_Handler(lambda _: None)))
    for name, call in calls.items():
        built = built.method(ElementMatchers.named(name)).intercept(InvocationHandlerAdapter.of(_Handler(call)))
    return built.make().load(IncrementalScoreCalculator.class_.getClassLoader()).getLoaded()


@JImplements("java.lang.reflect.InvocationHandler", deferred=True)
class _Handler:
    """Takes a call from Java and passes its arguments on."""

    def __init__(self, call: Callable[[Any], Any]) -> None:
        self._call = call

    @JOverride
    def invoke(self, _proxy: Any, _method: Any, arguments: Any) -> Any:
        return self._call(arguments)


def _whole(number: Any) -> int:
    return int(number.getValue().intValue())


def _number(option: Any) -> int:
    return -1 if option is None else int(option.number.getValue().intValue())


def search(
    planned: Planned,
    task: Task,
    news: Callable[[Sequence[int]], bool],
    seconds_to_end: float,
    built: Callable[[], None],
) -> tuple[list[int], list[int], list[int]]:
    """Return the best values of all groups, members and visits, -1 where unassigned.

    ``built`` is called once the search begins, ``news`` says when it may stop.
    """
    plan = plan_of(planned.groups, planned.choices, [visit.options for visit in planned.visits])
    config = PhasedConfig(
        solution_class=Plan,
        entity_class_list=[entity for entity, _ in ENTITIES],
        environment_mode=EnvironmentMode.NO_ASSERT,
        random_seed=task.seed,
    )
    config.calculator = Calculator(planned)
    solver = SolverFactory.create(config).build_solver()

    @JImplements("ai.timefold.solver.core.api.solver.event.SolverEventListener")
    class Listener:
        """Reads the score alone: the usual listener turns the whole plan into Python objects every time."""

        @JOverride
        def bestSolutionChanged(self, event: Any) -> None:  # noqa: N802 - the name of the Java method
            score = event.getNewBestScore()
            if news(levels(score.hardScore(), score.mediumScore(), score.softScore())):
                solver.terminate_early()

    solver._delegate.addEventListener(Listener())  # noqa: SLF001 - see above
    timer = threading.Timer(max(0.1, task.clock.left - seconds_to_end), solver.terminate_early)
    timer.daemon = True
    timer.start()
    built()
    best = solver.solve(plan)
    timer.cancel()
    return tuple(
        [-1 if value is None else value.number for value in values]
        for values in (
            [row.week for row in best.groups],
            [row.choice for row in best.members],
            [row.slot for row in best.visits],
        )
    )
