"""Whatever ids and names look like: text stays text, sheets have names, and nobody is shown who may not be."""

import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from iopsched.domain.names import Names
from iopsched.export.sheets.names import sheet_name
from iopsched.export.workbook import files
from iopsched.views.labels import NameMode
from tests.support.canary import CANARY, canary_edition
from tests.support.clinics import adults, clinic, individual, schedule, session, small, therapist
from tests.support.workbooks import book_of, cells, edition_of, texts

ODD = [
    "=1+1", "\t=1", "\uff1d1", "-5", "'=1", "+1", "@SUM(1)", "007", "1e5", "http://example.org", "mailto:a@b", "Łódź 🙂 名",
    "x" * 40_000, "_x0041_", "a\x00\x07b", "\ud800", "{=1}", "TRUE", "2026-11-30", "&P", "O'Brien", "a\nb", "&8",
]  # fmt: skip


@pytest.mark.parametrize("mode", [NameMode.ID, NameMode.FULL])
def test_odd_ids_and_names_are_texts(mode):
    names = {f"A{place}": text for place, text in enumerate(ODD, 1)}
    people = adults(len(ODD)) if mode is NameMode.FULL else tuple(replace(adults(1)[0], id=text) for text in ODD)
    ids = [person.id for person in people]
    held = replace(
        schedule(
            session("Mon 09:00-12:00", id_="group"),
            *(
                individual(f"Tue {8 + place % 10:02d}:00-{9 + place % 10:02d}:00", id_=f"I{place}")
                for place in range(len(ids))
            ),
        ),
    )
    sessions = tuple(
        replace(row, participant_ids=tuple(ids))
        if row.id == "group"
        else replace(row, participant_ids=(ids[int(row.id[1:])],))
        for row in held.sessions
    )
    edition = edition_of(
        small(participants=people, clinic=clinic(name="=cmd|' /C calc'!A0 & [x]")),
        replace(held, sessions=sessions), mode, Names(participants=names),
    )  # fmt: skip
    assert files(edition) == files(edition)
    book = book_of(edition)
    for sheet in book:
        assert {cell.data_type for cell in cells(sheet)} <= {"s", "n", "d"}
        assert not [cell for cell in cells(sheet) if cell.hyperlink and cell.hyperlink.target]
    shown = {cell.value for cell in cells(book["Sign-in"]) if cell.data_type == "s"}
    for text in (
        "=1+1",
        "\uff1d1",
        "-5",
        "'=1",
        "+1",
        "@SUM(1)",
        "007",
        "1e5",
        "http://example.org",
        "Łódź 🙂 名",
        "TRUE",
    ):
        assert text in shown, text
    raw = zipfile.ZipFile(io.BytesIO(next(iter(files(edition).values()))))
    assert not [name for name in raw.namelist() if b"<f>" in raw.read(name) and "worksheets" in name]


def test_odd_therapists_are_told_by_their_whole_ids():
    ids = ["Week", "week", "History", "[]:*?/\\", "'", "x" * 70, "x" * 69, "🙂" * 20, "Łódź", "=1+1", "About"]
    staff = tuple(therapist(key) for key in ids)
    book = book_of(edition_of(small(therapists=staff), schedule(individual("Mon 09:00-10:00", staff="Week"))))
    assert set(ids) <= set(texts(book["Staff"]))
    assert set(ids) <= set(texts(book["About"]))


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("T01", [], "T01"),
        ("week", ["Week"], "week (2)"),
        ("Week", ["Week", "week (2)"], "Week (3)"),
        ("y" * 31, ["Y" * 31], "y" * 26 + "… (2)"),
        ("a/b", ["a-b"], "a-b (2)"),
        ("STRASSE", ["straße"], "STRASSE (2)"),
        ("", [], "Sheet"),
    ],
)
def test_names_of_sheets(wanted, taken, name):
    assert sheet_name(wanted, taken) == name


def everything(edition):
    """Return all that the file holds, unpacked."""
    ((name, data),) = files(edition).items()
    archive = zipfile.ZipFile(io.BytesIO(data))
    return name + "".join(f"{part}{archive.read(part).decode()}" for part in archive.namelist())


@pytest.mark.parametrize("mode", [NameMode.NONE, NameMode.ID])
def test_no_name_leaves_without_being_asked_for(mode):
    assert CANARY not in everything(canary_edition(mode))


def test_mode_none_shows_nobody():
    edition = canary_edition(NameMode.NONE)
    found = everything(edition)
    for word in ("QA1", "QA2", "QA3", "SECRETGROUP"):
        assert word not in found
    book = book_of(edition)
    assert any("Participants are not shown" in text for text in texts(book["Hours"]))
    assert any("1 participant joins; 1 participant leaves" in text for text in texts(book["Changes"]))
    assert not any("Participants" in text for text in texts(book["Staff"]))
    numbers = [cell.value for cell in cells(book["Sign-in"]) if cell.data_type == "n" and cell.value]
    assert numbers == [1, 2, 3, 4, 5], "two who are expected, three lines to spare"


def test_initials_and_names_stand_for_ids_everywhere():
    """Also in the sentences of the verifier, which know ids only; namesakes are told apart by id."""
    found = everything(canary_edition(NameMode.INITIALS))
    assert "QA1" not in found
    assert f"{CANARY}-1" in found
    found = everything(canary_edition(NameMode.FULL))
    assert f"{CANARY} One" in found
    assert f"{CANARY} Two (QA2)" in found
    assert "QA1" not in found


def test_the_file_opens_with_its_properties(edition):
    book = openpyxl.load_workbook(io.BytesIO(next(iter(files(edition).values()))))
    assert book.properties.created == edition.publication.published.replace(tzinfo=None)
    assert book.properties.modified == book.properties.created
    assert book.properties.title.startswith("Harbor Bend IOP, week of Monday 30 November 2026")
