"""Sentences are made for readers: no code takes apart what our own code has said."""

import ast
from pathlib import Path

import pytest

import iopsched

HOME = Path(iopsched.__file__).parent
# What holds a sentence is called so; so are the attributes of issues, violations and reasons.
SAID = frozenset({"message", "remedy", "sentence", "sentences", "why", "advice", "hint", "reason"})
CUTS = frozenset(
    [
        "startswith",
        "endswith",
        "split",
        "rsplit",
        "partition",
        "rpartition",
        "removeprefix",
        "removesuffix",
        "find",
        "rfind",
        "index",
        "replace",
    ]
)
SEARCHES = frozenset({"search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"})
# Exceptions, each with its reason; may only shrink.
ALLOWED = {
    (
        "ingest/privacy.py",
        "message",
    ): "looks for names in what is about to be told, whoever said it: a guard, not a reader",
    ("ingest/privacy.py", "remedy"): "the same",
    ("ingest/privacy.py", "sentence"): "the same",
}


def parsed(tree):
    """Yield the line and name of each sentence that is taken apart or searched, and not only shown."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            cut = [node.func.value] if node.func.attr in CUTS else []
            searched = node.args if node.func.attr in SEARCHES else []
            yield from ((node.lineno, name_of(each)) for each in (*cut, *searched) if name_of(each) in SAID)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            yield from ((node.lineno, name_of(each)) for each in node.comparators if name_of(each) in SAID)


def name_of(node):
    """Return the name of a variable or attribute, also of what is a text of it; blank for anything else."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str" and node.args:
        return name_of(node.args[0])
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_no_module_parses_a_sentence():
    found = {
        (path.relative_to(HOME).as_posix(), name): line
        for path in sorted(HOME.rglob("*.py"))
        for line, name in parsed(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert {place: line for place, line in found.items() if place not in ALLOWED} == {}
    assert ALLOWED.keys() <= found.keys(), "an exception that is no longer needed"


@pytest.mark.parametrize(
    "code",
    [
        "issue.message.startswith('There')",
        "re.search('P1', str(found.sentence))",
        "'row' in row.why",
        "PATTERN.sub('', remedy)",
        "why.partition(': ')",
    ],
)
def test_it_sees_each_way_to_parse(code):
    assert len(list(parsed(ast.parse(code)))) == 1
