"""What forbids somebody, or a room, to stand in: of all the broken rules the one that tells most, with its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from iopsched.answers.alternatives.hindrances import facts_behind
from iopsched.answers.explanation import CellFact
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import moment
from iopsched.policy.numbers import roles_of
from iopsched.repairs.substitution import SubstituteBar
from iopsched.rulebook import RuleId
from iopsched.verifier import Violation
from iopsched.views.sessionwords import title
from iopsched.words.sentence import RoomRef, Sentence, TherapistRef
from iopsched.words.wordings import said

MOST_BARS = 4
TELLING = (RuleId.STAFFED, RuleId.MATCH, RuleId.SEATS, RuleId.APART, RuleId.WINDOW, RuleId.OVERLAP, RuleId.STAFF_LOAD)
"""The rules in the order in which they are looked at: who is none can never cover, whoever is busy could another day."""
TIMES = ("busy", "availability")
OF_STAFF = frozenset({("participants.csv", "therapist_id"), ("groups.csv", "lead")})
"""The cells that say who leads, which a row of ``covers.csv`` lifts while that person is away."""


def substitute_bar(
    problem: Problem, sessions: Sequence[Session], broken: Sequence[Violation], tried: str, who: str
) -> SubstituteBar:
    """Return what forbids ``who`` in the session ``tried`` of a week: what their own row says before anything else."""
    place = {rule: number for number, rule in enumerate(TELLING)}
    found: list[SubstituteBar] = []
    for row in sorted(broken, key=lambda row: place.get(row.rule, len(place)))[:MOST_BARS]:
        fact = next(iter(facts_behind(problem, sessions, row, who)), None)
        found.append(
            SubstituteBar(row.rule, _sentence(sessions, row, tried, who), _told(problem, sessions, row, fact, who))
        )
        if _distance(found[-1], who) == 0:
            break
    return min(found, key=lambda bar: _distance(bar, who))


def _sentence(sessions: Sequence[Session], violation: Violation, tried: str, who: str) -> Sentence:
    """Return how the rule would be broken; of two sessions at once only the one that stands in the way."""
    if violation.rule != RuleId.OVERLAP or violation.subject != who:
        return violation.sentence
    others = [row for row in sessions if row.id in violation.sessions and row.id != tried]
    kinds = [type(ref) for ref in violation.sentence.refs if ref.id == who]
    if not others or not kinds:
        return violation.sentence
    told = "room {} holds {} ({}) then" if kinds[0] is RoomRef else "{} is in {} ({}) then"
    return Sentence(told, kinds[0](who), title(others[0]), moment(others[0].start))


def _told(
    problem: Problem, sessions: Sequence[Session], violation: Violation, fact: CellFact | None, who: str
) -> CellFact | None:
    """Return a cell with what it lacks, where it is one of skills: what somebody can do otherwise is of no use here."""
    therapist = problem.therapist.get(who)
    session = next((row for row in sessions if row.id in violation.sessions), None)
    if fact is None or therapist is None or session is None or (fact.id, fact.column) != (who, "skills"):
        return fact
    asked = (
        role.skill for role in roles_of(problem.service[session.service_id], problem.group.get(session.group_id or ""))
    )
    lacking = [skill for skill in dict.fromkeys(asked) if skill not in therapist.skills]
    if not lacking:
        return fact
    told = said("{} lacks the skill {} ({therapists.csv}, skills)", TherapistRef(who), lacking[0])
    return replace(fact, sentence=told)


def _distance(bar: SubstituteBar, who: str) -> int:
    """Return how far what forbids somebody is from them: what they are, when they are there, what they do then, what others say."""
    fact = bar.fact
    if fact is None:
        return 2
    if fact.id != who:
        return 3 if bar.rule == RuleId.STAFF_LOAD else 4
    return 1 if fact.column in ("", *TIMES) else 0


def covers_may_help(bar: SubstituteBar) -> bool:
    """Return whether what forbids somebody is only who leads otherwise: then ``covers.csv`` could say who stands in."""
    fact: CellFact | None = bar.fact
    return fact is not None and (fact.file, fact.column) in OF_STAFF
