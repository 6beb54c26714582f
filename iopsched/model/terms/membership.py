"""Who belongs into which group, and how often a group that always meets should."""

from __future__ import annotations

from collections import Counter

from iopsched.domain.people import Participant
from iopsched.domain.services import Group
from iopsched.domain.timegrid import DAY
from iopsched.model.terms.needs import NeedTerms
from iopsched.model.terms.sessions import accepts


def same_word(left: str | None, right: str | None) -> bool:
    """Return whether two filled words are equal without regard to case."""
    return left is not None and right is not None and left.casefold() == right.casefold()


def matches_group(person: Participant, group: Group) -> bool:
    """Return whether population, a track, gender and language suit a group."""
    if person.population != group.population or not set(person.tracks) & set(group.tracks):
        return False
    if group.gender is not None and not same_word(person.gender, group.gender):
        return False
    return group.language is None or any(same_word(own, group.language) for own in person.languages)


class Terms(NeedTerms):
    """All resolved facts of one problem, each worked out once. All minutes are minutes of the week."""

    def has_another_group(self, person: Participant, group: Group) -> bool:
        """Return whether somebody's own group of the same service keeps them out of a group."""
        others = (self.problem.group[own_id] for own_id in person.group_ids if own_id != group.id)
        return any(
            own.service_id == group.service_id and "closed" in {own.membership, group.membership} for own in others
        )

    def sessions_due(self, group: Group) -> int:
        """Return how many sessions a group that always meets should hold: no more than days allow on which enough could come."""
        if group.id not in self._due:
            self._due[group.id] = self._sessions_due(group)
        return self._due[group.id]

    def _sessions_due(self, group: Group) -> int:
        service = self.problem.service[group.service_id]
        if group.meets != "always":
            return 0
        fewest = self.size(service, group, group.population)[0]
        people = [
            person
            for person in self.participants
            if matches_group(person, group)
            and self.may_join(person, group)
            and not self.has_another_group(person, group)
            and self.demand(person, service).most != 0
        ]
        days = set()
        for start in self.starts(service, group):
            could: Counter[str] = Counter()
            for person in people:
                own, day = self.participant_own(person.id, service), start // DAY
                if own.covers(start, start + service.minutes) and (
                    not service.counts or self.is_authorized(person, day)
                ):
                    could.update(m for m in self.modalities(service, group) if accepts(person.modality, m))
            if max(could.values(), default=0) >= fewest:
                days.add(start // DAY)
        most = len(days) * service.max_per_day if service.max_per_day else group.sessions_per_week * bool(days)
        return min(group.sessions_per_week, most)
