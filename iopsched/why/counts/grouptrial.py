"""One group under changed facts: how often it could meet if something were otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from iopsched.domain.people import HeldModality, Therapist
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.model.candidates import CandidateFactory
from iopsched.model.filters import Filters, Frame, none
from iopsched.rulebook import ALL_RULES, RuleId
from iopsched.why.counts.ledger import Ledger, Spot
from iopsched.why.counts.ways import Ways, leads_at
from iopsched.words.sentence import Sentence
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said


@dataclass(frozen=True, slots=True)
class ShortGroup:
    """A group that can meet ``found`` times, on ``days``, where its row asks for more."""

    group: Group
    service: Service
    found: int
    days: tuple[int, ...]

    @property
    def told(self) -> Sentence:
        """Return how often it can meet, in words."""
        days = f" ({listed(WEEKDAYS[day] for day in self.days)})" if self.days else ""
        return Sentence(
            "Group {} can meet {} of {} times this week{}", *(quoted(self.group.id), self.found),
            *(self.group.sessions_per_week, days),
        )  # fmt: skip

    @property
    def otherwise(self) -> str:
        """Return what makes the number true, whatever the reason."""
        if not self.found:
            return said("delete the row in {groups.csv}")
        return said("write {} in sessions_per_week in {groups.csv}", self.found)

    def spot(self, column: str) -> Spot:
        """Return a cell of the group's row."""
        return Spot("groups.csv", (self.group.id,), column)


class Trial:
    """Tries the facts about a group one by one, to find with which of them left out it could meet as often as it should."""

    def __init__(self, ways: Ways, ledger: Ledger, short: ShortGroup) -> None:
        self.ways, self.ledger, self.short = ways, ledger, short
        self.group, self.service = short.group, short.service

    def enough(self, leads: Mapping[int, Collection[str]], group: Group | None = None) -> bool:
        """Return whether a group meets as often as it should with these leads at each start."""
        return self.ways.possible(group or self.group, leads) >= self.group.sessions_per_week

    def who_may_lead(self) -> list[Therapist]:
        """Return those who may lead the group, at whatever hour."""
        modalities: tuple[HeldModality, ...] = self.ways.terms.modalities(self.service, self.group)
        loose = Filters(self.ways.terms, replace(self.ways.scope, rules=ALL_RULES - {RuleId.WINDOW, RuleId.STAFF_LOAD}))
        return [
            row
            for row in self.ways.problem.therapists
            if any(
                none(loose.to_lead(row, Frame(self.service, self.group, self.group.population, 0, modality)))
                for modality in modalities
            )
        ]

    def leads(
        self,
        ways: Ways,
        *,
        group: Group | None = None,
        rules: frozenset[RuleId] = ALL_RULES,
        with_room: bool = True,
        with_staff: bool = True,
    ) -> dict[int, set[str]]:
        """Return who could lead at each start if something were otherwise."""
        asked = group or self.group
        problem = ways.problem
        if group is not None:
            problem = replace(problem, groups=tuple(group if row.id == group.id else row for row in problem.groups))
            ways = Ways(problem)
        scope = replace(ways.scope, services=(self.service,), rules=rules)
        made = CandidateFactory(ways.terms, scope).of_group(self.service, asked)
        return leads_at(
            c for c in made if (not with_staff or ways.is_staffed(c)) and (not with_room or ways.has_room(c))
        )

    def tell(self, code: str, column: str, message: Sentence, remedy: str) -> None:
        """Warn at a cell of the group's row."""
        self.ledger.tell(code, self.short.spot(column), message, remedy)
