"""The calendars of an export: which weeks they hold, and what they were told before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from iopsched import store
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.export import memory
from iopsched.export.assembly import first_running, with_running
from iopsched.export.calendars import disclosures
from iopsched.export.edition import Edition
from iopsched.store.place import CALENDARS
from iopsched.work.basis import facts_of_time
from iopsched.work.weeks import inspect_week


def told(clinic: Path, edition: Edition, now: datetime) -> tuple[Edition, tuple[str, ...], str]:
    """Return the edition with every published week that calendars still hold, and remember what they are told.

    The sentences beside it warn where the memory cannot be read or written; the last text is what the calendars tell
    whoever can open them.
    """

    def problem_of(publication: Publication) -> Problem:
        facts = facts_of_time(clinic, publication)
        as_of = publication.published
        found = inspect_week(clinic, publication.week, is_for_solving=False, facts=facts, as_of=as_of).problem
        return found if found is not None else replace(edition.problem, week=publication.week)

    warnings = []
    home = store.clinic_home(clinic)
    first = min(edition.publication.week, first_running(edition.zone, now))
    whole = with_running(edition, store.since(home, first), problem_of, now)
    try:
        known = memory.read_memory(home)
    except ValueError:
        known = {}
        warnings.append(f"{home / CALENDARS} cannot be read and is written anew. Calendars may keep older entries.")
    found = memory.told_on(whole, known, now)
    written = memory.remembered(known, [found.publication, *(one.publication for one in found.running)], now)
    if written != known and not memory.write_memory(home, written, found.publication.site):
        warnings.append(f"cannot write {home / CALENDARS}. A later export may not replace these calendar entries.")
    return found, tuple(warnings), disclosures(found.calendar_labels.mode)
