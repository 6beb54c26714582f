"""Whether a participant may attend one more session on the board."""

from __future__ import annotations

from iopsched.domain.timegrid import WEEK
from iopsched.model.candidate import Candidate
from iopsched.model.terms import GROUP_KINDS
from iopsched.search.start.board import Board


class Attendance:
    """Answers for one participant."""

    def __init__(self, board: Board) -> None:
        self.board = board

    def may_attend(self, participant_id: str, candidate: Candidate) -> bool:
        """Return whether the participant's time and limits leave room for one more session."""
        person = self.board.x.problem.participant[participant_id]
        had = self.board.attended[participant_id]
        same_day = [c for c in had if c.day == candidate.day]
        demand = self.board.terms.demand(person, candidate.service)
        own = self.board.count(participant_id, candidate.service.id)
        own_today = sum(c.service.id == candidate.service.id for c in same_day)
        minutes = candidate.countable_minutes
        days = {c.day for c in had if c.service.counts} | ({candidate.day} if candidate.service.counts else set())
        most_days, below_php = self.board.terms.authorized_days(person), self.board.terms.most_below_php(person)
        most = min(self.board.terms.max_minutes(person), WEEK if below_php is None else below_php)
        most_a_day = self.board.terms.max_sessions_per_day(person)
        longest = self.board.terms.max_minutes_in_a_row(person)
        groups = sum(c.service.kind == "group" for c in had) + (candidate.service.kind == "group")
        most_groups = self.board.x.problem.clinic.phases[person.phase].max_group_sessions if person.phase else groups
        return (
            self.board.is_free("participant", participant_id, candidate)
            and not self.board.bars(candidate, participant_id=participant_id)
            and (demand.most is None or own < demand.most)
            and (not demand.per_day or own_today < demand.per_day)
            and sum(c.countable_minutes for c in had) + minutes <= most
            and sum(c.countable_minutes for c in same_day) + minutes <= self.board.terms.max_minutes_per_day(person)
            and (not most_a_day or len(same_day) < most_a_day)
            and (most_days is None or len(days) <= most_days)
            and groups <= most_groups
            and (not longest or self.board.stretch(same_day, candidate, self.board.break_minutes) <= longest)
            and self._fills_the_day(participant_id, same_day, candidate)
            and self._joins_partners(participant_id, candidate)
        )

    def _joins_partners(self, participant_id: str, candidate: Candidate) -> bool:
        """Return whether all people kept together with the participant are in this group of the service, or in none."""
        if candidate.group is None:
            return True
        joined = self.board.x.problem.kept_together.get(participant_id, frozenset())
        attended = (c for pid in joined - {participant_id} for c in self.board.attended[pid])
        return all(
            c.group is None or c.service.id != candidate.service.id or c.group.id == candidate.group.id
            for c in attended
        )

    def _fills_the_day(self, participant_id: str, same_day: list[Candidate], candidate: Candidate) -> bool:
        """Return whether a day with this group session would hold enough, without counting on sessions placed later."""
        if not candidate.service.counts or candidate.service.kind not in GROUP_KINDS:
            return True
        least = self.board.terms.least_on_group_days(self.board.x.problem.participant[participant_id])
        return sum(c.countable_minutes for c in same_day) + candidate.countable_minutes >= least
