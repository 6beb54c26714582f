"""``iopsched push``."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.folder import read_week
from iopsched.cli.options import AsJson, ClinicPath, FolderPath, FolderWeek
from iopsched.cli.pushwords import tell_conflicts, tell_refusals
from iopsched.cli.words import known_id
from iopsched.domain.publication import Publication, PublishedSession
from iopsched.errors import ConflictError, UsageError
from iopsched.words.phrases import count, long_date, shown

if TYPE_CHECKING:
    from iopsched.push import Login, Report, ServerError
    from iopsched.push.plan import Maker
    from iopsched.work.weeks import Read

EPILOG = """\b
Examples:
  iopsched push myclinic myclinic/schedules/2026-11-30 \\
      --caldav https://calendar.example.org/clinic/ --user clinic
  iopsched push myclinic myclinic/schedules/2026-11-30 --caldav URL --dry-run

Keeps one calendar for each therapist and each room below the address, such as
therapist-T01. Only a published week is pushed, and no participant with it.

The password comes from IOPSCHED_CALDAV_PASSWORD or --password-file. What
somebody moved or deleted there is kept and told, exit code 7, unless --force.
What the server refuses is told, exit code 7, and the rest goes on. Stopped at
any moment, the same command goes on where it was.
"""
PASSWORD = "IOPSCHED_CALDAV_PASSWORD"  # noqa: S105 - the name of the variable
_MOST_PASSWORD_BYTES = 4096
_Url = Annotated[
    str, typer.Option("--caldav", metavar="URL", help="The folder on the server that holds the calendars.")
]
_User = Annotated[str | None, typer.Option("--user", envvar="IOPSCHED_CALDAV_USER", help="Your name on the server.")]
_PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", metavar="FILE", help="A file that holds the password and nothing else."),
]
_Only = Annotated[str | None, typer.Option("--only", metavar="ID", help="Only the calendar of this therapist or room.")]
_Force = Annotated[bool, typer.Option("--force", help="Overwrite what somebody changed on the server.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Look, and say what would be done; change nothing.")]


def push(
    clinic: ClinicPath,
    folder: FolderPath,
    *,
    caldav: _Url,
    user: _User = None,
    password_file: _PasswordFile = None,
    only: _Only = None,
    week: FolderWeek = None,
    force: _Force = False,
    dry_run: _DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring the published week to the calendars on a CalDAV server."""
    from iopsched import push as pushing  # noqa: PLC0415 - keeps --help quick
    from iopsched import store  # noqa: PLC0415 - keeps --help quick
    from iopsched.export.calendars import uid  # noqa: PLC0415 - keeps --help quick
    from iopsched.ingest import read_names  # noqa: PLC0415 - keeps --help quick

    address = pushing.address_of(caldav)
    login = _login(user, password_file)
    read = read_week(clinic, folder, week)
    if only is not None:
        only = known_id(
            only,
            "therapist or room",
            [*read.problem.therapist, *read.problem.room],
            lambda: {**(names := read_names(clinic)).therapists, **names.rooms},
        )
    home = store.clinic_home(clinic)
    publication = _published(clinic, folder, home, read)
    make = _maker(clinic, read)
    plan = pushing.plan_of(publication, make, uid, only)
    base = pushing.base_of(lambda monday, revision: store.revision_of(home, monday, revision), make, uid)
    reports: list[Report] = []
    try:
        with store.push_state(home) as memory, pushing.Client(address, login) as client:
            for report in pushing.push(
                client, address, plan, memory, base, only=only, is_forced=force, is_trial=dry_run
            ):
                _talk_of(reports[-1:])
                reports.append(report)
        _talk_of(reports[-1:])
    except KeyboardInterrupt:
        talk(_so_far(reports, "Interrupted"))
        raise typer.Exit(Exit.INTERRUPTED) from None
    except (pushing.ServerError, ConflictError) as error:
        raise _stopped(error, reports) from None
    zone = ZoneInfo(read.problem.clinic.timezone)
    tell_conflicts(reports, zone, publication.week, is_forced=force)
    tell_refusals(reports, zone)
    if as_json:
        out_json("push", _facts(publication, address.url, reports, is_dry_run=dry_run))
    else:
        verb = "Would bring" if dry_run else "Brought"
        week_words = f"revision {publication.revision} of the week of {long_date(publication.week)}"
        out(f"{verb} {week_words} to {count(len(reports), 'calendar')} in {address.url}: {_counts(reports)}.")
    is_whole = not any(report.conflicts or report.refused for report in reports)
    raise typer.Exit(Exit.DONE if is_whole else Exit.CONFLICT)


