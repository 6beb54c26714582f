"""Rule ``day_min``: a day with a group session that counts has so many hours that count in all."""

from dataclasses import replace

from iopsched.domain.clinic import Payer
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import adult, clinic, group, individual, level, schedule, services, session, small

SHORT = {"minutes": 120, "contact_minutes": 120}


def day(*, least=0, payer=None, process=None, individual=None, groups=(), allowance=0, **others):
    """Return a clinic whose level and whose payer of A1 ask for so much on a day with a group, with these services."""
    payers = {"plan": Payer("plan", min_minutes_on_group_days=payer)} if payer is not None else {}
    return small(
        clinic=clinic(level=level(min_minutes_on_group_days=least), payers=payers, break_allowance_minutes=allowance),
        participants=(adult("A1", payer="plan" if payers else None), adult("A2")),
        services=services(process=process or SHORT, individual=individual or {}, **others),
        groups=groups,
    )


GROUP, VISIT = session("Mon 09:00-11:00"), individual("Mon 11:00-12:00")
LONG = {"minutes": 180, "contact_minutes": 150}
WHOLE = session("Mon 09:00-12:00")


def begun(problem):
    """Return the week after the group has begun, as it was published."""
    return replace(problem, previous=schedule(GROUP), now=GROUP.start + 1)


@every(
    Case("a group that is long enough", (day(least=120), GROUP), (day(least=121), GROUP)),
    Case("a visit fills the day", (day(least=180), GROUP, VISIT), (day(least=181), GROUP, VISIT)),
    Case("a second group fills the day", (day(least=240), GROUP, session("Mon 13:00-15:00")), (day(least=240), GROUP)),
    Case(
        "a visit of another day does not",
        (day(least=180), GROUP, VISIT),
        (day(least=180), GROUP, individual("Tue 11:00-12:00")),
    ),
    Case(
        "every day with a group on its own",
        (day(least=180), GROUP, VISIT, individual("Tue 11:00-12:00")),
        (day(least=180), GROUP, VISIT, session("Tue 09:00-11:00")),
    ),
    Case("a day of visits is free", (day(least=180), VISIT), (day(least=180), GROUP)),
    Case(
        "a visit that does not count fills nothing",
        (day(least=180), GROUP, VISIT),
        (day(least=180, individual={"counts": False}), GROUP, VISIT),
    ),
    Case(
        "a group that does not count asks for nothing",
        (day(least=180, process={**SHORT, "counts": False}), GROUP),
        (day(least=180), GROUP),
    ),
    Case(
        "a multifamily session is a group",
        (day(least=120, multifamily=SHORT), session("Mon 09:00-11:00", service_id="multifamily")),
        (day(least=121, multifamily=SHORT), session("Mon 09:00-11:00", service_id="multifamily")),
    ),
    Case(
        "a workshop is none",
        (day(least=180, workshop=SHORT), session("Mon 09:00-11:00", service_id="workshop")),
        (day(least=180, workshop={**SHORT, "kind": "group"}), session("Mon 09:00-11:00", service_id="workshop")),
    ),
    Case(
        "a session of a group in groups.csv",
        (day(least=120, groups=(group(),)), session("Mon 09:00-11:00", group_id="G1")),
        (day(least=121, groups=(group(),)), session("Mon 09:00-11:00", group_id="G1")),
    ),
    Case("contact minutes fill", (day(least=150, process=LONG), WHOLE), (day(least=151, process=LONG), WHOLE)),
    Case(
        "allowed breaks fill",
        (day(least=170, process=LONG, allowance=20), WHOLE),
        (day(least=170, process=LONG, allowance=19), WHOLE),
    ),
    Case("the payer's number", (day(payer=120), GROUP), (day(payer=121), GROUP)),
    Case("the payer's number is stricter", (day(least=120, payer=120), GROUP), (day(least=120, payer=180), GROUP)),
    Case("the level's number is stricter", (day(least=120, payer=60), GROUP), (day(least=121, payer=60), GROUP)),
    Case(
        "a payer asks it of its own participants",
        (day(payer=180), session("Mon 09:00-11:00", "A2")),
        (day(payer=180), session("Mon 09:00-11:00", "A1 A2")),
    ),
    Case(
        "a group that has begun and does not count asks for nothing",
        (begun(day(least=181, process={**SHORT, "counts": False})), GROUP, VISIT),
        (begun(day(least=181)), GROUP, VISIT),
    ),
    Case("off", (day(), GROUP), None),
)
def test_day_min(case):
    check(RuleId.DAY_MIN, case)
