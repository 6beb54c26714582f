"""The files of a schedule folder, its tables and its summary: all or nothing.

How a folder is replaced without a moment of disorder is told in :mod:`iopsched.files.folders`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from iopsched import verifier
from iopsched.domain.instants import moment_text
from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import HoursRow, Schedule
from iopsched.errors import UsageError
from iopsched.files import folders, plans
from iopsched.files.reading import UnreadableError, read_bytes
from iopsched.files.weektables import FURTHER, SESSIONS, TABLES, table_files
from iopsched.params import SolveParams
from iopsched.policy.columns.schedule import SESSIONS as SESSION_TABLE
from iopsched.records.missed import missed_facts
from iopsched.verifier.closedays import closure_loss
from iopsched.verifier.meetings import meeting_list

SUMMARY = "summary.json"
FILES = (*TABLES, SUMMARY, *FURTHER)
MOST_SUMMARY_BYTES = 50_000_000
SCHEMA = "iopsched.summary/1"
EXPORTS = "exports"
_PLACES = ("schedules", "schedules/*", f"schedules/*/{EXPORTS}", "published", "published/*")

SUMMARY_KEYS = {
    "schema", "clinic", "week", "status", "repeatable", "goals", "unmet", "inputs_sha256", "files_sha256", "seed",
    "workers", "versions", "previous", "now", "why_parts", "meetings", "closures", "repair", "missed", "network", "held",
}  # fmt: skip


def kept_files(folder: Path, problem: Problem, schedule: Schedule, hours: Sequence[HoursRow]) -> dict[str, bytes]:
    """Return the files of a schedule folder as they may be kept: nothing in them was written by hand.

    What nobody has edited since it was written is kept byte for byte. A table that was edited may hold a name: it is
    written anew, and a summary that was edited is replaced by one that names clinic and week.
    """
    summary = read_summary(folder)
    made = table_files(problem, schedule, hours)
    edited = {*edited_files(folder, summary)}
    same = {
        name: read_bytes(folder / name, MOST_SUMMARY_BYTES)
        for name in made.keys() - edited
        if (folder / name).is_file()
    }
    if summary is not None and not is_summary_edited(folder):
        return {**made, **same, SUMMARY: read_bytes(folder / SUMMARY, MOST_SUMMARY_BYTES)}
    return {**made, **same, **short_summary(problem)}


def short_summary(problem: Problem) -> dict[str, bytes]:
    """Return the summary of a week of whose making nothing is known, by its name."""
    return {SUMMARY: _summary_bytes(_heading(problem))}


def _heading(problem: Problem) -> dict[str, object]:
    return {"schema": SCHEMA, "clinic": problem.clinic.name, "week": problem.week.isoformat()}


def unsolved_files(problem: Problem, schedule: Schedule, earlier: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of a week that was put together from an earlier one and not solved."""
    files = table_files(problem, schedule, verifier.hours(problem, schedule))
    summary = {
        **_heading(problem),
        "files_sha256": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        **_made_from(problem, earlier),
    }
    return {**files, SUMMARY: _summary_bytes(summary)}


def _made_from(problem: Problem, earlier: Mapping[str, Any] | None) -> dict[str, object]:
    """Return which earlier week a week was made from, when, and what of that counts for nothing."""
    return {
        **({} if earlier is None else {"previous": dict(earlier)}),
        **({} if problem.now is None else {"now": moment_text(problem.week, problem.now)}),
        **missed_facts(problem.missed),
    }


def schedule_files(
    problem: Problem,
    solved: Solved,
    hours: Sequence[HoursRow],
    params: SolveParams,
    inputs_sha256: str,
    earlier: Mapping[str, Any] | None = None,
    repair: Mapping[str, Any] | None = None,
    network: Mapping[str, Any] | None = None,
) -> dict[str, bytes]:
    """Return the name and bytes of every file; ``earlier`` is how :mod:`iopsched.work.basis` names the earlier week.

    ``repair`` is what a repaired week remembers of what happened (:mod:`iopsched.repairs.remembered`), ``network`` by what
    a night knows that it has made the week already (:mod:`iopsched.networks.donealready`).
    """
    files = table_files(problem, solved.schedule, hours)
    parts = {row.participant_id: row.why.as_json() for row in solved.unmet if row.why.refs}
    summary: dict[str, object] = {
        "schema": SCHEMA,
        "clinic": problem.clinic.name,
        "week": problem.week.isoformat(),
        "status": "optimal" if solved.is_optimal else "feasible",
        "repeatable": solved.is_repeatable,
        "goals": goal_list(solved),
        "unmet": unmet_list(solved),
        **unmet_besides(problem, solved.schedule),
        "inputs_sha256": inputs_sha256,
        "files_sha256": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        "seed": params.seed,
        "workers": params.workers,
        "versions": versions(),
        **_made_from(problem, earlier),
        **({"why_parts": parts} if parts else {}),
        **({"held": sorted(session.id for session in problem.kept)} if problem.kept else {}),
        **({} if repair is None else {"repair": dict(repair)}),
        **({} if network is None else {"network": dict(network)}),
    }
    return {**files, SUMMARY: _summary_bytes(summary)}


def closures(problem: Problem, schedule: Schedule) -> dict[str, object]:
    """Return what ``summary.json`` tells of closed days: how many have enough by the days that are open."""
    loss = closure_loss(problem, schedule)
    if loss is None:
        return {}
    days = [day.isoformat() for day in loss.days]
    return {"closures": {"days": days, "enough_by_open_days": len(loss.alone), "short_by_open_days": len(loss.besides)}}


def _summary_bytes(summary: Mapping[str, object]) -> bytes:
    return (json.dumps(summary, indent=2, ensure_ascii=False) + "\n").encode()


