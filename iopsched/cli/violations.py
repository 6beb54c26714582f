"""How a broken rule is told on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iopsched.verifier import Violation


def violation_line(violation: Violation) -> str:
    """Return rule, subject and sentence with tabs between, whatever white space an id holds."""
    return "\t".join(" ".join(text.split()) for text in (violation.rule, violation.subject, violation.sentence))
