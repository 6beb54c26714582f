"""Whatever a file holds, reading it takes time that grows with its size, and no more."""

import ast
import re
import string
import time
from datetime import date
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from pkgutil import walk_packages

import pytest

import iopsched
from iopsched.ingest import inspect_clinic
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.report import MOST_OF_A_KIND, At, Report
from iopsched.ingest.source.settingrows import notes_of, path_of
from iopsched.ingest.source.texts import read_settings
from iopsched.ingest.source.tomllines import key_lines, remark_of

MANY = 100_000
MOST_S = 2.0
SOUND = 'name = "Riverbend"\n'
# What a hurried hand or a broken program leaves in a file of settings; cubic or square work would take hours on them.
TEXTS = {
    "a blank line of blanks": " " * MANY,
    "a blank line of tabs": "\t" * MANY,
    "blanks behind a key": "a" + " " * MANY + "= 1",
    "blanks before a value": "a =" + " " * MANY + "1",
    "blanks in a table": "[ a" + " " * MANY + "]",
    "blanks behind a bracket": "[" + " " * MANY,
    "brackets": "[" * MANY,
    "a long key": "k" * MANY + " = 1",
    "a key of many words": "a b " * MANY,
    "a key of quotation marks": '"' * MANY,
    "a dotted key": ".".join(["a"] * MANY) + " = 1",
    "a dotted key in braces": "a = {" + ".".join(["a"] * MANY) + " = 1}",
    "a dotted key between quotation marks": '"a".' * MANY + "a = 1",
    "a dotted table": "[" + ".".join(["a"] * MANY) + "]",
    "many deep tables": "".join("[" + ".".join(["a"] * parts) + "]\n" for parts in range(1, 450)),
    "many tables": "".join(f"[t{number}]\n" for number in range(MANY // 5)),
    "many tables of one name": "[[t]]\n" * (MANY // 2),
    "many keys": "".join(f"k{number} = 1\n" for number in range(MANY // 2)),
    "many blank lines": "\n" * MANY,
    "lists in lists": "a = " + "[" * MANY,
    "braces in braces": "a = " + "{a = " * (MANY // 5),
    "a long text": 'a = "' + "x" * MANY + '"',
    "a text of quotation marks": 'a = "' + '\\"' * MANY + '"',
    "a text that never ends": 'a = "' + "x" * MANY,
    "a text of many lines that never ends": 'a = """' + "x\n" * MANY,
    "a remark of quotation marks": "a = 1 # " + '"\\' * MANY,
    "a remark of apostrophes": "a = 1 # " + "'" * MANY + '"',
    "a remark of signs": "#" * MANY,
    "a long number": "a = " + "9" * MANY,
    "a long fraction": "a = 0." + "9" * MANY,
    "a number with a comma": "a = " + "1" * MANY + ",5" + " " * MANY + "x",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_settings_are_read_in_time_that_grows_with_their_size(text):
    begun = time.process_time()
    read_settings((SOUND + text + "\n").encode(), "clinic.toml", Report())
    lines = key_lines(SOUND + text)
    notes_of(SOUND + text, lines)
    path_of(text)
    assert lines["name"] == 1
    assert time.process_time() - begun < MOST_S


def test_blanks_change_nothing():
    report = Report()
    table, lines = read_settings(f"{' ' * 4000}\n{SOUND}[levels]\t\n".encode(), "clinic.toml", report)
    assert (table, lines) == ({"name": "Riverbend", "levels": {}}, {"name": 2, "levels": 3})
    assert report.issues == ()


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("a = 1", ""),
        ("a = 1 # why", "why"),
        ('a = "#1" # why', "why"),
        ("a = '#1'", ""),
        ('a = "\\"#1" # "why" # not', '"why" # not'),
        ("a = 'it' # isn't", "isn't"),
    ],
)
def test_the_remark_of_a_line(line, remark):
    assert remark_of(line) == remark


def test_a_key_of_too_many_parts_is_told_at_its_line():
    report = Report()
    assert read_settings(f"{SOUND}{'a.' * 50}a = 1\n".encode(), "clinic.toml", report) is None
    assert [(issue.code, issue.row) for issue in report.issues] == [("E-TOML", 2)]
    text = f'{SOUND}a = "{"." * 99}" # {"." * 99}\nb = [{", ".join(["1.5"] * 99)}]\n'
    assert read_settings(text.encode(), "clinic.toml", Report()) is not None


@cache
def patterns():
    """Return every pattern of the package with a way in which it is used: ``match``, ``fullmatch`` or ``search``."""
    found = set()
    for module in walk_packages(iopsched.__path__, "iopsched."):
        if module.name == "iopsched.__main__":
            continue
        loaded = import_module(module.name)
        for node in ast.walk(ast.parse(Path(loaded.__file__).read_text(encoding="utf-8"))):
            match node:
                case ast.Attribute(value=ast.Name(id="re"), attr=way) if way in USES:
                    pass
                case ast.Attribute(value=ast.Name(id=name), attr=way) if way in USES:
                    if isinstance(value := vars(loaded).get(name), re.Pattern):
                        found.add((value, USES[way], f"{module.name}.{name}"))
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="re"), attr=way), args=[ast.Constant(value=text), *_]
                ):
                    if way in USES:
                        found.add((re.compile(text), USES[way], f"{module.name}:{node.lineno}"))
    return sorted(found, key=lambda use: use[2:] + use[1:2])


USES = {"match": "match", "fullmatch": "fullmatch"} | dict.fromkeys(
    ("search", "sub", "subn", "split", "findall", "finditer"), "search"
)
EVIL = 20_000
PIECES = (
    *string.punctuation, " ", "\t", "\r", "\n", "a", "A", "0", "1:", "1,", "1_", ", ", " ;", "a ", "A a", "0 ", "Th", "M-",
    '"a', '\\"', '"\\', "'a", ';"', "[h", "x.", " -", "M,", "am", "#a", "=1", "</", "\u2013", "\u00e9", "12:00 ",
)  # fmt: skip


SOME = 8  # by default each pattern is tried with every eighth piece only


@pytest.mark.parametrize(
    "ends", [("!",), pytest.param(("", "!", '"', "\0"), marks=pytest.mark.slow)], ids=["some", "all"]
)
def test_no_pattern_tries_long_texts_again_and_again(ends):
    """One test for all patterns: whoever only collects tests need not load every module for them."""
    slow = []
    for pattern, way, place in patterns():
        look = {"search": lambda text, pattern=pattern: sum(1 for _ in pattern.finditer(text))}.get(way)
        pieces = PIECES if len(ends) > 1 else PIECES[len(place) % SOME :: SOME]
        for piece, end in product(pieces, ends):
            text = piece * (EVIL // len(piece)) + end
            begun = time.process_time()
            (look or getattr(pattern, way))(text.encode("utf-8") if isinstance(pattern.pattern, bytes) else text)
            if time.process_time() - begun >= 0.3:
                slow.append((place, way, piece, end))
    assert not slow


def test_the_patterns_are_found():
    assert len(patterns()) > 60


def test_a_language_of_its_own_in_every_row_takes_bounded_time(bare):
    """Each is compared with the others until there were many comparisons."""
    rows = "".join(f"P{number},adult,tongue{number}\n" for number in range(1000))
    (bare / "participants.csv").write_text(f"participant_id,population,language\n{rows}")
    begun = time.process_time()
    inspect_clinic(bare, date(2026, 11, 30))
    assert time.process_time() - begun < 5


def test_a_hint_that_nobody_reads_is_not_made():
    report = Report()
    asked = []

    def remedy():
        asked.append(len(asked))
        return f"Write {len(asked)}."

    for row in range(2, MOST_OF_A_KIND + 500):
        report.fault(Fault("E-CHOICE", f"Row {row}.", remedy), At("needs.csv", row), f"x{row}")
    assert len(asked) == len(report.issues) == MOST_OF_A_KIND
    assert report.issues[-1].more == 498
    assert report.is_spoiled("needs.csv", MOST_OF_A_KIND + 400)


def test_modules_of_many_groups_take_time_that_grows_with_their_number(bare):
    rows = "".join(f"group,Q{number},M{number},Part,5\n" for number in range(8000))
    (bare / "modules.csv").write_text(f"service_id,group_id,module_id,title,minutes\n{rows}")
    begun = time.process_time()
    inspect_clinic(bare, date(2026, 11, 30))
    assert time.process_time() - begun < 3
