from dataclasses import replace

from iopsched.work.frames import days_frame, hours_frame, roster_frame, sessions_frame


def test_frames_hold_what_the_files_hold(world):
    """Three mornings of three hours with three people, and three single hours."""
    sessions = sessions_frame(world.problem(), world.schedule())
    assert sessions["minutes"].sum() == 3 * 180 + 3 * 60
    assert (sessions["minutes"] * sessions["participants"]).sum() == 3 * 600
    assert sessions.groupby("kind").size().to_dict() == {"group": 3, "individual": 3}
    assert sessions["date"].dt.day_name().value_counts()["Monday"] == 4
    roster = roster_frame(world.problem(), world.schedule())
    assert len(roster) == 12
    assert set(roster["level"]) == {"iop-adult"}
    hours = hours_frame(world.problem(), world.schedule())
    assert list(hours["scheduled_minutes"]) == [600, 600, 600]
    assert hours["clock_minutes"].sum() == hours["contact_minutes"].sum() == 1800
    days = days_frame(world.problem(), world.schedule())
    assert days.groupby("participant_id")["countable_minutes"].sum().to_dict() == {"P1": 600, "P2": 600, "P3": 600}
    assert days["services"].sum() == 12


def test_an_empty_week_has_the_columns(world):
    empty = replace(world.schedule(), sessions=())
    assert list(sessions_frame(world.problem(), empty)["participants"]) == []
    assert len(roster_frame(world.problem(), empty)) == 0
    assert len(days_frame(world.problem(), empty)) == 0
