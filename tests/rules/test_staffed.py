"""Rule ``staffed``: roles, leads, surplus staff, whom they match, and whom needs ask for."""

from dataclasses import replace

import pytest

from iopsched.domain.people import Cover
from iopsched.domain.pins import Pin
from iopsched.domain.services import Need, Role
from iopsched.rulebook import RuleId
from iopsched.verifier import violations
from tests.support.accepting import accepts
from tests.support.cases import Case, check, every
from tests.support.clinics import adult, adults, group, individual, off, schedule, service, session, small, therapist

NURSE = ("nurse",)
WITH_NURSE = (service(staff=(Role("group", 1), Role("nurse", 1))), *small().services[1:])


def team(*rows, **changes):
    """Return the small clinic with this staff: an id, or an id and its facts."""
    return small(
        therapists=tuple(
            therapist(*([row] if isinstance(row, str) else [row[0]]), **(row[1] if isinstance(row, tuple) else {}))
            for row in rows
        ),
        **changes,
    )


def held(staff="T1", who="A1 A2", **changes):
    """Return a session on Monday morning."""
    return session("Mon 09:00-12:00", who, staff, **changes)


def asks(*therapist_ids, service_id="process", **changes):
    """Return needs.csv with one row: A1 needs these therapists."""
    return (Need("A1", service_id, 5, therapist_ids, max_per_day=0, **changes),)


def away(start, end, cover=None, **changes):
    """Return a clinic whose T1 leads G1 by name and is away; T3 stands in."""
    staff = team("T1", "T2", ("T3", cover or {}), groups=(group(lead_ids=("T1",), **changes),))
    return replace(staff, time_off=(off("therapist", "T1", start, end),), covers=(Cover("T1", ("T3",)),))


def tuesday(staff):
    """Return a session of G1 on Tuesday morning."""
    return session("Tue 09:00-12:00", "A2", staff, group_id="G1")


NURSES = team("T1", ("T2", {"skills": NURSE}), services=WITH_NURSE)
UNSKILLED = ("T2", {"skills": ("individual",)})
PAIR = (service(staff=(Role("group", 2),)),)
RATIO = (service(participants_per_staff=1),)
ASKED = team("T1", UNSKILLED, needs=asks("T2"), services=(service(per_week={"adult": 5}),))
VISIT = individual("Mon 09:00-10:00")


def pinned(**cells):
    """Return a clinic in which a pin asks for T2, who lacks the skill, in a session with these cells."""
    return team("T1", UNSKILLED, pins=(Pin("must", therapist_id="T2", **cells),))


