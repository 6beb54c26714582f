"""What has begun of a published week stays as it was published, whatever is published next; pure functions."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from iopsched.domain.publication import Change, Publication
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import Minute
from iopsched.store.revisions import changes, draft


def with_past(earlier: Publication, schedule: Schedule, passed: Minute) -> Schedule:
    """Return a schedule with the sessions that began before ``passed`` as a revision of its week has them.

    A session that has begun is not held once more later, and none begins in the past.
    """
    begun = {row.key: row.session for row in earlier.sessions if not row.is_cancelled and row.session.start < passed}
    taken = {session.id for session in begun.values()}
    sessions = [*begun.values()]
    for row in draft(earlier.site, schedule, earlier).sessions:
        if row.is_cancelled or row.key in begun or row.session.start < passed:
            continue
        stem = row.session.id
        new = next(name for n in count() if (name := f"{stem}-{n}" if n else stem) not in taken)
        taken.add(new)
        sessions.append(replace(row.session, id=new))
    return replace(schedule, sessions=tuple(sorted(sessions, key=lambda session: session.id)))


def past_changes(earlier: Publication, schedule: Schedule, passed: Minute) -> tuple[Change, ...]:
    """Return what a schedule says otherwise of sessions that began before ``passed``."""
    return tuple(
        change
        for change in changes(earlier, schedule)
        if any(session is not None and session.start < passed for session in (change.before, change.after))
    )
