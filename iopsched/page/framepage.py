"""The frame around all screens: log in, the open clinic with its weeks and steps, the switch for names, the language, the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iopsched import work
from iopsched.page.asked import PageRequest, Refused, RequestWay
from iopsched.page.tokens import TooManyFailuresError


def _log_in(asked: PageRequest) -> Mapping[str, Any]:
    """Exchange a launch token, which is used up, for a session's."""
    try:
        session = asked.page.doorkeeper.log_in(asked.text("launch"))
    except TooManyFailuresError:
        raise Refused(429, "busy", "Too many wrong tries. Wait a minute.") from None
    if session is None:
        raise Refused(
            401, "launch", "This link was used already, or is older than a minute. Start again with: iopsched serve"
        )
    asked.page.launches.sweep()
    return {"token": session.token, "server": asked.page.server_id, "clinic": asked.page.first}


def _knock(asked: PageRequest) -> Mapping[str, Any]:
    """Let in whoever can write in the private folder: a second start of the same person."""
    page = asked.page
    found = page.launches.heard(asked.text("name", 100))
    if found is False:
        raise Refused(403, "knock", "Only a second start of the same person may ask this.")
    if not isinstance(found, bool):
        page.first = page.open(found)
        work.openings.remember(found)
    return {"redirect": page.launches.write_redirect(page.port, page.doorkeeper.launch()).name}


def _clinic(asked: PageRequest) -> Mapping[str, Any]:
    """Return the open clinic, its weeks, and what the steps have to do."""
    clinic = asked.clinic
    about = work.openings.about(clinic.path, asked.page.clock().date())
    week = asked.query.get("week") or about.week.isoformat()
    asked = PageRequest(asked.page, asked.session, {**asked.query, "week": week}, asked.path, asked.body)
    return {
        "clinic": {"number": clinic.number, "label": about.label},
        "week": asked.week.isoformat(),
        "weeks": [monday.isoformat() for monday in about.weeks],
        "names": asked.session.shows_names,
        "state": asked.page.state(asked),
        "steps": asked.page.steps(asked),
        "news": asked.page.news.last,
        "server": asked.page.server_id,
    }


def _names(asked: PageRequest) -> Mapping[str, Any]:
    """Show or hide names, in all tabs of this person; the server remembers it until it ends."""
    asked.session.shows_names = asked.body.get("on") is True
    asked.page.news.post("names", on=asked.session.shows_names)
    return {"names": asked.session.shows_names}


def _language(asked: PageRequest) -> Mapping[str, Any]:
    """Choose the language of the page; it is remembered for the next start too."""
    code = asked.text("language", 10)
    if code not in asked.page.static.languages:
        raise Refused(400, "language", f"The page is there in: {', '.join(asked.page.static.languages)}.")
    asked.page.language = code
    work.openings.remember_language(code)
    return {"language": code}


def _close(asked: PageRequest) -> Mapping[str, Any]:
    """End the program."""
    asked.page.end()
    return {"closing": True}


WAYS = (
    RequestWay("POST", "/login", _log_in),
    RequestWay("POST", "/knock", _knock),
    RequestWay("GET", "/clinic", _clinic),
    RequestWay("POST", "/names", _names),
    RequestWay("POST", "/language", _language),
    RequestWay("POST", "/close", _close),
)
