"""``--to pdf``: the same page on paper, tagged for screen readers. Needs the extra ``pdf``."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from iopsched.errors import UsageError
from iopsched.export.edition import Edition, Files
from iopsched.export.page import page

if TYPE_CHECKING:
    from weasyprint import Document  # type: ignore[import-untyped]


def files(edition: Edition) -> Files:
    """Return ``week-DATE.pdf``.

    Raises
    ------
    UsageError
        If what makes PDF is not installed.
    """
    week = edition.schedule.week.isoformat()
    return {f"week-{week}.pdf": pdf_bytes(laid_out(page(edition, is_for_print=True), f"week-{week}.html"))}


def laid_out(html: bytes, instead: str) -> Document:
    """Return a page laid out on paper; ``instead`` is the file that a reader may print where this is not possible.

    Raises
    ------
    UsageError
        If what makes PDF is not installed.
    """
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    try:
        from weasyprint import HTML  # noqa: PLC0415 - an extra, and slow to load
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
    except (ImportError, OSError):
        raise UsageError(
            f"PDF needs one more package, which is not installed: open {instead} and print it, or "
            "pip install 'iopsched[pdf]' (and Pango: on Debian libpangoft2-1.0-0, with Homebrew pango)."
        ) from None
    fetcher = URLFetcher(allowed_protocols=["data"])
    return HTML(string=html.decode(), url_fetcher=fetcher).render()


def pdf_bytes(document: Document) -> bytes:
    """Return a laid out page as PDF, the same bytes each time."""
    with _without_a_clock():
        written = document.write_pdf(pdf_identifier=b"iopsched", pdf_variant="pdf/ua-1", pdf_tags=True)
    return bytes(written)


@contextlib.contextmanager
def _without_a_clock() -> Iterator[None]:
    """Keep the time out of embedded fonts: fontTools, which cuts them where HarfBuzz cannot, writes it there."""
    name = "SOURCE_DATE_EPOCH"  # https://reproducible-builds.org/specs/source-date-epoch/
    before = os.environ.get(name)
    os.environ[name] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
