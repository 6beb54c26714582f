"""Where the clinic is a workbook, sentences name its sheets; which words differ is said by name, not found by a pattern."""

import ast
import re
from pathlib import Path

import pytest

import iopsched
from iopsched.policy.columns import CLINIC_FILES
from iopsched.words.wordings import in_workbook, new_entry, said

HOME = Path(iopsched.__file__).parent
SPOKEN = re.compile(rf"\b({'|'.join(map(re.escape, CLINIC_FILES))})\b")
# Told of files only, or read by whoever writes the documentation.
OF_FILES = ("source.py", "texts.py", "schedules.py", "codes.py", "columns.py", "workbook.py")


@pytest.mark.parametrize("file", CLINIC_FILES)
def test_each_table_is_a_sheet_in_a_workbook(file):
    sentence = said(f"Look at {{{file}}}.")
    assert sentence == f"Look at {file}."
    assert in_workbook(sentence) == f"Look at the sheet {file.partition('.')[0]}."


def test_words_differ_and_values_stay():
    sentence = said('Write{for example} a {=} {"}{}{"} in this {file}.', "clinic.toml file = [x]")
    assert sentence == 'Writefor example a = "clinic.toml file = [x]" in this file.'
    assert in_workbook(sentence) == "Writea row a with the value clinic.toml file = [x] in this sheet."
    assert new_entry("ratios", "adult", "12") == "adult = 12 under [ratios]"
    assert in_workbook(new_entry("ratios", "adult", "12")) == "the row ratios.adult with the value 12"
    assert in_workbook("plain {file}") == "plain {file}"


@pytest.mark.parametrize(("template", "values"), [("{nobody.csv}", ()), ("{file}", ("too many",))])
def test_a_wrong_template_is_an_error(template, values):
    with pytest.raises((KeyError, ValueError)):
        said(template, *values)


def spoken_strings(path):
    """Yield the line and text of each string with blanks in it that is no docstring; of an f-string without its fields."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Constant) and isinstance(child.value, str) and not isinstance(node, ast.Expr):
                yield child.lineno, child.value


@pytest.mark.parametrize("room", ["ingest", "why"])
def test_no_sentence_about_the_input_names_a_table_by_its_file(room):
    """A name in braces is a reference: ``{pins.csv}``."""
    found = [
        f"{path.relative_to(HOME)}:{line}: {text}"
        for path in sorted((HOME / room).rglob("*.py"))
        if path.name not in OF_FILES
        for line, text in spoken_strings(path)
        if " " in text.strip() and SPOKEN.search(re.sub(r"\{[^{}]*\}", "", text))
    ]
    assert found == []
