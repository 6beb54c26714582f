"""``iopsched curriculum``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from iopsched.cli.console import out, out_json, talk
from iopsched.cli.folder import read_week
from iopsched.cli.layout import table
from iopsched.cli.options import AsJson, ClinicPath, FolderPath, FolderWeek
from iopsched.domain.problem import Problem
from iopsched.verifier import Lesson, fewest_missed, lessons
from iopsched.words.phrases import count

EPILOG = """\b
Examples:
  iopsched curriculum myclinic myclinic/schedules/2026-11-30

Modules with a number in the column week of modules.csv rotate: week 1, 2, ...
and again from 1, beginning at [curriculum] start of clinic.toml. The table
proves for every member that each module is met before the stay ends, with the
week that teaches it, or says which are missed and whether another group that
the person may join would teach more.
"""


def curriculum(
    clinic: ClinicPath,
    folder: FolderPath = None,
    *,
    week: FolderWeek = None,
    as_json: AsJson = False,
) -> None:
    """Prove who meets every module of the rotation in their stay."""
    read = read_week(clinic, folder, week)
    problem = read.problem
    for issue in read.issues:
        talk(f"Warning: {issue}")
    found = lessons(problem, read.schedule)
    if as_json:
        rows = [{**asdict(row), "week": row.week.isoformat() if row.week else None} for row in found]
        out_json("curriculum", {"week": problem.week.isoformat(), "lessons": rows})
        return
    out("\n".join(_lines(problem, found)))


def _lines(problem: Problem, found: Sequence[Lesson]) -> Iterator[str]:
    if not found:
        yield "No module rotates, or no closed group that holds one has members (modules.csv, column week)."
        return
    members = sorted({(row.group_id, row.participant_id) for row in found})
    header = ("group", "participant", "met", "this week", "ahead", "last on", "missed")
    rows = []
    short = []
    for group_id, participant_id in members:
        own = [row for row in found if (row.group_id, row.participant_id) == (group_id, participant_id)]
        number = {status: sum(row.status == status for row in own) for status in ("met", "this week", "ahead")}
        last = max((row.week for row in own if row.week is not None), default=None)
        missed = [row.module_id for row in own if row.status == "missed"]
        rows.append(
            (group_id, participant_id, *map(str, number.values()), last.isoformat() if last else "", "; ".join(missed))
        )
        if missed:
            short.append((group_id, participant_id, len(missed)))
    yield table(header, rows, right=(2, 3, 4))
    yield ""
    everybody = count(len(members), "member")
    if not short:
        yield f"Proven: {everybody} meet every module of their group before the stay ends, in the weeks shown."
        return
    yield f"{len(members) - len(short)} of {everybody} meet every module of their group before the stay ends."
    for group_id, participant_id, number_missed in short:
        yield f"  {participant_id} misses {count(number_missed, 'module')}: {_why(problem, participant_id, group_id, number_missed)}"


def _why(problem: Problem, participant_id: str, group_id: str, missed: int) -> str:
    person, group = problem.participant[participant_id], problem.group[group_id]
    best = fewest_missed(problem, person, group)
    if best < missed:
        return f"a group that takes them would leave {count(best, 'module')}; other goals or full groups come first."
    if group.id in person.group_ids:
        return "the stay ends before this group teaches them (group_id keeps them in it)."
    return "no group that takes them teaches more before the stay ends."
