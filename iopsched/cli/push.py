"""``iopsched push``."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.folder import read_week
from iopsched.cli.options import AsJson, ClinicPath, FolderPath, FolderWeek, path_option
from iopsched.cli.pushwords import tell_conflicts, tell_refusals
from iopsched.cli.words import known_id
from iopsched.errors import ConflictError, UsageError
from iopsched.words.phrases import count, long_date, shown

if TYPE_CHECKING:
    from iopsched.domain.publication import Publication
    from iopsched.push import PushResult

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
_Url = Annotated[
    str, typer.Option("--caldav", metavar="URL", help="The folder on the server that holds the calendars.")
]
_User = Annotated[str | None, typer.Option("--user", envvar="IOPSCHED_CALDAV_USER", help="Your name on the server.")]
_PasswordFile = Annotated[
    Path | None, path_option("--password-file", "FILE", "A file that holds the password and nothing else.")
]
_Only = Annotated[str | None, typer.Option("--only", metavar="ID", help="Only the calendar of this therapist or room.")]
_Force = Annotated[bool, typer.Option("--force", help="Overwrite what somebody changed on the server.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Look, and say what would be done; change nothing.")]


def push(
    clinic: ClinicPath,
    folder: FolderPath = None,
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
    who = _who(user, password_file)
    server = work.appointments.server_of(caldav, *who)
    read = read_week(clinic, folder, week, is_published=True)
    if only is not None:
        ids = [*read.problem.therapist, *read.problem.room]
        only = known_id(only, "therapist or room", ids, lambda: _staff_and_rooms(clinic))
    reports: list[PushResult] = []

    def heed(report: PushResult) -> None:
        _talk_of(reports[-1:])
        reports.append(report)

    try:
        done = work.appointments.push(read, server, heed, only=only, is_forced=force, is_trial=dry_run)
        _talk_of(reports[-1:])
    except KeyboardInterrupt:
        talk(_so_far(reports, "Interrupted"))
        raise typer.Exit(Exit.INTERRUPTED) from None
    except (UsageError, ConflictError) as error:
        raise _stopped(error, reports) from None
    zone = ZoneInfo(read.problem.clinic.timezone)
    tell_conflicts(reports, zone, done.week, is_forced=force)
    tell_refusals(reports, zone)
    _tell(done, server.address.url, reports, as_json=as_json, is_dry_run=dry_run)
    is_whole = not any(report.conflicts or report.refused for report in reports)
    raise typer.Exit(Exit.DONE if is_whole else Exit.CONFLICT)


def _tell(done: Publication, url: str, reports: Sequence[PushResult], *, as_json: bool, is_dry_run: bool) -> None:
    if as_json:
        content = {"week": done.week.isoformat(), "revision": done.revision, "url": url, "dry_run": is_dry_run}
        out_json("push", {**content, "calendars": work.appointments.report_facts(reports)})
    else:
        verb = "Would bring" if is_dry_run else "Brought"
        week_words = f"revision {done.revision} of the week of {long_date(done.week)}"
        out(f"{verb} {week_words} to {count(len(reports), 'calendar')} in {url}: {_counts(reports)}.")


def _who(user: str | None, password_file: Path | None) -> tuple[str, str]:
    """Return user and password, both blank where neither is named."""
    password = os.environ.get(PASSWORD) if password_file is None else _read_password(password_file)
    if not user and not password:
        return "", ""
    if not user or ":" in user:
        raise UsageError("Name the user of the calendar server with --user; it holds no colon.")
    if not password:
        raise UsageError(f"The password is missing. Put it into {PASSWORD}, or into a file named by --password-file.")
    return user, password


def _read_password(path: Path) -> str:
    """Return what a file holds, and warn if others can read it."""
    password = work.appointments.password_in(path)
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        talk(f"Warning: others can read {path}. `chmod 600 {shown(path)}` keeps it to yourself.")
    return password


def _staff_and_rooms(clinic: Path) -> dict[str, str]:
    names = work.weeks.names_of(clinic)
    return {**names.therapists, **names.rooms}


def _stopped(error: UsageError | ConflictError, reports: Sequence[PushResult]) -> UsageError | ConflictError:
    """Return the error with what was done before it."""
    kind = ConflictError if isinstance(error, ConflictError) else UsageError
    return kind(f"{error} {_so_far(reports, 'Until then')}" if _done(reports) else str(error))


def _so_far(reports: Sequence[PushResult], begin: str) -> str:
    return f"{begin}: {count(_done(reports), 'appointment')} done. The same command goes on from there."


def _done(reports: Sequence[PushResult]) -> int:
    return sum(len(report.results) - len(report.refused) for report in reports)


def _talk_of(reports: Sequence[PushResult]) -> None:
    for report in reports:
        talk(f"{report.name}: {_counts([report])}")


def _counts(reports: Sequence[PushResult]) -> str:
    """Return for instance ``2 new, 14 unchanged``."""
    found = Counter(str(result.act) for report in reports for result in report.results)
    return ", ".join(f"{number} {act}" for act, number in sorted(found.items())) or "nothing to do"
