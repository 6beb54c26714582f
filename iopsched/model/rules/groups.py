"""Rules ``size``, ``ratio``, ``two_staff``, ``match``, ``cohort``, ``together`` and ``apart``: who may sit together."""

from __future__ import annotations

from collections import defaultdict

from ortools.sat.python import cp_model

from iopsched.domain.services import Group
from iopsched.model.candidate import Candidate
from iopsched.model.matching import lead_suits
from iopsched.model.owner import PairRef
from iopsched.model.posting import Literal, Posting
from iopsched.model.rules.overlap import under_way
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId
from iopsched.words.sentence import GroupRef, ParticipantRef


def size(x: Variables, post: Posting) -> None:
    """Keep head counts between the session's own limits."""
    for candidate in x.open_candidates:
        size_of_session(x, post, candidate, candidate.group)


def size_of_session(x: Variables, post: Posting, candidate: Candidate, group: Group | None) -> None:
    """Keep the head count of one session between the limits that its group has, or that there are without one."""
    if candidate.is_visit:
        return
    low, high = x.terms.size(candidate.service, group, candidate.population)
    heads, held = x.heads(candidate), x.held[candidate]
    post.at_most(RuleId.SIZE, candidate.ref, heads, high * held)
    post.at_most(RuleId.SIZE, candidate.ref, low * held, heads)


def ratio(x: Variables, post: Posting) -> None:
    """Keep participants per counting member of staff; staff beyond the roles only where it asks for them."""
    uncounted = {w.id: 0 for w in x.problem.therapists if not w.counts_for_ratio}
    for candidate in x.open_candidates:
        if candidate.ratio is None:
            continue
        heads, counting = x.heads(candidate), x.staff_count(candidate, uncounted)
        if candidate.is_visit and candidate.ratio >= 1 and candidate.lead_id not in uncounted:
            continue
        post.at_most(RuleId.RATIO, candidate.ref, heads, candidate.ratio * counting)


def two_staff(x: Variables, post: Posting) -> None:
    """Keep several participants of a population that needs two members of staff from being with one."""
    for candidate in x.open_candidates:
        together = needing_two_staff(x, candidate)
        most = min(len(together), candidate.size[1])
        if most < 2:
            continue
        several = x.cp.new_bool_var("")
        post.at_most(RuleId.TWO_STAFF, candidate.ref, cp_model.LinearExpr.sum(together), 1 + (most - 1) * several)
        staff = x.staff_count(candidate)
        post.at_most(RuleId.TWO_STAFF, candidate.ref, x.held[candidate] + several, staff)


def needing_two_staff(x: Variables, candidate: Candidate) -> list[Literal]:
    """Return the literals of participants; two or more of them together need two members of staff."""
    if not x.problem.clinic.staff.two_staff:
        return []
    return [literal for pid, literal in x.roster(candidate).items() if x.terms.needs_two_staff(pid)]


def match(x: Variables, post: Posting) -> None:
    """Keep participants away from leads who do not suit their need; the rest are no candidates."""
    for candidate in x.open_candidates:
        if candidate.lead_id is not None:
            continue
        for participant_id, attends in x.roster(candidate).items():
            demand = x.terms.demand(x.problem.participant[participant_id], candidate.service)
            for therapist_id, leads in x.leads[candidate].items():
                if not lead_suits(x.problem.therapist[therapist_id], demand):
                    post.at_most_one(RuleId.MATCH, ParticipantRef(participant_id), [attends, leads])


def cohort(x: Variables, post: Posting) -> None:
    """Keep closed groups closed, and every group within its number of sessions."""
    for group in x.problem.groups:
        sessions_of_group(x, post, group)
        if group.membership == "closed":
            _tie_members(x, post, group)
    for person in x.participants:
        for service in x.problem.services:
            _one_group(x, post, person.id, service.id)


