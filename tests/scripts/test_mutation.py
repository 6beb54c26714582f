"""The generator of faults: each kind finds its place, every fault is a program of its own, ids outlive edits elsewhere."""

import ast
import runpy
from itertools import chain
from pathlib import Path

import pytest

from scripts.mutation import choice
from scripts.mutation.__main__ import _explained
from scripts.mutation.choice import tests_for as stages_for
from scripts.mutation.faults import every_fault, faults_of, spread
from scripts.mutation.running import Bench, try_all

HOME = Path(__file__).parents[2]

TOY = '''
"""A toy."""

RULES = {"size": 1, "ratio": 2}


def check(x, post, heads: int = 0):
    """Return something."""
    low, high = x.size
    for one in [c for c in x.candidates if c.is_visit]:
        if one is None:
            continue
        if heads < low:
            post.at_most(heads, high)
        if heads == 3:
            heads += 1
            continue
        x.groups[one.day, one.id] = one
    first = x.start if not heads and x else x.end
    found = {one.participant_id for one in x.rows}
    kinds = {"group", "family"}
    return any(found) or max(low, high - first) > len(kinds)
'''
EXPECTED = {
    "check:arithmetic": ["high - first -> high + first", "heads += 1 -> heads -= 1"],
    "check:boundary": ["heads < low -> heads <= low", "> len(kinds) -> "],
    "check:branch_forced": ["-> x.start", "-> x.end"],
    "check:comparison": ["one is None -> one is not None", "heads == 3 -> heads != 3"],
    "check:condition_dropped": ["not heads and x -> x", "not heads and x -> not heads", "-> any(found)"],
    "check:condition_forced": ["if heads < low -> if True", "if heads < low -> if False", "if heads == 3 -> if True"],
    "check:connective": ["not heads and x -> not heads or x", " or max"],
    "check:extremes_swapped": ["-> min(low, high - first)"],
    "check:filter_dropped": ["for c in x.candidates if c.is_visit -> for c in x.candidates"],
    "check:guard_removed": ["if one is None -> pass"],
    "check:key_dropped": ["(one.day, one.id) -> (None, one.id)", "(one.day, one.id) -> (one.day, None)"],
    "check:member_dropped": ["{'group', 'family'} -> {'family'}", "{'group', 'family'} -> {'group'}"],
    "check:not_dropped": ["not heads -> heads"],
    "check:off_by_one": ["0 -> 1", "3 -> 4", "1 -> 2"],
    "check:quantifiers_swapped": ["any(found) -> all(found)"],
    "check:statement_removed": ["post.at_most(heads, high) -> pass", "heads += 1 -> pass", "continue -> pass"],
    "check:wrong_field": ["low -> high", "high -> low", "x.start -> x.end", "x.end -> x.start"],
    "check:wrong_person": ["one.participant_id -> one.therapist_id"],
    "module:member_dropped": ["-> {'ratio': 2}", "-> {'size': 1}"],
    "module:off_by_one": ["1 -> 2", "2 -> 3"],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_kind_of_fault_finds_its_places(name):
    changes = [row.change for row in faults_of(TOY, "toy.py") if row.id.startswith(f"toy.py:{name}:")]
    for part in EXPECTED[name]:
        assert any(part in change for change in changes), changes


def test_there_is_no_other_kind():
    assert {f"{row.function}:{row.kind}" for row in faults_of(TOY, "toy.py")} == EXPECTED.keys()


def test_every_fault_is_a_program_that_differs_from_the_rest():
    faults = faults_of(TOY, "toy.py")
    programs = {ast.dump(ast.parse(row.source())) for row in faults}
    assert len(programs | {ast.dump(ast.parse(TOY))}) == len(faults) + 1


def test_ids_are_unique_and_outlive_edits_elsewhere():
    before = {row.id: row.change for row in faults_of(TOY, "toy.py")}
    other = TOY.replace("def check", "def new(a):\n    return a < 1\n\n\ndef check").replace('"""A toy."""', "# edited")
    after = {row.id: row.change for row in faults_of(other, "toy.py")}
    assert len(before) == len(faults_of(TOY, "toy.py"))
    assert before.items() <= after.items()


def test_what_has_no_behaviour_stays():
    """Types, decorators, sentences and flags of the language."""
    source = "@cache(1)\ndef f(a: set[int] | None) -> dict[1, 2]:\n    return zip(a, 'a' + 'b', strict=True)\n"
    assert faults_of(source, "toy.py") == []


def test_a_sample_is_even_and_repeatable():
    faults = every_fault(HOME / "iopsched", ("verifier/*.py",))
    assert len({row.id for row in faults}) == len(faults) > 1000
    files = {row.file for row in faults}
    first, again, other = (spread(faults, 2 * len(files), seed) for seed in (1, 1, 2))
    assert [row.id for row in first] == [row.id for row in again] != [row.id for row in other]
    numbers = {file: sum(row.file == file for row in first) for file in files}
    assert max(numbers.values()) <= 3
    assert min(numbers.values()) >= 1


def test_every_file_has_tests():
    for path in (HOME / "iopsched").rglob("*.py"):
        file = path.relative_to(HOME / "iopsched").as_posix()
        assert all((HOME / test.split("::")[0]).exists() for tests in stages_for(HOME, file) for test in tests)
    assert stages_for(HOME, "model/rules/groups.py")[0][0] == "tests/rules/test_size.py"
    assert stages_for(HOME, "verifier/groups.py")[0][0] == "tests/verifier/test_groups.py"


def test_every_name_in_the_choice_stands_for_something():
    for file in (*choice.CLOSEST, *choice.BEGINNING):
        assert (HOME / "iopsched" / file).exists(), file
    for test in {choice.EXHAUSTIVE, *choice.SEARCH, *chain.from_iterable(choice.CLOSEST.values())}:
        path, _, function = test.partition("::")
        assert (HOME / path).exists(), test
        assert not function or f"def {function}(" in (HOME / path).read_text(), test


def test_a_lost_test_is_told(monkeypatch):
    """A fault would else survive only because nobody looked."""
    monkeypatch.setitem(choice.CLOSEST, "model/guards.py", ("tests/model/test_gone.py::test_it",))
    with pytest.raises(FileNotFoundError, match=r"tests/model/test_gone\.py::test_it"):
        stages_for(HOME, "model/guards.py")


def test_explained_survivors_have_a_reason():
    for row in _explained():
        assert row.keys() == {"id", "change", "reason"}
        assert row["reason"].endswith(".")


class CalledBench(Bench):
    """A bench that does what a test would do without the seconds that a process takes."""

    def run(self, tests, limit_s):
        names = runpy.run_path(self.folder / "iopsched" / "toy.py")
        return "" if not names["seen"](1) else "tests/test_toy.py::test_seen"


def test_a_caught_and_a_surviving_fault(tmp_path):
    """The test looks at one function of two; the copy is whole again afterwards, and the original was never touched."""
    source = "def seen(a):\n    return a < 1\n\n\ndef unseen(a):\n    return a < 1\n"
    original = tmp_path / "home" / "iopsched" / "toy.py"
    original.parent.mkdir(parents=True)
    original.write_text(source)
    bench = CalledBench(tmp_path / "home", tmp_path / "copy")
    faults = [row for row in faults_of(source, "toy.py") if row.kind == "boundary"]
    results = list(try_all([bench], faults, lambda _: [["tests/test_toy.py"]], limit_s=60))
    assert [row.caught_by for row in results] == ["tests/test_toy.py::test_seen", ""]
    assert (bench.folder / "iopsched" / "toy.py").read_text() == original.read_text() == source
