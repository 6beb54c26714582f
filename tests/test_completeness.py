"""A setting, rule or sub-term that somebody adds is complete in every place that knows it, or a test here names the place."""

import re
import tomllib
from dataclasses import MISSING, fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks.twins import timefold_clinic as twins
from benchmarks.twins.common import UnsupportedClinicError
from iopsched.domain.clinic import Clinic, Level, Payer, Phase, StaffLimits
from iopsched.ingest import read_problem
from iopsched.ingest.source.settingrows import form_of, rows_of
from iopsched.model.build import build_model
from iopsched.policy.presets import BASE, SWITCHES, preset_table
from iopsched.policy.setting import ANY
from iopsched.policy.settings import SETTINGS, setting_at
from iopsched.rulebook import RULES, TERMS, GoalId, RuleId
from iopsched.search.start.construct import construct
from iopsched.verifier import goal_values, violations
from iopsched.views.goals import TERM_WORDS
from iopsched.views.numbers import numbers
from scripts.settings_table import PAGE, page
from tests.support.clinics import MONDAY, adult, clinic, level, schedule, service, services, session, small, therapist
from tests.support.edge_worlds import all_worlds

HOME = Path(__file__).parents[1]
COMPLETE = HOME / "data" / "complete"
EVERY_SETTING = pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.dotted)
EVERY_RULE = pytest.mark.parametrize("rule", list(RuleId), ids=str)
EVERY_TERM = pytest.mark.parametrize(
    ("goal", "term"), [(goal, term) for goal, terms in TERMS.items() for term in terms], ids=str
)
OWNERS = {"levels": Level, "payers": Payer, "staff": StaffLimits}
DECLARED_FOR_PEOPLE = {"name", "clinic_id", "timezone", "open", "populations", "preset", "date_order"}
NO_NUMBER = {"blocks", "curriculum", "calendars"}  # words and dates: `rules --clinic` prints numbers only
PRICED = {"prices"}  # of steps that answers offer: printed, and read by no rule
ONLY_CHECKED = {"certified_days", "services_per_day", ("ages", ANY)}  # of the input; no schedule breaks them
# Rules that leave out candidates of the textbook twin, where others are rows of it.
FILTERS_OF_THE_TEXTBOOK = {
    RuleId.MATCH: "may_lead_for",
    RuleId.SUPERVISOR: "supervisor_on_site",
    RuleId.PHP_GUARD: "php_guard_minutes",
}
# The textbook twin refuses clinics with a weight on this sub-term.
REFUSED_TERM = "modules"
# Rules that the local search need not state, as it refuses a clinic that has anything for them.
REFUSED_BY_TWINS = {
    RuleId.PIN: "pins.csv",
    RuleId.PHASE: "phase of participants.csv",
    RuleId.TOGETHER: "keep_together.csv",
    RuleId.APART: "keep_apart.csv",
}
STATED_BY_TWINS = {
    *(RuleId.DAY_MAX, RuleId.WEEK_MAX, RuleId.COHORT, RuleId.PRIMARY, RuleId.STAFF_LOAD, RuleId.SIZE, RuleId.RATIO),
    *(RuleId.STAFFED, RuleId.MATCH, RuleId.SEATS, RuleId.WINDOW, RuleId.OVERLAP),
}


def source(folder):
    """Return the text of the modules below a folder or of one module."""
    path = HOME / folder
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def names(text, word):
    """Return whether a text names a word that is no part of a longer one."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


# --- settings ---------------------------------------------------------------
def test_the_page_of_settings_is_written_anew():
    """``python -m scripts.settings_table`` does it."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_example_names_every_setting():
    table = tomllib.loads((COMPLETE / "clinic.toml").read_text(encoding="utf-8"))
    written = {setting_at(*path).path for path, value in rows_of(table) if value != {}}
    missing = {setting.path for setting in SETTINGS} - written
    assert missing == {("date_order",)}, "data/complete/clinic.toml"  # only where nothing else decides the order


@EVERY_SETTING
def test_a_setting_is_read_by_a_rule_or_goal_or_is_none_of_a_number(setting):
    assert (setting.rule is None) == (setting.path[0] in DECLARED_FOR_PEOPLE | NO_NUMBER | PRICED), (
        "rule in policy/settings.py"
    )


