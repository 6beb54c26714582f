"""``iopsched curriculum``: the proof in words, for people and machines."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from iopsched import ingest
from iopsched.domain.services import Module
from tests.support import cli_world

ROTATION = tuple(Module(f"M{week}", "group", f"Secret topic {week}", 60, week=week) for week in (1, 2))


@pytest.fixture
def curriculum(run, install, clinic, monkeypatch):
    """Return a function that prints the curriculum of the small clinic, in which P3 may leave early."""

    def go(*options, modules=ROTATION, leaves=None, others=()):
        install()
        base = cli_world.problem()
        last = None if leaves is None else cli_world.WEEK + timedelta(days=leaves)
        people = (*base.participants[:2], replace(base.participants[2], discharged=last))
        rules = replace(base.clinic, curriculum_start=cli_world.WEEK)
        changed = replace(base, clinic=rules, participants=people, modules=modules, groups=(*base.groups, *others))
        monkeypatch.setattr(ingest, "inspect_clinic", lambda *_, **__: cli_world.Inspection(changed))
        monkeypatch.setattr(ingest, "read_problem", lambda *_: changed)
        folder = clinic / "week"
        folder.mkdir(exist_ok=True)
        return run("curriculum", clinic, folder, *options)

    return go


def test_everybody_meets_everything(curriculum):
    assert curriculum().stdout == (
        "group  participant  met  this week  ahead  last on     missed\n"
        "-----  -----------  ---  ---------  -----  ----------  ------\n"
        "G1     P1             0          1      1  2026-12-07\n"
        "G1     P2             0          1      1  2026-12-07\n"
        "G1     P3             0          1      1  2026-12-07\n"
        "\n"
        "Proven: 3 members meet every module of their group before the stay ends, in the weeks shown.\n"
    )


def test_who_leaves_early_misses_something(curriculum):
    text = curriculum(leaves=4).stdout
    assert "G1     P3             0          1      0  2026-11-30  M2\n" in text
    assert text.endswith(
        "2 of 3 members meet every module of their group before the stay ends.\n"
        "  P3 misses 1 module: the stay ends before this group teaches them (group_id keeps them in it).\n"
    )


def test_nothing_rotates(curriculum):
    assert curriculum(modules=()).stdout.startswith("No module rotates")


def test_for_machines(curriculum):
    content = json.loads(curriculum("--json").stdout)
    assert content["schema"] == "iopsched.curriculum/1"
    assert content["lessons"][0] == {
        "participant_id": "P1",
        "group_id": "G1",
        "module_id": "M1",
        "status": "this week",
        "week": "2026-11-30",
    }
