"""Further causes: cells that no part of the week around somebody shows, because more of it would have to move."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping

from iopsched.answers.base import Base, Budget
from iopsched.answers.causes.causewords import cause_of
from iopsched.answers.causes.finding import CausesFound
from iopsched.answers.causes.helping import Helping
from iopsched.answers.causes.retrials import Retrials
from iopsched.answers.explanation import AnswerKind, CauseAnswer
from iopsched.model.terms import Terms
from iopsched.search.alone import least_alone
from iopsched.search.clock import Clock
from iopsched.search.workshop import Workshop
from iopsched.stopping import Late, TimeOver
from iopsched.words.sentence import Sentence

OnCause = Callable[[CauseAnswer], None]


def further_causes(base: Base, told: Iterable[CauseAnswer], budget: Budget, on_cause: OnCause) -> CausesFound:
    """Return causes of cells that are not told yet, numbered after those that are; one for all cells that help the same people.

    ``base.unmet`` are those who are asked about; the unmet need that falls is that of the whole clinic. Only where no week
    has less of it than the base: then a week that has less shows that a cell helps.
    """
    known, people = tuple(told), tuple(base.unmet)
    base = Base.of(base.problem, base.schedule, base.bound)
    if not base.is_proven:
        return CausesFound(())
    places = {(fact.file, fact.id, fact.column) for cause in known for fact in cause.facts}
    alone = _alone(base, budget)
    found: dict[tuple[AnswerKind, tuple[str, ...]], Helping] = {}
    for cell, witness, unmet in Retrials(base, {key: alone[key] for key in people}, places, budget).find():
        helped = tuple(key for key, minutes in base.unmet.items() if unmet.get(key, 0) < minutes)
        if not helped:  # only sessions that a group lacks
            continue
        kind: AnswerKind = "alone" if any(unmet.get(key, 0) < alone[key] for key in helped) else "shortage"
        helping = found.setdefault((kind, helped), Helping(kind, base.unmet, alone))
        helping.people.update(helped)
        helping.add(cell, witness, unmet)
    causes = tuple(
        cause_of(base, f"C{number}", helping, is_proven=True)
        for number, (_, helping) in enumerate(sorted(found.items(), key=lambda row: row[0]), len(known) + 1)
    )
    for cause in causes:
        on_cause(cause)
    cut = (Sentence("Time ended before all cells near those who are short were tried."),) if budget.is_over else ()
    return CausesFound(causes, cut)


def _alone(base: Base, budget: Budget) -> Mapping[str, int]:
    """Return what everybody who is short lacks with the clinic to themselves."""
    workshop, clock = Workshop(Terms(base.problem)), Clock(budget.params(), budget.stop)
    people, found = base.problem.participant, dict.fromkeys(base.unmet, 0)
    with contextlib.suppress(Late, TimeOver):
        for key in base.unmet:
            found[key] = least_alone(workshop, people[key], clock)
    return found
