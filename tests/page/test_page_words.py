"""Every sentence of the page stands in a catalog, each catalog fits the modules, and another language is a file."""

import json
import re

import pytest

from benchmarks.page import full_clinic
from iopsched.page.bundling import sent_files
from iopsched.page.staticfiles import StaticFiles
from tests.support import page_words
from tests.support.page_world import running_page, until, watched_tab

expect = pytest.importorskip("playwright.sync_api").expect

ENGLISH = page_words.catalog()
PURE = ("steps", "day", "lost")
"""Sections of which a module may build the whole key."""
NO_SENTENCES = {"Bearer {}", "Content-Type", "AbortError", "Group", "closed clinic"}
KEYS = {"Enter", "Escape", "Tab", "Home", "End", "Delete", "Backspace", "Control+Z", "Control+Y"}
TAGS = {"button", "tbody", "th", "select", "input"}


@pytest.fixture(scope="module")
def written():
    """Return the whole keys that modules name, those that they build, and all other texts."""
    key = re.compile(rf"(?:{'|'.join({name.split('.')[0] for name in ENGLISH})})\.[\w.{{}}]+")
    found = [text for code in page_words.modules() for text in page_words.texts(code)]
    keys = {text for text in found if key.fullmatch(text) and not text.endswith(".js")}
    return {text for text in keys if "{}" not in text}, {text for text in keys if "{}" in text}, set(found) - keys


def _matching(built):
    return re.compile(re.escape(built).replace(r"\{\}", r"\w*"))


def test_every_sentence_that_a_module_names_is_there_and_none_is_left_over(written):
    named, built, _ = written
    assert len(named) > 350
    assert named <= ENGLISH.keys(), sorted(named - ENGLISH.keys())
    for key in built:
        section, rest = key.split(".", 1)
        assert section in PURE or not rest.startswith("{"), f"{key}: name the section, so that what is unused is found"
        assert any(map(_matching(key).fullmatch, ENGLISH)), key
    left = [key for key in ENGLISH if key not in named and not any(_matching(row).fullmatch(key) for row in built)]
    assert left == ["language"]


def test_no_module_has_a_sentence_of_its_own(written):
    classes = set(re.findall(r"\.([\w-]+)", "".join(path.read_text() for path in page_words.STATIC.glob("*.css"))))
    for text in sorted(written[2] - NO_SENTENCES):
        words = text.replace("{}", "").split()
        is_word = re.match(r"[A-Z][a-z]", text) and text not in KEYS and not re.match(r"(?:Arrow|Page)[A-Z]", text)
        plain = [word for word in words if re.fullmatch(r"[A-Za-z]{2,}[.,:;!?…]*", word)]
        is_known = all(word.strip(",") in classes | TAGS for word in plain)
        assert not is_word, text
        assert len(plain) < 2 or is_known, text


def test_the_first_page_has_no_sentence_but_for_whoever_has_no_javascript():
    text = (page_words.STATIC / "index.html").read_text(encoding="utf-8")
    shown = re.sub(r"<noscript>.*?</noscript>|<title>iopsched</title>|<[^>]*>", "", text, flags=re.DOTALL)
    assert shown.strip() == ""


def unlike(own):
    """Yield the keys of a catalog that the English one does not have, or whose sentences have other fields."""
    for key, forms in own.items():
        wanted = page_words.fields(ENGLISH.get(key, {"other": ""})["other"])
        is_same = page_words.fields(forms["other"]) == wanted
        if key not in ENGLISH or not is_same or not all(page_words.fields(form) <= wanted for form in forms.values()):
            yield key


def test_other_languages_say_the_same():
    assert list(unlike({"frame.weekOf": {"other": "{weak}"}, "frame.nothing": {"other": "?"}})) == [
        "frame.weekOf",
        "frame.nothing",
    ]
    for path in page_words.STATIC.glob("words.*.json"):
        assert list(unlike(page_words.catalog(path.name.split(".")[1]))) == [], path.name


def test_what_a_language_lacks_is_said_in_english(tmp_path):
    for name, words in {
        "en": {"frame": {"undo": "Undo", "n": {"one": "{n} day", "other": "{n} days"}}, "day": {"mon": "Mon"}},
        "xx": {"language": "Ixian", "frame": {"n": "{n} dxy"}},
    }.items():
        (tmp_path / f"words.{name}.json").write_text(json.dumps(words), encoding="utf-8")
    (tmp_path / "index.html").write_text('<html lang="en">', encoding="utf-8")
    assert json.loads(sent_files(tmp_path)["words.xx.json"]) == {
        "language": "Ixian", "frame": {"undo": "Undo", "n": "{n} dxy"}, "day": {"mon": "Mon"},
    }  # fmt: skip
    static = StaticFiles.of(tmp_path)
    assert static.languages == {"en": "en", "xx": "Ixian"}
    assert 'data-language="xx"' in static.first("xx")


