"""Reading and writing a clinic of 1000 participants: a moment, loading included."""

import subprocess
import sys
from pathlib import Path

import pytest

import iopsched
from benchmarks.planted import WEEK, plant, planted_folder

ROOT = Path(iopsched.__file__).parents[1]
WANTED_S = 3.0
READ_AND_WRITE = """
import sys, time
from datetime import date
from pathlib import Path
from iopsched.domain.outcome import Solved
from iopsched.ingest import inspect_clinic, read_schedule
from iopsched.files.output import schedule_files, write_schedule
from iopsched.params import SolveParams
from iopsched.verifier import goal_values, hours, violations

clinic, week, target = map(Path, sys.argv[1:4])
found = inspect_clinic(clinic, date.fromisoformat(sys.argv[4]))
read = time.process_time()
schedule = read_schedule(week, found.problem)
ready = time.process_time()
counted = hours(found.problem, schedule)
write_schedule(target, schedule_files(found.problem, Solved(schedule, ()), counted, SolveParams(), found.inputs_sha256))
written = time.process_time()
assert not violations(found.problem, schedule)
verified = time.process_time()
goal_values(found.problem, schedule)
print(read + written - ready, verified - written, time.process_time() - verified)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A clinic of 1000 participants; its planted week lies beside it."""
    folder = tmp_path_factory.mktemp("large") / "clinic"
    plant(folder, 1000, 1)
    return folder


def test_reading_and_writing_take_under_three_seconds(large, tmp_path):
    """Seconds of the processor from the start of Python, which other work on the machine does not lengthen much."""
    arguments = [large, planted_folder(large), tmp_path / "out", WEEK.isoformat()]
    done = subprocess.run(
        [sys.executable, "-c", READ_AND_WRITE, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    read_and_written, verified, valued = map(float, done.stdout.split())
    print(f"read and written {read_and_written:.2f} s, verified {verified:.2f} s, goals counted {valued:.2f} s")
    assert read_and_written < WANTED_S
    assert max(verified, valued) < 1
    assert len((tmp_path / "out" / "hours.csv").read_text().splitlines()) == 1001
