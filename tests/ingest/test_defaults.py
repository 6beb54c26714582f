"""Blank cells and missing files mean what the contract says."""

from dataclasses import replace
from datetime import date, datetime

from iopsched.domain.clinic import Level
from iopsched.domain.people import KeepApart, Participant, Therapist, TimeOff
from iopsched.domain.places import Room
from iopsched.domain.services import Group, Need, Role, Service, Times
from iopsched.domain.timegrid import DAY, NEVER, WEEK
from iopsched.ingest import read_problem


def test_least_clinic(bare, week):
    """Three rows and two settings are a clinic."""
    problem = read_problem(bare, week)
    open_ = problem.clinic.open
    assert problem.week == date(2026, 11, 30)
    assert problem.participants == (Participant("P1", "adult", availability=open_, level="iop-adult"),)
    assert problem.therapists == (Therapist("T1", availability=open_),)
    assert problem.rooms == (Room("R1", 14, availability=open_),)
    assert (problem.clinic.name, problem.clinic.preset, problem.clinic.grid_minutes) == ("bare", "generic", 30)
    assert problem.clinic.ratios == {"adult": 12, "adolescent": 8}
    assert problem.clinic.caps == {"adult": 12, "adolescent": 10}
    assert problem.clinic.staff.max_minutes_per_week == 1500


def test_built_in_services(bare, week):
    """Without services.csv: group 180, individual 60 once a week, family 60 once a week for adolescents."""
    group, individual, family = read_problem(bare, week).services
    assert group == Service("group", "group", 180, 180, staff=(Role("group", 1),))
    assert individual.per_week == {"adult": 1, "adolescent": 1}
    assert individual.with_primary
    assert family.per_week == {"adolescent": 1}
    assert (family.guests, family.with_primary, family.starts) == (2, False, "grid")


def test_defaults_of_kinds(bare, week):
    """Lead, guests, starts and primary follow from the kind; sizes stay open."""
    (bare / "clinic.toml").write_text(
        'timezone = "America/Chicago"\nopen = "Mon-Fri 08:00-21:00"\n'
        '[[blocks]]\nid = "am"\npart = "day"\nstart = "09:00"\nend = "12:00"\n'
    )
    (bare / "services.csv").write_text(
        "service_id,kind,minutes,adult_per_week\n"
        "g,group,180,\nshort,group,90,\ni,individual,60,1\nf,family,60,0\nm,multifamily,180,\no,other,30,\n"
    )
    problem = read_problem(bare, week)
    by_id = problem.service
    assert [s.id for s in problem.services] == ["g", "short", "i", "f", "m", "o"]
    assert [by_id[k].starts for k in ("g", "short", "m")] == ["blocks", "grid", "grid"]
    assert [by_id[k].guests for k in "gifmo"] == [0, 0, 2, 2, 0]
    assert [by_id[k].licensed_lead for k in "gifmo"] == [True, True, True, True, False]
    assert [by_id[k].with_primary for k in "gifmo"] == [False, True, False, False, False]
    assert by_id["m"].staff == (Role("multifamily", 1),)
    assert by_id["f"].per_week == {"adult": 0}
    assert by_id["o"].per_week == {}
    assert {(s.min_participants, s.max_participants, s.participants_per_staff) for s in problem.services} == {
        (None,) * 3
    }
    assert problem.clinic.blocks[0].days == {0, 1, 2, 3, 4}


def test_groups(bare, week):
    """Blank cells stay None; listed starts of different clock times switch same_start off."""
    (bare / "participants.csv").write_text("participant_id,population,track\nP1,adult,sud\n")
    (bare / "groups.csv").write_text(
        "group_id,track,population,sessions_per_week,times\n"
        'G1,sud;mood,adult,3,\nG2,sud,adult,3,"Mon 09:00; Wed 17:00"\nG3,sud,adult,3,Mon Wed 09:00\nG4,sud,adult,3,never\n'
    )
    one, two, three, four = read_problem(bare, week).groups
    assert one == Group("G1", "group", ("sud", "mood"), "adult", 3)
    assert two.times == Times(NEVER, frozenset({540, 2 * 1440 + 1020}))
    assert not two.same_start
    assert three.same_start
    assert four.times == Times()


