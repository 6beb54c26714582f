from dataclasses import replace

from iopsched.cli.layout import days_text, grid_text, week_text
from iopsched.views.labels import Labels, NameMode
from iopsched.views.sessions import grid, group_rows, session_rows


def test_rows_are_in_order_of_time(world):
    rows = session_rows(world.problem(), world.schedule(), Labels())
    assert [row.session_id for row in rows] == ["G1-1", "individual-1", "individual-2", "individual-3", "G1-2", "G1-3"]
    assert rows[0].parts == ("G1", "T2", "R1", "3/12")
    assert rows[1].parts == ("individual P1", "T1", "R2")


def test_a_grid_has_a_cell_for_each_time_and_day(world):
    found = grid(session_rows(world.problem(), world.schedule(), Labels()))
    assert found.days == (0, 2, 4)
    assert found.times == ("09:00-12:00", "13:00-14:00", "14:00-15:00", "15:00-16:00")
    assert [[len(cell) for cell in row] for row in found.cells] == [[1, 1, 1], [1, 0, 0], [1, 0, 0], [1, 0, 0]]


def test_a_hand_edited_session_of_an_unknown_service_is_shown(world):
    odd = replace(world.schedule().sessions[0], service_id="yoga", group_id="G9", participant_ids=("P9",))
    row = session_rows(world.problem(), replace(world.schedule(), sessions=(odd,)), Labels())[0]
    assert row.parts == ("G9", "T2", "R1", "1/2")


def test_members_include_those_who_belong_without_attending(world):
    """P3 has the group's id and attends nothing."""
    sessions = tuple(
        replace(session, participant_ids=("P1", "P2")) for session in world.schedule().sessions if session.group_id
    )
    row = group_rows(world.problem(), replace(world.schedule(), sessions=sessions), Labels())[0]
    assert (row.members, row.most, row.held, row.planned) == (3, 12, 3, 3)


def test_a_missing_name_is_the_id(world):
    labels = Labels(NameMode.FULL, world.NAMES)
    assert labels.therapist("T2") == "T2"
    assert labels.participant("P9") == "P9"
    assert labels.room(None) == ""
    assert Labels(NameMode.INITIALS).participant("P1") == "P1"
    assert Labels(NameMode.NONE).group("G1", "group") == "group"


def test_layouts_fit(world):
    """Six days of parallel sessions with long ids stay within 80 columns."""
    base = world.schedule().sessions[0]
    sessions = tuple(
        replace(
            base, id=f"S{day}{i}", start=day * 1440 + 540, end=day * 1440 + 720, room_id=f"LONG-ROOM-{i}", group_id=None
        )
        for day in range(6)
        for i in range(3)
    )
    rows = session_rows(world.problem(), replace(world.schedule(), sessions=sessions), Labels())
    for text in (grid_text(rows, 80), days_text(rows, 80), week_text(rows, 80)):
        assert max(map(len, text.splitlines())) <= 80
        assert "3/12" in text
    assert week_text([], 80) == "No sessions."
