"""Parts of a week solved at once in other processes: merged into a legal week, and nothing of them is left afterward."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.planted import ROOMY, WEEK, plant, planted_folder
from iopsched.ingest import inspect_clinic, read_schedule
from iopsched.model.terms import Terms
from iopsched.params import SolveParams, Tuning
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.search.clock import Clock
from iopsched.search.parts.improvement import Improvement
from iopsched.search.parts.merging import merged
from iopsched.search.parts.parallel import Parallel
from iopsched.search.parts.pool import Pool
from iopsched.search.parts.tasks import OpenPart, PartSolver, SolvedPart
from iopsched.search.run import processes
from iopsched.search.workshop import Opening, Workshop
from iopsched.verifier import goal_values, violations
from tests.support.solving import assert_sound, ordinary

NEEDS = (GoalId.UNMET_NEED, GoalId.WORST_OFF, GoalId.PEOPLE_SHORT, GoalId.CHANGES, GoalId.MOVES)
PATIENCE_S = 120  # of a machine that is busy
SMALL = Tuning(step=replace(Tuning().step, deterministic=0.2))


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Return a clinic of 30 participants and its planted week, which preferences can still improve."""
    folder = tmp_path_factory.mktemp("planted") / "clinic"
    plant(folder, 30, 3, ROOMY)
    problem = inspect_clinic(folder, WEEK).problem
    return problem, read_schedule(planted_folder(folder), problem)


def visits_of(problem, people):
    workshop = Workshop(Terms(problem))
    return Opening(leads={visit: None for visit in workshop.visit_kinds if visit[0] in people})


def task_for(problem, week, people):
    return OpenPart(week, visits_of(problem, people), GoalId.PREFERENCES, NEEDS, 60.0)


def preferences(problem, week):
    return goal_values(problem, week)[GoalId.PREFERENCES].value


# --- merging --------------------------------------------------------------
def test_parts_that_share_nobody_win_together_what_each_wins_alone(planted):
    """Groups have their best rooms before, which every part would win."""
    problem, week = planted
    solver, stop = PartSolver(problem, 1, SMALL), threading.Event()
    week = solver.solve(task_for(problem, week, {"P0001"}), stop).week
    both, before, gains = week, preferences(problem, week), []
    for number in range(2, 31):
        task = task_for(problem, week, {f"P{number:04d}"})
        found = solver.solve(task, stop).week
        if found is not None and preferences(problem, found) < before:
            gains.append(before - preferences(problem, found))
            both = merged(solver.workshop, both, task.opening, week, found)
        if len(gains) == 2:
            break
    assert violations(problem, both) == ()
    assert len(gains) == 2
    assert before - preferences(problem, both) == sum(gains)


def test_better_rooms_of_what_stays_are_merged_too(planted):
    problem, week = planted
    solver = PartSolver(problem, 1, SMALL)
    task = task_for(problem, week, {"P0001"})
    found = solver.solve(task, threading.Event()).week
    kept = {(row.group_id, row.start): row.room_id for row in found.sessions if row.group_id}
    assert kept != {(row.group_id, row.start): row.room_id for row in week.sessions if row.group_id}
    both = merged(solver.workshop, week, task.opening, week, found)
    assert {(row.group_id, row.start): row.room_id for row in both.sessions if row.group_id} == kept
    assert preferences(problem, both) == preferences(problem, found)


def test_a_session_whose_room_is_taken_gets_an_equal_one_that_is_free(planted):
    """And keeps its own where none is: the verifier refuses that week."""
    problem, week = planted
    workshop = Workshop(Terms(problem))
    visits = [row for row in week.sessions if row.group_id is None]
    first, other = next(
        (a, b)
        for a in visits
        for b in visits
        if a.start == b.start and a.room_id < b.room_id and {*a.therapist_ids}.isdisjoint(b.therapist_ids)
    )
    clash = replace(
        week, sessions=tuple(replace(row, room_id=first.room_id) if row == other else row for row in week.sessions)
    )
    assert violations(problem, clash)
    opening = Opening(leads={(other.participant_ids[0], other.service_id): None})
    assert violations(problem, merged(workshop, week, opening, week, clash)) == ()
    alone = replace(problem, rooms=tuple(row for row in problem.rooms if row.capacity > 4 or row.id == first.room_id))
    assert violations(problem, merged(Workshop(Terms(alone)), week, opening, week, clash))


