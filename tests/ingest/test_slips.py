"""No name is told, however the columns of a clinic slipped; faults beyond a thousand of a kind are counted."""

from datetime import date
from itertools import islice

import pytest

from iopsched.errors import InputError
from iopsched.ingest import inspect_clinic
from iopsched.ingest.report import MOST_OF_A_KIND, At, Report
from scripts.slips import SETTINGS, slips, tables, text_of

FULL = [
    f"Quill {word}"
    for word in ("Onefield", "O", "Twohill", "Lake", "left", "Four", "Five", "S", "ill", "trip", "row", "W")
]
ODD = ["Quillone", "Q.Quill", "Quilltwo2", "Quillén", "quillreason", "O'Quill", "Quill-Smith", "QUILLCAP", "Quillsick", "李Quill",
       "Quill, Ann", "quillwait"]  # fmt: skip


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("texts", [FULL, ODD], ids=["full names", "odd names"])
def test_no_slip_tells_a_name(texts, every, tmp_path):
    clinic = tables(texts)
    (tmp_path / "clinic.toml").write_text(SETTINGS)
    faults = 0
    for what, file, rows in islice(slips(clinic), 0, None, every):
        for name, sound in clinic.items():
            (tmp_path / name).write_text(text_of(rows if name == file else sound), encoding="utf-8")
        found = inspect_clinic(tmp_path, date(2026, 11, 30)).issues
        faults += len(found)
        assert "quill" not in repr(found).casefold(), (what, file)
    assert faults > 400 / every


def test_faults_beyond_a_thousand_are_counted():
    report = Report()
    for row in range(2, 5002):
        report.tell("E-DATE", At("needs.csv", row, "last_held"), "This is not a date.")
    assert len(report.issues) == MOST_OF_A_KIND
    assert report.issues[-1].more == 5000 - MOST_OF_A_KIND
    assert report.is_spoiled("needs.csv", 5001)
    assert str(InputError(report.issues)).startswith("5,000 faults in the input")
