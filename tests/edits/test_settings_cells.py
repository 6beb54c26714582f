"""One value of ``clinic.toml`` changes; remarks, blanks and every other byte stay, or nothing is changed and it is said why."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iopsched.edits.settingsfile import SettingsFile
from iopsched.errors import InputError
from iopsched.ingest.source.settingrows import rows_of

EXAMPLES = sorted((Path(__file__).parents[2] / "data").glob("*/clinic.toml"))
TEXT = """# The clinic
name = "A # b"   # its name
open = 'Mon-Fri 08:00-20:00'

[levels.iop-adult]   # adults
min_hours_per_week = 9 # nine
max_gap_days=0

# teens
["levels".iop-adolescent]
min_hours_per_week = 6

[[blocks]]
id = "morning"
days = "Mon-Fri"

[[blocks]]
id = "night"

[phases]
initial = { group_sessions = [3, 5] }
[staff]
two_staff = [
  "adult", # one
]
"""


def changed(path, value, text=TEXT):
    """Return the text with another value, by its lines that differ."""
    data = SettingsFile.of(text.encode()).with_value(tuple(path.split(".")), value).data.decode()
    old, new = text.splitlines(), data.splitlines()
    return [line for line in new if line not in old], [line for line in old if line not in new]


def test_a_value_is_replaced_and_the_remark_behind_it_stays():
    assert changed("name", 'X "y"') == (['name = "X \\"y\\""   # its name'], ['name = "A # b"   # its name'])
    assert changed("levels.iop-adult.min_hours_per_week", 7.5)[0] == ["min_hours_per_week = 7.5 # nine"]
    assert changed("levels.iop-adult.max_gap_days", 2)[0] == ["max_gap_days=2"]
    assert changed("levels.iop-adolescent.min_hours_per_week", 4)[0] == ["min_hours_per_week = 4"]
    assert changed("blocks.2.id", "late")[0] == ['id = "late"']


def test_a_new_key_stands_behind_the_last_of_its_table():
    lines = SettingsFile.of(TEXT.encode()).with_value(("levels", "iop-adult", "max_hours_per_day"), 4).data.splitlines()
    assert lines[lines.index(b"max_gap_days=0") + 1] == b"max_hours_per_day = 4"
    lines = SettingsFile.of(TEXT.encode()).with_value(("blocks", "1", "start"), "09:00").data.splitlines()
    assert lines[lines.index(b'days = "Mon-Fri"') + 1] == b'start = "09:00"'
    lines = SettingsFile.of(TEXT.encode()).with_value(("timezone",), "America/Chicago").data.splitlines()
    assert lines[3] == b'timezone = "America/Chicago"'
    assert changed("blocks.3.id", "late") == (['id = "late"'], [])
    assert changed("match.language", "no") == (["[match]", 'language = "no"'], [])
    assert changed("levels.step down.min_hours_per_week", 3)[0] == ['[levels."step down"]', "min_hours_per_week = 3"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("phases.initial.group_sessions", [1, 2]),
        ("staff.two_staff", ["adolescent"]),
        ("name.short", "x"),
        ("blocks.4.id", "x"),
    ],
)
def test_what_cannot_be_changed_with_certainty_is_said_with_the_line_to_type(path, value):
    with pytest.raises(InputError, match="E-EDIT") as caught:
        changed(path, value)
    assert "Write by hand: " in caught.value.issues[0].remedy


def test_a_key_is_taken_out_but_a_remark_behind_it_stays():
    file = SettingsFile.of(TEXT.encode())
    assert file.without(("levels", "iop-adult", "max_gap_days")).text == TEXT.replace("max_gap_days=0\n", "")
    quiet = file.without(("levels", "iop-adult", "min_hours_per_week"))
    assert quiet.text == TEXT.replace("min_hours_per_week = 9", "# min_hours_per_week = 9")
    with pytest.raises(InputError, match="E-EDIT"):
        file.without(("levels", "iop-adult", "max_sessions_per_day"))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_stay(mark, end):
    data = mark + f'name = "a"{end}[staff]{end}meal_minutes = 30'.encode()
    made = SettingsFile.of(data).with_value(("staff", "break_minutes"), 15).with_value(("name",), "b").data
    assert made == mark + f'name = "b"{end}[staff]{end}meal_minutes = 30{end}break_minutes = 15{end}'.encode()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_setting_of_every_example_can_be_changed_and_changed_back(path):
    """Back means the same bytes but for the way a value was written; what is refused is told."""
    file = SettingsFile.of(path.read_bytes())
    refused = 0
    for key, value in rows_of(tomllib.loads(file.text)):
        if value == {}:
            continue
        other = [*value, value[0]] if isinstance(value, list) and value else "x" if isinstance(value, str) else 7
        try:
            made = file.with_value(key, other)
        except InputError:
            refused += 1
            continue
        assert made.value(key) == other
        assert (
            len([1 for old, new in zip(file.text.splitlines(), made.text.splitlines(), strict=True) if old != new]) <= 1
        )
        assert made.with_value(key, value).value(key) == value
    assert refused == 0


LINES = st.lists(
    st.sampled_from(
        [
            "a = 1",
            'b = "#" # r',
            "[t]",
            "[t.u]",
            "x.y = 2",
            "c = [1,",
            "2]",
            "# note",
            "",
            "[[k]]",
            'id = "p"',
            "d = '''",
            "'''",
            " e=3",
        ]
    ),
    max_size=9,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    lines=LINES,
    path=st.sampled_from(["a", "b", "t.a", "t.u.e", "x.y", "k.1.id", "k.2.id", "c", "d"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_the_file_looks_like_one_value_changes_or_none(lines, path, end):
    data = (end.join(lines)).encode()
    try:
        file = SettingsFile.of(data)
    except InputError:
        return
    key = tuple(path.split("."))
    before = dict(rows_of(tomllib.loads(file.text)))
    for change in (lambda: file.with_value(key, 9), lambda: file.without(key)):
        try:
            made = change()
        except InputError:
            continue
        after = dict(rows_of(tomllib.loads(made.text)))
        differing = {row for row in {*before, *after} if before.get(row) != after.get(row)}
        assert all(row[: len(key)] == key or key[: len(row)] == row for row in differing)
        kept = [line for line in lines if line.startswith("#")]
        assert all(line in made.text for line in kept)