class Inline:
    """Solves each part at once, in this process; answers are heard in the order in which they were asked for."""

    def __init__(self, problem, number):
        self.solver = PartSolver(problem, 1, SMALL)
        self.number = number
        self.answers = {}
        self.together = []
        self.is_lost = False

    def idle(self):
        return [place for place in range(self.number) if place not in self.answers]

    def give(self, number, task):
        self.answers[number] = self.solver.solve(task, threading.Event())
        self.together.append((len(self.answers), task))

    def hear(self, _seconds):
        found, self.answers = list(self.answers.items()), {}
        return found

    def recall(self):
        self.answers = dict.fromkeys(self.answers, SolvedPart(None, 0.0, is_proven=False, seconds=0.0))


def parallel(problem, week, solvers):
    clock = Clock(SolveParams(60, workers=4, tuning=SMALL), threading.Event())
    improvement = Improvement(Workshop(Terms(problem), replace(SMALL, part_choices=1000.0)), clock, week)
    improvement.turn_to(GoalId.PREFERENCES, NEEDS)
    return improvement, Parallel(improvement, solvers, clock)


def test_parts_under_way_share_nobody_and_the_week_only_becomes_better(planted):
    problem, week = planted
    solvers = Inline(problem, 3)
    improvement, search = parallel(problem, week, solvers)
    values = [improvement.values[GoalId.PREFERENCES].value]
    for _ in range(6):
        search.step()
        assert violations(problem, improvement.week) == ()
        values.append(improvement.values[GoalId.PREFERENCES].value)
    assert values == sorted(values, reverse=True)
    assert values[-1] < values[0]
    assert search.merged
    rounds = [[]]
    for place, task in solvers.together:
        rounds = [*rounds, []] if place == 1 else rounds
        rounds[-1].append(people_of(task))
    assert max(map(len, rounds)) > 1
    for people in rounds:
        assert len(set().union(*people)) == sum(map(len, people))


def people_of(task):
    """Return who has a visit that is open, or is in a group that is."""
    members = {
        pid for row in task.week.sessions if row.group_id in task.opening.group_ids for pid in row.participant_ids
    }
    return members | {pid for pid, _ in task.opening.leads}


def test_what_the_verifier_refuses_is_not_taken(planted, monkeypatch):
    problem, week = planted
    improvement, search = parallel(problem, week, Inline(problem, 2))
    monkeypatch.setattr("iopsched.search.parts.parallel.violations", lambda *_: ("something",))
    assert not search.step()
    assert improvement.week == week
    assert search.refused


def test_answers_to_an_earlier_goal_are_forgotten(planted):
    problem, week = planted
    solvers = Inline(problem, 2)
    improvement, search = parallel(problem, week, solvers)
    search._give_out()
    search.recall()
    improvement.turn_to(GoalId.COST, (*NEEDS, GoalId.PREFERENCES, GoalId.WORKLOAD))
    search._take_in(search._hear())
    assert improvement.week == week
    assert not search._void


def test_how_many_processes_a_number_of_threads_is():
    assert [processes(SolveParams(workers=number)) for number in (1, 2, 3, 4, 8, 16, 64)] == [0, 0, 0, 2, 6, 14, 14]


# --- processes ------------------------------------------------------------
def heard(pool, number):
    """Return so many answers."""
    found, until = [], time.monotonic() + PATIENCE_S
    while len(found) < number and time.monotonic() < until:
        found += pool.hear(0.1)
    return dict(found)


def ready(pool, number):
    until = time.monotonic() + PATIENCE_S
    while len(pool.idle()) < number and time.monotonic() < until:
        time.sleep(0.02)
    return pool.idle()


def is_there(process_id):
    with contextlib.suppress(OSError):
        os.kill(process_id, 0)
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def all_gone(process_ids):
    until = time.monotonic() + 10
    while any(map(is_there, process_ids)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(is_there, process_ids))


@pytest.fixture(scope="module")
def pool(planted):
    """Return two processes for the planted clinic."""
    made = Pool(2, planted[0], 1, SMALL)
    yield made
    made.close()


