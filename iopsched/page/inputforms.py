"""The forms of the input screen: settings, and the windows of a cell as a strip to paint on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from iopsched import work
from iopsched.page.asked import PageRequest, Refused, RequestWay
from iopsched.page.inputpage import overview, tell, typing
from iopsched.policy.columns import SETTINGS_FILE

if TYPE_CHECKING:
    from iopsched.work.inputediting import InputState
    from iopsched.work.inputsettings import SettingField


def _get_settings(asked: PageRequest) -> Mapping[str, Any]:
    return _form(work.inputediting.read_input(asked.clinic.path))


def _form(state: InputState) -> Mapping[str, Any]:
    """Return every setting, with what is written and what holds otherwise."""
    return {
        "revision": state.revision_of(SETTINGS_FILE),
        "groups": [
            {"table": group.table, "fields": [_field(field) for field in group.fields]}
            for group in work.inputsettings.setting_groups(state.tables)
        ],
    }


def _field(field: SettingField) -> Mapping[str, Any]:
    setting = field.setting
    return {
        "path": field.path,
        "meaning": setting.meaning,
        "form": setting.form,
        "unit": "hours" if setting.kind == "hours" else "",
        "bounds": (setting.low, setting.high) if setting.high else None,
        "written": field.written,
        "otherwise": field.otherwise,
        "source": field.source,
        "choices": field.choices,
        "rule": work.inputsettings.rule_of(setting),
    }


def _write_setting(asked: PageRequest) -> Mapping[str, Any]:
    """Write a setting, or take it out."""
    path, text = asked.body.get("path"), asked.body.get("text")
    if not isinstance(path, list) or not path or not all(isinstance(part, str) for part in path):
        raise Refused(400, "body", "The request names no setting.")
    if text is not None and not isinstance(text, str):
        raise Refused(400, "body", "The request holds no text.")
    with typing(asked):
        revision = asked.text("revision", 100)
        state = work.inputsettings.write_setting(asked.clinic.path, revision, tuple(path), text, asked.week)
    tell(asked, state)
    return {"input": overview(asked, state), "settings": _form(state)}


def _windows(asked: PageRequest) -> Mapping[str, Any]:
    """Return the windows of a text as stretches of days, or the text of painted stretches."""
    days = asked.body.get("days")
    if isinstance(days, list):
        return {"text": work.inputwindows.windows_text(work.inputwindows.ranges_of(days))}
    text, column = asked.text("text"), asked.text("column", 100)
    tables = work.inputediting.read_input(asked.clinic.path).tables
    found = work.inputwindows.painted(asked.clinic.path, tables, asked.week, column, text)
    return {"days": found.days, "open": found.open, "exact": found.is_exact, "message": found.fault}


WAYS = (
    RequestWay("GET", "/input/settings", _get_settings),
    RequestWay("POST", "/input/setting", _write_setting),
    RequestWay("POST", "/input/windows", _windows),
)
