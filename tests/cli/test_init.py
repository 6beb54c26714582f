import stat
import tomllib

import pytest

from iopsched import work
from iopsched.cli.exits import Exit
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
    assert (
        f"  iopsched check {folder} --week 2026-11-30\n  iopsched solve {folder} --week 2026-11-30\n"
    ) in done.stderr
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
