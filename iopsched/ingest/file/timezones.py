"""Time zone names, checked without opening any file that a name might point to."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from iopsched.ingest.file.settings import Section
from iopsched.words.wording import did_you_mean, joined, quoted

_NAME = re.compile(r"UTC|[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){1,2}")
_US = {
    "E": "America/New_York",
    "C": "America/Chicago",
    "M": "America/Denver",
    "P": "America/Los_Angeles",
}
_ALIASES = {
    **{
        f"{word}{end}": _US[word[0].upper()]
        for word in ("eastern", "central", "mountain", "pacific")
        for end in ("", " time", " standard time", " daylight time")
    },
    "new york": _US["E"],
    "chicago": _US["C"],
    "denver": _US["M"],
    "los angeles": _US["P"],
    "arizona": "America/Phoenix",
    "phoenix": "America/Phoenix",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "detroit": "America/Detroit",
    "indianapolis": "America/Indiana/Indianapolis",
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
    elif zone := _ALIASES.get(_plain(text)):
        hint = f"Did you mean '{zone}'?"
    elif "/" in text or "_" in text:
        hint = did_you_mean(text, available_timezones())
    else:
        hint = ""
    section.tell(
        "E-TIMEZONE",
        "timezone",
        f"{quoted(text)} is not the name of a time zone.",
        joined(hint, "Write a name such as America/Chicago or America/New_York."),
    )
    return None


def _plain(text: str) -> str:
    """Return ``US/Central`` and ``(UTC-06:00) Central Time (US & Canada)`` as ``central`` and ``central time``."""
    inner = re.sub(r"\([^)]*\)|^(US|USA|America)[/ ]|[,.]| US$| USA$", " ", text, flags=re.IGNORECASE)
    return " ".join(inner.replace("_", " ").split()).casefold()