def test_every_number_is_printed_with_its_rule():
    """``rules --clinic`` on the complete example, whose settings are all on but those named here."""
    found = [(row.rule, row.subject) for row in numbers(read_problem(COMPLETE, date(2026, 11, 30)), COMPLETE)]
    for setting in SETTINGS:
        subject = re.escape(setting.subject).replace(r"\{\}", ".+")
        topic = setting.path[0] if setting.path[0] in PRICED else setting.rule
        is_printed = any(rule == topic and re.fullmatch(subject, own) for rule, own in found)
        assert is_printed or topic is None, setting.dotted


@EVERY_SETTING
def test_a_setting_has_its_form_in_the_workbook(setting):
    path = tuple("x" if part == ANY else part for part in setting.path)
    assert form_of(path) == setting.form


@EVERY_SETTING
def test_a_number_tells_which_way_is_looser(setting):
    """So that W-LOOSER can warn; a grid is neither looser nor stricter, and weights bind nobody."""
    exempt = setting.path[0] in {"goals", "grid_minutes", *PRICED}
    assert setting.form != "number" or exempt or setting.looser, "looser in policy/settings.py"


@pytest.mark.parametrize("table", OWNERS)
def test_every_fact_of_a_table_is_declared(table):
    """A field of the facts without a setting could never be written."""
    declared = {field for setting in SETTINGS if setting.path[0] == table for field in setting.fields}
    assert {field.name for field in fields(OWNERS[table])} - {"id", "name"} == declared, "policy/settings.py"


@EVERY_SETTING
def test_a_setting_that_is_off_at_first_says_so(setting):
    """Else the audit would say ``no violation`` of a rule that is off."""
    owner = OWNERS.get(setting.path[0])
    default = {field.name: field.default for field in fields(owner)}.get(setting.field, MISSING) if owner else MISSING
    if default is not MISSING and not default and not setting.only_with:
        assert setting.off == default, "off in policy/settings.py"


@EVERY_SETTING
def test_a_setting_that_is_on_at_first_has_its_number_in_the_preset(setting):
    if setting.path[0] in {"levels", "staff"}:
        table = preset_table(BASE)
        rows = table["staff"] if setting.path[0] == "staff" else table["levels"]["iop-adult"]
        default = {field.name: field.default for field in fields(OWNERS[setting.path[0]])}[setting.field]
        assert setting.key in rows or (default is not MISSING and not default), "presets/generic.toml"


def spied(owner, read):
    """Return the same facts, which tell what is read of them: their type and the field."""
    kind = type(owner)

    def told(self, name):
        read.add((kind, name))
        return object.__getattribute__(self, name)

    spy = type(f"Spied{kind.__name__}", (kind,), {"__slots__": (), "__getattribute__": told})
    return spy(**{field.name: getattr(owner, field.name) for field in fields(owner)})


def spied_problem(read):
    """Return a tiny clinic that has everything that settings speak of, and lets meals and the guard be on."""
    payer, stage = Payer("p", min_minutes_per_week=60), Phase("first", 0, 5)
    own = clinic(
        level=spied(level(php_guard_minutes=360), read),
        payers={"p": spied(payer, read)},
        phases={"first": spied(stage, read)},
        equipment={"van": 1},
        caseload={"adult": 5},
    )
    people = tuple(adult(name, payer="p", phase="first") for name in ("A1", "A2"))
    staff = (therapist("T1", max_minutes_per_week=None), therapist("T2", supervisor=True))
    offered = (*services(), service("trip", equipment={"van": 1}))
    before = replace(schedule(), week=MONDAY - timedelta(weeks=1))
    problem = small(clinic=own, participants=people, therapists=staff, services=offered, previous=before)
    limits = StaffLimits(min_rest_minutes=60, meal_minutes=30, two_staff=("adult",), supervisor_on_site=True)
    return replace(problem, clinic=spied(replace(own, staff=spied(limits, read)), read))


def read_by_verifier(problem):
    week = schedule(
        session("Mon 09:00-12:00", "A1 A2"), session("Mon 13:00-16:00", "A1", service_id="trip", group_id=None)
    )
    violations(problem, week)
    goal_values(problem, week)


def read_by_model(problem):
    model = build_model(problem)
    for goal in GoalId:
        model.goal(goal)


