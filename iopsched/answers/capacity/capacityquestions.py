"""The order in which ``capacity`` finds its answers, and how much time each may take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from iopsched.answers.base import Base, Budget
from iopsched.answers.capacity.capacityanswer import Capacity, KindAnswer, ReferralAnswer, TogetherAnswer
from iopsched.answers.capacity.personkinds import PersonKind, kinds_of, typical
from iopsched.answers.capacity.starting import causes_of_waiting, week_with_one
from iopsched.domain.people import Participant, WaitlistEntry
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.terms import Terms
from iopsched.policy.numbers import largest
from iopsched.search.admission import Admitted, Waiting, admissions, most_alike
from iopsched.views.freeplaces import free_parts
from iopsched.words.phrases import count
from iopsched.words.sentence import ParticipantRef, Sentence

FIRST = 4
MOST = 48
"""How many people of a kind are asked for at first, and at most."""
KINDS_SHARE = 0.6
"""The share of what is left that all kinds may take: what limits them, and later weeks, have the rest."""
CAUSES_S, CAUSES_SHARE = 6.0, 0.15
"""The seconds, and the share of what is left, in which it is looked for what keeps one person who waits."""
MOST_S = 15.0
"""The seconds that one question may take."""
NOT_FOUND = Sentence("No week with them was found; that there is none was not proven in the time there was.")
NO_WEEK = "No week has all that {} needs while everybody else keeps what they have now."


@dataclass(slots=True)
class CapacityQuestions:
    """Asks one question after another of the week of a base, within a budget; ``weeks`` are those with most of each kind, ``at_once`` is that of those who wait."""

    base: Base
    budget: Budget
    moves_nobody: bool = False
    unfinished: list[Sentence] = field(default_factory=list)
    weeks: dict[PersonKind, Admitted] = field(default_factory=dict)
    at_once: Admitted | None = None

    @property
    def problem(self) -> Problem:
        """Return the problem of the base."""
        return self.base.problem

    # --- kinds --------------------------------------------------------------
    def kinds(self, on_kind: Callable[[KindAnswer], None] = lambda _: None) -> tuple[KindAnswer, ...]:
        """Return how many more people of each kind can come."""
        found = []
        every = kinds_of(self.problem)
        whole = self.budget.part(KINDS_SHARE)
        for place, kind in enumerate(every):
            answer = self.kind(kind, whole.part(1 / (len(every) - place), MOST_S))
            found.append(answer)
            on_kind(answer)
        open_kinds = sum(not row.is_proven for row in found)
        if open_kinds:
            self.unfinished.append(
                Sentence(
                    "Of {} it is not proven how many more can come; the most that could is told.",
                    count(open_kinds, "kind"),
                )
            )
        return tuple(found)

    def kind(self, kind: PersonKind, budget: Budget) -> KindAnswer:
        """Return how many more people of one kind can come."""
        seats = self._seats(kind)
        number, found = max(1, min(FIRST, seats)), Admitted((), self.base.schedule, MOST)
        while not budget.is_over:
            found = self.alike(kind, number, budget, found if found.who else None, proves=False)
            if len(found.who) < number or number == MOST:
                break
            number = min(MOST, 2 * number, max(seats, number + 1))
        while not budget.is_over and len(found.who) < MOST:
            more = self.alike(kind, len(found.who) + 1, budget, found)
            if more.is_proven and len(more.who) == len(found.who):
                self.weeks[kind] = more
                return KindAnswer(kind, len(more.who), more.bound)
            if len(more.who) == len(found.who):
                break
            found = more
        most = min(MOST, 2 * len(found.who) + FIRST)
        if budget.is_over or most == len(found.who):
            return KindAnswer(kind, len(found.who), None)
        asked = self._waiting(typical(self.problem, kind, most), are_alike=True)
        bound = most_alike(asked, budget.params(), budget.stop)
        return KindAnswer(kind, len(found.who), None if bound >= most else bound)

    def alike(
        self, kind: PersonKind, number: int, budget: Budget, begin: Admitted | None, *, proves: bool = True
    ) -> Admitted:
        """Return who of so many people of a kind can come."""
        waiting = self._waiting(typical(self.problem, kind, number), are_alike=True)
        return admissions(waiting, budget.params(), budget.stop, begin=begin, proves=proves)

    def _seats(self, kind: PersonKind) -> int:
        """Return the free seats in groups of a kind: about so many are asked for at first."""
        seats = 0
        for group in self.problem.groups:
            if group.population == kind.population and (not kind.track or kind.track in group.tracks):
                service = self.problem.service[group.service_id]
                own = [row for row in self.base.schedule.sessions if row.group_id == group.id]
                members = {participant_id for row in own for participant_id in row.participant_ids}
                seats += max(0, largest(self.problem.clinic, service, group, [kind.population]).value - len(members))
        return seats

    # --- those who wait -----------------------------------------------------
    def together(self) -> TogetherAnswer:
        """Return the most of those who wait that can start at once."""
        entries = in_order(self.problem.waitlist)
        able = tuple(row.participant for row in entries if self.is_here(row.participant))
        if not able:
            return TogetherAnswer((), 0, is_in_order=True)
        found = self.at_once = self.admitted(able, self.budget.part(0.5, MOST_S))
        if not found.is_proven:
            self.unfinished.append(
                Sentence("That no more than {} of the waitlist can start at once is not proven.", len(found.who))
            )
        elif not found.is_in_order:
            self.unfinished.append(
                Sentence("That nobody who has waited longer could start in place of somebody else is not proven.")
            )
        return TogetherAnswer(found.who, found.bound, found.is_in_order)

    def waitlist(self, on_person: Callable[[ReferralAnswer], None] = lambda _: None) -> tuple[ReferralAnswer, ...]:
        """Return of each person who waits whether they can start, if nobody else comes; whoever has waited longest first."""
        found = []
        entries = in_order(self.problem.waitlist)
        for place, entry in enumerate(entries):
            answer = self.referral(entry.participant, self.budget.part(1 / (len(entries) - place), MOST_S))
            if answer.is_proven and self.is_here(entry.participant) and not answer.can_start:
                answer = self.with_causes(answer, entry.participant)
            found.append(answer)
            on_person(answer)
        return tuple(found)

    def referral(self, person: Participant, budget: Budget) -> ReferralAnswer:
        """Return whether one person can start."""
        if not self.is_here(person):
            return ReferralAnswer(
                person.id,
                can_start=False,
                is_proven=True,
                why=Sentence("{} is not there this week.", ParticipantRef(person.id)),
            )
        week = self._week_at_once(person)
        found = Admitted((person.id,), week, 1) if week is not None else self.admitted((person,), budget)
        if found.who:
            groups, primary = _placed(self.problem, found.week, person.id)
            return ReferralAnswer(
                person.id,
                can_start=True,
                is_proven=True,
                group_ids=groups,
                therapist_id=primary,
                earliest_week=self.problem.week,
            )
        why = Sentence(NO_WEEK, ParticipantRef(person.id)) if found.is_proven else NOT_FOUND
        return ReferralAnswer(person.id, can_start=False, is_proven=found.is_proven, why=why)

    def _week_at_once(self, person: Participant) -> Schedule | None:
        """Return the week in which most of those who wait start, without the others; None where they are not among them."""
        known = self.at_once
        if known is None or person.id not in known.who:
            return None
        others = set(known.who) - {person.id}
        return week_with_one(self.base, with_people(self.problem, (person,)), known.week, others)

    def with_causes(self, answer: ReferralAnswer, person: Participant) -> ReferralAnswer:
        """Return the answer about somebody who cannot start with what is behind it, where that is certain in time."""
        problem = with_people(self.problem, (person,))
        budget = self.budget.part(CAUSES_SHARE, CAUSES_S)
        found = causes_of_waiting(problem, self.base.schedule, person.id, budget)
        return answer if found is None else replace(answer, why=found[0], facts=found[1])

    def is_here(self, person: Participant) -> bool:
        """Return whether the stay of somebody touches an open day of the week."""
        terms = Terms(with_people(self.problem, (person,)))
        return person.id in {row.id for row in terms.participants}

    # --- both ---------------------------------------------------------------
    def admitted(self, people: Sequence[Participant], budget: Budget) -> Admitted:
        """Return who of some people can come to the week."""
        return admissions(self._waiting(people), budget.params(), budget.stop)

    def _waiting(self, people: Sequence[Participant], *, are_alike: bool = False) -> Waiting:
        return Waiting(
            problem=self.problem,
            week=self.base.schedule,
            people=tuple(row.id for row in people),
            with_people=with_people(self.problem, people),
            are_alike=are_alike,
            keeps_sessions=self.moves_nobody,
        )


def with_people(problem: Problem, people: Sequence[Participant]) -> Problem:
    """Return a problem in which these are participants and wait no longer."""
    there = {row.id for row in people}
    waitlist = tuple(row for row in problem.waitlist if row.participant.id not in there)
    return replace(problem, participants=(*problem.participants, *people), waitlist=waitlist)


def in_order(waitlist: Sequence[WaitlistEntry]) -> tuple[WaitlistEntry, ...]:
    """Return those who wait: whoever was referred first comes first, by id on the same day, without a date last."""
    return tuple(sorted(waitlist, key=lambda row: (row.referred or date.max, row.participant.id)))


def _placed(problem: Problem, week: Schedule, participant_id: str) -> tuple[tuple[str, ...], str | None]:
    """Return the groups of somebody by service, and their primary."""
    own = [row for row in week.sessions if participant_id in row.participant_ids]
    order = {row.id: place for place, row in enumerate(problem.services)}
    groups = {row.group_id: order[row.service_id] for row in own if row.group_id is not None}
    return tuple(sorted(groups, key=lambda key: (groups[key], key))), week.primaries.get(participant_id)


def capacity_of(
    asking: CapacityQuestions,
    on_part: Callable[[TogetherAnswer | ReferralAnswer | KindAnswer], None] = lambda _: None,
    later: Callable[[Sequence[ReferralAnswer]], tuple[ReferralAnswer, ...]] | None = None,
    limited: Callable[[Sequence[KindAnswer]], tuple[KindAnswer, ...]] = tuple,
) -> Capacity:
    """Answer how many more people a week can take: those who wait at once and each alone, then kinds, then later weeks.

    ``limited`` finds what limits each kind, and what one more costs. ``on_part`` hears of each answer as it is found. ``later`` finds the earliest week of those who cannot start this week.
    """
    together = asking.together()
    on_part(together)
    waitlist = asking.waitlist(on_part)
    kinds = asking.kinds(on_part)
    kinds = limited(kinds)
    if later is not None and any(not row.can_start for row in waitlist):
        waitlist = later(waitlist)
    return Capacity(
        week=asking.problem.week,
        minutes=asking.base.minutes,
        people=asking.base.people,
        kinds=kinds,
        waitlist=waitlist,
        together=together,
        waiting={row.participant.id: row.referred for row in in_order(asking.problem.waitlist)},
        moves_nobody=asking.moves_nobody,
        schedule=asking.base.schedule,
        places=free_parts(asking.problem, asking.base.schedule),
        unfinished=tuple(asking.unfinished),
    )
