"""Newcomers: who of those that wait can be there too, with all they need, while nobody has less than now.

Whoever waits is a participant of the problem that :attr:`~iopsched.model.terms.Terms.waiting` names: the model decides
whether they are there. Rules and unmet need are the ordinary ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from iopsched.domain.schedule import Session
from iopsched.model.build import Model
from iopsched.model.candidate import Candidate
from iopsched.model.posting import Expression, sum_of

MOST_IN_ORDER = 20


def admit(model: Model, most: Mapping[str, int], most_of_groups: Mapping[str, int]) -> None:
    """Let those who wait be there only with all they need, and nobody lack more than ``most`` minutes (missing = 0).

    ``most_of_groups``: the most minutes that each group which always meets may lack (missing = 0).
    """
    x = model.x
    for participant_id, lack in model.unmet.of.items():
        there = x.there.get(participant_id)
        if there is not None:
            if lack.most:
                x.cp.add(lack.minutes <= lack.most * (1 - there))
        elif lack.most > most.get(participant_id, 0):
            x.cp.add(lack.minutes <= most.get(participant_id, 0))
    for group, lack in zip(x.problem.groups, model.unmet.of_groups, strict=True):
        if lack.most > most_of_groups.get(group.id, 0):
            x.cp.add(lack.minutes <= most_of_groups.get(group.id, 0))


def left_out(model: Model, order: Sequence[str] = ()) -> Expression:
    """Return what it costs that people are not there, to be minimized: first how many, then how early they stand in an order.

    Without an order it is their number. Of an order the first 20 are told apart.
    """
    weight = weights(model.x.there, order)
    return sum(weight.values()) - sum_of((weight[key], there) for key, there in model.x.there.items())


def weights(people: Iterable[str], order: Sequence[str]) -> dict[str, int]:
    """Return what it costs that each of these people is not there; see :func:`left_out`."""
    first = order[:MOST_IN_ORDER]
    place = {key: 2 ** (len(first) - 1 - index) for index, key in enumerate(first)}
    return {key: 2 ** len(first) + place.get(key, 0) for key in people}


def order_alike(model: Model, alike: Sequence[str]) -> None:
    """Have people of whom each could stand for the other be admitted in this order: else equal weeks are searched again."""
    literals = [model.x.there[participant_id] for participant_id in alike if participant_id in model.x.there]
    for earlier, later in pairwise(literals):
        model.x.cp.add_implication(later, earlier)


def decide(model: Model, participant_id: str) -> None:
    """Have one of those who wait be there with all they need, whatever becomes of everybody else."""
    model.cp.fix(model.x.there[participant_id], 1)
    lack = model.unmet.of[participant_id]
    if lack.most:
        model.x.cp.add(lack.minutes <= 0)


def refuse(model: Model, people: Iterable[str]) -> None:
    """Have these people not be there."""
    for participant_id in people:
        model.cp.fix(model.x.there[participant_id], 0)


def leave_out(model: Model, *, at_least: int = 0, at_most: int | None = None) -> None:
    """Have so many of those who wait not be there."""
    if at_least > 0:
        model.cp.add(left_out(model) >= at_least)
    if at_most is not None:
        model.cp.add(left_out(model) <= at_most)


def hold_beside(model: Model, candidate: Candidate, session: Session) -> None:
    """Hold a session with its people, staff and room, whoever joins it."""
    x = model.x
    model.cp.fix(x.held[candidate], 1)
    for participant_id in session.participant_ids:
        model.cp.fix(x.attends[candidate, participant_id], 1)
    for literals in x.staff_literals(candidate).values():
        model.cp.add_exactly_one(literals)
    person = session.participant_ids[0] if candidate.is_visit else None
    room = None if session.room_id is None else x.rooms.literal(candidate, person, session.room_id)
    if room is not None:
        model.cp.fix(room, 1)
