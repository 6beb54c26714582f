"""Participants whose hours, days or sessions cannot be reached, whatever the schedule."""

from __future__ import annotations

from collections.abc import Callable

from iopsched.domain.people import Participant
from iopsched.why.counts.ledger import Ledger
from iopsched.why.counts.limits import tell_gap, tell_limits
from iopsched.why.counts.needed import tell_needs, tell_phase
from iopsched.why.counts.oneperson import OnePerson
from iopsched.why.counts.reached import tell_hours
from iopsched.why.counts.ways import Ways


def count_people(ways: Ways, ledger: Ledger, is_told: Callable[[Participant], bool]) -> None:
    """Warn of what each participant cannot reach; of hours and days only where the reader has not told so."""
    for person in ways.terms.participants:
        one = OnePerson(ways, ledger, person)
        is_known = tell_limits(one) or is_told(person) or tell_hours(one) or tell_phase(one) or tell_gap(one)
        tell_needs(one, with_groups=not is_known)
