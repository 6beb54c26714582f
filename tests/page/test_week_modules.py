"""The pure modules of the Week screen under node, and the types of all modules where TypeScript is installed."""

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
