"""Time zone names, checked without opening any file that a name might point to."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from iopsched.ingest.settings import Section
from iopsched.ingest.words import did_you_mean, joined, quoted

_NAME = re.compile(r"UTC|[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){1,2}")
_US = {
    "E": "America/New_York",
    "C": "America/Chicago",
    "M": "America/Denver",
    "P": "America/Los_Angeles",
}


def checked_timezone(text: str, section: Section) -> str | None:
    """Return the IANA name if there is such a zone, else None and an issue."""
    if _NAME.fullmatch(text):
        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
        else:
            return text
    if re.fullmatch(r"[ECMP][SD]?T", text):
        hint = f"Did you mean '{_US[text[0]]}'?"
    else:
        hint = did_you_mean(text, available_timezones())
    section.tell(
        "E-TIMEZONE",
        "timezone",
        f"{quoted(text)} is not the name of a time zone.",
        joined(hint, "Write a name such as America/Chicago or America/New_York."),
    )
    return None
