"""Programs that other people wrote read our calendars: khal, vdirsyncer, ical.js.

ical.js is found in ``tests/export/javascript/node_modules``, where ``npm ci``
puts it, or in the folder that IOPSCHED_NODE_MODULES names.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from iopsched.domain.names import Names
from iopsched.export.calendars import calendar_object, files, uid
from iopsched.views.labels import NameMode
from tests.support.publications import SECOND, THIRD, edition, events, held, monday, row, utc

CLINIC = "calendars/clinic.ics"
HERE = Path(__file__).parent / "javascript"
MOVED = row("G1-1", held("Mon 09:00-12:00", "A1 A2"))
STAYS = row("G1-2", held("Wed 09:00-12:00", "A1 A2"))
FIRST_WEEK = (MOVED, STAYS)
SECOND_WEEK = (row("G1-1", held("Tue 13:00-16:00", "A1 A2", room_id="R2"), 1, SECOND), STAYS)
THIRD_WEEK = (replace(SECOND_WEEK[0], sequence=2, stamped=THIRD, is_cancelled=True), STAYS)


def tool(name):
    """Return the path of a program that came with a Python package, or skip the test."""
    path = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def run(arguments, home, **changes):
    """Return what a program prints; it sees a home of its own."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TZ": "America/New_York"}
    done = subprocess.run(
        [str(part) for part in arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **changes,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def khal(tmp_path):
    """Return a function that imports a file into an empty khal, and one that lists the week in New York's time."""
    program = tool("khal")
    (tmp_path / "work").mkdir()
    settings = tmp_path / "khal.conf"
    settings.write_text(
        f"""[calendars]
[[work]]
path = {tmp_path / "work"}
[default]
default_calendar = work
[sqlite]
path = {tmp_path / "khal.db"}
[locale]
local_timezone = America/New_York
default_timezone = America/New_York
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
""",
        encoding="utf-8",
    )

    def take(*files):
        paths = [tmp_path / f"{number}.ics" for number in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        run([program, "-c", settings, "import", "--batch", *paths], tmp_path)

    def listed(start="2026-11-30", length="7d"):
        shape = "{start}|{end}|{title}|{location}|{status}"
        found = run([program, "-c", settings, "list", "--day-format", "", "--format", shape, start, length], tmp_path)
        return sorted(line.strip() for line in found.splitlines() if "|" in line)

    return take, listed


def test_khal_changes_its_entry_and_makes_no_second_one(khal):
    """The week of the clinic in Chicago, revised and then cancelled, as a calendar in New York shows it."""
    take, listed = khal
    other = "2026-12-02 10:00|2026-12-02 13:00|Session|R1|CONFIRMED"
    for week, expected in (
        (FIRST_WEEK, "2026-11-30 10:00|2026-11-30 13:00|Session|R1|CONFIRMED"),
        (SECOND_WEEK, "2026-12-01 14:00|2026-12-01 17:00|Session|R2|CONFIRMED"),
        (THIRD_WEEK, "2026-12-01 14:00|2026-12-01 17:00|Session|R2|CANCELLED"),
    ):
        take(files(edition(*week))[CLINIC])
        assert listed() == sorted([expected, other]), week


def test_khal_shows_nine_at_nine_after_both_changes_of_the_clocks(khal):
    """Monday 09:00 in Chicago is 10:00 in New York, whatever the season; and in summer too."""
    take, listed = khal
    weeks = ["2026-03-02", "2026-03-09", "2026-07-06", "2026-10-26", "2026-11-02"]
    take(*(files(edition(MOVED, week=monday(week)))[CLINIC] for week in weeks))
    expected = [f"{week} 10:00|{week} 13:00|Session|R1|CONFIRMED" for week in weeks]
    assert listed("2026-03-02", "260d") == expected


def test_vdirsyncer_takes_a_file_apart_and_follows_its_changes(tmp_path):
    program = tool("vdirsyncer")
    source, target, settings = tmp_path / "clinic.ics", tmp_path / "split", tmp_path / "settings"
    target.mkdir()
    settings.write_text(
        f"""[general]
status_path = "{tmp_path / "status"}"
[pair week]
a = "ours"
b = "theirs"
collections = null
conflict_resolution = "a wins"
[storage ours]
type = "singlefile"
path = "{source}"
[storage theirs]
type = "filesystem"
path = "{target}"
fileext = ".ics"
""",
        encoding="utf-8",
    )
    awkward = Names(groups={}, rooms={"R1": "Room\u2028 \x0b\x1c1, \\north; \x85wing"})
    one_more = row("G1-3", held("Fri 09:00-12:00"))
    whole = edition(*FIRST_WEEK, one_more, names=awkward, mode=NameMode.FULL)
    source.write_bytes(files(whole)[CLINIC])
    run([program, "-c", settings, "discover"], tmp_path, input="y\n" * 5)
    run([program, "-c", settings, "sync"], tmp_path)
    split = {key: event for path in target.iterdir() for key, event in events(path.read_bytes()).items()}
    assert len(list(target.iterdir())) == len(split) == 3
    assert set(split) == {uid(whole.publication, key) for key in ("G1-1", "G1-2", "G1-3")}
    assert {event["location"] for event in split.values()} == {"Room 1, /north; wing"}

    source.write_bytes(files(edition(*SECOND_WEEK))[CLINIC])
    run([program, "-c", settings, "sync"], tmp_path)
    split = {key: event for path in target.iterdir() for key, event in events(path.read_bytes()).items()}
    assert {key: int(event["sequence"]) for key, event in split.items()} == {
        uid(whole.publication, "G1-1"): 1,
        uid(whole.publication, "G1-2"): 0,
    }


def read_by_javascript(data, tmp_path):
    """Return what ical.js makes of a file."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    modules = Path(os.environ.get("IOPSCHED_NODE_MODULES", HERE / "node_modules"))
    if not (modules / "ical.js").is_dir():
        pytest.skip("ical.js is not installed: npm ci in tests/export/javascript")
    (tmp_path / "node_modules").symlink_to(modules, target_is_directory=True)
    script, path = tmp_path / "read_calendar.mjs", tmp_path / "week.ics"
    script.write_bytes((HERE / "read_calendar.js").read_bytes())
    path.write_bytes(data)
    return json.loads(run([node, script, path], tmp_path))


def test_javascript_reads_the_same_week(tmp_path):
    """Types, texts, and the instants of sessions in the week in which the clocks change and of one at that hour."""
    names = Names(participants={"A1": "Łucja, Ä; 漢字" + "x" * 80})
    rows = (MOVED, row("late", held("Sun 22:00-24:00")), row("twice", held("Sun 01:00-02:00")))
    data = files(edition(*rows, names=names, mode=NameMode.FULL, week=monday("2026-10-26")))[CLINIC]
    found = read_by_javascript(data, tmp_path)
    assert found["types"]["refresh-interval"] == "duration"
    times = {event["start"]: (event["end"], event["zone"]) for event in found["events"]}
    assert times == {
        "2026-10-26T14:00:00.000Z": ("2026-10-26T17:00:00.000Z", "America/Chicago"),
        "2026-11-01T06:00:00.000Z": ("2026-11-01T08:00:00.000Z", "UTC"),
        "2026-11-02T04:00:00.000Z": ("2026-11-02T06:00:00.000Z", "America/Chicago"),
    }
    ours = events(data)
    assert {event["uid"]: event["description"] for event in found["events"]} == {
        key: str(event["description"]) for key, event in ours.items()
    }
    assert ours[found["events"][0]["uid"]].start.astimezone(utc("2026-10-26").tzinfo) == utc("2026-10-26 14:00")


def test_javascript_reads_an_object_for_a_server(tmp_path):
    found = read_by_javascript(calendar_object(edition(*THIRD_WEEK), THIRD_WEEK[0]), tmp_path)
    (event,) = found["events"]
    assert (event["status"], event["sequence"]) == ("CANCELLED", 2)
    assert event["start"] == "2026-12-01T19:00:00.000Z"
