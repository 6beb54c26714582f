"""``participants.csv`` with its dated changes in ``steps.csv``, ``waitlist.csv`` and ``therapists.csv``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from iopsched.domain.clinic import Clinic
from iopsched.domain.people import Participant, Therapist, WaitlistEntry
from iopsched.domain.timegrid import NEVER, hours
from iopsched.ingest.row.cells import Cells, Entries, Entry
from iopsched.policy.choices import PERSON_MODALITIES
from iopsched.policy.columns import STEPS
from iopsched.words.phrases import count
from iopsched.words.wording import is_it, joined, listed, quoted
from iopsched.words.wordings import said

DEFAULT_SKILLS = ("group", "individual", "family")


def read_population(cells: Cells, clinic: Clinic, column: str = "population") -> str:
    """Return a declared population from a cell that must be filled."""
    text = cells.needed_text(column)
    return _known_population(cells, clinic, column, text) if text else ""


def _known_population(cells: Cells, clinic: Clinic, column: str, text: str) -> str:
    if not clinic.populations or text in clinic.populations:
        return text
    known = {name.casefold(): name for name in clinic.populations}
    if text.casefold() in known:
        return known[text.casefold()]
    cells.tell(
        "E-POPULATION",
        column,
        said("There is no population {} in {clinic.toml}.", quoted(text)),
        joined(is_it(text, clinic.populations), f"Write one of: {listed(clinic.populations)}."),
    )
    return ""


def read_participant(cells: Cells, own_id: str, clinic: Clinic) -> Participant:
    """Return the participant of one row; blanks stay None where another file's number applies."""
    population = read_population(cells, clinic)
    availability = cells.windows("availability")
    admitted, discharged = _span(
        cells, "admitted", "discharged", "The last program day {1} lies before the first, {0}."
    )
    begin, end = _span(
        cells, "authorized_from", "authorized_until", "The authorization ends on {1}, before it begins on {0}."
    )
    minimum, maximum = _weekly_minutes(cells)
    return Participant(
        id=own_id,
        population=population,
        tracks=cells.list("track"),
        availability=clinic.open if availability is None else availability,
        preferred=cells.windows("preferred"),
        busy=cells.windows("busy") or NEVER,
        family_availability=cells.windows("family_availability"),
        age=cells.whole("age"),
        age_override=not cells.is_blank("age_override"),
        level=cells.text("level") or f"iop-{population}",
        phase=cells.text_or_none("phase"),
        group_ids=cells.list("group_id"),
        primary_id=cells.text_or_none("therapist_id"),
        individual_per_week=cells.whole("individual_per_week"),
        family_per_week=cells.whole("family_per_week"),
        min_minutes_per_week=minimum,
        max_minutes_per_week=maximum,
        min_days_per_week=cells.whole("min_days_per_week"),
        max_sessions_per_day=cells.whole("max_sessions_per_day"),
        max_minutes_in_a_row=cells.minutes("max_hours_in_a_row"),
        modality=cells.choice("modality", PERSON_MODALITIES, "in_person"),
        needs_features=cells.features("needs_features"),
        gender=cells.gender(),
        languages=cells.languages(),
        admitted=admitted,
        discharged=discharged,
        authorized_from=begin,
        authorized_until=end,
        authorized_days=cells.whole("authorized_days"),
        units_left=_units_left(cells),
        units_used=cells.whole("units_used") or 0,
        units_as_of=cells.day("units_as_of"),
        payer=known_payer(cells, clinic),
        certified=cells.day("certified"),
        modules_met=frozenset(cells.list("modules_met")),
    )


def known_payer(cells: Cells, clinic: Clinic) -> str | None:
    """Return the payer of a row as the settings write it, as the row does where they have none, None where blank."""
    text = cells.text("payer")
    spelled = {name.casefold(): name for name in clinic.payers}
    return text if text in clinic.payers else spelled.get(text.casefold(), text) or None


def _span(cells: Cells, first: str, last: str, message: str) -> tuple[date | None, date | None]:
    start, end = cells.day(first), cells.day(last)
    if start is not None and end is not None and end < start:
        cells.tell("E-DATES-REVERSED", last, message.format(start, end), f"Correct {first} or {last}.")
        return None, None
    return start, end


def _units_left(cells: Cells) -> int | None:
    """Return the authorized units that are not used up: days of attendance, one unit each."""
    authorized, used = cells.whole("units_authorized"), cells.whole("units_used")
    if authorized is None:
        if used is not None:
            cells.tell(
                "W-UNITS",
                "units_used",
                "Units are used, but none are authorized in this row.",
                "Fill units_authorized, or blank this cell.",
            )
        return None
    if used is not None and used >= authorized:
        cells.tell(
            "W-UNITS",
            "units_used",
            f"{used} units are used of {authorized} authorized.",
            "No session that counts is scheduled; have the authorization extended, or correct the numbers.",
        )
    return max(0, authorized - (used or 0))


def _weekly_minutes(cells: Cells) -> tuple[int | None, int | None]:
    low, high = cells.minutes("min_hours_per_week"), cells.minutes("max_hours_per_week")
    if low is not None and high is not None and low > high:
        cells.tell(
            "E-MIN-MAX",
            "min_hours_per_week",
            f"The minimum of {hours(low)} a week is above the maximum of {hours(high)}.",
            "Lower min_hours_per_week or raise max_hours_per_week.",
        )
    return low, high


@dataclass(frozen=True, slots=True)
class Step:
    """A dated change of one participant: from ``first_day`` on the filled cells replace those of participants.csv."""

    participant_id: str
    first_day: date
    changes: Mapping[str, object]


