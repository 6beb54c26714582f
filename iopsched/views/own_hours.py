"""A participant's hours in words that anybody may read over their shoulder: no names, no reasons, nobody to blame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from iopsched.domain.timegrid import hours
from iopsched.verifier.account import Account
from iopsched.words.phrases import count, weekday_dates, words

ASK = "Your team knows; please ask us about it."


def own_hours(account: Account, closed: Sequence[date] = (), *, is_by_closure: bool = False) -> tuple[str, ...]:
    """Return sentences about the week of one participant: the hours, and what of the plan is not on the page.

    ``closed`` are the days on which the clinic is closed; ``is_by_closure``: nothing is lacking but what they take.
    """
    shut = (f"We are closed {weekday_dates(closed)}.",) if closed else ()
    return (*shut, *_sentences(account, is_by_closure=is_by_closure))


def _sentences(account: Account, *, is_by_closure: bool) -> tuple[str, ...]:
    has = f"You have {hours(account.scheduled_minutes)} of program time this week"
    least = hours(account.required_minutes)
    if not account.unmet_minutes:
        plan = f" Your plan asks for at least {least}: you are all set." if account.required_minutes else ""
        return (f"{has}.{plan}",)
    if is_by_closure:
        return (f"{has}, less than in other weeks because we are closed. Nothing else of your plan is missing.",)
    first = f"{has}; your plan asks for at least {least}." if account.required_minutes else f"{has}."
    missing = list(_missing(account))
    found = [f"Not on this page yet: {_listed(missing)}."] if missing else []
    if account.long_gaps:
        found.append("There are more days without a session in a row than we would like.")
    return (first, *found, ASK)


def _missing(account: Account) -> Iterator[str]:
    """Yield what is needed and not scheduled."""
    for service, number in account.lacking.items():
        yield count(number, f"{words(service)} session")
    if account.phase_sessions_short:
        yield count(account.phase_sessions_short, "group session")
    if account.scheduled_minutes < account.required_minutes:
        yield f"{hours(account.required_minutes - account.scheduled_minutes)} of program time"
    if account.scheduled_days < account.required_days:
        yield count(account.required_days - account.scheduled_days, "program day")


def _listed(parts: list[str]) -> str:
    """Return for instance ``1 individual session, 1 family session and 2 h of program time``."""
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last
