"""Each setting of clinic.toml is declared once, knows where its value is kept, and can be changed there."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from iopsched.ingest import read_problem
from iopsched.ingest.source.settingrows import rows_of
from iopsched.policy.setting import Setting
from iopsched.policy.settings import SETTINGS, setting_at
from iopsched.rulebook import RuleId

COMPLETE = Path(__file__).parents[2] / "data" / "complete"
KEPT = [setting for setting in SETTINGS if setting.fields]
EVERY_KEPT = pytest.mark.parametrize("setting", KEPT, ids=lambda setting: setting.dotted)


@pytest.fixture(scope="module")
def problem():
    return read_problem(COMPLETE, date(2026, 11, 30))


def written():
    """Return the settings that the complete example writes: each key with the name given, and its value."""
    table = tomllib.loads((COMPLETE / "clinic.toml").read_text(encoding="utf-8"))
    return [(path, value) for path, value in rows_of(table) if value != {} and path[0] != "blocks"]


@pytest.mark.parametrize(
    ("path", "value"), written(), ids=lambda part: ".".join(part) if isinstance(part, tuple) else ""
)
def test_a_number_is_kept_as_it_is_written(problem, path, value):
    """The declared home holds what the reader has read, in minutes where hours are written."""
    setting = setting_at(*path)
    if setting.form in {"number", "flag", "wholes"}:
        assert setting.value(problem.clinic, path[1] if len(path) > 1 else "") == setting.stored(value)


def other_value(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return value[::-1] + value[:1] if isinstance(value, str) else value


@EVERY_KEPT
def test_a_changed_value_is_the_only_change(problem, setting):
    """Under each name that the clinic gives; the other settings keep their values."""
    values = {(one.path, name): one.value(problem.clinic, name) for one in KEPT for name in one.names(problem.clinic)}
    for name in setting.names(problem.clinic):
        value = other_value(setting.value(problem.clinic, name))
        changed = setting.changed(problem, name, value)
        assert replace(changed, clinic=problem.clinic) == problem
        if setting.key != "id":
            found = {key: setting_at(*key[0]).value(changed.clinic, key[1]) for key in values}
            assert found == {**values, (setting.path, name): value}


def test_hours_are_changed_in_minutes(problem):
    setting = setting_at("levels", "iop-adult", "max_hours_per_week")
    changed = setting.changed(problem, "iop-adult", setting.stored(12.5))
    assert changed.clinic.levels["iop-adult"].max_minutes_per_week == 750
    assert changed.clinic.levels["iop-adolescent"] == problem.clinic.levels["iop-adolescent"]


def test_a_pair_is_changed_at_once(problem):
    changed = setting_at("phases", "initial", "group_sessions").changed(problem, "initial", (7, 9))
    assert (
        changed.clinic.phases["initial"].min_group_sessions,
        changed.clinic.phases["initial"].max_group_sessions,
    ) == (7, 9)


def test_a_name_that_the_clinic_does_not_give(problem):
    setting = setting_at("levels", "*", "max_gap_days")
    with pytest.raises(KeyError):
        setting.changed(problem, "nowhere", 2)
    with pytest.raises(KeyError):
        setting_at("levels", "iop-adult", "max_gap_weeks")


@pytest.mark.parametrize(
    ("path", "value", "kept"),
    [
        (("levels", "x", "max_hours_per_week"), 168, 10080),
        (("levels", "x", "max_hours_per_week"), 0.5, None),
        (("levels", "x", "max_hours_per_week"), 168.5, None),
        (("levels", "x", "max_hours_per_week"), 9.999, None),
        (("levels", "x", "max_gap_days"), 7, 7),
        (("levels", "x", "max_gap_days"), 8, None),
        (("levels", "x", "max_gap_days"), 1.5, None),
        (("ages", "x"), [0, 120], (0, 120)),
        (("ages", "x"), [0, 121], None),
        (("staff", "two_staff"), ["adult"], ("adult",)),
    ],
)
def test_bounds(path, value, kept):
    setting = setting_at(*path)
    if kept is not None:
        assert setting.stored(value) == kept
        return
    with pytest.raises(ValueError, match=setting.path[0]):
        setting.stored(value)


@pytest.mark.parametrize(
    ("path", "number", "other", "is_looser"),
    [
        (("levels", "x", "min_hours_per_week"), 8, 9, True),
        (("levels", "x", "min_hours_per_week"), 9, 9, False),
        (("levels", "x", "max_hours_per_week"), 20, 19, True),
        (("levels", "x", "max_hours_per_week"), 18, 19, False),
        (("levels", "x", "max_gap_days"), 0, 2, True),
        (("levels", "x", "max_gap_days"), 2, 0, False),
        (("payers", "x", "certified_days"), 0, 60, True),
        (("caseload", "x"), 0, 24, False),
        (("staff", "break_minutes"), 10, 30, True),  # a shorter pause ends a run, which may then not be too long
    ],
)
def test_looser(path, number, other, is_looser):
    """A limit that is off at 0 is loosest there; one that is not is strictest."""
    assert setting_at(*path).is_looser(number, other) is is_looser


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.dotted)
def test_a_number_says_what_it_may_be_and_which_way_is_looser(setting):
    """A number that a rule or goal reads has bounds and a direction; a meaning is a sentence."""
    assert setting.meaning.endswith(".")
    if setting.form == "number":
        assert setting.low < setting.high
    if setting.form == "number" and isinstance(setting.rule, RuleId) and setting.key != "grid_minutes":
        assert setting.looser


def test_a_setting_is_declared_once():
    assert len({setting.path for setting in SETTINGS}) == len(SETTINGS)
    assert all(isinstance(setting, Setting) for setting in SETTINGS)
