"""A cell in the wrong column that may be a name is not repeated; anything else is, because it helps."""

import ast
from pathlib import Path

import pytest

import iopsched.ingest
from iopsched.ingest import inspect_clinic
from iopsched.ingest.privacy import ClinicWords, looks_like_name

CELLS = {"id", "tracks", "language", "languages", "track", "gender", "population", "payer", "phase", "credential"}
QUOTING = {"quoted", "escaped", "key_of"}
# Keys of the settings, the population of a test of equality, and a list that is judged as one.
OTHERWISE = {"level.id", "payer.id", "person.population", "group.tracks"}


@pytest.mark.parametrize(
    "text", ["Mary Smith", "Smith, Mary", "Mary O'Brien", "J. R. Smith", "José María", "x;Mary Smith"]
)
def test_looks_like_a_name(text):
    assert looks_like_name(text)


@pytest.mark.parametrize("text", ["", "adlut", "P001", "Mary2 Smith", "09:00 pm", "a;b", "12 people"])
def test_looks_like_no_name(text):
    assert not looks_like_name(text)


def told(clinic, week, name, old, new):
    text = (clinic / name).read_text(encoding="utf-8")
    assert old in text
    (clinic / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return [issue for issue in inspect_clinic(clinic, week).issues if issue.level == "error"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",41,", ",Mary O'Brien,"),
        ("P2,adult", "P2,Mary O'Brien"),
        (",sud,,41,", ",sud,Mary O'Brien,41,"),
        (",41,,,,", ",41,,Mary O'Brien,,"),
        ("G1,T2", "G1,Mary O'Brien"),
    ],
)
def test_a_name_is_not_repeated(old, new, clinic, week):
    issues = told(clinic, week, "participants.csv", old, new)
    assert issues
    assert "mary" not in repr(issues).casefold()
    assert "brien" not in repr(issues).casefold()


@pytest.mark.parametrize(
    ("name", "old", "new", "shown"),
    [
        ("participants.csv", "P2,adult", "P2,adlut", "'adlut'"),
        ("participants.csv", "daily evening", "Monday evning", "'evning'"),
        ("groups.csv", "T1,R1", "T1,R 1", "'R 1'"),
    ],
)
def test_what_is_no_name_is_repeated(name, old, new, shown, clinic, week):
    assert any(shown in issue.message for issue in told(clinic, week, name, old, new))


def unquoted(source):
    """Return what f-strings put in as it stands although it is the text of a cell."""
    found = []
    for text in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)):
        for before, part in zip([None, *text.values], text.values, strict=False):
            if not isinstance(part, ast.FormattedValue):
                continue
            is_quoted = isinstance(before, ast.Constant) and before.value.endswith("'")
            safe = {
                inner
                for node in ast.walk(part.value)
                if isinstance(node, ast.Call) and ast.unparse(node.func) in QUOTING | {"plural", "len", "hours"}
                for inner in ast.walk(node)
            }
            maps = any(
                isinstance(node, ast.Call) and ast.unparse(node.args[:1] or node).find("quoted") >= 0
                for node in ast.walk(part.value)
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "map"
            )
            found += [
                ast.unparse(node)
                for node in ast.walk(part.value)
                if isinstance(node, ast.Attribute)
                and node.attr in CELLS
                and node not in safe
                and not (is_quoted or maps)
            ]
    return found


def test_no_message_holds_the_text_of_a_cell_without_quotation_marks():
    """What is quoted is judged; the lists of tracks are judged as lists."""
    home = Path(iopsched.ingest.__file__).parent
    found = {text for path in home.rglob("*.py") for text in unquoted(path.read_text(encoding="utf-8"))}
    assert found <= OTHERWISE
    assert unquoted('f"The groups {listed(g.id for g in groups)}"') == ["g.id"]


@pytest.mark.parametrize(
    ("value", "is_shown"),
    [
        ("SS 08:00-16:00", True),
        ("MTWS 9-12", True),
        ("eve", True),
        ("mornng", True),
        ("Eve", False),
        ("SS", False),  # alone these may be initials
        ("Tessa 08:00", False),
        ("Mon-Fir 8am-4pm", True),
        ("Fir", False),
        ("MWF mornings", True),
        ("Mo-Fr morning", True),
        ("Kim 9am-4pm", False),
        ("must-nt", True),
    ],
)
def test_words_that_look_like_a_window_are_shown(value, is_shown):
    assert (not ClinicWords().strange(value, "Did you mean 'must_not'? Or 'morning'?")) == is_shown


def test_sentences_without_a_value_are_advice():
    """A table's path shows dots, never a word that somebody might copy; lists hold only what can be shown."""
    told = ClinicWords().masked(
        "E-UNKNOWN-LEVEL",
        "participants.csv",
        "There is no level 'Twohill' in clinic.toml.",
        "Known here: iop-adult, Quillone. Or add a table [levels.Twohill].",
        "Twohill",
    )
    assert told == (
        "This text names no level in clinic.toml.",
        'Known here: iop-adult. Or add a table [levels."..."], with the text of the cell in place of the dots.',
        "",
    )
