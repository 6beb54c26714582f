"""``python -m scripts.settings_table``: write docs/settings.md anew, a table of every setting from its declaration."""

from __future__ import annotations

from pathlib import Path

from iopsched.domain.timegrid import hours
from iopsched.policy.setting import Setting
from iopsched.policy.settings import SETTINGS

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
HEAD = """# Settings of `clinic.toml`

Written by `python -m scripts.settings_table` from the declarations in `iopsched/policy/settings.py`. Every setting but
`timezone` and `open` may be left out; then the preset's number holds, or the product's. `NAME` is a name that you give:
a population under `ages`, `ratios`, `caps` and `caseload`, the name of a level, payer or phase, the number of a block,
a thing under `equipment`. `iopsched rules --clinic FOLDER` prints the numbers in force with the source of each.

| setting | value | meaning | read by |
|---|---|---|---|
"""


def page() -> str:
    """Return the text of the page."""
    return HEAD + "".join(map(_row, SETTINGS))


def _row(setting: Setting) -> str:
    return f"| `{setting.dotted}` | {_value(setting)} | {setting.meaning} | {f'`{setting.rule}`' if setting.rule else ''} |\n"


def _value(setting: Setting) -> str:
    if setting.choices:
        return " or ".join(f"`{choice}`" for choice in setting.choices)
    bounds = f"{setting.low} to {setting.high}"
    words = {
        "hours": f"hours, {bounds}",
        "whole": bounds,
        "wholes": f"two numbers, {bounds}",
        "flag": "true or false",
        "texts": "list of texts",
        "clock": "time of day",
    }
    value = words.get(setting.kind, setting.kind)
    if setting.kind in ("hours", "whole") and setting.off is not None:
        off = hours(int(str(setting.off))) if setting.kind == "hours" else setting.off
        value += f"; {off} = off"
    return value


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
