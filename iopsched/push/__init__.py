"""Calendars on a CalDAV server, kept like what was published, and never at the cost of what people did there.

One calendar per therapist and room. An object is only overwritten or deleted
in the version that we wrote ourselves (``If-Match``); whatever somebody moved
or deleted is left alone and told. A push that is killed goes on where it was.
"""

from __future__ import annotations

from iopsched.push.address import Address, address_of
from iopsched.push.client import Client, Login, ServerError
from iopsched.push.plan import Plan, collection_name, plan_of
from iopsched.push.run import PushResult, base_of, push
from iopsched.push.sync import Act, Result

__all__ = [
    "Act",
    "Address",
    "Client",
    "Login",
    "Plan",
    "PushResult",
    "Result",
    "ServerError",
    "address_of",
    "base_of",
    "collection_name",
    "plan_of",
    "push",
]
