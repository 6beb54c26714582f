"""A first reason, in plain words, for every need that a schedule does not meet.

These are observations on the facts, made without the solver: each sentence is
true, and the first that applies is told. What else could be changed so that
the need is met is another question, with its own proof.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, WEEKDAYS, TimeRange, hours
from iopsched.model.candidate import Candidate
from iopsched.model.matching import matches_group
from iopsched.model.terms import GROUP_KINDS, Terms
from iopsched.rulebook import RuleId
from iopsched.why.missed import reference_to, why_missed
from iopsched.why.possible import Possible
from iopsched.words.phrases import count
from iopsched.words.sentence import GroupRef, ParticipantRef, Sentence, TherapistRef
from iopsched.words.wordings import said

CUT_SHORT = Sentence("The search ended before it was certain that no week gives more.")


def reasons(
    problem: Problem, schedule: Schedule, participant_ids: Sequence[str], *, is_proven: bool = True
) -> dict[str, Sentence]:
    """Return a sentence for each of the participants, who are short of something in this schedule.

    ``is_proven``: whether no schedule has less unmet need; else nothing is
    said that only holds because of what else is in this one.
    """
    if not participant_ids:
        return {}
    look = Look(problem, schedule, is_proven=is_proven)
    look.possible.consider(participant_ids)
    return {
        participant_id: look.first_reason(problem.participant[participant_id]) for participant_id in participant_ids
    }


class Look:
    """A problem and a schedule of it, seen by one participant after the other, of those who are considered."""

    def __init__(self, problem: Problem, schedule: Schedule, *, is_proven: bool = True) -> None:
        self.problem = problem
        self.schedule = schedule
        self.is_proven = is_proven
        self.terms = Terms(problem)
        self.possible = Possible(self.terms)
        self._attended: dict[str, list[Session]] = defaultdict(list)
        self._worked: Counter[str] = Counter()
        for session in schedule.sessions:
            for participant_id in set(session.participant_ids):
                self._attended[participant_id].append(session)
            for therapist_id in set(session.therapist_ids):
                self._worked[therapist_id] += session.minutes

    def first_reason(self, person: Participant) -> Sentence:
        """Return the first sentence that applies."""
        return next(self.all_reasons(person))

    def all_reasons(self, person: Participant) -> Iterator[Sentence]:
        """Yield every sentence that applies, the most telling first; there is always one."""
        if not any(self.terms.participant_free(person.id, service) for service in self.problem.services):
            yield Sentence(
                "Has no free time this week: look at availability, busy, time off and the dates of the stay."
            )
        if person.authorized_until is not None and person.authorized_until < self.problem.week:
            told = "The authorization ended on {}: nothing countable can be held."
            yield Sentence(told, person.authorized_until.isoformat())
        yield from self._why_closed(person)
        yield from self._why_week_full(person)
        for service in self.problem.services:
            lacking = self.terms.demand(person, service).required - self._held(person, service)
            if lacking > 0 and service.counts and service.kind in GROUP_KINDS:
                yield from self._why_no_full_day(person)
            if lacking > 0:
                yield from self.why_no_session(person, service)
        if self._is_short_of_time(person):
            yield from self._why_no_hours(person)
        else:
            yield from self._why_gap(person)
        if not self.is_proven:
            yield CUT_SHORT
        yield Sentence(
            "The seats, staff hours and rooms that could give the missing time are used otherwise, "
            "or a limit a day or a week is reached."
        )

    def _why_closed(self, person: Participant) -> Iterator[Sentence]:
        """Yield groups of the participant that a closure keeps from meeting as often as they should."""
        days = [
            TimeRange(day * DAY, (day + 1) * DAY)
            for day in self.terms.open_days
            if self.terms.opening.minutes_inside(day * DAY, (day + 1) * DAY)
            < self.problem.clinic.open.minutes_inside(day * DAY, (day + 1) * DAY)
        ]
        if not days or not self._is_short_of_time(person):
            return
        closed = " and ".join(WEEKDAYS[day.start // DAY] for day in days)
        for group in self.problem.groups:
            if group.id not in person.group_ids and group.id not in self._groups_attended(person):
                continue
            possible = {
                c.day for c in self.possible.options[person.id] if c.group is not None and c.group.id == group.id
            }
            if len(possible) < group.sessions_per_week:
                yield said(
                    "The clinic is closed for all or part of {} ({time_off.csv}): group {} can meet {} of {} times.",
                    *(closed, GroupRef(group.id), len(possible), group.sessions_per_week),
                )

    def _why_week_full(self, person: Participant) -> Iterator[Sentence]:
        """Yield that the most hours of a week are fewer than those required, or than the needed sessions have."""
        most = self.terms.max_minutes(person)
        payer = self.terms.payer(person)
        whose = f" of payer {payer.id}" if payer.max_minutes_per_week == most else ""
        limit = f"max_hours_per_week{whose}"
        guard = self.terms.most_below_php(person)
        if guard is not None and guard < most:
            most, limit = guard, "php_guard_hours"
        required = self.terms.required_minutes(person)
        needed = sum(
            self.terms.demand(person, service).required * self.terms.countable_minutes(service)
            for service in self.problem.services
            if service.counts
        )
        if most < required:
            yield Sentence("At most {} a week are allowed ({}), {} are required.", hours(most), limit, hours(required))
        elif most < needed:
            told = "At most {} a week are allowed ({}), the needed sessions together have {}."
            yield Sentence(told, hours(most), limit, hours(needed))

    def _is_short_of_time(self, person: Participant) -> bool:
        """Return whether minutes, program days or group sessions of the phase are lacking."""
        attended = self._attended[person.id]
        service = self.problem.service
        per_day: dict[int, int] = defaultdict(int)
        for session in attended:
            if service[session.service_id].counts:
                per_day[session.start // DAY] += self.terms.countable_minutes(service[session.service_id])
        needed_a_day = self.terms.program_day_minutes(person)
        groups = sum(service[session.service_id].kind == "group" for session in attended)
        return (
            sum(per_day.values()) < self.terms.required_minutes(person)
            or sum(minutes >= needed_a_day for minutes in per_day.values()) < self.terms.required_days(person)
            or groups < self.terms.required_group_sessions(person)
        )

    def _why_gap(self, person: Participant) -> Iterator[Sentence]:
        limit = self.terms.max_gap_days(person)
        lacks = any(
            self._held(person, service) < self.terms.demand(person, service).required
            for service in self.problem.services
        )
        if limit and not lacks:
            told = "Goes more than {} in a row without a countable session (max_gap_days)."
            yield Sentence(told, count(limit, "day"))

    def _held(self, person: Participant, service: Service) -> int:
        return sum(session.service_id == service.id for session in self._attended[person.id])

    def _own(self, person: Participant, service: Service) -> list[Candidate]:
        return [c for c in self.possible.options[person.id] if c.service.id == service.id]

    # --- a needed session -------------------------------------------------
    def why_no_session(self, person: Participant, service: Service) -> Iterator[Sentence]:
        """Yield sentences on why a needed session of a service is not held, at least one where none is possible."""
        if self.problem.groups_of.get(service.id):
            yield from self._why_no_group(person, service)
        options = self._own(person, service)
        if not options:
            yield from self._why_no_option(person, service)
            return
        yield from self._why_few_days(person, service)
        if not self.is_proven:
            return
        leads = sorted({lead for c in options for lead in c.lead_ids})
        starts = len({c.start for c in options} - {s.start for s in self._attended[person.id]})
        load = (Sentence("{} {}", TherapistRef(lead), self._load(lead)) for lead in leads[:4])
        yield Sentence(
            "Service {}: {}, but then no eligible therapist or no room is free, or a limit is reached "
            "(hours in sessions this week: {}).",
            *(service.id, count(starts, "start time suits", "start times suit"), Sentence.joined(", ", load)),
        )

    def _why_few_days(self, person: Participant, service: Service) -> Iterator[Sentence]:
        """Yield that the days on which the service is possible are too few for its needed sessions."""
        demand = self.terms.demand(person, service)
        days = sorted({c.day for c in self._own(person, service)})
        if demand.per_day and len(days) * demand.per_day < demand.required:
            found = service.id, count(len(days), "day"), _names(days), demand.per_day, demand.required
            yield Sentence("Service {} is possible on {} only ({}), at most {} a day; {} are needed.", *found)

    def _why_no_option(self, person: Participant, service: Service) -> Iterator[Sentence]:
        for why in sorted(self.possible.blocked[person.id, service.id]):
            yield Sentence("Service {}: {}.", service.id, why)
        skill = self.terms.roles(service, None)[0].skill
        skilled = [w for w in self.problem.therapists if skill in w.skills]
        if not skilled:
            told = "Service {}: nobody on the staff has the skill {} ({therapists.csv}, skills)."
            yield said(told, service.id, skill)
        primary = person.primary_id
        if service.with_primary and primary is not None:
            if primary not in {w.id for w in skilled}:
                told = "Service {}: the primary therapist {} lacks the skill {}."
                yield Sentence(told, service.id, TherapistRef(primary), skill)
            if service.licensed_lead and not self.problem.therapist[primary].licensed:
                yield Sentence(
                    "Service {}: the primary therapist {} is not licensed.", service.id, TherapistRef(primary)
                )
        if skilled:
            yield from (Sentence("Service {}: {}.", service.id, why) for why in self._why_barred(person, service))
        if service.with_primary and primary is not None:
            yield self._no_start(person, service, Sentence("the primary therapist {}", TherapistRef(primary)))
        yield self._no_start(person, service, "anybody who may hold it")

    @staticmethod
    def _no_start(person: Participant, service: Service, lead: str) -> Sentence:
        told = "Service {}: there is no start at which {} and {} are both free for {} minutes and match."
        return Sentence(told, service.id, ParticipantRef(person.id), lead, service.minutes)

    def _why_barred(self, person: Participant, service: Service) -> Iterator[str]:
        """Yield which single rule leaves no start at all, for those that are not about free time and matching."""
        sentences = {
            RuleId.TWO_STAFF: "nobody with one of its skills could be the second on the staff (two_staff)",
            RuleId.SIZE: said(
                "too few participants could come at any one start ({services.csv} and {groups.csv}, smallest size)"
            ),
            RuleId.WEEK_MAX: (
                "at every start that would suit, nothing is authorized or the session is longer than a day's hours"
            ),
            RuleId.SUPERVISOR: "no supervisor is on site at any start that would suit (supervisor_on_site)",
            RuleId.STAFF_LOAD: self._why_overworked(service),
            RuleId.SEATS: "those who could hold it, the participant and the service share no modality",
            RuleId.APART: said("{keep_apart.csv} keeps the participant from everybody who could hold it"),
        }
        for rule, sentence in sentences.items():
            if person.id in self.possible.without_rule(rule, service):
                yield sentence

    def _why_overworked(self, service: Service) -> str:
        """Return which limit of staff hours no start keeps: a session's length does not depend on it, rest does."""
        skill = self.terms.roles(service, None)[0].skill
        longest = [self.terms.longest_session(row) for row in self.problem.therapists if skill in row.skills]
        if service.minutes <= max(longest, default=0):
            return (
                "at every start that would suit, those who could hold it lack the rest between it and their sessions of "
                "the week before or after (min_rest_hours)"
            )
        return (
            "it is longer than those who could hold it may work in one go "
            "(max_hours_per_day, max_hours_per_week, meal_after_hours)"
        )

    def _load(self, therapist_id: str) -> str:
        return f"{hours(self._worked[therapist_id])} of {hours(self.terms.therapist_limits(self.problem.therapist[therapist_id])[1])}"

    # --- group hours ------------------------------------------------------
    def _why_no_group(self, person: Participant, service: Service) -> Iterator[Sentence]:
        groups = self.problem.groups_of[service.id]
        matching = [group for group in groups if matches_group(person, group)]
        if not matching:
            told = "No group of service {} takes {}: {}."
            yield Sentence(told, service.id, ParticipantRef(person.id), _traits(person))
        own = [group for group in groups if group.id in person.group_ids] or matching
        names = _all_of(own)
        reached = {c.start for c in self._own(person, service)}
        for why in sorted(self.possible.blocked[person.id, service.id]) if own and not reached else ():
            yield Sentence("Group {}: {}.", names, why)
        if own and not reached:
            yield from (Sentence("Group {}: {}.", names, why) for why in self._why_barred(person, service))
            told = "Group {} cannot meet inside the participant's windows with anybody who may lead it."
            yield Sentence(told, names)
        yield from self._why_group_full(person, own)
        if self.is_proven:
            yield from self._why_group_apart(person, own)

    def _why_group_full(self, person: Participant, groups: list[Group]) -> Iterator[Sentence]:
        if not groups or self._groups_attended(person):
            return
        full = [group for group in groups if self._is_full(group)]
        if len(full) == len(groups):
            yield Sentence("Group {} is full.", _all_of(groups))
        if self.is_proven and not any(session.group_id in {g.id for g in groups} for session in self.schedule.sessions):
            yield Sentence("Group {} is not held: too few members, or no staff and room for it.", _all_of(groups))

    def _why_group_apart(self, person: Participant, groups: list[Group]) -> Iterator[Sentence]:
        """Yield who attends sessions that the participant could attend if the two were not kept apart."""
        reached = {(c.group.id, c.start) for c in self.possible.options[person.id] if c.group is not None}
        attended = self._groups_attended(person)
        for group in groups:
            if attended and group.id not in attended and group.membership == "closed":
                continue
            held = [s for s in self.schedule.sessions if s.group_id == group.id]
            missed = [s for s in held if person.id not in s.participant_ids and (group.id, s.start) in reached]
            for other in sorted(self.possible.apart[person.id]):
                there = [s for s in missed if other in {*s.participant_ids, *s.therapist_ids}]
                if there:
                    who = reference_to(self.problem, other)
                    yield said(
                        "Group {}: {keep_apart.csv} keeps {} from {}, and {} is in {} of its {}.",
                        *(GroupRef(group.id), ParticipantRef(person.id), who, who),
                        *(len(there), count(len(held), "session")),
                    )

    def _groups_attended(self, person: Participant) -> set[str]:
        return {session.group_id for session in self._attended[person.id] if session.group_id}

    def _is_full(self, group: Group) -> bool:
        service = self.problem.service[group.service_id]
        most = self.terms.size(service, group, group.population)[1]
        held = [s for s in self.schedule.sessions if s.group_id == group.id]
        return bool(held) and all(len(s.participant_ids) >= most for s in held)

    def _why_no_hours(self, person: Participant) -> Iterator[Sentence]:
        required_days = self.terms.required_days(person)
        allowed = self.terms.authorized_days(person)
        if allowed is not None and allowed < required_days:
            yield Sentence(
                "The authorization allows {} this week, {} are required.", count(allowed, "day"), required_days
            )
        until = person.authorized_until
        if until is not None and (until - self.problem.week).days < max(self.terms.open_days):
            yield Sentence("The authorization ends on {}; nothing countable is held after it.", until.isoformat())
        begin = person.authorized_from
        if begin is not None and (begin - self.problem.week).days > min(self.terms.open_days):
            yield Sentence("The authorization begins on {}; nothing countable is held before it.", begin.isoformat())
        yield from self._why_no_full_day(person)
        if person.phase is not None:
            yield from self._why_phase(person)
        offering = [s for s in self.problem.services if s.kind == "group" and s.id in self.problem.groups_of]
        matching = [s for s in offering if any(matches_group(person, g) for g in self.problem.groups_of[s.id])]
        if offering and not matching:
            yield Sentence("No group takes {}: {}.", ParticipantRef(person.id), _traits(person))
        for service in matching:
            yield from self._why_no_group(person, service)
        days = {c.day for c in self.possible.options[person.id] if c.countable_minutes}
        if len(days) < required_days:
            told = "Countable sessions are possible on {} only, {} are required."
            yield Sentence(told, count(len(days), "day"), required_days)
        yield from self._why_few_offered(person)
        yield from self._why_few_group_days(person)
        if self.is_proven:
            yield from self._why_few_sessions(person)

    def _why_no_full_day(self, person: Participant) -> Iterator[Sentence]:
        """Yield that no day with a group session could reach the hours that such a day should hold."""
        least = self.terms.least_on_group_days(person)
        if not least:
            return
        most: dict[int, dict[str, int]] = defaultdict(dict)
        for candidate in self.possible.options[person.id]:
            per_day = self.terms.demand(person, candidate.service).per_day or DAY
            most[candidate.day][candidate.service.id] = candidate.countable_minutes * per_day
        allowed = self.terms.max_minutes_per_day(person)
        longest = min(allowed, max((sum(minutes.values()) for minutes in most.values()), default=0))
        if most and longest < least:
            told = (
                "A day with a group session must have {} (min_hours_on_group_days), and no day can have more than {}."
            )
            yield Sentence(told, hours(least), hours(longest))

    def _why_phase(self, person: Participant) -> Iterator[Sentence]:
        phase = self.problem.clinic.phases[person.phase or ""]
        longest = max((self.terms.countable_minutes(s) for s in self.problem.services if s.kind == "group"), default=0)
        required = self.terms.required_minutes(person)
        most = phase.max_group_sessions * longest
        for service in self.problem.services:
            if service.kind != "group" and service.counts:
                number = self.terms.demand(person, service).most
                if number is None:
                    return
                most += number * self.terms.countable_minutes(service)
        if most < required:
            allowed = count(phase.max_group_sessions, "group session")
            told = "Phase {} allows {}: with everything else at most {} a week, {} are required."
            yield Sentence(told, phase.id, allowed, hours(most), hours(required))

    def _why_few_offered(self, person: Participant) -> Iterator[Sentence]:
        """Yield that all sessions which groups hold and needs allow would not be enough."""
        most = 0
        for service in self.problem.services:
            number = self.terms.demand(person, service).most
            if number is None and service.id in self.problem.groups_of and service.counts:
                groups = self.problem.groups_of[service.id]
                number = sum(group.sessions_per_week for group in groups if matches_group(person, group))
            if number is None and service.counts:
                return
            most += (number or 0) * self.terms.countable_minutes(service)
        required = self.terms.required_minutes(person)
        if most < required:
            yield Sentence("Groups and needs offer at most {} a week, {} are required.", hours(most), hours(required))

    def _why_few_group_days(self, person: Participant) -> Iterator[Sentence]:
        """Yield groups of the participant that have fewer days for them than sessions a week, whatever the schedule."""
        for group_id in sorted(self._groups_attended(person)):
            group = self.problem.group[group_id]
            days = sorted({c.day for c in self.possible.options[person.id] if c.group is group})
            per_day = self.problem.service[group.service_id].max_per_day
            if days and per_day and len(days) * per_day < group.sessions_per_week:
                yield Sentence(
                    "Group {} is possible on {} only ({}) for {}: its times, who may lead it, its room "
                    "and the participant's own time allow no more.",
                    *(GroupRef(group_id), count(len(days), "day"), _names(days), ParticipantRef(person.id)),
                )

    def _why_few_sessions(self, person: Participant) -> Iterator[Sentence]:
        attending = self._groups_attended(person)
        for group_id in sorted(attending.union(person.group_ids)):
            group = self.problem.group[group_id]
            held = [s for s in self.schedule.sessions if s.group_id == group_id]
            missed = [s for s in held if person.id not in s.participant_ids]
            if missed:
                attended = len(held) - len(missed)
                why = why_missed(self.terms, person, missed, self._attended[person.id])
                told = "Attends {} of {} of group {}: {}."
                yield Sentence(told, attended, count(len(held), "session"), GroupRef(group_id), why)
            if group_id in attending and len(held) < group.sessions_per_week:
                told = "Group {} is held {} of {} times: staff, rooms or its members' time do not allow more."
                yield Sentence(told, GroupRef(group_id), len(held), group.sessions_per_week)


def _all_of(groups: Sequence[Group]) -> Sentence:
    return Sentence.joined(", ", (GroupRef(group.id) for group in groups))


def _names(days: Sequence[int]) -> str:
    return ", ".join(WEEKDAYS[day] for day in days)


def _traits(person: Participant) -> str:
    tracks = ";".join(person.tracks) or "blank"
    return f"population {person.population}, track {tracks} (and gender or language where a group asks)"
