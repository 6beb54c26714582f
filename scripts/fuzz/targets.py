"""The targets: each takes bytes, reads them as the product would and returns nothing; see :data:`TARGETS`."""

from __future__ import annotations

import atexit
import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from iopsched.domain.problem import Problem
from iopsched.errors import InputError, UsageError
from iopsched.ingest.cell import values
from iopsched.ingest.cell.clocktimes import time_of_day
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.windows import Hours, read_windows
from iopsched.ingest.checks import run_checks
from iopsched.ingest.draft import read_draft
from iopsched.ingest.file.schedules import inspect_schedule
from iopsched.ingest.problem import assemble
from iopsched.ingest.report import Report
from iopsched.ingest.source.sources import Folder, Source
from iopsched.ingest.source.workbook import Workbook
from iopsched.policy.columns import TABLES as KINDS
from iopsched.store.record import from_snapshot, publication_of
from tests.support.small_clinic import FILES

WEEK = date(2026, 11, 30)
CLINIC: Mapping[str, bytes] = {name: text.encode() for name, text in FILES.items()}
SCHEDULE: Mapping[str, bytes] = {
    "sessions.csv": (
        b"session_id,date,weekday,start,end,service_id,group_id,room_id,therapist_ids,participants,modality\n"
        b"G1-1,2026-11-30,Mon,09:00,12:00,group,G1,R1,T1,2,in_person\n"
    ),
    "roster.csv": b"session_id,participant_id\nG1-1,P1\nG1-1,P2\n",
    "hours.csv": b"participant_id,therapist_id\nP1,T1\n",
}
TABLES = tuple(KINDS)
PINS_AND_ATTENDANCE = ("pins.csv", "attendance.csv")


class Memory(Folder):
    """A clinic folder that is nowhere on the disk."""

    def __init__(self, files: Mapping[str, bytes], report: Report) -> None:
        super().__init__(Path("clinic"), report)
        self._files = files

    def exists(self, name: str) -> bool:
        """Return whether there is a file of this name."""
        return name in self._files

    def renaming(self, name: str) -> str:  # noqa: ARG002 - as every source
        """Return nothing: no other files are there."""
        return ""

    def others(self, known: Collection[str]) -> Iterator[tuple[str, str, bool]]:  # noqa: ARG002 - as every source
        """Yield nothing: no other files are there."""
        return iter(())

    def data(self, name: str) -> bytes | None:
        """Return the bytes of a file."""
        if (data := self._files.get(name)) is not None:
            self._read[name] = data
        return data


def _read(source: Source) -> Problem | None:
    """Read a clinic in full, as ``iopsched check`` does, with every sentence made."""
    draft = read_draft(source, WEEK)
    problem = run_checks(draft, None, lambda: assemble(draft, None))
    for issue in source.told(source.report.issues):
        str(issue)
    return problem


def _clinic(changed: Mapping[str, bytes]) -> None:
    _read(Memory({**CLINIC, **changed}, Report()))


@cache
def _problem() -> Problem:
    found = _read(Memory(CLINIC, Report()))
    if found is None:
        raise RuntimeError("The clinic above has a fault.")
    return found


