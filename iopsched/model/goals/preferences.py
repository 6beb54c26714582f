"""Goal ``preferences``, in minutes: whole groups, preferred times, few and familiar therapists, days worth the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from functools import partial

from ortools.sat.python import cp_model

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group
from iopsched.domain.timegrid import DAY, Windows, monday_of
from iopsched.model.candidate import Candidate
from iopsched.model.goals.daily import is_mixed, is_short, pairs_of_days
from iopsched.model.goals.moves import entries_moved
from iopsched.model.goals.weights import weighted
from iopsched.model.matching import TALKS, share_language
from iopsched.model.ownsessions import Attendance
from iopsched.model.posting import Expression, Literal, add_up
from iopsched.model.rules.hours import at_once
from iopsched.model.rules.staffing import leads_to_unite
from iopsched.model.terms import Terms
from iopsched.model.variables import Variables
from iopsched.rulebook import GoalId, RuleId


def preferences(x: Variables) -> Expression:
    """Return the weighted sum of the sub-terms that are switched on."""
    terms = {
        "skipped": skipped,
        "outside_preferred": outside_preferred,
        "leads": leads,
        "therapists": therapists,
        "wishes": wishes,
        "modules": modules,
        "primary": primary,
        "language": language,
        "short_days": short_days,
        "mixed_days": mixed_days,
        "rooms": rooms,
        "steadiness": steadiness,
        "apart_days": apart_days,
    }
    return weighted(x, GoalId.PREFERENCES, terms)


def skipped(x: Variables) -> Expression:
    """Return minutes of held sessions of members' own groups (``attend = all``) not attended."""
    total: list[Expression] = []
    for group in x.problem.groups:
        if group.attend != "all":
            continue
        minutes = x.problem.service[group.service_id].minutes
        total.extend(minutes * missed for missed in _missed(x, group))
    return add_up(total)


def _missed(x: Variables, group: Group) -> list[Expression]:
    by_start: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in x.of_group(group.id):
        by_start[candidate.start].append(candidate)
    found: list[Expression] = []
    for person in x.participants:
        given = group.id in person.group_ids
        member = x.members.get((person.id, group.id))
        if not given and member is None:
            continue
        for candidates in by_start.values():
            # In two modalities a group may meet twice at once; a member then misses one of them, or both.
            missed = x.cp.new_int_var(0, len(candidates), "")
            held = [x.held[c] for c in candidates]
            attended = [x.attends[c, person.id] for c in candidates if person.id in c.participant_ids]
            is_member: Expression = 1 if given or member is None else member
            x.cp.add(missed + add_up(attended) >= add_up(held) - len(candidates) * (1 - is_member))
            found.append(missed)
    return found


def outside_preferred(x: Variables) -> Expression:
    """Return session minutes of participants and staff outside their preferred windows."""
    total: list[Expression] = []
    for person in x.participants:
        if person.preferred is not None:
            total.extend(_outside(person.preferred, x.attending(person.id)))
    for therapist in x.problem.therapists:
        if therapist.preferred is not None:
            total.extend(_outside(therapist.preferred, x.working(therapist.id)))
    return add_up(total)


def _outside(preferred: Windows, sessions: Attendance) -> list[Expression]:
    found: list[Expression] = []
    for candidate, literal in sessions:
        minutes = candidate.service.minutes - preferred.minutes_inside(candidate.start, candidate.end)
        if minutes:
            found.append(minutes * literal)
    return found


def leads(x: Variables) -> Expression:
    """Return leads beyond the first, of groups and needs that would rather have one."""
    return sum(_beyond_first(x, clauses) for _, clauses in leads_to_unite(x, "prefer"))


def _beyond_first(x: Variables, clauses: list[tuple[str, list[Literal]]]) -> Expression:
    """Return the number of people with any clause whose literals all hold, less one, at least 0."""
    used: dict[str, Literal] = {}
    for therapist_id, literals in clauses:
        if therapist_id not in used:
            used[therapist_id] = x.cp.new_bool_var("")
        x.cp.add_bool_or([*[literal.negated() for literal in literals], used[therapist_id]])
    return _less_one(x, used.values())


def _less_one(x: Variables, used: Collection[Literal]) -> Expression:
    """Return how many of the literals hold, less one, at least 0."""
    if len(used) < 2:
        return 0
    beyond = x.cp.new_int_var(0, len(used) - 1, "")
    x.cp.add(beyond >= cp_model.LinearExpr.sum(list(used)) - 1)
    return beyond


def therapists(x: Variables) -> Expression:
    """Return different staff beyond the first over each participant's individual and family sessions."""
    total: list[Expression] = []
    for person in x.participants:
        met: dict[str, Attendance] = defaultdict(list)  # of the lead, the session counts as soon as it is attended
        beside: dict[str, list[list[Literal]]] = defaultdict(list)
        for candidate, attends in x.attending(person.id):
            if candidate.service.kind not in TALKS:
                continue
            for therapist_id, literals in x.staff_literals(candidate).items():
                if therapist_id == candidate.lead_id:
                    met[therapist_id].append((candidate, attends))
                else:
                    beside[therapist_id].extend([attends, literal] for literal in literals)
        used = {therapist_id: x.cp.new_bool_var("") for therapist_id in {**met, **beside}}
        for therapist_id, sessions in met.items():
            for _, attended in at_once(x, person, sessions):
                x.cp.add(cp_model.LinearExpr.sum(attended) <= used[therapist_id])
        for therapist_id, pairs in beside.items():
            for pair in pairs:
                x.cp.add_bool_or([*[literal.negated() for literal in pair], used[therapist_id]])
        total.append(_less_one(x, used.values()))
    return add_up(total)


