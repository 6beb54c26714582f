"""Which ways out are told: the cheapest that gives everybody everything, the best single step, and others that differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from iopsched.answers.base import Base, Budget
from iopsched.answers.explanation import WayKind, WayOut
from iopsched.answers.waysout.market import Market
from iopsched.answers.waysout.solvedagain import Checked, Checker
from iopsched.domain.outcome import Infeasible
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.priced import Wish
from iopsched.rulebook.steps import Decider
from iopsched.search.bargains import Bargain
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.steps.offer import OfferedStep
from iopsched.words.sentence import Sentence

MOST_SHOWN = 5
MOST_OTHERS = 8
SHARE_OF_COMPLETE = 0.5
"""Of the time, for the cheapest way out that gives everybody everything."""
SHARE_OF_SINGLE = 0.3


@dataclass(frozen=True, slots=True)
class WaysFound:
    """Ways out in the order in which they are told, and what time did not allow."""

    ways: tuple[WayOut, ...] = ()
    unfinished: tuple[Sentence, ...] = ()


def cheapest_steps(
    problem: Problem,
    week: Schedule,
    people: Collection[str],
    most: Mapping[str, int],
    offers: Sequence[OfferedStep],
    budget: Budget,
) -> tuple[OfferedStep, ...] | None:
    """Return the cheapest steps with which these people have all they need, by id; None where none were found in time.

    ``most`` are the minutes that others may lack, by participant; who is not named may lack nothing.
    """
    market = Market(problem, week, people, offers, budget)
    limits = {row.id: most.get(row.id, 0) for row in problem.participants} | dict.fromkeys(people, 0)
    found = _cheapest(market, Wish(limits=limits), 1.0)
    return None if found is None else tuple(market.offers[number] for number in sorted(found.taken))


def _cheapest(market: Market, asked: Wish, share: float) -> Bargain | None:
    """Return the best bargain of one opening after another, each larger, as far as the time goes."""
    until_s = market.budget.left_s * (1 - share)
    best: Bargain | None = None
    for ring in range(len(market.rings)):
        left_s = market.budget.left_s - until_s
        if ring and left_s <= 0:
            break
        found, _ = market.strike(asked, ring, left_s)
        if found is not None and (best is None or found.rank < best.rank):
            best = found
    return best


def find_ways_out(
    base: Base | Infeasible,
    offers: Sequence[OfferedStep],
    budget: Budget,
    files: ClinicFiles | None,
    *,
    is_all: bool = False,
) -> WaysFound:
    """Return ways out of what people lack in a week, each solved again in the clinic that its steps make.

    ``files`` are the clinic's, in which the steps are written and which are read again.
    """
    if isinstance(base, Infeasible) or not offers or not base.minutes:
        return WaysFound()
    market = Market(base.problem, base.schedule, base.unmet, offers, budget)
    checker = Checker(base, market, files)
    found = _Selection(base, market, checker).ways()
    shown = found if is_all else found[:MOST_SHOWN]
    return WaysFound(tuple(checker.told(way, kind, number) for number, (kind, way) in enumerate(shown, start=1)))


class _Selection:
    """Looks for ways out one after another, and keeps those that were solved again."""

    def __init__(self, base: Base, market: Market, checker: Checker) -> None:
        self.base = base
        self.market = market
        self.checker = checker
        self.found: dict[frozenset[int], Checked] = {}

    def ways(self) -> list[tuple[WayKind, Checked]]:
        """Return what is told, in order."""
        cheapest = _cheapest(self.market, Wish(), SHARE_OF_COMPLETE)
        complete = self._keep(cheapest)
        single = self._single()
        for asked in self._others(complete, single):
            if self.market.is_over or len(self.found) >= MOST_OTHERS:
                break
            other, _ = self.market.strike(asked, 0, 0.25 * self.market.budget.left_s)
            self._keep(other)
        return self._told(complete, single)

    def _keep(self, bargain: Bargain | None) -> Checked | None:
        """Return a bargain that was solved again, without steps that can be spared; None where it does not help."""
        if bargain is None or not bargain.taken or bargain.unmet >= self.market.start.unmet:
            return None
        checked = self.checker.check(bargain)
        if checked is not None and checked.unmet < self.market.start.unmet:
            self.found.setdefault(checked.taken, checked)
            return self.found[checked.taken]
        return None

    def _single(self) -> Checked | None:
        return self._keep(_cheapest(self.market, Wish(most=1), SHARE_OF_SINGLE))

    def _others(self, complete: Checked | None, single: Checked | None) -> Iterator[Wish]:
        """Yield what else is asked: without what is known, in part or as a whole, or without those who decide last."""
        known = complete.taken if complete is not None else frozenset()
        deciders = [offer.decider for offer in self.market.offers]
        order = list(Decider)
        if known:
            yield Wish(without=known)
        farthest = max((order.index(deciders[number]) for number in known), default=len(order) - 1)
        for last in range(farthest):
            yield Wish(without=frozenset(n for n, who in enumerate(deciders) if order.index(who) > last))
        if single is not None:
            yield Wish(without=single.taken, most=1)
        for number in sorted(known, key=lambda n: (-self.market.offers[n].price, n)):
            yield Wish(without=frozenset([number]))
        yield Wish(known=tuple(self.found))
        yield Wish(known=tuple(self.found), most=1)

    def _told(self, complete: Checked | None, single: Checked | None) -> list[tuple[WayKind, Checked]]:
        """Return the ways that are worth telling: first the complete one and the single step, then others by what they bring."""
        first: list[tuple[WayKind, Checked]] = []
        if complete is not None and complete.unmet == 0:
            first.append(("complete", complete))
        if single is not None and all(single is not other for _, other in first):
            first.append(("single", single))
        taken = {id(way) for _, way in first}
        rest = [way for way in self.found.values() if id(way) not in taken]
        rest.sort(key=lambda way: (way.unmet, way.price, self.checker.farthest(way), sorted(way.taken)))
        return first + [("other", way) for way in rest if self._is_worth(way, [other for _, other in first] + rest)]

    def _is_worth(self, way: Checked, others: Sequence[Checked]) -> bool:
        """Return whether no other way brings as much at no higher price, from people who are no farther away."""
        return not any(other is not way and other.taken < way.taken and other.unmet <= way.unmet for other in others)
