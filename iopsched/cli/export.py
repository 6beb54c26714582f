"""``iopsched export``."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.folder import read_week
from iopsched.cli.options import AsJson, ClinicPath, FolderPath, FolderWeek, path_option
from iopsched.cli.places import warn_of_place
from iopsched.cli.words import known_id
from iopsched.errors import UsageError
from iopsched.export.formats import MAKERS, Format
from iopsched.files.output import EXPORTS
from iopsched.views.labels import NameMode, names_warning
from iopsched.words.papers import paper_languages
from iopsched.words.phrases import count, shown

if TYPE_CHECKING:
    from iopsched.export.writing import Written
    from iopsched.work.exports import Exported

EPILOG = (
    """\b
Examples:
  iopsched export myclinic myclinic/schedules/2026-11-30
  iopsched export myclinic myclinic/schedules/2026-11-30 --to html --open
  iopsched export myclinic myclinic/schedules/2026-11-30 --to handouts,pdf --names full
  iopsched export myclinic myclinic/schedules/2026-11-30 --to handouts --names full --language es

\b
"""
    + "".join(f"  {name:<10}{line}\n" for name, (_, line) in MAKERS.items())
    + """
Unless --names says otherwise, rosters show ids and calendars nobody at all.
"""
)
DEFAULT = "xlsx,html,ics"
MOST_LEFT = 5
_To = Annotated[list[str], typer.Option("--to", metavar="FORMATS", help="Which formats, with commas between.")]
_Names = Annotated[
    NameMode | None,
    typer.Option("--names", help="How participants are shown. Default: id in rosters, none in calendars."),
]
_Language = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="CODE",
        help=f"Language of participants' handouts: {' or '.join(sorted(paper_languages().values()))}. "
        "Default: the first of each participant's own in participants.csv that there is, else en.",
    ),
]
_Into = Annotated[Path | None, path_option("--into", "DIR", "Where to write. Default: FOLDER/exports.")]
_Open = Annotated[bool, typer.Option("--open", help="Open the page, or else the first file, when it is written.")]
_Force = Annotated[
    bool, typer.Option("--force", help="Replace also files that iopsched did not write, or that were changed since.")
]


def export(
    clinic: ClinicPath,
    folder: FolderPath = None,
    *,
    to: _To = [DEFAULT],  # noqa: B006 - typer copies it
    names: _Names = None,
    language: _Language = None,
    into: _Into = None,
    week: FolderWeek = None,
    force: _Force = False,
    show_page: _Open = False,
    as_json: AsJson = False,
) -> None:
    """Write rosters, pages, handouts and calendars of the week."""
    formats = formats_of(to)
    code = (
        None if language is None else known_id(language.strip().casefold(), "language", [*paper_languages().values()])
    )
    read = read_week(clinic, folder, week)
    for issue in read.issues:
        talk(f"Warning: {issue}")
    target = into or read.folder / EXPORTS
    warn_of_place(target)
    done = work.exports.export(read, target, formats, names, datetime.now(UTC), is_forced=force, language=code)
    for warning in done.warnings:
        talk(f"Warning: {warning}")
    notes = [*_left_notes(done.written), *_notes(done, f"{shown(clinic)} {shown(read.folder)}", formats, names)]
    if as_json:
        out_json("export", {**done.facts(), "notes": notes})
    else:
        for line in lines_of(target, done.files):
            out(line)
        for note in notes:
            talk(note)
    if show_page:
        paths = done.written.paths
        page = next((path for path in paths if path.suffix == ".html" and path.parent == target), paths[0])
        webbrowser.open(page.absolute().as_uri())


def _left_notes(done: Written) -> list[str]:
    """Return the files left alone: the first few of our own by name, the number of others in each folder."""
    notes = []
    if left := done.changed:
        more = f" and {len(left) - MOST_LEFT} more" if len(left) > MOST_LEFT else ""
        subject, verb = ("This file was", "stays") if len(left) == 1 else (f"These {len(left)} files were", "stay")
        listing = ", ".join(str(path) for path in left[:MOST_LEFT])
        notes.append(f"{subject} changed since iopsched wrote it and {verb}: {listing}{more}.")
    for folder, number in done.others.items():
        verb = "is not of this export and stays" if number == 1 else "are not of this export and stay"
        notes.append(f"{count(number, 'file')} in {folder} {verb}.")
    return notes


def formats_of(texts: Sequence[str]) -> list[Format]:
    """Return the formats that ``--to`` names."""
    words = [word.strip().casefold() for text in texts for word in text.split(",") if word.strip()]
    if not words:
        raise UsageError(f"Name at least one format with --to: {', '.join(Format)}.")
    return [Format(known_id(word, "format", [str(name) for name in Format])) for word in dict.fromkeys(words)]


def _notes(done: Exported, where: str, formats: Sequence[Format], names: NameMode | None) -> list[str]:
    """Return what whoever hands the files on has to know; ``where`` is how commands name the clinic and the week."""
    notes, edition = [], done.edition
    if edition.violations:
        broken = count(len(edition.violations), "rule violation")
        notes.append(f"Warning: this week has {broken}. `iopsched verify {where}` lists them.")
    if Format.ICS in formats:
        warning = "" if names in (None, NameMode.NONE) else "Warning: "
        notes.append(f"{warning}{done.disclosure}")
        if edition.publication.is_draft:
            notes.append(
                "The calendars are drafts: what is not published stands there as tentative. "
                f"`iopsched publish {where}` makes the week official."
            )
        if edition.running:
            weeks = ", ".join(one.publication.week.isoformat() for one in edition.running)
            notes.append(f"The calendars also hold what is published of other weeks that have not ended: {weeks}.")
        notes.append(
            "Who subscribed to a calendar sees changes late: Google after 8 to 24 hours, Outlook on the web after 3 to "
            f"24. `iopsched push {where} --caldav URL` shows them at once."
        )
    if names in (NameMode.INITIALS, NameMode.FULL) and any(name is not Format.ICS for name in formats):
        notes.append(names_warning(names, "the rosters show"))
    return notes


def lines_of(target: Path, files: Sequence[str]) -> list[str]:
    """Return one line for each file, and one for each folder of them."""
    folders: dict[str, int] = {}
    for path in files:
        folder = path.rpartition("/")[0]
        folders[folder] = folders.get(folder, 0) + 1
    lines = [str(target / path) for path in files if "/" not in path]
    return [*lines, *(f"{target / folder}  ({count(number, 'file')})" for folder, number in folders.items() if folder)]
