"""A clinic folder becomes an immutable Problem; every fault is told at once."""

from __future__ import annotations

from iopsched.ingest.codes import CODES as CODES
from iopsched.ingest.file.names import kept_credentials as kept_credentials
from iopsched.ingest.file.names import read_names as read_names
from iopsched.ingest.file.schedules import inspect_schedule as inspect_schedule
from iopsched.ingest.file.schedules import read_schedule as read_schedule
from iopsched.ingest.problem import Inspection as Inspection
from iopsched.ingest.problem import KeptOffer as KeptOffer
from iopsched.ingest.problem import inspect_clinic as inspect_clinic
from iopsched.ingest.problem import inspect_kept as inspect_kept
from iopsched.ingest.problem import inspect_unwritten as inspect_unwritten
from iopsched.ingest.problem import offer_kept as offer_kept
from iopsched.ingest.problem import problem_kept as problem_kept
from iopsched.ingest.problem import read_problem as read_problem
from iopsched.ingest.source.kept import Facts as Facts
from iopsched.ingest.source.kept import facts_from as facts_from
from iopsched.ingest.source.kept import facts_now as facts_now
from iopsched.ingest.source.kept import is_as_now as is_as_now
from iopsched.ingest.source.opening import as_told as as_told
from iopsched.ingest.source.opening import has_table as has_table
from iopsched.ingest.source.opening import own_settings as own_settings
from iopsched.policy.presets import preset_names as preset_names
from iopsched.policy.presets import preset_sources as preset_sources
