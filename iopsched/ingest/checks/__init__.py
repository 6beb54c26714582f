"""Checks across rows and across files, run on whatever could be read."""

from __future__ import annotations

from collections.abc import Callable

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.ingest.checks.clinic_week import check_rooms, check_week
from iopsched.ingest.checks.closures import check_closures
from iopsched.ingest.checks.dated import check_dated
from iopsched.ingest.checks.effects import check_effects
from iopsched.ingest.checks.idle import check_idle_words
from iopsched.ingest.checks.members import check_members, check_people
from iopsched.ingest.checks.modules import check_modules
from iopsched.ingest.checks.offers import check_offers
from iopsched.ingest.checks.pins import check_pins
from iopsched.ingest.checks.references import check_references
from iopsched.ingest.checks.seats import check_seats
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.checks.supply import check_supply
from iopsched.ingest.checks.together import check_groups, check_pairs
from iopsched.ingest.checks.wishes import check_people_can_be_served
from iopsched.ingest.draft import Draft


def run_checks(draft: Draft, previous: Schedule | None, assemble: Callable[[], Problem]) -> Problem | None:
    """Tell of everything that does not hold together; return the problem if there is no error.

    Faulty rows are left alone, so that one mistake is told once. The
    warnings about sense need a whole problem and come only without errors.
    """
    report = draft.folder.report
    sheet = SoundRows.of(draft)
    check_rooms(sheet)
    check_references(sheet, previous)
    check_dated(sheet)
    sheet.zeros.tell()
    check_pairs(sheet)
    check_people(sheet)
    check_offers(sheet)
    check_modules(sheet)
    check_week(sheet)
    check_effects(sheet)
    if sheet.open:
        check_pins(sheet)
    if report.has_errors:
        return None
    problem = assemble()
    check_members(problem, sheet)
    check_groups(problem, sheet)
    check_people_can_be_served(problem, sheet)
    check_supply(problem, sheet)
    check_closures(problem, sheet)
    check_seats(problem, sheet)
    check_idle_words(problem, sheet)
    return problem
