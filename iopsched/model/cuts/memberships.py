"""How many participants can have how many sessions of groups: seats come in whole groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise

from ortools.sat.python import cp_model

from iopsched.model.build import Model
from iopsched.model.cuts.profiles import Profile, post_profiles
from iopsched.model.posting import Expression, Literal
from iopsched.model.variables import Variables


def memberships(model: Model) -> None:
    """Post the profiles of participants, and how many of them the closed groups of each service have seats for.

    Let n be how many groups, of all that some participants can join, hold at least k sessions. Whoever has k sessions has
    them in one of these n groups, and a group that holds h has at most seats x h / k such members. So at least f(n) of the
    participants have fewer than k, where f falls by the seats of one more group each time, the largest first, down to 0. f is convex, so
    the lines through its neighboring points hold for every whole n and cut off all between: mixed-integer rounding
    (Nemhauser and Wolsey 1990) for groups of any sizes. Each set of groups that is all that somebody can join is asked.
    """
    profiles = post_profiles(model)
    for service in model.x.problem.services:
        levels: dict[str, list[Literal]] = {}
        for group_ids, members in _circles(model.x, service.id, profiles):
            for group_id in sorted(group_ids - levels.keys()):
                levels[group_id] = _levels(model, group_id)
            for number in range(1, max(row.most(service.id) for row in members) + 1):
                wanting = [row for row in members if row.most(service.id) >= number]
                holding = {key: levels[key][number - 1] for key in sorted(group_ids) if len(levels[key]) >= number}
                short = len(wanting) - sum(row.has(service.id, number) for row in wanting)
                seats = [_most_with(model.x, key, number) for key in holding]
                _keep_above(model, short, len(wanting), holding.values(), seats)


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


def _levels(model: Model, group_id: str) -> list[Literal]:
    """Return literals that say in their order whether a group holds one, two and so on sessions."""
    sessions = model.x.of_group(group_id)
    rows = [model.cp.new_bool_var("") for _ in range(_most_sessions(model.x, group_id))]
    model.cp.add(sum(rows) == cp_model.LinearExpr.sum([model.x.held[candidate] for candidate in sessions]))
    for one, next_one in pairwise(rows):
        model.cp.add_implication(next_one, one)
    return rows


def _most_sessions(x: Variables, group_id: str) -> int:
    """Return how many sessions a group holds at most, more than it should where more have begun."""
    begun = sum(candidate.begun is not None for candidate in x.of_group(group_id))
    return max(x.problem.group[group_id].sessions_per_week, begun)


def _most_with(x: Variables, group_id: str, number: int) -> int:
    """Return how many members of a group can have so many of its sessions."""
    seats = max((candidate.size[1] for candidate in x.of_group(group_id)), default=0)
    return seats * _most_sessions(x, group_id) // number


def _keep_above(model: Model, short: Expression, people: int, holding: Iterable[Literal], seats: Iterable[int]) -> None:
    """Post that as many are short as seats are missing, whatever number of groups there is."""
    number = model.cp.new_int_var(0, len(list(holding)), "")
    model.cp.add(number == cp_model.LinearExpr.sum(list(holding)))
    missing = [people, *(max(0, people - total) for total in accumulate(sorted(seats, reverse=True)))]
    if missing[-1]:
        model.cp.add(short >= missing[-1])
    for groups, (fewer, more) in enumerate(pairwise(missing)):
        if fewer:
            model.cp.add(short >= fewer + (more - fewer) * (number - groups))
