"""Why a participant lacks hours or program days, or waits too long between two sessions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from iopsched.domain.people import Participant
from iopsched.domain.timegrid import DAY, WEEKDAYS, TimeRange, hours
from iopsched.model.matching import matches_group
from iopsched.why.groups import traits, why_few_group_days, why_few_sessions, why_no_group
from iopsched.why.look import Look
from iopsched.words.phrases import count
from iopsched.words.sentence import GroupRef, ParticipantRef, Sentence
from iopsched.words.wordings import said


def why_no_hours(look: Look, person: Participant) -> Iterator[Sentence]:
    """Yield why a participant has too few hours, program days or group sessions of the phase."""
    required_days = look.terms.required_days(person)
    allowed = look.terms.authorized_days(person)
    if allowed is not None and allowed < required_days:
        yield Sentence("The authorization allows {} this week, {} are required.", count(allowed, "day"), required_days)
    until = person.authorized_until
    if until is not None and (until - look.problem.week).days < max(look.terms.open_days):
        yield Sentence("The authorization ends on {}; nothing countable is held after it.", until.isoformat())
    begin = person.authorized_from
    if begin is not None and (begin - look.problem.week).days > min(look.terms.open_days):
        yield Sentence("The authorization begins on {}; nothing countable is held before it.", begin.isoformat())
    yield from why_no_full_day(look, person)
    if person.phase is not None:
        yield from _why_phase(look, person)
    offering = [s for s in look.problem.services if s.kind == "group" and s.id in look.problem.groups_of]
    matching = [s for s in offering if any(matches_group(person, g) for g in look.problem.groups_of[s.id])]
    if offering and not matching:
        yield Sentence("No group takes {}: {}.", ParticipantRef(person.id), traits(person))
    for service in matching:
        yield from why_no_group(look, person, service)
    days = {c.day for c in look.possible.options[person.id] if c.countable_minutes}
    if len(days) < required_days:
        told = "Countable sessions are possible on {} only, {} are required."
        yield Sentence(told, count(len(days), "day"), required_days)
    yield from _why_few_offered(look, person)
    yield from why_few_group_days(look, person)
    if look.is_proven:
        yield from why_few_sessions(look, person)


def why_week_full(look: Look, person: Participant) -> Iterator[Sentence]:
    """Yield that the most hours of a week are fewer than those required, or than the needed sessions have."""
    most = look.terms.max_minutes(person)
    payer = look.terms.payer(person)
    whose = f" of payer {payer.id}" if payer.max_minutes_per_week == most else ""
    limit = f"max_hours_per_week{whose}"
    guard = look.terms.most_below_php(person)
    if guard is not None and guard < most:
        most, limit = guard, "php_guard_hours"
    required = look.terms.required_minutes(person)
    needed = sum(
        look.terms.demand(person, service).required * look.terms.countable_minutes(service)
        for service in look.problem.services
        if service.counts
    )
    if most < required:
        yield Sentence("At most {} a week are allowed ({}), {} are required.", hours(most), limit, hours(required))
    elif most < needed:
        told = "At most {} a week are allowed ({}), the needed sessions together have {}."
        yield Sentence(told, hours(most), limit, hours(needed))


def why_closed(look: Look, person: Participant) -> Iterator[Sentence]:
    """Yield groups of the participant that a closure keeps from meeting as often as they should."""
    days = [
        TimeRange(day * DAY, (day + 1) * DAY)
        for day in look.terms.open_days
        if look.terms.opening.minutes_inside(day * DAY, (day + 1) * DAY)
        < look.problem.clinic.open.minutes_inside(day * DAY, (day + 1) * DAY)
    ]
    if not days or not look.is_short_of_time(person):
        return
    closed = " and ".join(WEEKDAYS[day.start // DAY] for day in days)
    for group in look.problem.groups:
        if group.id not in person.group_ids and group.id not in look.groups_attended(person):
            continue
        possible = {c.day for c in look.possible.options[person.id] if c.group_id == group.id}
        if len(possible) < group.sessions_per_week:
            yield said(
                "The clinic is closed for all or part of {} ({time_off.csv}): group {} can meet {} of {} times.",
                *(closed, GroupRef(group.id), len(possible), group.sessions_per_week),
            )


def why_gap(look: Look, person: Participant) -> Iterator[Sentence]:
    """Yield that only the days between two sessions are too many."""
    limit = look.terms.max_gap_days(person)
    lacks = any(
        look.held(person, service) < look.terms.demand(person, service).required for service in look.problem.services
    )
    if limit and not lacks:
        told = "Goes more than {} in a row without a countable session (max_gap_days)."
        yield Sentence(told, count(limit, "day"))


def why_no_full_day(look: Look, person: Participant) -> Iterator[Sentence]:
    """Yield that no day with a group session could reach the hours that such a day should hold."""
    least = look.terms.least_on_group_days(person)
    if not least:
        return
    most: dict[int, dict[str, int]] = defaultdict(dict)
    for candidate in look.possible.options[person.id]:
        per_day = look.terms.demand(person, candidate.service).per_day or DAY
        most[candidate.day][candidate.service.id] = candidate.countable_minutes * per_day
    allowed = look.terms.max_minutes_per_day(person)
    longest = min(allowed, max((sum(minutes.values()) for minutes in most.values()), default=0))
    if most and longest < least:
        told = "A day with a group session must have {} (min_hours_on_group_days), and no day can have more than {}."
        yield Sentence(told, hours(least), hours(longest))


def _why_phase(look: Look, person: Participant) -> Iterator[Sentence]:
    phase = look.problem.clinic.phases[person.phase or ""]
    longest = max((look.terms.countable_minutes(s) for s in look.problem.services if s.kind == "group"), default=0)
    required = look.terms.required_minutes(person)
    most = phase.max_group_sessions * longest
    for service in look.problem.services:
        if service.kind != "group" and service.counts:
            number = look.terms.demand(person, service).most
            if number is None:
                return
            most += number * look.terms.countable_minutes(service)
    if most < required:
        allowed = count(phase.max_group_sessions, "group session")
        told = "Phase {} allows {}: with everything else at most {} a week, {} are required."
        yield Sentence(told, phase.id, allowed, hours(most), hours(required))


def _why_few_offered(look: Look, person: Participant) -> Iterator[Sentence]:
    """Yield that all sessions which groups hold and needs allow would not be enough."""
    most = 0
    for service in look.problem.services:
        number = look.terms.demand(person, service).most
        if number is None and service.id in look.problem.groups_of and service.counts:
            groups = look.problem.groups_of[service.id]
            number = sum(group.sessions_per_week for group in groups if matches_group(person, group))
        if number is None and service.counts:
            return
        most += (number or 0) * look.terms.countable_minutes(service)
    required = look.terms.required_minutes(person)
    if most < required:
        yield Sentence("Groups and needs offer at most {} a week, {} are required.", hours(most), hours(required))
