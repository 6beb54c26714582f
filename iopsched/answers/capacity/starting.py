"""Whether somebody who waits can start: a week of several with only one of them, and what keeps one from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from iopsched.answers.base import Base, Budget, base_of
from iopsched.answers.causes.finding import find_causes
from iopsched.answers.explanation import CellFact
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.verifier import violations
from iopsched.words.sentence import ParticipantRef, Sentence
from iopsched.words.wordings import said

BASE_SHARE = 0.5
"""The share of the time in which the best week with somebody is searched; the causes have the rest."""


def week_with_one(base: Base, problem: Problem, week: Schedule, others: Collection[str]) -> Schedule | None:
    """Return a week without these others; None where that is no legal week, or somebody has less than now.

    ``problem`` is that of the base with the one who stays.
    """
    gone = set(others)
    sessions = []
    for row in week.sessions:
        left = tuple(key for key in row.participant_ids if key not in gone)
        if left or not row.participant_ids:
            sessions.append(replace(row, participant_ids=left))
    primaries = {key: value for key, value in week.primaries.items() if key not in gone}
    one = replace(week, sessions=tuple(sessions), primaries=primaries)
    if violations(problem, one):
        return None
    then = Base.of(problem, one, 0)
    is_kept = all(minutes <= base.unmet.get(key, 0) for key, minutes in then.unmet.items()) and all(
        minutes <= base.lacking.get(key, 0) for key, minutes in then.lacking.items()
    )
    return one if is_kept else None


def causes_of_waiting(
    problem: Problem, week: Schedule, participant_id: str, budget: Budget
) -> tuple[Sentence, tuple[CellFact, ...]] | None:
    """Return why somebody who waits would lack something, and the cells behind it; None where nothing is certain.

    ``problem`` has them as a participant, ``week`` is one in which they have nothing yet.
    """
    base = base_of(problem, week, budget.part(BASE_SHARE))
    if not isinstance(base, Base) or participant_id not in base.unmet:
        return None
    asked = replace(base, unmet={participant_id: base.unmet[participant_id]})
    causes = [row for row in find_causes(asked, budget).causes if row.is_proven and row.facts]
    if not causes:
        return None
    told = Sentence.joined(" ", (_of_the_waitlist(row.sentence, participant_id) for row in causes))
    facts = dict.fromkeys(_fact(fact, participant_id) for row in causes for fact in row.facts)
    return Sentence("If admitted now, {}", told), tuple(facts)


def _fact(fact: CellFact, participant_id: str) -> CellFact:
    is_own = fact.file == "participants.csv" and fact.id == participant_id
    sentence = _of_the_waitlist(fact.sentence, participant_id)
    return replace(fact, file="waitlist.csv" if is_own else fact.file, sentence=sentence)


def _of_the_waitlist(sentence: Sentence, participant_id: str) -> Sentence:
    """Return a sentence that names the file in which the row of somebody who waits stands."""
    names = dict(zip(said("{participants.csv}").parts, said("{waitlist.csv}").parts, strict=True))
    parts: list[object] = []
    about = ""
    for part in sentence.parts:
        if isinstance(part, ParticipantRef):
            about = part.id
        parts.append(names.get(part, part) if about == participant_id else part)
    return Sentence.of(parts)
