"""The settings of a clinic as a form: each with what is written, what holds where nothing is, and on whose word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from iopsched import ingest
from iopsched.edits.clinictables import ClinicTables
from iopsched.errors import InputError, Issue, UsageError
from iopsched.ingest.source.serials import Shown
from iopsched.ingest.source.settingrows import cell_of, form_of, value_of
from iopsched.policy.columns import PARTICIPANTS, SETTINGS_FILE
from iopsched.policy.presets import BASE, preset_names, preset_sources, preset_table, value_at
from iopsched.policy.setting import ANY, Setting
from iopsched.policy.setting import Path as SettingPath
from iopsched.policy.settings import SETTINGS, setting_at
from iopsched.rulebook import RULES, RuleId
from iopsched.work.inputediting import InputState, record_change

_OF_POPULATIONS = frozenset({"ratios", "caps", "ages", "caseload"})
_FLAG = ("yes", "no")
MOST_VALUE = 1_000


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting: ``written`` as a cell would hold it, None where it is not; ``otherwise`` is what holds then."""

    path: SettingPath
    setting: Setting
    written: str | None
    otherwise: str
    source: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """Settings of one table, such as those of one level; ``table`` is blank for those at the top."""

    table: SettingPath
    fields: tuple[SettingField, ...]


def setting_groups(tables: ClinicTables) -> tuple[SettingGroup, ...]:
    """Return all settings that a clinic has or may write, by their tables."""
    written = tables.settings
    preset = str(written.get("preset", BASE))
    found = _Form(tables, written, preset if preset in preset_names() else BASE)
    groups: dict[SettingPath, list[SettingField]] = {}
    for setting in SETTINGS:
        for name in found.names(setting):
            path = setting.path_of(name)
            groups.setdefault(path[:-1], []).append(found.field(setting, path))
    return tuple(SettingGroup(table, tuple(fields)) for table, fields in sorted(groups.items(), key=found.place))


class _Form:
    def __init__(self, tables: ClinicTables, written: Mapping[str, Any], preset: str) -> None:
        self.tables = tables
        self.written = written
        self.table = preset_table(preset)
        self.sources = preset_sources(preset)
        self.preset = f"rule set {preset}"

    @property
    def populations(self) -> list[str]:
        found = self.written.get("populations")
        return [str(name) for name in found] if isinstance(found, list) else ["adult", "adolescent"]

    def place(self, group: tuple[SettingPath, object]) -> tuple[int, int]:
        """Return where a table stands: in the order of the declarations, its names in theirs."""
        table, _ = group
        order = list(dict.fromkeys(setting.path[0] for setting in SETTINGS if len(setting.path) > 1))
        if not table:
            return -1, 0
        own = self.written.get(table[0])
        names = list(own) if isinstance(own, Mapping) else []
        return order.index(table[0]), names.index(table[1]) if len(table) > 1 and table[1] in names else len(names)

    def names(self, setting: Setting) -> Iterator[str]:
        """Yield the names that the clinic gives or uses in the place of any name, one blank name where there is none."""
        if ANY not in setting.path:
            yield ""
            return
        table = setting.path[0]
        own = self.written.get(table)
        if isinstance(own, list):
            yield from map(str, range(1, len(own) + 1))
            return
        found = list(own) if isinstance(own, Mapping) else []
        if table in _OF_POPULATIONS:
            found += self.populations
        elif table == "levels":
            found += [f"iop-{name}" for name in self.populations]
        elif table == "payers":
            found += self._payers()
        yield from dict.fromkeys(map(str, found))

    def _payers(self) -> list[str]:
        try:
            rows = self.tables.rows(PARTICIPANTS.file).values()
        except InputError:
            return []
        return sorted({cells.get("payer", "") for cells in rows} - {""})

    def field(self, setting: Setting, path: SettingPath) -> SettingField:
        """Return a setting of this clinic."""
        own, otherwise = _found(self.written, path), value_at(self.table, path)
        source = self.sources.get(".".join(path), "") if otherwise is not None else setting.source
        if otherwise is None:
            otherwise = setting.default
        place = f"{self.preset}: {source}" if source else self.preset if otherwise is not None else ""
        form = form_of(path)
        choices = preset_names() if path == ("preset",) else _FLAG if form == "flag" else setting.choices
        return SettingField(
            path,
            setting,
            None if own is None else str(_shown(own, path)),
            "" if otherwise is None else str(_shown(otherwise, path)),
            place,
            choices,
        )


def _shown(value: Any, path: SettingPath) -> Any:
    return cell_of(list(value) if isinstance(value, tuple) else value, form_of(path))


def _found(table: Any, path: SettingPath) -> Any:
    for part in path:
        if isinstance(table, list):
            table = table[int(part) - 1] if part.isdecimal() and 0 < int(part) <= len(table) else None
        else:
            table = table.get(part) if isinstance(table, Mapping) else None
    return table


def write_setting(clinic: Path, revision: str, path: SettingPath, text: str | None, week: date) -> InputState:
    """Write a setting as somebody typed it, None to take it out; a value that the reader would refuse is not written.

    Raises
    ------
    UsageError
        If there is no such setting.
    InputError
        If it cannot be written with certainty, or the value is at fault.
    """
    try:
        setting_at(*path)
    except (KeyError, IndexError):
        raise UsageError("There is no such setting.") from None
    if any("." in part or not part or len(part) > 100 for part in path) or len(text or "") > MOST_VALUE:
        raise UsageError("This name or value is not written into the settings.")
    value = None if text is None else value_of(Shown(text.strip()), form_of(path))

    def made(tables: ClinicTables) -> ClinicTables:
        found = tables.with_setting(path, value)
        _refuse_fault(clinic, tables, found, path, week)
        return found

    return record_change(clinic, revision, SETTINGS_FILE, made, {"table": SETTINGS_FILE, "setting": ".".join(path)})


def _refuse_fault(clinic: Path, before: ClinicTables, after: ClinicTables, path: SettingPath, week: date) -> None:
    """Raise the faults that a setting has with a new value, and had not before; what else is still missing is told later."""

    def faults(tables: ClinicTables) -> dict[tuple[str, str], Issue]:
        issues = ingest.inspect_unwritten(clinic, tables.made, week).issues
        return {
            (issue.code, issue.message): issue
            for issue in issues
            if issue.level == "error" and issue.column == ".".join(path) and issue.code != "E-SETTING-MISSING"
        }

    new = faults(after)
    if new and (found := [issue for key, issue in new.items() if key not in faults(before)]):
        raise InputError(found)


def rule_of(setting: Setting) -> str:
    """Return the sentence of the rule that reads a setting, blank where none does."""
    return RULES[setting.rule].sentence if isinstance(setting.rule, RuleId) else ""
