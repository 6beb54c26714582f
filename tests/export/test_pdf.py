"""The page as PDF: tagged, with every glyph, the same bytes, without any request; a clear sentence where it cannot be made."""

import importlib
import io
import sys
from dataclasses import replace

import pytest

from iopsched.domain.schedule import Schedule
from iopsched.errors import UsageError
from iopsched.export import handouts, pdf
from iopsched.views.labels import Labels, NameMode


def small(edition, people=3):
    """Return the edition with few sessions, because laying out takes time."""
    rows = edition.hours[:people]
    ids = {row.participant_id for row in rows}
    sessions = tuple(row for row in edition.schedule.sessions if ids.intersection(row.participant_ids))
    return replace(edition, schedule=Schedule(edition.schedule.week, sessions), hours=rows)


@pytest.fixture(scope="module")
def read(edition):
    pypdf = pytest.importorskip("pypdf")
    _needs_weasyprint()
    names = replace(
        edition.labels.names, participants={row.participant_id: "Łódź Ştefan Źdźbło" for row in edition.hours}
    )
    one = replace(small(edition), labels=Labels(NameMode.FULL, names))
    made = pdf.files(one)
    assert list(made) == ["week-2026-11-30.pdf"]
    assert pdf.files(one) == made
    return pypdf.PdfReader(io.BytesIO(made["week-2026-11-30.pdf"]))


def _needs_weasyprint():
    try:
        importlib.import_module("weasyprint")
    except (ImportError, OSError):
        pytest.skip("WeasyPrint or Pango is not installed")


def test_it_is_tagged_and_says_language_and_title(read):
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "/StructTreeRoot" in root
    assert read.metadata.title == "Harbor Bend IOP, week of Monday 30 November 2026"
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_glyphs_beyond_latin_1_are_there_and_pages_are_counted(read):
    text = "".join(page.extract_text() for page in read.pages)
    assert "Łódź Ştefan Źdźbło" in text
    assert f"Page 1 of {len(read.pages)}" in text
    assert tuple(map(float, read.pages[0].mediabox[2:])) == (792, 612)


def test_nothing_is_fetched(monkeypatch):
    """A page that asks for a file or for a page of the net gets neither; what it holds itself it gets."""
    _needs_weasyprint()
    from urllib.request import OpenerDirector

    opened = []
    original = OpenerDirector.open

    def spy(self, request, *args, **kwargs):
        opened.append(request.full_url.partition(":")[0])
        return original(self, request, *args, **kwargs)

    monkeypatch.setattr(OpenerDirector, "open", spy)
    images = ("file:///etc/hostname", "http://127.0.0.1:9/x", "data:image/png;base64,AAAA")
    html = f"<html lang=en><title>x</title>{''.join(f'<img src={image}>' for image in images)}"
    assert len(pdf.laid_out(html.encode(), "x.html").pages) == 1
    assert set(opened) == {"data"}


def test_without_the_extra_the_sentence_says_what_to_do(edition, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UsageError) as told:
        pdf.files(edition)
    assert "open week-2026-11-30.html and print it" in str(told.value)
    assert "pip install 'iopsched[pdf]'" in str(told.value)


def test_each_handout_is_a_document_of_its_own(edition):
    pypdf = pytest.importorskip("pypdf")
    _needs_weasyprint()
    one = small(edition, people=2)
    made = handouts.pdf_files(one)
    assert {name.replace(".pdf", ".html") for name in made if "/all-" not in name} == set(handouts.files(one))
    ids = sorted({person for session in one.schedule.sessions for person in session.participant_ids})
    together = pypdf.PdfReader(io.BytesIO(made["handouts/all-participants.pdf"]))
    assert len(together.pages) == len(ids)
    for person in ids:
        single = pypdf.PdfReader(io.BytesIO(made[f"handouts/participant-{person}.pdf"]))
        text = "".join(page.extract_text() for page in single.pages)
        assert len(single.pages) == 1
        assert person in text
        assert not [other for other in ids if other != person and other in text]
