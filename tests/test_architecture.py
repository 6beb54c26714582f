"""Who may import what, so that data flows one way and the verifier cannot share a mistake with the model."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import sizes, sources
from tests.support.sources import imports

TESTS = Path(__file__).parent
HOME = TESTS.parent / "iopsched"
MODULES = sorted(HOME.rglob("*.py"))
SOLVER_HOMES = ("model/", "search/")
TERMINAL_HOMES = ("cli/", "__main__.py")


def name_of(path):
    """Return the path inside the package."""
    return path.relative_to(HOME).as_posix()


def every_module(*beginnings, but=()):
    """Return a decorator that asks one test of every module whose path begins so; of all modules where nothing is named.

    One test for all of them: a test for each pair would be six thousand, which cost more than what they do.
    """
    chosen = [
        path
        for path in MODULES
        if name_of(path).startswith(tuple(beginnings) or "") and not name_of(path).startswith(but or "/")
    ]
    assert chosen

    def decorate(check):
        def ask_all():
            broken = {}
            for path in chosen:
                try:
                    check(path)
                except AssertionError as fault:
                    broken[name_of(path)] = str(fault)
            assert not broken, "\n".join(f"{name}: {fault}" for name, fault in broken.items())

        ask_all.__name__, ask_all.__doc__ = check.__name__, check.__doc__
        return ask_all

    return decorate


@pytest.fixture(scope="module", autouse=True)
def _trees():
    yield
    sources.drop()


def uses(path, package):
    """Return whether a module imports a package or anything in it."""
    return any(name == package or name.startswith(f"{package}.") for name in imports(path))


def test_imports_are_seen_in_every_form(tmp_path):
    """The tests below are as good as this."""
    path = tmp_path / "some.py"
    path.write_text("import a.b\nfrom c import d\ndef f():\n    from e.g import h\n", encoding="utf-8")
    assert imports(path) == {"a.b", "c", "c.d", "e.g", "e.g.h"}
    assert uses(path, "a")
    assert uses(path, "c.d")
    assert not uses(path, "d")


@every_module("domain/")
def test_domain_knows_the_standard_library_words_and_itself(path):
    for name in imports(path):
        ours = name.startswith(("iopsched.domain", "iopsched.words"))
        assert ours or name.split(".")[0] in sys.stdlib_module_names, name


@every_module("words/")
def test_words_know_the_standard_library_and_themselves(path):
    for name in imports(path):
        assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("iopsched.words"), name


@every_module("rulebook/")
def test_the_rulebook_knows_nobody_but_the_domain(path):
    for name in imports(path):
        ours = name.startswith(("iopsched.domain", "iopsched.rulebook", "iopsched.words"))
        assert ours or name.split(".")[0] in sys.stdlib_module_names, name


@every_module("policy/")
def test_policy_knows_the_facts_and_the_rules(path):
    known = ("iopsched.domain", "iopsched.rulebook", "iopsched.words", "iopsched.policy")
    for name in imports(path):
        assert name.split(".")[0] in sys.stdlib_module_names or name.startswith(known) or name == "iopsched", name


# The rooms of the reader, from below; a module may use its own room and those before it.
READER = (
    ("cell/",),
    ("vocabulary.py", "privacy.py", "report.py", "codes.py"),
    ("source/",),
    ("row/",),
    ("file/",),
    ("draft.py",),
    ("checks/",),
    ("cellrows.py", "problem.py", "__init__.py"),
)


def floor_of(name):
    """Return how high a module of the reader stands, by its path below ``ingest``."""
    return next(floor for floor, rooms in enumerate(READER) if name.startswith(rooms))


@every_module("ingest/")
def test_the_rooms_of_the_reader_have_an_order(path):
    """No circle, and text becomes a value before anybody knows of rows, files and weeks."""
    home = HOME / "ingest"
    for name in imports(path):
        used = HOME.parent / name.replace(".", "/")
        used = used / "__init__.py" if used.is_dir() else used.with_suffix(".py")
        if used.is_relative_to(home) and used.exists() and used != home / "__init__.py":
            below, above = (file.relative_to(home).as_posix() for file in (used, path))
            assert floor_of(below) <= floor_of(above), name


@every_module("steps/")
def test_steps_know_the_facts_and_the_reader(path):
    """What a clinic could change is told without a search: the model may offer it, the answers choose it."""
    for name in ("iopsched.model", "iopsched.search", "iopsched.verifier", "iopsched.cli", "ortools", "typer"):
        assert not uses(path, name), name


@every_module("records/")
def test_records_know_what_was_published_and_judge_nothing(path):
    for name in ("model", "search", "verifier", "why", "answers", "views", "export", "work", "cli"):
        assert not uses(path, f"iopsched.{name}"), name


@every_module("edits/")
def test_edits_know_the_reader_and_no_step(path):
    """A cell is changed by whoever likes, for whatever reason."""
    for name in ("steps", "model", "search", "verifier", "why", "answers", "work", "cli"):
        assert not uses(path, f"iopsched.{name}"), name


@every_module("comparisons/")
def test_comparisons_know_facts_and_no_search(path):
    """Why something is different is told from the facts, never from what a search did."""
    for name in ("model", "search", "why", "answers", "store", "views", "work", "cli"):
        assert not uses(path, f"iopsched.{name}"), name


@every_module("board/")
def test_moves_at_the_grid_are_judged_by_the_verifier_alone(path):
    """What a person drags is answered in a moment, in a process that never loads a solver."""
    for name in ("search", "why", "answers", "store", "ingest", "views", "work", "cli"):
        assert not uses(path, f"iopsched.{name}"), name
    ours = {name for name in imports(path) if name.startswith("iopsched.model")}
    assert ours <= {"iopsched.model.naming", "iopsched.model.naming.new_id"}


@every_module("verifier/")
def test_the_verifier_never_sees_the_model(path):
    for name in ("iopsched.model", "iopsched.search", "iopsched.ingest", "ortools", "pandas", "numpy", "typer", "rich"):
        assert not uses(path, name), name


@every_module("model/")
def test_the_model_never_sees_the_verifier(path):
    others = ("iopsched.verifier", "iopsched.ingest", "iopsched.cli", "iopsched.search")
    for name in (*others, "iopsched.policy.numbers", "iopsched.policy.needs"):
        assert not uses(path, name), name


@every_module("views/", "words/")
def test_rows_and_words_know_no_format(path):
    """So that every output can share them."""
    for name in ("iopsched.export", "iopsched.store", "iopsched.model", "iopsched.search", "iopsched.files"):
        assert not uses(path, name), name


@every_module(but=SOLVER_HOMES)
def test_the_solver_has_its_homes(path):
    assert not uses(path, "ortools")


@every_module("search/")
def test_only_the_model_posts(path):
    """A search chooses what is minimized, and from where; variables and constraints are made in ``model/``."""
    assert not [node.lineno for node in ast.walk(sources.tree(path)) if _posts(node)]


def _posts(node):
    """Return whether a node calls ``cp.add...`` or ``cp.new_...``."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    owner = getattr(node.func.value, "attr", getattr(node.func.value, "id", ""))
    return owner == "cp" and node.func.attr.startswith(("add", "new_"))


