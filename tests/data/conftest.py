"""Every example's week is solved once for all tests that look at it."""

import csv
import threading
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.files.output import schedule_files, write_schedule
from iopsched.ingest import inspect_clinic
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.verifier import days, hours, lessons, violations

DATA = Path(__file__).parents[2] / "data"
WEEK = date(2026, 11, 30)


@dataclass(frozen=True)
class Week:
    """A verified week of a clinic, with what its files say."""

    problem: Problem
    outcome: Solved

    @property
    def sessions(self):
        return self.outcome.schedule.sessions

    @property
    def goals(self):
        return {goal.name: goal for goal in self.outcome.goals}

    @property
    def hours(self):
        return {row.participant_id: row for row in hours(self.problem, self.outcome.schedule)}

    @property
    def days(self):
        return days(self.problem, self.outcome.schedule)

    @property
    def lessons(self):
        return lessons(self.problem, self.outcome.schedule)

    def of(self, service_id):
        return [session for session in self.sessions if session.service_id == service_id]

    def of_group(self, group_id):
        return [session for session in self.sessions if session.group_id == group_id]

    def with_person(self, participant_id):
        return [session for session in self.sessions if participant_id in session.participant_ids]

    def write(self, folder):
        """Write the schedule's folder, against which the next week counts its changes."""
        rows = tuple(self.hours.values())
        write_schedule(folder, schedule_files(self.problem, self.outcome, rows, SolveParams(), ""))
        return folder


def solve_week(problem, upto):
    """Solve until a goal is done; what the later ones would bring is not waited for."""
    stop = threading.Event()

    def stop_after(news):
        if news.stage == "goal_done" and news.goal is upto:
            stop.set()

    outcome = solve(problem, SolveParams(time_limit_s=240), on_progress=stop_after, stop=stop)
    assert isinstance(outcome, Solved)
    assert violations(problem, outcome.schedule) == ()
    return Week(problem, outcome)


@pytest.fixture
def solve_until():
    """Return the function that solves any problem until a goal is done."""
    return solve_week


@pytest.fixture(scope="session")
def week_of():
    """Return a function from an example, and perhaps a date, to its week: preferences searched, in ``complete`` needs."""
    known = {}

    def find(folder, day=WEEK):
        if (folder, day) not in known:
            problem = inspect_clinic(DATA / folder, day).problem
            upto = GoalId.PEOPLE_SHORT if folder == "complete" or day != WEEK else GoalId.PREFERENCES
            known[folder, day] = solve_week(problem, upto)
        return known[folder, day]

    return find


@pytest.fixture(scope="session")
def four_weeks(week_of, tmp_path_factory):
    """Return a function from an example to its four weeks, each solved with the week before as the previous one."""
    known = {}

    def find(folder):
        if folder not in known:
            found, place = [week_of(folder)], tmp_path_factory.mktemp(folder)
            for number in (1, 2, 3):
                day = WEEK + timedelta(weeks=number)
                before = found[-1].write(place / str(number))
                inspection = inspect_clinic(DATA / folder, day, before)
                assert not [issue for issue in inspection.issues if issue.file.startswith(before.name)]
                found.append(solve_week(inspection.problem, GoalId.CHANGES))
            known[folder] = found
        return known[folder]

    return find


@pytest.fixture(scope="session")
def rows():
    """Return a function from an example and a file to the file's rows."""

    def read(folder, name):
        with (DATA / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read
