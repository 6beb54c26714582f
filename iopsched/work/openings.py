"""Opening clinics: those opened lately, folders in which there may be some, copies of examples, what a clinic is called.

What one person opened lately stands in a file of their own, which holds paths and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from iopsched import ingest, work
from iopsched.domain.timegrid import monday_of
from iopsched.errors import ConflictError, InputError, UsageError
from iopsched.files.folders import make_folders, replace_file
from iopsched.files.locks import lock
from iopsched.files.newplaces import is_workbook_name
from iopsched.files.reading import UnreadableError, read_bytes
from iopsched.store import clinic_home, history

RECENT = "recent.json"
LANGUAGE = "language.txt"
MOST_RECENT = 12
MOST_LISTED = 500
_MOST_BYTES = 200_000
_MOST_LANGUAGE_BYTES = 20
_SETTINGS = "clinic.toml"


@dataclass(frozen=True, slots=True)
class RecentClinic:
    """A clinic opened lately: where it lies, its name, whether it is there, and whether somebody is writing in it now."""

    path: Path
    label: str
    is_there: bool
    is_held: bool


@dataclass(frozen=True, slots=True)
class ExampleClinic:
    """An example: the name that commands call it by, the clinic's name, and what it says of itself."""

    name: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A folder or workbook in a folder."""

    path: Path
    is_clinic: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds, clinics first; ``more`` is how many entries are not told."""

    rows: tuple[Listed, ...]
    more: int


@dataclass(frozen=True, slots=True)
class AboutClinic:
    """What a clinic is called, the Mondays of the weeks that it has, the last first, and the one that is meant unasked."""

    label: str
    weeks: tuple[date, ...]
    week: date


def personal_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder for what is one person's and no clinic's: settings of this program on this computer."""
    if sys.platform == "win32":
        base = environment.get("APPDATA") or str(Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin" and not environment.get("XDG_CONFIG_HOME"):
        base = str(Path.home() / "Library" / "Application Support")
    else:
        base = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "iopsched"


def recent() -> tuple[RecentClinic, ...]:
    """Return the clinics opened lately, the last first."""
    return tuple(RecentClinic(path, _label(path), is_clinic(path), _is_held(path)) for path in _recent_paths())


def remember(clinic: Path) -> None:
    """Note that a clinic was opened; where the disk refuses, it is not remembered."""
    whole = clinic.expanduser().resolve()
    paths = [whole, *(path for path in _recent_paths() if path != whole)][:MOST_RECENT]
    _write_personal(RECENT, json.dumps([str(path) for path in paths], indent=1))


def remember_language(code: str) -> None:
    """Note in which language somebody reads the page; where the disk refuses, it is not remembered."""
    _write_personal(LANGUAGE, f"{code}\n")


def language() -> str:
    """Return the code of the language that was chosen for the page last, blank where none was."""
    try:
        return read_bytes(personal_folder() / LANGUAGE, _MOST_LANGUAGE_BYTES).decode("ascii").strip()
    except (UnreadableError, UnicodeDecodeError):
        return ""


def is_clinic(path: Path) -> bool:
    """Return whether a path looks like a clinic: a folder with ``clinic.toml``, or a workbook."""
    try:
        return (path / _SETTINGS).is_file() or (path.is_file() and is_workbook_name(path))
    except OSError:
        return False


def listed(folder: Path) -> Listing:
    """Return the folders and workbooks in a folder, clinics first; what is hidden is left out.

    Raises
    ------
    UsageError
        If the folder cannot be read.
    """
    try:
        paths = [path for path in folder.iterdir() if not path.name.startswith((".", "~$"))]
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}.") from None
    rows = [Listed(path, is_clinic(path)) for path in paths if _is_shown(path)]
    rows.sort(key=lambda row: (not row.is_clinic, row.path.name.casefold()))
    return Listing(tuple(rows[:MOST_LISTED]), max(0, len(rows) - MOST_LISTED))


def examples() -> tuple[ExampleClinic, ...]:
    """Return the example clinics; what each says of itself does not begin with its name again."""
    return tuple(_example(name, path) for name, path in work.templates.templates().items())


def _example(name: str, path: Path) -> ExampleClinic:
    label = _label(path)
    words = work.templates.first_words(path).removeprefix(f"{label}: ")
    return ExampleClinic(name, label, words[:1].upper() + words[1:])


def copy_example(name: str, parent: Path | None = None) -> Path:
    """Copy an example into a new folder, by default in the person's folder, and return it.

    Raises
    ------
    UsageError
        If there is no such example, or the disk refuses.
    """
    source = work.templates.templates().get(name)
    if source is None:
        raise UsageError(f"There is no example {name}.")
    place = parent or Path.home()
    numbers = ("", *(f"-{number}" for number in range(2, 100)))
    target = next(
        (place / f"iopsched-{name}{end}" for end in numbers if not (place / f"iopsched-{name}{end}").exists()), None
    )
    if target is None:
        raise UsageError(f"{place} has a hundred copies of this example. Delete some.")
    work.templates.copy_template(source, target)
    return target


def about(clinic: Path, now: date) -> AboutClinic:
    """Return what a clinic is called and which weeks it has; its tables may have faults.

    The week meant unasked is next Monday's where it has a folder, else the last before it, else that of an example, else next Monday's.
    """
    planned = monday_of(now) + timedelta(days=7)
    mondays = set(work.drafts.weeks_with_folders(clinic, planned))
    with contextlib.suppress(ConflictError):  # a damaged store hides no week that lies in folders
        mondays |= {row.week for row in history(clinic_home(clinic))}
    weeks = tuple(sorted(mondays, reverse=True))
    week = next((monday for monday in weeks if monday <= planned), weeks[-1] if weeks else planned)
    return AboutClinic(_label(clinic), weeks, week)


def _label(path: Path) -> str:
    """Return a clinic's name, the name of its folder where it tells none."""
    try:
        name = ingest.own_settings(path).get("name")
    except (InputError, UsageError, OSError):
        name = None
    return name if isinstance(name, str) and name.strip() else path.stem


def _write_personal(name: str, text: str) -> None:
    folder = personal_folder()
    try:
        make_folders(folder)
        replace_file(folder / name, text.encode())
    except (OSError, UsageError, ConflictError):
        return


def _recent_paths() -> list[Path]:
    try:
        found = json.loads(read_bytes(personal_folder() / RECENT, _MOST_BYTES))
    except (UnreadableError, ValueError, RecursionError):
        return []
    return [Path(text) for text in found if isinstance(text, str)] if isinstance(found, list) else []


def _is_shown(path: Path) -> bool:
    try:
        return path.is_dir() or is_workbook_name(path)
    except OSError:
        return False


def _is_held(path: Path) -> bool:
    """Return whether somebody is writing in a clinic's folder at this moment."""
    home = clinic_home(path)
    try:
        if home.is_dir():
            with lock(home, 0.0):
                return False
    except ConflictError:
        return True
    except OSError:
        return False
    return False
