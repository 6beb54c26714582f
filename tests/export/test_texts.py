"""Names of files and guarded cells: safe everywhere, and nothing is lost on the way."""

import random

import pytest

from iopsched.export.filenames import safe_names
from iopsched.export.texts import clean, guard, one_line, unguard


def test_plain_ids_are_their_own_names():
    plain = ["P001", "p-2", "x_1.b", "a.b.c", "0"]
    assert safe_names(plain) == {text: text for text in plain}


@pytest.mark.parametrize(
    "text",
    [
        "a/b",
        "a\\b",
        "..",
        ".",
        "",
        "con",
        "NUL",
        "com1.x",
        "a.",
        "a ",
        " a",
        "a:b",
        "Łódź",
        "a*",
        "-rf",
        "x" * 300,
        "a\0b",
        "\ud800",
    ],
)
def test_any_other_id_gets_a_name_that_every_file_system_takes(text):
    name = safe_names([text])[text]
    assert name.isascii()
    assert name.replace("-", "").replace("_", "").isalnum()
    assert len(name) <= 50
    assert name[0] not in "-."
    assert name != text


def test_different_ids_have_different_names_also_where_case_does_not_count():
    ids = ["a", "A", "a/b", "a:b", "a_b", "P1", "p1", "Straße", "STRASSE", "con", "CON"]
    names = safe_names(ids)
    assert len({name.casefold() for name in names.values()}) == len(ids)
    assert names["a_b"] == "a_b"
    assert "a" not in names.values(), "a second id must not take over the file of the first"
    assert safe_names(reversed(ids)) == names


def test_an_id_that_looks_like_the_marked_name_of_another_keeps_it():
    marked = safe_names(["a/b"])["a/b"]
    names = safe_names(["a/b", marked])
    assert names[marked] == marked
    assert names["a/b"] != marked


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-5",
        "@x",
        " =1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        "\t=1",
        "\rx",
        "\nx",
        "\0",
        "'=1",
        "''-5",
    ],
)
def test_what_a_spreadsheet_would_run_is_guarded(text):
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["", "a", "O'Neil", "'quoted'", "1-2", "a=b", "'", "''"])
def test_other_text_is_left_alone(text):
    assert guard(text) == text == unguard(text)


def test_guarding_never_loses_anything():
    chance = random.Random(3)
    for _ in range(20_000):
        text = "".join(chance.choices("'=+-@\uff1d \t\r\n\0ab1", k=chance.randrange(6)))
        assert unguard(guard(text)) == text


def test_cleaned_text():
    assert clean(" a\tb\nc\x0b\x85\u2028\u2029\ud800\0 ") == "a\tb\nc"
    assert one_line(" a \t b\n\nc ") == "a b c"
    assert clean("  plain ") == "plain"
