"""``iopsched rules``."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, width
from iopsched.cli.options import AsJson, Week, path_option, swept, week_of
from iopsched.cli.words import known_id
from iopsched.rulebook import GOALS, RULES, TERMS, UNITS, GoalId, RuleId

if TYPE_CHECKING:
    from iopsched.views.numbers import Number

EPILOG = """\b
Examples:
  iopsched rules             every rule and goal
  iopsched rules ratio       one rule: sentence, remedy, setting, source
  iopsched rules ratio --clinic myclinic    and its numbers in this clinic,
                             each with the file or rule set and the regulation
"""
_Rule = Annotated[str | None, typer.Argument(metavar="[RULE]", help="One rule or goal.", show_default=False)]


_Clinic = Annotated[
    Path | None,
    path_option("--clinic", "CLINIC", "A clinic folder, whose numbers are printed with their sources.", swept),
]


def rules(rule: _Rule = None, *, clinic: _Clinic = None, week: Week = None, as_json: AsJson = False) -> None:
    """Print the rules that every schedule obeys, and where the clinic sets their numbers."""
    name = known_id(rule, "rule or goal", [*RuleId, *GoalId]) if rule else None
    found = work.clinics.numbers_in_force(clinic, week_of(week)) if clinic else ()
    if as_json:
        content = {"rules": _rule_list(name), "goals": _goal_list(name)}
        numbers = [asdict(number) for number in found if name in (None, number.rule)]
        out_json("rules", {**content, "numbers": numbers} if clinic else content)
    elif name is None:
        out(_everything(found))
    elif name in set(RuleId):
        text = RULES[RuleId(name)]
        facts = (("Remedy", text.remedy), ("Setting", text.setting), ("Source", text.source))
        lines = [name, _block(text.sentence), *(_block(f"{word}: {value}") for word, value in facts if value)]
        out("\n".join([*lines, *_now(name, found)]))
    else:
        goal = GoalId(name)
        lines = [name, _block(GOALS[goal]), _block(f"Unit: {UNITS[goal]}"), *_terms(goal, with_source=True)]
        out("\n".join([*lines, *_now(name, found)]))


def _now(name: str, found: Sequence[Number]) -> list[str]:
    """Return the clinic's numbers of one rule or goal, a line each, below a heading."""
    lines = [_block(str(number), 6) for number in found if number.rule == name]
    return ["    In this clinic:", *lines] if lines else []


def _everything(found: Sequence[Number]) -> str:
    lines = ["Hard rules: true of every schedule", ""]
    for name, text in RULES.items():
        lines += [f"{name}", _block(text.sentence)]
        lines += [_block(f"Setting: {text.setting}")] if text.setting else []
        lines += _now(name, found)
    lines += ["", "Goals, in strict order", ""]
    for rank, (goal, sentence) in enumerate(GOALS.items(), 1):
        lines += [
            f"{rank}. {goal} ({UNITS[goal]})",
            _block(sentence),
            *_terms(goal, with_source=False),
            *_now(goal, found),
        ]
    if prices := _now("prices", found):
        lines += ["", "Prices of the steps that answers offer, in points of trouble", *prices[1:]]
    return "\n".join(lines)


def _terms(goal: GoalId, *, with_source: bool) -> list[str]:
    """Return what a goal is made of, each term with its weight."""
    lines = []
    for name, text in TERMS[goal].items():
        weight = "" if text.weight is None else f" (weight {text.weight}{'' if text.weight else ', off'})"
        lines.append(_block(f"{name}{weight}: {text.sentence}", 6))
        if with_source:
            lines += [_block(f"Setting: {text.setting}", 10)] if text.setting else []
            lines.append(_block(f"Source: {text.source}", 10))
    return lines


def _block(text: str, indent: int = 4) -> str:
    return textwrap.fill(text, width(), initial_indent=" " * indent, subsequent_indent=" " * (indent + indent % 4))


def _rule_list(name: str | None) -> list[dict[str, str]]:
    return [{"rule": rule, **asdict(text)} for rule, text in RULES.items() if name in (None, rule)]


def _goal_list(name: str | None) -> list[dict[str, object]]:
    return [
        {
            "goal": goal,
            "rank": rank,
            "sentence": sentence,
            "unit": UNITS[goal],
            "terms": [{"term": term, **asdict(text)} for term, text in TERMS[goal].items()],
        }
        for rank, (goal, sentence) in enumerate(GOALS.items(), 1)
        if name in (None, goal)
    ]
