"""The field's optional settings and files: payers, ages, units, breaks, modules, dated steps."""

from datetime import date

import pytest

from iopsched.domain.clinic import Payer
from iopsched.ingest import inspect_clinic, preset_sources, read_problem

HEAD = 'timezone = "America/Chicago"\nopen = "Mon-Fri 08:00-21:00"\n'
LEVELS = "[levels.step-down]\nmin_hours_per_week = 4\n[phases.late]\ngroup_sessions = [1, 2]\n[payers.acme]\n"
MONDAY = date(2026, 11, 30)


def with_settings(folder, text):
    (folder / "clinic.toml").write_text(HEAD + text)
    return folder


def with_rows(folder, file, header, *rows):
    (folder / file).write_text("\n".join([header, *rows, ""]))
    return folder


def clinic_of(folder, text, week=MONDAY):
    return read_problem(with_settings(folder, text), week).clinic


def codes(folder, week=MONDAY):
    return [issue.code for issue in inspect_clinic(folder, week).issues]


# --- payers -------------------------------------------------------------------
def test_payers_of_the_preset(bare):
    payers = clinic_of(bare, "").payers
    assert payers == {
        "h0015": Payer("h0015", min_days_per_week=3, program_day_minutes=180),
        "medicare": Payer("medicare", min_minutes_per_week=540, certified_days=60, services_per_day=3),
    }


def test_one_key_of_a_payer_of_the_preset(bare):
    """The others stay those of the preset."""
    payers = clinic_of(bare, "[payers.h0015]\nprogram_day_hours = 2.5\n").payers
    assert payers["h0015"] == Payer("h0015", min_days_per_week=3, program_day_minutes=150)
    assert set(payers) == {"h0015", "medicare"}


def test_a_payer_of_the_clinic(bare):
    text = (
        "[payers.acme]\nmin_hours_per_week = 6\nmax_hours_per_week = 12\nmin_days_per_week = 2\n"
        "max_hours_per_day = 4\nprogram_day_hours = 2\nmin_hours_on_group_days = 1.5\nmax_gap_days = 3\n"
        "certified_days = 30\nservices_per_day = 2\n[payers.cash]\n"
    )
    payers = clinic_of(bare, text).payers
    assert payers["acme"] == Payer("acme", 360, 720, 2, 240, 120, 90, 3, 30, 2)
    assert payers["cash"] == Payer("cash")


def test_who_pays(bare):
    with_rows(bare, "participants.csv", "participant_id,population,payer", "P1,adult,h0015", "P2,adult,")
    problem = read_problem(bare, MONDAY)
    assert [person.payer for person in problem.participants] == ["h0015", None]


def test_the_source_of_a_payers_number_is_the_payers_under_every_preset():
    for preset in ("generic", "texas"):
        assert preset_sources(preset)["payers.h0015.min_days_per_week"].startswith("HCPCS H0015")


def test_a_payers_number_that_is_looser_than_the_presets_is_told(bare):
    with_settings(
        bare, "[payers.h0015]\nprogram_day_hours = 2\nmin_days_per_week = 3\n[payers.medicare]\ncertified_days = 0\n"
    )
    told = [str(issue) for issue in inspect_clinic(bare, MONDAY).issues if issue.code == "W-LOOSER"]
    assert ["program_day_hours" in told[0], "certified_days" in told[1]] == [True, True]
    assert len(told) == 2


# --- settings that are off by default -------------------------------------------
def test_everything_is_off_where_nobody_asks(bare):
    """A clinic that says nothing is asked nothing more than the contract asks."""
    clinic = clinic_of(bare, "")
    for level in clinic.levels.values():
        assert (level.php_guard_minutes, level.php_guard_is_inclusive, level.min_minutes_on_group_days) == (0, False, 0)
    assert (clinic.caseload, clinic.break_allowance_minutes, clinic.curriculum_start) == ({}, 0, None)
    assert (clinic.staff.meal_minutes, clinic.staff.supervisor_on_site, clinic.staff.two_staff) == (0, False, ())


