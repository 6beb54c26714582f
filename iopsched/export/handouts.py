"""``--to handouts``: a page for each participant and member of staff, and who arrives when, for the front desk.

What a participant is given holds nothing about anybody else but the staff.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iopsched.errors import UsageError
from iopsched.export.edition import Edition, Files
from iopsched.export.filenames import safe_names
from iopsched.export.heading import status_line, zone_line
from iopsched.export.pdf import laid_out, pdf_bytes
from iopsched.export.templating import is_american, render
from iopsched.export.visits import ClockFormat, PersonalSheets
from iopsched.words.papers import PaperWords, paper_words

if TYPE_CHECKING:
    from weasyprint import Document  # type: ignore[import-untyped]

FOLDER = "handouts"
ALL = {"participant": "all-participants", "therapist": "all-therapists", "arrivals": "all-arrivals"}


def files(edition: Edition) -> Files:
    """Return ``participant-ID.html``, ``therapist-ID.html`` and ``arrivals-DATE.html`` in the folder of handouts.

    Raises
    ------
    UsageError
        If participants may not be shown: a handout for nobody is of no use.
    """
    return {
        f"{FOLDER}/{name}.html": _page(edition, kind, [sheet])
        for kind, sheets in _sheets(edition).items()
        for name, sheet in sheets.items()
    }


def pdf_files(edition: Edition) -> Files:
    """Return the same as PDF, and all of a kind in one file, to print in one go.

    Raises
    ------
    UsageError
        If participants may not be shown, or what makes PDF is not installed.
    """
    found = {}
    for kind, sheets in _sheets(edition).items():
        if sheets:
            document = laid_out(_page(edition, kind, list(sheets.values())), f"{FOLDER}/{next(iter(sheets))}.html")
            found[f"{FOLDER}/{ALL[kind]}.pdf"] = pdf_bytes(document)
            for name, part in _parts(document, list(sheets)).items():
                found[f"{FOLDER}/{name}.pdf"] = pdf_bytes(part)
    return found


def _parts(document: Document, names: list[str]) -> dict[str, Document]:
    """Return the pages of each sheet as a document of its own; a sheet begins where its anchor is."""
    pages: dict[str, list[object]] = {name: [] for name in names}
    current = names[0]
    for page in document.pages:
        for anchor in page.anchors:
            if anchor.startswith("sheet-"):
                current = names[int(anchor.removeprefix("sheet-"))]
        pages[current].append(page)
    return {name: document.copy(held) for name, held in pages.items()}


def _sheets(edition: Edition) -> dict[str, dict[str, object]]:
    """Return every sheet by kind and by the name of its file."""
    if not edition.labels.shows_people:
        raise UsageError("Handouts are for people. Show these by id, initials or full name, or leave the handouts out.")
    visits = PersonalSheets(edition, ClockFormat(is_of_twelve=is_american(edition)))
    participants, therapists = visits.participants(), visits.therapists()
    for_participants = safe_names(sheet.key for sheet in participants)
    for_therapists = safe_names(sheet.key for sheet in therapists)
    return {
        "participant": {f"participant-{for_participants[sheet.key]}": sheet for sheet in participants},
        "therapist": {f"therapist-{for_therapists[sheet.key]}": sheet for sheet in therapists},
        "arrivals": {f"arrivals-{row.day.isoformat()}": row for row in visits.arrivals()},
    }


def _page(edition: Edition, kind: str, sheets: list[object]) -> bytes:
    return render(
        f"{kind}.html",
        sheets=[(sheet, _head(edition, getattr(sheet, "told", paper_words()))) for sheet in sheets],
        language=getattr(sheets[0], "told", paper_words()).code,
        paper="letter" if is_american(edition) else "A4",
        clinic=edition.problem.clinic.name,
        record=edition.record,
    )


def _head(edition: Edition, told: PaperWords) -> dict[str, object]:
    """Return what stands above a sheet, in its language; ``say`` has the other sentences of the page."""
    return {
        "code": told.code,
        "say": told.say,
        "week": told.dated("long_date", edition.schedule.week),
        "status": status_line(edition, told),
        "zone": zone_line(edition, told),
    }
