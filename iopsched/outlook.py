"""What can be seen to fail before a long solve: needs for which no session could ever be held.

The reader looks at rows; this looks at the week as the model will: if not a
single way to hold a needed session is left, no search will find one, and the
sentence says why.
"""

from __future__ import annotations

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import Issue
from iopsched.reasons import Look

CODE = "W-NEED-NEVER"


def unmeetable_needs(problem: Problem) -> tuple[Issue, ...]:
    """Return a warning for each participant and service needed this week of which no session can be held."""
    look = Look(problem, Schedule(problem.week))
    found = []
    for person in look.terms.participants:
        for service in problem.services:
            needed = look.terms.demand(person, service).required > 0
            own = [g.id for g in problem.groups_of.get(service.id, ()) if g.id in person.group_ids]
            if not (needed or own) or any(c.service.id == service.id for c in look.options[person.id]):
                continue
            why = next(look.why_no_session(person, service))
            message = f"{person.id} can have no session of service {service.id} this week. {why}"
            remedy = "It will be told as unmet need." if needed else "Its hours must come from other services."
            found.append(Issue("participants.csv", 0, "", CODE, message, remedy, level="warning"))
    return tuple(sorted(found))
