"""No better and no hand-edited week is lost when it is made again."""

import json
from dataclasses import replace

import pytest

from iopsched.cli.exits import Exit

WEEK = ("--week", "2026-11-30")


@pytest.fixture
def again(run, install, clinic, world):
    """Write one week, then another over it; returns the folder, the one beside it and the second run."""

    def make(first, second, *options, edit=lambda _folder: None):
        folder = clinic / "schedules" / "2026-11-30"
        install(solve=first, week=first.schedule)
        run("solve", clinic, *WEEK, "-q")
        edit(folder)
        install(solve=second, week=first.schedule)
        done = run("solve", clinic, *WEEK, *options)
        return folder, folder.with_name("2026-11-30.before-1"), done

    return make


def test_a_better_week_is_kept(again, world):
    folder, kept, done = again(world.solved(), world.short())
    assert done.exit_code == Exit.UNMET
    assert (
        f"The week that was there was better (3 of 3 participants have everything, now 2 of 3); it is kept in {kept}.\n"
    ) in done.stderr
    assert "P3,individual-3" not in (folder / "roster.csv").read_text()
    assert len((kept / "sessions.csv").read_text().splitlines()) == 7
    assert len(list(kept.iterdir())) == 4


def test_a_week_better_only_in_a_later_goal_says_in_which(again, world):
    """An hour later, P1, P2 and P3 wait an hour more."""
    good = world.schedule()
    late = tuple(
        replace(s, start=s.start + 60, end=s.end + 60) if s.id.startswith("individual") else s for s in good.sessions
    )
    _, kept, done = again(world.solved(), world.solved(schedule=replace(good, sessions=late)))
    assert "The week that was there was better (cost " in done.stderr
    assert kept.is_dir()


@pytest.mark.parametrize("first", ["solved", "short"])
def test_an_equal_or_worse_week_is_replaced(again, world, first):
    assert not again(getattr(world, first)(), world.solved())[1].exists()


def test_a_week_edited_by_hand_is_kept_and_exports_go_on(again, world):
    def edit(folder):
        (folder / "sessions.csv").write_text((folder / "sessions.csv").read_text().replace("R1", "R2"))
        (folder / "exports").mkdir()

    folder, kept, done = again(world.short(), world.solved(), "--json", "-q", edit=edit)
    assert done.stderr == f"The week that was there had been edited by hand; it is kept in {kept}.\n"
    assert json.loads(done.stdout)["kept"] == str(kept)
    assert "R2" in (kept / "sessions.csv").read_text()
    assert [(folder / "exports").is_dir(), (kept / "exports").is_dir()] == [True, False]


def test_a_week_of_other_inputs_is_replaced(again, world):
    def edit(folder):
        path = folder / "summary.json"
        path.write_text(path.read_text().replace("ab" * 32, "cd" * 32))

    assert not again(world.solved(), world.short(), edit=edit)[1].exists()
