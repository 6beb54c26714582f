"""Every export of ours that lists attendees is imported as the week that it shows, of random weeks of every example clinic."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from iopsched.domain.schedule import Schedule, Session
from iopsched.export.edition import Edition
from iopsched.export.formats import Format, export_files
from iopsched.ingest import read_names, read_problem
from iopsched.model.naming import name_sessions
from iopsched.store.revisions import draft
from iopsched.verifier import hours
from iopsched.views.labels import Labels, NameMode
from iopsched.work.rosters import import_roster

WEEK = date(2026, 11, 30)
DATA = Path(__file__).parents[2] / "data"
EXAMPLES = sorted(path.name for path in DATA.iterdir() if path.is_dir())
DAY = 24 * 60


def random_week(problem, chance):
    """Return sessions as no search would make them, legal or not; no two that nobody could tell apart."""
    found = {}
    for _ in range(50):
        service = chance.choice(problem.services)
        groups = problem.groups_of.get(service.id, ())
        group = chance.choice(groups) if groups else None
        own = (group.modality if group and group.modality else None) or service.modality
        people = [row.id for row in problem.participants]
        single = service.kind in ("individual", "family") or service.max_participants == 1
        size = 1 if single else chance.randint(2, 6)
        staff = tuple(chance.sample([row.id for row in problem.therapists], chance.choice((1, 1, 2))))
        if group is not None and group.lead_ids:
            staff = tuple(sorted(staff, key=lambda key: key not in group.lead_ids))
        start = chance.randrange(5) * DAY + chance.randrange(16, 40) * 30
        members = tuple(sorted(chance.sample(people, size)))
        modality = own if own in ("telehealth", "hybrid") else "in_person"
        room = None if modality == "telehealth" else chance.choice(problem.rooms).id
        session = Session(
            "", service.id, start, start + service.minutes, staff, members, modality, group and group.id, room
        )
        known = group.id if group else (service.id, members if single else frozenset(staff))
        if all(abs(other - start) >= service.minutes for name, other in found if name == known):
            found[known, start] = session
    return name_sessions(Schedule(WEEK, tuple(sorted(found.values()))))


def edition_of(problem, schedule, mode, names):
    labels = Labels.of_rosters(mode, names)
    return Edition(
        problem=problem,
        schedule=schedule,
        publication=draft("site-of-a-test", schedule),
        hours=hours(problem, schedule),
        violations=(),
        labels=labels,
        calendar_labels=replace(labels, names=names),
    )


@pytest.mark.parametrize("mode", [NameMode.ID, NameMode.FULL])
@pytest.mark.parametrize("example", EXAMPLES)
def test_what_an_export_shows_is_imported(tmp_path, example, mode):
    problem, names = read_problem(DATA / example, WEEK), read_names(DATA / example)
    schedule = random_week(problem, random.Random(f"{example} {mode}"))
    assert {problem.service[row.service_id].kind for row in schedule.sessions} == {row.kind for row in problem.services}
    edition = edition_of(problem, schedule, mode, names)
    wanted = {replace(row, id="") for row in schedule.sessions}
    for format_ in (Format.CSV, Format.ICS, Format.XLSX):
        for name, data in export_files(edition, {format_}).items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(data)
    for roster in (*tmp_path.glob("*.*"), tmp_path / "calendars/clinic.ics", tmp_path / "calendars"):
        options = {"out": tmp_path / "out", "mapping": tmp_path / f"{roster.stem}.map"}
        found = import_roster(roster, DATA / example, None, date(2026, 1, 5), **options)
        assert found.schedule is not None, [str(issue) for issue in found.issues]
        assert {replace(row, id="") for row in found.schedule.sessions} == wanted, roster.name
        assert found.week == WEEK
        assert not found.ignored
        assert not found.issues
