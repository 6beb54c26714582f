"""Whatever happened to the store: what was published is told as it was, or a sentence tells what mends it."""

import contextlib
import re
import shutil
import sqlite3
import time
from datetime import timedelta
from pathlib import Path

import pytest

from iopsched.errors import ConflictError
from iopsched.store import draft, foresee, history, latest, push_state, revision_of, site_of, verify
from tests.support.damages import DAMAGES, HARMLESS

REMEDY = re.compile(r"Move |Put back |Install that version|change it back")


@pytest.fixture(scope="module")
def published(tmp_path_factory, world_module):
    home = tmp_path_factory.mktemp("published") / "clinic"
    home.mkdir()
    for hour in (9, 10, 12):
        world_module.publish_week(home, hour)
    return home


@pytest.fixture(scope="module")
def world_module():
    from tests.support import store_world

    return store_world


@pytest.fixture
def spoiled(published, tmp_path):
    return Path(shutil.copytree(published, tmp_path / "clinic"))


def asking(home, world):
    """Every way in which a command asks the store: export, push, solve, history, show and publish."""
    clinic, week = world.clinic(), world.schedule(12)
    return {
        "latest": lambda: latest(home, world.WEEK),
        "revision": lambda: revision_of(home, world.WEEK, 2),
        "site": lambda: site_of(home, clinic),
        "draft": lambda: draft(home, clinic, week),
        "foresee": lambda: foresee(home, clinic, week, world.NOW),
        "history": lambda: history(home),
        "publish": lambda: world.publish_week(home, 15),
    }


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_told_with_what_mends_it(spoiled, world, name):
    DAMAGES[name](spoiled)
    begun = time.monotonic()
    for way, ask in asking(spoiled, world).items():
        with pytest.raises(ConflictError) as caught:
            ask()
        assert REMEDY.search(str(caught.value)), (way, str(caught.value))
    assert time.monotonic() - begun < 3
    with contextlib.suppress(ConflictError):
        assert verify(spoiled), "`history --verify` finds it, too"


@pytest.mark.parametrize("name", HARMLESS)
def test_what_does_no_harm_is_read_as_published(spoiled, world, name, published):
    expected = [entry.sha for entry in history(published)]
    HARMLESS[name](spoiled)
    assert [entry.sha for entry in history(spoiled)] == expected
    assert latest(spoiled, world.WEEK).revision == 3
    assert world.publish_week(spoiled, 15).publication.revision == 4
    assert verify(spoiled) == ()


OBEYED = [
    name for name in DAMAGES if re.match(r"publication|attendance|no table|cut to|a (trigger|pipe|directory)", name)
]


@pytest.mark.slow
@pytest.mark.parametrize("name", OBEYED)
def test_the_remedy_obeyed_mends(spoiled, world, name):
    """The database moved elsewhere, with the files whole."""
    DAMAGES[name](spoiled)
    with pytest.raises(ConflictError, match=r"Move iopsched\.db"):
        history(spoiled)
    (spoiled / "iopsched.db").rename(spoiled / "elsewhere")
    assert latest(spoiled, world.WEEK).revision == 3
    assert world.publish_week(spoiled, 15).publication.revision == 4
    assert verify(spoiled) == ()


def test_a_memory_of_pushes_that_was_edited(spoiled, world):
    with contextlib.closing(sqlite3.connect(spoiled / "iopsched.db")) as db:
        db.execute("INSERT INTO pushed VALUES ('t', 'u', 'h', '', '', 1, 'never', 1)")
        db.commit()
    with push_state(spoiled) as memory, pytest.raises(ConflictError, match=r"Move iopsched\.db"):
        memory.objects("t")


def test_a_command_reads_the_store_once_and_anew_after_a_change(spoiled, world, monkeypatch):
    from iopsched.store import tables

    reads = []
    records = tables.records
    monkeypatch.setattr(tables, "records", lambda db, since="": reads.append(since) or records(db, since))
    for _ in range(3):
        history(spoiled)
        latest(spoiled, world.WEEK)
    assert reads == [""]
    DAMAGES["session.sequence = 99"](spoiled)
    with pytest.raises(ConflictError):
        latest(spoiled, world.WEEK)


def test_weeks_long_gone_are_links_of_the_chain_only(home, world):
    from iopsched.store import chain

    for days in (0, 7, 14):
        world.publish_week(home, 9, world.WEEK + timedelta(days=days))
    assert latest(home, world.WEEK + timedelta(days=7)).revision == 1
    (read,) = chain._last
    assert [record.is_link for record in read.records] == [True, False, False]
    with contextlib.closing(sqlite3.connect(home / "iopsched.db")) as db:
        db.execute("UPDATE publication SET sha = 'x' WHERE number = 1")
        db.commit()
    with pytest.raises(ConflictError, match="does not follow"):
        latest(home, world.WEEK + timedelta(days=7))
