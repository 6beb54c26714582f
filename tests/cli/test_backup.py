"""All that is published in one file, and the store back from it."""

import json
import shutil
import stat

import pytest

from iopsched.cli.exits import Exit


@pytest.fixture
def folder(clinic):
    found = clinic / "schedules" / "2026-11-30"
    found.mkdir(parents=True)
    return found


@pytest.fixture
def published(run, install, clinic, folder, world):
    """A clinic with two revisions."""
    for people in (("P1", "P2"), ("P1",)):
        install(week=world.schedule(individual=people))
        assert run("publish", clinic, folder).exit_code == Exit.DONE
    return clinic


def test_a_backup_lies_beside_the_clinic_and_only_its_owner_reads_it(run, published):
    done = run("backup", published)
    (path,) = published.parent.glob("*.zip")
    assert path.name.startswith("clinic-backup-2026-11-")
    assert (done.exit_code, stat.S_IMODE(path.stat().st_mode)) == (Exit.DONE, 0o600)
    assert done.stdout.startswith(f"{path}: 2 revisions of 1 week, ")
    assert "keep it as health records" in done.stderr
    again = run("backup", published, path)
    assert (again.exit_code, again.stderr) == (Exit.USAGE, f"Error: {path} exists. Name a new file.\n")
    told = json.loads(run("backup", published, path.with_name("other.zip"), "--json").stdout)
    assert (told["schema"], told["revisions"], told["last"]["revision"]) == ("iopsched.backup/1", 2, 2)


def test_a_lost_store_is_back_with_one_command(run, published, tmp_path):
    saved = tmp_path / "saved.zip"
    run("backup", published, saved)
    before = run("history", published).stdout
    (published / "iopsched.db").unlink()
    shutil.rmtree(published / "published")
    done = run("restore", published, "--from", saved)
    assert (done.exit_code, done.stdout) == (
        Exit.DONE,
        f"The store is as in {saved}: 2 revisions of 1 week, the last one revision 2 of the week of 2026-11-30.\n",
    )
    assert run("history", published).stdout == before
    assert run("history", published, "--verify").exit_code == Exit.DONE
    told = json.loads(run("restore", published, "--from", saved, "--json").stdout)
    assert (told["is_new"], told["kept"], told["lost"]) == (False, None, [])


def test_revisions_that_a_backup_lacks_are_lost_by_force_only(run, install, published, folder, world, tmp_path):
    saved = tmp_path / "saved.zip"
    run("backup", published, saved)
    install(week=world.schedule(individual=("P1", "P3")))
    run("publish", published, folder)
    done = run("restore", published, "--from", saved)
    assert done.exit_code == Exit.CONFLICT
    assert (
        "has 1 revision that the backup lacks: revision 3 of the week of 2026-11-30. Nothing was written."
        in done.stderr
    )
    assert len(run("history", published).stdout.splitlines()) == 3
    done = run("restore", published, "--from", saved, "--force", "--json")
    told = json.loads(done.stdout)
    assert told["lost"] == [{"week": "2026-11-30", "revision": 3}]
    assert told["kept"] == str(published / "store.before-1")
    assert len(run("history", published).stdout.splitlines()) == 2


def test_what_makes_no_sense_is_refused(run, published, clinic, tmp_path):
    saved = tmp_path / "saved.zip"
    run("backup", published, saved)
    (clinic / "clinic.toml").write_text('clinic_id = "somebody-else"\n')
    done = run("restore", clinic, "--from", saved)
    assert (done.exit_code, "another clinic_id" in done.stderr) == (Exit.CONFLICT, True)
    for words in (
        ("restore", clinic, "--from", saved, "--revision", "1"),
        ("restore", clinic, "--force"),
        ("restore", tmp_path / "nowhere", "--from", saved),
        ("backup", tmp_path / "nowhere"),
    ):
        assert run(*words).exit_code == Exit.USAGE
    assert run("restore", clinic, "--from", tmp_path / "nothing.zip").exit_code == Exit.USAGE
    (tmp_path / "empty").mkdir()
    done = run("backup", tmp_path / "empty")
    assert (done.exit_code, list((tmp_path / "empty").iterdir())) == (Exit.USAGE, [])
