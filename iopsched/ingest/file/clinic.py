"""``clinic.toml``: the clinic's own numbers over those of its preset."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from iopsched.domain.clinic import Clinic, Phase, StaffLimits
from iopsched.domain.timegrid import ALWAYS, HOUR, NEVER, Windows
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.windows import Hours, read_windows
from iopsched.ingest.file.blocks import WORD, read_blocks
from iopsched.ingest.file.levels import LevelParts, preset_levels, preset_parts, read_levels, read_payers
from iopsched.ingest.file.populations import ages_of, by_population, tell_missing, two_staff
from iopsched.ingest.file.settings import Section
from iopsched.ingest.file.timezones import checked_timezone
from iopsched.ingest.report import At
from iopsched.ingest.row.dates import Order
from iopsched.ingest.source.sources import Source
from iopsched.ingest.source.tables import normal_header
from iopsched.policy.columns import SETTINGS_FILE
from iopsched.policy.numbers import OTHER_CAP
from iopsched.policy.presets import BASE, looser_numbers, preset_names, preset_table
from iopsched.policy.setting import ANY
from iopsched.policy.settings import TABLES, setting_at, settings_of
from iopsched.rulebook import DEFAULT_WEIGHTS
from iopsched.rulebook.steps import DEFAULT_PRICES
from iopsched.words.wording import did_you_mean, joined, listed, quoted
from iopsched.words.wordings import said

BLOCK_NAMES = "names of blocks"
_OPEN_EXAMPLE = "Mon-Fri 08:00-21:00; Sat 09:00-13:00"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class ClinicDraft:
    """The clinic as far as it could be read; ``parts`` are the levels before they are completed.

    ``unsure`` are settings of which more may be written than could be read;
    ``block_numbers`` tells where in the file each block stands, from 1.
    ``date_order`` is how dates with slashes are read in all files.
    """

    clinic: Clinic
    parts: Mapping[str, LevelParts]
    lines: Mapping[str, int]
    week: date
    is_known: bool = True
    unsure: frozenset[str] = frozenset()
    block_numbers: Mapping[str, int] = field(default_factory=dict)
    date_order: Order | None = None

    @property
    def hours(self) -> Hours:
        """Return what windows cells may refer to."""
        is_known = self.is_known and BLOCK_NAMES not in self.unsure
        is_sure = not self.unsure & {"open", "blocks"}
        return Hours(self.clinic.open, self.clinic.blocks, is_known, is_sure, week=self.week)

    def at(self, key: str) -> At:
        """Return the place of a dotted key."""
        return At(SETTINGS_FILE, self.lines.get(key, 0), key)


def read_clinic(folder: Source, week: date) -> ClinicDraft:
    """Return the settings for the week of a Monday; where they cannot be read, a stand-in that lets everything pass."""
    report, at = folder.report, At(SETTINGS_FILE)
    if not folder.exists(SETTINGS_FILE):
        remedy = folder.renaming(SETTINGS_FILE) or "It holds the clinic's settings; 'iopsched init' writes one."
        report.tell("E-FILE-MISSING", at, said("This {file} is missing."), remedy)
        return _unknown(folder, week)
    if (settings := folder.settings(SETTINGS_FILE)) is None:
        return _unknown(folder, week)
    table, lines = settings
    report.terms.watch(SETTINGS_FILE, lambda: _terms(table))
    return _read(Section(table, "", SETTINGS_FILE, lines, report), lines, folder, week)


def _terms(table: object) -> Iterator[str]:
    """Yield the names that settings give: keys, and texts of one word in lower case."""
    if isinstance(table, Mapping):
        for key, value in table.items():
            yield from (*([key] if key == key.casefold() else ()), *_terms(value))
    elif isinstance(table, list):
        for item in table:
            yield from _terms(item)
    elif isinstance(table, str) and table == table.casefold() and " " not in table:
        yield table


def _unknown(folder: Source, week: date) -> ClinicDraft:
    clinic = Clinic(
        name=folder.name,
        clinic_id="",
        timezone="UTC",
        open=ALWAYS,
        populations=(),
        grid_minutes=1,
        preset=BASE,
        blocks=(),
        levels={},
        phases={},
        ratios={},
        caps={},
    )
    return ClinicDraft(clinic, preset_levels(preset_table(BASE)), {}, week, is_known=False, unsure=TABLES)


def _read(top: Section, lines: Mapping[str, int], folder: Source, week: date) -> ClinicDraft:
    preset = _preset(top)
    base = preset_table(preset)
    populations = _populations(top)
    timezone = top.needed_text("timezone", "America/Chicago")
    open_ = _open(top, week)
    grid = _grid(top)
    blocks = read_blocks(top, open_, grid)
    levels = read_levels(top.section("levels"), base, populations)
    ratios, caps, caseload = (by_population(top, name, populations, base) for name in ("ratios", "caps", "caseload"))
    date_order = top.read(setting_at("date_order"))
    clinic = Clinic(
        name=top.text("name") or folder.name,
        clinic_id=_clinic_id(top),
        timezone=(checked_timezone(timezone, top) if timezone is not None else None) or "UTC",
        open=open_,
        populations=populations,
        grid_minutes=grid,
        preset=preset,
        blocks=blocks,
        levels={},
        phases=_phases(top.section("phases")),
        ratios=ratios,
        caps={**dict.fromkeys(populations, OTHER_CAP), **caps},
        staff=StaffLimits(**_table(top, "staff", base, two_staff=two_staff(top, populations, base))),
        equipment=_equipment(top.section("equipment")),
        payers=read_payers(top.section("payers"), base.get("payers", {})),
        caseload=caseload,
        ages=ages_of(top.section("ages"), populations, base["ages"]),
        **_table(top, "hours", base),
        **_table(top, "curriculum", base),
        **_table(top, "calendars", base),
        **_table(top, "match", base),
        **_goals(top.section("goals")),
        prices={**DEFAULT_PRICES, **top.section("prices").read_all(settings_of("prices"))},
    )
    top.finish()
    for key, number, least, source in looser_numbers(preset, top.data):
        top.tell(
            "W-LOOSER",
            key,
            f"{number} is looser than the {least} of the rule set (preset) '{preset}', whose source is: {source}.",
            "Keep it only if that rule does not bind you.",
        )
    tell_missing(top, populations, ratios, levels)
    numbers = {str(section.data.get("id")): number for number, section in enumerate(top.sections("blocks"), 1)}
    return ClinicDraft(clinic, levels, lines, week, unsure=_unsure(top), block_numbers=numbers, date_order=date_order)


def _unsure(top: Section) -> frozenset[str]:
    """Return the settings that are faulty as a whole, or missing while another key may be their misspelling."""
    has_unknown = bool(set(top.data) - TABLES)
    faulty = {key for key in TABLES if top.is_faulty(key)}
    if top.is_faulty("blocks", "id|part") or (has_unknown and "blocks" not in top.data):
        faulty.add(BLOCK_NAMES)
    return frozenset(faulty | {key for key in TABLES - set(top.data) if has_unknown or key == "open"})


def _preset(top: Section) -> str:
    name = top.text("preset")
    if name is None or name in preset_names():
        return name or BASE
    top.tell(
        "E-PRESET",
        "preset",
        f"There is no rule set (preset) {quoted(name)}.",
        joined(did_you_mean(name, preset_names()), f"Write one of: {listed(preset_names())}."),
    )
    return BASE


def _clinic_id(top: Section) -> str:
    found = top.text("clinic_id") or ""
    if found and not _ID.fullmatch(found):
        top.tell("E-ID", "clinic_id", f"{quoted(found)} cannot be a clinic_id.", "Use letters, digits, - and _.")
    return found


def _populations(top: Section) -> tuple[str, ...]:
    names = top.texts("populations")
    if names is None:
        return ("adult", "adolescent")
    headers = [normal_header(name) for name in names]
    if not names or len(set(headers)) < len(headers) or not all(map(WORD.fullmatch, names)):
        top.tell(
            "E-POPULATIONS",
            "populations",
            "The populations are not a list of different plain words.",
            'Write for example populations = ["adult", "adolescent"].',
        )
    return tuple(dict.fromkeys(names))


def _open(top: Section, week: date) -> Windows:
    text = top.needed_text("open", _OPEN_EXAMPLE)
    if text is None:
        return ALWAYS

    def convert(value: str) -> Windows:
        found = read_windows(value, Hours(NEVER, may_name_blocks=False, week=week))
        if not found.windows and not found.is_dated:
            raise Fault(
                "E-OPEN",
                f"{quoted(value)} holds no opening hours.",
                said('Write {for example} open {=} {"}{}{"}.', _OPEN_EXAMPLE),
            )
        return found.windows

    found = top.converted("open", convert)
    return ALWAYS if found is None else found


def _grid(top: Section) -> int:
    grid = top.read(setting_at("grid_minutes"))
    if grid is not None and HOUR % grid:
        top.tell(
            "E-GRID", "grid_minutes", f"An hour cannot be divided by {grid} minutes.", "Write 5, 10, 15, 20, 30 or 60."
        )
        return 1
    return grid or 30


def _phases(section: Section) -> dict[str, Phase]:
    found: dict[str, Phase] = {}
    for name in section.data:
        inner = section.section(name)
        limits = inner.read(setting_at("phases", name, "group_sessions"))
        inner.finish()
        if limits is None or len(limits) != 2 or limits[0] > limits[1]:
            if limits is not None or not inner.has("group_sessions"):
                inner.tell(
                    "E-PHASE",
                    "group_sessions",
                    f"The phase {quoted(name)} needs a least and a greatest number of group sessions a week.",
                    said("Write {for example} group_sessions {=} [3, 5]."),
                )
            limits = (0, 99)
        found[name] = Phase(name, *limits)
    return found


def _table(top: Section, table: str, base: Mapping[str, Any], **other: Any) -> dict[str, Any]:
    """Return the values of a table by field, those of the preset where ``clinic.toml`` is silent, and ``other``."""
    settings = settings_of(table)
    return {**preset_parts(base.get(table, {}), settings), **top.section(table).read_all(settings), **other}


def _equipment(section: Section) -> dict[str, int]:
    setting = setting_at("equipment", ANY)
    found = {name.strip(): section.read(setting, name) for name in section.data}
    section.finish()
    return {name: number if number is not None else setting.high for name, number in sorted(found.items())}


def _goals(section: Section) -> dict[str, Any]:
    """Return the weights of every sub-term by goal, and the other settings of goals by field."""
    weights = {
        goal.value: {
            **defaults,
            **section.section(goal.value).read_all(setting_at("goals", goal, name) for name in defaults),
        }
        for goal, defaults in DEFAULT_WEIGHTS.items()
    }
    return {"weights": weights, **section.read_all(row for row in settings_of("goals") if len(row.path) == 2)}