@cache
def _scratch() -> Path:
    """Return a folder for readers that want a path; it goes with the process."""
    folder = tempfile.mkdtemp(prefix="iopsched-fuzz-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def windows(data: bytes) -> None:
    """Read windows, times, dates and numbers of one cell."""
    text = data.decode("utf-8", "replace")
    hours = _problem().clinic
    known = Hours(open=hours.open, blocks=hours.blocks, week=WEEK)
    for read in (
        lambda: read_windows(text, known),
        lambda: read_windows(text, known, with_starts=True),
        lambda: read_windows(text, Hours(is_known=False)),
        lambda: time_of_day(text, is_end=True),
        lambda: values.iso_date(text),
        lambda: values.whole(text, 0, 100),
        lambda: values.hours_as_minutes(text, 0, 168),
    ):
        try:
            read()
        except Fault:
            continue


def csv(data: bytes) -> None:
    """Read one table of the clinic folder; the first byte says which."""
    if data:
        _clinic({TABLES[data[0] % len(TABLES)]: data[1:]})


def toml(data: bytes) -> None:
    """Read the settings; with an even first byte they follow settings that are right."""
    if data:
        _clinic({"clinic.toml": (CLINIC["clinic.toml"] if data[0] % 2 == 0 else b"") + data[1:]})


def pins_and_attendance(data: bytes) -> None:
    """Read pins and attendance, with a header that is right; the first byte says which table, and how it is encoded."""
    if not data:
        return
    name = PINS_AND_ATTENDANCE[data[0] % 2]
    table = ",".join(KINDS[name].names).encode() + b"\n" + data[1:]
    encoding = ("utf-8", "utf-16", "utf-8-sig", "cp1252")[data[0] // 2 % 4]
    _clinic({name: table if encoding == "utf-8" else table.decode("utf-8", "replace").encode(encoding, "replace")})


def xlsx(data: bytes) -> None:
    """Read a workbook: the XML of a sheet (first byte 0 mod 3), a grid of cells as text (1), or the whole file (2).

    Three of four inputs are read as far as rows and settings, the fourth as a clinic: that takes four times as long.
    """
    if not data:
        return
    path = _scratch() / "clinic.xlsx"
    kind, rest = data[0] % 3, data[1:]
    path.write_bytes(
        rest if kind == 2 else book({1: rest if kind == 0 else sheet_xml(rest.decode("utf-8", "replace"))})
    )
    source = Workbook(path, Report())
    if not source.is_readable:
        return
    if data[0] // 3 % 4 == 0:
        _read(source)
        return
    source.settings("clinic.toml")
    for table in TABLES:
        if source.exists(table):
            list(source.rows(table) or ())


def schedules(data: bytes) -> None:
    """Read a file of a schedule folder (first byte 0 to 3 mod 5), or a published revision (4)."""
    if not data:
        return
    kind, rest = data[0] % 5, data[1:]
    if kind == 4:
        try:
            publication_of(from_snapshot(rest).content)
        except (KeyError, TypeError, ValueError, RecursionError):
            return
        return
    folder = _scratch() / "week"
    folder.mkdir(exist_ok=True)
    for name, own in SCHEDULE.items():
        (folder / name).write_bytes(own)
    name = (*SCHEDULE, "summary.json")[kind]
    (folder / name).write_bytes(rest)
    for issue in inspect_schedule(folder, _problem()).issues:
        str(issue)


def sheet_xml(text: str) -> bytes:
    """Return a sheet with a row for each line and a cell for each tab; a number is a number, all else text."""
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        cells = "".join(_cell(cell) for cell in line.split("\t"))
        rows.append(f'<row r="{number}">{cells}</row>')
    return (
        f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{"".join(rows)}'
        "</sheetData></worksheet>"
    ).encode()


def _cell(text: str) -> str:
    kept = "".join(sign for sign in text if sign.isprintable())
    escaped = kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    try:
        float(text)
    except ValueError:
        return f'<c t="inlineStr"><is><t>{escaped}</t></is></c>'
    return f"<c><v>{escaped}</v></c>"


def book(sheets: Mapping[int, bytes]) -> bytes:
    """Return a workbook of four sheets; those not given hold the clinic above."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    names = ("clinic", "participants", "therapists", "rooms")
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>' for at, name in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}">'
        + "".join(
            f'<Relationship Id="r{at}" Type="{office}/worksheet" Target="worksheets/sheet{at}.xml"/>'
            for at in range(1, 5)
        )
        + "</Relationships>",
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    }
    settings = "key\tvalue\nname\tMini\ntimezone\tAmerica/Chicago\nopen\tMon-Fri 09:00-17:00\npopulations\tadult"
    own = {
        1: sheet_xml(settings),
        **{
            at: sheet_xml(CLINIC[f"{name}.csv"].decode().replace(",", "\t"))
            for at, name in enumerate(names, 1)
            if name != "clinic"
        },
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for at, data in {**own, **sheets}.items():
            archive.writestr(f"xl/worksheets/sheet{at}.xml", data)
    return stream.getvalue()


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "windows": windows,
    "csv": csv,
    "toml": toml,
    "xlsx": xlsx,
    "pins": pins_and_attendance,
    "schedules": schedules,
}
TOLD = (InputError, UsageError)


def attempt(target: str, data: bytes) -> None:
    """Run a target; the errors that the product tells of itself are no crash."""
    try:
        TARGETS[target](data)
    except TOLD:
        return
