"""The files of the page: made ready once, and packed where the browser can unpack them."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from iopsched.page.bundling import KINDS, sent_files
from iopsched.page.pagelanguages import catalogs, languages, shell

Answering = Callable[[Request], Awaitable[Response]]
_FIRST = "index.html"


@dataclass(frozen=True)
class StaticFiles:
    """What a browser loads: the text of the page that comes first, what sends each other file by its name, and the languages."""

    text: str
    answers: Mapping[str, Answering]
    languages: Mapping[str, str]

    @classmethod
    def of(cls, home: Traversable) -> StaticFiles:
        """Return the files in a folder."""
        files = dict(sent_files(home))
        text = files.pop(_FIRST).decode()
        return cls(text, {name: _sender(name, data) for name, data in files.items()}, languages(catalogs(home)))

    def first(self, language: str) -> str:
        """Return the page that comes first for whoever chose a language; blank for that of the browser."""
        return shell(self.text, self.languages, language)


@cache
def own_files() -> StaticFiles:
    """Return the files of this package, which are made ready once for all pages of a process."""
    return StaticFiles.of(resources.files("iopsched.page") / "static")


def _sender(name: str, data: bytes) -> Answering:
    packed = gzip.compress(data, mtime=0)
    kind = KINDS[PurePosixPath(name).suffix]

    async def answer(request: Request) -> Response:
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, media_type=kind, headers={"content-encoding": "gzip"})
        return Response(data, media_type=kind)

    return answer
