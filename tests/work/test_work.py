"""Use cases: one after the other on a clinic, with results that can be sent to another process."""

import pkgutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from operator import attrgetter
from pathlib import Path

import pytest

import iopsched
from iopsched import work
from iopsched.domain.outcome import Solved
from iopsched.errors import InputError, UsageError
from iopsched.export.formats import Format
from iopsched.params import SolveParams
from tests.support import small_clinic
from tests.support.processes import sent

MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ROOT = Path(iopsched.__file__).parents[1]


def arrives(value):
    """Return a result after making sure that it arrives in another process as it is."""
    assert sent(value) == value
    return value


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A clinic, and what became of its week."""
    clinic = small_clinic.write(tmp_path_factory.mktemp("work") / "clinic")
    given = arrives(work.clinics.read_clinic(clinic, MONDAY))
    folder = work.drafts.default_folder(clinic, MONDAY)
    return clinic, arrives(work.solving.make_week(given, folder, SolveParams(20.0, 0.2, workers=1)))


def test_a_week_is_made_verified_and_published(made):
    clinic, week = made
    assert isinstance(week.outcome, Solved)
    read = arrives(work.weeks.read_week(clinic, week.folder))
    assert read.schedule.sessions == week.outcome.schedule.sessions
    done = arrives(work.verification.verify(read, MONDAY, with_audit=True))
    assert (done.violations, done.warnings, done.short, done.people) == ((), (), (), 3)
    assert done.findings
    foreseen = arrives(work.publications.foresee(read, NOW))
    assert not work.publications.history(clinic).entries
    published = arrives(work.publications.publish(read, NOW, "somebody"))
    anchor = published.published.publication.anchor
    assert anchor
    assert published.facts() == {**foreseen.facts(), "dry_run": False, "anchor": anchor}
    found = arrives(work.publications.history(clinic, is_verified=True))
    assert [(entry.week, entry.revision, entry.actor) for entry in found.entries] == [(MONDAY, 1, "somebody")]
    assert not [*found.faults, *found.lost]
    written = arrives(work.exports.export(read, week.folder / "exports", set(Format), None, NOW, is_forced=False))
    assert all(path.is_file() for path in written.written.paths)


def test_a_clinic_is_checked_converted_and_begun(made, tmp_path):
    clinic, _ = made
    assert arrives(work.clinics.check(clinic, MONDAY, NOW)).problem
    assert arrives(work.clinics.numbers_in_force(clinic, MONDAY))
    assert arrives(work.conversions.convert(clinic, tmp_path / "c.xlsx")).issues == ()
    work.conversions.convert(tmp_path / "c.xlsx", tmp_path / "copy")
    assert (tmp_path / "copy/rooms.csv").read_bytes() == (clinic / "rooms.csv").read_bytes()


def test_faults_are_raised_and_not_printed(made, tmp_path, capfd):
    clinic, _ = made
    other = small_clinic.write(tmp_path / "other", {**small_clinic.FILES, "rooms.csv": "room_id,capacity\nR1,many\n"})
    with pytest.raises(InputError):
        work.clinics.read_clinic(other, MONDAY)
    with pytest.raises(UsageError):
        work.weeks.read_week(clinic, tmp_path / "none")
    assert capfd.readouterr() == ("", "")


def test_a_schedule_is_kept_beside_the_week_that_replaces_it(made, tmp_path):
    """Named as the folder was, be it relative or not."""
    clinic, week = made
    given = work.clinics.read_clinic(clinic, MONDAY, week.folder)
    target = tmp_path / "week"
    first = work.solving.make_week(given, target, SolveParams(20.0, 2.0, workers=1))
    assert first.kept_in is None
    (target / "roster.csv").write_text("session_id,participant_id\n", encoding="utf-8")
    second = work.solving.make_week(given, target, SolveParams(20.0, 2.0, workers=1))
    assert second.kept_in == tmp_path / "week.before-1"
    assert replace(second, folder=Path("week")).kept_in == Path("week.before-1")


def test_a_use_case_is_loaded_when_it_is_first_used():
    code = (
        "import sys; from iopsched import work; ours = lambda: sorted(m for m in sys.modules if 'iopsched.work.' in m); "
        "print(ours()); work.templates; print('iopsched.work.templates' in ours(), 'iopsched.work.solving' in ours())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\nTrue False\n"


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(work.__path__)])
def test_every_use_case_is_there(name):
    assert getattr(work, name).__name__ == f"iopsched.work.{name}"
    assert getattr(work, name).__doc__


def test_a_wrong_name_is_an_ordinary_error():
    with pytest.raises(AttributeError, match=r"module 'iopsched\.work' has no attribute 'sovling'"):
        attrgetter("sovling")(work)


def test_what_a_use_case_misses_is_told(monkeypatch):
    """A missing package is no missing use case."""
    monkeypatch.delitem(sys.modules, "iopsched.work.frames", raising=False)
    monkeypatch.delattr(work, "frames", raising=False)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match="pandas"):
        attrgetter("frames")(work)
