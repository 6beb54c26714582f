"""What is said while a solve works: a line that renews itself on a terminal; in a pipe a line for each goal, and one more where it becomes better."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from iopsched.cli.console import talk
from iopsched.cli.liveline import LiveLine
from iopsched.cli.memorywords import free_memory_mb, memory_line
from iopsched.cli.trace import Trace
from iopsched.params import OnProgress, Progress
from iopsched.rulebook import UNITS, GoalId
from iopsched.views.goals import GOAL_WORDS, points

_STAGES = {
    "build": "Building the week",
    "construct": "Making a first schedule",
    "polish": "Trying to improve the week by single moves",
    "verify": "Checking every rule",
}


class ProgressLine:
    """A callback for ``solve``; use as a context, so that the line is closed whatever happens."""

    def __init__(self, *, is_quiet: bool) -> None:
        self._is_quiet = is_quiet
        self._last: Progress | None = None
        self._heard_at = 0.0
        self._line = LiveLine(self._text, is_wanted=not is_quiet)
        self._told: set[str] = set()

    def __enter__(self) -> Self:
        self._line.__enter__()
        return self

    def __exit__(self, *why: object) -> None:
        self._line.__exit__(*why)

    def __call__(self, news: Progress) -> None:
        """Take a piece of news; never raises into the solver."""
        if news.stage == "model":  # a director has no use for the size of a model
            return
        if news.memory_mb is not None:
            self._tell_memory(news.memory_mb)
            return
        self._heard_at = time.monotonic()
        self._last = news
        if not self._line.is_live and not self._is_quiet:
            self._log(news)

    def _tell_memory(self, needed_mb: int) -> None:
        line = "" if self._is_quiet else memory_line(needed_mb, free_memory_mb())
        if line:
            with self._line.away():
                talk(line)

    def _log(self, news: Progress) -> None:
        if news.stage == "goal_done" and news.goal is not None:
            key = sentence(news)
            line = f"{key} ({news.elapsed_s:.1f} s)"
        elif news.stage in _STAGES:
            key = line = f"{_STAGES[news.stage]}."
        else:
            return
        if key not in self._told:
            self._told.add(key)
            talk(line)

    def _text(self) -> str:
        news = self._last
        if news is None:
            return ""
        left = max(0.0, news.time_left_s - (time.monotonic() - self._heard_at))
        text = sentence(news) if news.goal else _STAGES.get(news.stage, news.stage)
        return f"{text} · {left:.0f} s left at most"


@contextlib.contextmanager
def listening(trace: Path | None, *, is_quiet: bool) -> Iterator[OnProgress]:
    """Yield a callback for ``solve`` that tells the terminal and, where one is asked for, the trace."""
    with contextlib.ExitStack() as stack:
        listeners: list[OnProgress] = [] if trace is None else [stack.enter_context(Trace(trace))]
        # last in, first out: the line is wiped before the trace may have to say that it is not complete
        listeners.append(stack.enter_context(ProgressLine(is_quiet=is_quiet)))

        def tell(news: Progress) -> None:
            for listener in listeners:
                listener(news)

        yield tell


def sentence(news: Progress) -> str:
    """Return a goal's value and the best that any week could have in words, such as ``Unmet need: 2 h, at best 1 h``."""
    goal = GoalId(news.goal or GoalId.UNMET_NEED)
    name, unit = GOAL_WORDS[goal], UNITS[goal]
    if news.value is None:
        return f"{name}: searching"
    value = points(news.value, goal, unit)
    if news.bound is None:
        return f"{name}: {value} so far"
    if news.bound >= news.value:
        return f"{name}: {value}, proven best"
    return f"{name}: {value}, at best {points(news.bound, goal, unit)}"
