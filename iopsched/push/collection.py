"""One calendar on a server: its objects, their versions, and how one of them is changed.

An object is named by its path, unquoted and without the host, because servers
quote differently. ``If-Match: *`` is never sent: it would overwrite whatever
somebody has done there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import escape

from iopsched.push.address import Address
from iopsched.push.client import CUT, DOUBTFUL, Answer, Client, ServerError
from iopsched.push.multistatus import MalformedListError, rows_of
from iopsched.push.sameness import event_of, says_the_same
from iopsched.push.versions import Condition, version_of

_ASK = b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
_MAKE = (
    '<?xml version="1.0" encoding="utf-8"?><C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<set><prop><displayname>{}</displayname><C:supported-calendar-component-set><C:comp name={}/>"
    "</C:supported-calendar-component-set></prop></set></C:mkcalendar>"
)
_XML = {"Content-Type": "application/xml; charset=utf-8"}
_DONE = (200, 201, 202, 204)
_GONE = (404, 410)
_TRIES = 3


class Conflict(Enum):
    """Why a change was not made: somebody else's is in the way."""

    OTHER_VERSION = auto()
    """Somebody changed the object since we looked, or the server does not know its version by this name (412)."""
    SAME_UID_ELSEWHERE = auto()
    """The calendar has the appointment under another name."""


class RefusalError(ServerError):
    """The server refuses one request for good, with this status; others may do."""

    def __init__(self, status: int, what: str, *, is_of_making: bool = False) -> None:
        super().__init__(what)
        self.status = status
        self.is_of_making = is_of_making


@dataclass(frozen=True, slots=True)
class ServerObject:
    """An object as it is on the server. ``etag`` is blank where it has no version by name."""

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
        """Return the version of every object, blank where it has none by name; None where there is no such calendar."""
        answer = self._asked(self.address.path, "1")
        if answer.status in _GONE:
            return None
        if answer.status != 207:
            raise self._refused(answer)
        return self._listed(answer)

    def make(self, title: str) -> None:
        """Make the calendar, and look: one that somebody has made meanwhile will do, one only promised will not."""
        body = _MAKE.format(escape(title), '"VEVENT"').encode()
        answer = self._client.request("MKCALENDAR", self.address.path, body, _XML)
        if self.versions() is None:
            raise RefusalError(
                answer.status,
                f"The server does not make the calendar {self.address.url} ({answer.status}). Make it there by hand, "
                "or name a folder where you may.",
                is_of_making=True,
            )

    def get(self, href: str) -> ServerObject | None:
        """Return an object, None where there is none."""
        answer = self._client.request("GET", quote(href))
        if answer.status in _GONE:
            return None
        if answer.status != 200:
            raise self._refused(answer)
        return ServerObject(answer.etag or self._version(href), b"" if answer.is_cut else answer.body)

    def put(self, href: str, data: bytes, condition: Condition) -> str | Conflict:
        """Write an object and return its version, blank where none was told.

        Where the answer was lost or doubtful, the object is looked at before
        it is sent again: it may have been stored.
        """
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        for number in range(_TRIES):
            answer = self._client.request("PUT", quote(href), data, headers)
            if answer.status not in DOUBTFUL:
                break
            self._client.pause(0.5 * number)
            found = self.get(href)
            if found is not None and says_the_same(event_of(found.data), event_of(data)):
                return found.etag
        if answer.status == CUT:
            raise self._client.error("cannot be reached, or hangs up")
        if answer.status in (409, 403) and b"no-uid-conflict" in answer.body:
            return Conflict.SAME_UID_ELSEWHERE
        if answer.status in (412, 428):
            return Conflict.OTHER_VERSION
        if answer.status not in _DONE:
            raise self._refused(answer)
        return answer.etag

    def delete(self, href: str, condition: Condition) -> Conflict | None:
        """Delete an object. Whatever the server says, it is deleted when it is gone."""
        answer = self._client.request("DELETE", quote(href), headers=condition)
        if answer.status in (412, 428):
            return Conflict.OTHER_VERSION
        if self.get(href) is None:
            return None
        raise self._refused(answer)

    def _version(self, href: str) -> str:
        """Return the version of an object whose server names it only when asked for properties."""
        answer = self._asked(quote(href), "0")
        return self._listed(answer).get(href, "") if answer.status == 207 else ""

    def _asked(self, path: str, depth: str) -> Answer:
        return self._client.request("PROPFIND", path, _ASK, {"Depth": depth, **_XML})

    def _listed(self, answer: Answer) -> Mapping[str, str]:
        """Return the versions of the objects of this calendar in a list.

        Behind a proxy that changes paths the list may name none of ours; then
        the last part of each path counts. Two rows of one name leave its version open.
        """
        if answer.is_cut:
            raise self._client.error("sends more than can be right")
        try:
            rows = [(_path(href), etag) for href, etag in rows_of(answer.body)]
        except MalformedListError:
            raise ServerError("What the server answers is no CalDAV. Check the address.") from None
        home = unquote(self.address.path)
        if not any(path.startswith(home.rstrip("/")) for path, _ in rows):
            rows = [(home + path.rpartition("/")[2], etag) for path, etag in rows]
        found: dict[str, str] = {}
        for path, etag in rows:
            if path.startswith(home) and path != home and "/" not in path.removeprefix(home):
                found[path] = version_of(etag) if found.get(path, etag) == etag else ""
        return found

    def _refused(self, answer: Answer) -> RefusalError:
        why = "You may not do this there" if answer.status == 403 else "Check the address"
        return RefusalError(
            answer.status, f"The server does not show what is in {self.address.url} ({answer.status}). {why}."
        )


def _path(href: str) -> str:
    """Return the path of an address, unquoted; blank where it is none."""
    try:
        return unquote(urlsplit(href).path)
    except ValueError:
        return ""
