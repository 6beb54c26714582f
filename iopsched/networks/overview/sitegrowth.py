"""What one more of something would bring a site, as rows; they are kept with the report, so that nothing is asked twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from iopsched.answers.capacity.capacityanswer import KindAnswer
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.networks.growthtask import RESOURCES, Growth, OneMore
from iopsched.networks.overview.nightrows import CapacityRow, HelpRow
from iopsched.networks.overview.skillneeds import nameless
from iopsched.reports.reporttable import facts_of, row_from
from iopsched.rulebook.steps import StepKind
from iopsched.words.wording import listed

OF_STEP: Mapping[StepKind, str] = {
    StepKind.STAFF_HOURS: "therapist",
    StepKind.STAFF_WINDOW: "therapist",
    StepKind.EXTRA_STAFF: "therapist",
    StepKind.NEW_SKILL: "therapist",
    StepKind.COVER: "therapist",
    StepKind.DROP_TIME_OFF: "therapist",
    StepKind.ROOM_WINDOW: "room",
    StepKind.EXTRA_ROOM: "room",
    StepKind.EXTRA_SESSION: "session",
    StepKind.NEW_GROUP: "group",
    StepKind.RAISE_SIZE: "places",
}
"""Of what there is more after a step; other steps ask something of participants, which only their own site can."""
WHAT = {
    "therapist": "one more therapist with every skill, there whenever the clinic is open",
    "room": "one more room like the largest, free whenever the clinic is open",
}
MOST_STEPS = 3
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class SiteGrowth:
    """What was asked of one site: ``key`` stands for its week, ``seconds`` is how long it was asked; ranks of ``helping`` are 0."""

    site: str
    key: str
    seconds: float = 0.0
    helping: tuple[HelpRow, ...] = ()
    capacity: tuple[CapacityRow, ...] = ()
    unfinished: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return it for a machine; :meth:`from_json` reads it."""
        return {
            "site": self.site,
            "key": self.key,
            "seconds": self.seconds,
            "help": [facts_of(row) for row in self.helping],
            "capacity": [facts_of(row) for row in self.capacity],
            "unfinished": list(self.unfinished),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> SiteGrowth:
        """Return what :meth:`as_json` told.

        Raises
        ------
        KeyError, TypeError
            If it is something else.
        """
        return cls(
            str(told["site"]),
            str(told["key"]),
            float(told["seconds"]),
            tuple(row_from(HelpRow, row) for row in told["help"]),
            tuple(row_from(CapacityRow, row) for row in told["capacity"]),
            tuple(map(str, told["unfinished"])),
        )


def growth_told(site: str, key: str, found: Growth, seconds: float = 0.0) -> SiteGrowth:
    """Return an answer as rows: of each resource the best, and the cheapest further place."""
    rows = [row for resource in RESOURCES if (row := _best(site, found, resource)) is not None]
    priced = [
        row for row in found.kinds if row.price_of_next and all(step.kind in OF_STEP for step in row.price_of_next)
    ]
    if priced:
        rows.append(_place(site, found, min(priced, key=lambda row: (row.price, row.kind.title))))
    return SiteGrowth(
        site,
        key,
        seconds,
        tuple(rows),
        tuple(_capacity(site, row) for row in found.kinds),
        tuple(map(nameless, found.unfinished)),
    )


def _best(site: str, found: Growth, resource: str) -> HelpRow | None:
    """Return what a resource brings; None where it was found to bring nothing."""
    rows = [row for row in found.more if row.resource == resource and row.after < found.minutes]
    if not rows:
        return None
    best = min(rows, key=lambda row: (row.after, len(row.days), row.days))
    alike = [row.days[0] for row in rows if row.after == best.after and len(row.days) == 1]
    return HelpRow(
        0,
        site,
        resource,
        WHAT.get(resource) or _evening(best, alike),
        found.minutes - best.after,
        best.after,
        0,
        None,
        "proven" if best.bound >= best.after else "at least",
    )


def _evening(best: OneMore, alike: list[int]) -> str:
    days = [WEEKDAYS[day] for day in alike or best.days]
    said = " or ".join(filter(None, (", ".join(days[:-1]), days[-1]))) if alike else listed(days)
    return f"all staff and rooms there on {said} evening"


def _place(site: str, found: Growth, kind: KindAnswer) -> HelpRow:
    steps = [nameless(step.sentence) for step in kind.price_of_next]
    more = f" And {len(steps) - MOST_STEPS} more steps." if len(steps) > MOST_STEPS else ""
    things = dict.fromkeys(OF_STEP[step.kind] for step in kind.price_of_next)
    return HelpRow(
        0,
        site,
        ", ".join(things),
        f"One more {kind.kind.title}: {' '.join(steps[:MOST_STEPS])}{more}",
        0,
        found.minutes,
        1,
        kind.price,
        "found",
    )


def _capacity(site: str, row: KindAnswer) -> CapacityRow:
    kind = row.kind
    limits = " ".join(nameless(fact.sentence) for fact in row.limited_by) or NOT_KNOWN
    price = row.price if row.price_of_next else None
    return CapacityRow(site, kind.population, kind.track, kind.part, row.more, row.bound, limits, price)


def ranked(growths: Iterator[SiteGrowth]) -> tuple[HelpRow, ...]:
    """Return what helps over all sites: what heals most first, then the places that are least trouble."""
    rows = [row for growth in growths for row in growth.helping]
    rows.sort(key=lambda row: (-row.healed_minutes, row.points or 0, row.site, row.resource))
    return tuple(replace(row, rank=place) for place, row in enumerate(rows, start=1))
