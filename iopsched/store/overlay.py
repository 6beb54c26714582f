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

    A session that has begun is not held once more later. One that the schedule has in the past and that was not held
    then stays where the revision has it still to come; else it is gone.
    """
    told = {row.key: row.session for row in earlier.sessions if not row.is_cancelled}
    sessions = [session for session in told.values() if session.start < passed]
    begun = {key for key, session in told.items() if session.start < passed}
    taken = {session.id for session in sessions}
    for row in draft(earlier.site, schedule, earlier).sessions:
        session = row.session if row.session.start >= passed else told.get(row.key)
        if row.is_cancelled or row.key in begun or session is None:
            continue
        new = next(name for n in count() if (name := f"{session.id}-{n}" if n else session.id) not in taken)
        taken.add(new)
        sessions.append(replace(session, id=new))
    return replace(schedule, sessions=tuple(sorted(sessions, key=lambda session: session.id)))


def past_changes(earlier: Publication, schedule: Schedule, passed: Minute) -> tuple[Change, ...]:
    """Return what a schedule says otherwise of sessions that began before ``passed``."""
    return tuple(
        change
        for change in changes(earlier, schedule)
        if any(session is not None and session.start < passed for session in (change.before, change.after))
    )
