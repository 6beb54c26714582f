"""A cell in the wrong column that may be a name is not repeated; anything else is, because it helps."""

import pytest

from iopsched.ingest import inspect_clinic
from iopsched.ingest.privacy import looks_like_name


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
