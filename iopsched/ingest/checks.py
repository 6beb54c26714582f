"""stub"""

from __future__ import annotations

from collections.abc import Callable

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.ingest.draft import Draft


def run_checks(draft: Draft, previous: Schedule | None, assemble: Callable[[], Problem]) -> Problem | None:
    return None if draft.folder.report.has_errors else assemble()