def test_settings_of_the_clinic(bare):
    clinic = clinic_of(
        bare,
        "[levels.iop-adult]\nphp_guard_hours = 20\nphp_guard_inclusive = true\nmin_hours_on_group_days = 2.5\n"
        '[staff]\nmeal_minutes = 30\nmeal_after_hours = 5.5\nsupervisor_on_site = true\ntwo_staff = ["adolescent"]\n'
        "[caseload]\nadult = 24\n[hours]\nbreak_allowance_minutes = 30\n[curriculum]\nstart = 2026-11-30\n"
        '[calendars]\nclass = "Confidential"\n',
    )
    level = clinic.levels["iop-adult"]
    assert (level.php_guard_minutes, level.php_guard_is_inclusive, level.min_minutes_on_group_days) == (1200, True, 150)
    staff = clinic.staff
    assert (staff.meal_minutes, staff.meal_after_minutes, staff.supervisor_on_site) == (30, 330, True)
    assert (staff.two_staff, clinic.caseload) == (("adolescent",), {"adult": 24})
    assert (clinic.break_allowance_minutes, clinic.curriculum_start) == (30, MONDAY)
    assert clinic.calendar_class == "confidential"


def test_the_guard_of_a_custom_level_is_that_of_its_population(bare):
    """A level that names no guard takes the one of ``iop-`` and the population, which another level may lift."""
    with_rows(bare, "participants.csv", "participant_id,population,level", "P1,adult,step", "P2,adult,php")
    clinic = clinic_of(
        bare,
        "[levels.iop-adult]\nphp_guard_hours = 20\n[levels.step]\nmin_hours_per_week = 4\n"
        "[levels.php]\nphp_guard_hours = 0\nmax_hours_per_week = 30\n",
    )
    assert (clinic.levels["step"].php_guard_minutes, clinic.levels["php"].php_guard_minutes) == (1200, 0)
    assert codes(bare) == []


@pytest.mark.parametrize(
    ("preset", "found"),
    [
        ("maryland", {"guard": (1200, True)}),
        ("north_carolina", {"two_staff": ("adolescent",)}),
        ("new_jersey", {"caseload": {"adult": 24, "adolescent": 24}, "ages": (11, 17)}),
    ],
)
def test_presets_switch_rules_on(bare, preset, found):
    clinic = clinic_of(bare, f'preset = "{preset}"\n')
    level = clinic.levels["iop-adolescent"]
    assert {
        "guard": (level.php_guard_minutes, level.php_guard_is_inclusive),
        "two_staff": clinic.staff.two_staff,
        "caseload": clinic.caseload,
        "ages": clinic.ages["adolescent"],
    } == {"guard": (0, False), "two_staff": (), "caseload": {}, "ages": (12, 17), **found}


def test_two_staff_of_a_preset_may_be_switched_off_and_needs_the_population(bare):
    assert clinic_of(bare, 'preset = "north_carolina"\n[staff]\ntwo_staff = []\n').staff.two_staff == ()
    adults = 'preset = "north_carolina"\npopulations = ["adult"]\n'
    assert clinic_of(bare, adults).staff.two_staff == ()


# --- ages -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("population", "age", "settings", "told"),
    [
        ("adult", 18, "", []),
        ("adult", 17, "", ["E-AGE"]),
        ("adult", 120, "", []),
        ("adolescent", 12, "", []),
        ("adolescent", 17, "", []),
        ("adolescent", 18, "", ["E-AGE"]),
        ("adolescent", 11, "", ["W-AGE-YOUNG"]),
        ("adolescent", 11, 'preset = "new_jersey"\n', []),
        ("adolescent", 10, 'preset = "new_jersey"\n', ["W-AGE-YOUNG"]),
        ("adult", 25, "[ages]\nadult = [18, 25]\n", []),
        ("adult", 26, "[ages]\nadult = [18, 25]\n", ["E-AGE"]),
        ("adult", 17, "[ages]\nadult = [17, 25]\n", []),
    ],
)
def test_ages(bare, population, age, settings, told):
    with_rows(bare, "participants.csv", "participant_id,population,age", f"P1,{population},{age}")
    assert codes(with_settings(bare, settings)) == told


