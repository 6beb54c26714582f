"""A week made in two stages, for a quick beginning where the whole model would be large.

First the sessions for several (groups, their leads and members) are decided,
with everybody's visits (sessions for one) only as a load on the staff who
could hold them; then the visits, lot by lot, each participant with few leads.
Every stage is the ordinary model of fewer sessions, so that whatever comes
out keeps every rule. Nothing is proven: another first stage may admit a
better second one, and :mod:`iopsched.search.parts.improvement` opens both again.
"""

from __future__ import annotations

import contextlib
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from iopsched.domain.people import circles
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.candidate import Candidate
from iopsched.model.decisions import held_of, read_decisions
from iopsched.model.overload import overload
from iopsched.model.rules.pins import could_match
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.run import minimize
from iopsched.search.start.pinned import musts, pinned_visits, unless_missing
from iopsched.search.start.sampling import few_starts
from iopsched.search.workshop import Opening, Workshop
from iopsched.stopping import TimeOver, looking_at
from iopsched.verifier import hours, unmet_minutes

LEAST_FOR_PINS_S = 0.2
Keep = Callable[[Callable[[], Schedule]], None]


def sketch(
    workshop: Workshop,
    clock: Clock,
    keep: Keep | None = None,
    pinned: Schedule | None = None,
    *,
    is_careful: bool = False,
) -> Schedule | None:
    """Return the week that the two stages find, None where they find none in time.

    ``keep`` is given what reads the week as far as it is decided, after each portion. The visits that keep pins are those of
    the week ``pinned``. A clinic that is short of people,
    rooms or hours is worth a second, more ``is_careful`` look, says
    :func:`is_worth_a_second_sketch`.
    """
    tuning = workshop.tuning
    at_once = tuning.careful_groups_at_once if is_careful else tuning.groups_at_once
    return _Sketch(workshop, clock, at_once, keep, pinned).run()


def is_worth_a_second_sketch(problem: Problem, week: Schedule, much_unmet: float) -> bool:
    """Return whether a sketch leaves so much of the need unmet that parts would take long to mend it."""
    wanted = sum(row.required_minutes for row in hours(problem, week))
    return sum(unmet_minutes(problem, week).values()) > much_unmet * wanted