@every(
    Case("lead has the skill of the kind", (team("T1"), VISIT), (team(("T1", {"skills": ("family",)})), VISIT)),
    Case(
        "lead has the skill that the service lists",
        (team(("T1", {"skills": NURSE}), services=(service(staff=(Role("nurse", 1),)),)), held()),
        (team(("T1", {"skills": ("group",)}), services=(service(staff=(Role("nurse", 1),)),)), held()),
    ),
    Case(
        "group's roles before the service's",
        (team(("T1", {"skills": NURSE}), groups=(group(staff=(Role("nurse", 1),)),)), held(group_id="G1")),
        (team(("T1", {"skills": ("group",)}), groups=(group(staff=(Role("nurse", 1),)),)), held(group_id="G1")),
    ),
    Case("second role is filled", (NURSES, held("T1 T2")), (NURSES, held("T1"))),
    Case(
        "nobody fills two roles",
        (team(("T1", {"skills": ("group", "nurse")}), ("T2", {"skills": NURSE}), services=WITH_NURSE), held("T1 T2")),
        (team(("T1", {"skills": ("group", "nurse")}), ("T2", {"skills": NURSE}), services=WITH_NURSE), held("T1")),
    ),
    Case(
        "second role has its own skill",
        (team("T1", ("T2", {"skills": ("group", "nurse")}), services=WITH_NURSE), held("T1 T2")),
        (team("T1", ("T2", {"skills": ("group",)}), services=WITH_NURSE), held("T1 T2")),
    ),
    Case(
        "the lead fills the first role",
        (team("T1", ("T2", {"skills": NURSE}), services=WITH_NURSE), held("T1 T2")),
        (team("T1", ("T2", {"skills": NURSE}), services=WITH_NURSE), held("T2 T1")),
    ),
    Case(
        "two of one role",
        (team("T1", "T2", services=PAIR), held("T1 T2")),
        (team("T1", "T2", services=PAIR), held("T1")),
    ),
    Case(
        "roles are matched to people, not taken in turn",
        (
            team(
                "T1",
                ("T2", {"skills": ("group", "nurse")}),
                ("T3", {"skills": ("group",)}),
                services=(service(staff=(Role("group", 2), Role("nurse", 1))),),
            ),
            held("T1 T2 T3"),
        ),
        (
            team(
                "T1",
                ("T2", {"skills": ("group",)}),
                ("T3", {"skills": ("group",)}),
                services=(service(staff=(Role("group", 2), Role("nurse", 1))),),
            ),
            held("T1 T2 T3"),
        ),
    ),
    Case(
        "surplus staff have a listed skill",
        (team("T1", "T2", services=RATIO), held("T1 T2")),
        (team("T1", UNSKILLED, services=RATIO), held("T1 T2")),
    ),
    Case(
        "surplus staff whom a need asks for",
        (ASKED, held("T1 T2", "A1 A2")),
        (ASKED, held("T1 T2", "A2")),
        "surplus staff are asked for by needs only where the rule holds",
    ),
    Case(
        "surplus staff whom a pin asks for with somebody",
        (pinned(participant_id="A1"), held("T1 T2", "A1")),
        (pinned(participant_id="A1"), held("T1 T2", "A1"), session("Tue 09:00-12:00", "A2", "T1 T2")),
    ),
    Case(
        "surplus staff whom a pin asks for on a day",
        (pinned(day=0), held("T1 T2")),
        (pinned(day=0), held("T1 T2"), session("Tue 09:00-12:00", "A2", "T1 T2")),
        "nobody is a candidate for surplus staff on other days",
    ),
    Case(
        "surplus staff whom a pin asks for in a room",
        (pinned(room_id="R1"), held("T1 T2")),
        (pinned(room_id="R1"), held("T1 T2"), session("Tue 09:00-12:00", "A2", "T1 T2", room_id="R2")),
    ),
    Case(
        "surplus staff whom one pin asks for elsewhere",
        (
            team("T1", UNSKILLED, needs=asks("T2"), pins=(Pin("must", therapist_id="T2", service_id="individual"),)),
            held("T1 T2", "A1"),
            individual("Tue 09:00-10:00", staff="T2"),
        ),
        (
            team(
                "T1",
                UNSKILLED,
                needs=(Need("A2", "process", 5, max_per_day=0), *asks("T2")),
                pins=(Pin("must", therapist_id="T2", service_id="individual"),),
            ),
            held("T1 T2", "A2"),
            individual("Tue 09:00-10:00", staff="T2"),
        ),
        "surplus staff are asked for by needs only where the rule holds",
    ),
    Case(
        "ratio does not bring staff without a skill whom a need asks for elsewhere",
        (
            team(
                "T1",
                UNSKILLED,
                needs=(Need("A2", "process", 5, max_per_day=0), *asks("T2")),
                services=RATIO,
                participants=adults(2),
            ),
            held("T1 T2", "A1"),
        ),
        (
            team(
                "T1",
                UNSKILLED,
                needs=(*asks("T2"), Need("A2", "process", 5, max_per_day=0), Need("A3", "process", 5, max_per_day=0)),
                services=RATIO,
                participants=adults(3),
            ),
            held("T1 T2", "A2 A3"),
        ),
    ),
    Case("lead is licensed", (team("T1"), VISIT), (team(("T1", {"licensed": False})), VISIT)),
    Case(
        "lead of a workshop need not be licensed",
        (team(("T1", {"licensed": False}), services=(service(licensed_lead=False),)), held()),
        (team(("T1", {"licensed": False}), services=(service(licensed_lead=True),)), held()),
    ),
    Case(
        "an assistant need not be licensed",
        (team("T1", ("T2", {"licensed": False}), services=PAIR), held("T1 T2")),
        (team("T1", ("T2", {"licensed": False}), services=PAIR), held("T2 T1")),
    ),
    Case(
        "lead named by the group",
        (team("T1", "T2", groups=(group(lead_ids=("T2",)),)), held("T2", group_id="G1")),
        (team("T1", "T2", groups=(group(lead_ids=("T2",)),)), held("T1", group_id="G1")),
    ),
    Case(
        "one of two leads named by the group",
        (team("T1", "T2", "T3", groups=(group(lead_ids=("T1", "T2")),)), held("T2", group_id="G1")),
        (team("T1", "T2", "T3", groups=(group(lead_ids=("T1", "T2")),)), held("T3", group_id="G1")),
    ),
    Case(
        "a cover of a lead named by the group",
        (away("Mon 11:59", "Mon 12:00"), held("T3", group_id="G1")),
        (away("Mon 12:00", "Mon 13:00"), held("T3", group_id="G1")),
    ),
    Case(
        "a cover leads once where one lead all week is asked for",
        (away("Mon 09:00", "Tue 12:00", one_lead="require"), held("T3", group_id="G1"), tuesday("T3")),
        (away("Mon 09:00", "Mon 12:00", one_lead="require"), held("T3", group_id="G1"), tuesday("T1")),
    ),
    Case(
        "a cover is licensed where asked",
        (away("Mon 09:00", "Mon 12:00"), held("T3", group_id="G1")),
        (away("Mon 09:00", "Mon 12:00", cover={"licensed": False}), held("T3", group_id="G1")),
    ),
    Case(
        "one lead all week",
        (
            team("T1", "T2", groups=(group(one_lead="require"),)),
            held("T2", group_id="G1"),
            session("Tue 09:00-12:00", "A2", "T2", group_id="G1"),
        ),
        (
            team("T1", "T2", groups=(group(one_lead="require"),)),
            held("T1", group_id="G1"),
            session("Tue 09:00-12:00", "A2", "T2", group_id="G1"),
        ),
    ),
    Case(
        "two leads where one is only preferred",
        (
            team("T1", "T2", groups=(group(one_lead="prefer"),)),
            held("T1", group_id="G1"),
            session("Tue 09:00-12:00", "A2", "T2", group_id="G1"),
        ),
        None,
    ),
    Case(
        "lead whom a need asks for",
        (team("T1", "T2", needs=asks("T2", service_id="individual")), individual("Mon 09:00-10:00", staff="T2")),
        (team("T1", "T2", needs=asks("T2", service_id="individual")), individual("Mon 09:00-10:00", staff="T1")),
    ),
    Case(
        "everybody whom a need asks for",
        (
            team("T1", "T2", needs=asks("T1", "T2", service_id="individual")),
            individual("Mon 09:00-10:00", staff="T1 T2"),
        ),
        (team("T1", "T2", needs=asks("T1", "T2", service_id="individual")), individual("Mon 09:00-10:00", staff="T1")),
    ),
    Case(
        "whom a need asks for at a group",
        (team("T1", UNSKILLED, needs=asks("T2"), groups=(group(),)), held("T1 T2", "A1", group_id="G1")),
        (team("T1", UNSKILLED, needs=asks("T2"), groups=(group(),)), held("T1", "A1", group_id="G1")),
    ),
    Case(
        "nobody is brought to those who do not ask",
        (team("T1", UNSKILLED, needs=asks("T2"), groups=(group(),)), held("T1", "A2", group_id="G1")),
        None,
    ),
    Case(
        "same therapist all week",
        (
            team("T1", "T2", needs=asks(service_id="individual", same_therapist="require")),
            individual("Mon 09:00-10:00", staff="T2"),
            individual("Tue 09:00-10:00", staff="T2"),
        ),
        (
            team("T1", "T2", needs=asks(service_id="individual", same_therapist="require")),
            individual("Mon 09:00-10:00", staff="T1"),
            individual("Tue 09:00-10:00", staff="T2"),
        ),
    ),
    *(
        Case(
            f"another therapist where the same is asked for as {asked}",
            (
                team("T1", "T2", needs=asks(service_id="individual", same_therapist=asked)),
                individual("Mon 09:00-10:00", staff="T1"),
                individual("Tue 09:00-10:00", staff="T2"),
            ),
            None,
        )
        for asked in ("prefer", "no")
    ),
    Case(
        "same therapist at groups",
        (
            team("T1", "T2", needs=asks(same_therapist="require"), groups=(group(),)),
            held("T1", "A1 A2", group_id="G1"),
            session("Tue 09:00-12:00", "A2", "T2", group_id="G1"),
        ),
        (
            team("T1", "T2", needs=asks(same_therapist="require"), groups=(group(),)),
            held("T1", "A1 A2", group_id="G1"),
            session("Tue 09:00-12:00", "A1", "T2", group_id="G1"),
        ),
    ),
    Case(
        "therapist of the population",
        (team(("T1", {"populations": ("adult",)})), VISIT),
        (team(("T1", {"populations": ("adolescent",)})), VISIT),
    ),
    Case(
        "therapist of the group's population",
        (team(("T1", {"populations": ("adult",)}), groups=(group(),)), held(group_id="G1")),
        (team(("T1", {"populations": ("adolescent",)}), groups=(group(),)), held(group_id="G1")),
    ),
    Case(
        "therapist of the track",
        (team(("T1", {"tracks": ("mh",)})), VISIT),
        (team(("T1", {"tracks": ("sud",)})), VISIT),
    ),
    Case(
        "therapist of the group's track, whatever the members'",
        (
            team(("T1", {"tracks": ("sud",)}), groups=(group(tracks=("mh", "sud")),)),
            held(group_id="G1"),
        ),
        (team(("T1", {"tracks": ("sud",)}), groups=(group(tracks=("mh",)),)), held(group_id="G1")),
    ),
    Case(
        "therapist of the tracks of everybody in a free session",
        (
            team(("T1", {"tracks": ("mh", "sud")}), participants=(adult("A1"), adult("A2", tracks=("sud",)))),
            held(),
        ),
        (team(("T1", {"tracks": ("mh",)}), participants=(adult("A1"), adult("A2", tracks=("sud",)))), held()),
    ),
    Case(
        "participant without a track",
        (team(("T1", {"tracks": ("sud",)}), participants=(adult("A1", tracks=()),)), VISIT),
        (team(("T1", {"tracks": ("sud",)}), participants=(adult("A1", tracks=("mh",)),)), VISIT),
    ),
    Case(
        "assistant of the track",
        (team("T1", ("T2", {"tracks": ("mh",)}), services=PAIR), held("T1 T2")),
        (team("T1", ("T2", {"tracks": ("sud",)}), services=PAIR), held("T1 T2")),
    ),
    Case(
        "assistant of the group's track",
        (team("T1", ("T2", {"tracks": ("mh",)}), services=PAIR, groups=(group(),)), held("T1 T2", group_id="G1")),
        (team("T1", ("T2", {"tracks": ("sud",)}), services=PAIR, groups=(group(),)), held("T1 T2", group_id="G1")),
    ),
)
def test_staffed(case):
    check(RuleId.STAFFED, case)


@pytest.mark.parametrize(("who", "has_reason"), [("A1", True), ("A2", False)])
def test_an_intern_comes_where_asked_and_never_for_the_ratio(who, has_reason):
    """T2 does not count: A1's need is the only reason to come. Any rule admits more; the model adds nobody idle."""
    intern = ("T2", {"counts_for_ratio": False})
    problem = team("T1", intern, needs=asks("T2"), services=RATIO, groups=(group(),))
    whole = schedule(held("T1 T2", who, group_id="G1"))
    assert violations(problem, whole) == ()
    assert accepts(problem, whole) == has_reason
