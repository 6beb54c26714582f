"""An export or a command that somebody adds is complete in every place that knows it, or a test here names the place."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from iopsched.cli import export as command
from iopsched.cli.app import COMMANDS
from iopsched.errors import UsageError
from iopsched.export.formats import MAKERS, Format, export_files
from iopsched.views.labels import NameMode
from scripts import canaries, interrupts, kills
from tests.support.canary import CANARY, canary_edition

HOME = Path(__file__).parents[1]
README = (HOME / "README.md").read_text(encoding="utf-8")
EVERY_FORMAT = pytest.mark.parametrize("name", list(Format), ids=str)
EVERY_COMMAND = pytest.mark.parametrize("name", list(COMMANDS))
TESTS_ELSEWHERE = {"push": "push/test_command.py", "history": "cli/test_publish.py"}
# Commands of which a kill leaves nothing half done, as they write nothing.
ONLY_READ = {"why", "check", "show", "verify", "history", "curriculum", "rules"}
# A command that never ends by itself, with the test that kills it and looks for what it left.
KILLED_ELSEWHERE = {"serve": "page/test_launching.py"}
# Commands that are given no clinic of somebody's, or, for push, whose texts tests/push reads on a server.
TOLD_NO_NAMES = {"init", "rules", "push", *KILLED_ELSEWHERE}


def made(name, mode):
    """Return the files of one format; none where it cannot be made without showing people, no PDF without Pango."""
    edition = canary_edition(mode)
    try:
        return export_files(replace(edition, calendar_labels=edition.labels), {name})
    except UsageError as error:
        if mode is NameMode.NONE and name in {Format.CSV, Format.HANDOUTS}:
            return {}
        pytest.skip(str(error))


def text_of(path, data):
    """Return what a file holds, unpacked, its path included."""
    if path.endswith(".pdf"):
        return path + "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(data)).pages)
    if path.endswith(".xlsx"):
        archive = zipfile.ZipFile(BytesIO(data))
        return path + "".join(f"{part}{archive.read(part).decode()}" for part in archive.namelist())
    return path + data.decode().replace("\r\n ", "")


# --- exports ----------------------------------------------------------------
def test_every_format_has_its_module_and_line():
    assert list(MAKERS) == list(Format)


@EVERY_FORMAT
def test_a_format_stands_in_the_readme_and_in_the_help(name):
    assert f"\n| `{name}` | " in README
    assert f"\n  {name:<10}{MAKERS[name][1]}\n" in command.EPILOG


@EVERY_FORMAT
def test_a_format_has_a_file_of_tests(name):
    assert list((HOME / "tests/export").glob(f"test_{MAKERS[name][0]}*.py"))


@EVERY_FORMAT
def test_a_format_gives_the_same_bytes_twice(name):
    found = made(name, NameMode.ID)
    assert found
    assert found == made(name, NameMode.ID)


@EVERY_FORMAT
@pytest.mark.parametrize("mode", [NameMode.NONE, NameMode.ID])
def test_a_format_shows_no_name_unasked(name, mode):
    found = made(name, mode)
    assert CANARY not in "".join(text_of(path, data) for path, data in found.items())


@EVERY_FORMAT
def test_a_format_shows_a_name_when_asked(name):
    """So that the search of the last test is able to find one."""
    assert CANARY in "".join(text_of(path, data) for path, data in made(name, NameMode.FULL).items())


# --- commands ---------------------------------------------------------------
@EVERY_COMMAND
def test_a_command_stands_in_the_docs(name):
    pages = [README, *(path.read_text(encoding="utf-8") for path in sorted((HOME / "docs").glob("*.md")))]
    assert re.search(rf"(?<!\w)iopsched {name}(?!\w)", "\n".join(pages))


@EVERY_COMMAND
def test_a_command_has_a_file_of_tests(name):
    path = HOME / "tests" / TESTS_ELSEWHERE.get(name, f"cli/test_{name}.py")
    assert f'"{name}"' in path.read_text(encoding="utf-8")


@EVERY_COMMAND
def test_a_command_is_interrupted_killed_and_searched_for_names(name):
    """By the scripts that do so at random; or the table above says why not."""
    assert name in interrupts.commands(Path(), "")
    assert (name in {trial.command[0] for trial in kills.TRIALS.values()}) != (name in {*ONLY_READ, *KILLED_ELSEWHERE})
    source = Path(canaries.__file__).read_text(encoding="utf-8")
    assert (f'("{name}", ' in source) != (name in TOLD_NO_NAMES)
