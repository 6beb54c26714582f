"""Which ways out are told: the cheapest that gives everybody everything, the best single step, and others that differ."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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
from iopsched.verifier import unmet_minutes
from iopsched.words.sentence import Sentence

MOST_SHOWN = 5
MOST_FOUND = 9
LEAST_SHOWN = 4
SHARES_OF_COMPLETE = (0.5, 0.35, 0.45)
"""Of the time left, for the cheapest complete way out, by how much of the week is opened."""
SHARE_OF_PLAIN = 0.3
"""Of the time left, for a complete way out without dear steps."""
SHARE_OF_SINGLE = 0.15
SHARE_OF_OTHERS = 0.2
MOST_LEFT_OUT = 3


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
    wish = Wish(limits=_limits(problem, people, most))
    found, _ = _cheapest(market, wish)
    return None if found is None else tuple(market.offers[number] for number in sorted(found.taken))


def _limits(problem: Problem, people: Collection[str], most: Mapping[str, int]) -> dict[str, int]:
    return {row.id: most.get(row.id, 0) for row in problem.participants} | dict.fromkeys(people, 0)


def _cheapest(market: Market, wish: Wish) -> tuple[Bargain | None, bool]:
    """Return the best bargain of one opening after another, each larger, and whether nothing at all is cheaper."""
    best, is_proven = _plain(market, wish), False
    for ring in range(len(market.rings)):
        best, is_proven = _better(market, wish, ring, best)
    return best, is_proven


def _plain(market: Market, wish: Wish) -> Bargain | None:
    """Return the best bargain without dear steps, near the week: soon known. None where there is nothing dear to leave out."""
    if len(market.tiers) == 1:
        return None
    return market.strike(wish, 0, SHARE_OF_PLAIN * market.budget.left_s, tier=0)[0]


def _better(market: Market, wish: Wish, ring: int, best: Bargain | None) -> tuple[Bargain | None, bool]:
    """Return the best bargain of an opening or the one that is known, and whether the opening has no better one."""
    share = SHARES_OF_COMPLETE[min(ring, len(SHARES_OF_COMPLETE) - 1)]
    found, is_proven = market.strike(wish, ring, share * market.budget.left_s)
    if found is not None and (best is None or _rank(found, wish) < _rank(best, wish)):
        best = found
    return best, is_proven


def _rank(bargain: Bargain, wish: Wish) -> tuple[int, int]:
    return (bargain.price, bargain.unmet) if wish.limits else (bargain.unmet, bargain.price)


def find_ways_out(
    base: Base | Infeasible,
    offers: Sequence[OfferedStep],
    budget: Budget,
    files: ClinicFiles | None,
    on_way: Callable[[WayOut], None] = lambda _: None,
    *,
    is_all: bool = False,
) -> WaysFound:
    """Return ways out of what people lack in a week, each solved again in the clinic that its steps make.

    ``base.unmet`` are those who are asked about; nobody else may lack more than in the week. ``files`` are the clinic's, in
    which the steps are written and which are read again. ``on_way`` hears of each as it is found, numbered in that order.
    """
    if isinstance(base, Infeasible) or not offers or not base.minutes:
        return WaysFound()
    market = Market(base.problem, base.schedule, base.unmet, offers, budget)
    selection = _Selection(base, market, Checker(base, market, files), on_way)
    found = selection.ways()
    shown = found if is_all else found[:MOST_SHOWN]
    told = tuple(selection.checker.told(way, kind, number) for number, (kind, way) in enumerate(shown, start=1))
    return WaysFound(told, tuple(selection.unfinished()))


class _Selection:
    """Looks for ways out one after another, and keeps those that were solved again."""

    def __init__(self, base: Base, market: Market, checker: Checker, on_way: Callable[[WayOut], None]) -> None:
        self.base = base
        self.market = market
        self.checker = checker
        self.on_way = on_way
        self.found: dict[frozenset[int], Checked] = {}
        self.is_cheapest = False
        self.tier = -1
        before = unmet_minutes(base.problem, base.schedule)
        others = any(minutes and key not in base.unmet for key, minutes in before.items())
        self.wish = Wish(limits=_limits(base.problem, base.unmet, before)) if others else Wish()

    def ways(self) -> list[tuple[WayKind, Checked]]:
        """Return what is told, in order."""
        market = self.market
        near = _plain(market, self.wish)
        best = self._keep(near)
        if best is not None and self._is_complete(best):
            self.tier = 0  # nothing dear is needed
        near, self.is_cheapest = _better(market, self.wish, 0, near)
        best = self._keep(near) or best
        step = None
        if best is None or len(best.taken) > 1 or not self._is_complete(best):
            step = self._single(best)
        cheapest = self._wider(near)
        complete = self._keep(cheapest) or best
        if complete is not None and self._is_complete(complete) and len(complete.taken) == 1:
            step = complete
        elif step is None:
            found, _ = market.strike(Wish(most=1), len(market.rings) - 1, SHARE_OF_SINGLE * market.budget.left_s)
            step = self._keep(found)
        for wish in self._others(complete, step):
            if market.is_over or len(self.found) >= MOST_FOUND:
                break
            other, _ = market.strike(wish, 0, SHARE_OF_OTHERS * market.budget.left_s, self.tier)
            self._keep(other)
        return self._told()

    def _single(self, known: Checked | None) -> Checked | None:
        """Return the best step alone, first of those on rows that a known way out changes: these are soon tried."""
        market, step = self.market, None
        if known is not None:
            rows = {(market.offers[number].file, market.offers[number].key) for number in known.taken}
            far = (n for n, offer in enumerate(market.offers) if (offer.file, offer.key) not in rows)
            wish = Wish(most=1, without=frozenset(far))
            step = self._keep(market.strike(wish, 0, SHARE_OF_SINGLE * market.budget.left_s, self.tier)[0])
        found, _ = market.strike(Wish(most=1), 0, SHARE_OF_SINGLE * market.budget.left_s, self.tier)
        other = self._keep(found)
        return min(filter(None, (step, other)), key=lambda way: (way.unmet, way.price), default=None)

    def _wider(self, near: Bargain | None) -> Bargain | None:
        """Return the best bargain with more and more of the week opened."""
        best = near
        for ring in range(1, len(self.market.rings)):
            best, self.is_cheapest = _better(self.market, self.wish, ring, best)
        return best

    def unfinished(self) -> Iterator[Sentence]:
        """Yield what time did not allow."""
        if not self.found and not self.is_cheapest:
            yield Sentence("Time ended before it was known what would help.")
        elif not self.is_cheapest:
            yield Sentence("It is not certain that no way out is cheaper: there was no time to try all of them.")

    def _is_complete(self, way: Checked) -> bool:
        """Return whether everybody who is asked about has everything."""
        if not self.wish.limits:
            return way.unmet == 0
        after = unmet_minutes(way.problem, way.week)
        return not any(after.get(key) for key in self.base.unmet)

    def _keep(self, bargain: Bargain | None) -> Checked | None:
        """Return a bargain that was solved again, without steps that can be spared; None where it does not help."""
        if bargain is None or not bargain.taken or bargain.unmet >= self.market.start.unmet:
            return None
        if bargain.taken in self.found:
            return self.found[bargain.taken]
        checked = self.checker.check(bargain)
        if checked is None or checked.unmet >= self.market.start.unmet:
            return None
        if checked.taken not in self.found:
            self.found[checked.taken] = checked
            self.on_way(self.checker.told(checked, "other", len(self.found)))
        return self.found[checked.taken]

    def _others(self, complete: Checked | None, single: Checked | None) -> Iterator[Wish]:
        """Yield what else is asked: without what is known, in part or as a whole, or without those who decide last."""
        known = complete.taken if complete is not None else frozenset()
        deciders = [offer.decider for offer in self.market.offers]
        order = list(Decider)
        limits = self.wish.limits
        if known:
            yield Wish(without=known, limits=limits)
        farthest = max((order.index(deciders[number]) for number in known), default=len(order) - 1)
        for last in reversed(range(farthest)):
            far = frozenset(number for number, who in enumerate(deciders) if order.index(who) > last)
            yield Wish(without=far)
        yield Wish(most=1, without=known if single is None else known | single.taken)
        dearest = sorted(known, key=lambda number: (-self.market.offers[number].price, number))
        for number in dearest[:MOST_LEFT_OUT]:
            yield Wish(without=frozenset([number]), limits=limits)
        for _ in range(MOST_FOUND):
            if len(self.found) >= LEAST_SHOWN:
                return
            before = len(self.found)
            yield Wish(known=tuple(self.found), most=1)
            yield Wish(known=tuple(self.found), limits=limits)
            if len(self.found) == before:
                return

    def _told(self) -> list[tuple[WayKind, Checked]]:
        """Return the ways that are worth telling: the cheapest complete one, the best single step, then by what they bring."""

        def rank(way: Checked) -> tuple[object, ...]:
            return way.unmet, way.price, self.checker.farthest(way), sorted(way.taken)

        ways = sorted(self.found.values(), key=rank)
        complete = [way for way in ways if self._is_complete(way)]
        complete.sort(key=lambda way: (way.price, self.checker.farthest(way), sorted(way.taken)))
        first: list[tuple[WayKind, Checked]] = [("complete", way) for way in complete[:1]]
        singles = [way for way in ways if len(way.taken) == 1]
        if singles and not (complete and len(complete[0].taken) == 1):
            first.append(("single", singles[0]))
        kept = [way for _, way in first]
        spare: list[Checked] = []
        for way in ways:
            if way in kept:
                continue
            (kept if self._is_worth(way, kept) else spare).append(way)
        kept += spare[: max(0, LEAST_SHOWN - len(kept))]
        kinds: dict[int, WayKind] = {id(way): kind for kind, way in first}
        return [(kinds.get(id(way), "other"), way) for way in kept]

    def _is_worth(self, way: Checked, others: Sequence[Checked]) -> bool:
        """Return whether no other way brings as much at no higher price, by asking nobody else."""
        return not any(
            other.unmet <= way.unmet and other.price <= way.price and self._asked(other) <= self._asked(way)
            for other in others
        )

    def _asked(self, way: Checked) -> frozenset[tuple[str, str]]:
        """Return whose rows a way out changes."""
        rows = (self.market.offers[number] for number in way.taken)
        return frozenset((row.file, row.key[0] if row.key else "") for row in rows)
