"""What ``SECURITY.md`` and ``docs/reliability.md`` promise has a test each; and the promises that no other file tests."""

import ast
import re
import sys
from pathlib import Path

import pytest
import typer

from iopsched.cli.app import COMMANDS, build
from iopsched.networks.engines import processes
from iopsched.page.searchjobs import SearchJobs
from iopsched.search.parts import pool
from tests.support.naming import source_of

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("SECURITY.md", "docs/reliability.md")
MODULES = sorted((ROOT / "iopsched").rglob("*.py"))
TEST = re.compile(r"`([a-z_/]+\.py::\w+)`")
SCRIPT = re.compile(r"`python -m (scripts\.\w+)")
NETWORK = {"socket", "ssl", "http", "http.client", "urllib.request", "ftplib", "smtplib", "socketserver", "asyncio"}
PROGRAMS = {"subprocess", "pickle", "marshal", "shelve", "ctypes"}
LISTENS = "page"  # on this machine only: tests/page/test_guard.py
CLUSTER = "networks"  # this machine, or TLS: tests/networks/test_addresses.py
# Parts of a week, weeks of a night, and weeks beside the page are searched by processes of this program, which speak through pipes; a task is a
# pickle that the program itself has made.
OWN_PROCESSES = {"freshpython.py": {"subprocess", "pickle"}, "parcels.py": {"pickle"}, "searchjobs.py": {"subprocess"}}
RUN = {"eval", "exec", "compile", "os.system", "os.popen", "os.execv", "os.startfile"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_test_and_script_is_there(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    assert TEST.findall(text)
    assert not [name for name in TEST.findall(text) if not source_of(name)]
    for script in SCRIPT.findall(text):
        place = ROOT / script.replace(".", "/")
        assert place.is_dir() or place.with_suffix(".py").is_file(), script


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_promise_names_what_holds_it(document):
    """Every row of a table whose last column says so."""
    is_promise, rows = False, []
    for line in (ROOT / document).read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            is_promise = False
        elif line.endswith("| held by |"):
            is_promise = True
        elif is_promise and not line.startswith("|---"):
            rows.append(line)
    assert len(rows) > 10
    assert not [row for row in rows if not TEST.search(row) and not SCRIPT.search(row)]


def test_the_readme_leads_to_them():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"({document})" in text for document in DOCUMENTS)


def modules_of(path):
    """Return what a module imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_only_push_knows_the_network():
    homes = {path.relative_to(ROOT / "iopsched").parts[0] for path in MODULES if modules_of(path) & NETWORK}
    assert homes == {"push", LISTENS, CLUSTER}


def calls_of(path):
    """Return the calls that a module makes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_no_text_becomes_a_program():
    for path in MODULES:
        assert modules_of(path) & PROGRAMS == OWN_PROCESSES.get(path.name, set()), path
        assert not {ast.unparse(node.func) for node in calls_of(path)} & RUN, path


def started_by(path):
    """Return what a module starts as a process."""
    return {ast.unparse(node.func): ast.unparse(node.args[0]) for node in calls_of(path) if node.args}[
        "subprocess.Popen"
    ]


def test_the_only_process_that_is_started_is_this_python_with_a_module_of_ours():
    """And what is unpickled comes from the pipe between the two."""
    fresh, _, jobs = (next(path for path in MODULES if path.name == name) for name in OWN_PROCESSES)
    assert (started_by(fresh), started_by(jobs)) == ("[sys.executable, '-P', '-m', module]", "command")
    assert SearchJobs().command == (sys.executable, "-P", "-m", "iopsched.cli.searchprocess")
    started = {
        path.stem: call for path in MODULES for call in calls_of(path) if ast.unparse(call.func) == "FreshPython"
    }
    assert {stem: ast.unparse(call.args[0]) for stem, call in started.items()} == dict.fromkeys(
        ("pool", "processes"), "MODULE"
    )
    assert (pool.MODULE, processes.MODULE) == ("iopsched.search.parts.worker", "iopsched.networks.engines.child")
    loads = [ast.unparse(node.args[0]) for node in calls_of(fresh) if ast.unparse(node.func).startswith("pickle.load")]
    assert loads == ["self.process.stdout", "self._source"]


def test_no_option_takes_a_password():
    """Everybody on the machine can read the words of a command."""
    options = [
        (name, option)
        for name, command in typer.main.get_command(build()).commands.items()
        for parameter in command.params
        for option in parameter.opts
    ]
    assert {name for name, _ in options} == set(COMMANDS)
    secret = re.compile("pass|secret|token|credential|key", re.IGNORECASE)
    files = [("network", "--key"), ("push", "--password-file")]  # of a certificate, and of a password: names of files
    assert sorted((name, option) for name, option in options if secret.search(option)) == files