# --- authorization --------------------------------------------------------------
@pytest.mark.parametrize(
    ("authorized", "used", "left"), [("", "", None), ("10", "", 10), ("10", "8", 2), ("10", "10", 0), ("10", "11", 0)]
)
def test_units_left(bare, authorized, used, left):
    header = "participant_id,population,units_authorized,units_used"
    with_rows(bare, "participants.csv", header, f"P1,adult,{authorized},{used}")
    assert inspect_clinic(bare, MONDAY).problem.participants[0].units_left == left
    assert codes(bare) == (["W-UNITS"] if left == 0 else [])


@pytest.mark.parametrize(("day", "told"), [("2026-12-06", []), ("2026-12-07", ["W-AUTHORIZATION"])])
def test_an_authorization_that_begins_after_the_week(bare, day, told):
    with_rows(bare, "participants.csv", "participant_id,population,authorized_from", f"P1,adult,{day}")
    assert codes(bare) == told


@pytest.mark.parametrize(("day", "told"), [("2026-10-07", []), ("2026-10-06", ["W-CERTIFICATION"])])
def test_a_certification_holds_sixty_days(bare, day, told):
    """October 7 and 60 days are December 6, the Sunday of the week."""
    with_rows(bare, "participants.csv", "participant_id,population,payer,certified", f"P1,adult,medicare,{day}")
    assert codes(bare) == told


@pytest.mark.parametrize(("day", "told"), [("2026-12-06", []), ("2026-12-07", ["W-CERTIFICATION"])])
def test_a_certification_dated_after_the_week(bare, day, told):
    with_rows(bare, "participants.csv", "participant_id,population,payer,certified", f"P1,adult,medicare,{day}")
    assert codes(bare) == told


# --- steps ----------------------------------------------------------------------
def stepped(folder, *steps, week=MONDAY, admitted=""):
    """Return P1 after these steps."""
    with_settings(folder, LEVELS)
    with_rows(
        folder,
        "participants.csv",
        "participant_id,population,level,phase,payer,min_hours_per_week,admitted",
        f"P1,adult,,,acme,,{admitted}",
        "P2,adult,,,,,",
    )
    header = "participant_id,from,level,phase,payer,individual_per_week,family_per_week,min_hours_per_week,max_hours_per_week,min_days_per_week"
    with_rows(folder, "steps.csv", header, *steps)
    one, other = read_problem(folder, week).participants
    assert (other.level, other.phase, other.payer) == ("iop-adult", None, None)
    return one


@pytest.mark.parametrize(
    ("day", "week", "level"),
    [
        ("2026-11-30", MONDAY, "step-down"),
        ("2026-11-29", MONDAY, "step-down"),
        ("2026-12-01", MONDAY, "iop-adult"),  # within the week: from the next one on
        ("2026-12-06", MONDAY, "iop-adult"),
        ("2026-12-01", date(2026, 12, 7), "step-down"),
        ("2026-12-01", date(2026, 12, 4), "iop-adult"),  # any day of the week means its Monday
    ],
)
def test_the_day_of_a_step(bare, day, week, level):
    assert stepped(bare, f"P1,{day},step-down,,,,,,,", week=week).level == level


@pytest.mark.parametrize(
    ("admitted", "day", "level"),
    [
        ("2026-12-02", "2026-12-02", "step-down"),  # on the day of admission
        ("2026-12-02", "2026-12-01", "step-down"),  # before it: the week of the stay begins afterwards
        ("2026-12-02", "2026-12-03", "iop-adult"),
        ("2026-11-02", "2026-12-01", "iop-adult"),
        ("2026-12-09", "2026-12-08", "step-down"),
    ],
)
def test_a_step_before_admission(bare, admitted, day, level):
    assert stepped(bare, f"P1,{day},step-down,,,,,,,", admitted=admitted).level == level


def test_what_a_step_changes(bare):
    person = stepped(bare, "P1,2026-11-30,step-down,late,h0015,2,1,5,6.5,2")
    assert (person.level, person.phase, person.payer) == ("step-down", "late", "h0015")
    assert (person.individual_per_week, person.family_per_week, person.min_days_per_week) == (2, 1, 2)
    assert (person.min_minutes_per_week, person.max_minutes_per_week) == (300, 390)