def goal_list(solved: Solved) -> list[dict[str, object]]:
    """Return the goals in rank order, as ``summary.json`` and ``--json`` print them."""
    return [
        {"name": goal.name, "value": goal.value, "bound": goal.bound, "unit": goal.unit, "parts": dict(goal.parts)}
        for goal in solved.goals
    ]


def unmet_besides(problem: Problem, schedule: Schedule) -> dict[str, object]:
    """Return what there is beside the unmet need of participants: groups that lack sessions, and what closures do."""
    lacking = meeting_list(problem, schedule)
    return {**closures(problem, schedule), **({"meetings": lacking} if lacking else {})}


def unmet_list(solved: Solved) -> list[dict[str, object]]:
    """Return the people with unmet need, by id, as ``summary.json`` and ``--json`` print them."""
    return [
        {"participant_id": row.participant_id, "minutes": row.minutes, "why": row.why}
        for row in sorted(solved.unmet, key=lambda row: row.participant_id)
    ]


def versions() -> dict[str, str]:
    """Return what the result depends on besides the input: our version, the solver's and Python's."""
    found = {}
    for name in ("iopsched", "ortools"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = _checkout_version() if name == "iopsched" else "not installed"
    return {**found, "python": platform.python_version()}


def _checkout_version() -> str:
    project = Path(__file__).parents[2] / "pyproject.toml"
    match = re.search(r'(?m)^version = "(.+)"$', project.read_text(encoding="utf-8")) if project.is_file() else None
    return match[1] if match else "unknown"


def is_schedule_folder(folder: Path) -> bool:
    """Return whether a folder holds a schedule: one that this product wrote, or sessions that somebody put there alone."""
    text = _summary_text(folder)
    if text is not None and f'"{SCHEMA.rpartition("/")[0]}/' in text:
        return True
    return _has_sessions(folder)


def _has_sessions(folder: Path) -> bool:
    """Return whether ``sessions.csv`` begins with the columns that ours must have, whatever wrote it."""
    try:
        head = read_bytes(folder / SESSIONS).partition(b"\n")[0]
    except UnreadableError:
        return False
    names = re.sub(r"[_\s\0-]", "", head.decode("latin-1")).lower()
    return all(column.name.replace("_", "") in names for column in SESSION_TABLE.columns if column.is_needed)


def read_summary(folder: Path) -> Mapping[str, Any] | None:
    """Return what ``summary.json`` says, None where there is none that can be read."""
    return parsed_summary(_summary_text(folder) or "")


def parsed_summary(text: str | bytes) -> Mapping[str, Any] | None:
    """Return what the text of a ``summary.json`` says, None where it cannot be read."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _summary_text(folder: Path) -> str | None:
    """Return the text of ``summary.json``, None where there is none that can be read."""
    try:
        return read_bytes(folder / SUMMARY, MOST_SUMMARY_BYTES).decode("utf-8-sig")
    except (UnreadableError, UnicodeDecodeError):
        return None


def edited_files(folder: Path, summary: Mapping[str, Any] | None) -> list[str]:
    """Return which of the tables are no longer, or are not known to be, as they were written.

    A table that only some clinics have, such as ``days.csv``, is one of them where somebody put, edited or took it away.
    """
    known = summary.get("files_sha256") if summary else None
    hashes: Mapping[str, object] = known if isinstance(known, dict) else {}
    further = [name for name in FURTHER if file_sha256(folder / name) != hashes.get(name, "")]
    return [*(name for name in TABLES if file_sha256(folder / name) != hashes.get(name)), *further]


def is_summary_edited(folder: Path) -> bool:
    """Return whether somebody wrote into ``summary.json``: it is laid out in another way, or says more than we do."""
    summary = read_summary(folder)
    if summary is None:
        return (folder / SUMMARY).exists()
    return not summary.keys() <= SUMMARY_KEYS or _summary_bytes(summary) != read_bytes(folder / SUMMARY)


def file_sha256(path: Path) -> str:
    """Return the hash of a file, blank where there is none that can be read."""
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except UnreadableError:
        return ""


def check_target(folder: Path) -> None:
    """Raise :class:`UsageError` if a schedule cannot be written there; call it before a long solve."""
    recover(folder)
    if folder.is_symlink():
        raise UsageError(f"{folder} is a link. Name the folder itself with --out.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file. Name a folder with --out.")
    if folder.is_dir() and any(folder.iterdir()) and not is_schedule_folder(folder):
        raise UsageError(
            f"{folder} is not empty and holds no schedule of iopsched. Name a new folder with --out, or empty it."
        )
    folders.check_writable(folder)


def write_schedule(folder: Path, files: folders.Made, is_kept: Callable[[], bool] | None = None) -> Path | None:
    """Replace the schedule in a folder, or make it; entries that are not ours live on.

    Where ``is_kept`` says so, the earlier schedule is kept in the folder that is returned.
    """
    return folders.write_folder(folder, files, FILES, is_kept)


def holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Return whether a folder has exactly these files of a schedule."""
    try:
        return all(read_bytes(folder / name) == files[name] for name in files) and not any(
            (folder / name).exists() for name in FILES if name not in files
        )
    except UnreadableError:
        return False


def recover(folder: Path) -> None:
    """Mend what a crash left beside a schedule folder; every command that names one begins with it."""
    folders.recover(folder, ours=FILES)
    folders.sweep(folder / EXPORTS, FILES, plans.finish)


def sweep(clinic: Path) -> None:
    """Finish or sweep what a crash left in the places where commands write by themselves; nothing is waited for.

    ``clinic`` is the folder of the clinic, or the one that stands for its workbook.
    """
    for place in (clinic.absolute().parent, clinic, *(place for pattern in _PLACES for place in clinic.glob(pattern))):
        folders.sweep(place, FILES, plans.finish)
