"""The table of limits: what a run says of itself."""

from pathlib import Path

from scripts.limits import busy_loops, goals_of, row


def test_goals_are_values_with_bounds():
    assert goals_of('{"goals": [{"value": 60, "bound": 0}, {"value": 5, "bound": 5}]}') == "60/0 5/5"
    assert goals_of('{"status": "out_of_time"}') == "out_of_time"
    assert goals_of("") == "no answer"


def test_a_row_tells_how_many_seconds_are_beside_the_limit():
    assert row(Path("a/clinic"), 20.0, 6, 20.5, 4, "60/0") == "| clinic | 20 s | 6 | 20.50 s | +0.50 s | 4 | 60/0 |"


def test_nothing_stays_busy():
    with busy_loops(2):
        pass
