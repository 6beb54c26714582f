"""Every state of every screen, as ``tests.support.walks`` goes through them: what is wrong with it, and pictures for the docs.

    IOPSCHED_PICTURES=docs/images python -m pytest -m '' tests/page/test_every_state.py

draws the pictures anew; without it they are drawn, but not kept.
"""

import io
import json
import os
import re
from pathlib import Path

import pytest

from tests.support.looks import SHOWN, USUAL, findings
from tests.support.page_stage import full_week, staged
from tests.support.walks import WALKS

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "iopsched" / "page" / "static"
IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 150_000
COLORS = 256
NO_CONTROLS = {"morning", "afternoon", "evening", "open", "language"}
"""Ids of other things than parts of the page, and a choice that comes with the second language."""
PICTURES = {
    "open": {"recent clinics": "open"},
    "input": {"a fault and what to write instead": "input", "windows painted": "input-windows"},
    "solve": {"at work": "solve", "found": "solve-found"},
    "week": {
        "day by rooms": "week-rooms", "day by staff": "week-staff", "day by groups": "week-groups", "week by rooms": "week-whole",
        "people": "week-participants", "board": "week-board", "held by the mouse": "week-held", "best places": "week-places",
    },
    "short": {"causes and ways out": "short"},
    "sick": {"answers": "sick"},
    "changes": {"people": "changes"},
    "publish": {"a further revision": "publish"},
}  # fmt: skip
"""Of each screen the states that are shown in the docs, and how the picture is called."""


def screens():
    """Return the names of the screens, as the frame has them."""
    table = re.search(
        r"const SCREENS = \{(.*?)\};", (STATIC / "main" / "app.js").read_text(encoding="utf-8"), re.DOTALL
    )
    return re.findall(r"^  (\w+):", table[1], re.MULTILINE)


def controls(screen):
    """Return the ids that a screen's modules give to what they draw."""
    name = "main" if screen == "frame" else screen
    files = [STATIC / f"{name}.js", *sorted((STATIC / name).glob("*.js"))]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return set(re.findall(r'\bid: "([\w-]+)"', text)) - NO_CONTROLS


def draw(tab, path):
    """Keep a picture of what a tab shows, in few colors."""
    pictures = pytest.importorskip("PIL.Image")
    led = tab.evaluate_handle(
        "() => { const at = document.activeElement; if (at?.id === 'screen') at.blur(); return at; }"
    )
    made = pictures.open(io.BytesIO(tab.screenshot())).convert(
        "RGB"
    )  # without the frame around a step that a script has opened
    led.evaluate("(at) => at.focus({ preventScroll: true })")
    made.quantize(COLORS, pictures.Quantize.MAXCOVERAGE, dither=pictures.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < MOST_BYTES
    assert len(made.getcolors(1 << 24)) > COLORS, "nothing is drawn"


LOUD = """[...document.querySelectorAll("input:not([type=checkbox]):not([type=radio]), textarea, [contenteditable]")].filter(row =>
  row.getAttribute("spellcheck") !== "false" || row.getAttribute("autocomplete") !== "off" || row.getAttribute("translate") !== "no").map(row => row.outerHTML)"""
"""Fields whose text a service of the browser would get: to spell, to fill in, to translate."""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return full_week(tmp_path_factory.mktemp("template") / "clinic")


@pytest.mark.slow
@pytest.mark.parametrize("screen", WALKS)
def test_nothing_is_wrong_with_any_state(browser, personal, template, tmp_path, screen):
    kept = Path(os.environ.get("IOPSCHED_PICTURES", tmp_path))
    pictures, found, seen, states = PICTURES.get(screen, {}), [], set(), set()
    sections = json.loads((STATIC / "words.en.json").read_text(encoding="utf-8"))
    with staged(browser, personal, template, tmp_path / "clinic", viewport=USUAL) as stage:
        for state in WALKS[screen](stage):
            shown = stage.tab.evaluate(SHOWN, list(sections))
            if state in pictures:
                draw(stage.tab, kept / f"page-{pictures[state]}.png")
            seen.update(shown["ids"])
            found += [(state, one) for one in (*shown["faults"], *stage.tab.evaluate(LOUD))] + findings(
                stage.tab, state
            )
            states.add(state)
    assert found == []
    assert pictures.keys() <= states
    assert controls(screen) - seen == set(), "no state of the walk shows this"


def test_every_screen_is_walked_and_has_its_picture():
    assert WALKS.keys() - {"frame"} == PICTURES.keys() == set(screens())
    told = (ROOT / "docs" / "page.md").read_text(encoding="utf-8")
    for name in (name for pictures in PICTURES.values() for name in pictures.values()):
        assert f"](images/page-{name}.png)" in told, name


def test_every_picture_that_the_docs_name_is_there():
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for name in re.findall(r"\]\(([^)\s]+\.(?:png|svg))\)", page.read_text(encoding="utf-8")):
            assert (page.parent / name).is_file(), (page.name, name)
            assert (page.parent / name).stat().st_size < MOST_BYTES