def test_the_language_is_kept_for_the_next_start(client, running, personal, monkeypatch):
    assert client.answer("POST", "/api/language", {"language": "xx"})[0] == 400
    assert client.post("/api/language", {"language": "en"}) == {"language": "en"}
    assert (personal / "language.txt").read_text() == "en\n"
    assert type(running.page)(running.page.launches).language == "en"
    assert b'data-language="en"' in running.ask("GET", "/")[2]


SCREENS = ("open", "input", "input/clinic.toml", "solve", "week", "short", "changes", "sick", "publish")
DATES = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)|[AP]M"
    r"|January|February|March|April|May|June|July|August|September|October|November|December|Nov|Dec)\b"
)

ASKED = "() => new Promise((tell) => setTimeout(() => tell(window.underWay), 500))"
COUNTING = """
  window.underWay = 0;
  const asked = fetch;
  window.fetch = async (...given) => {
    const counts = !String(given[0]).includes("/api/events");
    if (counts) window.underWay += 1;
    try { return await asked(...given); } finally { if (counts) window.underWay -= 1; }
  };
"""


@pytest.mark.slow
def test_in_another_language_nothing_of_the_page_itself_is_english(browser, personal, tmp_path):
    """What is neither in the other language nor told by the server is English that the page would never lose."""
    folder = full_clinic(tmp_path / "clinic")
    static = StaticFiles.of(page_words.other_language(tmp_path / "static"))
    with running_page(personal / "page", folder, static=static) as running, watched_tab(browser, running) as tab:
        tab.add_init_script(COUNTING)
        told, left = [], {}
        tab.on("response", lambda answer: told.append(answer) if "/api/" in answer.url else None)
        tab.goto(running.link())
        tab.get_by_role("combobox", name="Language").select_option("xx")
        expect(tab.locator("#status")).to_contain_text("\u27e6")
        assert tab.evaluate("document.documentElement.lang") == "xx"
        for screen in SCREENS:
            show(tab, screen)
            left[screen] = left_in_english(tab, told)
        show(tab, "week")
        for view in ("week", "board", "people", "list", "day"):
            tab.locator(f'.wk-switch [data-view="{view}"]').click()
            tab.locator(".wk-block").first.click()
            left[view] = left_in_english(tab, told)
        tab.locator(".wk-block").first.press("m")
        tab.keyboard.press("ArrowRight")
        tab.locator(".wk-verdict [data-rule], .wk-says-good").first.wait_for()
        left["held"] = left_in_english(tab, told)
        assert not any(left.values()), left


def show(tab, screen):
    """Go to a screen and wait until nothing is asked any more."""
    tab.evaluate("screen => { location.hash = '#/open'; location.hash = `#/${screen}`; }", screen)
    expect(tab.locator("h1")).to_contain_text("\u27e6")
    until(lambda: tab.evaluate(ASKED), lambda under_way: not under_way)


def _is_json(answer):
    return answer.headers.get("content-type") == "application/json"


def left_in_english(tab, told):
    """Return the texts on the screen, and those that are only spoken, that no catalog and no answer of the server has."""
    shown = tab.evaluate(
        """() => {
          const found = [];
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("noscript, script")) found.push(walk.currentNode.data);
          for (const element of document.body.querySelectorAll("*"))
            for (const name of ["aria-label", "aria-description", "title", "placeholder", "alt"])
              if (element.hasAttribute(name)) found.push(element.getAttribute(name));
          return found;
        }"""
    )
    known = "English Spanish iopsched " + " ".join(
        json.dumps(answer.json(), ensure_ascii=False) for answer in told if _is_json(answer)
    )
    alone = set(re.findall(r'"([^" ]+)"', known))
    left = []
    for one in dict.fromkeys(shown):
        text = one
        while (shorter := re.sub(r"\u27e6[^\u27e6\u27e7]*\u27e7", "|", text)) != text:
            text = shorter
        parts = re.split(r"[|(),:;!?\u00b7\u2013\u2014/\n]|->|\u2192|\d\d:\d\d", DATES.sub("|", text))
        left += [part.strip() for part in parts if not is_told(part.strip(" ."), known, alone)]
    return left


def is_told(part, known, alone):
    """Return whether a text has no words, stands in an answer, or is put together from words that are values by themselves."""
    own = [word for word in part.split() if re.search("[A-Za-z]{2}", word)]
    return part.lower() in known.lower() or all(word in alone for word in own)
