"""A clinic folder becomes an immutable Problem; every fault is told at once."""

from __future__ import annotations

from iopsched.ingest.codes import CODES
from iopsched.ingest.file.names import read_names
from iopsched.ingest.file.schedules import ScheduleInspection, inspect_schedule, read_schedule
from iopsched.ingest.problem import Inspection, inspect_clinic, inspect_kept, read_problem
from iopsched.ingest.source.kept import Facts, facts_from, facts_now, is_as_now
from iopsched.ingest.source.opening import as_told, has_table, own_settings
from iopsched.policy.presets import preset_names, preset_sources

__all__ = [
    "CODES",
    "Facts",
    "Inspection",
    "ScheduleInspection",
    "as_told",
    "facts_from",
    "facts_now",
    "has_table",
    "inspect_clinic",
    "inspect_kept",
    "inspect_schedule",
    "is_as_now",
    "own_settings",
    "preset_names",
    "preset_sources",
    "read_names",
    "read_problem",
    "read_schedule",
]
