"""How many sessions of each service a participant could have at most, on which days, and how many minutes that makes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from iopsched.domain.people import Participant
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, Windows
from iopsched.model.terms import accepts
from iopsched.why.counts.ways import NO_LIMIT, Ways, most_on_days


@dataclass(frozen=True, slots=True)
class Chance:
    """At most ``most`` sessions a week of a service, each of ``minutes`` that count, and at most so many on each day."""

    service: Service
    minutes: int
    most: int
    by_day: Mapping[int, int]

    @property
    def total(self) -> int:
        """Return the most sessions of the week that its days allow."""
        return min(self.most, sum(self.by_day.values()))

    @property
    def per_day(self) -> int:
        """Return the most sessions on one day."""
        return min(self.most, max(self.by_day.values(), default=0))


class Chances:
    """What one participant could have at most. Nothing here asks whether others leave room for it.

    ``mended`` are groups that are taken to meet as often as they should, on whatever open days. ``asks_dates`` and
    ``asks_apart``: whether the dates of the authorization, and who leads that is kept apart, count.
    """

    def __init__(
        self,
        ways: Ways,
        person: Participant,
        *,
        asks_dates: bool = True,
        asks_apart: bool = True,
        mended: Collection[str] = (),
    ) -> None:
        self.ways, self.person, self.terms = ways, person, ways.terms
        self._asks_dates = asks_dates
        self._rivals = ways.apart[person.id] if asks_apart else frozenset[str]()
        self._asks_all = asks_dates and asks_apart
        self._mended = mended

    @cached_property
    def of_service(self) -> Mapping[str, Chance]:
        """Return the chance of each service that is not 0."""
        found = (self._chance(service) for service in self.ways.problem.services)
        return {chance.service.id: chance for chance in found if chance.total}

    @property
    def countable(self) -> list[Chance]:
        """Return the chances that count toward hours."""
        return [chance for chance in self.of_service.values() if chance.minutes]

    def _chance(self, service: Service) -> Chance:
        demand = self.terms.demand(self.person, service)
        most = NO_LIMIT if demand.most is None else demand.most
        minutes = self.terms.countable_minutes(service)
        if self.ways.problem.groups_of.get(service.id):
            found, by_day = self._in_groups(service, demand.per_day)
            most = min(most, found)
        else:
            by_day = self.ways.days_alone(self.person, service, demand.per_day)
        if minutes:
            by_day = {day: number for day, number in by_day.items() if self._may_count(day)}
        return Chance(service, minutes, most if minutes <= self.terms.max_minutes_per_day(self.person) else 0, by_day)

    def _may_count(self, day: int) -> bool:
        return not self._asks_dates or self.terms.is_authorized(self.person, day)

    def _in_groups(self, service: Service, per_day: int) -> tuple[int, dict[int, int]]:
        """Return the most sessions in one closed group or all open ones, and the most of any on each day."""
        closed, any_open, days = 0, 0, defaultdict[int, int](int)
        for group in self.ways.problem.groups_of[service.id]:
            most, held = self._in_group(group, service, per_day)
            if not most:
                continue
            for day, number in held.items():
                days[day] = max(days[day], number) if group.membership == "closed" else days[day] + number
            if group.membership == "closed":
                closed = max(closed, most)
            else:
                any_open += most
        return max(closed, any_open), {day: min(number, per_day or number) for day, number in days.items()}

    def _in_group(self, group: Group, service: Service, per_day: int) -> tuple[int, dict[int, int]]:
        if group.id in self._mended and self.ways.may_join(self.person, group):
            return group.sessions_per_week, dict.fromkeys(self.ways.terms.open_days, 1)
        starts = self.ways.starts_of.get((self.person.id, group.id), frozenset())
        if not self._asks_all and self.ways.may_join(self.person, group):
            free = self.ways.free(self.person, service)
            starts = frozenset(
                c.start
                for c in self.ways.of_group[group.id]
                if free.covers(c.start, c.end)
                and accepts(self.person.modality, c.modality)
                and not self._rivals.issuperset(c.lead_ids)
            )
        held = most_on_days(starts, service, per_day)
        return min(self.ways.held[group.id], sum(held.values())), held

    @cached_property
    def minutes_by_day(self) -> Mapping[int, int]:
        """Return the most countable minutes of each day on which there can be any."""
        limit = self.terms.max_minutes_per_day(self.person)
        found: dict[int, int] = defaultdict(int)
        for chance in self.countable:
            for day, number in chance.by_day.items():
                found[day] += min(number, chance.most) * chance.minutes
        return {day: min(minutes, limit, self._free_on(day)) for day, minutes in found.items()}

    def _free_on(self, day: int) -> int:
        return self._free.minutes_inside(day * DAY, (day + 1) * DAY)

    @cached_property
    def _free(self) -> Windows:
        found = Windows()
        for service in self.ways.problem.services:
            found = found.union(self.ways.free(self.person, service))
        return found

    def program_days(self, needed: int) -> list[int]:
        """Return the days on which so many countable minutes are possible."""
        return sorted(day for day, minutes in self.minutes_by_day.items() if minutes >= needed)

    @property
    def group_sessions(self) -> int:
        """Return the most sessions of kind group."""
        return sum(chance.total for chance in self.of_service.values() if chance.service.kind == "group")

    @property
    def most_minutes(self) -> int:
        """Return the most countable minutes of the week, within days, services, phase and authorization."""
        days = sorted(self.minutes_by_day.values(), reverse=True)[: self.terms.authorized_days(self.person)]
        phase = self.terms.clinic.phases.get(self.person.phase or "")
        left = NO_LIMIT if phase is None else phase.max_group_sessions
        total = 0
        for chance in sorted(self.countable, key=lambda chance: -chance.minutes):
            number = chance.total
            if chance.service.kind == "group":
                number = min(number, left)
                left -= number
            total += number * chance.minutes
        return min(total, sum(days))


def packed(chances: Sequence[Chance], needed: int) -> int:
    """Return a number of days that cannot be exceeded if each must hold so many minutes of these sessions.

    Where all sessions of some services together do not fill a day, each day needs one of the others besides: the minutes
    that are lacking, of which a session gives at most as many.
    """
    ordered = sorted(chances, key=lambda chance: -chance.total)
    best = NO_LIMIT
    for place in range(len(ordered) + 1):
        lacking = needed - sum(chance.per_day * chance.minutes for chance in ordered[:place])
        if lacking <= 0:
            break
        rest = sum(min(chance.minutes, lacking) * chance.total for chance in ordered[place:])
        best = min(best, rest // lacking)
    return best
