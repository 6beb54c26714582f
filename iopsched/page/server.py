"""The page's server: what is open, who is logged in, and the ways to ask.

Each screen has a module with its ``WAYS``; :data:`SCREENS` lists them in the order of the page's steps. A module may also
have ``STEP``, the id of its step, ``badge(asked)``, which says what that has to do (``{"badge": 3, "sign": "!"}``), and
``state(asked)``, what the frame shows of the draft.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from iopsched import work
from iopsched.errors import ConflictError, InputError, UsageError
from iopsched.files.weektables import TABLES
from iopsched.page import (
    changespage,
    framepage,
    inputforms,
    inputpage,
    newcomerspage,
    openpage,
    publishpage,
    shortpage,
    sickpage,
    solvepage,
    trialpage,
    weekpage,
)
from iopsched.page.asked import PageRequest, Refused, RequestWay
from iopsched.page.guard import BUG, Application, Guard
from iopsched.page.launching import LaunchFolder
from iopsched.page.newsfeed import NewsFeed
from iopsched.page.openclinics import OpenClinics, PlaceNumbers
from iopsched.page.searchjobs import SearchJobs
from iopsched.page.staticfiles import StaticFiles, own_files
from iopsched.page.tokens import Doorkeeper, PageSession

SCREENS: tuple[ModuleType, ...] = (
    framepage,
    openpage,
    inputpage,
    inputforms,
    solvepage,
    weekpage,
    shortpage,
    newcomerspage,
    trialpage,
    sickpage,
    changespage,
    publishpage,
)


@dataclass
class Page:
    """One running page: everything that its requests share."""

    launches: LaunchFolder
    doorkeeper: Doorkeeper = field(default_factory=Doorkeeper)
    clinics: OpenClinics = field(default_factory=OpenClinics)
    places: PlaceNumbers = field(default_factory=PlaceNumbers)
    news: NewsFeed = field(default_factory=NewsFeed)
    server_id: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    first: int | None = None
    """The clinic that the page opens with."""
    clock: Callable[[], datetime] = lambda: datetime.now().astimezone()
    """The moment that it is: the only clock of the page that chooses a week, or what of it has begun."""
    port: int = 0
    end: Callable[[], None] = lambda: None
    """Ends the server."""
    searches: SearchJobs = field(default_factory=SearchJobs)
    static: StaticFiles = field(default_factory=own_files)
    """Its own files."""
    language: str = field(default_factory=work.openings.language)
    """The code of the language that somebody chose for the page, blank for the browser's."""

    def open(self, path: Path) -> int:
        """Open a clinic and return its number."""
        return self.clinics.open(path).number

    def steps(self, asked: PageRequest) -> list[Mapping[str, Any]]:
        """Return the steps of the page and what each has to do."""
        return [
            {"id": screen.STEP, "badge": None, "sign": "", **_told(screen, "badge", asked)}
            for screen in SCREENS
            if hasattr(screen, "STEP")
        ]

    def state(self, asked: PageRequest) -> Mapping[str, Any]:
        """Return what the frame shows of the draft."""
        found: dict[str, Any] = {}
        for screen in SCREENS:
            found |= _told(screen, "state", asked)
        return found


def _told(screen: ModuleType, name: str, asked: PageRequest) -> Mapping[str, Any]:
    """Return what a screen's module says, nothing where it has no word for it or the clinic cannot be read now."""
    tell: Callable[[PageRequest], Mapping[str, Any]] = getattr(screen, name, lambda _: {})
    try:
        return tell(asked)
    except (Refused, InputError, UsageError, ConflictError, OSError):
        return {}


def application(page: Page, on_bug: Callable[[Exception], None] = lambda _: None, body_s: float = 10.0) -> Application:
    """Return what answers the requests of a page; its port must be known."""
    routes = [
        Route(f"/api{way.path}", _endpoint(page, way), methods=[way.method])
        for screen in SCREENS
        for way in screen.WAYS
    ]
    routes.append(Route("/api/events", _events(page), methods=["GET"]))
    app = Starlette(
        routes=[*_static_routes(page), *routes],
        exception_handlers=dict.fromkeys((HTTPException, Refused, Exception), _refused),
    )
    app.router.redirect_slashes = False
    return Guard(app, f"127.0.0.1:{page.port}", page.doorkeeper, page.server_id, on_bug, body_s)


