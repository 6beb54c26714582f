"""What can be seen to fail before a long solve: needs for which no session could ever be held.

The reader looks at rows; this looks at the week as the model will: if not a
single way to hold a needed session is left, no search will find one, and the
sentence says why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Service
from iopsched.errors import Issue
from iopsched.model.terms import Terms
from iopsched.why.possible import Possible
from iopsched.why.reasons import Looking
from iopsched.words.sentence import ParticipantRef, Sentence

CODE = "W-NEED-NEVER"
UNSEEN = "I-NEEDS-UNSEEN"
MOST_NAMED = 5
MOST_STAFF = 500  # who could come besides the lead is asked for each lead and start: the work grows with its square
TOLD = "It will be told as unmet need."
OTHERS = "Its hours must come from other services."
ANYBODY = ParticipantRef("each of them")


class Outlook:
    """Of which services somebody can have no session, before a solve.

    Above ``MOST_STAFF`` members of staff nothing is looked at, which is told.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem, self.terms = problem, Terms(problem)

    @cached_property
    def never(self) -> Mapping[str, frozenset[str]]:
        """Return who needs each service, or belongs to one of its groups, and can have no session of it."""
        if len(self.problem.therapists) > MOST_STAFF:
            return {}
        possible, people = Possible(self.terms), self.terms.participants
        return {
            service.id: possible.without_option(
                service, [person.id for person in people if _has_use(self.terms, person, service)]
            )
            for service in self.problem.services
        }

    def warnings(self, told: Collection[tuple[str, str]] = ()) -> tuple[Issue, ...]:
        """Return the warnings but for the (participant, service) pairs that are told already.

        Several participants with one cause share a warning: a cause of the whole clinic is told once.
        """
        problem = self.problem
        if len(problem.therapists) > MOST_STAFF:
            message = (
                f"With more than {MOST_STAFF} members of staff, needs that no session can meet are not looked for."
            )
            return (Issue("therapists.csv", 0, "", UNSEEN, message, "Solve tells them.", level="information"),)
        looking = Looking(problem, Schedule(problem.week), is_proven=False)
        found: list[Issue] = []
        for service in problem.services:
            left = frozenset(key for key in self.never[service.id] if (key, service.id) not in told)
            for why, people in _by_cause(looking, service, left):
                needed = [key for key in people if self.terms.demand(problem.participant[key], service).required > 0]
                wished = [key for key in people if key not in needed]
                found += [
                    _warning(service.id, why, remedy, rows)
                    for rows, remedy in ((needed, TOLD), (wished, OTHERS))
                    if rows
                ]
        return tuple(sorted(found))


def _by_cause(looking: Looking, service: Service, never: frozenset[str]) -> Iterator[tuple[Sentence, list[str]]]:
    """Yield causes with the people whom each keeps from the service: without it they could have a session."""
    alike: dict[Sentence, list[str]] = {}
    left = sorted(never)
    while left:
        person = looking.problem.participant[left[0]]
        cause = looking.of_service(person, service)
        without = looking.problem
        for fact in cause.facts:
            without = fact.undo(without)
        still = Possible(Terms(without)).without_option(service, left) if cause.facts else frozenset(left)
        people = [key for key in left if key not in still or key == person.id]
        alike.setdefault(_of_anybody(cause.sentence, person.id), []).extend(people)
        left = [key for key in left if key not in people]
    yield from alike.items()


def _has_use(terms: Terms, person: Participant, service: Service) -> bool:
    """Return whether a participant needs the service this week or is a member of one of its groups."""
    if terms.demand(person, service).required > 0:
        return True
    return any(group.id in person.group_ids for group in terms.problem.groups_of.get(service.id, ()))


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
