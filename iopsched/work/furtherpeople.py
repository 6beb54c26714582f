"""Who else could come, asked beside the page: what ``capacity`` answers, each part as soon as it is known, as facts; people by id."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from iopsched import work
from iopsched.answers.capacity.capacityanswer import Capacity, KindAnswer, ReferralAnswer, TogetherAnswer
from iopsched.answers.capacity.personkinds import kinds_of
from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.domain.problem import Problem
from iopsched.errors import InputError
from iopsched.verifier import violations
from iopsched.views.capacitylines import later_line, referral_line, together_line
from iopsched.views.capacitytables import how_sure, places_table
from iopsched.views.explained import told_fact, told_step
from iopsched.views.labels import Labels
from iopsched.views.relabeling import told
from iopsched.work.weekquestions import WeekQuestion

Facts = dict[str, Any]
Tell = Callable[[Mapping[str, Any]], None]
BASE_S = 10.0
"""So long a better week than the known one is looked for first: whoever waits is to hear of somebody soon."""


def answer_newcomers(asked: WeekQuestion, tell: Tell, stop: threading.Event, *, moves_nobody: bool) -> None:
    """Tell who of the waitlist can start, how many more of each kind can come, and what one more of it costs.

    Raises
    ------
    InputError
        If the clinic's files have faults, or rows of them contradict each other.
    """
    question = asked.read()
    if question.contradictions:
        raise InputError(question.contradictions)
    problem = question.given.problem
    tell(
        {
            "kind": "heading",
            "waiting": len(problem.waitlist),
            "kinds": len(kinds_of(problem)),
            "moves_nobody": moves_nobody,
        }
    )
    parts = _Parts(problem, tell)
    is_known = question.schedule is not None and not violations(problem, question.schedule)
    found = work.capacities.answer(
        question,
        asked.params,
        asked.params.time_limit_s,
        stop,
        parts.on_part,
        parts.on_limit,
        moves_nobody=moves_nobody,
        most_base_s=BASE_S if is_known else math.inf,
    )
    if isinstance(found, Infeasible | OutOfTime):
        tell(work.searches.nothing_found(found, asked.params))
        return
    parts.end(found)


class _Parts:
    """Tells the parts of the answer."""

    def __init__(self, problem: Problem, tell: Tell) -> None:
        self._problem = problem
        self._tell = tell
        self._labels = Labels()

    def on_part(self, part: TogetherAnswer | ReferralAnswer | KindAnswer) -> None:
        """Tell one answer."""
        match part:
            case TogetherAnswer():
                if self._problem.waitlist:
                    line = together_line(part, len(self._problem.waitlist))
                    self._tell({"kind": "together", "line": line, "who": list(part.who)})
            case ReferralAnswer():
                self._tell(self._referral(part))
            case _:
                facts = {"title": part.kind.title, "more": part.more, "bound": part.bound, "sure": how_sure(part)}
                self._tell({"kind": "more", **facts})

    def on_limit(self, part: KindAnswer) -> None:
        """Tell what keeps one more of a kind out, and the steps that let them in."""
        steps = [asdict(told_step(step, self._problem, self._labels)) for step in part.price_of_next]
        why = [told_fact(fact, self._problem, self._labels).sentence for fact in part.limited_by]
        written = [step.as_json() for step in part.price_of_next]
        facts = {"title": part.kind.title, "points": part.price, "why": why, "steps": steps, "written": written}
        self._tell({"kind": "next", **facts})

    def end(self, found: Capacity) -> None:
        """Tell what is known at the end only."""
        for row in found.waitlist:
            if not row.can_start:
                week = None if row.earliest_week is None else row.earliest_week.isoformat()
                self._tell({"kind": "later", "person": row.participant_id, "week": week, "line": later_line(row)})
        if found.places:
            table = places_table(found.places)
            columns = [column.header for column in table.columns]
            self._tell(
                {"kind": "left", "about": table.about, "columns": columns, "cells": [list(row) for row in table.rows]}
            )
        for sentence in found.unfinished:
            self._tell({"kind": "left_out", "text": told(sentence, self._problem, self._labels)})
        self._tell({"kind": "counted", "minutes": found.minutes, "people": found.people})

    def _referral(self, part: ReferralAnswer) -> Facts:
        places = dict.fromkeys(told_fact(fact, self._problem, self._labels).place for fact in part.facts)
        return {
            "kind": "referral",
            "person": part.participant_id,
            "can_start": part.can_start,
            "line": referral_line(part),
            "places": [place for place in places if place],
        }
