"""Rule ``primary``: one primary therapist leads, given or chosen, within the caseload."""

from dataclasses import replace
from datetime import timedelta

from iopsched.domain.people import Cover, KeepApart
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import (
    MONDAY,
    TUESDAY,
    adult,
    adults,
    clinic,
    individual,
    off,
    service,
    services,
    session,
    small,
    therapist,
    windows,
)

OFTEN = {"adult": 5}
SOLO = services(individual={"with_primary": True})
POOLED = (service("process", with_primary=True),)


def clinic_with(*, given=(), caseload=None, of=SOLO, number=3):
    """Return a clinic whose participants A1, A2 ... have these primaries; T1 has a caseload."""
    primaries = [*given, *[None] * number][:number]
    return small(
        participants=tuple(adult(f"A{place}", primary_id=primary) for place, primary in enumerate(primaries, 1)),
        therapists=(therapist("T1", max_caseload=caseload), therapist("T2"), therapist("T3")),
        services=of,
    )


def visit(day, who="A1", staff="T1", **changes):
    """Return a visit at nine."""
    return individual(f"{day} 09:00-10:00", who, staff, **changes)


def covered(*covers, away=("Mon 09:30", "Mon 10:00"), given=("T1",), **changes):
    """Return a clinic whose T1 is away on Monday, with these covers."""
    rows = (off("therapist", "T1", *away),)
    return replace(clinic_with(given=given), time_off=rows, covers=covers, **changes)


COVER = Cover("T1", ("T2", "T3"))
BOTH = "Mon 09:30", "Tue 12:00"
STAFF = (therapist("T1"), therapist("T2", max_caseload=0), therapist("T3"))


def able(other=None, **changes):
    """Return T1 with changes, T2 and T3; T2 has another caseload."""
    return therapist("T1", **changes), therapist("T2", max_caseload=other), therapist("T3")


def busy():
    """Return a clinic whose T1 is in a meeting on Monday morning."""
    staff = (therapist("T1", busy=windows("Mon 09:00-10:00")), therapist("T2"), therapist("T3"))
    return replace(clinic_with(given=("T1",)), therapists=staff, covers=(COVER,))


