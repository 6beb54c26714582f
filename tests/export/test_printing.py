"""How many pages a workbook takes on letter paper: counted from its own heights and widths, and by LibreOffice."""

import shutil
import subprocess
from dataclasses import replace

import pytest

from iopsched.domain.names import Names
from iopsched.export.workbook import files
from iopsched.views.labels import Labels, NameMode
from tests.support.workbooks import book_of, cells

MOST = 25
ROW_POINTS, INCH = 15, 72


def printed_pages(sheet):
    """Return how many pages a sheet takes that is fitted to the width: its rows, scaled, between manual breaks."""
    area = sheet[sheet.print_area.split("!")[-1].replace("$", "")]
    first, last = area[0][0], area[-1][-1]
    widths = {place: kept.width for kept in sheet.column_dimensions.values() for place in range(kept.min, kept.max + 1)}
    wide = sum(0.75 * (7 * widths[place] + 5) for place in range(first.column, last.column + 1))
    across, along = (792, 612) if sheet.page_setup.orientation == "landscape" else (612, 792)
    margins = sheet.page_margins
    scale = min(1, (across - INCH * (margins.left + margins.right)) / wide)
    capacity = (along - INCH * (margins.top + margins.bottom)) / scale
    heights = {row: sheet.row_dimensions[row].height or ROW_POINTS for row in range(first.row, last.row + 1)}
    titles = sheet.print_title_rows
    repeated = [int(text) for text in titles.replace("$", "").split(":")] if titles else []
    above = sum(heights[row] for row in range(repeated[0], repeated[1] + 1)) if repeated else 0
    breaks = {item.id for item in sheet.row_breaks.brk}
    pages, used = 1, 0
    for row, height in heights.items():
        if used and (row - 1 in breaks or used + height > capacity):
            pages, used = pages + 1, above
        used += height
    return pages


def test_the_workbook_of_sixty_participants_prints_on_25_pages(edition):
    assert len(edition.hours) == 60
    book = book_of(replace(edition, labels=replace(edition.labels, names_things=True)))
    found = {sheet.title: printed_pages(sheet) for sheet in book}
    days = {row.start // 1440 for row in edition.schedule.sessions if len(row.participant_ids) == 1}
    assert found["Sign-in single"] == len(days), "a day of visits is a page"
    assert sum(found.values()) <= MOST, found


def test_names_take_few_more_pages(full_edition):
    book = book_of(full_edition)
    assert sum(map(printed_pages, book)) <= MOST


def test_long_names_never_take_a_second_page_of_a_day_of_visits(edition):
    """Names of more than thirty letters, everywhere: other rows may be higher, lines to sign are not."""
    names = Names(
        participants={key: f"Bartholomew Featherstonehaugh {key}" for key in edition.problem.participant},
        therapists={key: f"Wilhelmina Vandenberghe-Smith {key}" for key in edition.problem.therapist},
    )
    plain, long = book_of(edition), book_of(replace(edition, labels=Labels(NameMode.FULL, names)))
    for name in ("Sign-in single", "Sign-in", "Hours"):
        assert printed_pages(long[name]) == printed_pages(plain[name]), name


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice (soffice)")
def test_libreoffice_prints_no_more_pages(edition, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    ((name, data),) = files(edition).items()
    (tmp_path / name).write_bytes(data)
    subprocess.run(
        [
            shutil.which("soffice"), f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--headless",
            "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / name,
        ],
        check=True, timeout=180, capture_output=True,
    )  # fmt: skip
    pages = len(pypdf.PdfReader(tmp_path / name.replace(".xlsx", ".pdf")).pages)
    assert pages <= MOST
    assert pages == sum(printed_pages(sheet) for sheet in book_of(edition) if cells(sheet))
