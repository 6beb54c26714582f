"""Leads, rooms, other staff and equipment that groups ask for more often than their times leave places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from iopsched.domain.timegrid import DAY, moment
from iopsched.why.counts.ledger import Ledger, Spot
from iopsched.why.counts.ways import NO_LIMIT, Ways
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.words.wording import either, listed, named, quoted
from iopsched.words.wordings import said

MOST_SETS = 60
Moments = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Asking:
    """A group that asks ``times`` a week for one of some people, rooms or pieces; ``moments`` are those at which each could serve."""

    group_id: str
    row: int
    times: int
    minutes: int
    moments: Mapping[str, frozenset[int]]

    @property
    def names(self) -> frozenset[str]:
        """Return who or what could serve it."""
        return frozenset(self.moments)

    @property
    def starts(self) -> frozenset[int]:
        """Return the moments at which it could be served at all."""
        return frozenset().union(*self.moments.values())

    def lies_within(self, other: _Asking) -> bool:
        """Return whether every start of this group overlaps with one of another."""
        return all(any(a < b + other.minutes and b < a + self.minutes for b in other.starts) for a in self.starts)


@dataclass(slots=True)
class _Supply:
    """How often each person, room or piece could serve at all: no two sessions at once, no more a day or week than allowed."""

    limits: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    copies: int = 1
    _known: dict[tuple[str, Moments], list[int]] = field(default_factory=dict)

    def places(self, name: str, asking: Sequence[_Asking]) -> list[int]:
        """Return the most starts at which somebody could serve these groups."""
        spans = frozenset((start, one.minutes) for one in asking for start in one.moments.get(name, ()))
        if (name, spans) not in self._known:
            self._known[name, spans] = _disjoint(spans, self.limits.get(name, (NO_LIMIT, NO_LIMIT)))
        return self._known[name, spans]


def count_rivals(ways: Ways, ledger: Ledger) -> None:
    """Warn of groups that together ask more of leads, staff, rooms or equipment than their times allow."""
    limits = {row.id: ways.terms.therapist_limits(row) for row in ways.problem.therapists}
    staff = [one for slot in _slots(ways) for one in _asking_staff(ways, ledger, slot)]
    _tell(ledger, ("W-DOUBLE", "lead", "staff"), staff, _Supply(limits))
    _tell(ledger, ("W-DOUBLE-ROOM", "room_id", "room"), _asking_rooms(ways, ledger), _Supply())
    for name, owned in ways.problem.clinic.equipment.items():
        asking, each = _asking_equipment(ways, ledger, name)
        if asking and each:
            _tell(ledger, ("W-DOUBLE-EQUIPMENT", "times", "equipment"), asking, _Supply(copies=owned // each))


def _slots(ways: Ways) -> range:
    most = max((len(c.other_roles) for found in ways.of_group.values() for c in found), default=0)
    return range(-1, most)


def _asking_staff(ways: Ways, ledger: Ledger, slot: int) -> Iterable[_Asking]:
    """Yield what each group asks of those who could lead it (slot -1), or fill one of its other roles."""
    for group_id, candidates in ways.of_group.items():
        found: dict[str, set[int]] = defaultdict(set)
        number = 1
        for candidate in candidates:
            if slot >= len(candidate.other_roles):
                continue
            ids: Iterable[str] = candidate.lead_ids
            if slot >= 0:
                role, ids = candidate.other_roles[slot]
                number = role.number
            for key in ids:
                found[key].add(candidate.start)
        if found and ways.held[group_id]:
            minutes = ways.problem.service[ways.problem.group[group_id].service_id].minutes
            yield _asking(ledger, group_id, ways.held[group_id] * number, minutes, found)


def _asking(ledger: Ledger, group_id: str, times: int, minutes: int, found: Mapping[str, set[int]]) -> _Asking:
    moments = {key: frozenset(starts) for key, starts in found.items()}
    return _Asking(group_id, ledger.row("groups.csv", group_id), times, minutes, moments)


def _asking_rooms(ways: Ways, ledger: Ledger) -> list[_Asking]:
    asking = []
    for group_id, candidates in ways.of_group.items():
        if not ways.held[group_id] or not all(candidate.needs_room for candidate in candidates):
            continue
        found: dict[str, set[int]] = defaultdict(set)
        for candidate in candidates:
            for key in ways.rooms_of(candidate):
                found[key].add(candidate.start)
        asking.append(_asking(ledger, group_id, ways.held[group_id], candidates[0].service.minutes, found))
    return asking


def _asking_equipment(ways: Ways, ledger: Ledger, name: str) -> tuple[list[_Asking], int]:
    """Return what groups ask of one kind of equipment, and the least that one of their sessions uses."""
    asking, least = [], 0
    for group_id, candidates in ways.of_group.items():
        used = candidates[0].service.equipment.get(name, 0) if candidates else 0
        if used and ways.held[group_id]:
            least = min(least or used, used)
            found = {name: {candidate.start for candidate in candidates}}
            asking.append(_asking(ledger, group_id, ways.held[group_id], candidates[0].service.minutes, found))
    return asking, least


def _sets(asking: Sequence[_Asking]) -> list[frozenset[str]]:
    """Return the sets of people or rooms that groups ask for, and their unions, smallest first; not all if they are many."""
    found = dict.fromkeys(one.names for one in asking)
    for names in list(found):
        for other in list(found)[:MOST_SETS]:
            if len(found) < MOST_SETS:
                found.setdefault(names | other)
    return sorted(found, key=lambda names: (len(names), sorted(names)))


def _tell(ledger: Ledger, kind: tuple[str, str, str], asking: Sequence[_Asking], supply: _Supply) -> None:
    told: list[frozenset[str]] = []
    for names in _sets(asking):
        among = sorted((one for one in asking if one.names <= names), key=lambda one: (len(one.starts), one.row))
        if supply.copies * len(names) >= sum(one.times for one in among):
            continue  # each can serve once at least
        for widest in among:
            inside = [one for one in among if one is widest or one.lies_within(widest)]
            asked = sum(one.times for one in inside)
            places = {name: supply.places(name, inside) for name in names}
            held = supply.copies * sum(map(len, places.values()))
            ids = frozenset(one.group_id for one in inside)
            if asked > held and not any(known <= ids for known in told):
                told.append(ids)
                _warn(ledger, kind, inside, names, (asked, held, places))


def _warn(
    ledger: Ledger,
    kind: tuple[str, str, str],
    inside: Sequence[_Asking],
    names: frozenset[str],
    counted: tuple[int, int, Mapping[str, list[int]]],
) -> None:
    code, column, what = kind
    asked, held, places = counted
    last = max(inside, key=lambda one: one.row)
    groups = listed(f"{quoted(one.group_id)} (row {one.row})" for one in {one.group_id: one for one in inside}.values())
    is_one = len({one.group_id for one in inside}) == 1
    which = either(map(quoted, sorted(names))) if len(names) <= 3 else named(sorted(names))
    times = f": {listed(moment(start) for start in next(iter(places.values())))}" if len(names) == 1 else ""
    message = Sentence(
        "The group{} {} need{} the {} {} {} a week, but their times allow only {}{}.",
        *("" if is_one else "s", groups, "s" if is_one else "", what, which, count(asked, "time")),
        *(count(held, "start"), times),
    )
    remedy = said(
        "Write other times, another {}, or fewer sessions_per_week for one of them; otherwise {} cannot be held.",
        *("room" if column == "room_id" else "lead" if column == "lead" else "service", count(asked - held, "session")),
    )
    ledger.tell(code, Spot("groups.csv", (last.group_id,), column), message, remedy)


def _disjoint(spans: Moments, limits: tuple[int, int]) -> list[int]:
    """Return the most starts whose sessions do not overlap and stay within the minutes of a day and of the week."""
    shortest: dict[int, int] = {}
    for start, minutes in spans:
        shortest[start] = min(minutes, shortest.get(start, minutes))
    least = min(shortest.values(), default=1)
    found: list[int] = []
    today: dict[int, int] = defaultdict(int)
    free = -1
    for start in sorted(shortest, key=lambda start: (start + shortest[start], start)):
        if start >= free and today[start // DAY] < limits[0] // least:
            found.append(start)
            today[start // DAY] += 1
            free = start + shortest[start]
    return sorted(found)[: limits[1] // least]
