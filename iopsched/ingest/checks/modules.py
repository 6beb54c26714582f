"""Modules and steps against the services, groups and people that they name."""

from __future__ import annotations

from collections.abc import Sequence

from iopsched.domain.services import Module, Service
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.file.modules import countable_totals, ids_of_services, of_services, parts_of
from iopsched.ingest.report import At
from iopsched.ingest.row.cells import Entry
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said


def check_modules(sheet: SoundRows) -> None:
    """Tell of modules that fit no session, and of a curriculum without a beginning."""
    for entry in sheet.draft.modules:
        _group(sheet, entry)
    own = of_services(sheet.draft.modules.values)
    groups = ids_of_services(entry.value for entry in sheet.groups.values())
    for service in sheet.services.values():
        if service.id in own:
            _minutes(sheet, service, own[service.id], groups.get(service.id, ()))
            _weeks(sheet, service, own[service.id])
    rotating = [entry for entry in sheet.draft.modules if entry.value.week is not None]
    is_told = "curriculum" in sheet.draft.settings.unsure or "curriculum.start" in sheet.draft.settings.lines
    if rotating and sheet.clinic.curriculum_start is None and not is_told:
        sheet.report.tell(
            "E-CURRICULUM",
            rotating[0].at.cell("week"),
            said("Modules rotate by week, but {clinic.toml} does not say when the rotation begins."),
            said("Add {[}curriculum{]} with start = the date of a week 1, such as start = 2026-11-30."),
        )
    known = {entry.value.id for entry in sheet.draft.modules}
    for person in sheet.draft.participants:
        if unknown := sorted(person.value.modules_met - known):
            sheet.report.tell(
                "W-MODULE-UNKNOWN",
                person.at.cell("modules_met"),
                said("There is no module {} in {modules.csv}.", listed(map(quoted, unknown))),
                sheet.report.hint(unknown[0], known)
                or "Correct the name, or leave it if the module is no longer taught.",
            )


def _group(sheet: SoundRows, entry: Entry[Module]) -> None:
    for group_id in entry.value.group_ids:
        group = sheet.groups.get(group_id)
        if group is not None and group.value.service_id != entry.value.service_id:
            sheet.report.tell(
                "E-MODULE-GROUP",
                entry.at.cell("group_id"),
                f"The group {quoted(group_id)} is of the service {quoted(group.value.service_id)}.",
                "Name a group of the same service, or another service_id.",
            )


def _place(sheet: SoundRows, service: Service) -> At:
    return next(entry.at for entry in sheet.draft.modules if entry.value.service_id == service.id)


def _minutes(sheet: SoundRows, service: Service, modules: Sequence[Module], group_ids: Sequence[str]) -> None:
    parts = parts_of(modules, group_ids)
    longest = max((sum(module.minutes for module in held) for held in parts.values()), default=0)
    if longest > service.minutes:
        sheet.report.tell(
            "E-MODULE-LONG",
            _place(sheet, service).cell("minutes"),
            f"The modules of a session of {quoted(service.id)} take {longest} minutes, but the session lasts {service.minutes}.",
            "Shorten a module, or fill group_id or week to say where and when it is taught.",
        )
        return
    totals = set(countable_totals(modules, group_ids).values())
    if len(totals) > 1:
        sheet.report.tell(
            "W-MODULE-UNEVEN",
            _place(sheet, service).cell("minutes"),
            f"Sessions of {quoted(service.id)} have {listed(map(str, sorted(totals)))} minutes that count by their modules; "
            f"{service.contact_minutes} count.",
            said("Give all groups and weeks the same, or write contact_minutes in {services.csv}."),
        )
    elif totals and totals != {service.contact_minutes}:
        sheet.report.tell(
            "W-MODULE-UNEVEN",
            _place(sheet, service).cell("minutes"),
            f"The modules of {quoted(service.id)} have {min(totals)} minutes that count, the service "
            f"{service.contact_minutes}, which count.",
            said("Blank contact_minutes in {services.csv} to let the modules count."),
        )


def _weeks(sheet: SoundRows, service: Service, modules: Sequence[Module]) -> None:
    weeks = {module.week for module in modules if module.week}
    if missing := set(range(1, max(weeks, default=0) + 1)) - weeks:
        sheet.report.tell(
            "W-CURRICULUM-GAP",
            _place(sheet, service).cell("week"),
            f"The rotation of {quoted(service.id)} has no module in week {listed(map(str, sorted(missing)))}.",
            "Number the weeks without a gap, if none was meant.",
        )
