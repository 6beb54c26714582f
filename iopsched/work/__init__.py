"""The use cases: what commands, scripts and notebooks have done. They neither print nor exit.

Each module is loaded when it is first used, so that whoever only names one waits neither for the solver nor for pandas.
Arguments and results can be sent to another process.

They raise ``InputError`` with every fault where files have any, ``UsageError`` where the disk refuses, and
``ConflictError`` where somebody else's change is in the way, is being written, or what is published is damaged.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iopsched.work import alternatives as alternatives
    from iopsched.work import applying as applying
    from iopsched.work import appointments as appointments
    from iopsched.work import attended as attended
    from iopsched.work import backups as backups
    from iopsched.work import blanks as blanks
    from iopsched.work import calendars as calendars
    from iopsched.work import callouts as callouts
    from iopsched.work import capacities as capacities
    from iopsched.work import clinics as clinics
    from iopsched.work import comparing as comparing
    from iopsched.work import conversions as conversions
    from iopsched.work import draftchanges as draftchanges
    from iopsched.work import draftkeeping as draftkeeping
    from iopsched.work import draftlogs as draftlogs
    from iopsched.work import draftpublishing as draftpublishing
    from iopsched.work import drafts as drafts
    from iopsched.work import editing as editing
    from iopsched.work import explanations as explanations
    from iopsched.work import exports as exports
    from iopsched.work import frames as frames
    from iopsched.work import furtherpeople as furtherpeople
    from iopsched.work import holding as holding
    from iopsched.work import inputediting as inputediting
    from iopsched.work import inputremedies as inputremedies
    from iopsched.work import inputsettings as inputsettings
    from iopsched.work import inputtables as inputtables
    from iopsched.work import inputwindows as inputwindows
    from iopsched.work import leftovers as leftovers
    from iopsched.work import lookouts as lookouts
    from iopsched.work import makeupfiles as makeupfiles
    from iopsched.work import makeupreading as makeupreading
    from iopsched.work import makeups as makeups
    from iopsched.work import networks as networks
    from iopsched.work import nightengines as nightengines
    from iopsched.work import openings as openings
    from iopsched.work import planning as planning
    from iopsched.work import publications as publications
    from iopsched.work import readying as readying
    from iopsched.work import recording as recording
    from iopsched.work import repairfiles as repairfiles
    from iopsched.work import repairs as repairs
    from iopsched.work import reporting as reporting
    from iopsched.work import restoring as restoring
    from iopsched.work import rosters as rosters
    from iopsched.work import searches as searches
    from iopsched.work import shortages as shortages
    from iopsched.work import solving as solving
    from iopsched.work import staffcalendars as staffcalendars
    from iopsched.work import takenweeks as takenweeks
    from iopsched.work import templates as templates
    from iopsched.work import undoing as undoing
    from iopsched.work import verification as verification
    from iopsched.work import weekopening as weekopening
    from iopsched.work import weekpins as weekpins
    from iopsched.work import weekquestions as weekquestions
    from iopsched.work import weeks as weeks
    from iopsched.work import weeksides as weeksides
else:

    def __getattr__(name: str) -> ModuleType:
        try:
            return import_module(f"{__name__}.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"{__name__}.{name}":
                raise
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
