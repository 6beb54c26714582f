"""Why people are short, asked beside the page: causes as soon as they are certain, then ways out, as facts; people by id."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from iopsched import work
from iopsched.answers.explaining import Unheard
from iopsched.answers.explanation import CauseAnswer
from iopsched.domain.problem import Problem
from iopsched.errors import UsageError
from iopsched.params import SolveParams
from iopsched.views.explained import told_cause, told_ways
from iopsched.views.labels import Labels
from iopsched.views.relabeling import told

Facts = dict[str, Any]
Tell = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class ShortageAsked:
    """A clinic's week whose shortages are to be explained, within the seconds of ``params``."""

    clinic: Path
    week: date
    now: datetime
    params: SolveParams


def explain_shortages(asked: ShortageAsked, tell: Tell, stop: threading.Event) -> None:
    """Tell why people are short of the newest week on the disk, and what would help.

    Raises
    ------
    InputError
        If the clinic's files have faults.
    """
    question = work.explanations.read_question(asked.clinic, asked.week, _newest(asked), asked.now)
    listener = _Telling(question.given.problem, tell)
    seconds = asked.params.time_limit_s
    found = work.explanations.answer(question, (), asked.params, seconds, stop, listener, is_all=False, is_soft=True)
    listener.tell_causes(found.explanation.causes)
    problem = question.given.problem
    for way in found.explanation.ways_out:
        (line,) = told_ways((way,), problem, Labels())
        helped = [effect.id for effect in way.helps]
        written = [step.as_json() for step in way.steps]
        tell({"kind": "way", "line": line.line, "helps": helped, **asdict(line), "written": written})
    for sentence in found.explanation.unfinished:
        tell({"kind": "left_out", "text": told(sentence, problem, Labels())})
    tell({"kind": "explained", "minutes": found.explanation.minutes, "people": found.explanation.people})


class _Telling(Unheard):
    """Tells each cause once, as soon as it is certain."""

    def __init__(self, problem: Problem, tell: Tell) -> None:
        self._problem = problem
        self._tell = tell
        self._told: list[CauseAnswer] = []

    def on_cause(self, cause: CauseAnswer) -> None:
        """Tell a cause."""
        self.tell_causes((cause,))

    def tell_causes(self, causes: Iterable[CauseAnswer]) -> None:
        """Tell those that were not told before."""
        for cause in causes:
            if cause not in self._told:
                self._told.append(cause)
                line = told_cause(cause, len(self._told), self._problem, Labels())
                places = list(dict.fromkeys(fact.place for fact in line.facts if fact.place))
                people = list(cause.participants)
                self._tell({"kind": "cause", "line": line.line, "people": people, "places": places})


def _newest(asked: ShortageAsked) -> Path | None:
    """Return the folder of the week as a command would choose it, None where there is none yet."""
    try:
        return work.drafts.newest_folder(asked.clinic, asked.week, asked.week).folder
    except UsageError:
        return None
