"""What the screen for publishing asks: what stands against it, who is told, the publication, and files to hand out."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from iopsched import work
from iopsched.board.verdict import by_rule
from iopsched.errors import InputError
from iopsched.export.formats import MAKERS, Format
from iopsched.page.asked import PageRequest, Refused, RequestWay
from iopsched.page.inputpage import tell, typing
from iopsched.page.weekpage import changed, edited, labels, told
from iopsched.views.changes import change_line, counts_line
from iopsched.views.labels import NameMode
from iopsched.views.weekfacts import WeekTelling
from iopsched.words.papers import paper_languages
from iopsched.work.draftpublishing import BlockedError, Prospect, PublishedDraft

STEP = "publish"
MOST_NEWS = 50


def _publish(asked: PageRequest) -> Mapping[str, Any]:
    """Return what publishing would do, what was published before, and what could be handed out."""
    week, shown = edited(asked), labels(asked)
    found = work.draftpublishing.prospect(week, asked.page.clock(), shown.mode)
    facts = WeekTelling(found.state.opened.problem, shown)
    return {
        "revision": found.state.revision,
        "is_empty": work.draftpublishing.is_empty(found.state),
        "short": len(week.judged()[1].short),
        "blocked": facts.broken(by_rule(found.blocked)),
        **_news(found),
        "unrecorded": list(found.unrecorded),
        "history": [_revision_facts(row) for row in work.draftpublishing.revisions(found.state)],
        "formats": [{"id": name.value, "text": text} for name, (_, text) in MAKERS.items()],
        "names": [{"id": mode.value, "text": work.draftpublishing.told_by_files(mode)} for mode in NameMode],
        "languages": sorted(paper_languages().values()),
    }


def _news(found: Prospect) -> Mapping[str, Any]:
    done, news = found.announced.published, found.announced.changes
    return {
        "number": done.publication.revision,
        "is_new": done.is_new,
        "is_first": done.earlier is None,
        "sessions": len(done.publication.schedule.sessions),
        "news": [change_line(row) for row in news[:MOST_NEWS]],
        "news_text": counts_line(news) if done.earlier is not None else "",
        "news_more": max(0, len(news) - MOST_NEWS),
        "kept": [change_line(row) for row in found.readied.kept],
        "corrected": [change_line(row) for row in found.readied.corrected],
        "calls": work.draftchanges.people_changed(found.announced.calls),
    }


def _revision_facts(row: Any) -> Mapping[str, Any]:
    return {
        "revision": row.revision,
        "published": row.published.isoformat(),
        "actor": row.actor,
        "sessions": row.held,
        "anchor": row.sha[:16],
    }


@told
def _do_publish(asked: PageRequest) -> Mapping[str, Any]:
    """Publish the draft; what breaks a rule is refused."""
    week = edited(asked)
    try:
        done = _recorded(asked) if asked.body.get("record") is True else _published(asked, with_records=False)
    except BlockedError as error:
        raise Refused(409, "blocked", str(error)) from None
    publication = done.announced.published.publication
    return {
        **changed(asked, week.state()),
        "published_as": publication.revision,
        "anchor": publication.anchor[:16],
        "is_new": done.announced.published.is_new,
        "calls": work.draftchanges.people_changed(done.announced.calls),
        "call_list": None if done.calls is None else str(done.calls),
        "folder": str(done.folder),
    }


def _published(asked: PageRequest, *, with_records: bool) -> PublishedDraft:
    return work.draftpublishing.publish_draft(
        edited(asked), asked.number("revision"), asked.page.clock(), labels(asked).mode, with_records=with_records
    )


def _recorded(asked: PageRequest) -> PublishedDraft:
    """Publish, and write what happened into the clinic's tables: this page changes them, and no other program."""
    with typing(asked):
        done = _published(asked, with_records=True)
    with contextlib.suppress(InputError):  # it is published, whatever becomes of the tables now
        tell(asked, work.inputediting.read_input(asked.clinic.path))
    return done


@told
def _take(asked: PageRequest) -> Mapping[str, Any]:
    """Make an earlier revision the draft's week."""
    return changed(
        asked, work.draftpublishing.take_revision(edited(asked), asked.number("revision"), asked.number("number"))
    )


@told
def _hand_out(asked: PageRequest) -> Mapping[str, Any]:
    """Write files to hand out into the exports of the week's folder."""
    week = edited(asked)
    saved, done = work.draftpublishing.hand_out(
        week, asked.number("revision"), _formats(asked), _mode(asked), asked.page.clock(), _language(asked)
    )
    return {
        "state": changed(asked, week.state())["state"],
        "folder": str(saved.folder / "exports"),
        "files": list(done.files),
        "left": [path.name for path in done.written.changed],
        "warnings": [*done.warnings, *([done.disclosure] if done.disclosure else [])],
        "broken": len(done.edition.violations),
        "is_draft": done.edition.publication.is_draft,
    }


def _formats(asked: PageRequest) -> list[Format]:
    found = asked.body.get("formats")
    if not isinstance(found, list) or not all(isinstance(name, str) and name in {*Format} for name in found):
        raise Refused(400, "body", f"Files are of these kinds: {', '.join(Format)}.")
    return [Format(name) for name in dict.fromkeys(found)]


def _mode(asked: PageRequest) -> NameMode | None:
    name = asked.body.get("names")
    if name is None:
        return None
    if not isinstance(name, str) or name not in {*NameMode}:
        raise Refused(400, "body", f"Names are shown so: {', '.join(NameMode)}.")
    return NameMode(name)


def _language(asked: PageRequest) -> str | None:
    code = asked.body.get("language")
    if code is not None and code not in paper_languages().values():
        raise Refused(400, "body", f"Handouts are in: {', '.join(sorted(paper_languages().values()))}.")
    return code


WAYS = (
    RequestWay("GET", "/publish", _publish),
    RequestWay("POST", "/publish", _do_publish),
    RequestWay("POST", "/publish/take", _take),
    RequestWay("POST", "/handout", _hand_out),
)
