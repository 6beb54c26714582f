"""At first sight: somebody who lacks something whatever the week is like, told while the best week is still searched."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from iopsched.answers.base import Budget
from iopsched.domain.problem import Problem
from iopsched.model.terms import Terms
from iopsched.search.alone import least_alone
from iopsched.search.clock import Clock
from iopsched.search.workshop import Workshop
from iopsched.stopping import Late

OnAlone = Callable[[str, int], None]


@contextmanager
def looking_for_one(problem: Problem, people: Sequence[str], budget: Budget, on_alone: OnAlone) -> Iterator[None]:
    """Look, beside what is done inside, for the first of these people who could not have all with the clinic to themselves.

    ``on_alone`` hears of the person and of the minutes that are lacking at least. With one worker nobody looks.
    """
    if budget.workers == 1:
        yield
        return
    done = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(_look, problem, people, replace(budget, stop=done), on_alone)
        try:
            yield
        finally:
            done.set()
        looking.result()


def _look(problem: Problem, people: Sequence[str], budget: Budget, on_alone: OnAlone) -> None:
    workshop = Workshop(Terms(problem))
    with contextlib.suppress(Late):  # the week is found, or time is over
        for key in people:
            if budget.is_over:
                return
            minutes = least_alone(workshop, problem.participant[key], Clock(budget.params(), budget.stop))
            if minutes and not budget.is_over:
                on_alone(key, minutes)
                return
