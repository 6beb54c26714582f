"""Ids that name rows of other files, and rows that say the same thing twice."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import partial
from typing import TypeVar

from iopsched.domain.people import Participant
from iopsched.domain.schedule import Schedule
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.file.levels import tell_unknown_level
from iopsched.ingest.file.people import Step, steps_by_person
from iopsched.ingest.report import At
from iopsched.ingest.row.cells import Entries, Entry
from iopsched.ingest.source.settingrows import key_of
from iopsched.words.wording import joined, known_names, listed, quoted
from iopsched.words.wordings import said, wording_of

T = TypeVar("T")


def check_references(sheet: SoundRows, previous: Schedule | None) -> None:
    """Tell of every id that its file does not have."""
    steps = steps_by_person(sheet.draft.steps.values)
    for entry in sheet.draft.participants:
        _person(sheet, entry.at, entry.value, steps.get(entry.value.id, ()))
    for waiting in sheet.draft.waitlist:
        waits = waiting.value.participant
        _person(sheet, waiting.at, waits, steps.get(waits.id, ()))
        if waiting.value.participant.id in sheet.draft.participants.ids:
            sheet.report.tell(
                "W-WAITLIST-ADMITTED",
                waiting.at.cell("participant_id"),
                said("{} stands in {participants.csv}, too.", quoted(waiting.value.participant.id)),
                "Delete the row here once the person is admitted.",
            )
    _groups(sheet)
    _needs(sheet)
    _small_files(sheet)
    _plans(sheet)
    _equipment(sheet)
    if previous is not None:
        _previous(sheet, previous)


def check_id(sheet: SoundRows, at: At, what: str, text: str | None, known: Entries[T]) -> None:
    """Tell of one id that its file does not have."""
    if not text or known.knows(text):
        return
    file = known.table.kind.file
    if not known.ids and sheet.report.is_missing(file):
        return
    if not known.table.exists and what != "service":
        sheet.report.tell(
            "E-FILE-MISSING",
            At(file),
            said("This {file} is missing, but other {file}s refer to its rows."),
            "Add it, or blank those cells.",
        )
        return
    if sheet.zeros.explain(at, text, known.ids, known.home):
        return
    where = wording_of(file) if known.table.exists else "the built-in services"
    sheet.report.tell(
        f"E-UNKNOWN-{what.upper()}",
        at,
        said("There is no {} {} in {}.", what, quoted(text), where),
        partial(_remedy, sheet, what, text, known, file),
        text,
    )


def _one_id(text: str, known: Collection[str]) -> str:
    """Return which ids to write where a cell that takes one has several, blank where it has not."""
    parts = [part.strip() for part in re.split("[,;/&+]| and ", text) if part.strip()]
    is_list = len(parts) > 1 and all(part in known for part in parts)
    return f"This cell takes one id; write {' or '.join(parts)}." if is_list else ""


def _remedy(sheet: SoundRows, what: str, text: str, known: Entries[T], file: str) -> str:
    if one := _one_id(text, known.ids):
        return one
    return sheet.report.hint(text, known.ids, is_word=what == "service") or said(
        "Add it to {}, or correct the id.", wording_of(file)
    )


def _remedy_of_pair(sheet: SoundRows, text: str, ids: Iterable[Collection[str]]) -> str:
    known = frozenset().union(*ids)
    return _one_id(text, known) or sheet.report.hint(text, known) or "Correct the id."


def check_participant(sheet: SoundRows, at: At, column: str, text: str | None, *, or_waiting: bool = True) -> None:
    """Tell of one id that is no participant's, nor (``or_waiting``) that of somebody on the waitlist."""
    waiting, known = sheet.draft.waitlist, sheet.draft.participants
    if not text:
        return
    is_unknown = or_waiting and not known.knows(text)
    if is_unknown and (text in waiting.ids or sheet.zeros.explain(at.cell(column), text, waiting.ids, waiting.home)):
        return
    check_id(sheet, at.cell(column), "participant", text, known)


