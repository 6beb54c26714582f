"""Calendars on a CalDAV server, kept like what was published, and never at the cost of what people did there.

One calendar per therapist and room. An object is only overwritten or deleted
in the version that we wrote ourselves (``If-Match``); whatever somebody moved
or deleted is left alone and told. A push that is killed goes on where it was.
"""

from __future__ import annotations

from iopsched.push.address import Address as Address
from iopsched.push.address import address_of as address_of
from iopsched.push.client import Client as Client
from iopsched.push.client import Login as Login
from iopsched.push.client import ServerError as ServerError
from iopsched.push.plan import collection_name as collection_name
from iopsched.push.plan import plan_of as plan_of
from iopsched.push.run import PushResult as PushResult
from iopsched.push.run import base_of as base_of
from iopsched.push.run import push as push
from iopsched.push.sync import Act as Act
from iopsched.push.sync import Result as Result