def test_posting_is_seen():
    calls = ast.walk(ast.parse("model.cp.add(a)\ncp.new_bool_var('')\nseen.add(a)"))
    assert [node.lineno for node in calls if _posts(node)] == [1, 2]


@every_module(but=("work/frames.py",))
def test_tables_have_their_home(path):
    assert not uses(path, "pandas")
    assert not uses(path, "numpy")


@every_module()
def test_dask_is_loaded_when_it_is_used(path):
    """It is an extra, and slow to load; only engines of a network name it."""
    assert not uses(path, "distributed")
    assert not uses(path, "dask")
    if not name_of(path).startswith("networks/engines/"):
        assert 'import_module("distributed' not in path.read_text(encoding="utf-8")


@every_module(but=TERMINAL_HOMES)
def test_the_terminal_has_its_home(path):
    for name in ("typer", "rich", "click"):
        assert not uses(path, name), name


@every_module(but=TERMINAL_HOMES)
def test_nobody_else_prints_or_knows_the_commands(path):
    """The library reports through return values, callbacks and ``logging``."""
    assert not uses(path, "iopsched.cli")
    calls = [node for node in ast.walk(sources.tree(path)) if isinstance(node, ast.Call)]
    assert not [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]


@every_module("page/")
def test_the_page_decides_nothing_and_never_solves(path):
    """It knows use cases and what they return; a search is at work in another process."""
    for name in (
        "iopsched.model",
        "iopsched.search",
        "iopsched.why",
        "iopsched.answers",
        "iopsched.store",
        "iopsched.push",
    ):
        assert not uses(path, name), name


