"""Explanations as rows and sentences, for the terminal, the page and the workbook alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from iopsched.answers.explanation import CauseAnswer, CellFact, WayOut
from iopsched.domain.outcome import GoalId
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import HOUR, hours
from iopsched.policy.columns import PRIVATE_COLUMNS
from iopsched.rulebook.steps import Decider
from iopsched.steps.offer import WrittenStep
from iopsched.verifier import goal_values
from iopsched.views.labels import Labels
from iopsched.views.lacks import facts, groups_short, people_short
from iopsched.views.relabeling import told
from iopsched.words.phrases import count

MOST_NAMED = 4
UNPROVEN = "likely, not proven"

WHO: Mapping[Decider, str] = {
    Decider.COORDINATOR: "the coordinator",
    Decider.THERAPIST: "staff",
    Decider.DIRECTOR: "the director",
    Decider.OWNER: "the owner",
}
"""Who is asked; of staff each is named."""


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A cell or row that has its part in a cause: ``place`` is its file, row and column, ``value`` what stands there."""

    file: str
    place: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ToldCause:
    """A cause in words: whom it leaves short, by how much, why, and which cells are behind it; ``doubt`` is blank if proven."""

    number: int
    who: str
    lack: str
    sentence: str
    facts: tuple[ToldFact, ...]
    count: str
    doubt: str
    names_them: bool = False
    names_files: bool = False

    @property
    def line(self) -> str:
        """Return the cause as one line; who it leaves short comes first, unless the sentence says so by itself."""
        who = f"{self.who} ({self.lack})" if self.who and self.lack else self.who or self.lack
        who = "" if self.names_them else who
        said = f"{who}: {self.sentence}" if who else self.sentence
        return f"{said.rstrip('.')} ({self.doubt})." if self.doubt else said

    @property
    def places(self) -> str:
        """Return where its facts stand, each once; nothing where the sentence names the file of each."""
        if self.names_files:
            return ""
        return "; ".join(dict.fromkeys(fact.place for fact in self.facts if fact.place))


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step in words, who decides on it, and what its cell or row says before and after."""

    who: str
    sentence: str
    file: str
    row: str
    column: str
    before: str
    after: str
    price: int


@dataclass(frozen=True, slots=True)
class ToldWay:
    """A way out in words: whom to ask, what it costs in points of trouble, what it brings, and whom it harms, blank where nobody."""

    number: int
    who: str
    points: int
    outcome: str
    harm: str
    steps: tuple[ToldStep, ...]

    @property
    def line(self) -> str:
        """Return the way out as one line, without its steps."""
        brings = f"{self.outcome}; {self.harm}" if self.harm else self.outcome
        return f"Ask {self.who}: {brings} ({count(self.points, 'point')})."

    @property
    def asks_several(self) -> bool:
        """Return whether more than one has to agree: then each step says who."""
        return len({step.who for step in self.steps}) > 1


def headline(problem: Problem, schedule: Schedule, bound: int, labels: Labels) -> tuple[str, ...]:
    """Return how many are short of how much, then, in a sentence of its own, who lacks what."""
    short, everybody = people_short(problem, schedule)
    groups = [told(row, problem, labels) for row in groups_short(problem, schedule)]
    minutes = goal_values(problem, schedule)[GoalId.UNMET_NEED].value
    if not minutes:
        return (f"All {count(everybody, 'participant')} have everything.",)
    proof = "proven the least" if bound >= minutes else f"at best {hours(bound)}"
    are = "is" if len(short) == 1 else "are"
    first = (
        f"{len(short)} of {count(everybody, 'participant')} {are} short; what is lacking counts as {hours(minutes)} of "
        f"unmet need, {proof}."
    )
    who = [
        f"{labels.participant(row.participant.id)} {facts(row)}" for row in short[:MOST_NAMED] if labels.shows_people
    ]
    if len(short) > MOST_NAMED and who:
        who.append(f"{len(short) - MOST_NAMED} more lack something")
    parts = [*who, *filter(None, groups)]
    return (first, f"{'; '.join(parts)}.") if parts else (first,)


def alone_line(person: str, minutes: int) -> str:
    """Return that somebody is short whatever the week is like."""
    return f"{person} lacks {hours(minutes)} even with the clinic to themselves, whatever the week is like."


def again_line(minutes: int) -> str:
    """Return how much less would be unmet if the week were only solved again; without its full stop."""
    return f"Solving again leaves {hours(minutes)} less unmet without any change"


def told_causes(causes: Iterable[CauseAnswer], problem: Problem, labels: Labels) -> tuple[ToldCause, ...]:
    """Return causes in words, numbered in their order."""
    return tuple(told_cause(cause, number, problem, labels) for number, cause in enumerate(causes, start=1))


def told_cause(cause: CauseAnswer, number: int, problem: Problem, labels: Labels) -> ToldCause:
    """Return one cause in words."""
    counted = ""
    if cause.demand is not None and cause.supply is not None:
        counted = (
            f"asked {cause.demand}, there {'is' if cause.supply == 1 else 'are'} {cause.supply} {cause.unit}".rstrip()
        )
    named = {ref.id for ref in cause.sentence.refs}
    return ToldCause(
        number=number,
        who=some_people(cause.participants, labels),
        lack=hours(cause.minutes) if cause.minutes else "",
        sentence=told(cause.sentence, problem, labels),
        facts=tuple(told_fact(fact, problem, labels) for fact in cause.facts),
        count=counted,
        doubt="" if cause.is_proven else UNPROVEN,
        names_them=labels.shows_people and set(cause.participants[:1]) <= named,
        names_files={fact.file for fact in cause.facts} <= named,
    )


def told_fact(fact: CellFact, problem: Problem, labels: Labels) -> ToldFact:
    """Return a fact in words; nobody is shown where labels show nobody."""
    place = place_of(fact.file, _shown_id(fact.id, problem, labels), fact.column)
    value = fact.value if labels.shows_people else ""
    return ToldFact(fact.file, place, value, told(fact.sentence, problem, labels))


def told_ways(ways: Iterable[WayOut], problem: Problem, labels: Labels) -> tuple[ToldWay, ...]:
    """Return ways out in words, as they are numbered."""
    return tuple(told_way(way, problem, labels) for way in ways)


def told_way(way: WayOut, problem: Problem, labels: Labels) -> ToldWay:
    """Return one way out in words; its steps are in the order of whoever decides on them."""
    nearest = sorted(way.steps, key=lambda step: tuple(Decider).index(step.decider))
    return ToldWay(
        number=way.number,
        who=whom_to_ask(way.steps, labels),
        points=way.price,
        outcome=outcome(way, labels),
        harm=_harm(way, labels),
        steps=tuple(told_step(step, problem, labels) for step in nearest),
    )


def whom_to_ask(steps: Sequence[WrittenStep], labels: Labels) -> str:
    """Return who decides on these steps, the nearest first: ``T05 and the director``."""
    found: list[str] = []
    for decider in Decider:
        own = [step for step in steps if step.decider is decider]
        if decider is Decider.THERAPIST and own:
            staff = dict.fromkeys(labels.therapist(step.id) for step in own)
            found += [_listed(list(staff))]
        elif own:
            found.append(WHO[decider])
    return _listed(found)


def outcome(way: WayOut, labels: Labels) -> str:
    """Return what a way out brings: ``everybody has everything``, or who has, and how much is still lacking."""
    if way.unmet_after == 0:
        return "everybody has everything"
    gain = way.unmet_before - way.unmet_after
    met = [effect.id for effect in way.helps if effect.after == 0]
    has = "has" if len(met) == 1 else "have"
    who = f"{some_people(met, labels)} {has} everything, " if met and labels.shows_people else ""
    proof = "" if way.bound_after >= way.unmet_after else ", perhaps less"
    return f"{who}{hours(gain)} less is lacking, {hours(way.unmet_after)} still {'is' if way.unmet_after == HOUR else 'are'}{proof}"


def _harm(way: WayOut, labels: Labels) -> str:
    if not way.harms:
        return ""
    if not labels.shows_people:
        return "somebody else has less"
    rows = (f"{labels.participant(effect.id)} lacks {hours(effect.after - effect.before)} more" for effect in way.harms)
    return f"but {', '.join(rows)}"


def told_step(step: WrittenStep, problem: Problem, labels: Labels) -> ToldStep:
    """Return one step in words."""
    whose = labels.therapist(step.id) if step.decider is Decider.THERAPIST else WHO[step.decider]
    return ToldStep(
        who=whose,
        sentence=told(step.sentence, problem, labels),
        file=step.file,
        row=_shown_id(step.id, problem, labels),
        column=step.column,
        before=_cells(step.old, labels),
        after=_cells(step.new, labels),
        price=step.price,
    )


def _cells(value: str | Mapping[str, str] | None, labels: Labels) -> str:
    """Return a cell, or the filled cells of a row without what is private; a row that is not there is blank."""
    if value is None or isinstance(value, str):
        return value or ""
    if not labels.shows_people:
        return "a row"
    cells = (f"{column}: {cell}" for column, cell in value.items() if cell and column not in PRIVATE_COLUMNS)
    return ", ".join(cells)


def place_of(file: str, row: str, column: str) -> str:
    """Return where something stands: ``therapists.csv, T02, availability``."""
    return ", ".join(part for part in (file, row, column) if part)


def _shown_id(row: str, problem: Problem, labels: Labels) -> str:
    """Return the id of a row as a reader may see it, where it is somebody's."""
    return labels.participant(row) if row in problem.participant else row


def some_people(ids: Sequence[str], labels: Labels) -> str:
    """Return the first few people, and how many more there are; their number where nobody is shown."""
    if not ids:
        return ""
    if not labels.shows_people:
        return count(len(ids), "participant")
    shown = [labels.participant(key) for key in ids[:MOST_NAMED]]
    if len(ids) > MOST_NAMED:
        return f"{', '.join(shown)} and {len(ids) - MOST_NAMED} more"
    return _listed(shown)


def _listed(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
