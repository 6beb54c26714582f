"""What keeps each participant from what they lack: the one fact without which, all else as it is, they would have more.

A reason is told only where a week without the fact was laid out and judged by the verifier: everybody else keeps what they
have, and the person has less unmet need. Of several such facts the first in the order of
:class:`~iopsched.why.cause.CauseKind` is told; two are told as one where neither alone would help.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Service
from iopsched.domain.timegrid import DAY, hours
from iopsched.model.terms import Terms, matches_group
from iopsched.policy.numbers import in_force
from iopsched.stopping import TimeOver
from iopsched.verifier.account import Account, accounts
from iopsched.verifier.closedays import closure_loss
from iopsched.verifier.week import Week
from iopsched.why.additions import Additions
from iopsched.why.cause import Cause, CauseKind, Fact
from iopsched.why.edits import without
from iopsched.why.facts.people import limits
from iopsched.why.scene import Scene
from iopsched.why.tallies import Tally, findings, is_kept_by_own_time, is_of_week, order
from iopsched.why.telling import capitalized, joined, told_cause
from iopsched.why.trial import Addition, Trials, Whole
from iopsched.why.world import World
from iopsched.words.papers import paper_words
from iopsched.words.phrases import count
from iopsched.words.sentence import ParticipantRef, Sentence
from iopsched.words.unknowncauses import CUT_SHORT, NO_TIME, NOT_LOOKED
from iopsched.words.wordings import said

UNKNOWN = Sentence("No week gives more, and no single fact was found to be the cause.")
NO_FACT = Sentence("No single fact was found to be the cause.")
MOST_TRIALS = 2000
MOST_PROOFS = 6
TAKEN = frozenset({CauseKind.STAFF_TAKEN, CauseKind.ROOM_TAKEN})


def reasons(
    problem: Problem, schedule: Schedule, participant_ids: Sequence[str], *, is_proven: bool = True
) -> dict[str, Sentence]:
    """Return a sentence for each of these participants; each has unmet need in this schedule.

    ``is_proven``: whether no schedule has less unmet need; else only such
    facts are told as would stand in the way if nobody else were there.
    """
    return {
        key: cause.sentence for key, cause in causes(problem, schedule, participant_ids, is_proven=is_proven).items()
    }


def causes(
    problem: Problem, schedule: Schedule, participant_ids: Sequence[str], *, is_proven: bool = True
) -> dict[str, Cause]:
    """Return the cause for each of these participants, with its facts; see :func:`reasons`."""
    if not participant_ids:
        return {}
    here, week = _of_known(problem, schedule)
    look = Looking(here, week, is_proven=is_proven)
    found: dict[str, Cause] = {}
    try:
        for key in participant_ids:
            found[key] = look.cause(problem.participant[key])
    except TimeOver:  # what is found until then is told
        for key in participant_ids:
            found.setdefault(key, Cause((), NO_TIME))
    return found


class Looking:
    """Looks for causes until so many weeks have been tried that it would take long."""

    def __init__(self, problem: Problem, schedule: Schedule, *, is_proven: bool) -> None:
        self.problem = problem
        self.schedule = schedule
        self.is_proven = is_proven
        self.terms = Terms(problem)
        self.account = {row.participant.id: row for row in accounts(Week(problem, schedule))}
        self.world = World(problem, schedule, self.terms) if is_proven else None
        self.whole = Whole(problem, {session.id: session for session in schedule.sessions})
        self.trials_left = MOST_TRIALS
        self.closures = closure_loss(problem, schedule)

    def cause(self, person: Participant) -> Cause:
        """Return the causes of everything that the person lacks, in one sentence or several."""
        if self.trials_left <= 0:
            return self._of_closures(person) or Cause((), NOT_LOOKED if self.is_proven else CUT_SHORT)
        found = list(self._every(person, self.account[person.id]))
        told = [cause for cause in found if cause.facts]
        if not told and (closed := self._of_closures(person)) is not None:
            return closed
        if self.is_proven or len(told) == len(found):
            told = told or [Cause((), UNKNOWN)]
        else:
            told.append(Cause((), CUT_SHORT))
        return Cause(tuple(fact for cause in told for fact in cause.facts), joined(told))

    def _of_closures(self, person: Participant) -> Cause | None:
        """Return that the person lacks nothing but what closed days take away."""
        loss = self.closures
        if loss is None or person.id not in loss.alone:
            return None
        told = said(
            "the clinic is closed {} ({time_off.csv}), and by the days that are open nothing is lacking",
            paper_words().short_dates(loss.days),
        )
        fact = Fact(CauseKind.CLOSED_DAY, "clinic", told, without("time_off", lambda row: row.kind == "clinic"))
        return Cause((fact,), Sentence("{}.", capitalized(told)))

    def of_service(self, person: Participant, service: Service) -> Cause:
        """Return the cause that keeps somebody from a further session of a service."""
        return self._of_lack(person, [service]) or Cause((), NO_FACT)

    def _every(self, person: Participant, account: Account) -> Iterator[Cause]:
        """Yield the cause of each lack, without facts where none is known."""
        nothing = Cause((), UNKNOWN)
        needed = [service for service in self.problem.services if account.lacking.get(service.id)]
        for service in needed:
            yield self._of_lack(person, [service]) or nothing
        gained = sum(self.terms.countable_minutes(row) * account.lacking[row.id] for row in needed)
        lacks_hours = account.required_minutes - account.scheduled_minutes > gained
        lacks_days = account.unmet_minutes > account.lacking_minutes and not gained
        services = self._countable(person, account)
        if not self.is_proven and lacks_days and not lacks_hours:  # on other days the same sessions may be enough
            yield nothing
        elif (lacks_hours or lacks_days) and (services or not needed):
            yield (
                self._of_days(person, account)
                or self._of_lack(person, services)
                or self._of_gaps(person, account)
                or nothing
            )

    def _of_days(self, person: Participant, account: Account) -> Cause | None:
        """Return that the days on which somebody comes are enough, and only too short to count."""
        held = self.schedule.sessions
        days = {row.start // DAY for row in held if person.id in row.participant_ids}
        is_long = account.scheduled_minutes >= account.required_minutes
        if not is_long or account.scheduled_days >= account.required_days > len(days):
            return None
        told = "{} comes on {}, and a day counts only from {} on ({})."
        limit = in_force(self.problem.clinic, person, "program_day_hours")
        sentence = Sentence(told, ParticipantRef(person.id), count(len(days), "day"), hours(limit.value), limit.setting)
        return self._of_requirement(person, CauseKind.PROGRAM_DAY, "program_day_hours", sentence)

    def _of_gaps(self, person: Participant, account: Account) -> Cause | None:
        limit = in_force(self.problem.clinic, person, "max_gap_days")
        if not account.long_gaps:
            return None
        told = "There is no session that counts for more than {} in a row ({})."
        sentence = Sentence(told, count(limit.value, "day"), limit.setting)
        return self._of_requirement(person, CauseKind.GAP, "max_gap_days", sentence)

    def _of_requirement(self, person: Participant, kind: CauseKind, key: str, sentence: Sentence) -> Cause | None:
        """Return a number that is asked for as the cause, if the same week would be enough without it."""
        problem, facts = self.problem, []
        for fact in limits(Scene.of(problem, person), key, kind, 0, "{} ({})"):
            problem = fact.undo(problem)
            facts.append(replace(fact, clause=sentence))
            (now,) = accounts(Week(problem, self.schedule, {person.id}))
            if now.unmet_minutes < self.account[person.id].unmet_minutes:
                return Cause(tuple(facts), sentence)
        return None

    def _countable(self, person: Participant, account: Account) -> list[Service]:
        """Return the services whose further sessions would give hours and days, groups first."""
        found = [
            service
            for service in sorted(self.problem.services, key=lambda row: row.kind != "group")
            if service.counts
            and self.terms.demand(person, service).most is None
            and not account.lacking.get(service.id)
        ]
        groups = self.problem.groups_of
        suiting = [
            row
            for row in found
            if row.id not in groups
            or any(matches_group(person, group) and self.terms.may_join(person, group) for group in groups[row.id])
        ]
        return suiting if suiting or account.lacking else found

    def _of_lack(self, person: Participant, services: Sequence[Service]) -> Cause | None:
        schedule = self.schedule
        world = self.world
        if world is None:
            schedule = _alone(self.schedule, person, services)
            world = World(self.problem, schedule, self.terms)
        trials = Trials(self.problem, schedule, person, self.whole if self.is_proven else None)
        short = frozenset(key for key, row in self.account.items() if row.unmet_minutes and self.is_proven)
        ways = Additions(world, person, short)
        every = [ways.of_service(service) for service in services]
        if not self.is_proven:  # another week may hold at another time what this one holds
            every = [chain(ways.moved(service), more) for service, more in zip(services, every, strict=True)]
        tallies: dict[object, Tally] = {}
        try:
            if not self._tally(trials, person, every, tallies):
                return None
            cause = self._chosen(trials, list(tallies.values()))
            if not self.is_proven or (cause is not None and _is_plain(cause)):
                return cause
            self._tally(trials, person, [ways.of_cleared(service) for service in services], tallies)
            return self._chosen(trials, list(tallies.values()))
        finally:
            self.trials_left -= trials.made

    def _tally(
        self, trials: Trials, person: Participant, every: Iterable[Iterator[Addition]], tallies: dict[object, Tally]
    ) -> bool:
        """Try ways and sort what is found by its facts; return False where another week may give more."""
        for ways in every:
            for finding, alike in findings(trials, ways):
                if not self.is_proven and is_of_week(finding, person):
                    return False
                if not finding.facts:  # somebody else would pay for it
                    continue
                tally = tallies.setdefault(finding.facts, Tally(finding.facts))
                tally.ways += alike
                tally.gain = max(tally.gain, finding.gain)
                tally.findings.append(finding)
        return True

    def _chosen(self, trials: Trials, tallies: list[Tally]) -> Cause | None:
        """Return the first tally that a whole week proves."""
        has_time = any(not is_kept_by_own_time(tally) for tally in tallies)
        ordered = sorted(tallies, key=lambda tally: order(tally, has_time=has_time))
        for tally in ordered[:MOST_PROOFS]:
            proof = next((row for row in tally.findings[:2] if not self.is_proven or trials.is_proven(row)), None)
            if proof is None:
                continue
            alike = [tally]
            if len(tally.facts) == 1 and tally.facts[0].kind in TAKEN:
                alike += [
                    other
                    for other in ordered
                    if other is not tally
                    and [fact.kind for fact in other.facts] == [tally.facts[0].kind]
                    and trials.is_proven(other.findings[0])
                ]
            return told_cause(
                self.problem,
                proof.way.sessions[0],
                [fact for row in alike for fact in row.facts],
                is_choice=len(alike) > 1,
            )
        return None


def _is_plain(cause: Cause) -> bool:
    """Return whether one row is the cause, and no other session."""
    return len(cause.facts) == 1 and not cause.facts[0].frees


def _of_known(problem: Problem, schedule: Schedule) -> tuple[Problem, Schedule]:
    """Return the week without people, groups, rooms and services that have left the tables; what has begun may still have them."""
    if not problem.begun or problem.previous is None:
        return problem, schedule
    before = replace(problem.previous, sessions=_known(problem, problem.previous))
    return replace(problem, previous=before), replace(schedule, sessions=_known(problem, schedule))


def _known(problem: Problem, schedule: Schedule) -> tuple[Session, ...]:
    return tuple(
        replace(
            row,
            participant_ids=tuple(key for key in row.participant_ids if key in problem.participant),
            therapist_ids=tuple(key for key in row.therapist_ids if key in problem.therapist),
            group_id=row.group_id if row.group_id in problem.group else None,
            room_id=row.room_id if row.room_id in problem.room else None,
        )
        for row in schedule.sessions
        if row.service_id in problem.service
    )


def _alone(schedule: Schedule, person: Participant, services: Sequence[Service]) -> Schedule:
    """Return only the person's own sessions of these services: the clinic as if nobody else were there."""
    kinds = {service.id for service in services}
    rows = (
        replace(row, participant_ids=(person.id,))
        for row in schedule.sessions
        if person.id in row.participant_ids and row.service_id in kinds
    )
    return Schedule(schedule.week, tuple(rows))
