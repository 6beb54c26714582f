"""A first reason for every unmet need."""

from __future__ import annotations

from collections.abc import Sequence

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule


def reasons(problem: Problem, schedule: Schedule, participant_ids: Sequence[str]) -> dict[str, str]:
    return dict.fromkeys(participant_ids, "")
