"""The modules of a screen are sent as one, and run as they would one by one."""

import gzip
import re
import shutil
import subprocess

import pytest

from iopsched.page.bundling import sent_files


def _home(tmp_path, **files):
    for name, text in files.items():
        path = tmp_path / name.replace("__", "/").replace("_js", ".js").replace("_css", ".css")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_each_module_is_written_once_before_whoever_imports_it(tmp_path):
    home = _home(
        tmp_path,
        kit_js="export const h = 1;\n",
        week_js='export { mount } from "./week/screen.js";\n',
        week__screen_js='import { h } from "../kit.js";\nimport { low } from "./low.js";\nimport { mid } from "./mid.js";\nexport function mount() {\n  return h + low + mid;\n}\n',
        week__mid_js='import { byId, h } from "../kit.js";\nimport { low } from "./low.js";\nexport const mid = low + h + byId;\n',
        week__low_js='export const low = 1;\nexport const later = () => import("../far.js");\n',
    )
    text = sent_files(home)["week.js"].decode()
    assert [text.index(part) for part in ("low = 1", "mid = low", "function mount", "export {")] == sorted(
        text.index(part) for part in ("low = 1", "mid = low", "function mount", "export {")
    )
    assert text.count("low = 1") == 1
    assert re.findall(r"^import .*$", text, re.MULTILINE) == ['import { byId, h } from "./kit.js";']
    assert text.rstrip().endswith("export { mount };")
    assert "export const" not in text
    assert 'import("./far.js")' in text


def test_one_name_for_two_things_is_refused(tmp_path):
    home = _home(
        tmp_path,
        week_js='export { mount } from "./week/screen.js";\n',
        week__screen_js='import { low } from "./low.js";\nconst one = 1;\nexport const mount = low;\n',
        week__low_js="const one = 2;\nexport const low = one;\n",
    )
    with pytest.raises(ValueError, match="one"):
        sent_files(home)


@pytest.mark.parametrize(
    "line", ['import * as low from "./low.js";', 'import low from "./low.js";', "export default 1;"]
)
def test_what_cannot_be_sent_as_one_is_refused(tmp_path, line):
    home = _home(
        tmp_path,
        week_js='export { mount } from "./week/screen.js";\n',
        week__screen_js=f"{line}\nexport const mount = 1;\n",
    )
    with pytest.raises(ValueError, match=re.escape(line)):
        sent_files(home)


def test_style_sheets_are_sent_as_one(tmp_path):
    found = sent_files(_home(tmp_path, page_css="a {}", week_css="b {}"))
    assert dict(found) == {"page.css": b"a {}\nb {}"}


def test_all_of_the_page_is_small():
    found = sent_files()
    assert {"index.html", "main.js", "page.css", "week.js", "words.en.json"} <= set(found)
    first = [
        found[name]
        for name in (
            "index.html",
            "page.css",
            "main.js",
            "kit.js",
            "api.js",
            "words.js",
            "words.en.json",
            "week.js",
        )
    ]
    assert sum(map(len, map(gzip.compress, first))) < 60_000  # as it is sent; with the week all must be at most 200
    assert sum(map(len, first)) < 200_000


def test_remarks_are_left_out_and_what_is_sent_can_be_run(tmp_path):
    found = sent_files(
        _home(
            tmp_path,
            week_js='/** Two\n * lines. */\n// @ts-check\nconst one = /** @type {any} */ ("// no remark");\n/** @type {any} */ (one).two = 2;\n/** x */\nexport { one };\n',
        )
    )
    assert found["week.js"].decode() == 'const one = ("// no remark");\n(one).two = 2;\nexport { one };\n'


def test_every_module_as_it_is_sent_is_understood(tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    for name, data in sent_files().items():
        if name.endswith(".js"):
            path = tmp_path / name.replace(".js", ".mjs")
            path.write_bytes(data)
            ran = subprocess.run([node, "--check", path], capture_output=True, text=True, timeout=30, check=False)
            assert ran.returncode == 0, ran.stderr
            assert b"/**" not in data, name
