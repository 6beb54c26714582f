"""One calendar made like the plan, object by object, and what people did there left alone.

The table that this follows, by what we remember of an object and what is on
the server: nothing and nothing, it is written; nothing and something, it is
adopted if it says the same; the same version, it is written where it changed
and deleted where it is no longer wanted; another version that says what we
wrote, the same; one that says something else, somebody changed it; gone,
somebody deleted it. An object that the server refuses for good is told, and
the rest goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from iopsched.domain.publication import Publication
from iopsched.push.client import DOUBTFUL, ServerError
from iopsched.push.collection import Collection, Conflict, RefusalError, ServerObject
from iopsched.push.plan import Wanted
from iopsched.push.sameness import Event, differs_in_alarms_only, event_of, has_same_time, says_the_same
from iopsched.push.versions import Condition, conditions, is_same
from iopsched.store.pushed import Pushed, PushState

_Done = TypeVar("_Done")
_MOST_IN_TROUBLE = 3
_UNWELCOME = (400, 403, 405, 409, 410, 422)
"""Refusals that may be of the name alone: a server may keep that of a deleted entry in its bin."""


class Act(StrEnum):
    """What became of an object. The first group is ours, the second is somebody else's doing, left alone, the third failed."""

    SAME = "unchanged"
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    ADOPTED = "there already"
    FORGOTTEN = "gone already"

    MOVED = "moved by hand"
    EDITED = "edited by hand"
    DELETED = "deleted by hand"
    UNKNOWN = "there already and different"
    ELSEWHERE = "there under another name"
    NO_CALENDAR = "calendar deleted"

    REFUSED = "refused by the server"

    @property
    def is_conflict(self) -> bool:
        """Return whether somebody else's change stands in the way."""
        return self in (Act.MOVED, Act.EDITED, Act.DELETED, Act.UNKNOWN, Act.ELSEWHERE, Act.NO_CALENDAR)

    @property
    def is_elsewhere(self) -> bool:
        """Return whether the same is there under another name."""
        return self is Act.ELSEWHERE

    @property
    def has_moved(self) -> bool:
        """Return whether somebody else's time is to be told."""
        return self is Act.MOVED


