"""How many more people can come, in words for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from iopsched.answers.capacity.capacityanswer import Capacity, KindAnswer, ReferralAnswer, TogetherAnswer
from iopsched.cli.console import out
from iopsched.views.capacitylines import kind_line, later_line, referral_line, together_line
from iopsched.words.phrases import count, long_date

if TYPE_CHECKING:
    from iopsched.work.explanations import Questioned


MOST_SHOWN = 3
"""How many cells and steps of one kind the screen shows."""


class CapacityScreen:
    """Prints answers as they come: the waitlist at once, each who waits alone, then kinds; at the end what came later."""

    def __init__(self, question: Questioned, *, is_mute: bool, moves_nobody: bool) -> None:
        self._is_mute = is_mute
        self._kinds = 0
        problem = question.given.problem
        self._waiting = len(problem.waitlist)
        stays = ", and no session moves" if moves_nobody else ""
        self._tell(
            f"Week of {long_date(problem.week)}: who more could come; nobody who is there now lacks more then{stays}.\n"
        )

    def on_part(self, part: TogetherAnswer | ReferralAnswer | KindAnswer) -> None:
        """Print one answer."""
        match part:
            case TogetherAnswer():
                if self._waiting:
                    self._tell(together_line(part, self._waiting))
            case ReferralAnswer():
                self._tell(f"  {referral_line(part)}")
            case _:
                if not self._kinds:
                    self._tell(
                        "\nRoom for more, if nobody of the waitlist came:" if self._waiting else "Room for more:"
                    )
                self._kinds += 1
                self._tell(f"  {kind_line(part)}")

    def end(self, found: Capacity) -> None:
        """Print what came after the first answers."""
        for line in _later_lines(found):
            self._tell(line)

    def written(self, paths: Iterable[Path]) -> None:
        """Print where the answer was written."""
        for path in paths:
            self._tell(str(path))

    def _tell(self, line: str) -> None:
        if not self._is_mute:
            out(line)


def _later_lines(found: Capacity) -> Iterator[str]:
    limited = [row for row in found.kinds if row.price_of_next]
    limited.sort(key=lambda row: row.price)
    if limited:
        yield "\nWhat breaks first, the cheapest further place first:"
        yield from (f"  {limit_line(row)}" for row in limited)
    waits = [row for row in found.waitlist if not row.can_start]
    if waits:
        yield "\nLater weeks:"
        yield from (f"  {later_line(row)}" for row in waits)
    if found.places:
        yield "\nLeft in this week as it is, if nothing moves:"
        yield from (f"  {row}" for row in found.places)
    if found.people:
        lack = "participant lacks" if found.people == 1 else "participants lack"
        yield f"\n{found.people} {lack} something already: `iopsched explain` says what would help."
    if found.unfinished:
        yield ""
        yield from (f"Not finished: {row}" for row in found.unfinished)


def limit_line(row: KindAnswer) -> str:
    """Return what one more of a kind lacks, and the cheapest steps to have it."""
    facts = " ".join(str(fact.sentence) for fact in row.limited_by[:MOST_SHOWN])
    steps = " ".join(str(step.sentence) for step in row.price_of_next[:MOST_SHOWN])
    left = len(row.price_of_next) - MOST_SHOWN
    rest = f" And {count(left, 'more step', 'more steps')}: --json has them." if left > 0 else ""
    return f"{row.kind.title}: {facts}\n    One more costs {row.price}: {steps}{rest}"
