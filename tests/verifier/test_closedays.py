"""What closed days take away is counted: who is short by them alone, and who besides."""

from datetime import date

import pytest

from iopsched.domain.clinic import Clinic
from iopsched.verifier.closedays import closed_days, closure_loss
from iopsched.views.labels import Labels
from iopsched.views.lacks import closure_words, shortage
from tests.support.clinics import adults, clinic, level, off, schedule, service, session, small

THURSDAY, FRIDAY = date(2026, 12, 3), date(2026, 12, 4)
CLOSED = off("clinic", "", "Thu 00:00", "Sat 00:00")
PRORATED = "prorate"


def closed(*rows, **changes):
    """Return a clinic of three adults who should come on five days, closed at these times."""
    asked = level(min_days_per_week=5, program_day_minutes=60)
    facts = {"services": (service("process"),), "participants": adults(3), "time_off": rows}
    return small(clinic=clinic(level=asked, **changes), **facts)


def days(who, *names):
    """Return a session on each of these days."""
    return [
        session(f"{name} 09:00-12:00", who, id_=f"{who[:2]}-{name}", room_id=f"R{who[1]}", staff=f"T{who[1]}")
        for name in names
    ]


WEEK = schedule(*days("A1 A2", "Mon", "Tue", "Wed"), *days("A3", "Mon"))


def test_whole_days_on_which_it_would_be_open_are_closed():
    assert closed_days(closed(CLOSED)) == (THURSDAY, FRIDAY)
    assert closed_days(closed(off("clinic", "", "Thu 09:00", "Thu 20:00"))) == ()
    assert closed_days(closed(off("clinic", "", "Sat 00:00", "Sun 00:00"))) == ()


def test_who_is_short_by_closed_days_alone():
    loss = closure_loss(closed(CLOSED), WEEK)
    assert (loss.days, loss.alone, loss.besides) == ((THURSDAY, FRIDAY), ("A1", "A2"), ("A3",))


@pytest.mark.parametrize(("problem", "closures"), [(closed(), "keep"), (closed(CLOSED, closures=PRORATED), "prorate")])
def test_nothing_is_told_where_closed_days_take_nothing(problem, closures):
    assert problem.clinic.closures == closures
    assert isinstance(problem.clinic, Clinic)
    assert closure_loss(problem, WEEK) is None


def test_the_summary_tells_them_apart():
    told = shortage(closed(CLOSED), WEEK, (), Labels()).sentence
    assert told.endswith(
        "; the clinic is closed Thu 3 and Fri 4 Dec: by the days that are open 2 more have enough, 1 is short"
    )


def test_nothing_is_said_where_nobody_is_short_by_that_alone():
    assert closure_words(None) == ""
    assert closure_words(closure_loss(closed(CLOSED), schedule())) == ""