def test_blank_cells_of_a_step_change_nothing(bare):
    person = stepped(bare, "P1,2026-11-30,,late,,,,,,")
    assert (person.level, person.phase, person.payer, person.min_minutes_per_week) == (
        "iop-adult",
        "late",
        "acme",
        None,
    )


def test_a_nought_of_a_step_is_a_change(bare):
    assert stepped(bare, "P1,2026-11-30,,,,0,,0,,").individual_per_week == 0


@pytest.mark.parametrize(
    ("week", "level", "phase", "minutes"),
    [
        (date(2026, 11, 23), "iop-adult", None, None),
        (MONDAY, "step-down", None, 240),
        (date(2026, 12, 7), "step-down", "late", 240),
        (date(2026, 12, 14), "iop-adult", "late", 120),
    ],
)
def test_several_steps(bare, week, level, phase, minutes):
    """They are taken by date, whatever their order in the file; each changes only what it names."""
    rows = ("P1,2026-12-14,iop-adult,,,,,2,,", "P1,2026-11-30,step-down,,,,,4,,", "P1,2026-12-07,,late,,,,,,")
    person = stepped(bare, *rows, week=week)
    assert (person.level, person.phase, person.min_minutes_per_week) == (level, phase, minutes)


def test_the_level_of_a_step_takes_the_rest_from_the_population(bare):
    """A level that nobody but a step names is completed like any other."""
    stepped(bare, "P1,2026-11-30,step-down,,,,,,,")
    level = read_problem(bare, MONDAY).clinic.levels["step-down"]
    assert (level.min_minutes_per_week, level.program_day_minutes) == (240, 180)


# --- modules --------------------------------------------------------------------
MODULES = "module_id,service_id,group_id,title,minutes,countable,kind,week,public_title,order"
SERVICES = "service_id,kind,minutes,contact_minutes"
GROUPS = "group_id,service_id,track,population,sessions_per_week"


def taught(folder, *rows, contact="", groups=(), start=True):
    """Return the problem of a clinic with these modules of the service ``group``."""
    with_settings(folder, "[curriculum]\nstart = 2026-11-30\n" if start else "")
    with_rows(folder, "services.csv", SERVICES, f"group,group,180,{contact}")
    if groups:
        with_rows(folder, "groups.csv", GROUPS, *(f"{name},group,sud,adult,4" for name in groups))
        with_rows(folder, "participants.csv", "participant_id,population,track", "P1,adult,sud")
    with_rows(folder, "modules.csv", MODULES, *rows)
    return inspect_clinic(folder, MONDAY).problem


def test_a_module(bare):
    (module,) = taught(bare, "M1,group,,Skills,90,no,education,2,Class,7").modules
    assert (module.id, module.service_id, module.group_ids, module.title) == ("M1", "group", (), "Skills")
    assert (module.minutes, module.counts, module.kind, module.week) == (90, False, "education", 2)
    assert (module.public_title, module.order) == ("Class", 7)


def test_blank_cells_of_a_module(bare):
    """The title is the id, it counts, it is of every week, and the rows' own order holds."""
    found = taught(bare, ",group,,Check-in,30,,,,,", ",group,,About,150,,,,,").modules
    assert [(row.id, row.counts, row.kind, row.week) for row in found] == [
        ("Check-in", True, "group", None),
        ("About", True, "group", None),
    ]


def test_the_order_of_modules(bare):
    rows = (",group,,Last,60,,,,,3", ",group,,First,60,,,,,1", ",group,,Middle,60,,,,,2")
    assert [row.title for row in taught(bare, *rows).modules] == ["First", "Middle", "Last"]


def test_modules_are_the_contact_minutes_where_the_cell_is_blank(bare):
    rows = (",group,,Skills,150,yes,,,,", ",group,,Break,30,no,,,,")
    assert taught(bare, *rows).service["group"].contact_minutes == 150
    assert codes(bare) == []
    assert taught(bare, *rows, contact="160").service["group"].contact_minutes == 160
    assert codes(bare) == ["W-MODULE-UNEVEN"]


