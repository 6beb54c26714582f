"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from iopsched import work
from iopsched.domain import timegrid
from iopsched.domain.timegrid import monday_of
from iopsched.errors import UsageError
from iopsched.words.phrases import shown


def clock() -> datetime:
    """Return the moment that it is: the only clock that a command reads to choose a week, or what of it has begun."""
    return datetime.now().astimezone()


def today() -> date:
    """Return today."""
    return clock().date()


def moment_of(text: str | None, option: str = "--now") -> datetime:
    """Return the moment that an option names, by default the clock; without a time zone it is the clinic's time."""
    if text is None:
        return clock()
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{option} {text!r} is no moment. Write date and time, such as 2026-12-02T10:00.") from None


def week_of(text: str | None) -> date:
    """Return the Monday of the week that ``--week`` names; by default the next Monday."""
    if text is None:
        return planned_week(monday_of(today()) + timedelta(days=7))
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"--week {text!r} is not a date. Write any date of the week, such as 2026-11-30.") from None
    return planned_week(day)


def planned_week(day: date) -> date:
    """Return the Monday of the week of a date; a week that nobody can plan is a usage error."""
    try:
        return timegrid.week_of(day)
    except ValueError as error:
        raise UsageError(f"{error} Write any date of the week with --week, such as 2026-11-30.") from None


def odd_week(monday: date) -> str:
    """Return a warning about a week that is over or far ahead, which may be a slip of the pen; else blank."""
    if monday + timedelta(days=6) < today():
        return f"Warning: the week of {monday.isoformat()} is over."
    if monday > today() + timedelta(days=366):
        return f"Warning: the week of {monday.isoformat()} is more than a year ahead."
    return ""


_Given = TypeVar("_Given", bound=Path | None)


def swept(clinic: _Given) -> _Given:
    """Sweep what a command that was killed left of a clinic; every command that is given one begins with it."""
    if clinic is not None:
        work.weeks.sweep(clinic)
    return clinic


def path_option(names: str, metavar: str, text: str, then: Callable[[Any], Any] | None = None) -> Any:
    """Return an option that takes a path, under one name or several; ``then`` is called with the path."""
    name, *others = names.split()
    return typer.Option(name, *others, metavar=metavar, path_type=str, help=text, callback=_path_named(name, then))


def path_argument(name: str, text: str, then: Callable[[Any], Any] | None = None) -> Any:
    """Return an argument that is a path; ``then`` is called with it."""
    return typer.Argument(metavar=name, path_type=str, help=text, show_default=False, callback=_path_named(name, then))


def paths_argument(name: str, text: str) -> Any:
    """Return an argument that is one path or several."""
    one = _path_named(name, None)
    return typer.Argument(
        metavar=name, path_type=str, help=text, show_default=False, callback=lambda texts: [one(text) for text in texts]
    )


def _path_named(name: str, then: Callable[[Any], Any] | None) -> Callable[[str | None], Any]:
    """Return what refuses a blank path, as of a script's variable that is not set: no current folder is meant.

    A callback and no parser: of an argument with a parser the help names the Python type.
    """

    def path(text: str | None) -> Any:
        if text is not None and not text.strip():
            raise UsageError(f"{name} is blank. Name a file or folder; a dot is the current folder.")
        found = None if text is None else Path(text)
        return found if then is None else then(found)

    return path


ClinicPath = Annotated[Path, path_argument("CLINIC", "The clinic folder, or its workbook (.xlsx).", swept)]
FolderPath = Annotated[
    Path | None,
    path_argument("FOLDER", "A schedule folder. Default: the newest of the week, a draft before what is published."),
]
Week = Annotated[
    str | None,
    typer.Option("--week", metavar="DATE", help="Any date of the week. Default: the week of next Monday."),
]
FolderWeek = Annotated[
    str | None,
    typer.Option(
        "--week",
        metavar="DATE",
        help="Any date of the week. Default: that of FOLDER; without it next Monday's, or the last.",
    ),
]
Previous = Annotated[
    Path | None,
    path_option(
        "--previous", "FOLDER|none", "Change little of this one. Default: what was published of this week or the last."
    ),
]
KeepOption = Annotated[
    str | None,
    typer.Option(
        "--keep", metavar="FOLDER[:ID,ID]", help="Hold sessions exactly as FOLDER has them, all or those named."
    ),
]
Now = Annotated[
    str | None,
    typer.Option("--now", metavar="DATETIME", help="What of a published week began before stays. Default: the clock."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for a machine.")]
NewFolder = Annotated[
    Path | None,
    path_option("--out -o", "FOLDER", "Where to write. Default: CLINIC/schedules/MONDAY, or the draft beside it."),
]
Seconds = Annotated[
    float | None,
    typer.Option(metavar="S", help="Seconds for the whole command. Default: 60, or 3600 with --deterministic-limit."),
]
Effort = Annotated[
    float | None,
    typer.Option(metavar="S", help="Search effort in seconds of one undisturbed core; repeatable with --workers 1."),
]
Seed = Annotated[int, typer.Option(metavar="N", help="Another seed searches in another order.")]
Workers = Annotated[int, typer.Option(metavar="N", help="Search threads; 0 = all cores, 1 = repeatable.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]


def line_as_typed(context: typer.Context) -> str:
    """Return the command that runs with all that was typed, to be typed again."""
    words = [context.command_path]
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if source is None or source.name != "COMMANDLINE":
            continue
        value = context.params[parameter.name or ""]
        values = [
            f"{one:g}" if isinstance(one, float) else shown(Path(str(one)))
            for one in (value if isinstance(value, list | tuple) else [value])
        ]
        if parameter.param_type_name == "argument":
            words += values
        elif isinstance(value, bool):
            words += parameter.opts[:1]
        else:
            words += [word for text in values for word in (parameter.opts[0], text)]
    return " ".join(words)
