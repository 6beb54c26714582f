"""``must`` pins before all else: the visits that keep them are chosen first, in a model of little more than themselves.

Only ``must`` pins can leave a search without any week. So none may depend on how soon a large model is built: the visits
that keep pins are held while all others are laid out, and where a week lacks a pin all the same, what lies near it is
chosen anew.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from iopsched.domain.pins import Pin
from iopsched.domain.schedule import Schedule
from iopsched.model.build import Model
from iopsched.model.candidate import Candidate
from iopsched.model.decisions import read_decisions
from iopsched.model.posting import Expression
from iopsched.model.rules.pins import could_match
from iopsched.rulebook import GoalId, RuleId
from iopsched.search.clock import Clock
from iopsched.search.run import minimize
from iopsched.search.workshop import Leads, Opening, Visit, Workshop
from iopsched.stopping import TimeOver
from iopsched.verifier import violations

PENALTY = 100_000
"""What a pin that is not kept weighs, in minutes of unmet need: more than all that one session could cost anybody."""
MOST_OF_A_PIN = 200
"""A pin that leaves so many choices is kept by nearly every week; a sample is enough."""
PEOPLE_OF_A_PIN = 20
"""Where a pin names nobody, so many are tried."""


def musts(workshop: Workshop) -> list[Pin]:
    """Return the pins that ask for a session this week."""
    return [row for row in workshop.problem.pins if row.action == "must" and workshop.terms.pin_days(row)]


def unless_missing(model: Model, goal: Expression) -> Expression:
    """Return a goal with what the pins weigh that a model need not keep."""
    return goal + PENALTY * sum(model.x.missing_pins or ())


def pinned_week(workshop: Workshop, clock: Clock) -> Schedule | None:
    """Return a week of little more than sessions that keep the pins; None where no pin asks for any, or none is found soon.

    It is chosen from sessions that could keep a pin, and where these cannot do so alone, from all of whoever is concerned.
    """
    rows = musts(workshop)
    if not rows:
        return None
    chance = random.Random(clock.params.seed)
    free = list(dict.fromkeys(candidate for row in rows for candidate in _of_pin(workshop, row, chance)))
    nothing = Schedule(workshop.problem.week, tuple(workshop.problem.fixed))
    for is_wider in (False, True):
        if clock.stop.is_set() or (is_wider and clock.is_over):
            return None
        chosen = _of_openings(workshop, nothing, rows, chance) if is_wider else free
        people = {pid for candidate in chosen for pid in candidate.participant_ids}
        model = workshop.assemble([], chosen, people)
        with clock.at_least(workshop.tuning.session_stage.seconds):
            found = minimize(model.cp, model.goal(GoalId.UNMET_NEED), clock, workshop.tuning.session_stage)
        if found.values is not None:
            return read_decisions(model.x, found.values)
    return None


def _of_openings(workshop: Workshop, week: Schedule, rows: Sequence[Pin], chance: random.Random) -> list[Candidate]:
    opening = next(_near(workshop, week, rows, chance))
    several = [c for c in workshop.for_several if c.group is None or c.group.id in opening.group_ids]
    return [*several, *workshop.visits(opening)]


def pinned_visits(workshop: Workshop, week: Schedule | None) -> list[Candidate]:
    """Return the visits of such a week that keep pins; they are held while all others are laid out."""
    if week is None:
        return []
    kept = [session for session in week.sessions if session not in workshop.problem.fixed and session.group_id is None]
    rows = musts(workshop)
    held = [workshop.as_held(session) for session in kept]
    return [row for row in held if row.is_visit and any(could_match(pin, row) for pin in rows)]


def _of_pin(workshop: Workshop, row: Pin, chance: random.Random) -> Iterator[Candidate]:
    """Yield sessions that could keep a pin."""
    days = frozenset(workshop.terms.pin_days(row))
    several = [c for c in workshop.for_several if c.day in days and could_match(row, c)]
    leads = None if row.therapist_id is None else frozenset({row.therapist_id})
    kinds = _visits_of_pin(workshop, row, chance)
    opening = Opening(leads=dict.fromkeys(kinds, leads), days={pid: days for pid, _ in kinds})
    visits = [c for c in workshop.visits(opening) if could_match(row, c)]
    for found in (several, visits):
        yield from chance.sample(found, MOST_OF_A_PIN) if len(found) > MOST_OF_A_PIN else found


def _visits_of_pin(workshop: Workshop, row: Pin, chance: random.Random) -> list[Visit]:
    """Return the participants and services whose visits could keep a pin, of a few people where it names nobody."""
    if row.group_id is not None:
        return []
    kinds = [
        visit
        for visit in workshop.visit_kinds
        if row.participant_id in (None, visit[0]) and row.service_id in (None, visit[1])
    ]
    people = list(dict.fromkeys(pid for pid, _ in kinds))
    if len(people) > PEOPLE_OF_A_PIN:
        chosen = set(chance.sample(people, PEOPLE_OF_A_PIN))
        kinds = [visit for visit in kinds if visit[0] in chosen]
    return kinds


def lacks_only_pins(workshop: Workshop, week: Schedule) -> bool:
    """Return whether a week breaks no rule but that it lacks sessions that pins ask for, and lacks some."""
    broken = violations(workshop.problem, week)
    return bool(broken) and all(found.rule == RuleId.PIN and not found.sessions for found in broken)


def with_pins(workshop: Workshop, clock: Clock, week: Schedule) -> Schedule:
    """Return the week, with what lies near the pins that it lacks chosen anew so that they are kept, where that is found."""
    if clock.is_over or not lacks_only_pins(workshop, week):
        return week
    lacking = {found.subject for found in violations(workshop.problem, week)}
    rows = musts(workshop)
    rows = [row for row in rows if f"row {row.row}" in lacking] or rows
    for opening in _near(workshop, week, rows, random.Random(clock.params.seed)):
        if clock.is_over:
            break
        try:
            model = workshop.open_part(week, opening)
            found = minimize(model.cp, model.goal(GoalId.UNMET_NEED), clock, workshop.tuning.group_stage)
        except TimeOver:
            break
        if found.values is not None:
            return read_decisions(model.x, found.values)
    return week


def _near(workshop: Workshop, week: Schedule, rows: Sequence[Pin], chance: random.Random) -> Iterator[Opening]:
    """Yield what is opened for pins: groups that could keep them, with their people's visits; then all of these people."""
    visits: dict[Visit, Leads] = {}
    groups: set[str] = set()
    people: set[str] = set()
    staff = {row.therapist_id for row in rows if row.therapist_id is not None}
    for row in rows:
        kinds = _visits_of_pin(workshop, row, chance)
        people |= {pid for pid, _ in kinds} | ({row.participant_id} if row.participant_id is not None else set())
        visits |= dict.fromkeys(
            visit for visit in workshop.visit_kinds if visit[0] == row.participant_id or visit in kinds
        )
        groups |= {c.group.id for c in workshop.for_several if c.group is not None and could_match(row, c)}
    yield Opening(frozenset(groups), visits, keeps_freely_formed=False)
    led = {
        (session.participant_ids[0], session.service_id)
        for session in week.sessions
        if session.group_id is None and session.lead_id in staff
    }
    visits |= dict.fromkeys(visit for visit in workshop.visit_kinds if visit in led)
    groups |= {
        c.group.id for c in workshop.for_several if c.group is not None and not people.isdisjoint(c.participant_ids)
    }
    yield Opening(frozenset(groups), visits, keeps_freely_formed=False)
