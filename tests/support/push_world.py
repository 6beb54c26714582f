"""Weeks to push, and a plain stand-in for what makes calendar objects. Also a program that a test kills:

``python -m tests.support.push_world HOME URL PUTS`` pushes revision 1 and dies right after so many PUTs, before it can write down the last.
"""

import os
import sys
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from iopsched import store
from iopsched.domain.clinic import Clinic
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import ALWAYS, DAY, HOUR
from iopsched.push import Client, Login, address_of, base_of, plan_of, push
from iopsched.push.collection import Collection

WEEK = date(2026, 11, 30)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
CLINIC = Clinic("Harbor Bend", "harbor", "America/New_York", ALWAYS, ("adult",), 30, "generic", (), {}, {}, {}, {})


def mornings(*, days=(0, 2, 4), hour=9, lead="T1", room="R1", title="in_person"):
    """A group on some mornings; ids follow the days."""
    return tuple(
        Session(
            f"G1-{day}",
            "group",
            day * DAY + hour * HOUR,
            day * DAY + (hour + 3) * HOUR,
            (lead,),
            ("P1", "P2"),
            title,
            "G1",
            room,
        )
        for day in days
    )


def alone(hour=14, lead="T2"):
    """An hour of one participant, online."""
    return Session(
        "individual-1", "individual", DAY + hour * HOUR, DAY + (hour + 1) * HOUR, (lead,), ("P1",), "telehealth"
    )


def week(*sessions, monday=WEEK):
    return Schedule(monday, tuple(sorted(sessions)))


FIRST = week(*mornings(), alone())


def uid(publication, key):
    return f"{uuid.uuid5(uuid.NAMESPACE_URL, f'{publication.site} {publication.week} {key}')}@iopsched"


def make(publication, row, _reader="", zone=ZONE):
    """A small object that tells its times in UTC."""
    session = row.session
    midnight = datetime.combine(publication.week, datetime.min.time(), zone)
    start, end = ((midnight + timedelta(minutes=m)).astimezone(UTC) for m in (session.start, session.end))
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//iopsched//test", "BEGIN:VEVENT", f"UID:{uid(publication, row.key)}",
        f"DTSTAMP:{row.stamped:%Y%m%dT%H%M%SZ}", f"LAST-MODIFIED:{row.stamped:%Y%m%dT%H%M%SZ}", f"SEQUENCE:{row.sequence}",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}", "SUMMARY:Session", f"LOCATION:{session.room_id or ''}",
        f"DESCRIPTION:{session.modality} with {' '.join(session.therapist_ids)}", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def publish(home, schedule, hours=0):
    return store.publish(home, CLINIC, schedule, now=NOW + timedelta(hours=hours), actor="dana").publication


def run(home, root, login, publication, *, client=None, **options):
    """Push a revision; return the acts by calendar and uid."""
    plan = plan_of(publication, make, uid, options.get("only"))
    base = base_of(lambda monday, revision: store.revision_of(home, monday, revision), make, uid)
    with store.push_state(home) as memory, client or Client(root, login, timeout_s=10) as to:
        reports = list(push(to, root, plan, memory, base, **options))
    return {report.name: {result.uid: result for result in report.results} for report in reports}


def acts(found):
    """Return the acts of all calendars, sorted."""
    return sorted(str(result.act) for results in found.values() for result in results.values())


def uids(publication):
    """Return session id -> uid."""
    return {row.session.id: uid(publication, row.key) for row in publication.sessions}


def moved(session, hours):
    return replace(session, start=session.start + hours * HOUR, end=session.end + hours * HOUR)


if __name__ == "__main__":
    folder, url, puts = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    left = [puts]
    put = Collection.put

    def dying(self, *arguments):
        answer = put(self, *arguments)
        left[0] -= 1
        if not left[0]:
            os._exit(9)
        return answer

    Collection.put = dying
    login = Login(os.environ["PUSH_USER"], os.environ["PUSH_PASSWORD"])
    run(folder, address_of(url), login, store.latest(folder, WEEK))
