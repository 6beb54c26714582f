"""Program days and hours that no schedule reaches."""

from __future__ import annotations

from iopsched.domain.timegrid import WEEKDAYS, decimal_hours, hours
from iopsched.why.counts.chances import Chances, packed
from iopsched.why.counts.ledger import WHO, Spot
from iopsched.why.counts.oneperson import OnePerson
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.words.wording import listed, named, quoted
from iopsched.words.wordings import said


def tell_hours(one: OnePerson) -> bool:
    """Tell of program days or else hours that no schedule reaches; return whether there are any."""
    if not one.chances.countable:
        return False  # told with the services
    required, needed = one.terms.required_days(one.person), one.terms.program_day_minutes(one.person)
    days = one.chances.program_days(needed)
    allowed = one.terms.authorized_days(one.person)
    if allowed is not None and allowed < required:
        _tell_authorized(one, required, allowed)
    elif len(days) < required:
        _tell_few_days(one, required, needed, days)
    elif (most := packed(one.chances.countable, needed)) < required:
        _tell_short_sessions(one, required, needed, most)
    elif (minutes := one.chances.most_minutes) < (asked := one.terms.required_minutes(one.person)):
        one.tell(
            "W-HOURS-NEVER",
            one.cell("availability"),
            Sentence("{} needs {} this week and can have at most {}.", WHO, hours(asked), hours(minutes)),
            said(
                "Allow more availability, groups or needs; or {}.",
                one.lower("min_hours_per_week", decimal_hours(minutes)),
            ),
        )
    else:
        return False
    return True


def _tell_authorized(one: OnePerson, required: int, allowed: int) -> None:
    own = one.person.authorized_days
    column = "authorized_days" if own is not None and own <= allowed else "units_authorized"
    one.tell(
        "W-AUTHORIZED-DAYS",
        one.cell(column),
        Sentence(
            "{} should come on {}, and {} authorized.",
            WHO,
            count(required, "day"),
            "1 is" if allowed == 1 else f"{allowed} are",
        ),
        said("Have more days authorized; or {}.", one.lower("min_days_per_week", allowed)),
    )


def _tell_few_days(one: OnePerson, required: int, needed: int, days: list[int]) -> None:
    found = f"{len(days)} ({listed(WEEKDAYS[day] for day in days)})" if days else "0"
    undated, beside = (
        Chances(one.ways, one.person, mended=one.mended, **{key: False}).program_days(needed)
        for key in ("asks_dates", "asks_apart")
    )
    if len(undated) < required <= len(beside) and _tell_apart(one, required, needed, found):
        return
    last = one.person.authorized_until
    is_date = len(undated) >= required
    column = "availability" if not is_date else "authorized_until" if last is not None else "authorized_from"
    one.tell(
        "W-AUTHORIZATION-DAYS" if is_date else "W-DAYS-NEVER",
        one.cell(column),
        Sentence(
            "{} should come on {} of {} and can come on at most {}{}.",
            *(
                WHO,
                count(required, "day"),
                hours(needed),
                found,
                ", by the dates of the authorization" if is_date else "",
            ),
        ),
        said(
            "{}; or {}.",
            "Correct the dates" if is_date else "Allow availability, groups or needs on more days",
            one.lower("min_days_per_week", len(days)),
        ),
    )


def _tell_apart(one: OnePerson, required: int, needed: int, found: str) -> bool:
    """Tell of groups that somebody could join if their leads were not kept apart from them; return whether there are any."""
    rivals = one.ways.apart[one.person.id]
    joined = [
        (group, {key for row in one.ways.of_group[group.id] for key in row.lead_ids})
        for group in one.ways.problem.groups
        if one.ways.may_join(one.person, group)
    ]
    led = {group.id: leads for group, leads in joined if leads and leads <= rivals}
    who = sorted(set().union(*led.values()))
    if not who:
        return False
    one.ledger.tell(
        "W-APART-LEAD",
        Spot("keep_apart.csv", tuple(sorted((one.person.id, who[0]))), "b"),
        Sentence(
            "This row keeps {} apart from {}, and only {} may lead {}: {} should come on {} of {} and can come on at most {}.",
            *(quoted(one.person.id), quoted(who[0]), named(who), listed(quoted(key) for key in sorted(led))),
            *(quoted(one.person.id), count(required, "day"), hours(needed), found),
        ),
        said("Write another lead in {groups.csv}, add a group that somebody else leads, or delete the row."),
    )
    return True


def _tell_short_sessions(one: OnePerson, required: int, needed: int, most: int) -> None:
    longest = max(one.chances.countable, key=lambda chance: (chance.service.kind == "group", chance.minutes))
    service = longest.service
    told = "{} should have {} of {} and can have at most {}: "
    values = WHO, count(required, "program day"), hours(needed), most
    if longest.minutes * longest.per_day >= needed:
        one.tell(
            "W-DAYS-NEVER",
            one.cell("min_days_per_week"),
            Sentence(told + "{} of {} are possible.", *values, count(longest.total, "session"), quoted(service.id)),
            said(
                "Write more sessions_per_week in {groups.csv}, or more needs; or {}.",
                one.lower("min_days_per_week", most),
            ),
        )
        return
    column = "contact_minutes" if service.minutes >= needed else "minutes"
    others = "a session of {} counts {}, and the others are too few or too short."
    one.tell(
        "W-PROGRAM-DAYS",
        Spot("services.csv", (service.id,), column),
        Sentence(told + others, *values, quoted(service.id), hours(longest.minutes)),
        said("Write {} in {}, a smaller program_day_hours in {clinic.toml}, or more needed sessions.", needed, column),
    )
