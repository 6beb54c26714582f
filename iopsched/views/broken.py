"""Broken rules, each with what was found, as far as people may be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from iopsched.domain.problem import Problem
from iopsched.rulebook import RULES, RuleId
from iopsched.verifier import Violation
from iopsched.views.labels import Labels
from iopsched.views.relabeling import told


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that is broken, how often, and by what; ``found`` is empty where nobody is shown."""

    rule: str
    sentence: str
    number: int
    found: tuple[str, ...]


def broken_rules(problem: Problem, violations: Iterable[Violation], labels: Labels) -> tuple[BrokenRule, ...]:
    """Return the broken rules, the least negotiable first."""
    found: dict[RuleId, list[str]] = {rule: [] for rule in reversed(RuleId)}
    for row in violations:
        found[row.rule].append(told(row.sentence, problem, labels))
    return tuple(
        BrokenRule(rule.value, RULES[rule].sentence, len(texts), tuple(texts) if labels.shows_people else ())
        for rule, texts in found.items()
        if texts
    )


def violation_line(violation: Violation) -> str:
    """Return rule, subject and sentence with tabs between, whatever white space an id holds; ids only."""
    return "\t".join(" ".join(text.split()) for text in (violation.rule, violation.subject, violation.sentence))


def violation_facts(violations: Iterable[Violation]) -> list[dict[str, Any]]:
    """Return broken rules for a machine; ids only."""
    return [asdict(row) for row in violations]
