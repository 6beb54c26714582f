"""How near a schedule comes to its limits: the tightest case of each rule, counted from the sessions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import WEEK, WEEKDAYS, hours
from iopsched.policy.numbers import Limit, in_force, largest, level_of, smallest, staff_limit, staff_ratio
from iopsched.rulebook import RuleId
from iopsched.verifier import Violation
from iopsched.verifier.account import Account, accounts
from iopsched.verifier.people import group_sessions
from iopsched.verifier.week import Meeting, Week, by_day
from iopsched.views.audit_optional import Fact, optional_rules, switched_off
from iopsched.views.numbers import Origins
from iopsched.words.phrases import count


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the audit; ``facts`` are its numbers for a machine, durations in minutes."""

    rule: RuleId
    sentence: str
    facts: dict[str, Fact] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the line."""
        return f"{self.rule}: {self.sentence}"


def audit(problem: Problem, schedule: Schedule, clinic: Path, found: Iterable[Violation]) -> tuple[Finding, ...]:
    """Return at least one line for each rule, in the order of the rulebook."""
    week = Week(problem, schedule)
    origins = Origins(clinic, problem.clinic.preset)
    lines = [*_ratio(week, origins), *_size(week, origins), *_hours(week), *_staff_load(week, origins), *_phase(week)]
    lines += [Finding(*row) for row in optional_rules(week, origins)]
    broken = Counter(violation.rule for violation in found)
    told = {line.rule for line in lines}
    off = switched_off(problem)
    for rule in RuleId:
        if rule not in told or broken[rule]:
            fine = "off in this clinic" if rule in off else "no violation"
            sentence = count(broken[rule], "violation") if broken[rule] else fine
            lines.append(Finding(rule, sentence, {"violations": broken[rule]}))
    return tuple(sorted(lines, key=lambda line: list(RuleId).index(line.rule)))


def _shared(week: Week) -> dict[tuple[str, str], list[Meeting]]:
    """Return the sessions that more than one may attend, by population and service."""
    found: dict[tuple[str, str], list[Meeting]] = {}
    for meeting in week.meetings:
        if _most_people(week, meeting).value > 1:
            found.setdefault(("+".join(meeting.populations), meeting.service.id), []).append(meeting)
    return dict(sorted(found.items()))


def _most_people(week: Week, meeting: Meeting) -> Limit:
    return largest(week.problem.clinic, meeting.service, meeting.group, meeting.populations)


def _place(limit: Limit, origins: Origins) -> str:
    """Return where a limit stands: of the clinic's own tables, whether clinic.toml or the preset names it."""
    if len(limit.where) > 1:
        return origins.place(*limit.where)
    return limit.where[0] if limit.where else "product default"


def _ratio(week: Week, origins: Origins) -> Iterator[Finding]:
    for (population, service), meetings in _shared(week).items():
        cases = []
        for meeting in meetings:
            limit = staff_ratio(week.problem.clinic, meeting.service, meeting.group, meeting.populations)
            heads = len(meeting.people)
            counting = sum(row.counts_for_ratio for row in meeting.staff)
            if limit:
                cases.append((heads / max(0.1, limit.value * counting), meeting.id, heads, counting, limit))
        if not cases:
            continue
        _, session, heads, counting, limit = max(cases, key=lambda case: (case[0], case[1]))
        sentence = (
            f"{count(len(meetings), f'{population} {service} session')}, tightest {session} "
            f"{count(heads, 'participant')} / {counting} counting staff, limit {limit.value} each, "
            f"{_place(limit, origins)}"
        )
        facts: dict[str, Fact] = {
            "population": population,
            "service_id": service,
            "sessions": len(meetings),
            "session_id": session,
        }
        facts |= {"participants": heads, "counting_staff": counting, "limit": limit.value}
        yield Finding(RuleId.RATIO, sentence, {**facts, "place": _place(limit, origins)})


