"""clinic.toml over its preset: levels, weights, presets and their sources."""

import tomllib
from importlib import resources

import pytest

from iopsched.ingest import preset_names, preset_sources, read_problem
from iopsched.policy.presets import preset_table
from iopsched.rulebook import DEFAULT_WEIGHTS

HEAD = 'timezone = "America/Chicago"\nopen = "Mon-Fri 08:00-21:00"\n'


def clinic_of(folder, week, text):
    (folder / "clinic.toml").write_text(HEAD + text)
    return read_problem(folder, week).clinic


def test_keys_override_the_preset(bare, week):
    """Named keys win, the others stay those of the preset: here Texas with its cap of 16."""
    clinic = clinic_of(
        bare, week, 'preset = "texas"\n[levels.iop-adult]\nmin_hours_per_week = 10.5\n[caps]\nadolescent = 9\n'
    )
    assert clinic.caps == {"adult": 16, "adolescent": 9}
    assert clinic.levels["iop-adult"].min_minutes_per_week == 630
    assert clinic.levels["iop-adult"].max_minutes_per_week == 1140


def test_custom_level_takes_the_rest_from_the_population(bare, week):
    (bare / "participants.csv").write_text("participant_id,population,level\nP1,adolescent,step\n")
    clinic = clinic_of(bare, week, "[levels.step]\nmin_hours_per_week = 0\n")
    assert clinic.levels["step"].min_minutes_per_week == 0
    assert clinic.levels["step"].program_day_minutes == 120


def test_custom_level_of_two_populations(bare, week):
    """Where the rest differs, the second population has the level under a name of its own."""
    rows = "P1,adolescent,step\nP2,adult,step\nP3,adult,full\nP4,adolescent,full\n"
    (bare / "participants.csv").write_text("participant_id,population,level\n" + rows)
    full = (
        "min_hours_per_week = 6\nmax_hours_per_week = 12\nmin_days_per_week = 2\nmax_hours_per_day = 4\n"
        "program_day_hours = 2\nmax_gap_days = 0\nmax_sessions_per_day = 0\nmax_hours_in_a_row = 0\n"
    )
    (bare / "clinic.toml").write_text(HEAD + "[levels.step]\nmin_hours_per_week = 4\n[levels.full]\n" + full)
    problem = read_problem(bare, week)
    assert [person.level for person in problem.participants] == ["step (adolescent)", "step", "full", "full"]
    assert problem.clinic.levels["step"].program_day_minutes == 180
    assert problem.clinic.levels["step (adolescent)"].program_day_minutes == 120


def test_weights(bare, week):
    """Own weights override one by one; 0 switches a sub-term off."""
    clinic = clinic_of(bare, week, "[goals.preferences]\nskipped = 0\n[goals.cost]\ntrips = 7\n")
    assert clinic.weights["preferences"] == {**DEFAULT_WEIGHTS["preferences"], "skipped": 0}
    assert clinic.weights["cost"]["trips"] == 7
    assert clinic.weights["workload"] == DEFAULT_WEIGHTS["workload"]


def test_phases_equipment_and_blocks(bare, week):
    clinic = clinic_of(
        bare,
        week,
        "[phases.first]\ngroup_sessions = [3, 5]\n[equipment]\nvan = 2\n"
        '[[blocks]]\nid = "late"\npart = "evening"\nstart = "18:00"\nend = "24:00"\ndays = "Mon Wed"\n',
    )
    assert (clinic.phases["first"].min_group_sessions, clinic.phases["first"].max_group_sessions) == (3, 5)
    assert clinic.equipment == {"van": 2}
    assert (clinic.blocks[0].start, clinic.blocks[0].end, clinic.blocks[0].days) == (1080, 1440, {0, 2})


@pytest.mark.parametrize("name", preset_names())
def test_preset(name, bare, week):
    """Every preset is a sound clinic, and every number it sets over the generic ones has a source."""
    clinic = clinic_of(bare, week, f'preset = "{name}"\n')
    assert clinic.preset == name
    raw = tomllib.loads(resources.files("iopsched").joinpath("presets", f"{name}.toml").read_text(encoding="utf-8"))
    numbers = {".".join(path) for path, _ in numbers_of({k: v for k, v in raw.items() if k != "sources"})}
    assert set(raw["sources"]) <= numbers
    assert name == "generic" or numbers == set(raw["sources"])


def numbers_of(table, path=()):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from numbers_of(value, (*path, key))
        else:
            yield (*path, key), value


def test_sources_are_inherited_only_with_their_numbers():
    """Maryland's 20 h are not the 19 h of another rule."""
    assert "COMAR" in preset_sources("maryland")["levels.iop-adult.max_hours_per_week"]
    assert "564.902" in preset_sources("texas")["caps.adult"]
    assert preset_sources("texas")["caps.adolescent"] == "product default"
    assert preset_sources("texas")["levels.iop-adult.min_hours_per_week"] == "product default"
    assert preset_sources("generic")["caps.adult"].startswith("product default (compare 24 Miss")
    assert preset_sources("mississippi")["caps.adult"].startswith("24 Miss. Code R. 2-22.1")
    assert "ratios.adult" not in preset_sources("generic")
    assert preset_table("maryland")["levels"]["iop-adult"]["max_hours_per_week"] == 20
    with pytest.raises(KeyError):
        preset_sources("atlantis")
