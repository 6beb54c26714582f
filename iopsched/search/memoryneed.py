"""How much memory a search will take at its largest, from counts, before any model is built.

The figures were measured as peaks of whole commands (``docs/measurements.md``); makes of clinics differ by a third.
"""

from __future__ import annotations

from iopsched.params import SolveParams
from iopsched.search.run import processes
from iopsched.search.workshop import Workshop

BASE_MB = 75.0  # Python, the solver and this program
PERSON_MB = 0.3  # whatever is known of a participant, and a part or sketch with them
CHOICE_MB = 0.0013  # of a start and a lead of a visit: in the loose week, with all goals, under two solvers
SEAT_MB = 0.004  # of a participant and a start of a session that is formed freely
PROCESS_MB = 150.0
SAMPLE = 60


def needed_mb(workshop: Workshop, params: SolveParams) -> int:
    """Return about how much memory the search for a week takes, all its processes together, in MB of 2**20 bytes."""
    problem, tuning = workshop.problem, workshop.tuning
    people = len(problem.participants)
    own = BASE_MB + PERSON_MB * people + SEAT_MB * _free_seats(workshop)
    if people * len(problem.therapists) <= tuning.proven_pairs:  # larger ones have no loose week
        own += CHOICE_MB * _choices(workshop)
    return round(own + processes(params) * (PROCESS_MB + PERSON_MB * people))


def _choices(workshop: Workshop) -> float:
    """Return about how many choices of a start and a lead all visits have, from a sample of them."""
    visits = workshop.visit_kinds
    sample = visits[:: max(1, len(visits) // SAMPLE)]
    found = sum(starts * len(leads) for starts, leads in (workshop.choices(*visit) for visit in sample))
    return found * len(visits) / max(1, len(sample))


def _free_seats(workshop: Workshop) -> int:
    """Return how many participants could be in sessions without a group, start by start, whoever leads them."""
    seats: dict[tuple[str, int, str], int] = {}
    for row in workshop.for_several:
        if row.group is None:
            place = row.service.id, row.start, row.modality
            seats[place] = max(seats.get(place, 0), len(row.participant_ids))
    return sum(seats.values())
