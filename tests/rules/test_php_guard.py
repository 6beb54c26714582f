"""Rule ``php_guard``: hours a week that count below, or where inclusive not above, those of partial hospitalization."""

from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import adult, adults, clinic, level, service, session, small

TWENTY = 1200
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


def guarded(minutes=TWENTY, *, inclusive=False, person=None, fifth=240, allowance=0, **long):
    """Return a clinic with this guard, groups of 4 h (``long`` changes them) and one of ``fifth`` minutes."""
    guard = {"php_guard_minutes": minutes, "php_guard_is_inclusive": inclusive}
    return small(
        clinic=clinic(level=level(**guard), break_allowance_minutes=allowance),
        participants=(adult("A1", **(person or {})),),
        services=(service("long", **{"minutes": 240, **long}), service("fifth", minutes=fifth)),
    )


def week(fifth="13:00", number=4):
    """Return so many sessions of 4 h, and one on Friday that ends at ``fifth``."""
    held = [session(f"{day} 09:00-13:00", service_id="long") for day in DAYS[:number]]
    return (*held, session(f"Fri 09:00-{fifth}", service_id="fifth"))


@every(
    Case(
        "19 h 59 min are allowed, five times 4 h are not",
        (guarded(fifth=239), *week("12:59")),
        (guarded(), *week()),
    ),
    Case(
        "five times 4 h are allowed where inclusive, a minute more is not",
        (guarded(inclusive=True), *week()),
        (guarded(inclusive=True, fifth=241), *week("13:01")),
    ),
    Case(
        "the number is the level's",
        (guarded(1201), *week()),
        (guarded(1199), *week()),
    ),
    Case(
        "a person's own maximum does not lift it",
        (guarded(person={"max_minutes_per_week": 1500}, fifth=239), *week("12:59")),
        (guarded(person={"max_minutes_per_week": 1500}), *week()),
    ),
    Case(
        "contact minutes count",
        (guarded(contact_minutes=239), *week()),
        (guarded(956 + 240, contact_minutes=239), *week()),
    ),
    Case(
        "allowed breaks count",
        (guarded(contact_minutes=210, allowance=21), *week()),
        (guarded(contact_minutes=210, allowance=23), *week()),
    ),
    Case("services that do not count are free", (guarded(counts=False), *week()), (guarded(), *week())),
    Case("off", (guarded(0), *week()), None),
    Case("off and inclusive", (guarded(0, inclusive=True), *week()), None),
)
def test_php_guard(case):
    check(RuleId.PHP_GUARD, case)


def of_level(name):
    """Return a clinic with a guarded level and one for partial hospitalization, which is A1's or is not."""
    levels = {
        "iop-adult": level(php_guard_minutes=TWENTY),
        "iop-adolescent": level("iop-adolescent"),
        "php": level("php"),
    }
    return small(
        clinic=clinic(levels=levels),
        participants=(*adults(1, level=name), adult("A2", level="php")),
        services=(service("long", minutes=240), service("fifth", minutes=240)),
    )


@every(
    Case("another level has no guard", (of_level("php"), *week()), (of_level("iop-adult"), *week())),
)
def test_guard_of_a_level(case):
    check(RuleId.PHP_GUARD, case)
