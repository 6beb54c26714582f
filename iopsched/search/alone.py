"""What one participant lacks at least, with the clinic to themselves: others may come, and nobody else is asked for anything."""

from __future__ import annotations

from iopsched.domain.people import Participant
from iopsched.model.build import Model, build_model
from iopsched.search.clock import Clock
from iopsched.search.run import Settings, run
from iopsched.search.workshop import Opening, Workshop

EFFORT = 2.0


def least_alone(workshop: Workshop, person: Participant, clock: Clock) -> int:
    """Return minutes of unmet need below which the person cannot come in any week: proven, 0 where nothing is.

    Somebody who is not there on any day of the week, discharged before it for example, needs nothing.
    """
    if person not in workshop.terms.participants:
        return 0
    model = _model(workshop, person)
    goal = model.unmet.of[person.id].minutes
    if isinstance(goal, int):
        return goal
    model.cp.minimize(goal)
    first = run(model.cp, clock, Settings(deterministic=EFFORT, workers=1), name="one participant").bound
    if first <= 0:
        return 0
    second = Settings(deterministic=EFFORT, workers=1, seed=1, presolves=False)
    return max(0, min(first, run(model.cp, clock, second, name="one participant").bound))


def _model(workshop: Workshop, person: Participant) -> Model:
    own = [(key, service) for key, service in workshop.visit_kinds if key == person.id]
    free = [row for row in workshop.for_several if person.id in row.participant_ids]
    free += workshop.visits(Opening(leads=dict.fromkeys(own)))
    return build_model(workshop.problem, terms=workshop.terms, candidates=free, about={person.id}, pins_are_wishes=True)
