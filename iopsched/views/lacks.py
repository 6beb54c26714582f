"""What somebody lacks, as facts: hours, days and sessions, never the penalties by which goals count them."""

from __future__ import annotations

from collections.abc import Sequence

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import hours
from iopsched.phrases import count
from iopsched.verifier.account import Account, accounts
from iopsched.verifier.week import Week

FIRST = 5


def people_short(problem: Problem, schedule: Schedule) -> tuple[list[Account], int]:
    """Return the accounts of those who lack anything, who lacks most first, and of how many people."""
    every = accounts(Week(problem, schedule))
    short = (account for account in every if account.unmet_minutes)
    return sorted(short, key=lambda account: (-account.unmet_minutes, account.participant.id)), len(every)


def facts(account: Account) -> str:
    """Return for instance ``has 7 of 9 h, 2 of 3 days; lacks family 1, 1 group session of the phase``."""
    has = []
    if account.scheduled_minutes < account.required_minutes:
        scheduled, required = hours(account.scheduled_minutes), hours(account.required_minutes)
        has.append(f"{scheduled.removesuffix(' h') if required.endswith(' h') else scheduled} of {required}")
    if account.scheduled_days < account.required_days:
        has.append(f"{account.scheduled_days} of {count(account.required_days, 'day')}")
    if account.long_gaps:
        has.append(f"{count(account.long_gaps, 'gap')} of too many days")
    lacks = [f"{service} {number}" for service, number in account.lacking.items()]
    if account.phase_sessions_short:
        lacks.append(f"{count(account.phase_sessions_short, 'group session')} of the phase")
    parts = [f"has {', '.join(has)}"] if has else []
    parts += [f"lacks {', '.join(lacks)}"] if lacks else []
    return "; ".join(parts)


def needs_line(short: Sequence[Account], everybody: int) -> str:
    """Return for instance ``Needs: 23 of 24 participants have everything; C05 lacks individual 1.``."""
    people = ", ".join(f"{account.participant.id} {facts(account)}" for account in short[:1])
    if len(short) > 1:
        ids = ", ".join(account.participant.id for account in short[:FIRST])
        more = f" and {len(short) - FIRST} more" if len(short) > FIRST else ""
        people = f"short are {ids}{more}"
    return f"Needs: {everybody - len(short)} of {count(everybody, 'participant')} have everything; {people}."
