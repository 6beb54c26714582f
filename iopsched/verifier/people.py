"""Rules ``week_max``, ``php_guard``, ``day_max``, ``day_min`` and ``phase``: what a participant may have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from iopsched.domain.people import Participant
from iopsched.domain.timegrid import WEEKDAYS, clock, clock_of_end, day_of, hours
from iopsched.policy.numbers import authorized_days, in_force, level_of
from iopsched.rulebook import RuleId
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Meeting, Week, by_day, runs, session_ids
from iopsched.words.phrases import count
from iopsched.words.sentence import ParticipantRef, Sentence

# A sentence with the sessions that it speaks of.
Told = tuple[Sentence, Sequence[Meeting]]
_GROUP_KINDS = ("group", "multifamily")


def week_max(week: Week) -> Iterator[Violation]:
    """Report participants with too many hours that count in a week or day, or sessions that are not authorized."""
    for person in week.participants:
        countable = week.countable_of(person)
        for told in (*_countable(week, person, countable), *_authorized(week, person, countable)):
            yield _broken(RuleId.WEEK_MAX, person, *told)


def _broken(rule: RuleId, person: Participant, sentence: Sentence, meetings: Sequence[Meeting]) -> Violation:
    return Violation(rule, person.id, sentence, session_ids(meetings), (person.id,))


def _countable(week: Week, person: Participant, countable: Sequence[Meeting]) -> Iterator[Told]:
    limit, source, *_ = in_force(week.problem.clinic, person, "max_hours_per_week")
    total = sum(meeting.countable for meeting in countable)
    if total > limit:
        told = "Participant {} has {} that count this week; at most {} are allowed ({})."
        yield Sentence(told, ParticipantRef(person.id), hours(total), hours(limit), source), countable
    limit, source, *_ = in_force(week.problem.clinic, person, "max_hours_per_day")
    for day, held in by_day(countable).items():
        total = sum(meeting.countable for meeting in held)
        if total > limit:
            told = "Participant {} has {} that count on {}; at most {} are allowed ({})."
            yield Sentence(told, ParticipantRef(person.id), hours(total), WEEKDAYS[day], hours(limit), source), held


def _authorized(week: Week, person: Participant, countable: Sequence[Meeting]) -> Iterator[Told]:
    days, most = len(by_day(countable)), authorized_days(person)
    if most and days > most.value:
        told = "Participant {} has sessions that count on {}; {} are authorized ({})."
        yield Sentence(told, ParticipantRef(person.id), count(days, "day"), *most[:2]), countable
    begin, until = person.authorized_from, person.authorized_until
    for meeting in countable:
        if begin and day_of(week.problem.week, meeting.start) < begin:
            told = "Session {} of participant {} is before {} (authorized_from in participants.csv)."
            yield Sentence(told, meeting.told, ParticipantRef(person.id), begin.isoformat()), (meeting,)
        if until and day_of(week.problem.week, meeting.start) > until:
            told = "Session {} of participant {} is after {} (authorized_until in participants.csv)."
            yield Sentence(told, meeting.told, ParticipantRef(person.id), until.isoformat()), (meeting,)


def php_guard(week: Week) -> Iterator[Violation]:
    """Report participants whose hours that count reach partial hospitalization."""
    for person in week.participants:
        level = level_of(week.problem.clinic, person)
        meetings = week.of_participant.get(person.id, ())
        total = sum(meeting.countable for meeting in meetings)
        is_reached = total > level.php_guard_minutes or (
            total == level.php_guard_minutes and not level.php_guard_is_inclusive
        )
        if level.php_guard_minutes and is_reached:
            bound = "at most" if level.php_guard_is_inclusive else "fewer than"
            sentence = Sentence(
                "Participant {} has {} that count this week; {} {} are intensive outpatient care (php_guard_hours of level {}).",
                *(ParticipantRef(person.id), hours(total), bound, hours(level.php_guard_minutes), level.id),
            )
            yield _broken(RuleId.PHP_GUARD, person, sentence, meetings)


def day_min(week: Week) -> Iterator[Violation]:
    """Report days with a group session that counts and too few hours that count in all."""
    for person in week.participants:
        least, source, *_ = in_force(week.problem.clinic, person, "min_hours_on_group_days")
        for day, held in by_day(week.of_participant.get(person.id, ())).items():
            total = sum(meeting.countable for meeting in held)
            if is_group_day(held) and total < least:
                sentence = Sentence(
                    "Participant {} has {} that count on {}, a day with a group session; at least {} are needed ({}).",
                    *(ParticipantRef(person.id), hours(total), WEEKDAYS[day], hours(least), source),
                )
                yield _broken(RuleId.DAY_MIN, person, sentence, held)


def is_group_day(held: Sequence[Meeting]) -> bool:
    """Return whether a participant comes to a group session that counts among these."""
    return any(meeting.service.counts and meeting.service.kind in _GROUP_KINDS for meeting in held)


def day_max(week: Week) -> Iterator[Violation]:
    """Report participants with too many sessions or too long a stretch on a day, or more than they need."""
    for person in week.participants:
        meetings = week.of_participant.get(person.id, ())
        for told in _exceeded(week, person, meetings):
            yield _broken(RuleId.DAY_MAX, person, *told)
        for day, held in by_day(meetings).items():
            for told in (*_per_service(week, person, day, held), *_per_day(week, person, day, held)):
                yield _broken(RuleId.DAY_MAX, person, *told)


def _exceeded(week: Week, person: Participant, meetings: Sequence[Meeting]) -> Iterator[Told]:
    for service_id, number in Counter(meeting.service.id for meeting in meetings).items():
        demand = week.needs.demand(person, week.problem.service[service_id])
        if demand.most is not None and number > demand.most:
            sentence = Sentence(
                "Participant {} has {} of {} this week; at most {} are needed ({}).",
                *(ParticipantRef(person.id), count(number, "session"), service_id, demand.most, demand.source),
            )
            yield sentence, [meeting for meeting in meetings if meeting.service.id == service_id]


def _per_service(week: Week, person: Participant, day: int, held: Sequence[Meeting]) -> Iterator[Told]:
    for service_id, number in Counter(meeting.service.id for meeting in held).items():
        need = week.problem.need.get((person.id, service_id))
        own = need.max_per_day if need else None
        limit = week.problem.service[service_id].max_per_day if own is None else own
        if limit and number > limit:
            source = "services.csv" if own is None else "needs.csv"
            sentence = Sentence(
                "Participant {} has {} of {} on {}; at most {} are allowed (max_per_day in {}).",
                *(ParticipantRef(person.id), count(number, "session"), service_id, WEEKDAYS[day], limit, source),
            )
            yield sentence, [meeting for meeting in held if meeting.service.id == service_id]


def _per_day(week: Week, person: Participant, day: int, held: Sequence[Meeting]) -> Iterator[Told]:
    limit, source, *_ = in_force(week.problem.clinic, person, "max_sessions_per_day")
    if limit and len(held) > limit:
        told = "Participant {} has {} on {}; at most {} are allowed ({})."
        yield (
            Sentence(told, ParticipantRef(person.id), count(len(held), "session"), WEEKDAYS[day], limit, source),
            held,
        )
    limit, source, *_ = in_force(week.problem.clinic, person, "max_hours_in_a_row")
    for start, end in runs(held, week.problem.clinic.staff.break_minutes):
        if limit and end - start > limit:
            when = f"{WEEKDAYS[day]} {clock(start)}-{clock_of_end(end)}"
            told = "Participant {} has {} without a pause on {}; at most {} are allowed ({})."
            sentence = Sentence(told, ParticipantRef(person.id), hours(end - start), when, hours(limit), source)
            yield sentence, [meeting for meeting in held if start <= meeting.start < end]


def phase(week: Week) -> Iterator[Violation]:
    """Report participants with more sessions of kind group a week than their phase allows."""
    for person in week.participants:
        stage = week.problem.clinic.phases.get(person.phase or "")
        number = group_sessions(week, person)
        if stage and number > stage.max_group_sessions:
            told = "Participant {} has {}; phase {} allows at most {} (group_sessions in clinic.toml)."
            found = ParticipantRef(person.id), count(number, "group session"), stage.id, stage.max_group_sessions
            sentence = Sentence(told, *found)
            yield _broken(RuleId.PHASE, person, sentence, _group_meetings(week, person))


def group_sessions(week: Week, person: Participant) -> int:
    """Return how many sessions of kind ``group`` (not multifamily) the participant attends."""
    return len(_group_meetings(week, person))


def _group_meetings(week: Week, person: Participant) -> list[Meeting]:
    return [meeting for meeting in week.of_participant.get(person.id, ()) if meeting.service.kind == "group"]
