"""A participant's hours in words that anybody may read over their shoulder: no names, no reasons, nobody to blame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from iopsched.domain.timegrid import hours
from iopsched.verifier.account import Account
from iopsched.words.papers import PaperWords, paper_words


def own_hours(
    account: Account, closed: Sequence[date] = (), *, is_by_closure: bool = False, told: PaperWords | None = None
) -> tuple[str, ...]:
    """Return sentences about the week of one participant: the hours, and what of the plan is not on the page.

    ``closed`` are the days on which the clinic is closed; ``is_by_closure``: nothing is lacking but what they take.
    ``told`` is the language, English where none is given.
    """
    told = told or paper_words()
    shut = (told.say("closed", days=told.short_dates(closed)),) if closed else ()
    return (*shut, *_sentences(account, told, is_by_closure=is_by_closure))


def _sentences(account: Account, told: PaperWords, *, is_by_closure: bool) -> tuple[str, ...]:
    has, least = hours(account.scheduled_minutes), hours(account.required_minutes)
    if not account.unmet_minutes:
        return (told.say("all_set" if account.required_minutes else "has", hours=has, least=least),)
    if is_by_closure:
        return (told.say("by_closure", hours=has),)
    first = told.say("asks_for" if account.required_minutes else "has", hours=has, least=least)
    missing = list(_missing(account, told))
    found = [told.say("missing", list=told.listed(missing))] if missing else []
    if account.long_gaps:
        found.append(told.say("long_gaps"))
    return (first, *found, told.say("ask"))


def _missing(account: Account, told: PaperWords) -> Iterator[str]:
    """Yield what is needed and not scheduled."""
    for service, number in account.lacking.items():
        yield told.say("missing_sessions", n=number, service=told.service(service))
    if account.phase_sessions_short:
        yield told.say("missing_group_sessions", n=account.phase_sessions_short)
    if account.scheduled_minutes < account.required_minutes:
        yield told.say("missing_time", hours=hours(account.required_minutes - account.scheduled_minutes))
    if account.scheduled_days < account.required_days:
        yield told.say("missing_days", n=account.required_days - account.scheduled_days)
