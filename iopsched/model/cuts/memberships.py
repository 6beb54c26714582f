"""How many participants can have how many sessions of groups: seats come in whole groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from ortools.sat.python import cp_model

from iopsched.model.build import Model
from iopsched.model.candidate import Candidate
from iopsched.model.cuts.profiles import Profile, post_profiles
from iopsched.model.posting import Expression, Literal
from iopsched.model.variables import Variables


def memberships(model: Model) -> None:
    """Post the profiles of participants, and how many of them the closed groups of each service have seats for.

    Let n be how many groups, of all that some participants can join, hold at least k sessions. Whoever has k sessions has
    them in one of these groups, so that k times their number is at most the seats of all its sessions: of k sessions, of
    those beyond k, and the seats that staff beyond the roles add where a ratio limits heads. Leaving those out, at least f(n)
    have fewer than k, where f falls by the seats of one more group each time, the largest first, down to 0. f is convex, so the
    lines through its neighboring points hold for every whole n and cut off all between: mixed-integer rounding (Nemhauser
    and Wolsey 1990) for groups of any sizes. Each set of groups that is all that somebody can join is asked.
    """
    profiles = post_profiles(model)
    for service in model.x.problem.services:
        offers: dict[str, _Offer] = {}
        for group_ids, members in _circles(model.x, service.id, profiles):
            for group_id in sorted(group_ids - offers.keys()):
                offers[group_id] = _offer(model, group_id)
            own = [offers[group_id] for group_id in sorted(group_ids)]
            for number in range(1, max(row.most(service.id) for row in members) + 1):
                wanting = [row for row in members if row.most(service.id) >= number]
                short = len(wanting) - sum(row.has(service.id, number) for row in wanting)
                _keep_above(model, number, short, len(wanting), [row for row in own if len(row.levels) >= number])


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a group can offer: ``levels`` say in their order whether it holds one, two and so on sessions.

    A session has ``seats`` for participants, and each of the ``surplus`` staff in any session adds at most ``more_seats``.
    """

    levels: list[Literal]
    seats: int
    surplus: Expression
    more_seats: int


def _circles(
    x: Variables, service_id: str, profiles: Mapping[str, Profile]
) -> list[tuple[frozenset[str], list[Profile]]]:
    """Return each set of closed groups that is all that somebody can join, with everybody who can join no other."""
    joinable: dict[str, set[str]] = defaultdict(set)
    groups = x.problem.groups_of.get(service_id, ())
    for group in groups:
        for candidate in x.of_group(group.id):
            for pid in candidate.participant_ids:
                joinable[pid].add(group.id)
    closed = {group.id for group in groups if group.membership == "closed"}
    own = {pid: frozenset(ids) for pid, ids in joinable.items() if ids <= closed and pid in profiles}
    people = {pid: ids for pid, ids in own.items() if profiles[pid].most(service_id)}
    return [
        (group_ids, [profiles[pid] for pid, ids in people.items() if ids <= group_ids])
        for group_ids in dict.fromkeys(people.values())
    ]


def _offer(model: Model, group_id: str) -> _Offer:
    x = model.x
    sessions = x.of_group(group_id)
    levels = [model.cp.new_bool_var("") for _ in range(_most_sessions(x, group_id))]
    model.cp.add(sum(levels) == cp_model.LinearExpr.sum([x.held[candidate] for candidate in sessions]))
    for one, next_one in pairwise(levels):
        model.cp.add_implication(next_one, one)
    seats = max((_seats(x, candidate) for candidate in sessions), default=0)
    most = max((_heads(x, candidate) for candidate in sessions), default=0)
    ratio = max((candidate.ratio or 0 for candidate in sessions), default=0)
    surplus = cp_model.LinearExpr.sum([literal for candidate in sessions for literal in x.surplus[candidate].values()])
    return _Offer(levels, seats, surplus, max(0, min(ratio, most - seats)))


def _most_sessions(x: Variables, group_id: str) -> int:
    """Return how many sessions a group holds at most, more than it should where more have begun."""
    begun = sum(candidate.begun is not None for candidate in x.of_group(group_id))
    return max(x.problem.group[group_id].sessions_per_week, begun)


def _heads(x: Variables, candidate: Candidate) -> int:
    """Return how many participants a session has at most."""
    if candidate.begun is not None:
        return len(candidate.participant_ids)
    if candidate.modality != "in_person" or not candidate.needs_room:
        return candidate.size[1]
    rooms = (x.rooms.classes[index] for index in x.rooms.choices[candidate])
    inside = (
        min((room.capacity - 1) // (1 + candidate.service.guests), room.max_participants or room.capacity)
        for room in rooms
    )
    return max(0, min(candidate.size[1], max(inside, default=0)))


def _seats(x: Variables, candidate: Candidate) -> int:
    """Return how many participants a session has at most without staff beyond its roles."""
    if candidate.begun is not None or candidate.ratio is None:
        return _heads(x, candidate)
    staff = 1 + sum(role.number for role, _ in candidate.other_roles)
    return min(_heads(x, candidate), candidate.ratio * staff)


def _keep_above(model: Model, number: int, short: Expression, people: int, offers: Sequence[_Offer]) -> None:
    """Post that as many are short of so many sessions as seats are missing, whatever groups hold them."""
    holding = model.cp.new_int_var(0, len(offers), "")
    model.cp.add(holding == cp_model.LinearExpr.sum([row.levels[number - 1] for row in offers]))
    besides: Expression = sum(row.seats * level for row in offers for level in row.levels[number:])
    besides += sum(row.more_seats * row.surplus for row in offers if row.more_seats)
    seats = sorted((row.seats for row in offers), reverse=True)
    missing = [people, *(max(0, people - total) for total in accumulate(seats))]
    if missing[-1]:
        model.cp.add(number * short + besides >= number * missing[-1])
    for groups, (fewer, more) in enumerate(pairwise(missing)):
        if fewer:
            model.cp.add(number * short + besides >= number * (fewer + (more - fewer) * (holding - groups)))
