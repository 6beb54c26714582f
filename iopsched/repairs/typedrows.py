"""What happened in a clinic's files, as somebody would type it: every other cell stays as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import time, timedelta

from iopsched.domain.happenings import Admission, Discharge, Happening
from iopsched.domain.people import Participant, TimeOff
from iopsched.domain.problem import Problem
from iopsched.edits.clinictables import Cells, ClinicTables
from iopsched.policy.columns import PARTICIPANTS, TIME_OFF, WAITLIST
from iopsched.repairs.happened import happened, is_known
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.steps.rowkeys import row_of


def recorded(files: ClinicFiles, problem: Problem, happenings: Iterable[Happening]) -> ClinicFiles:
    """Return the files with what happened; what they say already is not written twice.

    ``problem`` is what the files were read as. An absence is a row of ``time_off.csv``, a discharge a cell of
    ``participants.csv``; whoever is admitted has their row there, each cell as it was in ``waitlist.csv``, and none
    in the waitlist any more.

    Raises
    ------
    InputError
        If a change would change anything but what it says.
    """
    tables = files.tables
    for one in happenings:
        if not is_known(problem, one):
            tables = _typed(tables, problem, one)
            problem = happened(problem, (one,))
    return files.with_tables(tables)


def _typed(tables: ClinicTables, problem: Problem, one: Happening) -> ClinicTables:
    match one:
        case TimeOff():
            return tables.with_row(TIME_OFF.file, _absence(one))
        case Discharge(who, last_day):
            row = row_of(PARTICIPANTS.file, tables.rows(PARTICIPANTS.file), (who,))
            return tables if row is None else tables.with_cell(PARTICIPANTS.file, row, "discharged", str(last_day))
        case Admission(who, first_day):
            entry = next((row.participant for row in problem.waitlist if row.participant.id == who), None)
            place = row_of(WAITLIST.file, tables.rows(WAITLIST.file), (who,))
            if entry is None or place is None:
                return tables
            cells = _admitted(tables.rows(WAITLIST.file)[place], replace(entry, admitted=first_day))
            return tables.with_row(PARTICIPANTS.file, cells).without_row(WAITLIST.file, place)


def _absence(away: TimeOff) -> Cells:
    """Return the cells of an absence: of whole days the first and the last of them."""
    is_whole = away.start.time() == away.end.time() == time()
    last = away.end - timedelta(days=1) if is_whole else away.end
    form = "%Y-%m-%d" if is_whole else "%Y-%m-%d %H:%M"
    cells = {"kind": away.kind, "id": away.id, "start": f"{away.start:{form}}", "end": f"{last:{form}}"}
    return {name: text for name, text in cells.items() if text}


def _admitted(cells: Cells, person: Participant) -> Cells:
    """Return the cells of a referral as those of a participant: dates as they were read, all else as it was written."""
    dates = {column.name: getattr(person, column.name) for column in PARTICIPANTS.columns if column.kind == "date"}
    kept = {name: text for name, text in cells.items() if text and PARTICIPANTS.has(name)}
    return {**kept, **{name: str(day) for name, day in dates.items() if day is not None}}
