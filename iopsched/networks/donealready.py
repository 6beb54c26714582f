"""Whether a site's week was made already: a mark over all that decides a week, kept in its ``summary.json``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from iopsched import ingest
from iopsched.domain.outcome import GoalId, GoalResult, Solved, Unmet
from iopsched.domain.problem import Problem
from iopsched.files.output import edited_files, is_summary_edited, read_summary, versions
from iopsched.params import SolveParams
from iopsched.words.sentence import Sentence

MARK = "sha256"


def mark_of(problem: Problem, inputs_sha256: str, params: SolveParams) -> Mapping[str, str]:
    """Return the entry ``network`` of a week's summary: equal for equal facts, files, settings, seed, limits and versions.

    ``problem`` has the earlier week and what is published around it. ``params`` are as somebody asked for them: how many
    cores the machine has counts for nothing, unless they name a number.
    """
    text = _canonical((problem, inputs_sha256, params, versions()))
    return {MARK: hashlib.sha256(text.encode()).hexdigest()}


def mark_of_all(marks: Iterable[Mapping[str, str]], shared: Any) -> Mapping[str, str]:
    """Return the mark of weeks that were made together: over that of each, and over what links them."""
    text = _canonical((tuple(mark[MARK] for mark in marks), shared))
    return {MARK: hashlib.sha256(text.encode()).hexdigest()}


def _canonical(value: Any) -> str:
    """Return a text that is equal for equal values, whatever the order in which sets and mappings hold them."""
    if is_dataclass(value):
        inside = ",".join(_canonical(getattr(value, field.name)) for field in fields(value) if field.compare)
        return f"{type(value).__name__}({inside})"
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{_canonical(key)}:{_canonical(held)}" for key, held in value.items())) + "}"
    if isinstance(value, set | frozenset):
        return "<" + ",".join(sorted(map(_canonical, value))) + ">"
    if isinstance(value, tuple | list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return repr(value)


def is_made(folder: Path, mark: Mapping[str, str]) -> bool:
    """Return whether a folder holds the week of this mark, as it was written."""
    summary = read_summary(folder)
    return (
        summary is not None
        and summary.get("network", {}).get(MARK) == mark[MARK]
        and not edited_files(folder, summary)
        and not is_summary_edited(folder)
    )


def made_before(folder: Path, problem: Problem) -> Solved | None:
    """Return the week in a folder as it was told when it was made, None where it cannot be read."""
    summary = read_summary(folder) or {}
    schedule = ingest.inspect_schedule(folder, problem).schedule
    if schedule is None:
        return None
    parts = summary.get("why_parts", {})
    goals = tuple(
        GoalResult(GoalId(row["name"]), row["value"], row["bound"], row["unit"], tuple(row["parts"].items()))
        for row in summary["goals"]
    )
    unmet = tuple(
        Unmet(row["participant_id"], row["minutes"], Sentence.from_json(row["why"], parts.get(row["participant_id"])))
        for row in summary["unmet"]
    )
    return Solved(schedule, goals, unmet, is_repeatable=bool(summary.get("repeatable")))
