"""Where something can be held: a session of the week, or what the week lacks. Asked for by the id that the page shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from iopsched.board.bestplaces import BestPlace, best_places, open_map, priced
from iopsched.board.draftweek import DraftWeek
from iopsched.board.gridmoves import AS_IT_IS, NewPlace
from iopsched.board.moving import checked, placed
from iopsched.board.nearby import NearbyWeek, rules_of
from iopsched.board.startsmap import StartVerdict, at_a_glance, open_starts, starts_map
from iopsched.board.unplaced import Unplaced, held_at, lacking
from iopsched.board.verdict import JudgedWeek
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.policy.numbers import smallest
from iopsched.rulebook import RuleId


@dataclass(frozen=True)
class Lookup:
    """A draft and its surroundings, of which places are asked."""

    problem: Problem
    week: DraftWeek
    around: NearbyWeek

    def starts(
        self, session_id: str | None, unplaced_id: str | None, place: NewPlace = AS_IT_IS
    ) -> tuple[StartVerdict, ...]:
        """Return every start of a session, or of what is lacking, with the room and lead of the place where it names any.

        Raises
        ------
        UsageError
            If there is no such session, or it is no longer lacking.
        """
        checked(self.problem, place)
        if session_id is not None:
            old = self.week.session(session_id)
            return starts_map(self.around, old, placed(self.problem, old, place))
        row = lacking(self.problem, self.week, unplaced_id or "")
        if row.session_id is not None:
            return starts_map(self.around, None, placed(self.problem, self._aside(row), place))
        if self._is_for_several(row):
            return tuple(self._starts_for_several(row, place))
        session = held_at(self.problem, self.week, row, self._first_start(row), place)
        return open_map(
            self.around, session, is_led_so=place.lead_id is not None, is_housed_so=place.room_id is not None
        )

    def best(self, session_id: str | None, unplaced_id: str | None, judged: JudgedWeek) -> Iterator[BestPlace]:
        """Yield places for a session, or for what is lacking, as they are found; ``judged`` is the draft.

        Raises
        ------
        UsageError
            If there is no such session, or it is no longer lacking.
        """
        if session_id is not None:
            old = self.week.session(session_id)
            return best_places(self.around, self.week, judged, old, old)
        row = lacking(self.problem, self.week, unplaced_id or "")
        if row.session_id is not None:
            return best_places(self.around, self.week, judged, None, self._aside(row))
        if self._is_for_several(row):
            return self._best_for_several(row, judged)
        session = held_at(self.problem, self.week, row, self._first_start(row), AS_IT_IS)
        return best_places(self.around, self.week, judged, None, session)

    def _aside(self, row: Unplaced) -> Session:
        return next(one for one in self.week.aside if one.id == row.session_id)

    def _first_start(self, row: Unplaced) -> int:
        return next(open_starts(self.problem, row.minutes), 0)

    def _is_for_several(self, row: Unplaced) -> bool:
        """Return whether others would come, too: who they are depends on the time."""
        return row.group_id is not None or smallest(self.problem.service[row.service_id], None).value > 1

    def _starts_for_several(self, row: Unplaced, place: NewPlace) -> Iterator[StartVerdict]:
        possible = {session.start: session for session in self._possible(row, place)}
        for start in open_starts(self.problem, row.minutes):
            if start in possible:
                yield StartVerdict(start, rules_of(self.around.broken(None, possible[start])))
            else:
                yield StartVerdict(start, (RuleId.WINDOW,))  # or whoever needs it is in another session

    def _best_for_several(self, row: Unplaced, judged: JudgedWeek) -> Iterator[BestPlace]:
        for session in self._possible(row, AS_IT_IS):
            if not self.around.broken(None, session):
                yield priced(judged, self.week, session, ())

    def _possible(self, row: Unplaced, place: NewPlace) -> Iterator[Session]:
        """Yield the session at each start at which the clinic, the service and the group allow one, with whoever can come."""
        starts = tuple(open_starts(self.problem, row.minutes))
        if not starts:
            return
        first = held_at(self.problem, self.week, row, starts[0], place)
        people = () if row.participant_id is None else (row.participant_id,)
        bare = replace(first, participant_ids=people, therapist_ids=(), room_id=None)
        tried = [replace(bare, start=start, end=start + row.minutes) for start in starts]
        barred = at_a_glance(self.around, None, tried)
        for start in starts:
            if {RuleId.WINDOW, RuleId.OVERLAP}.isdisjoint(barred.get(start, ())):
                yield held_at(self.problem, self.week, row, start, place)
