"""The example clinics under ``data/``: clean to read, complete in what they show."""

import csv
import tomllib
from datetime import date
from pathlib import Path

import pytest

from iopsched.ingest import inspect_clinic
from iopsched.policy.settings import TABLES, settings_of
from iopsched.rulebook import DEFAULT_WEIGHTS
from iopsched.work.templates import WEEKS, copy_template, templates
from tests.support.solving import EXAMPLES

DATA = Path(__file__).parents[2] / "data"
WEEK = date(2026, 11, 30)

EXPECTED_WARNINGS: dict[str, set[tuple[str, str, str]]] = {}

CHOICES = {
    ("groups", "one_lead"): {"require", "prefer", "no"},
    ("groups", "membership"): {"closed", "open"},
    ("groups", "attend"): {"all", "some"},
    ("groups", "modality"): {"in_person", "telehealth", "hybrid"},
    ("services", "kind"): {"group", "individual", "family", "multifamily", "other"},
    ("services", "starts"): {"blocks", "grid"},
    ("services", "modality"): {"in_person", "telehealth", "either"},
    ("participants", "modality"): {"telehealth", "either"},
    ("participants", "population"): {"adult", "adolescent"},
    ("time_off", "kind"): {"participant", "therapist", "room", "clinic"},
    ("pins", "action"): {"must", "must_not"},
    ("needs", "same_therapist"): {"require", "prefer"},
    ("attendance", "status"): {"attended", "no_show", "excused", "cancelled"},
}


def rows(folder: str, name: str) -> list[dict[str, str]]:
    with (DATA / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("folder", EXAMPLES)
def test_is_read_without_complaint(folder):
    found = inspect_clinic(DATA / folder, WEEK)
    told = {(issue.level, issue.file, issue.code) for issue in found.issues if issue.level != "information"}
    assert told == EXPECTED_WARNINGS.get(folder, set()), "\n".join(map(str, found.issues))
    assert found.problem is not None


@pytest.mark.parametrize("folder", EXAMPLES)
def test_has_a_page_and_opens_in_a_spreadsheet(folder):
    assert "Best known result:" in (DATA / folder / "README.md").read_text(encoding="utf-8")
    for path in (DATA / folder).glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            table = list(csv.reader(file))
        assert {len(row) for row in table} == {len(table[0])}, path.name


@pytest.mark.parametrize(("file", "column"), CHOICES)
def test_complete_shows_every_choice(file, column):
    assert {row[column] for row in rows("complete", file)} >= CHOICES[file, column]


def test_complete_is_the_clinic_it_says_it_is():
    people = rows("complete", "participants")
    assert [row["population"] for row in people].count("adult") == 42
    assert [row["population"] for row in people].count("adolescent") == 18
    assert len(rows("complete", "therapists")) == 9
    assert len(rows("complete", "rooms")) == 8
    adults = [row for row in people if row["population"] == "adult"]
    grown_up = [row for row in people if row["population"] == "adolescent" and int(row["age"]) > 17]
    assert grown_up
    assert all(row["age_override"] for row in grown_up)
    assert all(int(row["age"]) >= 18 for row in adults)


def test_complete_names_every_setting():
    with (DATA / "complete" / "clinic.toml").open("rb") as file:
        settings = tomllib.load(file)
    assert set(settings) == TABLES - {"date_order"}  # of use only where a spreadsheet has rewritten the dates
    for table, written in (
        ("levels", settings["levels"]["iop-adult"]),
        ("staff", settings["staff"]),
        ("payers", settings["payers"]["county"]),
    ):
        assert set(written) == {setting.key for setting in settings_of(table)}
    weights = {goal: row for goal, row in settings["goals"].items() if isinstance(row, dict)}
    assert {goal: set(row) for goal, row in weights.items()} == {
        goal.value: set(weights) for goal, weights in DEFAULT_WEIGHTS.items()
    }


@pytest.mark.parametrize("folder", EXAMPLES)
def test_is_a_clean_template(folder, tmp_path):
    copy_template(templates()[folder], tmp_path / "mine")
    found = inspect_clinic(tmp_path / "mine", date.fromisoformat(WEEKS[folder]))
    assert [issue for issue in found.issues if issue.level != "information"] == []
    assert found.problem is not None
