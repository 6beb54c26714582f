"""Staff, rooms and places of which more is needed than there is, all people and groups taken together."""

from __future__ import annotations

from iopsched.why.counts.groupplaces import tell_places, tell_rests
from iopsched.why.counts.ledger import Ledger
from iopsched.why.counts.roomhours import tell_caseloads, tell_rooms
from iopsched.why.counts.staffhours import tell_primaries, tell_skills
from iopsched.why.counts.ways import Ways


def count_loads(ways: Ways, ledger: Ledger) -> None:
    """Warn of primaries, skills, rooms, caseloads, groups and days that cannot be enough."""
    tell_skills(ways, ledger, set(tell_primaries(ways, ledger)))
    tell_rooms(ways, ledger)
    tell_caseloads(ways, ledger)
    tell_places(ways, ledger)
    tell_rests(ways, ledger)
