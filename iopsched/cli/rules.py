"""``iopsched rules``."""

from __future__ import annotations

import textwrap
from typing import Annotated

import typer

from iopsched.cli.console import out, out_json, width
from iopsched.cli.options import AsJson
from iopsched.cli.words import known_id
from iopsched.rulebook import GOALS, RULES, UNITS, GoalId, RuleId

EPILOG = """\b
Examples:
  iopsched rules             every rule and goal
  iopsched rules ratio       one rule: sentence, remedy, setting, source
"""
_Rule = Annotated[str | None, typer.Argument(metavar="[RULE]", help="One rule or goal.", show_default=False)]


def rules(rule: _Rule = None, *, as_json: AsJson = False) -> None:
    """Print the rules that every schedule obeys, and where the clinic sets their numbers."""
    name = known_id(rule, "rule or goal", [*RuleId, *GoalId]) if rule else None
    if as_json:
        out_json("rules", {"rules": _rule_list(name), "goals": _goal_list(name)})
    elif name is None:
        out(_everything())
    elif name in set(RuleId):
        text = RULES[RuleId(name)]
        facts = (("Remedy", text.remedy), ("Setting", text.setting), ("Source", text.source))
        out("\n".join([name, _block(text.sentence), *(_block(f"{word}: {value}") for word, value in facts if value)]))
    else:
        out(f"{name}\n{_block(GOALS[GoalId(name)])}\n{_block(f'Unit: {UNITS[GoalId(name)]}')}")


def _everything() -> str:
    lines = ["Hard rules: true of every schedule", ""]
    for name, text in RULES.items():
        lines += [f"{name}", _block(text.sentence)]
        lines += [_block(f"Setting: {text.setting}")] if text.setting else []
    lines += ["", "Goals, in strict order", ""]
    lines += [
        f"{rank}. {name} ({UNITS[name]})\n{_block(sentence)}" for rank, (name, sentence) in enumerate(GOALS.items(), 1)
    ]
    return "\n".join(lines)


def _block(text: str) -> str:
    return textwrap.fill(text, width(), initial_indent="    ", subsequent_indent="    ")


def _rule_list(name: str | None) -> list[dict[str, str]]:
    return [
        {"rule": rule, "sentence": text.sentence, "remedy": text.remedy, "setting": text.setting, "source": text.source}
        for rule, text in RULES.items()
        if name in (None, rule)
    ]


def _goal_list(name: str | None) -> list[dict[str, object]]:
    return [
        {"goal": goal, "rank": rank, "sentence": sentence, "unit": UNITS[goal]}
        for rank, (goal, sentence) in enumerate(GOALS.items(), 1)
        if name in (None, goal)
    ]
