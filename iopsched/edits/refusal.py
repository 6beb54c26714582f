"""What cannot be changed without a change of something else."""

from __future__ import annotations

from iopsched.errors import InputError, Issue

CODES = {
    "E-EDIT": "a cell or row that cannot be changed while all else stays as it is",
    "E-EDIT-LETTER": "a letter that the encoding of a file does not have",
}


def refusal(
    file: str, row: int, column: str, message: str, remedy: str = "Change it by hand.", code: str = "E-EDIT"
) -> InputError:
    """Return what to raise where a change is refused; nothing was changed."""
    return InputError([Issue(file, row, column, code, message, remedy)])
