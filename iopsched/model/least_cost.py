"""What every week costs at least that meets every need, by counting alone: a bound however large the clinic is.

The sub-terms of ``cost`` are never negative, so that a bound of each, times its weight, adds up to one of their sum.
"""

from __future__ import annotations

import math
from fractions import Fraction

from iopsched.domain.people import Participant
from iopsched.domain.services import Service
from iopsched.model.terms import Terms
from iopsched.rulebook import GoalId, weights_of


def least_cost(terms: Terms) -> int:
    """Return a bound of goal ``cost``, in minutes, of all weeks in which no need is unmet.

    What has begun may have broken limits on which the counts rest: then it is 0.
    """
    if terms.problem.fixed:
        return 0
    minutes = math.ceil(sum(_staff_minutes(terms, person) for person in terms.participants))
    found = {
        "staff": minutes,
        "trips": sum(_trips(terms, person) for person in terms.participants),
        "staff_days": _staff_days(terms, minutes),
    }
    weights = weights_of(GoalId.COST, terms.clinic.weights)
    return sum(weights[name] * amount for name, amount in found.items())


def _staff_minutes(terms: Terms, person: Participant) -> Fraction:
    """Return the least share that somebody has in the minutes of staff: those of each session, over the most who fit in.

    The sessions needed have theirs. What is lacking of the hours then comes at best from the service of which a countable
    minute has the least share.
    """
    total, lacking = Fraction(0), terms.required_minutes(person)
    rates: list[Fraction] = []
    for service in terms.problem.services:
        demand, countable = terms.demand(person, service), terms.countable_minutes(service)
        share = Fraction(service.minutes, _most_people(terms, person, service))
        total += demand.required * share
        lacking -= demand.required * countable
        if countable and demand.most != 0:
            rates.append(share / countable)
    return total + max(0, lacking) * min(rates, default=Fraction(0))


def _most_people(terms: Terms, person: Participant, service: Service) -> int:
    """Return how many may be in one session of a service at most."""
    groups = terms.problem.groups_of.get(service.id)
    if not groups:
        return max(1, terms.size(service, None, person.population)[1])
    return max(1, *(terms.size(service, group, group.population)[1] for group in groups))


def _trips(terms: Terms, person: Participant) -> int:
    """Return the fewest days on which somebody comes in, 0 for whoever may take part from elsewhere."""
    if person.modality != "in_person":
        return 0
    fewest = [
        terms.required_days(person),
        -(-terms.required_minutes(person) // max(1, terms.max_minutes_per_day(person))),
    ]
    for service in terms.problem.services:
        demand = terms.demand(person, service)
        if demand.per_day:
            fewest.append(-(-demand.required // demand.per_day))
    return max(fewest)


def _staff_days(terms: Terms, minutes: int) -> int:
    """Return the fewest days of staff that hold so many minutes of sessions; 0 where some could be held from elsewhere."""
    if any(service.modality != "in_person" for service in terms.problem.services):
        return 0
    longest = max((terms.therapist_limits(row)[0] for row in terms.problem.therapists), default=0)
    return -(-minutes // longest) if longest else 0
