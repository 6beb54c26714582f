import json
import stat
import tomllib

import pytest
from openpyxl import load_workbook

from iopsched import work
from iopsched.cli.exits import Exit
from iopsched.policy.columns import TABLES
from iopsched.work.templates import fresh_identity


@pytest.fixture
def templates(tmp_path, monkeypatch):
    """Two templates, the first with an earlier schedule and a hidden file."""
    root = tmp_path / "templates"
    for name in ("complete", "small"):
        (root / name / "schedules" / "2026-11-30").mkdir(parents=True)
        (root / name / "clinic.toml").write_text(
            f'# The {name} one.\nname = "C"\nclinic_id = "known"  # stays\n[ratios]\n'
        )
        (root / name / "rooms.csv").write_text("room_id,capacity\nR1,12\n")
        (root / name / ".DS_Store").write_text("x")
    monkeypatch.setattr("iopsched.work.templates.templates", lambda: {p.name: p for p in sorted(root.iterdir())})


def test_a_template_becomes_a_clinic_of_its_own(run, templates, tmp_path):
    folder = tmp_path / "new" / "clinic"
    done = run("init", folder)
    assert done.exit_code == Exit.DONE, done.output
    assert done.stdout == f"{folder}\n"
    assert (f"  iopsched check {folder} --week 2026-11-30\n  iopsched week {folder} --week 2026-11-30\n") in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["clinic.toml", "rooms.csv"]
    text = (folder / "clinic.toml").read_text()
    assert text.endswith("  # stays\n[ratios]\n")
    assert tomllib.loads(text)["clinic_id"] != "known"
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_clinics_have_two_identities(run, templates, tmp_path):
    texts = []
    for name in "ab":
        run("init", tmp_path / name)
        texts.append(tomllib.loads((tmp_path / name / "clinic.toml").read_text())["clinic_id"])
    assert texts[0] != texts[1]


def test_identity_is_added_where_there_is_none():
    assert "clinic_id" in tomllib.loads(fresh_identity(b'name = "C"\n[a]\nclinic_id = "x"\n').decode())
    assert tomllib.loads(fresh_identity(b'name = "C"\n[a]\nclinic_id = "x"\n').decode())["a"]["clinic_id"] == "x"


def test_a_folder_with_anything_in_it_is_refused(run, templates, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    done = run("init", tmp_path / "full")
    assert done.exit_code == Exit.USAGE
    assert done.stderr == f"Error: {tmp_path / 'full'} exists and is not an empty folder. Name a new one.\n"
    (tmp_path / "empty").mkdir()
    assert run("init", tmp_path / "empty", "--template", "small").exit_code == Exit.DONE


def test_usage(run, templates, tmp_path):
    assert run("init").stderr == "Error: Name the new folder: `iopsched init FOLDER`.\n"
    done = run("init", tmp_path / "x", "--template", "smal")
    assert (done.exit_code, done.stderr) == (2, "Error: There is no template smal. Did you mean small?\n")


def test_list(run, templates):
    assert run("init", "--list").stdout == "complete\tThe complete one.\nsmall\tThe small one.\n"


def test_a_failure_leaves_nothing(run, templates, tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("iopsched.files.unnamed.write_whole", full)
    done = run("init", tmp_path / "clinic")
    assert (done.exit_code, done.stderr) == (
        2,
        f"Error: Cannot write {tmp_path / 'clinic'}: No space left on device.\n",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["templates"]


def test_the_examples_of_the_checkout_are_found(run):
    assert "complete\t" in run("init", "--list").stdout


def test_every_example_has_its_week():
    assert set(work.templates.templates()) == set(work.templates.WEEKS)


ROWS = {
    "participants": ("participant_id,population,track", "P1,adult,sud", "P2,adult,sud"),
    "therapists": ("therapist_id", "T1"),
    "rooms": ("room_id,capacity", "R1,8"),
    "groups": ("group_id,track,population,sessions_per_week", "G1,sud,adult,3"),
}


@pytest.mark.parametrize("name", ["clinic", "clinic.xlsx"])
def test_an_empty_clinic_has_every_header_and_nobody(run, tmp_path, name):
    """With rows of one's own it is solved; tables that stay empty are no fault."""
    clinic = tmp_path / name
    done = run("init", clinic, "--empty")
    assert (done.exit_code, done.stdout) == (Exit.DONE, f"{clinic}\n")
    rows = dict(headers(clinic))
    assert rows.keys() == TABLES.keys()
    assert all(set(TABLES[file].names) <= set(header) for file, header in rows.items())
    assert set(codes(run, clinic)) <= {"E-FILE-HEADER-ONLY", "E-FILE-MISSING", "I-TEMPLATE"}
    fill(clinic)
    assert codes(run, clinic) == ["I-TEMPLATE"]
    done = run("solve", clinic, "--week", "2026-11-30", "--time-limit", "5", "-q")
    assert done.exit_code == Exit.DONE, done.output
    assert run("init", clinic, "--empty").exit_code == Exit.USAGE


def codes(run, clinic):
    """Return the codes that check tells."""
    issues = json.loads(run("check", clinic, "--week", "2026-11-30", "--json").stdout)["issues"]
    return sorted(issue["code"] for issue in issues)


def headers(clinic):
    """Yield each table with its header."""
    if clinic.is_dir():
        for path in clinic.glob("*.csv"):
            yield path.name, path.read_text(encoding="utf-8").rstrip("\n").split(",")
        return
    book = load_workbook(clinic)
    for sheet in book.sheetnames:
        if f"{sheet}.csv" in TABLES:
            yield f"{sheet}.csv", [cell.value for cell in book[sheet][1]]


def fill(clinic):
    """Write rows below the headers as somebody at a spreadsheet does."""
    book = None if clinic.is_dir() else load_workbook(clinic)
    for table, (names, *rows) in ROWS.items():
        for number, row in enumerate(rows, 2):
            cells = dict(zip(names.split(","), row.split(","), strict=True))
            if book is None:
                path = clinic / f"{table}.csv"
                header = path.read_text(encoding="utf-8").partition("\n")[0].split(",")
                with path.open("a", encoding="utf-8") as file:
                    file.write(",".join(cells.get(column, "") for column in header) + "\n")
            else:
                header = [cell.value for cell in book[table][1]]
                for column, value in cells.items():
                    book[table].cell(number, header.index(column) + 1, int(value) if value.isdigit() else value)
    if book is not None:
        book.save(clinic)


def test_empty_and_a_template_are_a_choice(run, tmp_path):
    done = run("init", tmp_path / "clinic", "--empty", "--template", "teens")
    assert (done.exit_code, "Choose one." in done.stderr) == (Exit.USAGE, True)
