"""A published week on a calendar server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from iopsched import ingest, store
from iopsched import push as pushing
from iopsched.domain.publication import Publication, PublishedSession
from iopsched.errors import UsageError
from iopsched.export.calendars import calendar_object, uid
from iopsched.export.edition import Edition
from iopsched.ingest.report import At
from iopsched.ingest.report import Report as Faults
from iopsched.ingest.source.sources import bytes_of
from iopsched.push import Address, Client, Login, PushResult, address_of, base_of, plan_of
from iopsched.push.plan import Maker
from iopsched.views.labels import Labels
from iopsched.words.phrases import shown
from iopsched.work.weeks import Read

_MOST_PASSWORD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Server:
    """The folder on a server that holds the calendars, and who we are there; nobody where ``login`` is None."""

    address: Address
    login: Login | None


def server_of(url: str, user: str = "", password: str = "") -> Server:
    """Return the server of an address as somebody writes it.

    Raises
    ------
    UsageError
        If it is no address that can be used.
    """
    return Server(address_of(url), Login(user, password) if user else None)


def password_in(path: Path) -> str:
    """Return the first line of a file; nothing of it is ever shown.

    Raises
    ------
    UsageError
        If the file cannot be read, or holds something else than a password.
    """
    report = Faults()
    data = bytes_of(path, At(path.name), report)
    if data is None:
        raise UsageError(f"{path}: {' '.join(str(issue.message) for issue in report.issues)}")
    if len(data) > _MOST_PASSWORD_BYTES:
        raise UsageError(f"{path} holds more than a password. It holds the password and nothing else.")
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no text file.") from None
    if not lines or not lines[0].strip():
        raise UsageError(f"{path} is empty. It holds the password and nothing else.")
    return lines[0].strip()


def push(
    read: Read,
    server: Server,
    on_report: Callable[[PushResult], None],
    *,
    only: str | None = None,
    is_forced: bool = False,
    is_trial: bool = False,
) -> Publication:
    """Bring a published week to the calendars of a server, or only to that of one therapist or room.

    ``on_report`` is called when a calendar's turn comes; its report grows from then on, and is right whenever this is
    stopped. Forced, also what somebody changed there is overwritten; a trial changes nothing.

    Raises
    ------
    UsageError
        If the week is not published as it is, or nothing can be done with the server.
    """
    publication = _published(read)
    make = _maker(read)
    base = base_of(lambda monday, revision: store.revision_of(read.home, monday, revision), make, uid)
    plan = plan_of(publication, make, uid, only)
    with store.push_state(read.home) as memory, Client(server.address, server.login) as client:
        reports = pushing.push(
            client, server.address, plan, memory, base, only=only, is_forced=is_forced, is_trial=is_trial
        )
        for report in reports:
            on_report(report)
    return publication


def _published(read: Read) -> Publication:
    """Return the last revision of the week, which must be the schedule in the folder."""
    found = store.draft(read.home, read.problem.clinic, read.schedule)
    if found.is_new:
        what = "was never published" if found.earlier is None else f"is not what revision {found.earlier.revision} says"
        command = f"iopsched publish {shown(read.clinic)} {shown(read.folder)}"
        raise UsageError(f"This week {what}, and only published weeks go to a server. `{command}` first.")
    return found.publication


def _maker(read: Read) -> Maker:
    """Return what makes a session's object; it leaves the machine and knows no name but the public ones of groups."""
    names = replace(
        ingest.read_names(read.clinic), participants={}, initials={}, therapists={}, credentials={}, rooms={}, groups={}
    )
    labels = Labels.of_calendars(None, names)
    editions: dict[int, Edition] = {}

    def make(publication: Publication, row: PublishedSession, therapist_id: str) -> bytes:
        if publication.revision not in editions:
            editions[publication.revision] = Edition(
                read.problem, publication.schedule, publication, (), (), labels, labels
            )
        return calendar_object(editions[publication.revision], row, read.problem.therapist.get(therapist_id))

    return make


def report_facts(reports: Sequence[PushResult]) -> list[dict[str, Any]]:
    """Return what became of each calendar for a machine."""
    return [
        {
            "name": report.name,
            **{str(act): number for act, number in sorted(report.counts.items())},
            "conflicts": [{"session_id": result.session_id, "what": str(result.act)} for result in report.conflicts],
            "refused": [{"session_id": result.session_id, "status": result.status} for result in report.refused],
        }
        for report in reports
    ]
