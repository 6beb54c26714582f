"""Written steps are taken in a clinic's files: what was told is what is written, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

from iopsched.domain.problem import Problem
from iopsched.edits.refusal import refusal
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.steps.offer import DropRow, Edit, NewRow, OfferedStep, SetText, WrittenStep
from iopsched.steps.rowkeys import id_of_row, numbered


def replayed(files: ClinicFiles, steps: Sequence[WrittenStep]) -> ClinicFiles:
    """Return the files with these steps taken, in their order.

    Raises
    ------
    InputError
        If a row or cell no longer says what the step found there.
    """
    written, changed = files.with_offers([_offer(files, step) for step in steps])
    for step, done in zip(steps, written, strict=True):
        if step.as_json() != done.as_json():
            raise _gone(step)
    return changed


def _offer(files: ClinicFiles, step: WrittenStep) -> OfferedStep:
    """Return a step as an offer that says exactly what its cell or row becomes."""
    edit: Edit
    if step.old is None and not isinstance(step.new, str):
        return _offered(step, (), NewRow(step.new or {}))
    edit = SetText(step.new) if isinstance(step.new, str) else DropRow()
    return _offered(step, numbered(_row(files, step)), edit)


def _row(files: ClinicFiles, step: WrittenStep) -> int:
    """Return the row that a step means: several may have its id, of one that is taken out all cells are known."""
    for row, cells in files.tables.rows(step.file).items():
        known = step.old if step.old is not None and not isinstance(step.old, str) else {}
        if id_of_row(step.file, row, cells) == step.id and all(
            cells.get(key, "") == text for key, text in known.items()
        ):
            return row
    raise _gone(step)


def _offered(step: WrittenStep, key: tuple[str, ...], edit: Edit) -> OfferedStep:
    return OfferedStep(step.kind, step.file, key, step.column, edit, step.price, step.sentence, _unchanged)


def _unchanged(problem: Problem) -> Problem:
    """Return the problem: what the step makes of it is read from the files."""
    return problem


def _gone(step: WrittenStep) -> Exception:
    message = f"What is to be changed of {step.id} is no longer as it was when this was answered."
    return refusal(step.file, 0, step.column, message, "Ask again.")
