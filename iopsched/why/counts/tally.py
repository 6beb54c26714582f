"""All counts of a week, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from iopsched.domain.problem import Problem
from iopsched.domain.services import Group
from iopsched.domain.whereabouts import Rows
from iopsched.errors import Issue
from iopsched.why.counts.groups import TOLD, count_groups
from iopsched.why.counts.ledger import Ledger
from iopsched.why.counts.loads import count_loads
from iopsched.why.counts.pairings import count_members
from iopsched.why.counts.people import count_people
from iopsched.why.counts.rivals import count_rivals
from iopsched.why.counts.visits import count_visits
from iopsched.why.counts.ways import Ways
from iopsched.why.outlook import Outlook

SHORT = frozenset(
    {
        "W-OFFER-SHORT",
        "W-WINDOWS-SHORT",
        "W-MIN-MAX",
        "W-PHASE-LEVEL",
        "W-TOO-SHORT",
        "W-NEVER-FREE",
        "W-TRACK",
        "W-TRACK-BLANK",
    }
)


def never(
    problem: Problem,
    rows: Rows,
    known: Iterable[Issue] = (),
    people: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> tuple[Issue, ...]:
    """Return a warning for each thing that can never work in a week, whatever the schedule.

    ``rows`` says where everything stands; ``known`` is what the reader has told, and ``people`` of whom, by code, so
    that nothing is told twice.
    """
    if problem.now is not None:  # what has begun stays, also where no count would find room for it
        return Outlook(problem).warnings()
    known = tuple(known)
    ways, ledger = Ways(problem), Ledger(rows)
    told = {(_table(issue), issue.row) for issue in known if issue.code in TOLD}

    def is_told(group: Group) -> bool:
        places = ("groups.csv", group.id), ("services.csv", group.service_id)
        return any((file, ledger.row(file, key)) in told for file, key in places if ledger.row(file, key))

    count_groups(ways, ledger, is_told)
    count_rivals(ways, ledger)
    count_members(ways, ledger)
    outlook = Outlook(problem)
    count_visits(ways, ledger, outlook.never)
    short = frozenset().union(*(ids for code, ids in people.items() if code in SHORT))
    count_people(ways, ledger, lambda person: person.id in short)
    count_loads(ways, ledger)
    return (*ledger.issues, *outlook.warnings(ledger.told))


def _table(issue: Issue) -> str:
    """Return the file that an issue is about, also where a workbook has it as a sheet."""
    name = issue.file.rpartition(": ")[2]
    return name if "." in name else f"{name}.csv"
