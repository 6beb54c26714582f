"""Model and verifier side by side: each rule alone and each rule left out, over every schedule of a world."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations

from iopsched.domain.timegrid import DAY
from iopsched.rulebook import ALL_RULES, RuleId
from iopsched.verifier import CHECKS
from iopsched.verifier.week import Week
from tests.support.clinics import schedule
from tests.support.evaluator import Evaluator
from tests.support.every_schedule import MENDABLE, every_session
from tests.support.unsaid import POINTLESS, of_pairs, of_session


@dataclass
class Tally:
    """What was compared, by rule (None: all rules on).

    A comparison is *restricted*, and counts as none, where the model rejects
    what the verifier admits because it has no words for it (:mod:`unsaid`);
    ``reasons`` counts why.
    ``kept`` and ``broken`` count answers of models with the rule alone,
    ``only_broken`` schedules that break this rule and no other, which the
    model without it accepts. ``wrong`` are the disagreements.
    """

    schedules: int = 0
    legal: int = 0
    compared: Counter = field(default_factory=Counter)
    accepted: Counter = field(default_factory=Counter)
    restricted: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    kept: Counter = field(default_factory=Counter)
    broken: Counter = field(default_factory=Counter)
    only_broken: Counter = field(default_factory=Counter)
    legal_traits: Counter = field(default_factory=Counter)
    illegal_traits: Counter = field(default_factory=Counter)
    asked_solver: int = 0
    wrong: list = field(default_factory=list)


def rule_sets(of=RuleId):
    """Return (rule, set of rules of a model): each rule alone, all but that rule, and once all of them."""
    sets = [(rule, active) for rule in of for active in (frozenset({rule}), ALL_RULES - {rule})]
    return [*sets, (None, ALL_RULES)]


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
    sample = next((row for row in sessions if not rules_broken(problem, (row,)) - MENDABLE), sessions[0])
    return [*sessions, *spoiled(problem, sample)]


@cache
def every_schedule(world):
    """Return lists of schedules, the most telling first: every single session, every pair, every triple and so on.

    Pairs are of all sessions that can be said, legal or not; more than two
    only of sessions that are legal alone, but for what more sessions can mend.
    """
    problem, singles = world.problem, every_single(world)
    faults = {row.id: len(rules_broken(problem, (row,)) - MENDABLE) for row in singles}
    sayable = [row for row in singles if not any(of_session(problem, row))]
    almost = [row for row in sayable if faults[row.id] <= 1]
    near = {row.id for row in almost}
    pairs = list(combinations(sayable, 2))
    legal = [row for row in almost if not faults[row.id]]
    return [
        [(), *((row,) for row in almost)],
        [(row,) for row in singles if row.id not in near],
        [pair for pair in pairs if near.issuperset(row.id for row in pair)],
        [pair for pair in pairs if not near.issuperset(row.id for row in pair)],
        *(list(combinations(legal, number)) for number in range(3, world.most + 1)),
    ]


def compare(world, share=None, sets=None):
    """Return the tally of a world: over all of its schedules, or in each list of them over so many, evenly spread.

    ``sets`` are those of :func:`rule_sets` to compare; without, all where all
    schedules are, else those of rules that some schedule breaks and of every
    third other rule.
    """
    problem = world.problem
    schedules = {sessions: None for rows in every_schedule(world) for sessions in thin(rows, share)}
    for sessions in schedules:
        schedules[sessions] = rules_broken(problem, sessions)
    if sets is None:
        sets = rule_sets(RuleId if share is None else _some_rules(world, frozenset().union(*schedules.values())))
    sessions_used = {row.id: row for sessions in schedules for row in sessions}.values()
    models = [(rule, active, Evaluator(problem, active, sessions_used)) for rule, active in sets]
    reasons = {row.id: tuple(of_session(problem, row)) for row in sessions_used}
    traits = {row.id: traits_of(problem, row) for row in sessions_used}
    tally = Tally(schedules=len(schedules))
    for sessions, found in schedules.items():
        why = {*of_pairs(problem, sessions), *(reason for row in sessions for reason in reasons[row.id])}
        tally.legal += not found
        (tally.illegal_traits if found else tally.legal_traits).update({t for row in sessions for t in traits[row.id]})
        for model in models:
            _compare_one(tally, model, sessions, found, why)
    tally.asked_solver = sum(evaluator.asked_solver for *_, evaluator in models)
    return tally


def _some_rules(world, found):
    turn = sum(map(ord, world.name))
    return [rule for place, rule in enumerate(RuleId, turn) if rule in found or place % 3 == 0]


def _compare_one(tally, model, sessions, found, why):
    rule, active, evaluator = model
    expected, accepted = not found & active, evaluator.accepts(sessions)
    standing = [reason for reason in why if reason.stands(active)]
    if expected and not accepted and standing:
        tally.restricted[rule] += 1
        tally.reasons.update(reason.text for reason in standing)
        if any(reason.owner is not None and reason.owner not in found for reason in standing):
            tally.wrong.append(("left out, though its owner does not forbid it", rule, len(active), found, sessions))
        return
    tally.compared[rule] += 1
    tally.accepted[rule] += accepted
    if len(active) == 1 and sessions:
        (tally.kept if accepted else tally.broken)[rule] += 1
    elif rule in found and accepted:
        tally.only_broken[rule] += 1
    answer = "the model accepts" if accepted else "the model rejects"
    if accepted != expected or (accepted and POINTLESS in standing):
        tally.wrong.append((answer, rule, len(active), sorted(found), sessions))


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
