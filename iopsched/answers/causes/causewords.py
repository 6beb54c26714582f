"""Causes in words: the facts in their order, what is asked for and what there is, and a sentence for a colleague."""

from __future__ import annotations

from collections.abc import Sequence

from iopsched.answers.base import Base
from iopsched.answers.causes.amounts import Amount, amount_of
from iopsched.answers.causes.factcells import Cell
from iopsched.answers.causes.helping import Helping
from iopsched.answers.causes.pairs import Pair
from iopsched.answers.explanation import AnswerKind, CauseAnswer
from iopsched.domain.timegrid import hours
from iopsched.words.sentence import ParticipantRef, Sentence

FILES = (
    *("pins.csv", "time_off.csv", "keep_apart.csv", "keep_together.csv", "participants.csv", "therapists.csv"),
    *("rooms.csv", "groups.csv", "needs.csv", "services.csv", "clinic.toml"),
)
PAIRED = frozenset({"pins.csv", "keep_apart.csv", "keep_together.csv"})
MOST_TOLD = 3


def place(cell: Cell) -> tuple[int, bool, str, str]:
    """Return where a cell stands among others: rows about one person or day first, settings for all last."""
    fact = cell.fact
    return FILES.index(fact.file), fact.column in {"skills", "supervisor"}, fact.id, fact.column


def cause_of(base: Base, cause_id: str, found: Helping, *, is_proven: bool) -> CauseAnswer:
    """Return a cause of cells each of which helps."""
    ordered = sorted(found.cells, key=lambda cell: (sum(found.then[cell].values()), place(cell)))
    told, amount = found.kind, None
    if told == "shortage" and any(cell.fact.file in PAIRED for cell in ordered):
        told = "conflict"
    if told == "shortage":
        amounts = {cell: amount_of(base, cell, found.cells[cell], found.then[cell]) for cell in ordered}
        chosen = min(ordered, key=lambda cell: (not amounts[cell].is_counted, place(cell)))
        ordered = [chosen, *(cell for cell in ordered if cell != chosen)]
        amount = amounts[chosen]
    return CauseAnswer(
        id=cause_id,
        kind=told,
        participants=found.participants,
        minutes=found.minutes,
        facts=tuple(cell.fact for cell in ordered),
        sentence=_sentence(told, found.participants, found.minutes, ordered, amount),
        is_proven=is_proven,
        demand=amount.demand if amount else None,
        supply=amount.supply if amount else None,
        unit=amount.unit if amount else "",
    )


def _sentence(
    kind: AnswerKind, people: Sequence[str], minutes: int, ordered: Sequence[Cell], amount: Amount | None
) -> Sentence:
    who = _listed([ParticipantRef(key) for key in people])
    facts = _listed([cell.fact.sentence for cell in ordered[:MOST_TOLD]], "; or ")
    more = len(ordered) - MOST_TOLD
    rest = f"; or {more} more" if more > 0 else ""
    lack = "lacks" if len(people) == 1 else "lack"
    if kind == "alone":
        told = "{} {} {} even with the clinic to themselves: {}{}."
        return Sentence(told, who, lack, hours(minutes), facts, rest)
    if kind == "conflict" or amount is None:
        told = "{} {} {}, because these cannot all hold: {}{}."
        together = _listed([cell.fact.sentence for cell in ordered[:MOST_TOLD]], "; ")
        return Sentence(told, who, lack, hours(minutes), together, f"; and {more} more" if more > 0 else "")
    told = "{} {} {}: {} {} are asked for, and there are {}, because {}{}."
    return Sentence(told, who, lack, hours(minutes), amount.demand, amount.unit, amount.supply, facts, rest)


def _listed(parts: Sequence[object], separator: str = ", ") -> Sentence:
    return Sentence.joined(separator, parts)


def half_told(cause_id: str, key: str, pair: Pair, own: Cell) -> CauseAnswer:
    """Return one of two cells that block the same thing as a conflict: it cannot hold even where the other gives way."""
    (other,) = (cell for cell in pair.cells if cell != own)
    told = "{} lacks {} and cannot have it as long as {}; nor as long as {}: both would have to change."
    return CauseAnswer(
        id=cause_id,
        kind="conflict",
        participants=(key,),
        minutes=pair.minutes,
        facts=(own.fact,),
        sentence=Sentence(told, ParticipantRef(key), hours(pair.minutes), own.fact.sentence, other.fact.sentence),
        is_proven=True,
    )
