"""The product reaches the exact values of small clinics, which the textbook twin has proven; a sample of them here."""

import dataclasses

import pytest

from benchmarks.references import values
from benchmarks.references.__main__ import check
from benchmarks.references.clinics import REFERENCES, sha256
from benchmarks.references.exact import GOALS, prove
from benchmarks.references.reaching import differences
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId

KNOWN = values.read()
BY_NAME = {row.name: row for row in REFERENCES}
PARAMS = SolveParams(workers=1, time_limit_s=60)
# Proven by the product within a second or two each; together under ten seconds of a processor.
SAMPLE = (
    *("tight-12-2", "windows-12-2", "windows-short-12-1", "fixed-12-2", "telehealth-12-3"),
    "tight-12-20-always",
)


def test_there_are_200_clinics_of_every_make():
    assert len(REFERENCES) == len(BY_NAME) == 200
    assert all(12 <= row.participants <= 20 for row in REFERENCES if not row.is_foreign)
    assert KNOWN.keys() <= BY_NAME.keys()


@pytest.mark.parametrize("name", SAMPLE)
def test_the_product_reaches_exact_values(name, tmp_path):
    problem = BY_NAME[name].problem(tmp_path / "clinic")
    assert sha256(tmp_path / "clinic") == KNOWN[name].sha256, "the clinic is made otherwise: compute its values anew"
    assert list(KNOWN[name].values) == list(GOALS)
    assert list(differences(problem, KNOWN[name], PARAMS)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(key for key in KNOWN if not BY_NAME[key].is_foreign)[::8])
def test_the_product_reaches_exact_values_of_more_clinics(name, tmp_path):
    """An eighth of them; before a release ``python -m benchmarks.references --check`` looks at all."""
    problem = BY_NAME[name].problem(tmp_path / "clinic")
    assert list(differences(problem, KNOWN[name], SolveParams(workers=2, time_limit_s=60))) == []


@pytest.mark.parametrize(("change", "told"), [(-30, "can be reached"), (30, "below the exact value")])
def test_a_value_that_differs_is_told(change, told, tmp_path):
    known = KNOWN["telehealth-12-3"]
    other = {**known.values, GoalId.PREFERENCES: known.values[GoalId.PREFERENCES] + change}
    problem = known.reference.problem(tmp_path / "clinic")
    found = list(differences(problem, dataclasses.replace(known, values=other), PARAMS))
    assert told in found[-1]


def test_a_clinic_that_is_made_otherwise_is_told(monkeypatch, capsys):
    known = dataclasses.replace(KNOWN["telehealth-12-3"], sha256="another")
    monkeypatch.setattr(values, "read", lambda: {known.reference.name: known})
    assert check([known.reference], PARAMS, None) == 1
    assert "compute it anew" in capsys.readouterr().out


def test_a_proof_says_where_it_ends(tmp_path):
    """With next to no effort the first goal stays open; with some all are proven as the table has them."""
    known = KNOWN["telehealth-12-3"]
    problem = known.reference.problem(tmp_path / "clinic")
    assert prove(problem, 1e-6).open_goal is GoalId.UNMET_NEED
    whole = prove(problem, 10)
    assert (whole.open_goal, whole.values) == (None, known.values)


def test_the_table_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "values.csv"
    values.write(KNOWN, path)
    assert values.read(path) == KNOWN
    assert path.read_bytes() == values.VALUES.read_bytes()
