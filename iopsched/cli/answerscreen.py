"""An explanation on the terminal, as it comes: how much is lacking, each cause as soon as it is certain, then what would help."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from iopsched.cli.answertext import cause_lines, way_lines, wrapped
from iopsched.cli.console import out, talk, width
from iopsched.views.explained import ToldWay, again_line, alone_line, headline, told_cause, told_ways
from iopsched.views.labels import Labels
from iopsched.words.phrases import count, long_date, shown

if TYPE_CHECKING:
    from iopsched.answers.base import Base
    from iopsched.answers.explaining import Explained
    from iopsched.answers.explanation import CauseAnswer, WayOut
    from iopsched.domain.pins import Pin
    from iopsched.work.explanations import Questioned

MOST_CAUSES, MOST_WAYS = 4, 5
NOTHING_HELPS = (
    "No step was found that would help. Ratios, licenses, authorizations and numbers of payers, levels and rule sets are "
    "never offered: whoever granted them decides on them."
)
NOT_THROUGH = "Time ended before a step was found that would help; with more (`--time-limit`) one may be found."


class Screen:
    """Tells an explanation as it is found; ``people`` are those asked about; ``is_mute``: nothing at all, ``is_long``: every cause and way out, with each cell.

    It hears what :func:`iopsched.answers.explaining.explain` finds.
    """

    def __init__(self, question: Questioned, people: Collection[str], *, is_mute: bool, is_long: bool) -> None:
        self._question = question
        self._people = people
        self._is_mute = is_mute
        self._is_long = is_long
        self._heard: dict[str, CauseAnswer] = {}
        if not is_mute:
            problem = question.given.problem
            out(f"{problem.clinic.name}, week of {long_date(problem.week)}")

    def on_stage(self, stage: str, seconds: float) -> None:
        """Say what is being looked for, to the person at the keyboard only."""
        if not self._is_mute:
            talk(f"{stage} (at most {seconds:.0f} s).")

    def on_alone(self, person: str, minutes: int) -> None:
        """Tell somebody who is certainly short, before anything else is known."""
        self._say(*wrapped(f"{alone_line(person, minutes)} More follows.", width()))

    def on_base(self, base: Base, known: Base | None) -> None:
        """Say how much is lacking, and first what solving again would bring without any change."""
        asked = self._question
        self._say(*(line for said in self._beside(base, known) for line in wrapped(said, width())))
        met = (f"{person} has everything." for person in self._people if person not in base.unmet and base.unmet)
        for said in (*headline(asked.given.problem, base.schedule, base.bound, Labels()), *met):
            self._say(*wrapped(said, width()))

    def on_way(self, way: WayOut) -> None:
        """Leave it: ways out are told in their order, at the end."""

    def on_contradiction(self, pins: Sequence[Pin]) -> None:
        """Say that there is no week."""
        what = "rows of the tables contradict each other"
        if pins:
            what = f"{'this pin' if len(pins) == 1 else 'these pins'} cannot hold together with the other rules"
        self._say(f"There is no week: {what}.", *(f"  {pin}" for pin in pins))

    def _beside(self, base: Base, known: Base | None) -> Iterator[str]:
        """Yield what the week that the reader knows is beside the best one that is known."""
        asked = self._question
        if asked.schedule is not None and known is None:
            yield (
                f"The week in {asked.folder} breaks rules as the tables are now (`iopsched verify` lists them): the "
                "best week there is is explained instead."
            )
        if known is not None and known.minutes > base.minutes:
            where = f"{shown(asked.clinic)} --week {asked.given.week.isoformat()}"
            yield (
                f"{again_line(known.minutes - base.minutes)}: `iopsched solve {where}`. What follows explains that week."
            )

    def on_cause(self, cause: CauseAnswer) -> None:
        """Tell a cause; of many only the first, unless all are asked for."""
        if not self._heard:
            self._say("", "Why:")
        self._heard[cause.id] = cause
        if self._is_long or len(self._heard) <= MOST_CAUSES:
            told = told_cause(cause, len(self._heard), self._question.given.problem, Labels())
            self._say(*cause_lines(told, width(), is_long=self._is_long))

    def _hear_all(self, causes: Sequence[CauseAnswer]) -> None:
        """Tell the causes that nobody told yet, and what is new of the others: who shares one may be known only at the end."""
        numbers = {key: number for number, key in enumerate(self._heard, start=1)}
        for cause in causes:
            known = self._heard.get(cause.id)
            if known is None:
                self.on_cause(cause)
            elif known.sentence != cause.sentence and (self._is_long or numbers[cause.id] <= MOST_CAUSES):
                told = told_cause(cause, numbers[cause.id], self._question.given.problem, Labels())
                self._say(
                    *cause_lines(
                        replace(told, sentence=f"As is known now: {told.sentence}"), width(), is_long=self._is_long
                    )
                )

    def end(self, found: Explained) -> None:
        """Tell what would help, and what is open."""
        self._hear_all(found.explanation.causes)
        self._say(*self._rest(found))
        if found.was_interrupted and not self._is_mute:
            talk("Interrupted. What is told is certain all the same.")

    def _say(self, *lines: str) -> None:
        if lines and not self._is_mute:
            out("\n".join(lines))

    def _apply(self, way: ToldWay) -> str:
        """Return the command that takes a way out, if it still costs the same."""
        asked = self._question
        people = "".join(f" -p {person}" for person in self._people)
        where = f"{shown(asked.clinic)} --week {asked.given.week.isoformat()}{people}"
        return f"iopsched explain {where} --apply {way.number} --price {way.points} --out NEWFOLDER"

    def _rest(self, found: Explained) -> Iterator[str]:
        if len(self._heard) > MOST_CAUSES and not self._is_long:
            yield f"   and {count(len(self._heard) - MOST_CAUSES, 'more cause')} (--all)"
        ways = told_ways(found.explanation.ways_out, self._question.given.problem, Labels())
        if ways:
            yield ""
            yield "What would help:"
        for way in ways if self._is_long else ways[:MOST_WAYS]:
            yield from way_lines(way, width(), is_long=self._is_long)
        if len(ways) > MOST_WAYS and not self._is_long:
            yield f"   and {count(len(ways) - MOST_WAYS, 'more way out', 'more ways out')} (--all)"
        if ways:
            yield ""
            yield "To take one, in a copy:"
            yield f"  {self._apply(ways[0])}"
        elif found.standing in ("short", "contradiction") and not found.was_interrupted:
            yield ""
            yield from wrapped(NOTHING_HELPS if found.are_ways_through else NOT_THROUGH, width())
        if found.explanation.unfinished:
            yield ""
            yield "Not finished:"
        for sentence in found.explanation.unfinished:
            yield from wrapped(f"- {sentence}", width(), hang=2)
