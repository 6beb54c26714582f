import threading

from benchmarks.planted import ROOMY, WEEK, plant, planted_folder
from iopsched.ingest import inspect_clinic, read_schedule
from iopsched.rulebook import GoalId
from iopsched.search.parts.tasks import SolvedPart
from scripts.speedup import Course, Simulated, course, table


class Slow:
    """Takes a second of processor for a part, as far as the clock is concerned."""

    def solve(self, task, stop):
        assert isinstance(stop, threading.Event)
        return SolvedPart(task, 0.0, is_proven=True, seconds=9.0)


def test_parts_given_at_the_same_time_end_at_the_same_time():
    solvers = Simulated(Slow(), 2)
    for number, ready in ((0, 5.0), (1, 3.0)):
        solvers.give(number, f"part {number}")
        solvers._busy[number] = ready, solvers._busy[number][1]
    assert solvers.idle() == []
    ((number, answer),) = solvers.hear(0.0)
    assert (number, answer.week) == (1, "part 1")
    assert 3.0 <= solvers.now < 3.5
    assert solvers.hear(0.0)[0][0] == 0
    assert 5.0 <= solvers.now < 5.5
    assert solvers.idle() == [0, 1]


def test_a_simulated_search_only_becomes_better(tmp_path):
    plant(tmp_path / "clinic", 12, 1, ROOMY)
    problem = inspect_clinic(tmp_path / "clinic", WEEK).problem
    week = read_schedule(planted_folder(tmp_path / "clinic"), problem)
    found = course(problem, week, GoalId.PREFERENCES, 2, 0.5, 0)
    values = [value for _, value in found.values]
    assert values == sorted(values, reverse=True)
    assert found.values[-1][0] > 0


def test_the_table_compares_times_to_the_same_value():
    one = Course(1, ((0.0, 90), (10.0, 50), (20.0, 40), (25.0, 40)), 3, 0)
    two = Course(2, ((0.0, 90), (8.0, 40)), 4, 1)
    never = Course(6, ((0.0, 90), (25.0, 60)), 1, 0)
    assert table([one, two, never], [1, 4, 8]).splitlines()[2:] == [
        "| 1 | 1 | 40 | 20.0 s | 1.0 | 3 (0) |",
        "| 4 | 2 | 40 | 8.0 s | 2.5 | 4 (1) |",
        "| 8 | 6 | 40 | not reached |  | 1 (0) |",
    ]
