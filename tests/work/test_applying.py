"""A way out is applied: the changed clinic lies in a new place, and nowhere else is anything changed."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from iopsched.domain.schedule import Schedule
from iopsched.errors import InputError, UsageError
from iopsched.ingest import inspect_clinic
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.steps.offers import offers
from iopsched.work.applying import apply_steps, check_place
from iopsched.work.conversions import convert

WEEK = date(2026, 11, 30)
DATA = Path(__file__).parents[2] / "data"


def bytes_in(folder):
    """Return the files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def found_in(clinic):
    """Return the problem of a clinic, steps of every kind in it, and what its files are with them."""
    found = inspect_clinic(clinic, WEEK)
    offered = offers(found.problem, Schedule(WEEK), [row.id for row in found.problem.participants], rows=found.rows)
    steps, changed = ClinicFiles.read(clinic).with_offers(
        list({(one.kind, one.column): one for one in offered}.values())
    )
    return found.problem, steps, changed


def test_a_folder_becomes_a_new_folder(tmp_path):
    clinic = shutil.copytree(DATA / "complete", tmp_path / "clinic")
    before = bytes_in(clinic)
    problem, steps, changed = found_in(clinic)
    place = apply_steps(ClinicFiles.read(clinic), steps, tmp_path / "deep" / "new", problem)
    assert bytes_in(clinic) == before
    assert place == tmp_path / "deep" / "new"
    assert inspect_clinic(place, WEEK).problem == changed.problem(problem)
    touched = {step.file for step in steps}
    after = bytes_in(place)
    assert {name for name in after if after[name] != before.get(name)} == touched


@pytest.mark.parametrize("name", ["new.xlsx", "new"])
def test_a_workbook_becomes_a_new_one(tmp_path, name):
    clinic = tmp_path / "clinic.xlsx"
    convert(DATA / "step_down", clinic)
    before = clinic.read_bytes()
    problem, steps, changed = found_in(clinic)
    place = apply_steps(ClinicFiles.read(clinic), steps, tmp_path / name, problem)
    assert place == (tmp_path / name if name.endswith(".xlsx") else tmp_path / name / "clinic.xlsx")
    assert inspect_clinic(place, WEEK).problem == changed.problem(problem)
    assert clinic.read_bytes() == before


def test_a_clinic_that_has_changed_since_is_left_alone(tmp_path):
    clinic = shutil.copytree(DATA / "step_down", tmp_path / "clinic")
    problem, steps, _ = found_in(clinic)
    for step in (step for step in steps if step.old is not None):
        rows = ClinicFiles.read(clinic).tables
        row = next(number for number, cells in rows.rows(step.file).items() if is_of(step, number, cells))
        column = step.column or next(iter(step.old))
        edited = rows.with_cell(step.file, row, column, "something else")
        (clinic / step.file).write_bytes(edited.made[step.file])
        with pytest.raises(InputError, match="no longer"):
            apply_steps(ClinicFiles.read(clinic), [step], tmp_path / "new", problem)
        assert not (tmp_path / "new").exists()
        (clinic / step.file).write_bytes(rows.made[step.file])


def is_of(step, row, cells):
    """Return whether a row is the one that a step changes."""
    return step.id == f"row {row}" or (step.id in cells.values() and cells.get(step.column, step.old) == step.old)


def test_the_place_is_judged_before_anything_is_searched(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    for target in ("full", "new.xlsx"):
        with pytest.raises(UsageError):
            check_place(DATA / "teens", tmp_path / target)
    check_place(DATA / "teens", tmp_path / "new")
    assert not (tmp_path / "new").exists()
