"""Pins that cannot hold: the rows that contradict each other, and single steps with which there is a week again.

A row has its part in the contradiction if the pins hold as soon as it gives way. Each is tried by a solve of its own; each
way out is solved again in the clinic as its files then say.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from iopsched import search
from iopsched.answers.base import Base, Budget
from iopsched.answers.causes.contradictingcells import contradictions
from iopsched.answers.explanation import CauseAnswer, CellFact, Effect, WayOut
from iopsched.domain.outcome import GoalId, Infeasible, Solved
from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.whereabouts import Rows
from iopsched.errors import InputError
from iopsched.rulebook.steps import StepKind
from iopsched.search.contradiction import contradicting_pins
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.steps.offer import OfferedStep
from iopsched.steps.offers import offers
from iopsched.stopping import Late
from iopsched.words.sentence import Sentence

SHARE_OF_CELLS = 0.4
"""Of the time that is left: for cells that no step changes, and for further pins that contradict each other."""
NEAR = frozenset(
    {
        *(StepKind.DROP_PIN, StepKind.PARTICIPANT_WINDOW, StepKind.STAFF_WINDOW, StepKind.ROOM_WINDOW),
        *(StepKind.DROP_TIME_OFF, StepKind.OTHER_PRIMARY, StepKind.MOVE_PARTICIPANT, StepKind.STAFF_HOURS),
    }
)
"""Kinds of steps that could let a pin hold: time, people and places that it names."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What pins contradict: the cause, the steps each of which lets them hold, and what was not tried."""

    causes: tuple[CauseAnswer, ...]
    helping: tuple[OfferedStep, ...]
    unfinished: tuple[Sentence, ...] = ()


def find_contradiction(
    problem: Problem, found: Infeasible, budget: Budget, rows: Rows, files: ClinicFiles | None
) -> Contradiction:
    """Return which rows cannot hold together with these pins; at least the pins themselves."""
    helping: list[OfferedStep] = []
    unfinished: tuple[Sentence, ...] = (Sentence("Time ended before every row near these pins was tried."),)
    with contextlib.suppress(Late):  # time is over, or somebody asked to stop
        for offer in _near(problem, found.pins, rows):
            if budget.is_over:
                break
            if contradicting_pins(offer.changed(problem), budget.params(), budget.stop) == ():
                helping.append(offer)
        else:
            unfinished = ()
    causes: list[CauseAnswer] = []
    with contextlib.suppress(Late):  # time is over, or somebody asked to stop
        causes.extend(contradictions(problem, found.pins, budget.part(SHARE_OF_CELLS)))
    facts = {(fact.file, fact.id, fact.column): fact for fact in _facts(found.pins, helping, files)}
    for fact in causes[0].facts if causes else ():
        facts.setdefault((fact.file, fact.id, fact.column), fact)
    people = tuple(dict.fromkeys(pin.participant_id for pin in found.pins if pin.participant_id))
    what = "This pin contradicts" if len(found.pins) == 1 else "These pins contradict each other or"
    sentence = Sentence(
        "{} the other rules: {}.", what, Sentence.joined("; ", (fact.sentence for fact in facts.values()))
    )
    cause = CauseAnswer("C1", "conflict", people, 0, tuple(facts.values()), sentence, is_proven=True)
    return Contradiction((cause, *causes[1:]), tuple(helping), unfinished)


def ways_of_contradiction(
    problem: Problem, found: Contradiction, budget: Budget, files: ClinicFiles | None
) -> tuple[WayOut, ...]:
    """Return the steps that let the pins hold, each alone and solved again: the least unmet need first, then the cheapest."""
    nothing = Base.of(problem, Schedule(problem.week, ()), 0)
    solved = list(_solved(problem, found.helping, nothing, budget, files))
    order = sorted(solved, key=lambda way: (way.unmet_after, way.price))
    return tuple(
        WayOut(
            number,
            "complete" if way.unmet_after == 0 and number == 1 else "single" if number == 1 else "other",
            *(way.price, way.steps, way.unmet_before, way.unmet_after, way.bound_after, way.helps, way.harms),
        )
        for number, way in enumerate(order, start=1)
    )


def _near(problem: Problem, pins: Sequence[Pin], rows: Rows) -> Iterator[OfferedStep]:
    """Yield the steps that could let pins hold: without one of them first, then what is about whomever they name."""
    named = {key for pin in pins for key in (pin.participant_id, pin.therapist_id, pin.room_id) if key}
    people = [key for key in named if key in problem.participant]
    numbers = {f"row {pin.row}" for pin in pins}
    every = offers(problem, Schedule(problem.week, ()), sorted(people), rows=rows)
    own = [offer for offer in every if offer.kind is StepKind.DROP_PIN and offer.key[-1] in numbers]
    yield from own
    for offer in every:
        if offer.kind in NEAR and offer.kind is not StepKind.DROP_PIN and named & set(offer.key):
            yield offer


def _facts(pins: Sequence[Pin], helping: Sequence[OfferedStep], files: ClinicFiles | None) -> Iterator[CellFact]:
    for pin in pins:
        text = str(pin)
        yield CellFact("pins.csv", f"row {pin.row}", "", text.partition(": ")[2], Sentence.of([text]))
    for offer in helping:
        if offer.kind is not StepKind.DROP_PIN:
            value = "" if files is None else files.cell(offer.file, offer.key, offer.column)
            said = Sentence("{} {} is {}", offer.key[-1], offer.column, value or "blank")
            yield CellFact(offer.file, offer.key[-1], offer.column, value, Sentence("{} ({})", said, offer.file))


def _solved(
    problem: Problem, helping: Sequence[OfferedStep], nothing: Base, budget: Budget, files: ClinicFiles | None
) -> Iterator[WayOut]:
    if files is None:
        return
    for place, offer in enumerate(helping):
        if budget.is_over:
            return
        steps, changed = files.with_offers([offer])
        try:
            made = changed.problem(problem)
        except InputError:  # the rows that are left contradict each other by themselves
            continue
        share = 1 / (len(helping) - place)
        done = search.solve(made, budget.params(share), stop=budget.stop, last=GoalId.UNMET_NEED)
        if isinstance(done, Solved):
            bound = next(goal.bound for goal in done.goals if goal.name == GoalId.UNMET_NEED)
            after = Base.of(made, done.schedule, bound)
            helps = _helps(nothing.unmet, after.unmet)
            yield WayOut(0, "other", offer.price, steps, nothing.minutes, after.minutes, bound, helps, ())


def _helps(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[Effect, ...]:
    return tuple(Effect(key, was, after.get(key, 0)) for key, was in before.items() if after.get(key, 0) < was)
