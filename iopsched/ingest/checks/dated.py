"""References of dated rows: covers, the steps that people take, and the payers of people and steps."""

from __future__ import annotations

from iopsched.domain.people import Participant
from iopsched.ingest.checks.references import check_belongings, check_named, check_participant, check_therapist
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.report import At
from iopsched.ingest.source.settingrows import key_of
from iopsched.words.phrases import count
from iopsched.words.wording import quoted
from iopsched.words.wordings import said


def check_dated(sheet: SoundRows) -> None:
    """Tell of every id and name in dated rows that there is not."""
    _payers(sheet)
    _steps(sheet)
    _covers(sheet)


def _covers(sheet: SoundRows) -> None:
    led = {person.value.primary_id for person in sheet.draft.participants}
    led.update(lead_id for group in sheet.draft.groups for lead_id in group.value.lead_ids)
    if None in led:  # whose primary is chosen: anybody's who could lead
        skills = {row.staff[0].skill for row in sheet.services.values() if row.with_primary and row.staff}
        led.update(row.value.id for row in sheet.draft.therapists if skills.intersection(row.value.skills))
    for entry in sheet.draft.covers:
        if entry.value.therapist_id not in led and sheet.draft.therapists.knows(entry.value.therapist_id):
            sheet.report.tell(
                "W-COVER",
                entry.at.cell("therapist_id"),
                f"{quoted(entry.value.therapist_id)} is nobody's primary therapist and no group names them as a lead, "
                "so that there is nothing to cover.",
                said(
                    "Fill therapist_id in {participants.csv} or lead in {groups.csv} where they lead, or delete the row."
                ),
            )
        check_therapist(sheet, entry.at, "therapist_id", entry.value.therapist_id)
        for cover_id in entry.value.covered_by:
            check_therapist(sheet, entry.at, "covered_by", cover_id)


def _payers(sheet: SoundRows) -> None:
    """Warn once of each payer without a table: it asks nothing, which may be right."""
    if "payers" in sheet.draft.settings.unsure:
        return
    named = [
        *((entry.value.payer, entry.at) for entry in sheet.draft.participants),
        *((step.value.changes.get("payer"), step.at) for step in sheet.draft.steps),
        *((waiting.value.participant.payer, waiting.at) for waiting in sheet.draft.waitlist),
    ]
    rows: dict[str, list[tuple[str, At]]] = {}  # in whatever letters a payer is written
    for name, at in named:
        rows.setdefault(str(name or "").casefold(), []).append((str(name or ""), at))
    for (payer, first), places in ((found[0], found) for found in rows.values()):
        if payer and payer not in sheet.clinic.payers:
            sheet.report.tell(
                "W-PAYER",
                first.cell("payer"),
                said(
                    "There is no payer {} in {clinic.toml}, so no rules of a payer apply ({}).",
                    quoted(payer),
                    count(len(places), "row"),
                ),
                said(
                    "If this payer has rules, add {a table [}payers.{}{a table ]}; otherwise do nothing.",
                    key_of((payer,)),
                ),
                payer,
            )


def _steps(sheet: SoundRows) -> None:
    for step in sheet.draft.steps:
        at, value = step.at, step.value
        check_participant(sheet, at, "participant_id", value.participant_id)
        changed = Participant(value.participant_id, "", **value.changes)  # type: ignore[arg-type]
        check_named(sheet, at, changed)
        check_belongings(sheet, at, changed)
    says = "states a step of the same participant and day"
    sheet.tell_twice(
        sheet.draft.steps, lambda step: (step.participant_id, step.first_day), "E-ROW-TWICE", says, "Join the two rows."
    )
