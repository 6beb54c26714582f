"""A cell of free text, such as ``DBT-A / Smith``, as the appointments that it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from iopsched.imports.entries import RosterEntry, Surroundings, When
from iopsched.imports.lexicon import WordKind
from iopsched.imports.sheets import Place
from iopsched.imports.spotting import Spotted, says_nothing, settled, spot
from iopsched.imports.understanding import PRIVATE, Understanding

_BLOCKS = re.compile(r"[\n;]")
_BETWEEN = (" / ", " | ", "/", "|", " + ", " & ")
_PERSON_LIKE = re.compile(r"[^\W\d_]{2,}, ?[^\W\d_]\.?(?![^\W\d_]{2})|\bdr\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FreeText:
    """Reads cells of free text against what is known of the clinic and the roster."""

    known: Understanding

    def appointments(self, text: str, place: Place, when: When, around: Surroundings) -> list[RosterEntry]:
        """Return the appointments that a cell of free text holds."""
        found = []
        for block in (part for whole in self._blocks(text) for part in self._parts(whole, place)):
            span = self.known.clocks.find_span(block)
            if span is None and self.known.clocks.crosses(block):
                self.known.crossing(place)
                continue
            point = None if span else self.known.clocks.find_point(block)
            own, bare = when, block
            if span is not None:
                own, bare = replace(when, start=span[0][0], end=span[0][1], slot_end=None), _without(block, span[1])
            elif point is not None:
                own, bare = replace(when, start=point[0], end=None, slot_end=None), _without(block, point[1])
            entry = self._appointment(bare, place, own, around)
            if entry is not None:
                found.append(entry)
        return found

    def _blocks(self, text: str) -> list[str]:
        """Return the parts of a cell that each hold an appointment: a line with another group or service begins one."""
        blocks: list[str] = []
        known: set[str] = set()
        for line in _BLOCKS.split(text):
            what = self._whats(line)
            if blocks and (not what or not known or not self._differs(what, known)):
                blocks[-1] = f"{blocks[-1]}\n{line}"
                known |= what
            elif line.strip() or not blocks:
                blocks.append(line)
                known = set(what)
        return blocks

    def _parts(self, text: str, place: Place) -> list[str]:
        """Return the appointments that stand in one line, split at its signs; a fault where no sign separates them."""
        if not self._is_several(text):
            return [text]
        for sign in _BETWEEN:
            parts: list[str] = []
            for piece in text.split(sign):
                if parts and not self._whats(piece) and not self.known.clocks.find_span(piece):
                    parts[-1] = f"{parts[-1]}{sign}{piece}"
                else:
                    parts.append(piece)
            if len(parts) > 1 and not any(map(self._is_several, parts)):
                return parts
        message = "This cell holds several appointments that cannot be told apart."
        self.known.fault("E-IMPORT-CELL", place, message, "Write each of them on a line of its own.")
        return []

    def _is_several(self, text: str) -> bool:
        """Return whether a text names several groups, or several people with as many visits or times."""
        spotted = settled(spot(self.known.lexicon, text))
        certain = [row.meanings[0] for row in spotted.found if row.is_certain]
        if len({meaning.id for meaning in certain if meaning.kind is WordKind.GROUP}) > 1:
            return True
        people = {meaning.id for meaning in certain if meaning.kind is WordKind.PERSON}
        service = self.known.problem.service
        visits = [m for m in certain if m.kind is WordKind.SERVICE and service[m.id].kind in PRIVATE]
        return len(people) > 1 and (len(visits) > 1 or self.known.clocks.has_several(text))

    def _whats(self, text: str) -> set[str]:
        """Return the services that a text names, and the groups, marked as such."""
        found = settled(spot(self.known.lexicon, text)).of(WordKind.GROUP, WordKind.SERVICE)
        return {f"{row.meanings[0].kind}:{row.meanings[0].id}" for row in found if row.is_certain}

    def names_what(self, text: str) -> bool:
        """Return whether a text names a group or service, or is the code of one service."""
        return bool(self._whats(text)) or len(self.known.lexicon.codes.get(text.strip().casefold(), ())) == 1

    def _differs(self, now: set[str], before: set[str]) -> bool:
        services = {
            self.known.problem.group[one.partition(":")[2]].service_id for one in before if one.startswith("groups:")
        }
        own = {one.partition(":")[2] for one in now if one.startswith("services:")}
        return not (now & before and all(one.startswith("groups:") for one in now)) and not (own and own <= services)

    def _appointment(self, text: str, place: Place, when: When, around: Surroundings) -> RosterEntry | None:
        spotted = settled(spot(self.known.lexicon, text))
        if spotted.is_nothing:
            self.known.ignore(place, "called_off")
            return None
        if not spotted.found:
            self.known.ignore(place, "ordinary" if says_nothing(text) else "not_understood")
            return None
        group, service = self._what(spotted, around)
        staff, people = self._people(spotted, place, around)
        rooms = [*self.known.certain(spotted, WordKind.ROOM, place), around.room]
        how = next((row.meanings[0].id for row in spotted.of(WordKind.HOW) if row.is_certain), around.how)
        people = people or around.people
        if group is None and service is None and not people:
            self._nothing(place, spotted)
            return None
        entry = RosterEntry(
            place, when, group, service, staff, rooms[0], people, (), how, fallback_staff=around.fallback_staff
        )
        self._tell_rest(text, place, spotted, entry)
        return entry

    def _what(self, spotted: Spotted, around: Surroundings) -> tuple[str | None, str | None]:
        groups = [row for row in spotted.of(WordKind.GROUP) if row.is_certain]
        services = [row for row in spotted.of(WordKind.SERVICE) if row.is_certain]
        group = self.known.know(groups[0], groups[0].meanings[0].id, WordKind.GROUP) if groups else None
        if group is not None:
            return group, self.known.problem.group[group].service_id
        if services:
            best = min(services, key=lambda row: row.meanings[0].rank)
            service = self.known.know(best, best.meanings[0].id, WordKind.SERVICE)
            own = (
                around.group if around.group and self.known.problem.group[around.group].service_id == service else None
            )
            return own, service
        if around.group is not None:
            return around.group, self.known.problem.group[around.group].service_id
        return None, around.service

    def _people(self, spotted: Spotted, place: Place, around: Surroundings) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return staff and participants; who could be either is staff where nobody else is."""
        staff = [*around.staff]
        people: list[str] = []
        open_rows = []
        for row in spotted.found:
            ids = {kind: [m.id for m in row.meanings if m.kind is kind] for kind in (WordKind.STAFF, WordKind.PERSON)}
            if not any(ids.values()):
                continue
            if len(row.meanings) == 1:
                kind = row.meanings[0].kind
                (staff if kind is WordKind.STAFF else people).append(self.known.know(row, row.meanings[0].id, kind))
            else:
                open_rows.append((row, ids))
        for row, ids in open_rows:
            kind = WordKind.STAFF if ids[WordKind.STAFF] and not staff else WordKind.PERSON
            chosen = ids[kind] or ids[WordKind.STAFF]
            if len(chosen) == 1:
                if len(row.kinds) > 1:
                    self.known.guess("A name that staff and a participant share was read by what else stands there")
                (staff if kind is WordKind.STAFF else people).append(self.known.know(row, chosen[0], kind))
            else:
                self.known.several.setdefault(tuple(chosen), []).append(place)
        return tuple(dict.fromkeys(staff)), tuple(dict.fromkeys(people))

    def _nothing(self, place: Place, spotted: Spotted) -> None:
        """Tell of a cell that names staff or a room, and no group, service or participant."""
        if not spotted.unknown or not spotted.of(WordKind.STAFF, WordKind.ROOM):
            self.known.ignore(place, "ordinary" if not spotted.unknown else "not_understood")
            return
        phrase = " ".join(phrase for _, phrase in spotted.unknown)
        self.known.lacks("E-IMPORT-WHAT", WordKind.GROUP, place, phrase)

    def _tell_rest(self, text: str, place: Place, spotted: Spotted, entry: RosterEntry) -> None:
        """Tell of words that nobody knows: of somebody, where nobody else is named who must be; else as a note."""
        unknown = [phrase for _, phrase in spotted.unknown]
        if not unknown:
            return
        kind = self.known.problem.service[entry.service].kind if entry.service else "individual"
        if kind in PRIVATE and not entry.people:
            self.known.lacks("E-IMPORT-PERSON", WordKind.PERSON, place, unknown[0])
        elif not entry.staff and not entry.fallback_staff:
            self.known.lacks("E-IMPORT-STAFF", WordKind.STAFF, place, unknown[0])
        elif _PERSON_LIKE.search(text):
            self.known.lacks("E-IMPORT-PERSON", WordKind.PERSON, place, unknown[0])
        else:
            self.known.notes.append(place)


def _without(text: str, span: tuple[int, int]) -> str:
    return f"{text[: span[0]]} {text[span[1] :]}"
