import importlib
import subprocess
import sys
import time
import typing
from functools import cache
from pathlib import Path

import pytest
import typer

import iopsched
from iopsched.cli.app import COMMANDS, OTHER_NAMES, build
from iopsched.cli.exits import Exit

HEAVY = (
    "ortools", "pandas", "numpy", "rich", "icalendar", "openpyxl", "xlsxwriter", "jinja2", "weasyprint", "sqlite3",
    "http.client",
)  # fmt: skip


EMPTY_S = 0.01  # of an idle machine


def test_help_loads_nothing_heavy(outcome):
    """Help is printed without the solver, the tables or the colors: of all commands, one after the other in one process."""
    code = (
        "import sys\n"
        "from iopsched.cli import main\n"
        f"for command in {['', *COMMANDS]!r}:\n"
        "    sys.argv = ['iopsched', *command.split(), '--help']\n"
        "    try:\n"
        "        main()\n"
        "    except SystemExit as end:\n"
        f"        if end.code or (heavy := set(sys.modules) & set({HEAVY!r})):\n"
        "            print(command, end.code, heavy, file=sys.stderr)\n"
        "    else:\n"
        "        print(command, 'never ends', file=sys.stderr)\n"
    )
    code, out, err = outcome("-c", code)
    assert (code, err) == (0, "")
    assert out.count("Usage: iopsched") == 1 + len(COMMANDS)


def test_help_is_quick(outcome):
    """The best of five runs takes under 0.3 s; on a slow or busy machine as many times longer as an empty Python does."""
    empty_s = min(seconds_of(outcome, "-I", "-c", "pass") for _ in range(5))
    help_s = min(seconds_of(outcome, "-m", "iopsched", "--help") for _ in range(5))
    assert help_s < 0.3 * max(1, empty_s / EMPTY_S)


def seconds_of(outcome, *words):
    """Return how long a run of Python takes."""
    begun = time.perf_counter()
    outcome(*words)
    return time.perf_counter() - begun


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(run, command):
    """Every command has an example, answers -h, and documents every option."""
    done = run(command, "-h")
    assert done.exit_code == 0
    assert f"iopsched {command}" in done.stdout.partition("Examples:")[2]
    assert "--help" in done.stdout


def test_help_has_an_uncut_line_for_every_command(outcome):
    """The lines stand in a table of their own, so that nothing is loaded for them."""
    _, text, _ = outcome("-m", "iopsched", "--help", COLUMNS="80")
    listed = dict(line.split(maxsplit=1) for line in text.partition("Commands:\n")[2].partition("\n\n")[0].splitlines())
    assert listed == COMMANDS


def test_every_command_has_its_line():
    home = Path(iopsched.cli.__file__).parent
    modules = {path.stem for path in home.glob("*.py") if "\nEPILOG = " in path.read_text(encoding="utf-8")}
    assert modules == {OTHER_NAMES.get(command, command) for command in COMMANDS}


def test_help_lists_every_exit_code(run):
    """The codes of the contract stand in the help."""
    text = run("--help").stdout
    assert all(str(int(code)) in text.partition("Exit codes:")[2] for code in Exit)
    assert [int(code) for code in Exit] == [0, 1, 2, 3, 4, 5, 6, 7, 130]


def test_no_arguments_is_help_and_usage(run):
    assert run().exit_code == Exit.USAGE


def test_a_typing_slip_is_answered_with_the_nearest_command(run):
    done = run("slove")
    assert done.exit_code == Exit.USAGE
    assert "Did you mean 'solve'" in done.stderr
    assert not done.stdout


def test_module_and_script_print_the_same_help(outcome):
    assert outcome("-m", "iopsched", "--help") == outcome("cli.py", "--help")


@pytest.mark.parametrize("arguments", [["--help"], ["rules"], ["slove"], ["rules", "--json"], ["show"]])
def test_pipes_have_no_escape_bytes(outcome, arguments):
    """Also where an environment asks for colors."""
    _, out, err = outcome("-m", "iopsched", *arguments, GITHUB_ACTIONS="1", TERM="xterm-256color")
    assert "\x1b" not in out + err


def test_a_reader_that_goes_away_is_no_fault(python):
    """As in `iopsched rules | head -1`."""
    process = python("-m", "iopsched", "rules")
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 0


def test_version(run):
    done = run("--version")
    assert (done.exit_code, done.stdout.split()[0]) == (0, "iopsched")
    assert "ortools" in done.stdout


def test_workbooks_are_promised(run, tmp_path):
    assert ".xlsx" in run("check", "--help").stdout
    done = run("check", tmp_path / "clinic.xlsx")
    assert done.exit_code == Exit.BAD_INPUT
    assert done.stdout.startswith("clinic.xlsx: E-FOLDER This workbook does not exist.")


@pytest.mark.parametrize("arguments", ["rules", "--help", "rules --json", "init --list"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no such device")
def test_a_full_disk_is_a_sentence(arguments):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "iopsched", *arguments.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=Path(iopsched.__file__).parents[1],
        )
    assert done.stderr == "Error: Cannot print the output: No space left on device.\n"
    assert done.returncode == Exit.USAGE


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix closes the streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "2>/dev/full"])
def test_closed_streams_are_no_fault(closed):
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m iopsched init --list {closed}', sys.executable],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(iopsched.__file__).parents[1],
    )
    assert (done.returncode, done.stderr) == (0, "")


@cache
def all_commands():
    return typer.main.get_command(build()).commands


def path_parameters():
    """Return each command with each of its parameters that takes a path."""
    for command in COMMANDS:
        own = OTHER_NAMES.get(command, command)
        function = getattr(importlib.import_module(f"iopsched.cli.{own}"), own)
        for name, hint in typing.get_type_hints(function).items():
            if Path in (hint, *typing.get_args(hint)):
                yield command, name


@pytest.mark.parametrize("blank", ["", " "])
@pytest.mark.parametrize(("command", "name"), list(path_parameters()))
def test_a_blank_path_is_not_the_current_folder(run, tmp_path, monkeypatch, command, name, blank):
    """As where a script's variable is not set: nothing is read or written."""
    monkeypatch.chdir(tmp_path)
    words = [command]
    for known in all_commands()[command].params:
        is_argument = known.param_type_name == "argument"
        if known.name == name:
            words += [blank] if is_argument else [known.opts[0], blank]
        elif known.required:
            words += ["x"] if is_argument else [known.opts[0], "x"]
    done = run(*words)
    assert (done.exit_code, done.stdout) == (Exit.USAGE, "")
    assert done.stderr.endswith(" is blank. Name a file or folder; a dot is the current folder.\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", list(COMMANDS))
def test_help_names_no_type_of_python(run, command):
    """An argument that is a path is shown as one."""
    assert "<Path>" not in run(command, "--help").stdout
