"""The week that a clinic runs today, out of its own spreadsheet, list or calendar: read, written as a schedule folder, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from iopsched import ingest
from iopsched.domain.names import Names
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InputError, Issue, UsageError
from iopsched.files import folders
from iopsched.files.output import check_target
from iopsched.imports.entries import Ignored, SheetReading
from iopsched.imports.lexicon import WordKind
from iopsched.imports.mapping import RosterMapping, mapping_text, order_in, read_mapping
from iopsched.imports.recognition import chosen, read_all, read_calendars, shape_of, week_of_sheets
from iopsched.imports.rosterfiles import RosterFiles, bytes_at, read_roster, shapeless
from iopsched.imports.shapes.calendar import week_of_events
from iopsched.imports.understanding import Understanding
from iopsched.imports.weekbuilding import WeekBuilder
from iopsched.imports.when import Dates
from iopsched.ingest.report import Report
from iopsched.ingest.row.dates import Order
from iopsched.params import SolveParams
from iopsched.verifier import Violation, violations
from iopsched.verifier.account import Account
from iopsched.verifier.meetings import lacking_sessions
from iopsched.verifier.week import Week
from iopsched.views.broken import violation_facts
from iopsched.views.lacks import people_short
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.work.clinics import ClinicInput, read_clinic
from iopsched.work.drafts import target_of
from iopsched.work.keeping import EarlierSchedule, as_solved, write_week
from iopsched.work.weeks import names_of

_IMPORTED = Sentence("Imported as the clinic runs it; no reason was looked for.")


@dataclass(frozen=True, slots=True)
class Imported:
    """A roster as it was read; ``schedule`` is None, and nothing but the mapping is written, where it has faults.

    ``issues`` are faults and warnings, ``ignored`` what was left out, ``guesses`` what was assumed, with how often.
    ``sheets`` says how many appointments each sheet has. ``mapping`` is the mapping file, ``is_mapping_new`` whether this
    import wrote it. ``short`` are the accounts of those who lack anything, of ``people``; ``lacking`` the sessions that
    groups lack which always meet.
    """

    week: date
    shape: str
    folder: Path
    mapping: Path
    is_mapping_new: bool
    issues: tuple[Issue, ...]
    ignored: tuple[Ignored, ...]
    guesses: Mapping[str, int]
    sheets: Mapping[str, int]
    problem: Problem
    schedule: Schedule | None = None
    violations: tuple[Violation, ...] = ()
    short: tuple[Account, ...] = ()
    people: int = 0
    lacking: Mapping[str, int] = field(default_factory=dict)
    kept: EarlierSchedule | None = None

    @property
    def attendees(self) -> int:
        """Return how many participants have a session."""
        rows = self.schedule.sessions if self.schedule is not None else ()
        return len({person for session in rows for person in session.participant_ids})

    def facts(self) -> dict[str, Any]:
        """Return it for a machine; ids and places only."""
        sessions = self.schedule.sessions if self.schedule is not None else ()
        return {
            "week": self.week.isoformat(),
            "shape": self.shape,
            "folder": str(self.folder) if self.schedule is not None else None,
            "mapping": str(self.mapping),
            "sheets": [{"sheet": name, "appointments": number} for name, number in self.sheets.items()],
            "sessions": len(sessions),
            "participants": self.attendees,
            "violations": violation_facts(self.violations),
            "short": sorted(account.participant.id for account in self.short),
            "ignored": [{"sheet": row.place.sheet, "cell": row.place.cell, "why": row.why} for row in self.ignored],
            "guessed": [{"what": what, "times": times} for what, times in self.guesses.items()],
            "kept": str(self.kept.folder) if self.kept is not None else None,
        }


def clinic_of(roster: Path, here: Path) -> Path:
    """Return the clinic that somebody means who names none: the folder ``here``, else the one in which the roster lies.

    Raises
    ------
    UsageError
        If neither is a clinic.
    """
    for folder in (here, roster.parent, roster.parent.parent):
        if (folder / "clinic.toml").is_file():
            return folder
    raise UsageError("Neither this folder nor that of the roster is a clinic. Name one with --clinic.")


def import_roster(
    path: Path,
    clinic: Path,
    week: date | None,
    planned: date,
    *,
    out: Path | None = None,
    mapping: Path | None = None,
    sheet: str | None = None,
) -> Imported:
    """Read a roster against a clinic and write its week, with a mapping file that says how it was read.

    ``week`` is the Monday asked for; without it the week of the roster's dates is taken, else the ``planned`` one. The mapping
    file is read where it is there; else it is written, also where the roster has faults: beside the roster, unless named.

    Raises
    ------
    InputError
        If the clinic, the roster as a file, or the mapping cannot be read.
    UsageError
        If there is no such roster or sheet, or the target cannot be written.
    """
    roster = read_roster(path)
    place = mapping or path.with_name(f"{path.stem if path.is_file() else path.name}.mapping.toml")
    order = _order(place, clinic)
    dated = week_of_sheets(roster.sheets, planned, order) or week_of_events(roster.calendars.values())
    monday = week or dated or planned
    given = read_clinic(clinic, monday, Path("none"), is_for_solving=False)
    target = target_of(clinic, monday, out)
    check_target(target)
    known = _understanding(roster, given, names_of(clinic), place, order)
    readings = _readings(roster, known, sheet)
    schedule = WeekBuilder(known, readings).schedule() if readings else None
    issues = [*known.issues(), *_of_the_whole(roster, known, readings, schedule)]
    is_new = _keep_mapping(place, known, readings)
    found = Imported(
        week=monday,
        shape=shape_of(readings),
        folder=target,
        mapping=place,
        is_mapping_new=is_new,
        issues=tuple(sorted(issues)),
        ignored=tuple(sorted(Ignored(at, why) for at, why in known.ignored.items())),
        guesses=known.guesses,
        sheets={reading.sheet: len(reading.entries) or len(reading.members) for reading in readings},
        problem=given.problem,
    )
    if schedule is None or any(issue.level == "error" for issue in issues):
        return found
    return _written(found, given, schedule)


def _order(place: Path, clinic: Path) -> Order | None:
    """Return in which order dates are read: as the mapping says, else the clinic's settings."""
    own = ingest.own_settings(clinic).get("date_order")
    data = bytes_at(place, Report()) if place.exists() else b""
    return order_in(data) or ("dmy" if own == "dmy" else "mdy" if own == "mdy" else None)