def test_a_service_without_modules_keeps_its_contact_minutes(bare):
    taught(bare, ",group,,Skills,150,,,,,")
    with_rows(bare, "services.csv", SERVICES, "group,group,180,", "talk,individual,60,", "walk,other,60,45")
    found = read_problem(bare, MONDAY).service
    assert [found[name].contact_minutes for name in ("group", "talk", "walk")] == [150, 60, 45]


def test_modules_of_a_built_in_service(bare):
    """Without ``services.csv`` nobody has written contact minutes."""
    with_rows(bare, "modules.csv", MODULES, ",group,,Skills,150,yes,,,,", ",group,,Break,30,no,,,,")
    assert read_problem(bare, MONDAY).service["group"].contact_minutes == 150
    assert codes(bare) == []


def test_modules_of_groups(bare):
    """G1 has 180 minutes that count, G2 only 150: the fewer count, and the director is told."""
    rows = (",group,,Skills,150,,,,,", ",group,G1;G3,Process,30,,,,,")
    problem = taught(bare, *rows, groups=("G1", "G2", "G3"))
    assert [module.group_ids for module in problem.modules] == [(), ("G1", "G3")]
    assert problem.service["group"].contact_minutes == 150
    assert codes(bare) == ["W-MODULE-UNEVEN"]
    first, second = problem.modules
    assert (first.is_part_of("group", "G2"), second.is_part_of("group", "G2")) == (True, False)
    assert (second.is_part_of("group", "G1"), second.is_part_of("group", None)) == (True, False)


def test_modules_that_name_every_group(bare):
    """Then no session holds the common modules alone, and their sum is nobody's."""
    rows = (",group,,Check-in,30,,,,,", ",group,G1,Skills,150,,,,,", ",group,G2,Process,150,,,,,")
    assert taught(bare, *rows, groups=("G1", "G2")).service["group"].contact_minutes == 180
    assert codes(bare) == []
    assert taught(bare, *rows, groups=("G1", "G2", "G3")).service["group"].contact_minutes == 30
    assert "W-MODULE-UNEVEN" in codes(bare)


def test_modules_in_rotation(bare):
    """Each week has the module of every week and its own; the fewest minutes that count of a week count."""
    rows = (",group,,Check-in,30,,,,,", ",group,,Anger,120,,,1,,", ",group,,Shame,150,,,2,,")
    assert taught(bare, *rows).service["group"].contact_minutes == 150
    assert codes(bare) == ["W-MODULE-UNEVEN"]
    assert taught(bare, *rows[:2], ",group,,Shame,120,,,2,,").service["group"].contact_minutes == 150
    assert codes(bare) == []


def test_modules_fill_their_session_and_no_more(bare):
    taught(bare, ",group,,A,90,,,,,", ",group,,B,90,,,,,")
    assert codes(bare) == []
    taught(bare, ",group,,A,90,,,,,", ",group,,B,91,,,,,")
    assert codes(bare) == ["E-MODULE-LONG"]
    taught(bare, ",group,,A,90,,,1,,", ",group,,B,90,,,2,,", ",group,,C,90,,,,,")
    assert codes(bare) == []


def test_a_rotation_needs_a_beginning(bare):
    taught(bare, ",group,,A,180,,,1,,", start=False)
    assert codes(bare) == ["E-CURRICULUM"]
    taught(bare, ",group,,A,180,,,,,", start=False)
    assert codes(bare) == []


def test_gaps_of_a_rotation(bare):
    taught(bare, ",group,,A,180,,,1,,", ",group,,B,180,,,3,,")
    assert codes(bare) == ["W-CURRICULUM-GAP"]
    taught(bare, ",group,,A,180,,,1,,", ",group,,B,180,,,3,,", ",group,,C,180,,,2,,")
    assert codes(bare) == []


def test_modules_that_somebody_has_met(bare):
    taught(bare, "M1,group,,A,180,,,,,")
    with_rows(bare, "participants.csv", "participant_id,population,modules_met", "P1,adult,M1;M2")
    assert read_problem(bare, MONDAY).participants[0].modules_met == {"M1", "M2"}
    assert codes(bare) == ["W-MODULE-UNKNOWN"]
