"""One calendar made like the plan, object by object, and what people did there left alone.

The table that this follows, by what we remember of an object and what is on
the server: nothing and nothing, it is written; nothing and something, it is
adopted if it says the same; the same version, it is written where it changed
and deleted where it is no longer wanted; another version, somebody changed
it; gone, somebody deleted it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from iopsched.domain.publication import Publication
from iopsched.push.collection import Collection, Found, Refusal
from iopsched.push.compare import Event, differs_in_alarms_only, event_of, has_same_time, says_the_same
from iopsched.push.plan import Wanted
from iopsched.store.pushed import Pushed


class Memory(Protocol):
    """What was sent to which calendar; everything written is final at once."""

    def objects(self, target: str) -> Mapping[str, Pushed]:
        """Return what is remembered of a calendar, by uid."""

    def remember(self, target: str, pushed: Pushed) -> None:
        """Write down how an object was sent."""

    def forget(self, target: str, uid: str) -> None:
        """Strike an object."""


class Act(StrEnum):
    """What became of an object. The first group is ours, the second is somebody else's doing, left alone."""

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

    @property
    def is_conflict(self) -> bool:
        """Return whether somebody else's change stands in the way."""
        return self in (Act.MOVED, Act.EDITED, Act.DELETED, Act.UNKNOWN, Act.ELSEWHERE, Act.NO_CALENDAR)

    @property
    def has_moved(self) -> bool:
        """Return whether somebody else's time is to be told."""
        return self is Act.MOVED


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one object. ``wanted`` is None where it should be in the calendar no longer, ``theirs`` what is there."""

    uid: str
    act: Act
    wanted: Wanted | None = None
    theirs: Event | None = None


@dataclass(frozen=True, slots=True)
class Sync:
    """One calendar and what should be in it.

    ``base`` returns the object of a session as it was sent, for a comparison
    of three; None where that is not known. ``is_forced`` overwrites what
    people did; ``is_trial`` changes nothing.
    """

    collection: Collection
    memory: Memory
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
        """Do it, and tell of each object when it is done."""
        remembered = self.memory.objects(self.target)
        ours = {uid: pushed for uid, pushed in remembered.items() if pushed.week == self.publication.week}
        versions = self.collection.versions()
        if versions is None:
            if remembered and not self.is_forced:
                yield from (Result(uid, Act.NO_CALENDAR, wanted) for uid, wanted in sorted(self.wanted.items()))
                yield from (
                    self._dropped(pushed, None) for uid, pushed in sorted(ours.items()) if uid not in self.wanted
                )
                return
            if self.wanted and not self.is_trial:
                self.collection.make(self.title)
            versions = {}
        for uid, wanted in sorted(self.wanted.items()):
            yield self._held(wanted, remembered.get(uid), versions)
        for uid, pushed in sorted(ours.items()):
            if uid not in self.wanted:
                yield self._dropped(pushed, versions.get(pushed.href))

    def _held(self, wanted: Wanted, pushed: Pushed | None, versions: Mapping[str, str]) -> Result:
        href = pushed.href if pushed else self.collection.href(wanted.uid)
        etag = versions.get(href)
        if etag is None:
            if pushed is None or self.is_forced:
                return self._written(wanted, href, None)
            return Result(wanted.uid, Act.DELETED, wanted)
        if pushed is not None and etag == pushed.etag:
            if pushed.sha == wanted.sha:
                return Result(wanted.uid, Act.SAME, wanted)
            return self._written(wanted, href, etag)
        found = self.collection.get(href)
        if found is None:  # deleted since we looked
            return self._held(wanted, pushed, {})
        return self._compared(wanted, pushed, href, found)

    def _compared(self, wanted: Wanted, pushed: Pushed | None, href: str, found: Found) -> Result:
        """Decide about an object that is not known to be in the version that we wrote."""
        theirs, ours = event_of(found.data), event_of(wanted.data)
        if says_the_same(theirs, ours):
            self._remember(wanted, href, found.etag)
            return Result(wanted.uid, Act.ADOPTED, wanted)
        base = self._base(pushed)
        if self.is_forced or says_the_same(theirs, base):
            return self._written(wanted, href, found.etag)
        if pushed is None:
            return Result(wanted.uid, Act.UNKNOWN, wanted, theirs)
        if pushed.sha == wanted.sha and differs_in_alarms_only(theirs, base or ours):
            return Result(wanted.uid, Act.SAME, wanted)
        return Result(wanted.uid, Act.EDITED if has_same_time(theirs, base or ours) else Act.MOVED, wanted, theirs)

    def _dropped(self, pushed: Pushed, etag: str | None) -> Result:
        """Take away what is no longer wanted, unless somebody has made it theirs."""
        if etag is not None and etag != pushed.etag:
            found = self.collection.get(pushed.href)
            if found is not None and not self.is_forced and not says_the_same(event_of(found.data), self._base(pushed)):
                return self._kept(pushed, found)
            etag = found.etag if found else None
        if etag is None:
            self._forget(pushed.uid)
            return Result(pushed.uid, Act.FORGOTTEN)
        if not self.is_trial and self.collection.delete(pushed.href, etag) is Refusal.OTHER_VERSION:
            found = self.collection.get(pushed.href)
            if found is not None:
                return self._kept(pushed, found)
        self._forget(pushed.uid)
        return Result(pushed.uid, Act.REMOVED)

    def _kept(self, pushed: Pushed, found: Found) -> Result:
        theirs = event_of(found.data)
        return Result(pushed.uid, Act.EDITED if has_same_time(theirs, self._base(pushed)) else Act.MOVED, None, theirs)

    def _written(self, wanted: Wanted, href: str, etag: str | None) -> Result:
        """Write an object; where somebody was faster, what is there decides."""
        act = Act.NEW if etag is None else Act.CHANGED
        if self.is_trial:
            return Result(wanted.uid, act, wanted)
        version = self.collection.put(href, wanted.data, etag)
        if version is Refusal.SAME_UID_ELSEWHERE:
            return Result(wanted.uid, Act.ELSEWHERE, wanted)
        if isinstance(version, Refusal):
            return self._overtaken(wanted, href)
        self._remember(wanted, href, version or self._version_of(wanted, href))
        return Result(wanted.uid, act, wanted)

    def _overtaken(self, wanted: Wanted, href: str) -> Result:
        found = self.collection.get(href)
        theirs, ours = event_of(found.data) if found else None, event_of(wanted.data)
        if found is not None and says_the_same(theirs, ours):  # it was us: only the answer had been lost
            self._remember(wanted, href, found.etag)
            return Result(wanted.uid, Act.ADOPTED, wanted)
        if found is None:
            return Result(wanted.uid, Act.DELETED, wanted)
        return Result(wanted.uid, Act.EDITED if has_same_time(theirs, ours) else Act.MOVED, wanted, theirs)

    def _version_of(self, wanted: Wanted, href: str) -> str:
        """Return the version that a server gave to what it rewrote; blank where somebody has moved it already."""
        found = self.collection.get(href)
        if found is None or not has_same_time(event_of(found.data), event_of(wanted.data)):
            return ""
        return found.etag

    def _base(self, pushed: Pushed | None) -> Event | None:
        data = self.base(pushed) if pushed else None
        return event_of(data) if data else None

    def _remember(self, wanted: Wanted, href: str, etag: str) -> None:
        if not self.is_trial:
            publication = self.publication
            pushed = Pushed(
                wanted.uid, href, etag, wanted.sha, wanted.row.sequence, publication.week, publication.revision
            )
            self.memory.remember(self.target, pushed)

    def _forget(self, uid: str) -> None:
        if not self.is_trial:
            self.memory.forget(self.target, uid)
