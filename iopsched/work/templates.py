"""Example clinics, from which a clinic of one's own is begun."""

from __future__ import annotations

import re
import secrets
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path

from iopsched import work
from iopsched.files.folders import make_folder
from iopsched.files.newplaces import refuse_existing
from iopsched.ingest.source.raw import read_raw

# The dates in an example (stays, time off, authorizations) are made for one week.
WEEKS = {
    "complete": "2026-11-30",
    "day_and_evening": "2026-11-30",
    "mwf_mornings": "2026-11-30",
    "phases": "2026-11-30",
    "step_down": "2026-11-30",
    "teens": "2026-11-30",
}


def templates() -> dict[str, Path]:
    """Return the example clinics by name: of the installed package, or of the checkout it lies in."""
    package = Path(str(resources.files("iopsched")))
    for root in (package / "templates", package.parent / "data"):
        if root.is_dir():
            return {path.name: path for path in sorted(root.iterdir()) if (path / "clinic.toml").is_file()}
    return {}


def write_workbook(source: Path, target: Path) -> None:
    """Write a template as a new workbook, with an identity of its own."""
    refuse_existing(target)
    clinic, _ = read_raw(source)
    work.conversions.write_clinic(
        replace(clinic, settings={**clinic.settings, "clinic_id": secrets.token_hex(8)}), target
    )


def copy_template(source: Path, folder: Path) -> None:
    """Copy a template into a new or empty folder, all or nothing, with an identity of its own."""
    refuse_existing(folder)
    files = {
        path.relative_to(source): path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file() and not _is_left_out(path.relative_to(source))
    }
    make_folder(
        folder,
        {
            inside.as_posix(): fresh_identity(data) if inside.name == "clinic.toml" else data
            for inside, data in files.items()
        },
    )


def _is_left_out(inside: Path) -> bool:
    return inside.parts[0] == "schedules" or any(part.startswith((".", "__")) for part in inside.parts)


def fresh_identity(toml: bytes) -> bytes:
    """Return ``clinic.toml`` with a new random ``clinic_id``; everything else, comments too, stays."""
    line = f'clinic_id = "{secrets.token_hex(8)}"'
    text = toml.decode("utf-8")
    head, bracket, tables = text.partition("\n[")
    head, done = re.subn(r'(?m)^clinic_id[ \t]*=[ \t]*("[^"\n]*"|\'[^\'\n]*\')', line, head, count=1)
    if not done:
        head = f"{line}\n{head}"
    return (head + bracket + tables).encode()


def first_words(template: Path) -> str:
    """Return what a template says of itself: the first comment of its ``clinic.toml``, or its name."""
    text = (template / "clinic.toml").read_text(encoding="utf-8")
    first = text.partition("\n")[0]
    return first.lstrip("# ").strip() if first.startswith("#") else str(tomllib.loads(text).get("name", ""))
