"""What is left of a week, by hand."""

from dataclasses import replace

from iopsched.domain.clinic import Block
from iopsched.domain.services import Group
from iopsched.views.freeplaces import free_parts
from tests.support.clinics import at, schedule, session, small, windows

DAYS = frozenset([0, 1])
BLOCKS = (Block("morning", "day", 540, 720, DAYS), Block("night", "evening", 1020, 1200, DAYS))


def left(problem, *sessions):
    """Return what is left by day and part."""
    return {row.title: row for row in free_parts(problem, schedule(*sessions))}


def test_staff_hours_are_those_in_no_session_within_the_limit_of_the_week():
    base = small()
    staff = (
        replace(
            base.therapist["T1"], availability=windows("Mon 09:00-11:00", "Tue 09:00-12:00"), max_minutes_per_week=240
        ),
    )
    problem = replace(base, therapists=staff, clinic=replace(base.clinic, blocks=BLOCKS))
    individual = next(row.id for row in problem.services if row.kind == "individual")
    one = session("Mon 09:00-10:00", "A1", "T1", service_id=individual)
    found = left(problem, one)
    assert [row.title for row in found.values()] == ["Mon day", "Mon evening", "Tue day", "Tue evening"]
    assert found["Mon day"].visit_minutes == 60
    assert found["Tue day"].visit_minutes == 180
    assert found["Tue evening"].visit_minutes == 0
    assert (found["Mon day"].rooms, found["Tue day"].rooms) == (1, 2)


def test_seats_are_those_of_groups_that_begin_then():
    base = small()
    service = next(row for row in base.services if row.kind == "group")
    group = Group("G", service.id, ("mh",), "adult", 2, max_size=5)
    problem = replace(base, groups=(group,), clinic=replace(base.clinic, blocks=BLOCKS))
    start = at("Tue 17:00")
    end = 1020 + service.minutes
    when = f"Tue 17:00-{end // 60:02}:{end % 60:02}"
    held = session(when, "A1 A2", "T1", service_id=service.id, group_id="G")
    assert held.start == start
    found = left(problem, held)
    assert found["Tue evening"].seats == {"mh": 3}
    assert found["Mon day"].seats == {}
    assert str(found["Tue evening"]).startswith("Tue evening: 3 seats (mh 3), ")
