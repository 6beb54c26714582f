"""What can be seen to fail before a long solve: needs for which no session could ever be held.

The reader looks at rows; this looks at the week as the model will: if not a
single way to hold a needed session is left, no search will find one, and the
sentence says why.
"""

from __future__ import annotations

from collections import defaultdict

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Service
from iopsched.errors import Issue
from iopsched.why.look import Look
from iopsched.why.needs import why_no_session
from iopsched.words.sentence import ParticipantRef, Sentence

CODE = "W-NEED-NEVER"
UNSEEN = "I-NEEDS-UNSEEN"
MOST_NAMED = 5
MOST_STAFF = 500  # who could come besides the lead is asked for each lead and start: the work grows with its square
ANYBODY = ParticipantRef("each of them")


def unmeetable_needs(problem: Problem) -> tuple[Issue, ...]:
    """Return a warning for each service needed this week of which somebody can have no session.

    Several participants with one cause share a warning: a cause of the whole clinic is told once. Above
    ``MOST_STAFF`` members of staff nothing is looked at, which is told.
    """
    if len(problem.therapists) > MOST_STAFF:
        message = f"With more than {MOST_STAFF} members of staff, needs that no session can meet are not looked for."
        return (Issue("therapists.csv", 0, "", UNSEEN, message, "Solve tells them.", level="information"),)
    look = Look(problem, Schedule(problem.week))
    alike: dict[tuple[str, Sentence, str], list[str]] = defaultdict(list)
    never = {
        service.id: look.possible.without_option(
            service, (person.id for person in look.terms.participants if _has_use(look, person, service))
        )
        for service in problem.services
    }
    look.possible.consider(frozenset().union(*never.values()))
    for person in look.terms.participants:
        for service in problem.services:
            if person.id not in never[service.id]:
                continue
            needed = look.terms.demand(person, service).required > 0
            why = next(why_no_session(look, person, service))
            remedy = "It will be told as unmet need." if needed else "Its hours must come from other services."
            alike[service.id, _of_anybody(why, person.id), remedy].append(person.id)
    return tuple(sorted(_warning(*cause, people) for cause, people in alike.items()))


def _has_use(look: Look, person: Participant, service: Service) -> bool:
    """Return whether a participant needs the service this week or is a member of one of its groups."""
    if look.terms.demand(person, service).required > 0:
        return True
    return any(group.id in person.group_ids for group in look.problem.groups_of.get(service.id, ()))


def _of_anybody(why: Sentence, person_id: str) -> Sentence:
    """Return a reason that does not say whose it is, so that equal causes are equal."""
    return Sentence.of(ANYBODY if part == ParticipantRef(person_id) else part for part in why.parts)


def _warning(service_id: str, why: Sentence, remedy: str, people: list[str]) -> Issue:
    shown = people if len(people) <= MOST_NAMED else people[: MOST_NAMED - 1]
    rest = len(people) - len(shown)
    names = ", ".join(shown) + (f" and {rest} others" if rest else "")
    reason = why.text(lambda ref: people[0] if ref is ANYBODY and len(people) == 1 else str(ref))
    message = f"{names} can have no session of service {service_id} this week. {reason}"
    return Issue("participants.csv", 0, "", CODE, message, remedy, level="warning")
