"""The tightest case of each rule that a setting switches on; none for a rule that is off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import WEEKDAYS, hours
from iopsched.policy.numbers import authorized_days, in_force, level_of
from iopsched.policy.presets import SWITCHES
from iopsched.rulebook import RuleId
from iopsched.verifier.matching import ONE_TO_ONE, share_language
from iopsched.verifier.people import is_group_day
from iopsched.verifier.primaries import primaries
from iopsched.verifier.supervision import presence
from iopsched.verifier.week import Meeting, Week, by_day, runs
from iopsched.views.numbers import Origins, level_tables
from iopsched.words.phrases import count

Fact = str | int
Row = tuple[RuleId, str, dict[str, Fact]]


def optional_rules(week: Week, origins: Origins) -> Iterator[Row]:
    """Yield rule, sentence and facts, durations in minutes."""
    yield from _authorized(week)
    yield from _day_min(week)
    yield from _php_guard(week, origins)
    yield from _two_staff(week, origins)
    yield from _supervisor(week)
    yield from _caseload(week, origins)
    yield from _covers(week)
    yield from _meals(week, origins)
    yield from _ages(week)
    yield from _language(week, origins)


def switched_off(problem: Problem) -> frozenset[RuleId]:
    """Return the rules that no setting of the clinic switches on: nothing can break them."""
    return frozenset(
        rule
        for rule, switches in SWITCHES.items()
        if all(setting.is_off(problem.clinic, name) for setting in switches for name in setting.names(problem.clinic))
    )


def _authorized(week: Week) -> Iterator[Row]:
    cases = []
    for person in week.problem.participants:
        allowed = authorized_days(person)
        if allowed is not None:
            days = len(by_day(week.countable_of(person)))
            cases.append((allowed.value - days, person.id, days, allowed.value, allowed.setting))
    if cases:
        _, who, days, limit, source = min(cases)
        sentence = (
            f"{count(len(cases), 'participant')} with authorized days, tightest {who} {count(days, 'day')}, "
            f"limit {limit}, {source}"
        )
        facts: dict[str, Fact] = {"participants": len(cases), "tightest": who, "days": days, "limit": limit}
        yield RuleId.WEEK_MAX, sentence, facts


def _day_min(week: Week) -> Iterator[Row]:
    cases = []
    for person in week.problem.participants:
        least, source, *_ = in_force(week.problem.clinic, person, "min_hours_on_group_days")
        for day, held in by_day(week.of_participant.get(person.id, ())).items() if least else ():
            if is_group_day(held):
                total = sum(meeting.countable for meeting in held)
                cases.append((total - least, person.id, day, total, least, source))
    if cases:
        _, who, day, total, least, source = min(cases)
        sentence = (
            f"{count(len(cases), 'day')} of participants with a group, tightest {who} {hours(total)} on "
            f"{WEEKDAYS[day]}, at least {hours(least)}, {source}"
        )
        facts: dict[str, Fact] = {"days": len(cases), "tightest": who, "minutes": total, "least_allowed": least}
        yield RuleId.DAY_MIN, sentence, facts


def _php_guard(week: Week, origins: Origins) -> Iterator[Row]:
    for level in week.problem.clinic.levels.values():
        people = [row for row in week.problem.participants if level_of(week.problem.clinic, row).id == level.id]
        if not level.php_guard_minutes or not people:
            continue
        cases = [(sum(row.countable for row in week.of_participant.get(who.id, ())), who.id) for who in people]
        total, name = max(cases)
        tables = level_tables(level, {row.population for row in people})
        place, _ = origins.of(*(("levels", name, "php_guard_hours") for name in tables))
        bound = "at most" if level.php_guard_is_inclusive else "fewer than"
        sentence = (
            f"{count(len(people), 'participant')} of level {level.id}, most {name} {hours(total)}, {bound} "
            f"{hours(level.php_guard_minutes)}, {place}"
        )
        facts: dict[str, Fact] = {"level": level.id, "participants": len(people), "most": name, "minutes": total}
        yield RuleId.PHP_GUARD, sentence, {**facts, "guard": level.php_guard_minutes}


def _two_staff(week: Week, origins: Origins) -> Iterator[Row]:
    asked = week.problem.clinic.staff.two_staff
    together = [row for row in week.meetings if sum(person.population in asked for person in row.people) >= 2]
    if together:
        fewest = min(together, key=lambda row: (len(row.staff), row.id))
        sentence = (
            f"{count(len(together), 'session')} with two or more of population {' or '.join(asked)}, fewest staff "
            f"{fewest.id} {len(fewest.staff)}, at least 2, {origins.place('staff', 'two_staff')}"
        )
        facts: dict[str, Fact] = {"sessions": len(together), "session_id": fewest.id, "staff": len(fewest.staff)}
        yield RuleId.TWO_STAFF, sentence, facts


def _supervisor(week: Week) -> Iterator[Row]:
    """Tell which session comes nearest to a moment without a supervisor."""
    in_building = [row for row in week.meetings if row.session.modality != "telehealth"]
    if not week.problem.clinic.staff.supervisor_on_site or not in_building:
        return
    cases = []
    for meeting in in_building:
        spare = [
            min(meeting.start - window.start, window.end - meeting.end)
            for window in presence(week)
            if window.start <= meeting.start and meeting.end <= window.end
        ]
        cases.append((max(spare, default=-1), meeting.id))
    spare_minutes, session = min(cases)
    spoken = (
        f"{hours(spare_minutes)} from a time without a supervisor"
        if spare_minutes >= 0
        else "partly without a supervisor"
    )
    sentence = f"{count(len(in_building), 'session')} in the building, tightest {session}, {spoken}"
    yield RuleId.SUPERVISOR, sentence, {"sessions": len(in_building), "session_id": session, "spare": spare_minutes}


def _caseload(week: Week, origins: Origins) -> Iterator[Row]:
    chosen = primaries(week)
    for population, most in week.problem.clinic.caseload.items():
        present = [row for row in week.problem.participants if week.calendars.is_present(row)]
        held = Counter(chosen[row.id] for row in present if row.population == population and row.id in chosen)
        if held:
            number, who = max((number, who) for who, number in held.items())
            sentence = (
                f"{count(len(held), 'primary therapist')} of population {population}, most {who} "
                f"{count(number, 'participant')}, limit {most}, {origins.place('caseload', population)}"
            )
            facts: dict[str, Fact] = {"population": population, "most": who, "participants": number, "limit": most}
            yield RuleId.PRIMARY, sentence, facts


def _covers(week: Week) -> Iterator[Row]:
    """Tell the sessions that a cover leads while a primary or a named lead is away."""
    chosen = primaries(week)
    led = [meeting for meeting in week.meetings if meeting.lead and _by_cover(meeting, meeting.lead.id, chosen)]
    if led:
        first = led[0]
        sentence = (
            f"{count(len(led), 'session')} led by a cover, first {first.id} by {first.session.lead_id}, covers.csv"
        )
        yield RuleId.PRIMARY, sentence, {"covered_sessions": len(led), "session_id": first.id}


def _by_cover(meeting: Meeting, lead_id: str, chosen: Mapping[str, str]) -> bool:
    if meeting.group is not None and meeting.group.lead_ids:
        return lead_id not in meeting.group.lead_ids
    return meeting.service.with_primary and any(chosen[person.id] != lead_id for person in meeting.people)


def _language(week: Week, origins: Origins) -> Iterator[Row]:
    if week.problem.clinic.match_language != "require":
        return
    talks = [row for row in week.meetings if row.service.kind in ONE_TO_ONE and row.lead]
    alike = sum(all(share_language(row.lead, person) for person in row.people) for row in talks if row.lead)
    sentence = (
        f"{alike} of {count(len(talks), 'individual or family session')} in a language that lead and participant share, "
        f"{origins.place('match', 'language')}"
    )
    yield RuleId.MATCH, sentence, {"sessions": len(talks), "shared": alike}


def _meals(week: Week, origins: Origins) -> Iterator[Row]:
    staff = week.problem.clinic.staff
    cases = [
        (end - start, row.id, day)
        for row in week.problem.therapists
        for day, held in (by_day(week.of_therapist.get(row.id, ())).items() if staff.meal_minutes else ())
        for start, end in runs(held, staff.meal_minutes)
    ]
    if cases:
        minutes, who, day = max(cases)
        sentence = (
            f"longest stretch without {staff.meal_minutes} min for a meal {who} {hours(minutes)} on {WEEKDAYS[day]}, "
            f"limit {hours(staff.meal_after_minutes)}, {origins.place('staff', 'meal_after_hours')}"
        )
        facts: dict[str, Fact] = {"therapist_id": who, "minutes": minutes, "limit": staff.meal_after_minutes}
        yield RuleId.STAFF_LOAD, sentence, facts


def _ages(week: Week) -> Iterator[Row]:
    overrides = sum(row.age_override for row in week.problem.participants)
    if overrides:
        sentence = f"{count(overrides, 'documented age override')}, participants.csv"
        yield RuleId.MATCH, sentence, {"age_overrides": overrides}
