"""What trials find, sorted by facts, and which of several facts is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from iopsched.domain.people import Participant
from iopsched.why.cause import RANK, CauseKind, Fact
from iopsched.why.trial import Addition, Obstacle, Trials, spread

MOST_TRIALS_EACH = 40
MOST_ALIKE = 8
WAYS_AS_A_TRIAL = 40  # to lay out so many takes as long as to try one
OWN_TIME = frozenset({CauseKind.PERSON_BUSY, CauseKind.PERSON_WINDOW})
# Of the windows of two people the one that keeps more ways shut is told.
WINDOWS = frozenset({CauseKind.PERSON_WINDOW, CauseKind.STAFF_WINDOW, CauseKind.ROOM_WINDOW})


@dataclass(slots=True)
class Tally:
    """The findings with the same facts: how many ways they keep shut, and those to prove them with."""

    facts: tuple[Fact, ...]
    ways: int = 0
    gain: int = 0
    findings: list[Obstacle] = field(default_factory=list)


def findings(trials: Trials, ways: Iterator[Addition]) -> Iterator[tuple[Obstacle, int]]:
    """Yield what trials find, and how many ways are alike; obstacles that were found are not tried again."""
    known: set[object] = set()
    tried: Counter[object] = Counter()
    every = list(ways)
    trials.made += len(every) // WAYS_AS_A_TRIAL
    most = trials.made + MOST_TRIALS_EACH
    for way, alike in spread(every):
        tried[way.kind] += 1
        if trials.made >= most or tried[way.kind] > MOST_ALIKE or (way.flags and way.kind in known):
            continue
        finding = trials.find(way)
        if finding is not None:
            if len(finding.facts) <= len(way.flags):
                known.add(way.kind)
            yield finding, alike


def is_of_week(finding: Obstacle, person: Participant) -> bool:
    """Return whether another week may keep clear of the facts: they speak of others who come, or of what is held then."""
    pairs = {CauseKind.APART, CauseKind.TOGETHER}
    return all(fact.frees or (fact.kind in pairs and person.id not in fact.subject.split()) for fact in finding.facts)


def is_kept_by_own_time(tally: Tally) -> bool:
    """Return whether the person's own time is among the facts."""
    kinds = {fact.kind for fact in tally.facts}
    return bool(kinds & (OWN_TIME | {CauseKind.IN_SESSION}))


def order(tally: Tally, *, has_time: bool) -> tuple[int, bool, int, int, int, list[str]]:
    """Return the order in which facts are told: fewer first, then by kind, by what they give and how much they keep shut.

    What keeps somebody from their own group comes before what keeps them from leaving it for another.
    Who has no time but in other sessions is kept by their own windows; else these sessions are in the way.
    """
    kinds = [fact.kind for fact in tally.facts]
    rank = max(RANK[CauseKind.ROOM_WINDOW if kind in WINDOWS else kind] for kind in kinds)
    if not has_time and len(kinds) == 1 and kinds[0] in OWN_TIME:
        rank = RANK[CauseKind.IN_SESSION] - 1
    leaves = all(finding.way.left for finding in tally.findings)
    return len(kinds), leaves, rank, -tally.gain, -tally.ways, sorted(fact.subject for fact in tally.facts)
