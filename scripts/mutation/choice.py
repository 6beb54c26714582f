"""Which tests look at a fault, those first that are most likely to notice."""

from __future__ import annotations

import ast
from pathlib import Path

EXHAUSTIVE = "tests/rules/test_exhaustive.py"
GOALS_ALIKE = "tests/property/test_brute_force.py::test_model_and_verifier_value_each_schedule_alike"
CONSTRUCTED = "tests/search/test_construct.py"


def _rules(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/rules/test_{name}.py" for name in names)


# Tests that say most about a file although they are not named as it is.
CLOSEST = {
    "model/goals/": (GOALS_ALIKE,),
    "search/start/": (CONSTRUCTED,),
    "model/filters.py": (
        "tests/model/test_owners.py",
        *_rules("match", "staffed", "window", "size", "seats", "primary", "week_max", "pin"),
    ),
    "model/guards.py": ("tests/model/test_owners.py",),
    "model/helpers.py": _rules("staffed", "ratio", "two_staff"),
    "model/matching.py": _rules("match", "staffed"),
    "model/posting.py": (*_rules("size", "overlap"), "tests/search/test_contradiction.py"),
    "model/terms/": (
        "tests/goals/test_unmet_need.py",
        *_rules("day_max", "size", "week_max", "window", "seats", "ratio", "staff_load"),
    ),
    "model/roomvariables.py": _rules("seats", "pin", "overlap"),
    "model/variables.py": _rules("seats", "cohort", "pin", "overlap", "primary"),
    "model/overload.py": ("tests/search/test_large.py",),
    "model/loose.py": ("tests/property/test_loose.py",),
}
# What the rules' tests never call: it makes the first week or runs the solver.
BEGINNING = ("search/start/", "model/overload.py")
SEARCH = (
    *(
        f"tests/search/test_{name}.py"
        for name in ("construct", "beginning", "goals", "outcomes", "contradiction", "repeatable")
    ),
    "tests/why",
)


def tests_for(home: Path, file: str) -> list[list[str]]:
    """Return tests in stages, each the arguments of one run of pytest, for faults in a file of the package.

    First come the tests named as the file or as a function of it (rules are),
    then all of the rules and the verifier, then those that hold model and
    verifier against each other, and last those of the search.

    Raises
    ------
    FileNotFoundError
        If this module names tests that are not there.
    """
    path = home / "iopsched" / file
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [path.stem, *(row.name for row in tree.body if isinstance(row, ast.FunctionDef))]
    folders = (
        ("verifier", "rules") if file.startswith(("verifier/", "policy/")) else ("rules", "goals", "model", "search")
    )
    alike = [f"tests/{folder}/test_{name}.py" for folder in folders for name in names]
    own = [name for name in alike if (home / name).exists()]
    own += [test for beginning, tests in CLOSEST.items() if file.startswith(beginning) for test in tests]
    rules = [f"tests/rules/{row.name}" for row in sorted((home / "tests" / "rules").glob("test_*.py"))]
    general = ["tests/test_rulebook.py", *(["tests/verifier"] if file.startswith(("verifier/", "policy/")) else [])]
    all_rules = [name for name in rules if name != EXHAUSTIVE]
    search = list(SEARCH)
    stages = [[*own, *general], all_rules, ["tests/property"], [EXHAUSTIVE], search]
    if file.startswith(BEGINNING):
        stages = [own, search, ["tests/property"]]
    lost = [name for stage in stages for name in stage if not (home / name.split("::")[0]).exists()]
    if lost:
        raise FileNotFoundError(f"These tests are gone: {', '.join(dict.fromkeys(lost))}.")
    return [list(dict.fromkeys(stage)) for stage in stages if stage]
