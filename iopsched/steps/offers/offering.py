"""How an offer is made: file, column and price from the declaration of its kind."""

from __future__ import annotations

from collections.abc import Iterable

from iopsched.rulebook.steps import KINDS, StepKind, price_of
from iopsched.steps.offer import Edit, Key, OfferedStep
from iopsched.steps.offers.rowchanges import Changed
from iopsched.steps.offers.shortfall import Shortfall
from iopsched.words.sentence import Sentence


def step(
    at: Shortfall,
    kind: StepKind,
    key: Key,
    edit: Edit,
    sentence: Sentence,
    changed: Changed,
    *,
    column: str | None = None,
    unit: int = 1,
    times: int = 1,
) -> OfferedStep:
    """Return an offer of a kind; ``times`` multiplies its price, ``column`` stands in place of the declared one."""
    declared = KINDS[kind]
    return OfferedStep(
        kind,
        declared.file,
        key,
        declared.column if column is None else column,
        edit,
        price_of(kind, at.clinic.prices) * times,
        sentence,
        changed,
        unit,
    )


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """Return an id for a new row: the wanted one with the first number behind it that nobody has."""
    known = {key.casefold() for key in taken}
    number = 2
    while f"{wanted}-{number}".casefold() in known:
        number += 1
    return f"{wanted}-{number}"
