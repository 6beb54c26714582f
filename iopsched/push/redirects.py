"""Where a server sends us, and what a person can do about it. Nobody is followed: that could carry a password away."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from iopsched.errors import UsageError
from iopsched.push.address import Address, address_of


def advice(root: Address, path: str, status: int, location: str) -> str:
    """Return what a server does that answers for ``path`` with another place, and the address to use instead.

    ``root`` is the folder in use. An address is only named if it would be
    accepted and is the folder, not a calendar in it; queries and whatever
    holds a user are never repeated.
    """
    begin = f"sends us elsewhere ({status})"
    if not location:
        return f"{begin} and does not say where. Ask those who run it for the address of the calendars' folder"
    try:
        there = urlsplit(urljoin(f"{root.url}", location))
        if there.username is not None or there.password is not None:
            return f"{begin}, to an address that holds a user. Ask those who run it for the address to use"
        if there.scheme == "http" and root.scheme == "https":
            return f"{begin}, to an address that is not encrypted. Ask those who run it for one that begins with https"
        inside = path.removeprefix(root.path)
        folder = there.path.removesuffix(inside.rstrip("/")) if there.path.endswith(inside.rstrip("/")) else None
        if there.path.endswith(inside):
            folder = there.path.removesuffix(inside)
        new = None if folder is None else address_of(f"{there.scheme}://{there.netloc}{folder}")
        shown = address_of(f"{there.scheme}://{there.netloc}{there.path}").url.rstrip("/")
    except (UsageError, ValueError):
        return f"{begin}, to a place that cannot be used. Ask those who run it for the address of the calendars' folder"
    if new == root:
        return f"{begin}, round in a circle. Ask those who run it for the address of the calendars' folder"
    if new is None:
        return (
            f"{begin}, to {shown}, which is not where the calendars are. It may be a page to sign in: check the "
            "address, and whether the server wants a password for programs"
        )
    if (new.scheme, new.host, new.port) != (root.scheme, root.host, root.port):
        return f"{begin}, to another server. If you trust it, use --caldav {new.url}"
    return f"{begin}. Use --caldav {new.url}"
