"""Model and verifier side by side: each rule alone and each rule left out, over every schedule of a world."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import combinations

from clinics import schedule
from evaluator import Evaluator
from every_schedule import broken, every_session
from unsaid import of_pairs, of_session

from iopsched.domain.timegrid import DAY
from iopsched.model.candidates import ALL_RULES
from iopsched.rulebook import RuleId
from iopsched.verify import CHECKS
from iopsched.verify.week import Week


@dataclass
class Tally:
    """What was compared, by rule; ``wrong`` are descriptions of disagreements."""

    schedules: int = 0
    legal: int = 0
    compared: Counter = field(default_factory=Counter)
    accepted: Counter = field(default_factory=Counter)
    restricted: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    kept: Counter = field(default_factory=Counter)
    only_broken: Counter = field(default_factory=Counter)
    legal_traits: Counter = field(default_factory=Counter)
    illegal_traits: Counter = field(default_factory=Counter)
    asked_solver: int = 0
    wrong: list = field(default_factory=list)


def rule_sets():
    """Yield (rule, set of rules of a model): each rule alone, all but that rule, and once all of them."""
    for rule in RuleId:
        yield rule, frozenset({rule})
        yield rule, ALL_RULES - {rule}
    yield None, ALL_RULES


def spoiled(problem, session):
    """Yield what no model has words for, made of a session by one change each; the owner of each limit must forbid it."""
    changes = (
        {"participant_ids": ()},
        {"participant_ids": (*session.participant_ids, session.participant_ids[0])},
        {"participant_ids": (*session.participant_ids, "nobody")},
        {"therapist_ids": ()},
        {"therapist_ids": (session.lead_id, session.lead_id)},
        {"therapist_ids": ("nobody",)},
        {"service_id": "nothing"},
        {"group_id": "nothing"},
        {"group_id": None if session.group_id else "nothing"},
        {"room_id": "nowhere"},
        {"end": session.end - 1},
        {"start": session.start + 1, "end": session.end + 1},
        {"start": session.start + 5 * DAY, "end": session.end + 5 * DAY},
        {"start": 20 * 60, "end": 20 * 60 + session.minutes},
        {"start": 7 * DAY - 240, "end": 7 * DAY - 240 + session.minutes},
    )
    for number, change in enumerate(changes):
        yield replace(session, id=f"Z{session.id}{number}", **change)


def every_single(world):
    """Return every session that anybody could enter, and some that nobody should."""
    problem = world.problem
    sessions = list(every_session(problem, world.starts, world.most_staff))
    sample = next((row for row in sessions if not broken(problem, row)), sessions[0])
    return [*sessions, *spoiled(problem, sample)]


def every_schedule(world, singles):
    """Return lists of schedules: the empty one and every single session, every pair, every triple and so on.

    Pairs are of all sessions that can be said, legal or not; more than two
    only of sessions that are legal alone. Pins are no rule of a single session.
    """
    problem = world.problem
    sayable = [row for row in singles if not any(of_session(problem, row))]
    legal = [row for row in sayable if not broken(problem, row)]
    yield [(), *((row,) for row in singles)]
    yield list(combinations(sayable, 2))
    for number in range(3, world.most + 1):
        yield list(combinations(legal, number))


def compare(world, share=None):
    """Return the tally of a world: over all of its schedules, or of each size over so many, evenly spread."""
    singles = every_single(world)
    evaluators = [(rule, rules, Evaluator(world.problem, rules, singles)) for rule, rules in rule_sets()]
    reasons = {row.id: tuple(of_session(world.problem, row)) for row in singles}
    traits = {row.id: traits_of(world.problem, row) for row in singles}
    tally = Tally()
    for schedules in every_schedule(world, singles):
        for sessions in thin(schedules, share):
            found = rules_broken(world.problem, sessions)
            why = {*of_pairs(sessions), *(reason for row in sessions for reason in reasons[row.id])}
            tally.schedules += 1
            tally.legal += not found
            (tally.illegal_traits if found else tally.legal_traits).update(
                {trait for row in sessions for trait in traits[row.id]}
            )
            for rule, rules, evaluator in evaluators:
                _compare_one(tally, rule, rules, evaluator, sessions, found, why)
    tally.asked_solver = sum(evaluator.asked_solver for *_, evaluator in evaluators)
    return tally


def _compare_one(tally, rule, rules, evaluator, sessions, found, why):
    expected = not found & rules
    standing = [reason for reason in why if reason.stands(rules)] if expected else []
    if standing:
        tally.restricted[rule] += 1
        tally.reasons.update(standing)
        if any(reason.owner is not None and reason.owner not in found for reason in standing):
            tally.wrong.append((rule, len(rules), "left out, though its owner does not forbid it", standing, sessions))
        return
    accepted = evaluator.accepts(sessions)
    tally.compared[rule] += 1
    tally.accepted[rule] += accepted
    if len(rules) == 1:
        tally.kept[rule] += accepted and len(sessions) > 0
    elif rule is not None:
        tally.only_broken[rule] += accepted and rule in found
    if accepted != expected:
        word = "model accepts" if accepted else "model rejects"
        tally.wrong.append((rule, len(rules), word, sorted(found), sessions))


def rules_broken(problem, sessions):
    """Return the rules that the verifier finds broken."""
    week = Week(problem, schedule(*sessions))
    return frozenset(rule for rule, check in CHECKS.items() if any(True for _ in check(week)))


def thin(rows, most):
    """Return at most so many of the rows, evenly spread; all of them where ``most`` is None."""
    if most is None or len(rows) <= most:
        return rows
    step = len(rows) / most
    return [rows[int(place * step)] for place in range(most)]


def traits_of(problem, session):
    """Return what kind of session it is: kind, membership, how it starts, modality of the service or group."""
    service, group = problem.service.get(session.service_id), problem.group.get(session.group_id)
    if service is None:
        return frozenset()
    found = {service.kind, f"starts {service.starts}", f"modality {(group and group.modality) or service.modality}"}
    if group is None:
        return frozenset({*found, "formed freely"})
    found |= {f"membership {group.membership}", f"attend {group.attend}"}
    found |= {"starts times"} if group.times is not None else set()
    return frozenset(found | ({"starts same_start"} if group.same_start else set()))