@every(
    Case(
        "a cover leads while the primary is away for a part of it",
        (covered(COVER), visit("Mon", staff="T2")),
        (covered(), visit("Mon", staff="T2")),
    ),
    Case(
        "a cover leads only while the primary is away",
        (covered(COVER), visit("Mon", staff="T2")),
        (covered(COVER), visit("Tue", staff="T2")),
    ),
    Case(
        "away ends when the session begins",
        (covered(COVER, away=("Mon 08:00", "Mon 09:01")), visit("Mon", staff="T2")),
        (covered(COVER, away=("Mon 08:00", "Mon 09:00")), visit("Mon", staff="T2")),
    ),
    Case(
        "busy is away",
        (busy(), visit("Mon", staff="T2")),
        (busy(), visit("Tue", staff="T2")),
    ),
    Case(
        "the primary leads at other times",
        (covered(COVER), visit("Mon", staff="T2"), visit("Tue")),
        (covered(COVER), visit("Mon", staff="T2"), visit("Tue", staff="T2")),
    ),
    Case(
        "another's cover does not lead",
        (covered(COVER), visit("Mon", staff="T2")),
        (covered(Cover("T2", ("T1",))), visit("Mon", staff="T2")),
    ),
    Case(
        "the first day of the row",
        (covered(replace(COVER, first_day=MONDAY)), visit("Mon", staff="T2")),
        (covered(replace(COVER, first_day=TUESDAY)), visit("Mon", staff="T2")),
    ),
    Case(
        "the last day of the row",
        (covered(replace(COVER, last_day=MONDAY)), visit("Mon", staff="T2")),
        (covered(replace(COVER, last_day=MONDAY - timedelta(days=1))), visit("Mon", staff="T2")),
    ),
    Case(
        "a primary that is chosen has a cover while away",
        (covered(COVER, given=()), visit("Mon", staff="T2"), visit("Tue")),
        (covered(COVER, given=()), visit("Wed", staff="T2"), visit("Thu")),
    ),
    Case(
        "two who cover a primary that nobody has given",
        (covered(COVER, given=(), away=BOTH), visit("Mon", staff="T2"), visit("Tue", staff="T3")),
        (covered(Cover("T1", ("T2",)), given=(), away=BOTH), visit("Mon", staff="T2"), visit("Tue", staff="T3")),
    ),
    Case(
        "a primary that is chosen could lead: skill",
        (covered(COVER, given=(), therapists=able(), away=BOTH), visit("Mon", staff="T2"), visit("Tue", staff="T3")),
        (
            covered(COVER, given=(), therapists=able(skills=("group",)), away=BOTH),
            visit("Mon", staff="T2"),
            visit("Tue", staff="T3"),
        ),
    ),
    Case(
        "a primary that is chosen could lead: license",
        (covered(COVER, given=(), therapists=able(), away=BOTH), visit("Mon", staff="T2"), visit("Tue", staff="T3")),
        (
            covered(COVER, given=(), therapists=able(licensed=False), away=BOTH),
            visit("Mon", staff="T2"),
            visit("Tue", staff="T3"),
        ),
    ),
    Case(
        "a primary that is chosen suits the participant",
        (covered(COVER, given=(), therapists=able(), away=BOTH), visit("Mon", staff="T2"), visit("Tue", staff="T3")),
        (
            covered(COVER, given=(), therapists=able(populations=("adolescent",)), away=BOTH),
            visit("Mon", staff="T2"),
            visit("Tue", staff="T3"),
        ),
    ),
    Case(
        "a primary that is chosen is not kept apart",
        (covered(COVER, given=(), away=BOTH), visit("Mon", staff="T2"), visit("Tue", staff="T3")),
        (
            covered(COVER, given=(), keep_apart=(KeepApart("A1", therapist_id="T1"),), away=BOTH),
            visit("Mon", staff="T2"),
            visit("Tue", staff="T3"),
        ),
    ),
    Case(
        "the caseload counts a primary who is chosen, not the cover",
        (covered(COVER, given=(), therapists=STAFF), visit("Mon", staff="T2")),
        (covered(COVER, given=(), therapists=able(max_caseload=0, other=0)), visit("Mon", staff="T2")),
    ),
    Case(
        "others are chosen where a caseload is full",
        (covered(COVER, given=("T1",), therapists=able(max_caseload=1)), visit("Mon", "A2", "T2")),
        (covered(COVER, given=("T1",), therapists=able(max_caseload=1, other=0)), visit("Mon", "A2", "T2")),
    ),
    Case(
        "a cover adds nobody to the caseload",
        (covered(COVER, therapists=STAFF), visit("Mon", staff="T2")),
        (covered(therapists=STAFF, given=()), visit("Mon", staff="T2")),
    ),
    Case(
        "given primary leads",
        (clinic_with(given=("T1",)), visit("Mon")),
        (clinic_with(given=("T1",)), visit("Mon", staff="T2")),
    ),
    Case(
        "chosen primary stays the same",
        (clinic_with(), visit("Mon"), visit("Tue")),
        (clinic_with(), visit("Mon"), visit("Tue", staff="T2")),
    ),
    Case(
        "one primary over two services",
        (
            clinic_with(of=services(individual={"with_primary": True}, family={"with_primary": True})),
            visit("Mon"),
            visit("Tue", service_id="family"),
        ),
        (
            clinic_with(of=services(individual={"with_primary": True}, family={"with_primary": True})),
            visit("Mon"),
            visit("Tue", service_id="family", staff="T2"),
        ),
    ),
    Case(
        "other services may have other leads",
        (clinic_with(given=("T1",)), visit("Mon", service_id="family", staff="T2")),
        None,
    ),
    Case(
        "everybody in a session has its lead as primary",
        (clinic_with(given=("T1",), of=POOLED), session("Mon 09:00-12:00", "A1 A2")),
        (clinic_with(given=("T1", "T2"), of=POOLED), session("Mon 09:00-12:00", "A1 A2")),
    ),
    Case(
        "caseload of those chosen",
        (clinic_with(caseload=2), visit("Mon"), visit("Tue", "A2")),
        (clinic_with(caseload=1), visit("Mon"), visit("Tue", "A2")),
    ),
    Case(
        "caseload of those given and chosen",
        (clinic_with(given=("T1",), caseload=2), visit("Tue", "A2")),
        (clinic_with(given=("T1",), caseload=1), visit("Tue", "A2")),
    ),
    Case(
        "two sessions of one participant are one of the caseload",
        (clinic_with(caseload=1), visit("Mon"), visit("Tue")),
        (clinic_with(caseload=0), visit("Mon"), visit("Tue")),
    ),
    Case(
        "caseload does not bar those given",
        (clinic_with(given=("T1", "T1"), caseload=2), visit("Mon"), visit("Tue", "A2")),
        (clinic_with(given=("T1", "T1"), caseload=2), visit("Mon"), visit("Tue", "A3")),
    ),
    Case(
        "caseload says nothing of services without a primary",
        (small(participants=adults(2), therapists=(therapist("T1", max_caseload=0),)), visit("Mon")),
        None,
    ),
)
def test_primary(case):
    check(RuleId.PRIMARY, case)


