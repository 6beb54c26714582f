"""Limits of a day or week below a session, a program day or the days that are asked for."""

from __future__ import annotations

from iopsched.domain.services import Service
from iopsched.domain.timegrid import WEEKDAYS, decimal_hours, hours
from iopsched.why.counts.ledger import WHO, Spot
from iopsched.why.counts.oneperson import OnePerson
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said


def tell_limits(one: OnePerson) -> bool:
    """Tell of limits below a session, a program day or the days that are asked for; return whether there are any."""
    is_told = False
    day, day_spot, day_whose = one.limit("max_hours_per_day")
    week, week_spot, week_whose = one.limit("max_hours_per_week")
    for service in _offered(one):
        minutes = one.terms.countable_minutes(service)
        for code, limit, spot, whose, span in (
            ("W-DAY-MAX", day.value, day_spot, day_whose, "day"),
            ("W-WEEK-MAX", week.value, week_spot, week_whose, "week"),
        ):
            if minutes > limit:
                told = "{} may have {} a {}{}, and one session of {} counts {}."
                one.tell(
                    code,
                    spot,
                    Sentence(told, WHO, hours(limit), span, whose, quoted(service.id), hours(minutes)),
                    said(
                        "Write {} or more in max_hours_per_{}, or shorter minutes for {} in {services.csv}.",
                        *(decimal_hours(minutes), span, quoted(service.id)),
                    ),
                )
                one.ledger.told.add((one.person.id, service.id))
                is_told = True
                break
    return is_told or _tell_days_and_limits(one, day.value, day_spot, week.value, week_spot)


def _offered(one: OnePerson) -> list[Service]:
    """Return the countable services that the participant needs or has groups of."""
    found = []
    for service in one.ways.problem.services:
        groups = one.ways.problem.groups_of.get(service.id, ())
        is_asked = one.terms.demand(one.person, service).required > 0 or any(
            one.ways.may_join(one.person, group) for group in groups
        )
        if service.counts and is_asked:
            found.append(service)
    return found


def _tell_days_and_limits(one: OnePerson, day: int, day_spot: Spot, week: int, week_spot: Spot) -> bool:
    required, needed = one.terms.required_days(one.person), one.terms.program_day_minutes(one.person)
    if not required:
        return False
    open_days = len(one.terms.stay_days(one.person) & set(one.terms.open_days))
    if needed > day:
        one.tell(
            "W-PROGRAM-DAY-MAX",
            day_spot,
            Sentence("{} may have {} a day, and a program day has {}.", WHO, hours(day), hours(needed)),
            "Write a larger max_hours_per_day or a smaller program_day_hours.",
        )
    elif required > open_days:
        _, spot, whose = one.limit("min_days_per_week")
        one.tell(
            "W-LEVEL-DAYS",
            spot,
            Sentence(
                "{} should come on {}{}, and the clinic is open on {}.",
                WHO,
                count(required, "day"),
                whose,
                open_days,
            ),
            said("Open on more days; or {}.", one.lower("min_days_per_week", open_days)),
        )
    elif required * needed > week:
        one.tell(
            "W-MAX-DAYS",
            week_spot,
            Sentence(
                "{} may have {} a week, and {} of {} take {}.",
                *(WHO, hours(week), count(required, "program day"), hours(needed), hours(required * needed)),
            ),
            "Write a larger max_hours_per_week, or a smaller min_days_per_week or program_day_hours.",
        )
    else:
        return False
    return True


def tell_gap(one: OnePerson) -> bool:
    """Tell of a run of days on which nothing countable can be, longer than allowed; return whether there is one."""
    most = one.terms.max_gap_days(one.person)
    stay = sorted(one.terms.stay_days(one.person))
    days = [day for day in stay if day in one.chances.minutes_by_day]
    if not most or not days:
        return False
    places = [stay.index(day) for day in days]
    longest = max(
        after - before - 1 for before, after in zip(places, [*places[1:], places[0] + len(stay)], strict=True)
    )
    if longest <= most:
        return False
    _, spot, whose = one.limit("max_gap_days")
    possible = listed(WEEKDAYS[day] for day in days)
    one.tell(
        "W-GAP-DAYS",
        spot,
        Sentence(
            "{} may be at most {} in a row without a session that counts{}, and {} lie between the days on which one is possible ({}).",
            *(WHO, count(most, "day"), whose, longest, possible),
        ),
        said("Write {} in max_gap_days, or 0 to switch it off.", longest),
    )
    return True