def test_two_processes_solve_two_parts(planted, pool):
    problem, week = planted
    assert ready(pool, 2) == [0, 1]
    for number, people in enumerate(({"P0001"}, {"P0025"})):
        pool.give(number, task_for(problem, week, people))
    answers = heard(pool, 2)
    assert pool.idle() == [0, 1]
    for answer in answers.values():
        assert violations(problem, answer.week) == ()
        assert answer.won > 0
        assert answer.seconds > 0
    here = PartSolver(problem, 1, SMALL).solve(task_for(problem, week, {"P0001"}), threading.Event())
    assert preferences(problem, answers[0].week) == preferences(problem, here.week)


def test_a_stop_ends_the_work_and_not_the_process(planted, pool):
    problem, week = planted
    ready(pool, 2)
    people = {row.id for row in problem.participants}
    pool.give(0, task_for(problem, week, people))
    pool.recall()
    assert 0 in heard(pool, 1)
    pool.give(0, task_for(problem, week, {"P0001"}))
    assert heard(pool, 1)[0].week is not None


def test_an_interrupt_of_the_terminal_is_for_whoever_started_them(pool):
    ready(pool, 2)
    for process_id in pool.process_ids:
        os.kill(process_id, signal.SIGINT)
    time.sleep(0.2)
    assert all(map(is_there, pool.process_ids))


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_nothing_of_the_clinic_is_told_of_a_process(planted, pool):
    """Whoever lists the processes of the machine, with their environment, sees no id and no place of files."""
    ready(pool, 2)
    for process_id in pool.process_ids:
        told = Path(f"/proc/{process_id}/cmdline").read_bytes() + Path(f"/proc/{process_id}/environ").read_bytes()
        assert b"iopsched.search.parts.worker" in told
        assert b"P0001" not in told
        names = {str(path.readlink()) for path in Path(f"/proc/{process_id}/fd").iterdir()}
        assert all(name.startswith(("pipe:", "/dev/null", "anon_inode:", "socket:")) for name in names), names


def test_a_process_that_dies_is_told_and_closing_leaves_none(planted):
    problem, week = planted
    everybody = task_for(problem, week, {row.id for row in problem.participants})
    pool = Pool(2, problem, 1, SMALL)
    try:
        ready(pool, 2)
        ids = pool.process_ids
        os.kill(ids[0], signal.SIGKILL)
        pool.give(0, everybody)
        pool.give(1, everybody)
        assert heard(pool, 1) == {0: None}
        assert (pool.process_ids, pool.is_lost) == (ids[1:], False)
    finally:
        pool.close()
    assert pool.is_lost
    assert not any(map(is_there, ids))


PARENT = """
import sys, threading, time
from tests.search.test_processes import SMALL, ready, task_for
from iopsched.ingest import inspect_clinic, read_schedule
from benchmarks.planted import WEEK, planted_folder
from iopsched.search.parts.pool import Pool
from pathlib import Path
problem = inspect_clinic(Path(sys.argv[1]), WEEK).problem
week = read_schedule(planted_folder(Path(sys.argv[1])), problem)
pool = Pool(2, problem, 1, SMALL)
ready(pool, 2)
pool.give(0, task_for(problem, week, {row.id for row in problem.participants}))
print(*pool.process_ids, flush=True)
time.sleep(600)
"""


def test_a_search_that_is_killed_leaves_no_process(tmp_path):
    plant(tmp_path / "clinic", 30, 3)
    command = [sys.executable, "-c", PARENT, str(tmp_path / "clinic")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        ids = [int(word) for word in process.stdout.readline().split()]
        assert len(ids) == 2
        process.kill()
    assert all_gone(ids)


# --- a whole search -------------------------------------------------------
def test_a_search_with_processes_is_sound_and_leaves_none(monkeypatch):
    """Of a small clinic that is searched part by part."""
    problem, made = ordinary(), []
    monkeypatch.setattr("iopsched.search.parts_of_week.Pool", lambda *given: made.append(Pool(*given)) or made[-1])
    params = SolveParams(time_limit_s=3, workers=4, tuning=Tuning(parts_from_choices=0))
    outcome = solve(problem, params)
    assert_sound(problem, outcome)
    (pool,) = made
    assert pool.is_lost
