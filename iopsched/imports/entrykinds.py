"""Of which service and group an entry of a roster is, also where it does not say so."""

from __future__ import annotations

from collections.abc import Sequence

from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY
from iopsched.imports.entries import RosterEntry
from iopsched.imports.understanding import Understanding
from iopsched.words.phrases import words
from iopsched.words.wording import either


class EntryKinds:
    """Finds service and group of entries; what is in doubt is told as a fault, what was assumed as a guess."""

    def __init__(self, known: Understanding) -> None:
        self.known = known
        self.problem = known.problem

    def of(self, entry: RosterEntry) -> tuple[Service, Group | None] | None:
        """Return service and group of an entry, None (and a fault) where they cannot be known."""
        if entry.group is not None:
            group = self.problem.group[entry.group]
            return self.problem.service[group.service_id], group
        service = self.problem.service.get(entry.service or "")
        if service is None:
            service = self._unsaid(entry)
        if service is None:
            return None
        groups = self.problem.groups_of.get(service.id, ())
        if not groups:
            return service, None
        likely = self._likely(entry, groups)
        if len(likely) == 1:
            if len(groups) > 1:
                self.known.guess(f"Sessions that only say {words(service.id)} were given to the group that fits them")
            return service, likely[0]
        message = f"This may be any group of {words(service.id)}: {either(group.id for group in likely or groups)}."
        self.known.fault("E-IMPORT-GROUP", entry.place, message, "Write the id or name of the group.")
        return None

    def _unsaid(self, entry: RosterEntry) -> Service | None:
        """Return the kind of a session that does not say it: with one participant an individual one, else that of their group."""
        first = next((row for row in self.problem.services if row.kind == "individual"), None)
        if len(entry.people) == 1 and first is not None:
            self.known.guess(
                f"Appointments with one participant and no word for their kind were read as {words(first.id)}"
            )
            return first
        groups = [{*self.problem.participant[person].group_ids} for person in entry.people]
        shared = set.intersection(*groups) if groups else set()
        if len(entry.people) > 2 and len(shared) == 1:
            self.known.guess("Sessions of members of one group without a word for their kind were read as that group's")
            return self.problem.service[self.problem.group[shared.pop()].service_id]
        self.known.fault(
            "E-IMPORT-WHAT",
            entry.place,
            "This does not say which group or service is meant.",
            "Write the id or name of the group or service.",
        )
        return None

    def _likely(self, entry: RosterEntry, groups: Sequence[Group]) -> list[Group]:
        """Return the groups that an entry may mean: by members, then lead, then times, as long as any is left."""
        found = list(groups)
        people = set(entry.people)
        tests = (
            lambda group: (
                bool(people) and any(group.id in self.problem.participant[person].group_ids for person in people)
            ),
            lambda group: bool(set(group.lead_ids) & {*entry.staff}),
            lambda group: entry.room is not None and group.room_id == entry.room,
            lambda group: self._may_start(group, entry),
        )
        for test in tests:
            left = [group for group in found if test(group)]
            found = left if left and len(found) > 1 else found
        return found

    @staticmethod
    def _may_start(group: Group, entry: RosterEntry) -> bool:
        start = entry.when.start
        if start is None or group.times is None:
            return False
        return all(day * DAY + start in group.times.starts for day in entry.when.days)