@every_module(but=("page/",))
def test_the_server_has_its_home(path):
    for name in ("starlette", "uvicorn", "anyio"):
        assert not uses(path, name), name


@every_module("work/")
def test_use_cases_know_nobody_above_them(path):
    assert not uses(path, "iopsched.scripting")


def test_commands_reach_the_rest_through_use_cases():
    """Loading every command loads neither readers nor solver, store nor servers: ``work`` does when it is asked."""
    commands = [path.stem for path in (HOME / "cli").glob("*.py")]
    code = f"import importlib, sys\nfor name in {commands}: importlib.import_module(f'iopsched.cli.{{name}}')\n"
    tail = "print(*{name.split('.')[1] for name in sys.modules if name.startswith('iopsched.')})"
    done = subprocess.run(
        [sys.executable, "-c", code + tail], capture_output=True, text=True, check=True, cwd=HOME.parent
    )
    heavy = {"ingest", "model", "search", "why", "store", "convert", "push", "scripting"}
    assert heavy.isdisjoint(done.stdout.split())
    assert "work" in done.stdout.split()


@every_module()
def test_whatever_is_public_has_a_docstring(path):
    """Modules, classes, and functions and methods of public ones; overloads of the same name share one."""
    tree = sources.tree(path)
    assert ast.get_docstring(tree), "the module"
    missing = [node.name for node in _public(tree) if not ast.get_docstring(node)]
    assert missing == []


def _public(tree):
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def test_modules_classes_and_functions_stay_small():
    """What nobody can hold in mind hides its mistakes."""
    found = list(sizes.measures(HOME))
    allowed = {(kind, name): sizes.LARGER.get((kind, name), sizes.LIMITS[kind]) for kind, name, _ in found}
    too_large = [row for row in found if row[2] > allowed[row[:2]]]
    assert not too_large, "too large, or larger than it was: split it"


def test_every_exception_to_the_sizes_is_needed():
    larger = {(kind, name) for kind, name, number in sizes.measures(HOME) if number > sizes.LIMITS[kind]}
    assert not sizes.LARGER.keys() - larger, "no longer too large: take it out of LARGER in tests/support/sizes.py"


def test_no_name_stands_for_two_things():
    """Of modules, those of one subject in several packages apart; of classes, without exception."""
    modules, classes = sizes.twice(HOME)
    assert not modules - sizes.ONE_SUBJECT - sizes.MODULES_TWICE, "find another name for one of the modules"
    assert not classes - sizes.CLASSES_TWICE, "find another name for one of the classes"
    stale = sizes.MODULES_TWICE - modules, sizes.CLASSES_TWICE - classes
    assert stale == (set(), set()), "stands only once: take it out of the list in tests/support/sizes.py"


def test_what_tests_share_has_one_home():
    """Beside the tests there are fixtures only; helpers are imported from ``tests.support``, by their full name."""
    shared = {path.stem for path in (TESTS / "support").rglob("*.py")} - {"__init__"}
    for path in TESTS.glob("**/[!.]*.py"):
        if "node_modules" in path.parts:
            continue
        if TESTS / "support" not in path.parents:
            assert path.name.startswith("test_") or path.name in ("conftest.py", "__init__.py"), path
        assert not imports(path) & shared, path
        assert path == Path(__file__) or "sys.path" not in path.read_text(encoding="utf-8"), path
