"""The table for billing and record programs: who is due where, to the letter."""

import csv
import io
from dataclasses import replace

import pytest

from iopsched.domain.clinic import Payer
from iopsched.domain.names import Names
from iopsched.errors import UsageError
from iopsched.export.attendees import COLUMNS, files
from iopsched.views.labels import NameMode
from iopsched.words.formulas import unguard
from tests.support.clinics import adults, clinic, group, services
from tests.support.publications import SECOND, edition, held, monday, row

GROUP = row("G1-1", held("Mon 09:00-12:00", "A1 A2", "T1 T2", group_id="G1"))
PAID = clinic(payers={"medicare": Payer("medicare")})
VISIT = row(
    "individual-A1-1", held("Mon 13:00-14:00", "A1", service_id="individual", room_id=None, modality="telehealth")
)
GONE = row("G1-2", held("Tue 09:00-12:00", "A1 A2", group_id="G1"), 1, SECOND, cancelled=True)
CODED = tuple(replace(one, code="H0015") if one.id == "process" else one for one in services())
NAMES = Names(participants={"A1": "=Canaryna One", "A2": "Łucja Two"}, initials={"A1": "C-1", "A2": "L-2"})


def table(*rows, **changes):
    """Return the rows as dictionaries, as another program reads them."""
    changes = {"groups": (group("G1"),), "services": CODED, "names": NAMES, **changes}
    ((name, data),) = files(edition(*rows, **changes)).items()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    return name, list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_one_row_for_each_attendee_and_session():
    paid = tuple(replace(one, payer="medicare") if one.id == "A1" else one for one in adults(2))
    name, rows = table(GROUP, VISIT, GONE, participants=paid, clinic=PAID)
    assert name == "attendees-2026-11-30.csv"
    assert [tuple(one.values()) for one in rows] == [
        (
            "2026-11-30", "09:00", "12:00", "2026-11-30T09:00:00-06:00", "2026-11-30T12:00:00-06:00", "180", "A1", "",
            "G1-1", "process", "H0015", "group", "G1", "T1", "T2", "R1", "in_person", "scheduled", "180", "180", "medicare",
        ),
        (
            "2026-11-30", "09:00", "12:00", "2026-11-30T09:00:00-06:00", "2026-11-30T12:00:00-06:00", "180", "A2", "",
            "G1-1", "process", "H0015", "group", "G1", "T1", "T2", "R1", "in_person", "scheduled", "180", "180", "",
        ),
        (
            "2026-11-30", "13:00", "14:00", "2026-11-30T13:00:00-06:00", "2026-11-30T14:00:00-06:00", "60", "A1", "",
            "individual-A1-1", "individual", "", "individual", "", "T1", "", "telehealth", "telehealth", "scheduled", "60", "60",
            "medicare",
        ),
    ]  # fmt: skip
    assert tuple(rows[0]) == COLUMNS


def test_without_participants_there_is_no_list():
    with pytest.raises(UsageError, match="Show people by id"):
        files(edition(GROUP, roster=NameMode.NONE))


@pytest.mark.parametrize(
    ("mode", "shown"),
    [(NameMode.ID, ["", ""]), (NameMode.INITIALS, ["C-1", "L-2"]), (NameMode.FULL, ["=Canaryna One", "Łucja Two"])],
)
def test_more_than_the_id_is_shown_only_where_asked_for(mode, shown):
    _, rows = table(GROUP, roster=mode)
    assert [one["participant_id"] for one in rows] == ["A1", "A2"]
    assert [unguard(one["participant"]) for one in rows] == shown


def test_no_cell_is_run_as_a_formula():
    names = Names(participants={"A1": "=1+1", "A2": "@sum"})
    people = (*adults(2), replace(adults(1)[0], id="-5"))
    odd = row("G1-1", held("Mon 09:00-12:00", "-5 A1 A2", group_id="G1"))
    _, rows = table(odd, roster=NameMode.FULL, names=names, participants=people)
    assert [(one["participant_id"], one["participant"]) for one in rows] == [
        ("'-5", "'-5"),
        ("A1", "'=1+1"),
        ("A2", "'@sum"),
    ]


def test_distance_to_utc_follows_the_clock():
    """The Sunday on which the clocks of Chicago go back, and a session until midnight."""
    rows = (row("a", held("Sat 09:00-10:00")), row("b", held("Sun 09:00-10:00")), row("c", held("Sun 22:00-24:00")))
    _, found = table(*rows, week=monday("2026-10-26"))
    assert [(one["start_at"], one["end"], one["end_at"]) for one in found] == [
        ("2026-10-31T09:00:00-05:00", "10:00", "2026-10-31T10:00:00-05:00"),
        ("2026-11-01T09:00:00-06:00", "10:00", "2026-11-01T10:00:00-06:00"),
        ("2026-11-01T22:00:00-06:00", "24:00", "2026-11-02T00:00:00-06:00"),
    ]
