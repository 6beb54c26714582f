"""Realistic clinics with a planted week: a schedule that meets every need is known, so unmet need 0 can be reached.

The week is laid out first and the clinic is built around it: groups with their days, start, lead and room, visits in
the free hours of primary therapists, then the fewest staff and rooms that this week needs. A :class:`Make` says what
kind of clinic that is (``makes.py`` has them all), its :class:`Slack` what is released beyond the planted week. The same
arguments give the same bytes, and one seed the same planted week whatever the slack.

The planted week itself is written beside the clinic, to ``FOLDER-planted``, where no reader of the clinic comes by it.

    python -m benchmarks.planted --make windows --participants 120 --seed 1 FOLDER
    python -m benchmarks.planted --participants 120 --seed 1 --tight --besides languages earlier -- FOLDER
"""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from benchmarks.planted.files import WEEK, Clinic, planted_folder
from benchmarks.planted.make import CROWDED, ROOMY, SHORT, TIGHT, Make, Slack
from benchmarks.planted.makes import FIRST, MAKES
from benchmarks.planted.week import Week
from benchmarks.variants import add_languages, add_modalities, write_earlier_week

__all__ = (
    "BESIDES", "CROWDED", "FIRST", "MAKES", "ROOMY", "SHORT", "TIGHT", "WEEK", "Make", "Slack", "plant", "plant_make",
    "planted_folder",
)  # fmt: skip
BESIDES = ("languages", "modalities", "earlier")


def plant(folder: Path, participants: int, seed: int, slack: Slack = ROOMY, besides: Container[str] = ()) -> None:
    """Write a clinic of the first make to ``folder`` and its planted week to ``planted_folder(folder)``.

    ``besides`` are ``languages``, ``modalities`` and ``earlier``, an earlier week in ``FOLDER-earlier``; they need a clinic
    that can hold the planted week.
    """
    plant_make(folder, FIRST, participants, seed, slack, besides)


def plant_make(
    folder: Path, make: Make, participants: int, seed: int, slack: Slack | None = None, besides: Container[str] = ()
) -> None:
    """Write a clinic of a make to ``folder``, with the slack of the make or another, and its planted week beside it.

    Raises
    ------
    ValueError
        If there are too few participants.
    """
    week = Week(make, participants, seed)
    week.plant()
    Clinic(week, make.slack if slack is None else slack).write(folder)
    planted, wanted = planted_folder(folder), {*make.besides, *(name for name in BESIDES if name in besides)}
    if "languages" in wanted:
        add_languages(folder, planted, week.source("languages"))
    if "modalities" in wanted:
        add_modalities(folder, week.source("modalities"))
    if "earlier" in wanted:
        write_earlier_week(folder, planted, week.source("earlier"))
