"""One calendar on a server: its objects, their versions, and how one of them is changed.

An object is named by its path, unquoted and without the host, because servers
quote differently. ``If-Match: *`` is never sent: it would overwrite whatever
somebody has done there.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import escape

from iopsched.push.address import Address
from iopsched.push.client import Answer, Client, ServerError

_DAV = "{DAV:}"
_ASK = b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
_MAKE = (
    '<?xml version="1.0" encoding="utf-8"?><C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<set><prop><displayname>{}</displayname><C:supported-calendar-component-set><C:comp name={}/>"
    "</C:supported-calendar-component-set></prop></set></C:mkcalendar>"
)
_DONE = (200, 201, 204)


class Refusal(Enum):
    """Why a change was not made."""

    OTHER_VERSION = auto()
    """Somebody changed the object since we looked (412)."""
    SAME_UID_ELSEWHERE = auto()
    """The calendar has the appointment under another name."""


@dataclass(frozen=True, slots=True)
class Found:
    """An object as it is on the server."""

    etag: str
    data: bytes


class Collection:
    """One calendar on a server."""

    def __init__(self, client: Client, address: Address) -> None:
        self._client = client
        self.address = address

    def href(self, uid: str) -> str:
        """Return the name of an object of ours."""
        return f"{unquote(self.address.path)}{uid}.ics"

    def versions(self) -> Mapping[str, str] | None:
        """Return the version of every object; None where there is no such calendar."""
        return self._versions(self.address.path, "1")

    def make(self, title: str) -> None:
        """Make the calendar."""
        body = _MAKE.format(escape(title), '"VEVENT"').encode()
        answer = self._client.request("MKCALENDAR", self.address.path, body, _xml())
        if answer.status not in _DONE:
            raise ServerError(
                f"The server does not make the calendar {self.address.url} ({answer.status}). Make it there by hand, "
                "or name a folder where you may."
            )

    def get(self, href: str) -> Found | None:
        """Return an object, None where there is none."""
        answer = self._client.request("GET", quote(href))
        if answer.status in (404, 410):
            return None
        if answer.status != 200:
            raise self._refused("GET", answer)
        return Found(answer.etag or self._version(href), answer.body)

    def put(self, href: str, data: bytes, etag: str | None) -> str | Refusal:
        """Write an object, a new one where ``etag`` is None, and return its version, blank where none was told."""
        condition = {"If-None-Match": "*"} if etag is None else {"If-Match": etag}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        answer = self._client.request("PUT", quote(href), data, headers)
        if answer.status == 412:
            return Refusal.OTHER_VERSION
        if answer.status == 409 or (answer.status == 403 and b"no-uid-conflict" in answer.body):
            return Refusal.SAME_UID_ELSEWHERE
        if answer.status not in _DONE:
            raise self._refused("PUT", answer)
        return answer.etag

    def delete(self, href: str, etag: str) -> Refusal | None:
        """Delete an object in this version; one that is gone already is deleted, too."""
        answer = self._client.request("DELETE", quote(href), headers={"If-Match": etag})
        if answer.status == 412:
            return Refusal.OTHER_VERSION
        if answer.status not in (*_DONE, 404, 410):
            raise self._refused("DELETE", answer)
        return None

    def _version(self, href: str) -> str:
        """Return the version of an object whose server names it only when asked for properties."""
        found = (self._versions(quote(href), "0") or {}).get(href, "")
        if not found:
            raise ServerError(
                "This server tells no versions of appointments (ETag). Without them a push could overwrite what "
                "somebody has changed, so nothing more is sent."
            )
        return found

    def _versions(self, path: str, depth: str) -> Mapping[str, str] | None:
        answer = self._client.request("PROPFIND", path, _ASK, {"Depth": depth, **_xml()})
        if answer.status in (404, 410):
            return None
        if answer.status != 207:
            raise self._refused("PROPFIND", answer)
        try:
            tree = ET.fromstring(answer.body)  # noqa: S314 - expat resolves nothing outside, and stops explosions
        except ET.ParseError:
            raise ServerError("What the server answers is no CalDAV. Check the address.") from None
        rows = ((row.findtext(f"{_DAV}href") or "", _etag(row)) for row in tree.iter(f"{_DAV}response"))
        return {unquote(urlsplit(href.strip()).path): etag for href, etag in rows if not href.strip().endswith("/")}

    def _refused(self, method: str, answer: Answer) -> ServerError:
        why = "you may not do this there" if answer.status == 403 else "it cannot"
        return ServerError(f"The server refuses {method} in {self.address.url}: {why} ({answer.status}).")


def _etag(row: ET.Element) -> str:
    return next((found.text.strip() for found in row.iter(f"{_DAV}getetag") if found.text), "")


def _xml() -> dict[str, str]:
    return {"Content-Type": "application/xml; charset=utf-8"}
