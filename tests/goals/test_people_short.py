"""The sub-term of ``people_short``."""

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
    Case("one", 1, (two(180), session("Mon 09:00-12:00"))),
    Case("both by a minute", 2, (two(181), session("Mon 09:00-12:00", "A1 A2"))),
)
def test_people(case):
    check_term(GoalId.PEOPLE_SHORT, "people", case)
