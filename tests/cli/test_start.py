"""What `solve` of a clinic of CSV files loads before the solver searches: each library there is time that nobody gets back."""

import json
import subprocess
import sys

import pytest

from tests.cli.conftest import ROOT
from tests.support import small_clinic

# These lists only shrink.
LIBRARIES = {
    "annotated_doc",
    "annotated_types",
    "numpy",
    "ortools",
    "pydantic",
    "pydantic_core",
    "shellingham",
    "typer",
    "typing_extensions",
    "typing_inspection",
}
NOT_YET = ("convert", "export", "ingest.source.workbook", "ingest.source.xlsx", "push", "scripting", "work.frames")

WATCHED = """
import json, os, sys
from iopsched.cli import main, making

def tell():
    load()
    from ortools.sat.python import cp_model
    search = cp_model.CpSolver.solve

    def first(*arguments):
        cp_model.CpSolver.solve = search
        print(json.dumps([name for name in sys.modules if name.partition(".")[0] not in sys.stdlib_module_names]))
        return search(*arguments)

    cp_model.CpSolver.solve = first

load, making.prepare_search = making.prepare_search, tell
os._exit = lambda _code: None  # the command ends its process at once; here there is more to see
try:
    main()
except SystemExit as ending:
    assert ending.code == 0, ending.code
import pandas
from ortools.sat.python import cp_model
model = cp_model.CpModel()
some = model.new_bool_var_series("some", pandas.Index([4, 7]))
whole = model.new_int_var_series("whole", pandas.RangeIndex(2), 0, pandas.Series([3, 5]))
model.maximize(some.sum() + whole.sum())
solver = cp_model.CpSolver()
assert solver.solve(model) == cp_model.OPTIMAL
print(json.dumps([solver.boolean_values(some).to_dict(), solver.values(whole).to_list()]))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What a watched run of `solve` prints: the modules loaded before the search, and what pandas can do afterwards."""
    clinic = small_clinic.write(tmp_path_factory.mktemp("start") / "clinic")
    words = ["iopsched", "solve", str(clinic), "--week", "2026-11-30", "--quiet", "--workers", "1"]
    code = f"import sys; sys.argv = {words!r}{WATCHED}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_search_begins_with_few_libraries(said):
    loaded = said[0]
    packages = {name.partition(".")[0] for name in loaded}
    assert {name for name in packages if not name.startswith("_")} - {"iopsched"} <= LIBRARIES
    assert "iopsched.search.run" in loaded
    assert not [name for name in loaded if name.removeprefix("iopsched.").startswith(NOT_YET)]


def test_pandas_is_itself_afterwards_and_the_solver_knows_it(said):
    assert said[1] == [{"4": True, "7": True}, [3, 5]]


def test_nobody_waits_until_models_are_taken_apart(tmp_path):
    clinic = small_clinic.write(tmp_path / "clinic")
    words = ["iopsched", "solve", str(clinic), "--week", "2026-11-30", "--workers", "1"]
    code = f"""
import atexit, sys
from iopsched.cli import main
atexit.register(print, "taken apart")
sys.argv = {words!r}
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"Written to {clinic / 'schedules' / '2026-11-30'}\n")
    assert "taken apart" not in done.stdout