def check_therapist(sheet: SoundRows, at: At, column: str, text: str | None) -> None:
    """Tell of one id that is nobody's of the staff."""
    check_id(sheet, at.cell(column), "therapist", text, sheet.draft.therapists)


def _person(sheet: SoundRows, at: At, person: Participant, steps: Iterable[Step]) -> None:
    check_named(sheet, at, person, {text for step in steps for text in step.changes.values()})
    check_belongings(sheet, at, person, {key for step in steps for key in _named_rows(step)})


def _named_rows(step: Step) -> tuple[str, ...]:
    """Return the ids of groups and staff in a step."""
    person = Participant(step.participant_id, "", **step.changes)  # type: ignore[arg-type]
    return (*person.group_ids, person.primary_id or "")


def check_belongings(sheet: SoundRows, at: At, person: Participant, elsewhere: Collection[str] = ()) -> None:
    """Tell of groups and a primary therapist that there are not; ``elsewhere`` are ids told at another row."""
    for group_id in person.group_ids:
        if group_id not in elsewhere:
            check_id(sheet, at.cell("group_id"), "group", group_id, sheet.draft.groups)
    if person.primary_id not in elsewhere:
        check_therapist(sheet, at, "therapist_id", person.primary_id)


def check_named(sheet: SoundRows, at: At, person: Participant, elsewhere: Collection[object] = ()) -> None:
    """Tell of a level or phase that clinic.toml does not have; ``elsewhere`` are names told at another row."""
    settings = sheet.draft.settings
    known_levels = {*settings.parts, f"iop-{person.population}", "", *elsewhere}
    if "levels" not in settings.unsure and person.level not in known_levels:
        message, remedy = tell_unknown_level(person.level, settings.parts)
        sheet.report.tell("E-UNKNOWN-LEVEL", at.cell("level"), message, remedy, person.level)
    phase, phases = person.phase, sheet.clinic.phases
    if "phases" not in settings.unsure and phase is not None and phase not in {*phases, *elsewhere}:
        sheet.report.tell(
            "E-UNKNOWN-PHASE",
            at.cell("phase"),
            said("There is no phase {} in {clinic.toml}.", quoted(phase)),
            joined(
                sheet.report.hint(phase, phases),
                known_names(phases),
                said("Or add {a table [}phases.{}{a table ]}.", key_of((phase,))),
            ),
            phase,
        )


def _groups(sheet: SoundRows) -> None:
    services = sheet.draft.services
    for entry in sheet.draft.groups:
        group, at = entry.value, entry.at
        if group.service_id == "group" and not services.knows("group"):
            sheet.report.tell(
                "E-GROUP-SERVICE",
                at.cell("service_id"),
                f"The group {quoted(group.id)} names no service, and there is no service 'group'.",
                said("Name a service of {services.csv}."),
            )
        else:
            check_id(sheet, at.cell("service_id"), "service", group.service_id, services)
        for lead_id in group.lead_ids:
            check_therapist(sheet, at, "lead", lead_id)
        check_id(sheet, at.cell("room_id"), "room", group.room_id, sheet.draft.rooms)


def _needs(sheet: SoundRows) -> None:
    for entry in sheet.draft.needs:
        need, at = entry.value, entry.at
        check_participant(sheet, at, "participant_id", need.participant_id)
        check_id(sheet, at.cell("service_id"), "service", need.service_id, sheet.draft.services)
        for therapist_id in need.therapist_ids:
            check_therapist(sheet, at, "therapist_id", therapist_id)
    says = "states the same participant and service"
    sheet.tell_twice(
        sheet.draft.needs,
        lambda need: (need.participant_id, need.service_id),
        "E-ROW-TWICE",
        says,
        "Delete one of them.",
    )


