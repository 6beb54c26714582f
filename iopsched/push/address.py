"""Where calendars go: an address without secrets, encrypted unless it stays on this computer."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from iopsched.errors import UsageError

PORTS = {"https": 443, "http": 80}
_PLAIN = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Address:
    """A folder on a server. ``path`` is quoted as in a URL and ends with a slash."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """Return the whole address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    def child(self, name: str) -> Address:
        """Return the address of a folder inside."""
        return Address(self.scheme, self.host, self.port, f"{self.path}{name}/")


def address_of(url: str) -> Address:
    """Return the address that a person typed.

    Raises
    ------
    UsageError
        If it holds a user or a password, is not encrypted, or is none. What was typed is not repeated.
    """
    if not _PLAIN.fullmatch(url):
        raise UsageError("--caldav is no web address. Write one such as https://calendar.example.org/clinic/.")
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        parts, scheme, host, port = urlsplit(""), "", None, None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise UsageError(
            "The address in --caldav holds a user or a password, which others can read there. Name the user with "
            "--user, and put the password into IOPSCHED_CALDAV_PASSWORD or --password-file."
        )
    if scheme not in PORTS or not host:
        raise UsageError("--caldav is no web address. Write one such as https://calendar.example.org/clinic/.")
    if parts.query or parts.fragment:
        raise UsageError("The address in --caldav has a part after ? or #. Name the folder of the calendars only.")
    if scheme == "http" and not _is_here(host):
        raise UsageError("The address in --caldav begins with http: anybody on the way could read it. Use https.")
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    return Address(scheme, host, port or PORTS[scheme], path)


def _is_here(host: str) -> bool:
    """Return whether a host is this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
