"""Who could cover in words, for a terminal, a page and a workbook alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from iopsched.repairs.substitution import BROKEN, Substitute, SubstituteBar, SubstituteCost
from iopsched.words.sentence import RoomRef, Sentence, TherapistRef

NEARLY_ALL = 0.9
"""Hours of the week are told on a terminal where they come so near to the most that is allowed."""
MOST_NEAR = 2
CANNOT = "cannot"
QUALITIES = {
    "skills": ("lacks the skill", "lack the skill"),
    "licensed": ("is not licensed", "are not licensed"),
    "tracks": ("works in other tracks", "work in other tracks"),
    "populations": ("works with other populations", "work with other populations"),
    "language": ("lacks the language", "lack the language"),
    "gender": ("is of another gender", "are of another gender"),
    "capacity": ("is too small", "are too small"),
    "max_participants": ("is too small", "are too small"),
    "features": ("lacks what is needed in it", "lack what is needed in them"),
}
"""What somebody or a room is not, by the column that says so: of one and of several."""


@dataclass(frozen=True, slots=True)
class ToldSubstitute:
    """One offer in words: ``answer`` is ``takes it``, ``could``, ``could with a row in covers.csv``, ``cannot``."""

    who: str
    answer: str
    costs: str
    gives_up: str
    why_not: str

    @property
    def is_barred(self) -> bool:
        """Return whether nothing but another row, person or rule would help."""
        return self.answer == CANNOT


def told_substitute(row: Substitute, tell: Callable[[Sentence], str]) -> ToldSubstitute:
    """Return one offer in words; ``tell`` makes them of a sentence, as its readers may see it."""
    bar = row.forbidden_by
    return ToldSubstitute(
        who=tell(who_words(row)),
        answer=_answer(row),
        costs="; ".join(tell(cost.sentence) for cost in row.costs),
        gives_up="; ".join(tell(one.sentence) for one in row.gives_up),
        why_not="" if bar is None or row.is_taken else tell(bar_clause(row, bar)),
    )


def _answer(row: Substitute) -> str:
    if row.is_taken:
        return "takes it"
    if row.is_possible and row.led_by:
        return "could help"
    if row.is_possible:
        return "could" if row.gain or not row.gives_up else "could, but as much is lost"
    return "could with a row in covers.csv" if row.forbidden_by and row.forbidden_by.by_cover else CANNOT


def who_words(row: Substitute) -> Sentence:
    """Return the person or room; ``nobody more`` where none is needed, ``video`` where no room is."""
    if not row.who:
        return Sentence("video" if row.kind == "room" else "nobody more")
    return Sentence("{}", RoomRef(row.who) if row.kind == "room" else TherapistRef(row.who))


def by_loss(rows: Iterable[Substitute]) -> Iterator[Sequence[Substitute]]:
    """Yield the offers of each session and whoever it lost together."""
    for _, own in groupby(rows, key=lambda row: (row.session_id, row.kind, row.instead_of)):
        yield tuple(own)


def further_cover(rows: Sequence[Substitute], most: int = MOST_NEAR) -> Iterator[Sentence]:
    """Yield who else could cover one session, first whom one would ask first; where nobody could, what stands in the way.

    Whoever would give up more than the session is worth is left out.
    """
    able = [row for row in rows if row.is_possible and not row.is_taken and (row.gain or not row.gives_up)]
    for row in able[:most]:
        yield _offer(row)
    if len(able) > most:
        yield Sentence("{} more could", len(able) - most)
    if able or any(row.is_taken for row in rows):
        return
    covered = [row for row in rows if row.forbidden_by is not None and row.forbidden_by.by_cover]
    for row in [row for row in covered if row.gain][:most]:
        yield Sentence("with a row in covers.csv {}", _offer(row))
    if not any(row.gain for row in covered):
        for row in covered[:most]:
            yield Sentence("{} could with a row in covers.csv, but would give up as much", who_words(row))
        yield from _bars([row for row in rows if row not in covered], most)


def _offer(row: Substitute) -> Sentence:
    if not row.who:
        return Sentence("by video" if row.kind == "room" else "it can be held without anybody more")
    told_costs: list[object] = [cost.sentence for cost in row.costs if _is_worth_telling(cost)]
    told_costs += [one.sentence for one in row.gives_up]
    who = who_words(row)
    said = Sentence("{} could", who)
    if row.led_by:
        said = Sentence("{} could help while {} leads", who, TherapistRef(row.led_by))
    return Sentence("{}: {}", said, Sentence.joined(", ", told_costs)) if told_costs else said


def brief_costs(row: Substitute) -> Sentence:
    """Return what covering costs somebody, without what is told only at length."""
    return Sentence.joined(", ", [cost.sentence for cost in row.costs if _is_worth_telling(cost)])


def _is_worth_telling(cost: SubstituteCost) -> bool:
    if cost.kind == "week_hours":
        return bool(cost.limit) and (cost.after or 0) >= NEARLY_ALL * (cost.limit or 0)
    return True


def _bars(rows: Sequence[Substitute], most: int) -> Iterator[Sentence]:
    """Yield what stands in the way of those who are nearest to it, and how many others are not of the kind at all."""
    bars = [(row, row.forbidden_by) for row in rows if row.forbidden_by is not None]
    far = Counter(quality for _, bar in bars if (quality := _quality(bar)))
    near = [(row, bar) for row, bar in bars if not _quality(bar)]
    alike = list({str(bar.short): (row, bar) for row, bar in near}.values())
    for row, bar in alike[:most]:
        yield bar_clause(row, bar)
    if rest := sum(pair not in alike[:most] for pair in near):
        yield Sentence("{} more {} busy or not there", rest, "is" if rest == 1 else "are")
    parts = [f"{number} {QUALITIES[key][number > 1]}" for key, number in sorted(far.items(), key=lambda item: -item[1])]
    if parts:
        yield Sentence(", ".join(parts))


def _quality(bar: SubstituteBar) -> str:
    if bar.fact is None or bar.fact.file not in ("therapists.csv", "rooms.csv"):
        return ""
    return "" if bar.rule in BROKEN or bar.fact.column not in QUALITIES else bar.fact.column


def bar_clause(row: Substitute, bar: SubstituteBar) -> Sentence:
    """Return what forbids it without its full stop; whom it is about comes first where the words do not say so."""
    parts = bar.short.parts
    last = parts[-1] if parts else ""
    clause = Sentence.of([*parts[:-1], last.rstrip(".")]) if isinstance(last, str) else bar.short
    return clause if row.who in {ref.id for ref in clause.refs} else Sentence("with {}: {}", who_words(row), clause)
