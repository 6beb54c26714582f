"""Options of every command that writes its answer as a page and a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iopsched.cli.options import path_option
from iopsched.views.labels import NameMode

AnswerFormats = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="FORMATS", help="Also write the answer as html, xlsx, with commas between."),
]
AnswerInto = Annotated[Path | None, path_option("--into", "DIR", "Where --to writes. Default: FOLDER/exports.")]
AnswerNames = Annotated[NameMode | None, typer.Option("--names", help="How --to shows participants. Default: id.")]
AnswerForced = Annotated[bool, typer.Option("--force", help="With --to: replace also files that were changed since.")]