def _small_files(sheet: SoundRows) -> None:
    draft = sheet.draft
    for absence in (*draft.time_off, *draft.extra_time):
        kind, own_id = absence.value.kind, absence.value.id
        if kind == "participant":
            check_participant(sheet, absence.at, "id", own_id)
        elif kind == "therapist":
            check_therapist(sheet, absence.at, "id", own_id)
        elif kind == "room":
            check_id(sheet, absence.at.cell("id"), "room", own_id, draft.rooms)
    for pair in draft.pairs:
        _pair(sheet, pair)
    for pin in draft.pins:
        at, value = pin.at, pin.value
        check_participant(sheet, at, "participant_id", value.participant_id, or_waiting=False)
        check_therapist(sheet, at, "therapist_id", value.therapist_id)
        check_id(sheet, at.cell("room_id"), "room", value.room_id, draft.rooms)
        check_id(sheet, at.cell("group_id"), "group", value.group_id, draft.groups)
        check_id(sheet, at.cell("service_id"), "service", value.service_id, draft.services)
    for record in draft.attendance:
        gone, place = record.value.participant_id, record.at.cell("participant_id")
        people = draft.participants
        if not people.knows(gone) and not sheet.zeros.explain(place, gone, people.ids, people.home):
            sheet.report.tell(
                "W-ATTENDANCE-GONE",
                place,
                said("There is no participant {} in {participants.csv}; the row was left out.", quoted(gone)),
                sheet.report.hint(gone, people.ids),
                gone,
            )


def _plans(sheet: SoundRows) -> None:
    for entry in sheet.draft.modules:
        check_id(sheet, entry.at.cell("service_id"), "service", entry.value.service_id, sheet.draft.services)
        for group_id in entry.value.group_ids:
            check_id(sheet, entry.at.cell("group_id"), "group", group_id, sheet.draft.groups)


def _pair(sheet: SoundRows, entry: Entry[tuple[str, str]]) -> None:
    people, staff = sheet.draft.participants, sheet.draft.therapists
    is_person = [people.knows(text) or text in sheet.draft.waitlist.ids for text in entry.value]
    for column, text, known in zip(("a", "b"), entry.value, is_person, strict=True):
        if known or staff.knows(text):
            continue
        at = entry.at.cell(column)
        if not any(sheet.zeros.explain(at, text, other.ids, other.home) for other in (people, staff)):
            sheet.report.tell(
                "E-UNKNOWN-PERSON",
                at,
                f"There is no participant and no therapist {quoted(text)}.",
                partial(_remedy_of_pair, sheet, text, (people.ids, staff.ids)),
                text,
            )
    if not any(is_person) and all(map(staff.knows, entry.value)):
        sheet.report.tell(
            "E-APART-STAFF",
            entry.at,
            "Both are members of staff; only participants can be kept apart from somebody.",
            "Delete the row, or name a participant.",
        )


def _equipment(sheet: SoundRows) -> None:
    owned = sheet.clinic.equipment
    if "equipment" in sheet.draft.settings.unsure:
        return
    for entry in sheet.draft.services:
        for name, number in entry.value.equipment.items():
            if name not in owned:
                sheet.report.tell(
                    "E-UNKNOWN-EQUIPMENT",
                    entry.at.cell("equipment"),
                    said("There is no equipment {} in {clinic.toml}.", quoted(name)),
                    sheet.report.hint(name, owned, is_word=True)
                    or said("Add {} {=} {} under {[}equipment{]}.", name, number),
                    name,
                )
            elif number > owned[name]:
                sheet.report.tell(
                    "W-EQUIPMENT",
                    entry.at.cell("equipment"),
                    f"A session uses {number} of {quoted(name)}, but the clinic has {owned[name]}.",
                    "It cannot be held; correct one of the numbers.",
                )


def _previous(sheet: SoundRows, previous: Schedule) -> None:
    seen = {person for session in previous.sessions for person in session.participant_ids} | previous.census
    staff = {person for session in previous.sessions for person in session.therapist_ids}
    gone = sorted(seen - set(sheet.draft.participants.ids)) + sorted(staff - set(sheet.draft.therapists.ids))
    if gone:
        sheet.report.tell(
            "W-PREVIOUS-GONE",
            At("previous"),
            said(
                "The earlier week names people who are no longer in {the clinic folder}: {}.", listed(map(quoted, gone))
            ),
            "Nothing needs to be done if they have left.",
        )
