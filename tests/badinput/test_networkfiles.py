"""A network file is read like the tables of a clinic: every fault at once, each at its place with what to do."""

from datetime import date

import pytest

from iopsched.errors import InputError, UsageError
from iopsched.networks.networkfile import sites_of

MONDAY = date(2026, 11, 30)


def sites(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "NETWORK.csv"
    path.write_bytes(text.encode(encoding))
    return sites_of([path], MONDAY)


def told(tmp_path, text):
    with pytest.raises(InputError) as caught:
        sites(tmp_path, text)
    return [str(issue) for issue in caught.value.issues]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_sites_in_every_form(tmp_path, encoding, sign):
    text = "Clinic,Week,Time Limit,priority,site\nnorth,,,,\n../süd,12/14/2026,30,5,\nwest.xlsx,2026-12-16,,,W\n"
    found = sites(tmp_path, text.replace(",", sign), encoding)
    rows = [(site.name, site.clinic, site.week.isoformat(), site.time_limit_s, site.priority) for site in found.sites]
    assert rows == [
        ("north", tmp_path / "north", "2026-11-30", None, 0),
        ("süd", tmp_path / "../süd", "2026-12-14", 30, 5),
        ("W", tmp_path / "west.xlsx", "2026-12-14", None, 0),
    ]
    assert found.file == tmp_path / "NETWORK.csv"
    assert (found.people, found.travel) == (None, None)


def test_every_fault_at_once(tmp_path):
    text = (
        "clinic,week,time_limit,priority,site\n"
        ",,,,\nnorth,soon,0,x,\nnorth,2026-12-01,,,A\nsouth,,,,a\neast,1850-01-01,,,a/b\n"
    )
    found = told(tmp_path, text)
    places = [line.partition(" ")[0] + line.partition("column ")[2].partition(" ")[0] for line in found]
    assert {place.partition(":")[2] for place in places} >= {
        "3,week:",
        "3,time_limit:",
        "3,priority:",
        "5,site:",
        "6,week:",
        "6,site:",
    }
    assert all(line.endswith(".") for line in found)


def test_a_clinic_and_week_stand_once(tmp_path):
    found = told(tmp_path, "clinic,week\nnorth,2026-12-01\nsouth,\nnorth/,2026-11-30\n./north,\n")
    assert found == [
        f"NETWORK.csv:{row}, column clinic: E-SITE-TWICE This clinic and week stand in row 2 already. Delete one of both rows."
        for row in (4, 5)
    ]


def test_no_setting_of_a_clinic_says_how_dates_of_a_network_are_read(tmp_path):
    """A date that decides is told with what to do in the file itself; so is each where nothing decides."""
    (issue,) = sites(tmp_path, "clinic,week\nnorth,12/14/2026\nsouth,12/1/2026\n").issues
    assert (issue.code, issue.remedy) == ("I-DATE-ORDER", "Write all dates of this file as YYYY-MM-DD.")
    (fault,) = told(tmp_path, "clinic,week\nnorth,12/1/2026\n")
    assert "E-DATE-AMBIGUOUS" in fault
    assert fault.endswith("Write 2026-01-12 or 2026-12-01. Or in Excel format the column as yyyy-mm-dd before saving.")


def test_a_row_without_a_clinic_or_week_is_no_double(tmp_path):
    found = told(tmp_path, "clinic,week,priority\n,,1\n.,,1\nnorth,soon,1\nnorth,,1\n")
    assert [row.split(":")[1].split(",")[0] for row in found] == ["2", "4"]
    assert "twice" not in "".join(found).casefold()


def test_a_missing_column_or_file_is_told(tmp_path):
    assert "E-COLUMN-MISSING The column 'clinic' is missing." in told(tmp_path, "folder,week\nnorth,\n")[-1]
    with pytest.raises(InputError, match="is missing"):
        sites_of([tmp_path / "other.csv"], MONDAY)


def test_sites_have_names_of_their_own(tmp_path):
    paths = [tmp_path / name for name in ("a/main", "b/main", "c/other", "west.xlsx", "c/west")]
    assert [site.name for site in sites_of(paths, MONDAY).sites] == [
        "a-main",
        "b-main",
        "other",
        f"{tmp_path.name}-west",
        "c-west",
    ]
    found = sites(tmp_path, "clinic,week,site\nnorth,,\nnorth,2026-12-09,\nsouth,,north\n")
    assert len({site.name.casefold() for site in found.sites}) == 3


def test_files_beside_it_are_known(tmp_path):
    (tmp_path / "people.csv").write_text("person\n")
    assert sites(tmp_path, "clinic\nnorth\n").people == tmp_path / "people.csv"


def test_clinics_are_named_once_and_network_files_alone(tmp_path):
    with pytest.raises(UsageError, match="is named twice"):
        sites_of([tmp_path / "a", tmp_path / "b/../a"], MONDAY)
    with pytest.raises(UsageError, match="Name it alone"):
        sites_of([tmp_path / "a", tmp_path / "N.csv"], MONDAY)