@pytest.mark.parametrize("side", [read_by_verifier, read_by_model])
def test_what_a_rule_reads_is_read_by_verifier_and_model(side):
    """Each field of a setting that a rule or goal names, from the very facts that keep it."""
    read = set()
    problem = spied_problem(read)
    read.clear()
    side(problem)
    for setting in SETTINGS:
        if setting.rule is None or ONLY_CHECKED & {setting.key, setting.path}:
            continue
        owner = {**OWNERS, "phases": Phase}.get(setting.path[0])
        wanted = (
            {(owner, name) for name in setting.fields} if owner else {(Clinic, (*setting.home, *setting.fields)[0])}
        )
        wanted = {(Clinic, setting.path[0])} if not owner and setting.fields == (ANY,) else wanted
        assert wanted <= read, setting.dotted


# --- rules ------------------------------------------------------------------
@EVERY_RULE
def test_a_rule_is_read_in_the_docs(rule):
    assert f"`{rule}`" in (HOME / "docs" / "readings.md").read_text(encoding="utf-8"), "docs/readings.md"


@EVERY_RULE
def test_the_rulebook_tells_where_the_numbers_of_a_rule_stand(rule):
    """The table of each of its settings, where ``iopsched rules`` looks."""
    tables = {setting.path[0] for setting in SETTINGS if setting.rule is rule}
    assert not [table for table in tables if table not in RULES[rule].setting], "setting in rulebook/rules.py"


def test_rules_that_are_off_at_first():
    """The audit says of these that they are off; a rule whose settings have no ``off`` is never told so."""
    assert {rule.value for rule in SWITCHES} >= {"day_min", "php_guard", "two_staff", "supervisor"}
    for rule, settings in SWITCHES.items():
        assert "off" in RULES[rule].sentence or rule is RuleId.TWO_STAFF, rule
        assert all(setting.off_words.startswith("off") for setting in settings)


@pytest.mark.parametrize("world", all_worlds(), ids=lambda world: world.name.replace(" ", "_"))
def test_the_first_week_keeps_every_rule(world):
    """Before what is broken is left out; but for pins, which name several things at once."""
    found = violations(world.problem, construct(build_model(world.problem).x))
    assert {violation.rule for violation in found} <= {RuleId.PIN}, "the construction of first weeks"


def is_refused(problem):
    try:
        twins.refuse_unsupported(problem)
    except UnsupportedClinicError:
        return True
    return False


@EVERY_RULE
def test_the_textbook_twin_states_a_rule(rule):
    modules = "rules_sessions rules_people rules_rooms rules_pins sessions openings facts"
    text = "".join(source(f"benchmarks/twins/{name}.py") for name in modules.split())
    assert names(text, FILTERS_OF_THE_TEXTBOOK.get(rule, f"def {rule}")), "benchmarks/twins/rules_*.py"


@EVERY_RULE
def test_the_local_search_states_a_rule_or_refuses_clinics_with_it(rule):
    """A rule that its settings switch on is refused as soon as one of them is on."""
    assert (rule in STATED_BY_TWINS) + (rule in REFUSED_BY_TWINS) + (rule in SWITCHES) == 1, (
        "benchmarks/twins/timefold_clinic.py"
    )
    for setting in SWITCHES.get(rule, ()) if rule not in STATED_BY_TWINS else ():
        problem = small()
        for name in setting.names(problem.clinic):
            value = {"flag": True, "texts": ("adult",)}.get(setting.kind, 60)
            assert is_refused(setting.changed(problem, name, value)), "benchmarks/twins/timefold_clinic.py"


# --- sub-terms of goals -----------------------------------------------------
@EVERY_TERM
def test_a_term_is_read_in_the_docs(goal, term):
    assert f"`{term}`" in (HOME / "docs" / "readings.md").read_text(encoding="utf-8"), "docs/readings.md"


@EVERY_TERM
def test_a_weighted_term_has_words_in_tables_of_goals(goal, term):
    assert TERMS[goal][term].weight is None or term in TERM_WORDS, "TERM_WORDS in views/goals.py"


@EVERY_TERM
def test_the_textbook_twin_minimizes_a_term(goal, term):
    """Terms of the goals about unmet need and the earlier week are no functions of their own."""
    whole = GoalId.UNMET_NEED, GoalId.WORST_OFF, GoalId.PEOPLE_SHORT, GoalId.CHANGES, GoalId.MOVES
    if goal not in whole:
        module = "refusals" if term == REFUSED_TERM else "textbook_model"
        assert names(source(f"benchmarks/twins/{module}.py"), term), f"benchmarks/twins/{module}.py"
