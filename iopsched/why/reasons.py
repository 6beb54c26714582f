"""A first reason, in plain words, for every need that a schedule does not meet.

These are observations on the facts, made without the solver: each sentence is
true, and the first that applies is told. What else could be changed so that
the need is met is another question, with its own proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.terms import GROUP_KINDS
from iopsched.why.hours import why_closed, why_gap, why_no_full_day, why_no_hours, why_week_full
from iopsched.why.look import Look
from iopsched.why.needs import why_no_session
from iopsched.words.sentence import Sentence

CUT_SHORT = Sentence("The search ended before it was certain that no week gives more.")


def reasons(
    problem: Problem, schedule: Schedule, participant_ids: Sequence[str], *, is_proven: bool = True
) -> dict[str, Sentence]:
    """Return a sentence for each of these participants; each has unmet need in this schedule.

    ``is_proven``: whether no schedule has less unmet need; else nothing is
    said that only holds because of what else is in this one.
    """
    if not participant_ids:
        return {}
    look = Look(problem, schedule, is_proven=is_proven)
    look.possible.consider(participant_ids)
    return {
        participant_id: first_reason(look, problem.participant[participant_id]) for participant_id in participant_ids
    }


def first_reason(look: Look, person: Participant) -> Sentence:
    """Return the first sentence that applies."""
    return next(all_reasons(look, person))


def all_reasons(look: Look, person: Participant) -> Iterator[Sentence]:
    """Yield every sentence that applies, the most telling first; there is always one."""
    if not any(look.terms.participant_free(person.id, service) for service in look.problem.services):
        yield Sentence("Has no free time this week: look at availability, busy, time off and the dates of the stay.")
    if person.authorized_until is not None and person.authorized_until < look.problem.week:
        told = "The authorization ended on {}: nothing countable can be held."
        yield Sentence(told, person.authorized_until.isoformat())
    yield from why_closed(look, person)
    yield from why_week_full(look, person)
    for service in look.problem.services:
        lacking = look.terms.demand(person, service).required - look.held(person, service)
        if lacking > 0 and service.counts and service.kind in GROUP_KINDS:
            yield from why_no_full_day(look, person)
        if lacking > 0:
            yield from why_no_session(look, person, service)
    if look.is_short_of_time(person):
        yield from why_no_hours(look, person)
    else:
        yield from why_gap(look, person)
    if not look.is_proven:
        yield CUT_SHORT
    yield Sentence(
        "The seats, staff hours and rooms that could give the missing time are used otherwise, "
        "or a limit a day or a week is reached."
    )
