"""Every setting of ``clinic.toml``, declared once: readers, forms, warnings, tables and the audit come from here."""

from __future__ import annotations

from typing import Any, get_args

from iopsched.domain.clinic import AgainstLastWeek, CalendarClass, Closures, Preference, age_range
from iopsched.domain.timegrid import DAY, HOUR, WEEK
from iopsched.policy.setting import ANY, Kind, Looser, Setting
from iopsched.rulebook import TERMS, GoalId, RuleId
from iopsched.rulebook.steps import KINDS
from iopsched.words.phrases import count

_REPORTED = "{}, reported, not enforced"


def _level(
    key: str, kind: Kind, low: int, high: int, looser: Looser, rule: RuleId | GoalId, meaning: str, off: int = 0
) -> Setting:
    subject = f"level {{}}, {key}"
    return Setting(("levels", ANY, key), kind, meaning, low, high, rule=rule, looser=looser, off=off, subject=subject)


def _payer(
    key: str, kind: Kind, high: int, looser: Looser, rule: RuleId | GoalId, meaning: str, words: str = "{}"
) -> Setting:
    subject = f"payer {{}}, {key}"
    return Setting(
        ("payers", ANY, key), kind, meaning, 0, high, rule=rule, looser=looser, off=0, subject=subject, words=words
    )


def _staff(key: str, kind: Kind, low: int, high: int, looser: Looser, meaning: str, **more: Any) -> Setting:
    given = {"rule": RuleId.STAFF_LOAD, "subject": f"all staff, {key}", **more}
    return Setting(("staff", key), kind, meaning, low, high, looser=looser, **given)


def _ages(pair: tuple[int, int]) -> str:
    return f"{age_range(*pair)} years"


def _closures(value: str) -> str:
    return "closed days lower weekly minimums" if value == "prorate" else "closed days lower no minimum"


def _language(value: str) -> str:
    return {"require": "always shared", "prefer": "shared where it can be", "no": "not looked at"}[value]


def _against_last_week(value: str) -> str:
    return {"strict": "before preferences", "weighed": "one of the preferences", "no": "not looked at"}[value]


def _caseload(most: int) -> str:
    return f"{count(most, 'participant')} for each therapist"


def _points(price: int) -> str:
    return count(price, "point")


