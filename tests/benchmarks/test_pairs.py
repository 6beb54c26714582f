"""Planted pairs of clinics: the planted weeks are legal, meet every need, and ask nobody to be at two sites."""

import csv

import pytest

from benchmarks.pairs import SITES, linked_pair, plant_pair
from benchmarks.planted import planted_folder
from iopsched.domain.outcome import GoalId
from iopsched.domain.sharing import Timetable
from iopsched.ingest import read_schedule
from iopsched.params import SolveParams
from iopsched.search.linked import solve_linked
from iopsched.verifier import goal_values, violations
from iopsched.verifier.acrosssites import clashes


@pytest.mark.parametrize("seed", [1, 11])
def test_the_planted_weeks_need_nobody_twice(tmp_path, seed):
    plant_pair(tmp_path, seed)
    linked = linked_pair(tmp_path)
    weeks = {name: read_schedule(planted_folder(tmp_path / name), problem) for name, problem, _ in linked.sites}
    for name, problem, _ in linked.sites:
        assert violations(problem, weeks[name]) == ()
        assert goal_values(problem, weeks[name])[GoalId.UNMET_NEED].value == 0
    timetables = [
        Timetable(name, problem.clinic.timezone, problem.week, weeks[name].sessions)
        for name, problem, _ in linked.sites
    ]
    assert clashes(linked.links, timetables) == ()
    with (tmp_path / "people.csv").open(encoding="utf-8") as file:
        assert {row["site"] for row in csv.DictReader(file)} == set(SITES)
    # everybody shared is needed at both sites
    for person in linked.links.people:
        assert all(row.of(person.id_at[row.site]) for row in timetables)


@pytest.mark.slow  # minutes of searching: the figure of docs/network.md on a few pairs
@pytest.mark.parametrize("seed", [3, 11, 18])
def test_planted_pairs_come_to_the_joint_optimum(tmp_path, seed):
    plant_pair(tmp_path, seed)
    found = solve_linked(linked_pair(tmp_path), SolveParams(3600, 24.0, workers=1))
    assert (found.unmet, found.bound) == (0, 0)
