"""A small clinic whose week is edited in tests, with a clock that stands still."""

from datetime import UTC, date, datetime

from iopsched.work.editing import EditedWeek
from tests.support import small_clinic

WEEK = date(2026, 11, 30)
BEFORE = datetime(2026, 11, 27, 12, tzinfo=UTC)
NEEDS = {
    **small_clinic.ONE_SHORT,
    "rooms.csv": "room_id,capacity\nR1,4\nR2,4\n",
    "participants.csv": "participant_id,population\nP01,adult\nP02,adult\n",
    "therapists.csv": "therapist_id\nT01\nT02\n",
}
"""P01 needs three hours a week with somebody, P02 one; two therapists, two rooms."""


def clinic_at(folder, files=NEEDS):
    """Make the clinic and return its folder."""
    return small_clinic.write(folder, files)


def edited(clinic, now=BEFORE):
    """Return the week of the clinic, to be edited, as another program would open it."""
    return EditedWeek(clinic, WEEK, lambda: now)


def hold(day, clock, who="P01", **more):
    """Return the move that holds an hour that somebody needs."""
    return {"kind": "hold", "unplaced": f"need:{who}:individual", "date": f"2026-{day}", "start": clock, **more}


def place(session, **where):
    """Return the move that places a session."""
    return {"kind": "place", "session": session, **where}


def make(week, *moves):
    """Make moves one after the other and return the last state."""
    found = week.state()
    for move in moves:
        found = week.move(found.revision, move)
    return found


def first_hour(found):
    """Return when the first session begins, by id."""
    return {row.id: row.start for row in found.week.schedule.sessions}