def wishes(x: Variables) -> Expression:
    """Return sessions of optional needs that are not held."""
    total: list[Expression] = []
    for person in x.participants:
        for service in x.problem.services:
            wished = x.terms.demand(person, service).wished
            if not wished:
                continue
            held = [literal for c, literal in x.attending(person.id) if c.service.id == service.id]
            lacking = x.cp.new_int_var(0, wished, "")
            x.cp.add(lacking + cp_model.LinearExpr.sum(held) >= wished)
            total.append(lacking)
    return add_up(total)


def modules(x: Variables) -> Expression:
    """Return modules of the curriculum that members of closed groups will not have met when their stay ends."""
    former = former_members(x.problem)
    present = {person.id for person in x.participants}
    total: list[Expression] = []
    for (participant_id, group_id), member in x.members.items():
        if participant_id not in present:
            continue
        is_new = (participant_id, group_id) not in former
        missed = modules_missed(
            x.terms, x.problem.participant[participant_id], x.problem.group[group_id], is_new=is_new
        )
        if missed:
            total.append(missed * member)
    return add_up(total)


def primary(x: Variables) -> Expression:
    """Return participants with a primary who is not that of the earlier week."""
    before = x.problem.primaries_before
    known = {person.id: person for person in x.participants if person.id in before}
    total: list[Expression] = [row.primary_id not in {None, before[row.id]} for row in known.values()]
    for (participant_id, therapist_id), literal in x.primaries.items():
        person = known.get(participant_id)
        if person is not None and person.primary_id is None and before[person.id] != therapist_id:
            total.append(literal)
    return add_up(total)


def language(x: Variables) -> Expression:
    """Return individual and family sessions whose lead has no language in common with the participant."""
    if x.problem.clinic.match_language == "no":
        return 0
    talks = (
        (person, x.problem.therapist[candidate.lead_id], attends)
        for person in x.participants
        for candidate, attends in x.attending(person.id)
        if candidate.service.kind in TALKS and candidate.lead_id is not None
    )
    return cp_model.LinearExpr.sum([attends for person, lead, attends in talks if not share_language(lead, person)])


def short_days(x: Variables) -> Expression:
    """Return days on which a participant comes to the building for less than ``short_day_minutes`` of sessions."""
    return _days(x, partial(is_short, least_minutes=x.problem.clinic.short_day_minutes))


def mixed_days(x: Variables) -> Expression:
    """Return days on which a participant has sessions both in the building and by video."""
    return _days(x, is_mixed)


def _days(x: Variables, look: Callable[[Variables, Participant, Attendance], Literal | None]) -> Expression:
    """Return the days of participants of which something holds, for which a look at their sessions makes a literal."""
    days = ((person, held) for person in x.participants for held in x.attendance.days(person.id).values())
    found = (look(x, person, held) for person, held in days)
    return cp_model.LinearExpr.sum([literal for literal in found if literal is not None])


def rooms(x: Variables) -> Expression:
    """Return rooms beyond the first in which each group meets; of rooms that are only counted, kinds of room."""
    total: list[Expression] = []
    for group in x.problem.groups:
        choices = [
            (f"{index}", [literal])
            for candidate in x.of_group(group.id)
            for index, literal in x.rooms.choices.get(candidate, {}).items()
        ]
        total.append(_beyond_first(x, choices))
    return add_up(total)


def steadiness(x: Variables) -> Expression:
    """Return entries that only one of this week and the week before has, where they are weighed as a preference."""
    return entries_moved(x) if x.problem.comparison == "weighed" else 0


def apart_days(x: Variables) -> Expression:
    """Return pairs of sessions of one individual or family service that somebody has on days next to each other."""
    total: list[Literal] = []
    for person in x.participants:
        for service in x.problem.services:
            if service.kind not in TALKS:
                continue
            sessions = [(c, literal) for c, literal in x.attending(person.id) if c.service.id == service.id]
            demand = x.terms.demand(person, service)
            limits = [limit for limit in (demand.most, demand.per_day or None) if limit is not None]
            is_limited = RuleId.DAY_MAX in x.rules
            is_one = is_limited and demand.most == 1 and all(c.begun is None for c, _ in sessions)
            if sessions and not is_one:
                total.extend(pairs_of_days(x, sessions, min(limits, default=DAY) if is_limited else DAY))
    return cp_model.LinearExpr.sum(total)


def former_members(problem: Problem) -> set[tuple[str, str]]:
    """Return which (participant, group) pairs the previous week had."""
    before = problem.previous.sessions if problem.previous is not None else ()
    return {(pid, s.group_id) for s in before for pid in s.participant_ids if s.group_id is not None}


def modules_missed(terms: Terms, participant: Participant, group: Group, *, is_new: bool) -> int:
    """Return how many rotating modules of a group a member will not have met when the stay ends.

    The rotation is a circle of n weeks, so a stay of n weeks or without an
    end meets all; a shorter one meets those of as many places in a row.
    """
    problem = terms.problem
    rotating = [m for m in problem.modules_of(group.service_id, group.id) if m.week is not None]
    if not rotating or terms.clinic.curriculum_start is None:
        return 0
    first = monday_of(participant.admitted) if participant.admitted is not None else problem.week
    if group.id not in participant.group_ids and is_new:
        first = max(first, problem.week)
    length = max(module.week or 0 for module in rotating)
    weeks = length
    if participant.discharged is not None:
        weeks = min(length, (monday_of(participant.discharged) - first).days // 7 + 1)
    place = (first - monday_of(terms.clinic.curriculum_start)).days // 7
    taught = {(place + number) % length + 1 for number in range(weeks)}
    met = {module.id for module in rotating if module.week in taught} | participant.modules_met
    return len({module.id for module in rotating} - met)
