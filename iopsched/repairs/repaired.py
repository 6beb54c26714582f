"""A repaired week as data: what it starts from, what happened, and up to three choices of what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from iopsched.domain.happenings import Happening
from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Change, Publication
from iopsched.repairs.happened import is_known
from iopsched.repairs.remembered import happening_facts
from iopsched.repairs.substitution import Substitute
from iopsched.rulebook.repairchoices import ChoiceName
from iopsched.views.calls import Call
from iopsched.words.sentence import Sentence


@dataclass(frozen=True, slots=True)
class RepairChoice:
    """One repaired week, which the verifier accepts but for what has begun, and what it asks of people.

    ``folder`` is where it lies, ready to be published; None where it is the published week and that lies in no folder.
    ``is_as_published``: nothing changes, so that nothing was written. ``calls`` is who must be told of what, first whose
    session is next, ``changes`` what is otherwise than in the base. ``substitutes`` is who could stand in for what sessions lost.
    """

    number: int
    name: ChoiceName
    solved: Solved
    folder: Path | None
    calls: tuple[Call, ...]
    is_as_published: bool = False
    changes: tuple[Change, ...] = ()
    substitutes: tuple[Substitute, ...] = ()

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        goals = [
            {"name": goal.name, "value": goal.value, "bound": goal.bound, "unit": goal.unit}
            for goal in self.solved.goals
        ]
        return {
            "number": self.number,
            "name": str(self.name),
            "goals": goals,
            "folder": None if self.folder is None else str(self.folder),
            "is_as_published": self.is_as_published,
            "call_list": [call.facts() for call in self.calls],
        }


@dataclass(frozen=True, slots=True)
class Repaired:
    """What is to be repaired, and the choices that were found so far.

    ``base`` is the last published revision of the week, ``now`` the moment on the clinic's clock from which on it is
    repaired. ``happenings`` is what happened, given and known from ``base``; ``before`` is the clinic as its files say,
    ``problem`` as it is with all of that, with ``base`` as its earlier week. ``unfinished`` says
    which choices are left out, and why. ``recorded`` are the clinic's files in which all of it was written,
    ``recorded_sha256`` the hash of its input once it is.
    """

    base: Publication
    now: datetime
    happenings: tuple[Happening, ...]
    before: Problem = field(repr=False)
    problem: Problem = field(repr=False)
    choices: tuple[RepairChoice, ...] = ()
    unfinished: tuple[Sentence, ...] = ()
    recorded: tuple[Path, ...] = ()
    recorded_sha256: str = ""

    def with_choice(self, choice: RepairChoice) -> Repaired:
        """Return the same with one more choice."""
        return replace(self, choices=(*self.choices, choice))

    def with_unfinished(self, sentence: Sentence) -> Repaired:
        """Return the same with one more sentence of what is not there."""
        return replace(self, unfinished=(*self.unfinished, sentence))

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what a folder of this repair remembers: base, moment and what happened."""
        return {
            "base": {"week": self.base.week.isoformat(), "revision": self.base.revision},
            "now": self.now.isoformat(timespec="minutes"),
            "happenings": [happening_facts(one) for one in self.happenings],
            "recorded_sha256": self.recorded_sha256,
        }

    def as_json(self) -> dict[str, Any]:
        """Return the answer as ``iopsched.repair/1`` has it, without its schema."""
        rows = [{**happening_facts(one), "in_files": is_known(self.before, one)} for one in self.happenings]
        return {
            "base": self.facts["base"],
            "now": self.facts["now"],
            "happenings": rows,
            "choices": [choice.facts() for choice in self.choices],
            "substitutes": [row.as_json() for choice in self.choices[:1] for row in choice.substitutes],
            "unfinished": list(self.unfinished),
            "recorded": [str(path) for path in self.recorded],
        }