def _static_routes(page: Page) -> Iterator[Route]:
    async def first(_: Request) -> Response:
        return Response(page.static.first(page.language), media_type="text/html")

    yield Route("/", first, methods=["GET"])
    for name, answer in page.static.answers.items():
        yield Route(f"/static/{name}", answer, methods=["GET"])


def _endpoint(page: Page, way: RequestWay) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        page.news.stay()
        body = _object(request.scope["iopsched.body"]) if way.method == "POST" else {}
        session: PageSession = request.scope.get("iopsched.session") or PageSession("")
        asked = PageRequest(page, session, dict(request.query_params), request.path_params, body)
        found = await run_in_threadpool(_answered, way, asked)
        if isinstance(found, Iterator):
            return StreamingResponse(_lines(found), media_type="application/jsonl")
        return JSONResponse(found)

    return answer


def _answered(way: RequestWay, asked: PageRequest) -> Any:
    """Return what a handler answers; the package's own errors become refusals."""
    try:
        return way.handler(asked)
    except InputError as error:
        raise _faulty(error) from None
    except UsageError as error:
        raise Refused(400, "usage", str(error)) from None
    except ConflictError as error:
        raise Refused(409, "conflict", str(error)) from None
    except OSError as error:
        if error.filename is None:
            raise
        raise Refused(400, "disk", f"{error.filename}: {error.strerror}.") from None


def _faulty(error: InputError) -> Refused:
    """Return the answer where files have faults; those of a saved week are mended elsewhere than those of the clinic's tables."""
    issues = [issue_facts(row) for row in error.issues]
    if any(row["level"] == "error" and row["file"] not in TABLES for row in issues):
        return Refused(400, "input", "The clinic's tables have faults.", issues=issues)
    return Refused(
        400,
        "saved",
        "The files of this week in the folder schedules have faults. Correct them there, or move the folder of the week elsewhere.",
        issues=issues,
    )


def issue_facts(issue: Any) -> Mapping[str, object]:
    """Return a fault of the input as JSON has it."""
    return {
        "file": issue.file,
        "row": issue.row,
        "column": issue.column,
        "code": issue.code,
        "level": issue.level,
        "cell": issue.cell,
        "place": issue.place,
        "value": issue.value,
        "message": issue.message,
        "remedy": issue.remedy,
        "replacements": list(issue.replacements),
        "more": issue.more,
    }


def _lines(found: Iterator[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield each object as a line; what goes wrong in the middle is the last one."""
    try:
        for row in found:
            yield json.dumps(row).encode() + b"\n"
    except Refused as refused:
        yield json.dumps(refused.body).encode() + b"\n"
    except (UsageError, ConflictError) as error:
        yield json.dumps({"error": "usage", "message": str(error)}).encode() + b"\n"


def _object(data: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a body.

    Raises
    ------
    Refused
        If it is none, or holds what no file and no sentence can hold.
    """
    try:
        found = json.loads(data.decode("utf-8"), parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()  # halves of characters
    except (ValueError, RecursionError):
        raise Refused(400, "json", "The request is no JSON.") from None
    if not isinstance(found, dict) or b"\\u0000" in data:
        raise Refused(400, "json", "The request is no JSON object.")
    return found


def _no_number(name: str) -> None:
    raise ValueError(name)


def _events(page: Page) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        since = request.query_params.get("since", "0")
        number = int(since) if since.isascii() and since.isdigit() and len(since) < 10 else 0
        return StreamingResponse(page.news.stream(number), media_type="text/event-stream")

    return answer


async def _refused(_request: Request, error: Exception) -> Response:
    """Return the answer to a request that is not carried out; whatever else went wrong is told by the guard, without a value."""
    match error:
        case Refused():
            return JSONResponse(error.body, status_code=error.status)
        case HTTPException(status_code=405):
            return JSONResponse({"error": "method", "message": "This cannot be asked so."}, status_code=405)
        case HTTPException():
            return JSONResponse({"error": "unknown", "message": "The page has nothing here."}, status_code=404)
        case _:
            return JSONResponse(BUG, status_code=500)