def read_step(cells: Cells, clinic: Clinic) -> Step | None:
    """Return the step of one row."""
    participant_id, first_day = cells.needed_text("participant_id"), cells.day("from")
    if cells.needed_text("from") == "" or first_day is None or not participant_id:
        return None
    minimum, maximum = _weekly_minutes(cells)
    changes = {
        "level": cells.text_or_none("level"),
        "phase": cells.text_or_none("phase"),
        "payer": known_payer(cells, clinic),
        "individual_per_week": cells.whole("individual_per_week"),
        "family_per_week": cells.whole("family_per_week"),
        "min_minutes_per_week": minimum,
        "max_minutes_per_week": maximum,
        "min_days_per_week": cells.whole("min_days_per_week"),
        "primary_id": cells.text_or_none("therapist_id"),
        "group_ids": cells.list("group_id") or None,
    }
    filled = {name: value for name, value in changes.items() if value is not None}
    if not filled and not any(cells.text(column) for column in cells.row.cells if column not in STEPS.needed):
        cells.tell(
            "W-STEP-EMPTY",
            "from",
            "This step changes nothing.",
            "Fill level, phase or another cell, or delete the row.",
        )
    return Step(participant_id, first_day, filled)


def steps_by_person(steps: Iterable[Step]) -> Mapping[str, Sequence[Step]]:
    """Return the steps of each participant in the order of their days; participants without steps are left out."""
    found: dict[str, list[Step]] = defaultdict(list)
    for step in sorted(steps, key=lambda step: step.first_day):
        found[step.participant_id].append(step)
    return dict(found)


def take_steps(
    participants: Entries[Participant], waitlist: Entries[WaitlistEntry], steps: Entries[Step], week: date
) -> None:
    """Replace the cells of everybody by those of the steps taken until the week begins, or their stay in it.

    A step that is dated within the week holds from the next week on: limits
    and minimums are those of a whole week.
    """
    of_person = steps_by_person(steps.values)

    def stepped(person: Participant) -> Participant:
        begin = max(week, person.admitted) if person.admitted is not None else week
        for step in of_person.get(person.id, ()):
            if step.first_day <= begin:
                person = replace(person, **step.changes)  # type: ignore[arg-type]
        return person

    participants.items[:] = [Entry(entry.at, stepped(entry.value)) for entry in participants.items]
    waitlist.items[:] = [
        Entry(entry.at, replace(entry.value, participant=stepped(entry.value.participant))) for entry in waitlist.items
    ]


def read_waitlist_entry(cells: Cells, own_id: str, clinic: Clinic) -> WaitlistEntry:
    """Return the referral of one row."""
    return WaitlistEntry(read_participant(cells, own_id, clinic), cells.day("referred"))


def read_therapist(cells: Cells, own_id: str, clinic: Clinic) -> Therapist:
    """Return the member of staff of one row."""
    availability = cells.windows("availability")
    populations = (_known_population(cells, clinic, "populations", name) for name in cells.list("populations"))
    is_licensed = cells.yes("licensed", default=True)
    if is_licensed and cells.is_blank("licensed") and "intern" in cells.text("credential").casefold().split():
        cells.tell(
            "W-INTERN-LICENSED",
            "licensed",
            "This intern counts as licensed, because the cell is blank.",
            "Write no if the intern may not lead sessions that need a license.",
        )
    most_a_week = cells.minutes("max_hours_per_week")
    return Therapist(
        id=own_id,
        skills=_skills(cells) or DEFAULT_SKILLS,
        availability=clinic.open if availability is None else availability,
        busy=cells.windows("busy") or NEVER,
        preferred=cells.windows("preferred"),
        tracks=cells.list("tracks"),
        populations=tuple(name for name in populations if name),
        licensed=is_licensed,
        counts_for_ratio=cells.yes("counts_for_ratio", default=True),
        max_minutes_per_day=cells.minutes("max_hours_per_day"),
        max_minutes_per_week=most_a_week,
        target_minutes_per_week=_target(
            cells, clinic.staff.max_minutes_per_week if most_a_week is None else most_a_week
        ),
        max_caseload=cells.whole("max_caseload"),
        modality=cells.choice("modality", PERSON_MODALITIES, "either"),
        gender=cells.gender(),
        languages=cells.languages(),
        supervisor=_supervisor(cells, is_licensed=is_licensed),
        shared=cells.yes("shared", default=False),
    )


def _target(cells: Cells, most_a_week: int) -> int | None:
    found = cells.minutes("target_hours_per_week")
    if found is not None and found > most_a_week:
        cells.tell(
            "W-TARGET-HOURS",
            "target_hours_per_week",
            f"The fair share of {hours(found)} is above the {hours(most_a_week)} a week that are allowed at most.",
            said("Correct target_hours_per_week, or max_hours_per_week here or in {clinic.toml}."),
        )
    return found


def _supervisor(cells: Cells, *, is_licensed: bool) -> bool:
    found = cells.yes("supervisor", default=False)
    if found and not is_licensed:
        cells.tell(
            "W-SUPERVISOR",
            "supervisor",
            "This supervisor is not licensed and does not count as one.",
            "Correct licensed or supervisor.",
        )
    return found


def _skills(cells: Cells) -> tuple[str, ...]:
    found = cells.list("skills")
    wrong = [skill for skill in found if ":" in skill]
    if wrong:
        cells.tell(
            "E-SKILL",
            "skills",
            f"The skill {quoted(wrong[0])} holds a colon.",
            f"Write the {count(len(found), 'skill')} with ; between them, without numbers.",
        )
    return tuple(skill for skill in found if ":" not in skill)
