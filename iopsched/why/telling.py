"""Sentences of causes: what is lacking, and what stands in the way; a cause of several lacks is told once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.why.cause import Cause, CauseKind, Fact
from iopsched.words.phrases import words
from iopsched.words.sentence import GroupRef, Sentence

OTHERWISE = " at every time that would do otherwise"
# Clauses that name the group themselves.
OF_GROUP = frozenset({CauseKind.FULL, CauseKind.MIN_SIZE, CauseKind.OFFERED, CauseKind.OWN_GROUP, CauseKind.TRACK})


def told_cause(problem: Problem, session: Session, facts: Sequence[Fact], *, is_choice: bool) -> Cause:
    """Return the cause that keeps somebody from such a session.

    ``is_choice``: each fact alone is in the way of its own, such as several people who could lead and have no time.
    """
    clauses = [fact.clause for fact in facts]
    if len(facts) == 1 and facts[0].kind in OF_GROUP:
        return Cause(tuple(facts), Sentence.of([capitalized(clauses[0]), "."]))
    if is_choice:
        names = Sentence.joined(" and ", (fact.clause.refs[0] for fact in facts))
        what = "in use" if facts[0].kind == CauseKind.ROOM_TAKEN else "in other sessions"
        told = Sentence("{} are {}{}", names, what, OTHERWISE)
    elif all(fact.frees for fact in facts):
        told = Sentence("{}{}", Sentence.joined(" and ", clauses), OTHERWISE)
    else:
        ordered = sorted(facts, key=lambda fact: bool(fact.frees))
        timed = (Sentence("{}{}", fact.clause, OTHERWISE if fact.frees else "") for fact in ordered)
        together = ": both together are in the way" if len(facts) > 1 else ""
        told = Sentence("{}{}", Sentence.joined(", and ", timed), together)
    if any(fact.kind in OF_GROUP for fact in facts):
        return Cause(tuple(facts), Sentence("{}.", capitalized(told)))
    label = _label(problem, session)
    return Cause(tuple(facts), Sentence("{}: {}.", capitalized(label), told), label, told)


def _label(problem: Problem, session: Session) -> Sentence:
    """Return the group or service of which a session is lacking."""
    if session.group_id in problem.group:
        return Sentence("group {}", GroupRef(session.group_id or ""))
    return Sentence(words(session.service_id))


def joined(causes: Iterable[Cause]) -> Sentence:
    """Return the sentences of several lacks as one, such as ``Group A and individual: the clinic is closed Mon 30 Nov.``."""
    alike: dict[Sentence, list[Cause]] = {}
    for cause in causes:
        alike.setdefault(cause.told or cause.sentence, []).append(cause)
    return Sentence.joined(" ", (_of_alike(told, rows) for told, rows in alike.items()))


def _of_alike(told: Sentence, rows: Sequence[Cause]) -> Sentence:
    if len(rows) == 1 or not rows[0].told:
        return rows[0].sentence
    labels = list(dict.fromkeys(row.label for row in rows))
    return Sentence("{}: {}.", capitalized(Sentence.joined(", ", labels)), told)


def capitalized(clause: Sentence) -> Sentence:
    """Return the sentence with a capital letter where it begins with a word."""
    first, *rest = clause.parts
    return Sentence.of([first[:1].upper() + first[1:] if isinstance(first, str) else first, *rest])
