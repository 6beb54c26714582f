"""``iopsched init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, talk
from iopsched.cli.options import path_argument, week_of
from iopsched.cli.words import known_id
from iopsched.errors import UsageError
from iopsched.files.newplaces import ENDING, is_workbook_name
from iopsched.words.phrases import shown

EPILOG = """\b
Examples:
  iopsched init myclinic
  iopsched init myclinic --template complete
  iopsched init myclinic.xlsx        (one Excel workbook)
  iopsched init myclinic --empty     (headers, remarks and defaults, no people)
  iopsched init --list
"""
DEFAULT = "complete"
_Target = Annotated[Path | None, path_argument("FOLDER", "A new folder, or FILE.xlsx.")]
_Xlsx = Annotated[bool, typer.Option("--xlsx", help="Write one Excel workbook with a sheet per table.")]
_Template = Annotated[str, typer.Option(metavar="NAME", help="Which example to start from.")]
_Empty = Annotated[bool, typer.Option("--empty", help="Headers, remarks and defaults; nobody's people.")]
_List = Annotated[bool, typer.Option("--list", help="List the examples.")]


def init(
    folder: _Target = None,
    *,
    template: _Template = DEFAULT,
    empty: _Empty = False,
    xlsx: _Xlsx = False,
    show_list: _List = False,
) -> None:
    """Write a ready clinic folder (or workbook) to edit, copied from an example."""
    found = work.templates.templates()
    if show_list:
        out("\n".join(f"{name}\t{work.templates.first_words(path)}" for name, path in found.items()))
        return
    if folder is None:
        raise UsageError("Name the new folder: `iopsched init FOLDER`.")
    if xlsx and not is_workbook_name(folder):
        folder = folder.with_name(f"{folder.name}{ENDING}")
    if empty:
        _make_blank(folder, template)
        return
    if not found:
        raise UsageError("This installation has no examples to start from.")
    week = work.templates.WEEKS.get(template) or week_of(None).isoformat()
    source = found[known_id(template, "template", found)]
    if is_workbook_name(folder):
        work.templates.write_workbook(source, folder)
    else:
        work.templates.copy_template(source, folder)
    out(str(folder))
    talk(
        f"A clinic with made-up people is in {folder}; put yours in their place.\n"
        "Next:\n"
        f"  iopsched check {shown(folder)} --week {week}\n"
        f"  iopsched week {shown(folder)} --week {week}"
    )


def _make_blank(folder: Path, template: str) -> None:
    if template != DEFAULT:
        raise UsageError("--empty has nobody's people, --template those of an example. Choose one.")
    work.blanks.write_blank(folder)
    where = "the comment on each column" if is_workbook_name(folder) else "README.md"
    out(str(folder))
    talk(
        f"An empty clinic is in {folder}: name, time zone, opening hours and blocks wait for yours, and {where} says "
        "what belongs in it. Begin with rooms, therapists and participants; what you leave empty is not used.\n"
        "Next:\n"
        f"  iopsched check {shown(folder)}"
    )
