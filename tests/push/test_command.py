"""``iopsched push`` as a person runs it, against a real server."""

import importlib
import json
import sys
import types
from dataclasses import replace

import pytest

from iopsched.cli.exits import Exit
from tests.support import cli_world
from tests.support.commands import invoke


@pytest.fixture
def calendars(monkeypatch, world):
    """The maker of calendar objects, or a plain one where this checkout has none."""
    name = "iopsched.export.calendars"
    try:
        importlib.import_module(name)
    except ImportError:
        module = types.ModuleType(name)
        module.uid = world.uid
        module.calendar_object = lambda edition, row, _reader: world.make(edition.publication, row, zone=edition.zone)
        monkeypatch.setitem(sys.modules, name, module)


@pytest.fixture
def folder(home):
    """A schedule folder: the stand-ins never look inside."""
    found = home / "schedules" / "2026-11-30"
    found.mkdir(parents=True)
    return found


@pytest.fixture
def run(monkeypatch, server, home, folder, calendars):
    """Run a command on a week of the small clinic; ``push`` gets the address and who we are."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("IOPSCHED_CALDAV_USER", server.login.user)
    monkeypatch.setenv("IOPSCHED_CALDAV_PASSWORD", server.login.password)

    def call(command, *options, week=None, url=server.root.url):
        cli_world.install(lambda owner, name, value: monkeypatch.setattr(owner, name, value, raising=False), week=week)
        more = ("--caldav", url) if command == "push" else ()
        return invoke(command, home, folder, *more, *options)

    return call


def edited(server, old, new):
    """Move a morning by hand; return its uid."""
    uid = next(uid for uid, text in server.objects("therapist-T2").items() if old in text)
    server.edit("therapist-T2", uid, old, new)
    return uid


def test_only_what_is_published_is_pushed(run, server, home):
    done = run("push")
    assert done.exit_code == Exit.USAGE
    assert "was never published" in done.stderr
    assert "`iopsched publish " in done.stderr
    assert not (home / "iopsched.db").exists()
    run("publish")
    week = cli_world.schedule(individual=("P1",))
    done = run("push", week=week)
    assert (done.exit_code, "is not what revision 1 says" in done.stderr) == (Exit.USAGE, True)


def test_first_again_and_changed(run, server):
    run("publish")
    done = run("push", "--dry-run")
    assert done.stdout.startswith(
        "Would bring revision 1 of the week of Monday 30 November 2026 to 4 calendars in http://"
    )
    assert not server.objects("therapist-T1")
    done = run("push")
    assert (done.exit_code, done.stdout.endswith(": 12 new.\n")) == (Exit.DONE, True)
    assert "therapist-T1: 3 new\n" in done.stderr
    assert server.calendars() == ["room-R1", "room-R2", "therapist-T1", "therapist-T2"]
    assert run("push").stdout.endswith(": 12 unchanged.\n")
    week = cli_world.schedule(individual=("P1", "P2"))
    run("publish", week=week)
    content = json.loads(run("push", "--json", week=week).stdout)
    assert (content["schema"], content["revision"]) == ("iopsched.push/1", 2)
    assert {row["name"]: row.get("removed", 0) for row in content["calendars"]} == {
        "room-R1": 0, "room-R2": 1, "therapist-T1": 1, "therapist-T2": 0,
    }  # fmt: skip


def test_a_move_by_hand_is_told_with_the_pin_that_would_keep_it(run, server, monkeypatch):
    run("publish")
    run("push")
    old = ("DTSTART:20261202T150000Z", "DTEND:20261202T180000Z")
    if not any(old[0] in text for text in server.objects("therapist-T2").values()):
        old = ("DTSTART;TZID=America/Chicago:20261202T090000", "DTEND;TZID=America/Chicago:20261202T120000")
    day = next(text for text in server.objects("therapist-T2").values() if old[0] in text)
    assert old[1] in day
    edited(server, old[0], old[0].replace("02T", "03T"))
    edited(server, old[1], old[1].replace("02T", "03T"))
    done = run("push")
    assert done.exit_code == Exit.CONFLICT
    assert "therapist-T2: G1-2 (Wed 09:00): moved by hand to 2026-12-03 09:00. Kept.\n" in done.stderr
    assert "must,,,,G1,group,Thu,09:00,2026-12-03,2026-12-03\n" in done.stderr
    content = json.loads(run("push", "--json").stdout)
    assert [row["conflicts"] for row in content["calendars"] if row["conflicts"]] == [
        [{"session_id": "G1-2", "what": "moved by hand"}]
    ]
    done = run("push", "--force", "--only", "T2")
    assert (done.exit_code, done.stdout.endswith("1 changed, 2 unchanged.\n")) == (Exit.DONE, True)


def test_ctrl_c_says_what_is_done_and_the_next_push_goes_on(run, server, monkeypatch):
    from iopsched.store import PushState

    run("publish")
    remember, left = PushState.remember, [5]

    def interrupted(self, *arguments):
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        remember(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(PushState, "remember", interrupted)
        done = run("push")
    assert done.exit_code == Exit.INTERRUPTED
    assert "Interrupted: 4 appointments done. The same command goes on from there." in done.stderr
    done = run("push")
    assert (done.exit_code, done.stdout.endswith(": 7 new, 1 there already, 4 unchanged.\n")) == (Exit.DONE, True)


def test_no_name_and_no_secret_is_told_or_sent(run, server, home, monkeypatch):
    """The unmistakable names of the small clinic, the password of the server, and a crash in the middle."""
    run("publish")
    monkeypatch.setenv("IOPSCHED_DEBUG", "1")
    outputs = [run("push", "--dry-run"), run("push"), run("push", "--json")]
    monkeypatch.setattr("iopsched.push.sync.event_of", lambda data: 1 / 0)
    outputs.append(run("push", "--force", url=server.root.url.replace("127.0.0.1", "localhost")))
    assert outputs[-1].exit_code == Exit.BUG
    monkeypatch.setenv("IOPSCHED_CALDAV_PASSWORD", f"{server.login.password}-wrong")
    outputs.append(run("push"))
    assert (outputs[-1].exit_code, "401" in outputs[-1].stderr) == (Exit.USAGE, True)
    every = "".join(text for name in server.calendars() for text in server.objects(name).values())
    every += "".join(done.output for done in outputs)
    every += "".join(path.read_bytes().decode(errors="replace") for path in home.rglob("*") if path.is_file())
    assert every.count("BEGIN:VEVENT") == 12
    assert cli_world.CANARY not in every
    assert server.login.password not in every
    assert not {"P1", "P2", "P3"} & {word.strip('",') for word in "".join(done.output for done in outputs).split()}


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://clinic:Zyxcanary-secret@calendar.example.org/", "holds a user or a password"),
        ("http://calendar.example.org/", "Use https"),
    ],
)
def test_an_address_with_a_secret_is_refused_unread(run, url, sentence):
    done = run("push", url=url)
    assert (done.exit_code, sentence in done.stderr) == (Exit.USAGE, True)
    assert "Zyxcanary" not in done.output


def test_who_we_are(run, server, tmp_path, monkeypatch):
    run("publish")
    file = tmp_path / "password"
    file.write_text(f"{server.login.password}\n")
    file.chmod(0o644)
    monkeypatch.delenv("IOPSCHED_CALDAV_PASSWORD")
    assert "The password is missing" in run("push").stderr
    done = run("push", "--password-file", file)
    assert (done.exit_code, "others can read" in done.stderr) == (Exit.DONE, True)
    file.chmod(0o600)
    assert "others can read" not in run("push", "--password-file", file).stderr
    file.write_text("\n")
    assert "is empty" in run("push", "--password-file", file).stderr
    file.write_text("x")
    monkeypatch.delenv("IOPSCHED_CALDAV_USER")
    assert "--user" in run("push", "--password-file", file).stderr
    assert "401" in run("push").stderr, "without a name we ask as nobody"
    assert run("push", "--password-file", tmp_path / "none").exit_code == Exit.USAGE


def test_only_one_calendar(run, server):
    run("publish")
    assert run("push", "--only", "T1").stdout.endswith(": 3 new.\n")
    assert server.calendars() == ["therapist-T1"]
    done = run("push", "--only", "T9")
    assert (done.exit_code, "There is no therapist or room T9" in done.stderr) == (Exit.USAGE, True)


def test_an_earlier_revision_may_know_rooms_that_are_gone(run, server):
    """The object of that time is made anew for a comparison; where it cannot be, the change counts as somebody's."""
    odd = replace(
        cli_world.schedule(), sessions=tuple(replace(one, room_id="R1") for one in cli_world.schedule().sessions)
    )
    run("publish", "--force", week=odd)
    run("push", week=odd)
    run("publish")
    assert run("push").exit_code == Exit.DONE
    assert (
        server.objects("room-R1").keys() < server.objects("therapist-T1").keys() | server.objects("therapist-T2").keys()
    )