def _size(week: Week, origins: Origins) -> Iterator[Finding]:
    for (population, service), meetings in _shared(week).items():
        high = max(meetings, key=lambda row: (len(row.people) / max(1, _most_people(week, row).value), row.id))
        low = min(meetings, key=lambda row: (len(row.people) - smallest(row.service, row.group).value, row.id))
        most, least = _most_people(week, high), smallest(low.service, low.group)
        sentence = (
            f"{count(len(meetings), f'{population} {service} session')}, fullest {high.id} "
            f"{count(len(high.people), 'participant')}, limit {most.value}, {_place(most, origins)}; emptiest {low.id} "
            f"{count(len(low.people), 'participant')}, at least {least.value}, {_place(least, origins)}"
        )
        facts: dict[str, Fact] = {"population": population, "service_id": service, "sessions": len(meetings)}
        facts |= {"fullest": high.id, "most_participants": len(high.people), "limit": most.value}
        facts |= {"emptiest": low.id, "least_participants": len(low.people), "least_allowed": least.value}
        yield Finding(RuleId.SIZE, sentence, facts)


def _hours(week: Week) -> Iterator[Finding]:
    levels: dict[str, list[Account]] = {}
    for account in accounts(week):
        levels.setdefault(level_of(week.problem.clinic, account.participant).id, []).append(account)
    for level_id, rows in sorted(levels.items()):
        least = min(rows, key=lambda row: (row.scheduled_minutes - row.required_minutes, row.participant.id))
        most = max(rows, key=lambda row: (row.scheduled_minutes / max(1, _most(week, row)), row.participant.id))
        sentence = (
            f"{count(len(rows), 'participant')} of level {level_id}, least {least.participant.id} "
            f"{hours(least.scheduled_minutes)} (minimum {hours(least.required_minutes)}), most {most.participant.id} "
            f"{hours(most.scheduled_minutes)} "
            + (f"(maximum {hours(_most(week, most))})" if _most(week, most) < WEEK else "(no maximum)")
        )
        facts: dict[str, Fact] = {"level": level_id, "participants": len(rows)}
        facts |= {"least": least.participant.id, "least_minutes": least.scheduled_minutes}
        facts |= {"minimum": least.required_minutes, "most": most.participant.id}
        facts |= {"most_minutes": most.scheduled_minutes, "maximum": _most(week, most)}
        yield Finding(RuleId.WEEK_MAX, sentence, facts)


def _most(week: Week, account: Account) -> int:
    return in_force(week.problem.clinic, account.participant, "max_hours_per_week").value


def _staff_load(week: Week, origins: Origins) -> Iterator[Finding]:
    days, weeks = [], []
    for row in week.problem.therapists:
        held = week.of_therapist.get(row.id, ())
        limits = (staff_limit(week.problem.clinic, row, f"max_hours_per_{span}") for span in ("day", "week"))
        (a_day, day_place), (a_week, week_place) = ((limit.value, _place(limit, origins)) for limit in limits)
        weeks.append((sum(meeting.minutes for meeting in held), a_week, row.id, "", week_place))
        for day, meetings in by_day(held).items():
            total = sum(meeting.minutes for meeting in meetings)
            days.append((total, a_day, row.id, f" on {WEEKDAYS[day]}", day_place))
    if not days:
        return
    sentences: list[str] = []
    facts: dict[str, Fact] = {}
    for name, cases in (("day", days), ("week", weeks)):
        total, limit, who, when, place = max(cases, key=lambda case: (case[0] / max(1, case[1]), case[2]))
        sentences.append(f"tightest {name} {who} {hours(total)}{when}, limit {hours(limit)}, {place}")
        facts |= {f"{name}_therapist_id": who, f"{name}_minutes": total, f"{name}_limit": limit}
    yield Finding(RuleId.STAFF_LOAD, f"{len(weeks)} staff, {'; '.join(sentences)}", facts)


def _phase(week: Week) -> Iterator[Finding]:
    for stage in week.problem.clinic.phases.values():
        held = [(group_sessions(week, row), row.id) for row in week.problem.participants if row.phase == stage.id]
        if held:
            number, who = max(held)
            sentence = (
                f"{count(len(held), 'participant')} of phase {stage.id}, most {who} {count(number, 'group session')}, "
                f"limit {stage.max_group_sessions}, clinic.toml"
            )
            facts: dict[str, Fact] = {"phase": stage.id, "most": who, "sessions": number}
            yield Finding(RuleId.PHASE, sentence, {**facts, "limit": stage.max_group_sessions})