_WRITTEN = (Act.NEW, Act.CHANGED, Act.REMOVED)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one object. ``wanted`` is None where it should be in the calendar no longer, ``theirs`` what is there.

    ``status`` is the server's, where it refused.
    """

    uid: str
    act: Act
    wanted: Wanted | None = None
    theirs: Event | None = None
    status: int = 0

    @property
    def session_id(self) -> str | None:
        """Return whose object it is, None of a session that is no longer held."""
        return self.wanted.row.session.id if self.wanted else None


@dataclass(frozen=True, slots=True)
class Sync:
    """One calendar and what should be in it.

    ``base`` returns the object of a session as it was sent, for a comparison
    of three; None where that is not known. ``is_forced`` overwrites what
    people did; ``is_trial`` changes nothing.
    """

    collection: Collection
    memory: PushState
    publication: Publication
    wanted: Mapping[str, Wanted]
    base: Callable[[Pushed], bytes | None]
    title: str
    is_forced: bool = False
    is_trial: bool = False

    @property
    def target(self) -> str:
        """Return the calendar's name in the memory."""
        return self.collection.address.url

    def results(self) -> Iterator[Result]:
        """Do it, and tell of each object when it is done.

        Raises
        ------
        RefusalError
            If the server lets us neither see nor make this calendar.
        ServerError
            If nothing more can be done with this server.
        """
        remembered = self.memory.objects(self.target)
        ours = {uid: pushed for uid, pushed in remembered.items() if pushed.week == self.publication.week}
        dropped = [pushed for uid, pushed in sorted(ours.items()) if uid not in self.wanted]
        versions = self.collection.versions()
        if versions is None:
            if remembered and not self.is_forced:
                yield from (Result(uid, Act.NO_CALENDAR, wanted) for uid, wanted in sorted(self.wanted.items()))
                trial = replace(self, is_trial=True)  # the calendar may come back: nothing is forgotten
                yield from (trial.result_of(pushed.uid, None, pushed, {}) for pushed in dropped)
                return
            if self.wanted and not self.is_trial:
                self.collection.make(self.title)
            versions = {}
        yield from self._one_by_one(remembered, versions, dropped)

    def refused(self, status: int) -> Iterator[Result]:
        """Return that nothing of this calendar was done, because the server refuses all of it."""
        return (Result(uid, Act.REFUSED, wanted, status=status) for uid, wanted in sorted(self.wanted.items()))

    def _one_by_one(
        self, remembered: Mapping[str, Pushed], versions: Mapping[str, str], dropped: list[Pushed]
    ) -> Iterator[Result]:
        """Synchronize each object. Stop early without the right to write, or after nothing but failures."""
        tasks = [
            *((uid, wanted, remembered.get(uid)) for uid, wanted in sorted(self.wanted.items())),
            *((pushed.uid, None, pushed) for pushed in dropped),
        ]
        in_trouble, is_barred, has_written = 0, False, False
        for uid, wanted, pushed in tasks:
            result = (replace(self, is_trial=True) if is_barred else self).result_of(uid, wanted, pushed, versions)
            if is_barred and result.act in _WRITTEN:
                result = self._refusal(uid, wanted, pushed, 403)
            in_trouble = in_trouble + 1 if result.status in DOUBTFUL and result.status else 0
            has_written = has_written or (result.act in _WRITTEN and not is_barred)
            is_barred = is_barred or (result.status == 403 and not has_written)
            yield result
            if in_trouble == _MOST_IN_TROUBLE:
                raise ServerError(f"The calendar server is in trouble ({result.status}). Try again later.")

    def result_of(self, uid: str, wanted: Wanted | None, pushed: Pushed | None, versions: Mapping[str, str]) -> Result:
        """Synchronize one object, wanted or remembered or both."""
        try:
            if wanted is not None:
                return self._held(wanted, pushed, versions)
            return self._dropped(pushed, versions.get(pushed.href)) if pushed else Result(uid, Act.FORGOTTEN)
        except RefusalError as error:
            return self._refusal(uid, wanted, pushed, error.status)

    def _refusal(self, uid: str, wanted: Wanted | None, pushed: Pushed | None, status: int) -> Result:
        return Result(uid, Act.REFUSED, wanted, None if wanted else self._base(pushed), status)

    def _held(self, wanted: Wanted, pushed: Pushed | None, versions: Mapping[str, str]) -> Result:
        href = self._href(wanted, pushed, versions)
        etag = versions.get(href)
        if etag is not None and pushed is not None and is_same(etag, pushed.etag):
            if pushed.sha == wanted.sha:
                return Result(wanted.uid, Act.SAME, wanted)
            return self._written(wanted, pushed, href, etag)
        if etag is None and (pushed is None or self.is_forced):
            return self._new(wanted, pushed, href)
        found = self.collection.get(href)  # also what is not listed: some lists are not whole
        if found is not None:
            return self._compared(wanted, pushed, href, found)
        if pushed is None or self.is_forced:  # deleted since we looked
            return self._new(wanted, pushed, href)
        return Result(wanted.uid, Act.DELETED, wanted)

    def _href(self, wanted: Wanted, pushed: Pushed | None, versions: Mapping[str, str]) -> str:
        """Return the name of an object: as remembered, its usual one, or the one that a server made us choose."""
        usual = self.collection.href(wanted.uid)
        if pushed is not None and pushed.href in versions:
            return pushed.href
        if usual not in versions:
            begin, _, end = usual.rpartition("@")
            other = re.compile(rf"{re.escape(begin)}-r\d+@{re.escape(end)}")
            for href in versions:
                if other.fullmatch(href):
                    return href
        return pushed.href if pushed else usual

    def _compared(self, wanted: Wanted, pushed: Pushed | None, href: str, found: ServerObject) -> Result:
        """Decide about an object that is not known to be in the version that we wrote."""
        theirs, ours = event_of(found.data), event_of(wanted.data)
        if says_the_same(theirs, ours) or (pushed and pushed.sha == wanted.sha and self._is_mine(theirs, pushed)):
            self._remember(wanted, href, found.etag, theirs)
            is_known = pushed is not None and pushed.sha == wanted.sha
            return Result(wanted.uid, Act.SAME if is_known else Act.ADOPTED, wanted)
        if self.is_forced or self._is_mine(theirs, pushed):
            return self._written(wanted, pushed, href, found.etag)
        if pushed is None:
            return Result(wanted.uid, Act.UNKNOWN, wanted, theirs)
        if pushed.sha == wanted.sha and differs_in_alarms_only(theirs, self._base(pushed) or ours):
            return Result(wanted.uid, Act.SAME, wanted)
        return self._by_hand(wanted, pushed, found)

    def _dropped(self, pushed: Pushed, etag: str | None) -> Result:
        """Delete an object that is no longer wanted, unless somebody has changed it."""
        if etag is None or not is_same(etag, pushed.etag):
            found = self.collection.get(pushed.href)
            if found is None:
                self._forget(pushed.uid)
                return Result(pushed.uid, Act.FORGOTTEN)
            if not self._may_change(event_of(found.data), pushed):
                return self._by_hand(None, pushed, found)
            etag = found.etag

        def delete(condition: Condition) -> Conflict | None:
            return self.collection.delete(pushed.href, condition)

        if not self.is_trial and delete(_first(etag)) is not None:
            answer = self._insisted(pushed, pushed.href, delete)
            if isinstance(answer, ServerObject):
                return self._by_hand(None, pushed, answer)
        self._forget(pushed.uid)
        return Result(pushed.uid, Act.REMOVED)

    def _new(self, wanted: Wanted, pushed: Pushed | None, href: str) -> Result:
        """Write an object that is not there; where the server refuses its name for good, under another one."""
        if self.is_trial:
            return Result(wanted.uid, Act.NEW, wanted)
        try:
            version = self.collection.put(href, _data(wanted, href), {"If-None-Match": "*"})
        except RefusalError as error:
            if error.status not in _UNWELCOME or self.collection.get(href) is not None:
                raise
            begin, _, end = wanted.uid.rpartition("@")
            href = self.collection.href(f"{begin}-r{self.publication.revision}@{end}")
            try:
                version = self.collection.put(href, _data(wanted, href), {"If-None-Match": "*"})
            except RefusalError:
                raise error from None
        if version is Conflict.OTHER_VERSION:
            found = self.collection.get(href)
            if found is not None:  # it was us, and only the answer had been lost; or somebody was faster
                return self._compared(wanted, pushed, href, found)
            version = self.collection.put(href, _data(wanted, href), {})  # the server knows no If-None-Match
        return self._settled(wanted, pushed, Act.NEW, href, version)

    def _written(self, wanted: Wanted, pushed: Pushed | None, href: str, etag: str) -> Result:
        """Change an object; where the server says that it is another version, what is there decides."""
        if self.is_trial:
            return Result(wanted.uid, Act.CHANGED, wanted)
        data = _data(wanted, href)

        def put(condition: Condition) -> str | Conflict:
            return self.collection.put(href, data, condition)

        version: str | Conflict | ServerObject | None = put(_first(etag))
        if version is Conflict.OTHER_VERSION:
            version = self._insisted(pushed, href, put)
        if version is None:
            return Result(wanted.uid, Act.DELETED, wanted)
        if isinstance(version, ServerObject):
            theirs = event_of(version.data)
            if says_the_same(theirs, event_of(data)):  # it was us: only the answer had been lost
                self._remember(wanted, href, version.etag, theirs)
                return Result(wanted.uid, Act.ADOPTED, wanted)
            return self._by_hand(wanted, pushed, version)
        return self._settled(wanted, pushed, Act.CHANGED, href, version)

    def _insisted(
        self, pushed: Pushed | None, href: str, send: Callable[[Condition], _Done | Conflict]
    ) -> _Done | ServerObject | None:
        """Send a change again that the server refused (412), as long as nobody has changed the object.

        Behind a proxy the server may know no name of a version that we can
        tell. So each time the object is looked at; then the change is asked for by the names that it has now, and
        at last, right after a look, by none. Return what is there where somebody has changed it.
        """
        for number in range(3):
            found = self.collection.get(href)
            if found is None or not self._may_change(event_of(found.data), pushed):
                return found
            answer = send(dict(enumerate(conditions(found.etag))).get(number, {}))
            if not isinstance(answer, Conflict):
                return answer
        raise RefusalError(412, f"The server refuses every change in {self.target} (412).")

    def _settled(self, wanted: Wanted, pushed: Pushed | None, act: Act, href: str, version: str | Conflict) -> Result:
        """Remember what was written."""
        if version is Conflict.SAME_UID_ELSEWHERE:
            return Result(wanted.uid, Act.ELSEWHERE, wanted)
        if isinstance(version, Conflict):
            raise RefusalError(412, f"The server refuses every change in {self.target} (412).")
        theirs = None
        if not version:  # the server may have rewritten it; what somebody has moved already is not ours
            found = self.collection.get(href)
            theirs = event_of(found.data) if found else None
            if found is not None and has_same_time(theirs, event_of(wanted.data)):
                version = found.etag
            elif found is None or self._is_mine(theirs, pushed):
                raise RefusalError(200, f"The server says that it stores what is sent to {self.target}, and does not.")
            else:
                theirs = None
        self._remember(wanted, href, version, theirs)
        return Result(wanted.uid, act, wanted)

    def _by_hand(self, wanted: Wanted | None, pushed: Pushed | None, found: ServerObject) -> Result:
        """Return that somebody has changed an object."""
        theirs, base = event_of(found.data), self._base(pushed)
        if wanted is not None:
            base = base or event_of(wanted.data)
        has_moved = theirs is not None and theirs.start is not None and not has_same_time(theirs, base)
        act = Act.MOVED if has_moved else Act.EDITED
        return Result(wanted.uid if wanted else pushed.uid if pushed else "", act, wanted, theirs)

    def _may_change(self, theirs: Event | None, pushed: Pushed | None) -> bool:
        return self.is_forced or self._is_mine(theirs, pushed)

    def _is_mine(self, theirs: Event | None, pushed: Pushed | None) -> bool:
        """Return whether an object says what it said when we had written it, whatever its version is called."""
        if theirs is None or pushed is None:
            return False
        return theirs.meaning == pushed.meaning or says_the_same(theirs, self._base(pushed))

    def _base(self, pushed: Pushed | None) -> Event | None:
        data = self.base(pushed) if pushed else None
        return event_of(data) if data else None

    def _remember(self, wanted: Wanted, href: str, etag: str, theirs: Event | None) -> None:
        if self.is_trial:
            return
        event, publication = theirs or event_of(wanted.data), self.publication
        pushed = Pushed(
            wanted.uid, href, etag, wanted.sha, wanted.row.sequence, publication.week, publication.revision,
            event.meaning if event else "",
        )  # fmt: skip
        self.memory.remember(self.target, pushed)

    def _forget(self, uid: str) -> None:
        if not self.is_trial:
            self.memory.forget(self.target, uid)


def _first(etag: str) -> Condition:
    """Return the likeliest condition for a change of this version; none where it has no name."""
    return next(iter(conditions(etag)), {})


def _data(wanted: Wanted, href: str) -> bytes:
    """Return what is sent: an object is called inside as it is called outside."""
    name = href.rpartition("/")[2].removesuffix(".ics")
    return wanted.data.replace(wanted.uid.encode(), name.encode())