class _Sketch:
    def __init__(
        self, workshop: Workshop, clock: Clock, groups_at_once: int, keep: Keep | None, pinned: Schedule | None
    ) -> None:
        self.workshop = workshop
        self.keep = keep
        self.groups_at_once = groups_at_once
        self.tuning = workshop.tuning
        self.terms = workshop.terms
        self.problem = workshop.problem
        self.clock = clock
        self.visits = {
            (person.id, service.id): self.terms.demand(person, service).required
            for person in self.terms.participants
            for service in self.problem.services
            if workshop.factory.visits.are_plain(person, service) and self.terms.demand(person, service).required
        }
        self.pinned = pinned_visits(workshop, pinned)
        for row in self.pinned:
            key = row.participant_ids[0], row.service.id
            self.visits[key] = self.visits.get(key, 0) - 1
        self.visits = {key: number for key, number in self.visits.items() if number > 0}
        self.latest: Callable[[], Schedule] | None = None
        self.fixed_load, self.pools = self._visit_loads()
        self.random = random.Random(clock.params.seed)

    def run(self) -> Schedule | None:
        held = self.pinned
        portions = [portion for lot in _lots(self.workshop.for_several) for portion in self._portions(lot)]
        number = 0
        with contextlib.suppress(TimeOver):  # what is decided until then is a week
            for portion in portions:
                held = self._decided(held, portion) or self._keep_pins(held, portion)
                number += 1
            self._hold_visits(held)
        for portion in portions[number:]:
            held = self._keep_pins(held, portion)
        return None if self.latest is None else self.latest()

    # --- sessions for several ---------------------------------------------
    def _keep_pins(self, held: list[Candidate], portion: list[Candidate]) -> list[Candidate]:
        """Return the sessions held with those that pins ask for in a portion too large for the time, also where it is over."""
        asked = [row for row in portion if any(could_match(pin, row) for pin in musts(self.workshop))]
        if not asked:
            return held
        with looking_at(None), self.clock.at_least(LEAST_FOR_PINS_S), contextlib.suppress(TimeOver):
            return self._decided(held, asked) or held
        return held

    def _decided(self, held: list[Candidate], portion: list[Candidate]) -> list[Candidate] | None:
        """Return the sessions held once a portion is decided, with the earlier ones."""
        if self.clock.is_over:
            raise TimeOver
        people = {pid for candidate in portion for pid in candidate.participant_ids}
        model = self.workshop.assemble(held, self._with_few_leads(held, portion), people, pins_are_wishes=True)
        goal = unless_missing(model, model.goal(GoalId.UNMET_NEED) + overload(model.x, self.pools, self.fixed_load))
        found = minimize(model.cp, goal, self.clock, self.tuning.group_stage)
        if found.values is None:
            return None
        self.latest = partial(read_decisions, model.x, found.values)
        if self.keep is not None:
            self.keep(self.latest)
        return list(held_of(model.x, found.values))

    def _with_few_leads(self, held: list[Candidate], portion: list[Candidate]) -> list[Candidate]:
        """Return a portion in which each group has the leads who can hold most of its starts and have most time left."""
        left = self._time_left(held)
        starts: dict[tuple[str, str], int] = defaultdict(int)
        for row in portion:
            if row.group is not None:
                for w in row.lead_ids:
                    starts[row.group.id, w] += 1
        best: dict[str, frozenset[str]] = {}
        for group_id in {group_id for group_id, _ in starts}:
            able = [(-number, -left[w], w) for (own, w), number in starts.items() if own == group_id]
            best[group_id] = frozenset(w for _, _, w in sorted(able)[: self.tuning.group_leads])
        found = []
        for row in portion:
            few = () if row.group is None else tuple(w for w in row.lead_ids if w in best[row.group.id])
            found.append(replace(row, lead_ids=few) if few else row)
        return found

    def _time_left(self, held: list[Candidate]) -> dict[str, int]:
        """Return minutes a week that each member of staff has left after held sessions and their own visits."""
        left = {w.id: self.terms.therapist_limits(w)[1] - self.fixed_load.get(w.id, 0) for w in self.problem.therapists}
        for candidate in held:
            roles = (w for _, ids in candidate.other_roles for w in ids)
            for w in {*candidate.lead_ids, *candidate.surplus_ids, *roles}:
                left[w] -= candidate.service.minutes
        return left

    def _portions(self, lot: list[Candidate]) -> list[list[Candidate]]:
        """Deal the closed groups of a large lot, and the people in proportion, into portions of few groups.

        People with alike free time come together, so that they can share starts.
        """
        groups: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in lot:
            if candidate.group is None or candidate.group.membership != "closed":
                return [lot]
            groups[candidate.group.id].append(candidate)
        number = round(len(groups) / self.groups_at_once)
        if number < 2:
            return [lot]
        ids = sorted(groups)
        bounds = [len(ids) * place // number for place in range(number + 1)]
        chunks = [ids[first:last] for first, last in pairwise(bounds)]
        place_of = self._deal(lot, chunks)
        portions: list[list[Candidate]] = []
        for place, chunk in enumerate(chunks):
            portion = []
            for candidate in (row for group_id in chunk for row in groups[group_id]):
                people = tuple(pid for pid in candidate.participant_ids if place_of[pid] == place)
                if len(people) >= candidate.size[0]:
                    portion.append(replace(candidate, participant_ids=people))
            portions.append(portion)
        return portions

    def _deal(self, lot: list[Candidate], chunks: list[list[str]]) -> dict[str, int]:
        """Return the chunk of groups for each participant: the one with their own group, else the next with a place left."""
        home = {group_id: place for place, chunk in enumerate(chunks) for group_id in chunk}
        starts: dict[str, set[int]] = defaultdict(set)
        for candidate in lot:
            for pid in candidate.participant_ids:
                starts[pid].add(candidate.start)
        place_of: dict[str, int] = {}
        for pid in starts:
            own = [home[group_id] for group_id in self.problem.participant[pid].group_ids if group_id in home]
            if own:
                place_of |= dict.fromkeys(_joined(self.problem, pid) & starts.keys() - place_of.keys(), own[0])
                place_of[pid] = own[0]
        size = [sum(place == number for place in place_of.values()) for number in range(len(chunks))]
        most = [len(starts) * len(chunk) / len(home) for chunk in chunks]
        place = 0
        for pid in sorted((pid for pid in starts if pid not in place_of), key=lambda pid: (sorted(starts[pid]), pid)):
            while place < len(chunks) - 1 and size[place] >= most[place]:
                place += 1
            if pid not in place_of:
                joined = _joined(self.problem, pid) & starts.keys() - place_of.keys()
                place_of |= dict.fromkeys(joined, place)
                size[place] += len(joined)
        return place_of

    # --- visits as a load -------------------------------------------------
    def _visit_loads(self) -> tuple[dict[str, int], dict[tuple[str, ...], int]]:
        """Return minutes of needed visits by given primary, and by the staff who could hold the others."""
        fixed: dict[str, int] = defaultdict(int)
        pools: dict[tuple[str, ...], int] = defaultdict(int)
        able = {service.id: _able(self.workshop, service.id) for service in self.problem.services}
        for (participant_id, service_id), number in self.visits.items():
            person, service = self.problem.participant[participant_id], self.problem.service[service_id]
            if service.with_primary and person.primary_id is not None:
                fixed[person.primary_id] += number * service.minutes
            else:
                pools[able[service_id]] += number * service.minutes
        return fixed, pools

    # --- visits -----------------------------------------------------------
    def _hold_visits(self, held: list[Candidate]) -> None:
        leads = self._few_leads(held)
        people = list(dict.fromkeys(pid for pid, _ in self.visits))
        number = max(1, round(len(people) / self.tuning.people_at_once))
        for place in range(number):
            if self.clock.is_over:
                break
            lot = frozenset(people[len(people) * place // number : len(people) * (place + 1) // number])
            opening = Opening(leads={key: own for key, own in leads.items() if key[0] in lot})
            visits = few_starts(held, self.workshop.visits(opening), self.tuning.session_starts, self.random)
            model = self.workshop.assemble(held, visits, lot, pins_are_wishes=True)
            goal = unless_missing(model, model.goal(GoalId.UNMET_NEED))
            found = minimize(model.cp, goal, self.clock, self.tuning.session_stage)
            if found.values is not None:
                held = list(held_of(model.x, found.values))
                self.latest = partial(read_decisions, model.x, found.values)

    def _few_leads(self, held: list[Candidate]) -> dict[tuple[str, str], frozenset[str]]:
        """Return, for each participant and kind of visit, the leads with most time left who share free time."""
        left = self._time_left(held)
        choice: dict[tuple[str, str], frozenset[str]] = {}
        for (participant_id, service_id), number in self.visits.items():
            person, service = self.problem.participant[participant_id], self.problem.service[service_id]
            if service.with_primary and person.primary_id is not None:
                choice[participant_id, service_id] = _leads_of_primary(self.workshop, person.primary_id)
                continue
            free = self.terms.participant_free(person.id, service)
            able = [
                w
                for w in _able(self.workshop, service_id)
                if free.intersection(self.terms.therapist_free[w]).minutes >= service.minutes
            ]
            best = sorted(able, key=lambda w: (-left[w], w))[: self.tuning.session_leads]
            choice[participant_id, service_id] = frozenset(best)
            if best:
                left[best[0]] -= number * service.minutes
        return choice


def _lots(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Return the candidates in lots that share no participant, the largest lot first."""
    joined = circles((row.participant_ids[0], other) for row in candidates for other in row.participant_ids)
    lots: dict[frozenset[str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        lots[joined[candidate.participant_ids[0]]].append(candidate)
    return sorted(lots.values(), key=lambda lot: -len(lot))


def _leads_of_primary(workshop: Workshop, primary_id: str) -> frozenset[str]:
    """Return a primary therapist with everybody who stands in for them this week."""
    covers = workshop.factory.filters.covers
    staff = workshop.problem.therapists
    return frozenset({primary_id, *(w.id for w in staff if covers.may_ever_lead(w.id, primary_id))})


def _joined(problem: Problem, participant_id: str) -> frozenset[str]:
    """Return a participant with everybody who is kept together with them."""
    return problem.kept_together.get(participant_id, frozenset({participant_id}))


def _able(workshop: Workshop, service_id: str) -> tuple[str, ...]:
    """Return who could lead a visit."""
    service = workshop.problem.service[service_id]
    skill = workshop.terms.roles(service, None)[0].skill
    staff = workshop.problem.therapists
    return tuple(w.id for w in staff if skill in w.skills and (w.licensed or not service.licensed_lead))