def _login(user: str | None, password_file: Path | None) -> Login | None:
    """Return who we are; None where neither a user nor a password is named."""
    from iopsched.push import Login  # noqa: PLC0415 - keeps --help quick

    password = os.environ.get(PASSWORD) if password_file is None else _read_password(password_file)
    if not user and not password:
        return None
    if not user or ":" in user:
        raise UsageError("Name the user of the calendar server with --user; it holds no colon.")
    if not password:
        raise UsageError(f"The password is missing. Put it into {PASSWORD}, or into a file named by --password-file.")
    return Login(user, password)


def _read_password(path: Path) -> str:
    """Return the first line of a file; nothing of it is ever shown."""
    from iopsched.ingest.report import At, Report  # noqa: PLC0415 - keeps --help quick
    from iopsched.ingest.source import bytes_of  # noqa: PLC0415 - keeps --help quick

    report = Report()
    data = bytes_of(path, At(path.name), report)
    if data is None:
        raise UsageError(f"{path}: {' '.join(issue.message for issue in report.issues)}")
    if len(data) > _MOST_PASSWORD_BYTES:
        raise UsageError(f"{path} holds more than a password. It holds the password and nothing else.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no text file.") from None
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise UsageError(f"{path} is empty. It holds the password and nothing else.")
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        talk(f"Warning: others can read {path}. `chmod 600 {shown(path)}` keeps it to yourself.")
    return lines[0].strip()


def _published(clinic: Path, folder: Path, home: Path, read: Read) -> Publication:
    """Return the last revision of the week, which must be the schedule in the folder."""
    from iopsched import store  # noqa: PLC0415 - keeps --help quick

    found = store.draft(home, read.problem.clinic, read.schedule)
    if found.is_new:
        what = "was never published" if found.earlier is None else f"is not what revision {found.earlier.revision} says"
        command = f"iopsched publish {shown(clinic)} {shown(folder)}"
        raise UsageError(f"This week {what}, and only published weeks go to a server. `{command}` first.")
    return found.publication


def _maker(clinic: Path, read: Read) -> Maker:
    """Return what makes a session's object; it knows no name but the public ones of groups."""
    from iopsched.export.calendars import calendar_object  # noqa: PLC0415 - keeps --help quick
    from iopsched.export.edition import Edition  # noqa: PLC0415 - keeps --help quick
    from iopsched.ingest import read_names  # noqa: PLC0415 - keeps --help quick
    from iopsched.views.labels import Labels, NameMode  # noqa: PLC0415 - keeps --help quick

    names = replace(
        read_names(clinic), participants={}, initials={}, therapists={}, credentials={}, rooms={}, groups={}
    )
    labels = Labels(NameMode.NONE, names)
    editions: dict[int, Edition] = {}

    def make(publication: Publication, row: PublishedSession, therapist_id: str) -> bytes:
        if publication.revision not in editions:
            editions[publication.revision] = Edition(
                read.problem, publication.schedule, publication, (), (), labels, labels
            )
        return calendar_object(editions[publication.revision], row, read.problem.therapist.get(therapist_id))

    return make


def _stopped(error: ServerError | ConflictError, reports: Sequence[Report]) -> UsageError | ConflictError:
    """Return the error with what was done before it."""
    done = _done(reports)
    return type(error)(f"{error} {_so_far(reports, 'Until then')}" if done else str(error))


def _so_far(reports: Sequence[Report], begin: str) -> str:
    return f"{begin}: {count(_done(reports), 'appointment')} done. The same command goes on from there."


def _done(reports: Sequence[Report]) -> int:
    return sum(len(report.results) - len(report.refused) for report in reports)


def _talk_of(reports: Sequence[Report]) -> None:
    for report in reports:
        talk(f"{report.name}: {_counts([report])}")


def _counts(reports: Sequence[Report]) -> str:
    """Return for instance ``2 new, 14 unchanged``."""
    found = Counter(str(result.act) for report in reports for result in report.results)
    return ", ".join(f"{number} {act}" for act, number in sorted(found.items())) or "nothing to do"


def _facts(publication: Publication, url: str, reports: Sequence[Report], *, is_dry_run: bool) -> dict[str, object]:
    return {
        "week": publication.week.isoformat(),
        "revision": publication.revision,
        "url": url,
        "dry_run": is_dry_run,
        "calendars": [
            {
                "name": report.name,
                **{str(act): number for act, number in sorted(report.counts.items())},
                "conflicts": [
                    {"session_id": result.wanted.row.session.id if result.wanted else None, "what": str(result.act)}
                    for result in report.conflicts
                ],
                "refused": [
                    {"session_id": result.wanted.row.session.id if result.wanted else None, "status": result.status}
                    for result in report.refused
                ],
            }
            for report in reports
        ],
    }
