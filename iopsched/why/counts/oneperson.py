"""One participant: the numbers in force, where they stand, and what could be had at most."""

from __future__ import annotations

from iopsched.domain.people import Participant
from iopsched.policy.numbers import Limit, in_force
from iopsched.why.counts.chances import Chances
from iopsched.why.counts.ledger import Ledger, Spot
from iopsched.why.counts.ways import Ways
from iopsched.words.sentence import Sentence
from iopsched.words.wording import quoted
from iopsched.words.wordings import said


class OnePerson:
    """The counts of one participant."""

    def __init__(self, ways: Ways, ledger: Ledger, person: Participant) -> None:
        self.ways, self.ledger, self.person, self.terms = ways, ledger, person, ways.terms
        told = {group.id for group in ways.problem.groups if (person.id, group.service_id) in ledger.told}
        self.mended = ledger.short | told
        self.chances = Chances(ways, person, mended=self.mended)

    # --- where ------------------------------------------------------------
    def cell(self, column: str) -> Spot:
        """Return a cell of the participant's row."""
        return Spot("participants.csv", (self.person.id,), column)

    def limit(self, key: str) -> tuple[Limit, Spot, str]:
        """Return a number of the level, payer or participant, where it stands, and whose it is in words."""
        limit = in_force(self.terms.clinic, self.person, key)
        kind, _, name = limit.owner.partition(" ")
        if kind == "participants.csv":
            return limit, self.cell(key), ""
        setting = f"{kind}s.{name}.{key}"
        return limit, Spot("clinic.toml", (setting,), setting), f" of {kind} {quoted(name)}"

    def tell(self, code: str, spot: Spot, message: Sentence, remedy: str) -> None:
        """Write down what is true of this participant, and perhaps of others."""
        self.ledger.tell_of(self.person.id, code, spot, message, remedy)

    def lower(self, key: str, number: object) -> Sentence:
        """Return what to write so that a minimum is no more than can be: with a payer that asks more, its own number."""
        limit, _, _ = self.limit(key)
        kind, _, name = limit.owner.partition(" ")
        if kind == "payer":
            return said("write {} in {} of {[}payers.{}{]} in {clinic.toml}", number, key, name)
        return said("write {} in {} of {participants.csv}", number, key)
