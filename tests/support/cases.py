"""A case of a rule: a schedule on the edge, which every rule admits, and one just past it, which only that rule forbids."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from iopsched.rulebook import ALL_RULES, RuleId
from iopsched.verifier import violations
from tests.support.accepting import accepts
from tests.support.clinics import schedule


@dataclass(frozen=True)
class Case:
    """``edge`` and ``past`` are a problem followed by sessions.

    ``unsaid`` is the reason why the model has no words for the past schedule
    even without the rule; blank where it has. ``past`` is None for a limit
    that there is not: then only the edge can be looked at.
    """

    name: str
    edge: tuple
    past: tuple | None
    unsaid: str = ""


def _narrowed(case: Case):
    """Return both sides as problem and schedule, without services that play no part: less to build, once if equal."""
    sides = [case.edge] + ([case.past] if case.past else [])
    rows = [row for problem, *sessions in sides for row in (*sessions, *problem.groups, *problem.needs, *problem.pins)]
    used = {row.service_id for row in rows}
    small = {}
    for problem, *_ in sides:
        services = tuple(row for row in problem.services if row.id in used) or problem.services[:1]
        small.setdefault(id(problem), replace(problem, services=services))
    return [(small[id(problem)], schedule(*sessions)) for problem, *sessions in sides]


def check(rule: RuleId, case: Case) -> None:
    """Assert that verifier and model see the edge alike, and that the rule alone forbids what is past it."""
    (problem, on_edge), *rest = _narrowed(case)
    assert violations(problem, on_edge) == ()
    assert accepts(problem, on_edge), "the model is too tight"
    for other, beyond in rest:
        assert {found.rule for found in violations(other, beyond)} == {rule}
        assert not accepts(other, beyond), "the model is too loose"
        if not case.unsaid:
            assert accepts(other, beyond, ALL_RULES - {rule}), "another rule forbids it too"


def every(*cases: Case):
    """Return a decorator that runs a test for each case, under its name."""
    assert len({case.name for case in cases}) == len(cases)
    return pytest.mark.parametrize("case", cases, ids=[case.name.replace(" ", "_") for case in cases])
