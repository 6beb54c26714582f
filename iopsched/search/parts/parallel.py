"""Parts of one week solved at the same time elsewhere, those that share nobody; what they find is merged here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from iopsched.domain.schedule import Schedule
from iopsched.search.clock import Clock
from iopsched.search.parts.improvement import Improvement, Kind
from iopsched.search.parts.merging import merged
from iopsched.search.parts.pool import Solvers
from iopsched.search.parts.tasks import OpenPart, SolvedPart
from iopsched.search.run import POLL_S
from iopsched.search.workshop import Opening
from iopsched.verifier import violations

# How often another part is drawn where one shares somebody with a part that is being solved.
DRAWS = 4
FREELY_FORMED = "freely formed"


@dataclass(frozen=True, slots=True)
class _Given:
    """A part under way: of which kind, and whom and what it may change."""

    task: OpenPart
    kind: Kind
    claims: frozenset[str]


class Parallel:
    """Improves a week as :class:`Improvement` does, whose kinds of parts and best week it shares."""

    def __init__(self, improvement: Improvement, solvers: Solvers, clock: Clock) -> None:
        self.improvement = improvement
        self.workshop = improvement.workshop
        self.solvers = solvers
        self.clock = clock
        self.merged = self.refused = 0
        self._given: dict[int, _Given] = {}
        self._void: set[int] = set()

    def step(self) -> bool:
        """Give out parts and take in what was found; return whether the week is now another one, in the goal no worse.

        While nobody is ready, or left, a part is solved here.
        """
        self._give_out()
        if not self._given:
            return self.improvement.step()
        return self._take_in(self._hear())

    def recall(self) -> None:
        """Forget what is under way: the goal is another one now."""
        self.solvers.recall()
        self._void |= self._given.keys()
        self._given.clear()

    # --- giving out -------------------------------------------------------
    def _give_out(self) -> None:
        for number in self.solvers.idle():
            if number in self._given or number in self._void:
                continue  # its answer has come, and nobody has heard it yet
            taken: frozenset[str] = frozenset().union(*(other.claims for other in self._given.values()))
            for _ in range(DRAWS):
                kind, opening = self.improvement.open()
                opening = self._apart(opening, taken)
                claims = self._claims(opening)
                if claims and claims.isdisjoint(taken):
                    goal_id, before = self.improvement.goal_id, self.improvement.before
                    task = OpenPart(self.improvement.week, opening, goal_id, before, self.clock.left_s)
                    self._given[number] = _Given(task, kind, claims)
                    self.solvers.give(number, task)
                    break

    def _apart(self, opening: Opening, taken: frozenset[str]) -> Opening:
        """Return what of an opening shares nobody with the parts under way."""
        if not taken:
            return opening
        others: dict[str, set[str]] = defaultdict(
            set
        )  # whom else a group or participant meets in sessions that are open
        for session in self.improvement.week.sessions:
            if self.workshop.is_open(session, opening):
                own = [f"group {session.group_id}"] if session.group_id is not None else []
                people = [f"participant {participant_id}" for participant_id in session.participant_ids]
                for claim in own or people:
                    others[claim] |= {*people, f"lead {session.lead_id}"}
        groups = {key for key in opening.group_ids if not {f"group {key}", *others[f"group {key}"]} & taken}
        leads = {
            visit: own
            for visit, own in opening.leads.items()
            if not {f"participant {visit[0]}", *others[f"participant {visit[0]}"]} & taken
        }
        keeps = opening.keeps_freely_formed or FREELY_FORMED in taken
        return replace(opening, group_ids=frozenset(groups), leads=leads, keeps_freely_formed=keeps)

    def _claims(self, opening: Opening) -> frozenset[str]:
        """Return groups, participants and leads whose sessions are chosen anew.

        Somebody else may still get a session in two parts at once: then the verifier refuses one of them.
        """
        found = {f"group {group_id}" for group_id in opening.group_ids}
        found |= {f"participant {participant_id}" for participant_id, _ in opening.leads}
        if not opening.keeps_freely_formed:
            found.add(FREELY_FORMED)
        for session in self.improvement.week.sessions:
            if self.workshop.is_open(session, opening):
                found.add(f"lead {session.lead_id}")
                found |= {f"participant {participant_id}" for participant_id in session.participant_ids}
        return frozenset(found)

    # --- taking in --------------------------------------------------------
    def _hear(self) -> list[tuple[_Given, SolvedPart]]:
        """Return what was found, as soon as something was, nothing where time is over."""
        while not (heard := self.solvers.hear(POLL_S)):
            if self.clock.is_over:
                return []
        found = []
        for number, answer in heard:
            given = self._given.pop(number, None)
            self._void.discard(number)
            if given is not None and answer is not None:
                found.append((given, answer))
        return found

    def _take_in(self, found: Sequence[tuple[_Given, SolvedPart]]) -> bool:
        for given, answer in found:
            self.improvement.learn(given.kind, answer.won, answer.seconds, is_proven=answer.is_proven)
        weeks = [(given.task, answer.week) for given, answer in found if answer.week is not None]
        if not weeks:
            return False
        if self._offer(weeks):
            return True
        are_new = [self._offer([row]) for row in weeks] if len(weeks) > 1 else []
        return any(are_new)

    def _offer(self, weeks: Sequence[tuple[OpenPart, Schedule]]) -> bool:
        """Merge parts into the best week and take it over, if it keeps every rule and is no worse."""
        week = self.improvement.week
        for task, found in weeks:
            week = merged(self.workshop, week, task.opening, task.week, found)
        is_taken = not violations(self.workshop.problem, week) and self.improvement.offer(week)
        self.merged += len(weeks) if is_taken else 0
        self.refused += 0 if is_taken or len(weeks) > 1 else 1
        return is_taken
