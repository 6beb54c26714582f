"""The pure modules of the Week screen under node, and the types of all modules where TypeScript is installed."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "javascript"
STATIC = Path(__file__).parents[2] / "iopsched" / "page" / "static"
TSC = HERE / "node_modules" / ".bin" / "tsc"


def test_layout_and_moves_under_node():
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    tests = sorted(HERE.glob("*.test.mjs"))
    assert len(tests) >= 2
    ran = subprocess.run([node, "--test", *map(str, tests)], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert int(re.search(r"# pass (\d+)", ran.stdout)[1]) >= 17


@pytest.mark.slow
def test_types_hold():
    if not TSC.is_file():
        pytest.skip(f"TypeScript is not installed: npm ci in {HERE.name}")
    ran = subprocess.run([TSC, "-p", HERE], capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:]


def test_every_sentence_of_the_week_is_in_the_catalog():
    catalog = json.loads((STATIC / "words.en.json").read_text(encoding="utf-8"))
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((STATIC / "week").glob("*.js")))
    used = set(re.findall(r'"((?:week|day|frame)\.[\w.]+)"', text))
    assert len(used) > 90
    for key in used:
        assert isinstance(_of(catalog, key), str), key
    begun = {key.split("${")[0].rstrip(".") for key in re.findall(r"`((?:week|day|frame)\.[\w.${}]+)", text)}
    for key in begun:
        found = catalog
        for part in key.split("."):
            found = found.get(part, found) if isinstance(found, dict) else found
        assert isinstance(found, dict), key


def test_no_sentence_of_the_week_is_left_over():
    catalog = json.loads((STATIC / "words.en.json").read_text(encoding="utf-8"))
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((STATIC / "week").glob("*.js")))
    begun = tuple(key.split("${")[0] for key in re.findall(r"`((?:week|day)\.[\w.${}]+)", text))
    for key in _keys(catalog["week"], "week"):
        assert f'"{key}"' in text or key.startswith(begun), key


def _of(catalog, key):
    for part in key.split("."):
        catalog = catalog[part]
    return catalog["other"] if isinstance(catalog, dict) and "other" in catalog else catalog


def _keys(part, name):
    for key, value in part.items():
        if isinstance(value, dict) and "other" not in value:
            yield from _keys(value, f"{name}.{key}")
        else:
            yield f"{name}.{key}"
