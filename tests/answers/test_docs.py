"""What ``docs/answers.md`` says of steps and of the format is so."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from iopsched.answers.base import Budget, base_of
from iopsched.answers.explanation import Explanation
from iopsched.ingest import read_problem
from iopsched.rulebook.steps import KINDS
from iopsched.views.explained import headline
from iopsched.views.labels import Labels
from iopsched.words.phrases import long_date
from tests.answers.test_explanation import FOUND

HOME = Path(__file__).parents[2]
PAGE = (HOME / "docs" / "answers.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_page_tells_each_kind_of_step(kind):
    row = KINDS[kind]
    where = f"`{row.file}`" + (f" `{row.column}`" if row.column else "")
    assert f"\n| `{kind}` | {where} | {row.price} | {row.decider} | {row.meaning} |\n" in PAGE


def keys(value):
    """Return every key of a piece of JSON."""
    if isinstance(value, dict):
        return {*value, *(key for each in value.values() for key in keys(each))}
    return {key for each in value for key in keys(each)} if isinstance(value, list) else set()


def test_the_page_names_every_key_of_an_explanation():
    told = next(part for part in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if "iopsched.explain/1" in part)
    assert isinstance(FOUND, Explanation)
    assert {key for key in keys(json.loads(json.dumps(FOUND.as_json()))) if f'"{key}"' not in told} == set()


def test_the_example_is_what_the_clinic_says():
    told = re.search(r"<!-- explain data/phases -->\n```\n(.*?)```", PAGE, re.DOTALL)[1].splitlines()
    problem = read_problem(HOME / "data" / "phases", date(2026, 11, 30))
    base = base_of(problem, None, Budget.of(60, workers=1))
    first = f"{problem.clinic.name}, week of {long_date(problem.week)}"
    assert told == [first, *headline(problem, base.schedule, base.bound, Labels())]
