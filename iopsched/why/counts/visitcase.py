"""One participant and one service of which there can be no session."""

from __future__ import annotations

from iopsched.domain.people import Participant
from iopsched.domain.services import Service
from iopsched.domain.timegrid import Windows
from iopsched.why.counts.ledger import Spot
from iopsched.why.counts.ways import Ways
from iopsched.words.sentence import Sentence

Found = tuple[str, Spot, Sentence, str]


class VisitCase:
    """One participant and one service of which there can be no session."""

    def __init__(self, ways: Ways, person: Participant, service: Service) -> None:
        self.ways, self.person, self.service = ways, person, service
        self.terms, self.problem = ways.terms, ways.problem
        self.free = ways.free(person, service)
        self.skill = self.terms.roles(service, None)[0].skill
        self.need = self.problem.need.get((person.id, service.id))

    def cell(self, column: str) -> Spot:
        """Return a cell of the participant's row."""
        return Spot("participants.csv", (self.person.id,), column)

    def needed(self, column: str) -> Spot:
        """Return a cell of the row in ``needs.csv``."""
        return Spot("needs.csv", (self.person.id, self.service.id), column)


def longest_of(windows: Windows) -> int:
    """Return the minutes of the longest window."""
    return max((item.minutes for item in windows), default=0)
