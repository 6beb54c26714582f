"""Which pins contradict each other or the rules."""

from __future__ import annotations

import threading

from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.params import SolveParams


def contradicting_pins(problem: Problem, params: SolveParams, stop: threading.Event) -> tuple[Pin, ...]:
    return problem.pins
