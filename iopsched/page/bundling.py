"""The files of the page as they are sent: the modules of a screen as one, all style sheets as one.

Modules stay small and are sent as few: a first load asks for at most twelve things and 200 kB. Nothing is translated, only
remarks and the space of the catalog are left out. Of ``week.js``, which imports from ``./week/``, the modules of that
folder are written one after the other, each once and before whoever imports it, without their ``import`` and ``export``.
What they import from elsewhere is imported once, at the top, and what they load later is named from where the whole
stands. So no two modules of a screen may give one name to two things, which is checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from iopsched.page.pagelanguages import catalogs

KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json"}
_SHEET = "page.css"
_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "(\.{1,2}/[\w./-]+\.js)";\n', re.MULTILINE)
_PASSED_ON = re.compile(r'^export \{ ([\w, ]+) \} from "(\.{1,2}/[\w./-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|class |const |let )", re.MULTILINE)
_LATER = re.compile(r'\bimport\("(\.{1,2}/[\w./-]+\.js)"\)')
_REMARK = re.compile(r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE | re.DOTALL)
_TYPE = re.compile(r"/\*\* @\w+ [^*\n]*\*/ ?")
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_DECLARED = re.compile(r"^(?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)


def sent_files(home: Traversable | None = None) -> Mapping[str, bytes]:
    """Return the files that the page may ask for, by name, as they are sent.

    Raises
    ------
    ValueError
        If modules of a screen cannot be sent as one: they import in another form, or give one name to two things.
    """
    home = home or resources.files("iopsched.page") / "static"
    files = {file.name: file for file in home.iterdir() if PurePosixPath(file.name).suffix in KINDS}
    sheets = [files.pop(name) for name in sorted(files) if name.endswith(".css") and name != _SHEET]
    sent = {name: file.read_bytes() for name, file in sorted(files.items())}
    if _SHEET in sent:
        sent[_SHEET] = b"\n".join([sent[_SHEET], *(sheet.read_bytes() for sheet in sheets)])
    for name, data in list(sent.items()):
        if name.endswith(".js"):
            text = _bundled(home, name) if (home / name.removesuffix(".js")).is_dir() else data.decode()
            sent[name] = _TYPE.sub("", _REMARK.sub("", text)).encode()
    for code, words in catalogs(home).items():
        sent[f"words.{code}.json"] = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    return sent


def _bundled(home: Traversable, entry: str) -> str:
    """Return a screen's module with those of its folder."""
    own = entry.removesuffix(".js") + "/"
    modules: dict[str, str] = {}
    shared: dict[str, set[str]] = {}

    def take(path: str) -> None:
        if path in modules:
            return
        modules[path] = ""  # before its imports: whoever imports in a circle is met again
        text = home.joinpath(*path.split("/")).read_text(encoding="utf-8")
        for names, target in (*_IMPORT.findall(text), *_PASSED_ON.findall(text)):
            where = _resolved(path, target)
            if where.startswith(own):
                take(where)
            else:
                shared.setdefault(where, set()).update(names.split(", "))
        del modules[path]
        text = _LATER.sub(lambda found: f'import("./{_resolved(path, found[1])}")', text)
        modules[path] = _EXPORT.sub("", _IMPORT.sub("", text))

    take(entry)
    modules[entry] = _PASSED_ON.sub(r"export { \1 };\n", modules[entry])
    for path, text in modules.items():
        left = [line for line in _LEFT.findall(text) if path != entry or not line.startswith("export { ")]
        if left:
            raise ValueError(f"{path}: {left[0]}")
    heads = [f'import {{ {", ".join(sorted(names))} }} from "./{path}";\n' for path, names in sorted(shared.items())]
    named = [name for names in shared.values() for name in names]
    named += [name for text in modules.values() for name in _DECLARED.findall(text)]
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise ValueError(f"{entry}: two modules call something {twice[0]}")
    return "".join([*heads, *modules.values()])


def _resolved(path: str, target: str) -> str:
    """Return the path below the static folder that a module at ``path`` means by a relative one."""
    parts = path.split("/")[:-1]
    for part in target.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
