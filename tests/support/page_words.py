"""The page's sentences for tests: the catalogs, the texts that stand in its modules, and a language made up for a test."""

import json
import re
import shutil
from pathlib import Path

STATIC = Path(__file__).parents[2] / "iopsched" / "page" / "static"
_TOKEN = re.compile(
    r"""(?P<remark>/\*.*?\*/|(?<![:"'\\])//[^\n]*)
      | (?P<pattern>(?<=[(,=:?&|!]\s)/(?![*/])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+/\w*|(?<=[(!])/(?![*/])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+/\w*)
      | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      | (?P<tick>`)
      | (?P<open>\{) | (?P<close>\})""",
    re.VERBOSE | re.DOTALL,
)


def modules():
    """Yield the text of each module of the page, without the names of classes."""
    for path in sorted(STATIC.rglob("*.js")):
        yield re.sub(r'\bclass: "[^"]*"', "", path.read_text(encoding="utf-8"))


def texts(code):
    """Yield each text of a module: what stands between quotes, and of built ones all with ``{}`` for what is put in."""
    yield from _scan(code, 0, None)[0]


def _scan(code, at, end):
    """Return the texts from a place on, and the place behind the closing brace where one is waited for."""
    found, depth = [], 0
    while matched := _TOKEN.search(code, at):
        at = matched.end()
        match matched.lastgroup:
            case "text":
                found.append(matched[0][1:-1])
            case "tick":
                more, at = _built(code, at)
                found += more
            case "open":
                depth += 1
            case "close" if depth == 0 and end:
                return found, at
            case "close":
                depth -= 1
    return found, len(code)


def _built(code, at):
    inside, own = [], ""
    while code[at] != "`":
        if code.startswith("${", at):
            more, at = _scan(code, at + 2, "}")
            inside += more
            own += "{}"
        else:
            step = 2 if code[at] == "\\" else 1
            own += code[at : at + step]
            at += step
    return [own, *inside], at + 1


def catalog(code="en"):
    """Return the sentences of a language by their keys, each with all forms that it has."""
    return dict(_sentences(json.loads((STATIC / f"words.{code}.json").read_text(encoding="utf-8")), ""))


def _sentences(entries, head):
    for name, entry in entries.items():
        if isinstance(entry, str):
            yield head + name, {"other": entry}
        elif "other" in entry:
            yield head + name, entry
        else:
            yield from _sentences(entry, f"{head}{name}.")


def fields(sentence):
    """Return what is put into a sentence."""
    return set(re.findall(r"\{(\w+)\}", sentence))


def made_up(sentence):
    """Return a sentence of a language that nobody speaks: easily told from English, with the same fields."""
    return f"\u27e6{sentence}\u27e7"


def other_language(folder):
    """Return a copy of the page's files with one more language, ``xx``."""
    home = shutil.copytree(STATIC, folder)
    words = json.loads((home / "words.en.json").read_text(encoding="utf-8"))
    (home / "words.xx.json").write_text(json.dumps(_made_up(words)), encoding="utf-8")
    return home


def _made_up(entry):
    return made_up(entry) if isinstance(entry, str) else {name: _made_up(one) for name, one in entry.items()}
