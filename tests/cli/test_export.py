import csv
import io
import json
import stat
import webbrowser
from dataclasses import replace

import pytest
from icalendar import Calendar

from iopsched.cli.exits import Exit
from iopsched.files.owned import MANIFEST


@pytest.fixture
def folder(clinic):
    """A schedule folder: the stand-ins never look inside."""
    found = clinic / "schedules" / "2026-11-30"
    found.mkdir(parents=True)
    return found


@pytest.fixture
def export(run, install, clinic, folder):
    """Export a week of the small clinic."""

    def call(*options, week=None):
        install(week=week)
        return run("export", clinic, folder, *options)

    return call


def written(folder):
    """Return the files below a folder, by their path in it, but for the list of what is ours."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert found.pop(MANIFEST).is_file()
    return found


def test_what_is_written_is_listed_and_nothing_else(export, folder):
    done = export("--to", "csv,xlsx")
    assert done.exit_code == Exit.DONE
    assert done.stdout.splitlines() == [
        str(folder / "exports" / "week-2026-11-30.xlsx"),
        str(folder / "exports" / "attendees-2026-11-30.csv"),
    ]
    assert set(written(folder / "exports")) == {"week-2026-11-30.xlsx", "attendees-2026-11-30.csv"}


def test_by_default_workbook_page_and_calendars(export, folder):
    assert export().exit_code == Exit.DONE
    found = written(folder / "exports")
    assert {"week-2026-11-30.xlsx", "week-2026-11-30.html", "calendars/clinic.ics"} <= set(found)
    assert not [name for name in found if name.endswith((".csv", ".pdf"))]


def test_rosters_show_ids_and_calendars_nobody(export, folder, world):
    """Of participants; staff, rooms and groups have their names in rosters, and handouts the public name of a group."""
    assert export("--to", "html,xlsx,csv,ics,handouts").exit_code == Exit.DONE
    found = written(folder / "exports")
    for name, path in found.items():
        data = path.read_bytes()
        assert f"{world.CANARY}0".encode() not in data, name
        if name.startswith("handouts/participant-"):
            assert b"Morning group" in data
            assert f"{world.CANARY}21".encode() not in data
            assert f"{world.CANARY}11".encode() in data
        if name.endswith(".csv"):
            assert world.CANARY.encode() not in data, name
        if name.endswith(".ics"):
            assert f"{world.CANARY}21".encode() not in data, name
            assert b"P1" not in data, name
    assert f"{world.CANARY}11".encode() in found["week-2026-11-30.html"].read_bytes()
    rows = list(csv.DictReader(io.StringIO(found["attendees-2026-11-30.csv"].read_text(encoding="utf-8-sig"))))
    assert {row["participant_id"] for row in rows} == {"P1", "P2", "P3"}


@pytest.mark.parametrize(("mode", "word"), [("id", "ids"), ("initials", "initials"), ("full", "full names")])
def test_every_way_to_name_people_says_what_it_discloses(export, mode, word):
    done = export("--to", "ics", "--names", mode)
    assert done.exit_code == Exit.DONE
    warning = next(line for line in done.stderr.splitlines() if line.startswith("Warning: Calendars"))
    assert word in warning


def test_nobody_named_is_no_reason_to_warn(export):
    assert "Warning" not in export("--to", "ics,html", "--names", "none").stderr


def test_names_in_rosters_are_warned_of(export):
    done = export("--to", "xlsx", "--names", "full")
    assert "Warning: the rosters show who is in treatment by full name" in done.stderr
    assert "rosters" not in export("--to", "xlsx").stderr


def test_an_unpublished_week_is_a_draft_and_says_so(export, folder, run, clinic):
    done = export("--to", "ics")
    assert "calendars are drafts" in done.stderr
    path = folder / "exports" / "calendars" / "clinic.ics"
    draft = Calendar.from_ical(path.read_bytes())
    assert {event["STATUS"] for event in draft.events} == {"TENTATIVE"}
    run("publish", clinic, folder)
    done = export("--to", "ics")
    assert "draft" not in done.stderr
    official = Calendar.from_ical(path.read_bytes())
    assert {event["STATUS"] for event in official.events} == {"CONFIRMED"}
    assert {event["UID"] for event in official.events} == {event["UID"] for event in draft.events}


def test_a_change_shows_once_in_a_calendar(export, folder, run, clinic, install, world):
    """Published, subscribed, moved, published again: the same entries, one of them elsewhere."""
    path = folder / "exports" / "calendars" / "therapist-T1.ics"
    export("--to", "ics")
    run("publish", clinic, folder)
    export("--to", "ics")
    before = {event["UID"]: event for event in Calendar.from_ical(path.read_bytes()).events}
    later = world.schedule()
    sessions = tuple(
        replace(one, start=one.start + 240, end=one.end + 240) if one.id == "individual-1" else one
        for one in later.sessions
    )
    later = replace(later, sessions=sessions)
    install(week=later)
    run("publish", clinic, folder)
    export("--to", "ics", week=later)
    after = {event["UID"]: event for event in Calendar.from_ical(path.read_bytes()).events}
    assert before.keys() == after.keys()
    changed = [uid for uid in before if before[uid].to_ical() != after[uid].to_ical()]
    assert len(changed) == 1
    assert after[changed[0]]["SEQUENCE"] == before[changed[0]]["SEQUENCE"] + 1
    assert after[changed[0]].start.hour == before[changed[0]].start.hour + 4


def test_twice_the_same_bytes(export, folder):
    everything = "xlsx,html,ics,csv,handouts"
    assert export("--to", everything).exit_code == Exit.DONE
    first = {name: path.read_bytes() for name, path in written(folder / "exports").items()}
    export("--to", everything)
    assert {name: path.read_bytes() for name, path in written(folder / "exports").items()} == first
    assert len(first) > 15


def test_who_left_the_week_leaves_the_folder(export, folder, world):
    """The calendar of somebody who left goes; notes of a person stay and are counted, and so do other formats."""
    calendars = folder / "exports" / "calendars"
    export("--to", "csv,ics", week=world.schedule())
    (calendars / "Canary birthday.ics").write_text("somebody else's")
    plan = json.loads((folder / "exports" / MANIFEST).read_text())
    data = (calendars / "participant-P1.ics").read_bytes()
    (calendars / "participant-P8.ics").write_bytes(data)
    plan["files"]["calendars/participant-P8.ics"] = plan["files"]["calendars/participant-P1.ics"]
    (folder / "exports" / MANIFEST).write_text(json.dumps(plan))
    done = export("--to", "ics", "--json")
    assert not (calendars / "participant-P8.ics").exists()
    assert (calendars / "Canary birthday.ics").read_text() == "somebody else's"
    assert json.loads(done.stdout)["left"] == {"changed": [], "others": {str(calendars): 1}}
    assert f"1 file in {calendars} is not of this export and stays." in (talk := export("--to", "ics").stderr)
    assert "Canary" not in done.output + talk, "a file may be called after a person"
    assert (folder / "exports" / "attendees-2026-11-30.csv").exists()


def test_a_file_of_somebody_else_is_replaced_by_force_only(export, folder):
    page = folder / "exports" / "week-2026-11-30.html"
    page.parent.mkdir()
    page.write_text("mine")
    done = export("--to", "html,csv")
    assert done.exit_code == Exit.CONFLICT
    assert f"{page}  (iopsched did not write it)" in done.stderr
    assert [path.name for path in page.parent.iterdir()] == [page.name]
    assert export("--to", "html,csv", "--force").exit_code == Exit.DONE
    assert page.read_text() != "mine"


def test_only_the_owner_may_read(export, folder):
    export("--to", "csv,ics")
    for path in written(folder / "exports").values():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_into_another_folder(export, tmp_path, folder):
    assert export("--to", "csv", "--into", tmp_path / "there").exit_code == Exit.DONE
    assert set(written(tmp_path / "there")) == {"attendees-2026-11-30.csv"}
    assert not (folder / "exports").exists()


def test_a_file_in_the_way_is_named(export, folder):
    (folder / "exports").write_text("a file")
    done = export("--to", "csv")
    assert done.exit_code == Exit.USAGE
    assert "no folder of its own" in done.stderr


def test_an_unknown_format_is_guessed(export, folder):
    done = export("--to", "xslx")
    assert done.exit_code == Exit.USAGE
    assert "Did you mean xlsx?" in done.stderr
    assert not (folder / "exports").exists()


def test_nothing_is_written_where_one_format_cannot_be_made(export, folder):
    done = export("--to", "ics,csv", "--names", "none")
    assert done.exit_code == Exit.USAGE
    assert "--names id" in done.stderr
    assert not (folder / "exports").exists()


def test_a_week_that_breaks_rules_is_exported_with_a_warning(export, world):
    week = world.schedule()
    twice = tuple(replace(one, start=14 * 60, end=15 * 60) for one in week.sessions if one.service_id == "individual")
    groups = tuple(one for one in week.sessions if one.service_id == "group")
    done = export("--to", "csv", week=replace(week, sessions=tuple(sorted((*groups, *twice)))))
    assert done.exit_code == Exit.DONE
    assert "rule violation" in done.stderr
    assert "iopsched verify" in done.stderr


def test_open_shows_the_page(export, folder, monkeypatch):
    shown = []
    monkeypatch.setattr(webbrowser, "open", shown.append)
    export("--to", "ics,html", "--open")
    assert shown == [(folder / "exports" / "week-2026-11-30.html").as_uri()]


def test_a_machine_reads_what_was_written(export, folder):
    done = export("--to", "csv", "--json")
    found = json.loads(done.stdout)
    assert found["schema"] == "iopsched.export/1"
    assert (found["week"], found["draft"], found["names"]) == (
        "2026-11-30", True, {"rosters": "id", "calendars": "none"},
    )  # fmt: skip
    assert found["files"] == [str(folder / "exports" / "attendees-2026-11-30.csv")]
