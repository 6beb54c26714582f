"""No screen, page or message uses a word of optimization or of this program without a plain word beside it."""

import ast
import re
from pathlib import Path

import pytest

from iopsched.export import handouts, page
from iopsched.rulebook import GOALS, RULES, TERMS
from tests.support.markup import root_of, spoken
from tests.support.workbooks import book_of, texts

HOME = Path(__file__).parents[2]
SOURCE = HOME / "iopsched"
ODD = re.compile(
    r"\bweighted minutes\b|\bbounds?\b|\bcountable\b|\bpresets?\b|\bkind other\b|\battend(?: =)? some\b"
    r"|\bstarts(?: =)? grid\b",
    re.IGNORECASE,
)
# Without one of these no text is odd, however its lines are joined.
PART = re.compile(r"weighted|\bbounds?\b|countable|preset|\bother\b|\bsome\b|\bgrid\b", re.IGNORECASE)
# With these beside them the words are plain; a column or key is called as it is called.
PLAIN = re.compile(
    r"rule set(?:'s)? \(preset\)|other services \(kind other\)|grid \(any time that|column (?:countable|preset)|, preset,|E-PRESET|setting 'preset'",
    re.IGNORECASE,
)


def odd_words(text):
    """Return the words of a text that need a plain word beside them and have none."""
    return ODD.findall(PLAIN.sub("", text)) if PART.search(text) else []


def sentences(path):
    """Return the texts of a module that somebody may read: those with a blank, and of commands their help."""
    source = path.read_text(encoding="utf-8")
    if not PART.search(source):
        return
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    joined = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    silent = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    silent |= {id(part) for node in joined for part in node.values}
    for node in joined:
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value if " " in node.value else ""
    if path.parent == SOURCE / "cli":
        commands = (node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))
        yield from (ast.get_docstring(node) or "" for node in commands)


def test_no_text_of_the_program_is_odd():
    found = {path: [text for text in sentences(path) if odd_words(text)] for path in SOURCE.rglob("*.py")}
    assert not {path: odd for path, odd in found.items() if odd}


@pytest.mark.parametrize("path", sorted((SOURCE / "export" / "templates").glob("*.html")), ids=lambda path: path.name)
def test_no_page_is_odd(path):
    assert not odd_words(re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "path", sorted((HOME / "tests" / "badinput").glob("expected_*.txt")), ids=lambda path: path.name
)
def test_no_message_of_the_catalog_is_odd(path):
    assert not [line for line in path.read_text(encoding="utf-8").splitlines() if odd_words(line) and line[0] != "#"]


def test_the_rulebook_is_not_odd():
    told = [text.sentence for text in RULES.values()] + list(GOALS.values())
    told += [text.sentence for terms in TERMS.values() for text in terms.values()]
    assert not [text for text in told if odd_words(text)]


def test_no_output_of_a_week_is_odd(edition):
    ((_, data),) = page.files(edition).items()
    told = [spoken(root_of(data.decode()))]
    told += [spoken(root_of(text.decode())) for text in handouts.files(edition).values()]
    told += [text for sheet in book_of(edition) for text in texts(sheet)]
    assert not [text for text in told if odd_words(text)]


@pytest.mark.parametrize(
    "text", ["5 weighted minutes", "a bound of 3", "Countable hours", "the preset generic", "kind other"]
)
def test_odd_words_are_found(text):
    assert odd_words(text)
