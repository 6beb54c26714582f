"""``iopsched import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.issues import issue_list, print_issues
from iopsched.cli.options import AsJson, NewFolder, Week, path_argument, path_option, swept, week_of
from iopsched.cli.places import warn_of_place
from iopsched.errors import InputError
from iopsched.views.broken import violation_line
from iopsched.views.lacks import needs_line
from iopsched.words.phrases import count, shown

if TYPE_CHECKING:
    from iopsched.work.rosters import Imported

EPILOG = """\b
Examples:
  iopsched import roster.xlsx                        (in the clinic folder)
  iopsched import roster.xlsx --clinic myclinic --week 2026-11-30
  iopsched import ehr-export.csv --clinic myclinic --json
  iopsched import calendars/ --clinic myclinic       (a folder of .ics files)
  iopsched solve myclinic --previous myclinic/schedules/2026-11-30

Shapes: a grid by day and room, a list of appointments, a sheet for each
therapist, lists of attendees, calendar files. How the roster was read is
written into NAME.mapping.toml beside it; correct it and import again.

Exit code 0, 4 if the week breaks a rule or somebody lacks something, 3 if the
roster holds what cannot be understood: all of it is listed with its cell.
"""
MOST_LISTED = 20
_WHY = {
    "ordinary": "no appointment",
    "called_off": "called off",
    "other_week": "of another week",
    "not_understood": "not understood",
    "no_shape": "a sheet of no known shape",
    "hidden": "a hidden sheet",
    "old": "by its name not of this week (--sheet reads it)",
}
_Roster = Annotated[
    Path,
    path_argument(
        "ROSTER", "A spreadsheet (.xlsx), a list (.csv or text), or calendar files (.ics, or a folder of them)."
    ),
]
_Clinic = Annotated[
    Path | None,
    path_option("--clinic", "CLINIC", "The clinic folder or workbook. Default: this folder, or that of ROSTER.", swept),
]
_MappingFile = Annotated[
    Path | None,
    path_option("--mapping", "FILE", "How the roster is read; written if it is not there. Default: NAME.mapping.toml."),
]
_Sheet = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Read only this sheet of the workbook.")]


def importing(
    roster: _Roster,
    *,
    clinic: _Clinic = None,
    week: Week = None,
    folder: NewFolder = None,
    mapping: _MappingFile = None,
    sheet: _Sheet = None,
    as_json: AsJson = False,
) -> None:
    """Read the week that a clinic runs today: its sessions as a schedule folder, with what they break."""
    clinic = clinic or swept(work.rosters.clinic_of(roster, Path()))
    monday = None if week is None else week_of(week)
    try:
        found = work.rosters.import_roster(
            roster, clinic, monday, week_of(None), out=folder, mapping=mapping, sheet=sheet
        )
    except InputError as error:
        print_issues(error.issues, talk)
        talk("Nothing was written.")
        if as_json:
            out_json("import", {"status": "bad_input", "issues": issue_list(error.issues)})
        raise typer.Exit(Exit.BAD_INPUT) from None
    _tell(found, clinic)
    if as_json:
        status = "bad_input" if found.schedule is None else "imported"
        out_json("import", {"status": status, **found.facts(), "issues": issue_list(found.issues)})
    else:
        for row in found.violations:
            out(violation_line(row))
    if found.schedule is None:
        raise typer.Exit(Exit.BAD_INPUT)
    raise typer.Exit(Exit.UNMET if found.violations or found.short or found.lacking else Exit.DONE)


def _tell(found: Imported, clinic: Path) -> None:
    """Say what was read and how, what was left out and assumed, and what to do next."""
    talk(f"Week: {found.week.isoformat()}. Shape: {found.shape or 'none'}.")
    for name, number in found.sheets.items():
        talk(f"{name or 'The roster'}: {count(number, 'appointment or list', 'appointments or lists')}.")
    _tell_ignored(found)
    for what, times in found.guesses.items():
        talk(f"Assumed: {what} ({count(times, 'time')}).")
    print_issues(found.issues, talk)
    if found.mapping.exists():
        verb = "was written to" if found.is_mapping_new else "is read from"
        talk(f"How the roster is read {verb} {found.mapping}.")
    if found.schedule is None:
        talk("No week was written.")
        return
    talk(
        f"{count(len(found.schedule.sessions), 'session')} with {count(found.attendees, 'participant')}: {found.folder}"
    )
    warn_of_place(found.folder)
    broken = len(found.violations)
    talk(f"{count(broken, 'violation')} of the rules." if broken else "No rule is broken.")
    if found.short or found.lacking:
        talk(needs_line(found.short, found.people, found.lacking))
    if found.kept is not None:
        talk(f"The week that was there {found.kept.why}; it is kept in {found.kept.folder}.")
    talk(f"Look at it:    iopsched show {shown(clinic)} {shown(found.folder)}")
    talk(
        f"A better week: iopsched solve {shown(clinic)} --week {found.week.isoformat()} --previous {shown(found.folder)}"
    )


def _tell_ignored(found: Imported) -> None:
    for why, words in _WHY.items():
        places = [at for row in found.ignored if row.why == why and (at := str(row.place))]
        if places:
            more = f" and {len(places) - MOST_LISTED} more" if len(places) > MOST_LISTED else ""
            talk(f"Left out, {words}: {', '.join(places[:MOST_LISTED])}{more}.")
