"""The sub-term of ``worst_off``."""

from iopsched.rulebook import GoalId
from tests.support.clinics import adults, clinic, level, service, session, small
from tests.support.term_cases import Case, check_term, every


def two(minutes):
    """Return a clinic of two participants who need so many minutes each."""
    return small(
        clinic=clinic(level=level(min_minutes_per_week=minutes)), participants=adults(2), services=(service(),)
    )


@every(
    Case("nobody", 0, (two(180), session("Mon 09:00-12:00", "A1 A2"))),
    Case("one without anything", 180, (two(180), session("Mon 09:00-12:00"))),
    Case("the larger of two", 190, (two(190), session("Mon 09:00-12:00"))),
    Case("both alike", 10, (two(190), session("Mon 09:00-12:00", "A1 A2"))),
)
def test_largest(case):
    check_term(GoalId.WORST_OFF, "largest", case)
