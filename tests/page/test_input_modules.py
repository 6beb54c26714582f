"""The sentences of the input screen all stand in the catalog, and none is left over."""

import json
import re
from pathlib import Path

from iopsched.policy.columns import CLINIC_FILES
from iopsched.policy.settings import SETTINGS

STATIC = Path(__file__).parents[2] / "iopsched" / "page" / "static"
CATALOG = json.loads((STATIC / "words.en.json").read_text(encoding="utf-8"))["input"]
TEXT = "".join(path.read_text(encoding="utf-8") for path in sorted((STATIC / "input").glob("*.js")))


def test_every_sentence_is_in_the_catalog_and_none_is_left_over():
    used = set(re.findall(r'"input\.(\w+)"', TEXT))
    begun = tuple(re.findall(r"`input\.(\w+_)\$\{", TEXT))
    assert len(used) > 60
    assert used <= CATALOG.keys()
    assert [key for key in CATALOG if key not in used and not key.startswith(begun)] == []


def test_every_table_and_every_group_of_settings_has_a_name():
    assert {f"table_{file.replace('.', '_')}" for file in CLINIC_FILES} <= CATALOG.keys()
    tables = {setting.path[0] if len(setting.path) > 1 else "" for setting in SETTINGS}
    assert {f"group_{table}" for table in tables} == {key for key in CATALOG if key.startswith("group_")}
    assert {f"level_{level}" for level in ("error", "warning", "information")} <= CATALOG.keys()
    assert {f"day_{day}" for day in range(7)} <= CATALOG.keys()