def _understanding(
    roster: RosterFiles, given: ClinicInput, names: Names, place: Path, order: Order | None
) -> Understanding:
    problem = given.problem
    mapping = RosterMapping(place.name)
    if place.exists():
        ids = {
            WordKind.GROUP: problem.group,
            WordKind.SERVICE: problem.service,
            WordKind.STAFF: problem.therapist,
            WordKind.ROOM: problem.room,
            WordKind.PERSON: problem.participant,
        }
        report = Report()
        data = bytes_at(place, report)
        if report.has_errors:
            raise InputError(report.issues)
        mapping, issues = read_mapping(data, place.name, ids)
        if issues:
            raise InputError(issues)
    return Understanding(
        roster.path.name, names, place.name, problem=problem, mapping=mapping, dates=Dates(given.week, order)
    )


def _readings(roster: RosterFiles, known: Understanding, asked: str | None) -> list[SheetReading]:
    if roster.calendars:
        return read_calendars(roster.calendars, known)
    sheets = chosen(roster.sheets, known, asked)
    if asked is not None and not sheets:
        raise UsageError(f"The roster has no sheet of this name; it has {count(len(roster.sheets), 'sheet')}.")
    return read_all(sheets, known)


def _of_the_whole(
    roster: RosterFiles, known: Understanding, readings: Sequence[SheetReading], schedule: Schedule | None
) -> list[Issue]:
    """Return what is wrong with the roster as a whole: no shape that is known, or nothing of the week."""
    file = roster.path.name
    if not readings and not known.dates.outside and any(issue.level == "error" for issue in known.issues()):
        return []
    if not readings and not known.dates.outside and not roster.calendars:
        remedy = (
            "docs/import.md shows the five shapes; --sheet names the sheet, and a mapping file says what a column is."
        )
        return [shapeless(file, "No sheet of this roster has a shape that is known.", remedy)]
    if schedule is not None and (schedule.sessions or any(True for _ in known.issues())):
        return []
    outside = {monday: number for monday, number in known.dates.outside.items() if number}
    if outside:
        other = max(outside, key=lambda monday: outside[monday])
        message = f"No appointment lies in the week of {known.dates.week.isoformat()}; most are of that of {other.isoformat()}."
        return [Issue(file, 0, "", "E-IMPORT-WEEK", message, f"Name that week with --week {other.isoformat()}.")]
    return [shapeless(file, "No appointment was found in this roster.", "docs/import.md shows what is read.")]


def _keep_mapping(place: Path, known: Understanding, readings: Sequence[SheetReading]) -> bool:
    """Write the mapping file where there is none yet and anything was recognized; return whether it was written."""
    if place.exists() or not readings:
        return False
    folders.make_file(place, _mapping(known, readings).encode())
    return True


def _mapping(known: Understanding, readings: Sequence[SheetReading]) -> str:
    words: dict[WordKind, dict[str, str]] = {kind: dict(rows) for kind, rows in known.words.items()}
    for _, kind, phrase in known.unknown:
        words.setdefault(kind, {}).setdefault(phrase, "")
    return mapping_text(shape_of(readings), known.dates.order, readings, words, known.guesses)


def _written(found: Imported, given: ClinicInput, schedule: Schedule) -> Imported:
    """Write the week and return it with all that it breaks and lacks."""
    problem = given.problem
    solved = as_solved(problem, schedule, _IMPORTED)
    kept = write_week(found.folder, problem, solved, SolveParams(), given.inputs_sha256, None, given.folder)
    short, people = people_short(problem, schedule)
    return replace(
        found,
        schedule=schedule,
        violations=violations(problem, schedule),
        short=tuple(short),
        people=people,
        lacking=lacking_sessions(Week(problem, schedule)),
        kept=kept,
    )
