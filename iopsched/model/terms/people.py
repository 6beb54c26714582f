"""The numbers in force for participants and staff: their own, else those of level, payer or clinic."""

from __future__ import annotations

from iopsched.domain.clinic import NO_PAYER, Level, Payer
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.timegrid import DAY, WEEK
from iopsched.model.terms.sessions import SessionTerms


class PersonTerms(SessionTerms):
    """The numbers of people. A participant's minimums are prorated by the open days of the stay."""

    def level(self, participant: Participant) -> Level:
        """Return the level of care of a participant."""
        return self.clinic.levels[participant.level or f"iop-{participant.population}"]

    def payer(self, participant: Participant) -> Payer:
        """Return what the participant's payer asks, nothing where there is none."""
        return NO_PAYER if participant.payer is None else self.clinic.payers[participant.payer]

    def _prorated(self, participant: Participant, amount: int) -> int:
        inside, total = self.share_of_week(participant)
        return amount * inside // total if total else 0

    def required_minutes(self, participant: Participant) -> int:
        """Return countable minutes a participant should have this week."""
        own = participant.min_minutes_per_week
        least = self.level(participant).min_minutes_per_week if own is None else own
        return self._prorated(participant, max(least, self.payer(participant).min_minutes_per_week))

    def required_days(self, participant: Participant) -> int:
        """Return program days a participant should have this week."""
        own = participant.min_days_per_week
        least = self.level(participant).min_days_per_week if own is None else own
        return self._prorated(participant, max(least, self.payer(participant).min_days_per_week))

    def program_day_minutes(self, participant: Participant) -> int:
        """Return countable minutes from which on a day is a program day, at least 1."""
        level, payer = self.level(participant), self.payer(participant)
        return max(1, level.program_day_minutes, payer.program_day_minutes)

    def least_on_group_days(self, participant: Participant) -> int:
        """Return the fewest countable minutes of a day with a countable group session, 0 = no rule."""
        level, payer = self.level(participant), self.payer(participant)
        return max(level.min_minutes_on_group_days, payer.min_minutes_on_group_days)

    def max_gap_days(self, participant: Participant) -> int:
        """Return the most days in a row without a countable session, 0 = no rule."""
        limits = self.level(participant).max_gap_days, self.payer(participant).max_gap_days
        return min((limit for limit in limits if limit), default=0)

    def required_group_sessions(self, participant: Participant) -> int:
        """Return sessions of kind group that the phase asks for this week."""
        if participant.phase is None:
            return 0
        return self._prorated(participant, self.clinic.phases[participant.phase].min_group_sessions)

    def max_minutes(self, participant: Participant) -> int:
        """Return the most countable minutes a week."""
        own = participant.max_minutes_per_week
        most = self.level(participant).max_minutes_per_week if own is None else own
        return min(most, self.payer(participant).max_minutes_per_week or WEEK)

    def max_minutes_per_day(self, participant: Participant) -> int:
        """Return the most countable minutes a day."""
        return min(self.level(participant).max_minutes_per_day, self.payer(participant).max_minutes_per_day or DAY)

    def most_below_php(self, participant: Participant) -> int | None:
        """Return the most countable minutes a week that are not yet partial hospitalization, None = no rule."""
        level = self.level(participant)
        if not level.php_guard_minutes:
            return None
        return level.php_guard_minutes if level.php_guard_is_inclusive else level.php_guard_minutes - 1

    def authorized_days(self, participant: Participant) -> int | None:
        """Return the most days with countable sessions that the payer allows this week, None = no limit."""
        limits = [limit for limit in (participant.authorized_days, participant.units_left) if limit is not None]
        return min(limits, default=None)

    def max_sessions_per_day(self, participant: Participant) -> int:
        """Return the most sessions a day, 0 = no limit."""
        own = participant.max_sessions_per_day
        return self.level(participant).max_sessions_per_day if own is None else own

    def max_minutes_in_a_row(self, participant: Participant) -> int:
        """Return the longest stretch without a pause, 0 = no limit."""
        own = participant.max_minutes_in_a_row
        return self.level(participant).max_minutes_in_a_row if own is None else own

    def therapist_limits(self, therapist: Therapist) -> tuple[int, int]:
        """Return the most session minutes (a day, a week)."""
        staff = self.clinic.staff
        day, week = therapist.max_minutes_per_day, therapist.max_minutes_per_week
        return staff.max_minutes_per_day if day is None else day, staff.max_minutes_per_week if week is None else week

    def most_minutes_on(self, therapist: Therapist, day: int) -> int:
        """Return the most session minutes on a weekday, less what other sites hold of a shared person."""
        most = self.therapist_limits(therapist)[0]
        return most if therapist.left is None else min(most, therapist.left.days[day])

    def longest_session(self, therapist: Therapist) -> int:
        """Return the most minutes of one session: those of a day, a week and until a meal is due."""
        staff = self.clinic.staff
        return min(*self.therapist_limits(therapist), staff.meal_after_minutes if staff.meal_minutes else DAY)

    def needs_two_staff(self, participant_id: str) -> bool:
        """Return whether two or more such participants together need two members of staff."""
        return self.problem.participant[participant_id].population in self.clinic.staff.two_staff