def test_small_files(bare, week):
    (bare / "needs.csv").write_text("participant_id,service_id,per_week\nP1,individual,2\n")
    (bare / "time_off.csv").write_text(
        "kind,id,start,end\nroom,R1,2026-12-01,\ntherapist,T1,2026-12-01,2026-12-02\n"
        "clinic,,2026-12-04 12:00,2026-12-04 24:00\n".replace("24:00", "17:00")
    )
    (bare / "keep_apart.csv").write_text("a,b\nT1,P1\nP1,T1\n")
    problem = read_problem(bare, week)
    assert problem.needs == (Need("P1", "individual", 2),)
    assert problem.keep_apart == (KeepApart("P1", therapist_id="T1"),)
    assert problem.time_off == (
        TimeOff("clinic", "", datetime.fromisoformat("2026-12-04T12:00"), datetime.fromisoformat("2026-12-04T17:00")),
        TimeOff("room", "R1", datetime.fromisoformat("2026-12-01"), datetime.fromisoformat("2026-12-02")),
        TimeOff("therapist", "T1", datetime.fromisoformat("2026-12-01"), datetime.fromisoformat("2026-12-03")),
    )


def test_people_of_every_column(bare, week):
    (bare / "participants.csv").write_text(
        "participant_id,population,track,preferred,busy,family_availability,level,min_hours_per_week,max_hours_per_week,"
        "min_days_per_week,max_sessions_per_day,max_hours_in_a_row,modality,needs_features,authorized_days,individual_per_week\n"
        "P1,adolescent,a;b,Mon 9am-10am,Tue,never,,7.5,12,2,3,2.5,Telehealth,Wheelchair;loop,4,0\n"
    )
    person = read_problem(bare, week).participants[0]
    assert (person.min_minutes_per_week, person.max_minutes_per_week, person.max_minutes_in_a_row) == (450, 720, 150)
    assert (person.min_days_per_week, person.max_sessions_per_day, person.authorized_days) == (2, 3, 4)
    assert (person.modality, person.needs_features) == ("telehealth", {"wheelchair", "loop"})
    assert str(person.preferred) == "Mon 09:00-10:00"
    assert str(person.busy) == "Tue 08:00-21:00"
    assert person.family_availability == NEVER
    assert person.individual_per_week == 0
    assert person.level == "iop-adolescent"


def test_a_level_of_the_clinic_takes_from_that_of_the_population(bare, week):
    """Adults' numbers reach nobody else, neither by the own level nor by one that two populations share."""
    (bare / "clinic.toml").write_text(
        'timezone = "America/Chicago"\nopen = "Mon-Fri 08:00-21:00"\npopulations = ["adult", "tween"]\n'
        "[levels.iop-adult]\nmax_gap_days = 2\nphp_guard_hours = 20\nmin_hours_on_group_days = 3\n"
        "[levels.iop-tween]\nmin_hours_per_week = 6\nmax_hours_per_day = 4\n"
        "[levels.less]\nmin_days_per_week = 1\n[ratios]\ntween = 6\n"
    )
    (bare / "participants.csv").write_text("participant_id,population,level\nP1,tween,\nP2,tween,less\nP3,adult,less\n")
    levels = read_problem(bare, week).clinic.levels
    assert levels["iop-tween"] == Level("iop-tween", 360, WEEK, 0, 240, 0)
    assert levels["less (tween)"] == Level("less (tween)", 360, WEEK, 1, 240, 0)
    assert levels["less"] == replace(levels["iop-adult"], id="less", min_days_per_week=1)


def test_custom_population(bare, week):
    """A further population has its level, ratio and NAME_per_week column."""
    (bare / "clinic.toml").write_text(
        'timezone = "America/Chicago"\nopen = "Mon-Fri 08:00-21:00"\npopulations = ["adult", "young-adult"]\n'
        "[levels.iop-young-adult]\nmin_hours_per_week = 8\n[ratios]\nyoung-adult = 10\n"
    )
    (bare / "participants.csv").write_text("participant_id,population\nP1,young-adult\n")
    (bare / "services.csv").write_text("service_id,kind,minutes,young_adult_per_week\ni,individual,60,2\n")
    problem = read_problem(bare, week)
    assert problem.services[0].per_week == {"young-adult": 2}
    assert problem.clinic.levels["iop-young-adult"] == Level("iop-young-adult", 480, WEEK, 0, DAY, 0)
    assert problem.clinic.caps["young-adult"] == 12
