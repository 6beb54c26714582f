"""A solved week of the complete example as an edition, in any mode of names. Helpers beside it are importable."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from iopsched.export.edition import Edition
from iopsched.ingest import read_names, read_problem
from iopsched.params import SolveParams
from iopsched.search import solve
from iopsched.store.revisions import draft
from iopsched.verifier import hours, violations
from iopsched.views.labels import Labels, NameMode

ROOT = Path(__file__).parents[2]
WEEK = date(2026, 11, 30)
EXAMPLES = ROOT / "data"


@cache
def solved(example="complete"):
    """Return the problem and a week of an example; made once for a whole run of tests."""
    problem = read_problem(EXAMPLES / example, WEEK)
    outcome = solve(problem, SolveParams(time_limit_s=60, deterministic_limit=0.25, workers=1))
    return problem, outcome


def make_edition(example="complete", roster=NameMode.ID, calendar=NameMode.NONE):
    """Return an unpublished week of an example."""
    problem, outcome = solved(example)
    names = read_names(EXAMPLES / example)
    return Edition(
        problem=problem,
        schedule=outcome.schedule,
        publication=draft("site-of-a-test", outcome.schedule),
        hours=hours(problem, outcome.schedule),
        violations=violations(problem, outcome.schedule),
        labels=Labels(roster, names),
        calendar_labels=Labels(calendar, names),
        goals=outcome.goals,
        unmet=outcome.unmet,
    )


@pytest.fixture(scope="session")
def edition():
    """Return an unpublished week of the complete example; people are ids."""
    return make_edition()


@pytest.fixture(scope="session")
def full_edition(edition):
    """Return the same with full names everywhere."""
    labels = Labels(NameMode.FULL, edition.labels.names)
    return replace(edition, labels=labels, calendar_labels=labels)