def shared(*given, caseload=None, minors=(), adults=1, adolescents=None):
    """Return a clinic with caseloads by population: adults A1 to A3 and adolescents, with these primaries."""
    by_population = {"adult": adults} | ({} if adolescents is None else {"adolescent": adolescents})
    given = [*given, None, None, None][:3]
    people = [adult(f"A{place}", primary_id=primary) for place, primary in enumerate(given, 1)]
    people += [adult(f"B{place}", population="adolescent", primary_id=row) for place, row in enumerate(minors, 1)]
    return small(
        clinic=clinic(caseload=by_population),
        participants=tuple(people),
        therapists=(therapist("T1", max_caseload=caseload), therapist("T2")),
        services=SOLO,
    )


TWO_VISITS = visit("Mon"), visit("Tue", "A2")
MINOR = visit("Tue", "B1")


@every(
    Case("those chosen", (shared(adults=2), *TWO_VISITS), (shared(adults=1), *TWO_VISITS)),
    Case(
        "those given and chosen",
        (shared("T1", adults=2), visit("Tue", "A2")),
        (shared("T1", adults=1), visit("Tue", "A2")),
    ),
    Case(
        "given up to the number",
        (shared("T1", "T1", adults=2), *TWO_VISITS),
        (shared("T1", "T1", adults=2), *TWO_VISITS, visit("Wed", "A3")),
    ),
    Case(
        "each therapist has a caseload of their own",
        (shared(), visit("Mon"), visit("Tue", "A2", "T2")),
        (shared(), *TWO_VISITS),
    ),
    Case("another population is not counted", (shared(minors=(None,)), visit("Mon"), MINOR), None),
    Case(
        "another population has a number of its own",
        (shared(minors=(None,), adolescents=1), visit("Mon"), MINOR),
        (shared(minors=(None,), adolescents=0), visit("Mon"), MINOR),
    ),
    Case(
        "given primaries of another population are not counted",
        (shared(minors=("T1",)), visit("Mon")),
        (shared("T1", adults=1), visit("Mon", "A2")),
    ),
    Case(
        "beside the therapist's own caseload",
        (shared(minors=(None,), caseload=2), visit("Mon"), MINOR),
        (shared(minors=(None,), caseload=1), visit("Mon"), MINOR),
    ),
    Case(
        "under the therapist's own caseload",
        (shared(caseload=3, adults=2), *TWO_VISITS),
        (shared(caseload=3, adults=1), *TWO_VISITS),
    ),
)
def test_caseload_of_a_population(case):
    check(RuleId.PRIMARY, case)


def after_a_stay(discharged):
    """Return a clinic in which T1 is primary of one adult, who may have left before the week."""
    return small(
        clinic=clinic(caseload={"adult": 1}),
        participants=(adult("A1"), adult("A2", primary_id="T1", discharged=discharged)),
        services=SOLO,
    )


@every(
    Case(
        "who has left is not counted",
        (after_a_stay(TUESDAY.replace(month=11)), visit("Mon")),
        (after_a_stay(TUESDAY), visit("Mon")),
    )
)
def test_caseload_of_who_is_here(case):
    check(RuleId.PRIMARY, case)
