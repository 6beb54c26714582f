"""Placing one more session on the board, with as many of the people as fit."""

from __future__ import annotations

from iopsched.domain.schedule import Session
from iopsched.model.candidate import Candidate
from iopsched.search.start.attendance import Attendance
from iopsched.search.start.board import Board
from iopsched.search.start.rooms import Rooms
from iopsched.search.start.staffing import Staffing


class Placing:
    """Places sessions on a board."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.attendance = Attendance(board)
        self.staffing = Staffing(board)
        self.rooms = Rooms(board)

    def place(
        self,
        candidate: Candidate,
        people: list[str],
        lead: str | None,
        *,
        must_have_lead: bool = False,
        room_id: str | None = None,
    ) -> Session | None:
        """Hold a session (in a given room) with as many of the people as fit, or return None and change nothing."""
        if self.board.bars(candidate):
            return None
        leads = self.staffing.leads(candidate)
        if lead is not None and lead in leads:
            leads = [lead]
        elif lead is not None and must_have_lead:
            return None
        people = [pid for pid in people if self.attendance.may_attend(pid, candidate)]
        for chosen in leads:
            session = self._try(candidate, people, chosen, room_id)
            if session is not None:
                return session
        return None

    def _try(self, candidate: Candidate, people: list[str], lead: str, asked_room: str | None) -> Session | None:
        roster = self._compatible([pid for pid in people if self.staffing.suits_lead(pid, lead, candidate)])
        low, high = candidate.size
        roster = roster[:high]
        staff = self.staffing.fill_roles(candidate, lead)
        if staff is None or not self.rooms.has_equipment(candidate):
            return None
        required = len(staff)
        staff += self.staffing.asked_staff(candidate, roster, staff)
        self.staffing.add_for_ratio(candidate, len(roster), staff)
        self.staffing.add_second(candidate, roster, staff)
        roster = [pid for pid in roster if self.staffing.suits_staff(pid, staff, candidate)]
        roster = self.staffing.within_two_staff(self.staffing.within_ratio(candidate, roster, staff), staff)
        room_id, roster = self.rooms.find_room(candidate, roster, staff, asked_room)
        if len(roster) < low or (room_id is None and candidate.needs_room):
            return None
        staff = self.staffing.with_reason(candidate, roster, staff, required, room_id)
        self.board.record(candidate, roster, staff, room_id)
        return candidate.session((lead, *sorted(staff[1:])), tuple(sorted(roster)), room_id)

    def _compatible(self, people: list[str]) -> list[str]:
        kept: list[str] = []
        for participant_id in people:
            if not self.board.apart[participant_id] & set(kept):
                kept.append(participant_id)
        return kept
