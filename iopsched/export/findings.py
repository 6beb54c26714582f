"""Findings about an edition's week: how full and tight it is, people below their minimum, broken rules, changes.

Pure functions; the words are those of :mod:`iopsched.views`, gathered as the page shows them.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, replace

from iopsched.domain.timegrid import WEEKDAYS, clock, clock_of_end, day_index, decimal_hours, hours_of
from iopsched.export.content import DASH, Content, span
from iopsched.views.broken import BrokenRule, broken_rules
from iopsched.views.changes import ChangeLine, change_lines

LITTLE_TIME = 60
MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the few numbers at the top."""

    value: str
    of: str
    label: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Tight:
    """One kind of tight spot, and where it is."""

    title: str
    why: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Short:
    """Participants who are short for the same reason."""

    people: tuple[str, ...]
    lacks: str
    reason: str


class Findings:
    """What is said about one edition; ``content`` is its week."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.edition = content.edition

    def figures(self) -> tuple[Figure, ...]:
        """Return the few numbers that a director asks for first."""
        rows = self.edition.hours
        met = sum(row.status == "met" for row in rows)
        shared = [card for card in self.content.cards if not card.row.is_single]
        used, seats = sum(card.row.heads for card in shared), sum(card.row.most for card in shared)
        staff = self.content.staff_weeks
        worked, limit = sum(row.minutes for row in staff), sum(row.most_a_week or 0 for row in staff)
        broken = len({row.rule for row in self.edition.violations})
        goals = self.edition.goals
        found = [
            Figure(str(met), f"of {len(rows)}", "participants have everything they need", is_bad=met < len(rows)),
            Figure(str(len(self.content.cards)), "", f"sessions, {len(shared)} of them shared"),
            Figure(str(used), f"of {seats}", "seats of shared sessions are taken"),
            Figure(decimal_hours(worked), f"of {decimal_hours(limit)} h", "hours of staff are in sessions"),
        ]
        if goals:
            proven = sum(goal.is_proven for goal in goals)
            found.append(Figure(str(proven), f"of {len(goals)}", "goals are proven best"))
        found.append(Figure(str(broken), "", f"broken {'rule' if broken == 1 else 'rules'}", is_bad=broken > 0))
        return tuple(found)

    def tight(self) -> tuple[Tight, ...]:
        """Return where the week has nothing to spare."""
        full, one, least = self._seats()
        found = (
            Tight("No seat left", "Nobody can be added without another group, room or therapist.", full),
            Tight("One seat left", "One admission fills it.", one),
            Tight("At the minimum", "One absence for good, and there are too few to hold it.", least),
            Tight(
                "Staff with less than an hour left",
                "Their weekly limit leaves no room for one more session.",
                self._staff(),
            ),
            Tight("No room free", "Every room of the clinic is in use at once.", self._rooms()),
        )
        return tuple(tight for tight in found if tight.places)

    def _seats(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        full: Counter[str] = Counter()
        one: Counter[str] = Counter()
        least: Counter[str] = Counter()
        for card in self.content.cards:
            if card.load is None or card.load.is_single:
                continue
            place = f"{card.row.title} {card.row.heads}/{card.row.most}"
            full[place] += card.load.free <= 0
            one[place] += card.load.free == 1
            least[place] += card.load.at_minimum
        return _times(full), _times(one), _times(least)

    def _staff(self) -> tuple[str, ...]:
        return tuple(
            f"{row.label} {hours_of(row.minutes, row.most_a_week)}"
            for row in self.content.staff_weeks
            if row.most_a_week is not None and row.minutes and row.most_a_week - row.minutes < LITTLE_TIME
        )

    def _rooms(self) -> tuple[str, ...]:
        """Return when no room is free, in stretches; a clinic with one room is no news."""
        rooms = len(self.edition.problem.rooms)
        held = [session for session in self.edition.schedule.sessions if session.room_id]
        moments = sorted({minute for session in held for minute in (session.start, session.end)})
        stretches: list[tuple[int, int]] = []
        for start, end in itertools.pairwise(moments):
            used = {session.room_id for session in held if session.start <= start < session.end}
            if rooms > 1 and len(used) >= rooms:
                if stretches and stretches[-1][1] == start:
                    stretches[-1] = (stretches[-1][0], end)
                else:
                    stretches.append((start, end))
        return tuple(f"{WEEKDAYS[day_index(a)]} {clock(a)}{DASH}{clock_of_end(b)}" for a, b in stretches)

    def short(self) -> tuple[Short, ...]:
        """Return who lacks anything and why, who lacks most first; nobody where people are not shown."""
        return tuple(Short(row.labels, row.facts, row.why) for row in self.content.shortage.by_cause)

    def broken(self) -> tuple[BrokenRule, ...]:
        """Return the broken rules, of each the first few cases."""
        edition = self.edition
        return tuple(map(_shortened, broken_rules(edition.problem, edition.violations, edition.labels)))

    def changes(self) -> tuple[ChangeLine, ...] | None:
        """Return the changes since the last revision, in order of time; None without an earlier revision."""
        edition = self.edition
        if edition.changes is None:
            return None
        lines = change_lines(edition.problem, edition.changes, edition.labels)
        return tuple(replace(line, before=span(line.before), after=span(line.after)) for line in lines)


def _shortened(rule: BrokenRule) -> BrokenRule:
    more = len(rule.found) - MOST_TOLD
    if more <= 0:
        return rule
    return replace(rule, found=(*rule.found[:MOST_TOLD], f"and {more} more, which iopsched verify tells."))


def _times(counted: Counter[str]) -> tuple[str, ...]:
    return tuple(title if number == 1 else f"{title} ({number} times)" for title, number in counted.items() if number)
