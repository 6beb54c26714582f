"""Who could cover: for each session that lost its lead, staff or room, who could take it over as it is, and what that costs.

Each is tried by itself: the published week with that one change, and without whoever is away, is judged by the verifier.
No search is made, so nothing else moves; what a therapist would have to give up of their own is not held.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from iopsched.domain.happenings import Happening
from iopsched.domain.problem import Problem, supposing
from iopsched.domain.schedule import Schedule, Session
from iopsched.repairs.lostsessions import lost_sessions, still_held
from iopsched.repairs.standins import StandIns
from iopsched.repairs.substitution import Substitute, SubstituteCost
from iopsched.repairs.takeovercosts import costs_of_lead, costs_of_room
from iopsched.verifier.week import Week


def substitutes(
    problem: Problem, base: Schedule, schedule: Schedule, happenings: Iterable[Happening]
) -> tuple[Substitute, ...]:
    """Return who or what could stand in for what each session still to come loses, those first whom one would ask first.

    ``problem`` is the week after what happened, ``base`` what was published of it, ``schedule`` the repaired week, which
    says whose offer ``is_taken``. By session in the order of time; then who can, by what it costs; then who cannot.
    """
    return marked(offered(problem, base, happenings), problem, base, schedule)


def offered(problem: Problem, base: Schedule, happenings: Iterable[Happening]) -> tuple[Substitute, ...]:
    """Return the same of the published week alone, whatever the repaired one is; nobody is taken."""
    held = still_held(problem, base)
    trial = StandIns(problem, {row.id: row for row in held})
    with supposing():
        return tuple(
            row for lost in lost_sessions(problem, held, happenings) for row in sorted(trial.of(lost), key=_order)
        )


def marked(rows: Iterable[Substitute], problem: Problem, base: Schedule, schedule: Schedule) -> tuple[Substitute, ...]:
    """Return the same with who is taken in a repaired week: of them what it costs there, whatever else moves."""
    weeks = Week(problem, base), Week(problem, schedule)
    held = {session.id: session for session in schedule.sessions}
    return tuple(_marked(row, problem, weeks, held.get(row.session_id)) for row in rows)


def _marked(row: Substitute, problem: Problem, weeks: tuple[Week, Week], session: Session | None) -> Substitute:
    if session is None or not _is_taken(row, session):
        return replace(row, is_taken=False)
    costs: tuple[SubstituteCost, ...] = ()
    if row.kind == "room" and row.who:
        costs = costs_of_room(weeks[1], session.id)
    elif row.who:
        costs = costs_of_lead(*weeks, session, problem.therapist[row.who])
    return replace(row, is_taken=True, costs=costs, gives_up=(), forbidden_by=None)


def _is_taken(row: Substitute, session: Session) -> bool:
    if session.start != row.start:
        return False
    if row.kind == "room":
        return session.room_id == (row.who or None)
    if not row.who:
        return set(session.therapist_ids) == set(row.others)
    return row.who in session.therapist_ids and (row.who not in row.others or session.lead_id == row.who)


def _order(row: Substitute) -> tuple[object, ...]:
    """Return the place of somebody in the order in which one would ask."""
    cost = {one.kind: one for one in row.costs}
    longer = sum(abs((one.after or 0) - (one.before or 0)) for one in row.costs if one.kind in ("earlier", "later"))
    load = cost["week_hours"].after or 0 if "week_hours" in cost else 0
    seats = cost["seats"].after or 0 if "seats" in cost else 0
    own = (row.lacking, len(row.gives_up), "language" in cost, "day_off" in cost)
    is_coverable = row.forbidden_by is not None and row.forbidden_by.by_cover
    return (
        not row.is_possible,
        not row.is_possible and not is_coverable,
        *own,
        not row.knows_them,
        "rest" in cost,
        longer,
        load,
        seats,
        row.who,
    )
