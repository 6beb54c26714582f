"""How a browser is let in, and how a second start finds the server that runs.

All lies in one private folder: the file that leads a browser to the page with its launch token, and the file that says which
process serves at which port. A second start proves who it is by a file in that folder, which only the same person can write.
"""

from __future__ import annotations

import contextlib
import html
import http.client
import json
import os
import platform
import re
import secrets
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from iopsched.files.folders import make_folders, replace_file
from iopsched.files.locks import lock
from iopsched.files.reading import UnreadableError, read_bytes

RUNNING = "server.json"
_MOST_BYTES = 100_000
_REDIRECT = re.compile(r"open-[A-Za-z0-9_-]{22}\.html")
_KNOCK = re.compile(r"knock-[A-Za-z0-9_-]{22}\.json")
_LINK = re.compile(r'href="([^"]+)"')
_ANSWER_S = 5.0


@dataclass(frozen=True, slots=True)
class RunningServer:
    """The server that a file says is running: its process and port, and the computer on which."""

    pid: int
    port: int
    computer: str

    @property
    def address(self) -> str:
        """Return the plain address of the page."""
        return address_of(self.port)


def address_of(port: int) -> str:
    """Return the plain address of a page."""
    return f"http://127.0.0.1:{port}/"


class LaunchFolder:
    """The private folder of one person's page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_folders(folder)
        with contextlib.suppress(OSError):  # somebody else's, or a disk without permissions
            folder.chmod(0o700)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder while it is decided who serves."""
        own = self.folder / "starting"  # a folder of its own: whoever writes a file holds the folder of it
        own.mkdir(exist_ok=True, mode=0o700)
        with lock(own, 2 * _ANSWER_S):
            yield

    # --- which server runs ---------------------------------------------------
    def running(self) -> RunningServer | None:
        """Return the server that a file says is running on this computer; it may have died since."""
        try:
            told = json.loads(read_bytes(self.folder / RUNNING, _MOST_BYTES))
            found = RunningServer(int(told["pid"]), int(told["port"]), str(told["computer"]))
        except (UnreadableError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return found if found.computer == platform.node() and 0 < found.port < 65_536 else None

    def announce(self, port: int) -> None:
        """Say that this process serves at a port, and sweep what dead ones left."""
        self.sweep()
        told = {"pid": os.getpid(), "port": port, "computer": platform.node()}
        replace_file(self.folder / RUNNING, json.dumps(told).encode())

    def withdraw(self) -> None:
        """Say that this process no longer serves."""
        found = self.running()
        if found is not None and found.pid == os.getpid():
            (self.folder / RUNNING).unlink(missing_ok=True)
        self.sweep()

    def sweep(self) -> None:
        """Remove what leads to no page any more."""
        for path in self.folder.iterdir():
            if _REDIRECT.fullmatch(path.name) or _KNOCK.fullmatch(path.name):
                path.unlink(missing_ok=True)

    # --- the file for the browser --------------------------------------------
    def write_redirect(self, port: int, launch: str) -> Path:
        """Write the file that leads a browser to the page: on a command line other users could read the token."""
        link = html.escape(f"{address_of(port)}#launch={launch}")
        text = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
            f'<meta http-equiv="refresh" content="0;url={link}"><title>iopsched</title></head>'
            f'<body><p><a href="{link}">Open the page</a></p></body></html>\n'
        )
        path = self.folder / f"open-{secrets.token_urlsafe(16)}.html"
        replace_file(path, text.encode())
        return path

    def link_in(self, redirect: Path) -> str | None:
        """Return the address to which a file leads."""
        try:
            found = _LINK.search(read_bytes(redirect, _MOST_BYTES).decode())
        except (UnreadableError, UnicodeDecodeError):
            return None
        return html.unescape(found[1]) if found else None

    # --- a second start ------------------------------------------------------
    def knock(self, running: RunningServer, clinic: Path | None) -> Path | None:
        """Ask the running server to let this person in; return the file for the browser, None where nobody answers."""
        path = self.folder / f"knock-{secrets.token_urlsafe(16)}.json"
        replace_file(path, json.dumps({"clinic": None if clinic is None else str(clinic.absolute())}).encode())
        try:
            name = _asked(running.port, path.name)
        finally:
            path.unlink(missing_ok=True)
        redirect = self.folder / name
        return redirect if _REDIRECT.fullmatch(name) and redirect.is_file() else None

    def heard(self, name: str) -> Path | bool:
        """Return the clinic that somebody who knocks wants open, True if they name none, False if it is nobody of ours.

        What they wrote is removed.
        """
        path = self.folder / name
        if not _KNOCK.fullmatch(name) or path.is_symlink():
            return False
        try:
            told = json.loads(read_bytes(path, _MOST_BYTES))["clinic"]
        except (UnreadableError, ValueError, KeyError, TypeError, RecursionError):
            return False
        path.unlink(missing_ok=True)
        return Path(told) if isinstance(told, str) else True


def _asked(port: int, name: str) -> str:
    """Return the name of the file that a server has written for whoever knocks, blank where no server of ours answers."""
    host = f"127.0.0.1:{port}"
    headers = {"Host": host, "Origin": f"http://{host}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_S)
    try:
        connection.request("POST", "/api/knock", json.dumps({"name": name}), headers)
        told = json.loads(connection.getresponse().read(_MOST_BYTES))
        return str(told.get("redirect", "")) if isinstance(told, dict) else ""
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        return ""
    finally:
        connection.close()


def show(redirect: Path) -> bool:
    """Open the file in the person's browser; return whether there is one with a window."""
    if "microsoft" in platform.release().lower():  # WSL: a browser of Windows cannot read the file
        return False
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if (
        type(browser) is webbrowser.GenericBrowser and "BROWSER" not in os.environ
    ):  # a browser of letters would take the terminal
        return False
    try:
        return browser.open(redirect.as_uri())
    except (OSError, webbrowser.Error):
        return False