_TOP = (
    Setting(("name",), "text", "The name of the clinic; blank: that of the folder."),
    Setting(("clinic_id",), "text", "Identity of calendars and store: letters, digits, - and _; never shown."),
    Setting(("timezone",), "text", "The time zone by its IANA name, such as America/New_York."),
    Setting(("open",), "text", "The opening hours; no session lies outside."),
    Setting(("populations",), "texts", "The populations, each a plain word; blank: adult and adolescent."),
    Setting(
        ("grid_minutes",), "whole", "Sessions start at multiples of this, which divides an hour; blank: 30.",
        1, HOUR, rule=RuleId.WINDOW, subject="grid", words="{} min",
    ),
    Setting(("preset",), "text", "The rule set (preset) whose numbers hold where this file is silent; blank: generic."),
    Setting(
        ("date_order",), "text", "How 12/1/2026 is read where nothing else decides it.", choices=("mdy", "dmy"), fields=()
    ),
    Setting(("blocks", ANY, "id"), "text", "The word by which windows and times name the block."),
    Setting(("blocks", ANY, "part"), "text", "The part of the day; the goal evenings counts the part evening."),
    Setting(("blocks", ANY, "start"), "clock", "When the block starts, and sessions that start with blocks."),
    Setting(("blocks", ANY, "end"), "clock", "When the block ends."),
    Setting(("blocks", ANY, "days"), "text", "The days of the block; blank: the open days."),
)  # fmt: skip
_GROUPS = (
    Setting(
        ("ratios", ANY), "whole", "Participants of a population per counting member of staff in a group session.",
        1, 999, rule=RuleId.RATIO, looser="more", words="{} per counting staff member",
    ),
    Setting(
        ("caps", ANY), "whole", "The most participants of a group session of a population.",
        1, 999, rule=RuleId.SIZE, looser="more",
        words="2 to {} participants, where neither service nor group says otherwise",
    ),
)  # fmt: skip
_WEEK, _DAY_MIN, _PHP, _DAY_MAX = RuleId.WEEK_MAX, RuleId.DAY_MIN, RuleId.PHP_GUARD, RuleId.DAY_MAX
_UNMET = GoalId.UNMET_NEED
_LEVELS = (
    _level("max_hours_per_week", "hours", 1, 168, "more", _WEEK, "The most hours a week that count.", off=WEEK),
    _level("max_hours_per_day", "hours", 1, 24, "more", _WEEK, "The most hours a day that count.", off=DAY),
    _level(
        "min_hours_on_group_days", "hours", 0, 24, "less", _DAY_MIN,
        "The fewest hours that count on a day with a group session that counts.",
    ),
    _level(
        "php_guard_hours", "hours", 0, 168, "more", _PHP,
        "Where partial hospitalization begins: the hours of a week that count stay below.",
    ),
    Setting(
        ("levels", ANY, "php_guard_inclusive"), "flag", "true: a week may reach php_guard_hours, but not pass them.",
        fields=("php_guard_is_inclusive",), rule=_PHP, only_with="php_guard_minutes",
        subject="level {}, php_guard_inclusive",
    ),
    _level("max_sessions_per_day", "whole", 0, 99, "more", _DAY_MAX, "The most sessions a day."),
    _level(
        "max_hours_in_a_row", "hours", 0, 24, "more", _DAY_MAX,
        "The longest run of sessions without a pause of break_minutes.",
    ),
    _level("min_hours_per_week", "hours", 0, 168, "less", _UNMET, "The fewest hours that count in a whole week."),
    _level("min_days_per_week", "whole", 0, 7, "less", _UNMET, "The fewest program days of a whole week."),
    _level("program_day_hours", "hours", 0, 24, "less", _UNMET, "The least hours that make a day a program day."),
    _level(
        "max_gap_days", "whole", 0, 7, "more", _UNMET,
        "The most days in a row without a session that counts, the weekend counted around.",
    ),
    Setting(
        ("hours", "break_allowance_minutes"), "whole", "Minutes of break in every three hours that count as treatment.",
        0, 180, home=(), rule=_UNMET, looser="more", off=0, subject="breaks",
        words="{} min of every 3 h on the clock count", off_words="off, only contact minutes count",
    ),
    Setting(
        ("hours", "closures"), "text",
        "prorate: weekly minimums and needed groups fall with each closed day, as for a short stay; keep: they stay.",
        choices=get_args(Closures), home=(), rule=_UNMET, subject="closures", words=_closures,
    ),
)  # fmt: skip
_PAYERS = (
    _payer("max_hours_per_week", "hours", 168, "more", _WEEK, "The most hours a week that it pays."),
    _payer("max_hours_per_day", "hours", 24, "more", _WEEK, "The most hours a day that it pays."),
    _payer("min_hours_on_group_days", "hours", 24, "less", _DAY_MIN, "As for a level."),
    _payer("min_hours_per_week", "hours", 168, "less", _UNMET, "As for a level."),
    _payer("min_days_per_week", "whole", 7, "less", _UNMET, "As for a level."),
    _payer("program_day_hours", "hours", 24, "less", _UNMET, "As for a level."),
    _payer("max_gap_days", "whole", 7, "more", _UNMET, "As for a level."),
    _payer("certified_days", "whole", 366, "more", _UNMET, "How many days a certification lasts.", _REPORTED),
    _payer("services_per_day", "whole", 20, "less", _UNMET, "Distinct services that a program day shows.", _REPORTED),
)
_STAFF = (
    Setting(
        ("phases", ANY, "group_sessions"), "wholes", "The fewest and the most sessions of kind group a week.",
        0, 99, fields=("min_group_sessions", "max_group_sessions"), rule=RuleId.PHASE,
        subject="phase {}", words="{} to {} group sessions a week",
    ),
    _staff("max_hours_per_day", "hours", 0, 24, "more", "The most hours in sessions a day of a member of staff."),
    _staff("max_hours_per_week", "hours", 0, 168, "more", "The most hours in sessions a week."),
    _staff("min_rest_hours", "hours", 0, 24, "less", "The fewest hours between the sessions of two days."),
    _staff("meal_minutes", "whole", 0, 480, "less", "The length of a break for a meal.", off=0, words="{} min"),
    _staff(
        "meal_after_hours", "hours", 1, 24, "more", "The longest run of sessions before a meal.",
        only_with="meal_minutes",
    ),
    _staff(
        "break_minutes", "whole", 0, 480, "less", "The shortest pause that ends a run of sessions, of a participant and of staff.",
        rule=_DAY_MAX, subject="break_minutes", words="{} min",
    ),
    _staff(
        "changeover_minutes", "whole", 0, 480, "less", "Minutes between two sessions of the same staff or room.",
        rule=RuleId.WINDOW, off=0, subject="changeover", words="{} min", off_words="0 min",
    ),
    Setting(
        ("caseload", ANY), "whole", "Participants of a population whose primary one therapist may be.",
        0, 999, rule=RuleId.PRIMARY, looser="more", subject="{}, caseload", words=_caseload,
    ),
    Setting(
        ("staff", "two_staff"), "texts", "Populations of which two or more are never with one member of staff alone.",
        rule=RuleId.TWO_STAFF, off=(), subject="two or more of population",
    ),
    Setting(
        ("staff", "supervisor_on_site"), "flag", "true: every session in the building needs a licensed supervisor there.",
        rule=RuleId.SUPERVISOR, off=False, subject="supervisor_on_site",
    ),
    Setting(
        ("ages", ANY), "wholes", "The youngest and the oldest age of a population.",
        0, 120, rule=RuleId.MATCH, subject="{}, ages", words=_ages,
    ),
    Setting(
        ("match", "language"), "text",
        "Whether the lead of an individual or family session shares a language with the participant.",
        choices=get_args(Preference), home=(), fields=("match_language",), rule=RuleId.MATCH,
        subject="language of lead and participant", words=_language,
    ),
    Setting(
        ("equipment", ANY), "whole", "How many of a thing the clinic owns.",
        0, 9999, rule=RuleId.SEATS, looser="more", subject="equipment {}",
    ),
    Setting(
        ("curriculum", "start"), "date", "A date in a week that teaches the modules of week 1.",
        home=(), fields=("curriculum_start",),
    ),
    Setting(
        ("calendars", "class"), "text", "The CLASS of calendar entries; blank: private where names are shown.",
        choices=get_args(CalendarClass), home=(), fields=("calendar_class",),
    ),
)  # fmt: skip
_WEIGHTS = tuple(
    Setting(
        ("goals", goal, term), "whole", text.sentence, 0, 10_000,
        home=("weights", goal), rule=goal, off=0, subject=f"weight of {term}", off_words="0",
        default=text.weight, source=text.source,
    )
    for goal, terms in TERMS.items()
    for term, text in terms.items()
    if text.weight is not None
)  # fmt: skip
_GOALS = (
    Setting(
        ("goals", "against_last_week"), "text",
        "strict: changes against the week before come before preferences; weighed: they are one of them; no: none counts.",
        choices=get_args(AgainstLastWeek), home=(), rule=GoalId.CHANGES, subject="changes against the week before",
        words=_against_last_week,
    ),
    Setting(
        ("goals", "short_day_minutes"), "whole",
        "A day in the building with sessions of less than this is a short one; the goal short_days counts them.",
        0, DAY, home=(), rule=GoalId.PREFERENCES, off=0, subject="short day", words="less than {} min",
    ),
)  # fmt: skip
_PRICES = tuple(
    Setting(
        ("prices", kind), "whole", f"{text.meaning} Points of trouble of such a step; 0: it is never offered.", 0, 999,
        fields=(kind,), off=0, subject=f"price of {kind}", words=_points, off_words="never offered",
        default=text.price,
    )
    for kind, text in KINDS.items()
)  # fmt: skip
SETTINGS = (*_TOP, *_GROUPS, *_LEVELS, *_PAYERS, *_STAFF, *_GOALS, *_WEIGHTS, *_PRICES)
TABLES = frozenset(setting.path[0] for setting in SETTINGS)


def settings_of(table: str) -> tuple[Setting, ...]:
    """Return the settings of a table such as ``levels``, or the one setting of that name."""
    return tuple(setting for setting in SETTINGS if setting.path[0] == table)


def setting_at(*path: str) -> Setting:
    """Return the setting of a key, given with the clinic's name or with ``ANY``.

    Raises
    ------
    KeyError
        If there is none.
    """
    return _BY_PATH.get(path) or _BY_PATH[path[0], ANY, *path[2:]]


_BY_PATH = {setting.path: setting for setting in SETTINGS}