def sessions_of_group(x: Variables, post: Posting, group: Group) -> None:
    """Keep a group within its sessions a week and a day, and one at a time."""
    held = [x.held[c] for c in x.of_group(group.id)]
    post.at_most(RuleId.COHORT, GroupRef(group.id), cp_model.LinearExpr.sum(held), group.sessions_per_week)
    per_day = x.problem.service[group.service_id].max_per_day
    if per_day != 1:
        sessions = [(c.start, c.end, x.held[c]) for c in x.of_group(group.id)]
        for _, literals in under_way(sessions):
            post.at_most_one(RuleId.COHORT, GroupRef(group.id), literals)
    if per_day == 0:
        return
    by_day: dict[int, list[Literal]] = defaultdict(list)
    for candidate in x.of_group(group.id):
        by_day[candidate.day].append(x.held[candidate])
    for literals in by_day.values():
        post.at_most(RuleId.COHORT, GroupRef(group.id), sum(literals), per_day)


def _tie_members(x: Variables, post: Posting, group: Group) -> None:
    for candidate in x.of_group(group.id):
        for participant_id, attends in x.roster(candidate).items():
            post.require(
                RuleId.COHORT,
                ParticipantRef(participant_id),
                x.cp.add_implication(attends, x.members[participant_id, group.id]),
            )
    for (participant_id, group_id), member in x.members.items():
        if group_id != group.id:
            continue
        if group.id in x.problem.participant[participant_id].group_ids:
            x.cp.add(member == 1)
            post.past.hold(member)
            continue
        attended = [x.attends[c, participant_id] for c in x.of_group(group.id) if participant_id in c.participant_ids]
        x.cp.add_bool_or([*attended, member.negated()])


def _one_group(x: Variables, post: Posting, participant_id: str, service_id: str) -> None:
    groups = x.problem.groups_of.get(service_id, ())
    closed = [x.members[participant_id, g.id] for g in groups if (participant_id, g.id) in x.members]
    post.at_most_one(RuleId.COHORT, ParticipantRef(participant_id), closed)
    if not closed:
        return
    for group in groups:
        if group.membership == "closed":
            continue
        for candidate in x.of_group(group.id):
            if participant_id in candidate.participant_ids:
                attends = x.attends[candidate, participant_id]
                post.at_most_one(RuleId.COHORT, ParticipantRef(participant_id), [attends, *closed])


def together(x: Variables, post: Posting) -> None:
    """Keep pairs out of different groups of a service."""
    known: dict[str, dict[str, dict[str, Literal]]] = {}
    for row in x.problem.keep_together:
        pair = (row.participant_id, row.other_participant_id)
        one, other = (known.setdefault(key, _groups_attended(x, key)) for key in pair)
        for service_id, groups in one.items():
            for group_id, literal in groups.items():
                for another_id, another in other.get(service_id, {}).items():
                    if another_id != group_id:
                        post.at_most_one(RuleId.TOGETHER, PairRef(*pair), [literal, another])


def _groups_attended(x: Variables, participant_id: str) -> dict[str, dict[str, Literal]]:
    """Return, by service and group, a literal that holds at least where the participant attends the group."""
    found: dict[str, dict[str, Literal]] = defaultdict(dict)
    for candidate, attends in x.attending(participant_id):
        if candidate.group is not None:
            groups, group_id = found[candidate.service.id], candidate.group.id
            if group_id not in groups:
                groups[group_id] = x.cp.new_bool_var("")
            x.cp.add_implication(attends, groups[group_id])
    return found


def apart(x: Variables, post: Posting) -> None:
    """Keep pairs out of each other's sessions."""
    for row in x.problem.keep_apart:
        subject = PairRef(row.participant_id, row.therapist_id or row.other_participant_id or "")
        for candidate in x.open_candidates:
            if candidate.is_visit and row.therapist_id is None:
                continue
            if row.participant_id not in candidate.participant_ids:
                continue
            one = x.attends[candidate, row.participant_id]
            others: list[Literal] = []
            if row.therapist_id is not None:
                others = x.staff_literals(candidate).get(row.therapist_id, [])
            elif row.other_participant_id in candidate.participant_ids:
                others = [x.attends[candidate, row.other_participant_id]]
            for other in others:
                post.at_most_one(RuleId.APART, subject, [one, other])
