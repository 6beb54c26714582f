"""Why people are short, asked beside the page: what is certain as soon as it is, as facts; people by id."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from iopsched import work
from iopsched.answers.base import Base
from iopsched.answers.explaining import LOOKING_FOR_CAUSES, LOOKING_FOR_WEEK, Unheard
from iopsched.answers.explanation import CauseAnswer, WayOut
from iopsched.domain.problem import Problem
from iopsched.views.explained import again_line, alone_line, headline, told_cause, told_way
from iopsched.views.labels import Labels
from iopsched.views.relabeling import told
from iopsched.work.weekquestions import WeekQuestion

Tell = Callable[[Mapping[str, Any]], None]
STAGES = {LOOKING_FOR_WEEK: "week", LOOKING_FOR_CAUSES: "causes"}


def explain_shortages(asked: WeekQuestion, tell: Tell, stop: threading.Event, *, is_soft: bool) -> None:
    """Tell why people are short of the newest week on the disk, and what would help.

    Ways out are told as they are found (``is_so_far``), and once more in their order when no other is looked for. ``is_soft``:
    it ends where more time rarely helps.

    Raises
    ------
    InputError
        If the clinic's files have faults.
    """
    question = asked.read()
    problem = question.given.problem
    listener = _Telling(problem, tell)
    seconds = asked.params.time_limit_s
    found = work.explanations.answer(question, (), asked.params, seconds, stop, listener, is_all=False, is_soft=is_soft)
    listener.tell_causes(found.explanation.causes)
    for way in found.explanation.ways_out:
        listener.tell_way(way, is_so_far=False)
    for sentence in found.explanation.unfinished:
        tell({"kind": "left_out", "text": told(sentence, problem, Labels())})
    tell({"kind": "explained", "minutes": found.explanation.minutes, "people": found.explanation.people})


class _Telling(Unheard):
    """Tells what is certain, each thing once."""

    def __init__(self, problem: Problem, tell: Tell) -> None:
        self._problem = problem
        self._tell = tell
        self._told: list[CauseAnswer] = []

    def on_stage(self, stage: str, seconds: float) -> None:
        """Tell what is looked for, and for how long at most."""
        self._tell({"kind": "stage", "stage": STAGES[stage], "left_s": round(seconds)})

    def on_alone(self, person: str, minutes: int) -> None:
        """Tell somebody who is short whatever the week is like."""
        self._tell({"kind": "alone", "people": [person], "line": alone_line(person, minutes)})

    def on_base(self, base: Base, known: Base | None) -> None:
        """Tell how much is lacking at least."""
        lines = list(headline(self._problem, base.schedule, base.bound, Labels()))
        less = 0 if known is None else known.minutes - base.minutes
        again, is_least = again_line(less) if less > 0 else "", base.minutes <= base.bound
        self._tell({"kind": "standing", "lines": lines, "again": again, "is_least": is_least})

    def on_cause(self, cause: CauseAnswer) -> None:
        """Tell a cause."""
        self.tell_causes((cause,))

    def on_way(self, way: WayOut) -> None:
        """Tell a way out before it is known whether it is one of the best."""
        self.tell_way(way, is_so_far=True)

    def tell_causes(self, causes: Iterable[CauseAnswer]) -> None:
        """Tell those that were not told before; one of which more is known now is told again, with its id."""
        for cause in causes:
            if cause not in self._told:
                self._told.append(cause)
                line = told_cause(cause, len(self._told), self._problem, Labels())
                places = list(dict.fromkeys(fact.place for fact in line.facts if fact.place))
                people = list(cause.participants)
                self._tell({"kind": "cause", "id": cause.id, "line": line.line, "people": people, "places": places})

    def tell_way(self, way: WayOut, *, is_so_far: bool) -> None:
        """Tell a way out with its steps, in words and as they are written."""
        line = told_way(way, self._problem, Labels())
        helped = [effect.id for effect in way.helps]
        written = [step.as_json() for step in way.steps]
        facts = {**asdict(line), "line": line.line, "helps": helped, "written": written}
        self._tell({"kind": "way", "is_so_far": is_so_far, **facts})
