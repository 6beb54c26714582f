"""What the screen of changes asks: who has another week in the draft, and to put it back for one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from iopsched import work
from iopsched.page.asked import PageRequest, Refused, RequestWay
from iopsched.page.weekpage import changed, edited, labels, told
from iopsched.views.calls import people_line
from iopsched.work.draftchanges import Against

STEP = "changes"


def badge(asked: PageRequest) -> Mapping[str, Any]:
    """Return how many moves are not saved."""
    number = edited(asked).state().history.unsaved_moves
    return {"badge": number or None, "sign": ""}


def _against(text: object) -> Against:
    if text not in get_args(Against):
        raise Refused(400, "body", f"Say against what: {', '.join(get_args(Against))}.")
    return cast("Against", text)


def _changes(asked: PageRequest) -> Mapping[str, Any]:
    """Return who has another week than in the one saved, published, or begun with."""
    state = edited(asked).state()
    is_published = state.opened.published is not None
    against = _against(asked.query.get("against") or ("published" if is_published else "first"))
    calls = work.draftchanges.draft_calls(state, against, labels(asked))
    return {
        "revision": state.revision,
        "against": against,
        "choices": [name for name in get_args(Against) if name != "published" or is_published],
        "people": work.draftchanges.people_changed(calls),
        "told": people_line(calls),
    }


@told
def _put_back(asked: PageRequest) -> Mapping[str, Any]:
    """Put one person's sessions back as they were."""
    week, against = edited(asked), _against(asked.body.get("against"))
    return changed(asked, work.draftchanges.put_back_for(week, asked.number("revision"), against, asked.text("who")))


WAYS = (
    RequestWay("GET", "/changes", _changes),
    RequestWay("POST", "/changes/putback", _put_back),
)
