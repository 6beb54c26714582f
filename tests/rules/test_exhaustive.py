"""Model and verifier agree on every schedule of a few clinics that sit on every edge at once.

All sessions that anybody could enter are tried alone, and all sets of those
that are legal alone: a rule too loose and a rule too tight both show.
"""

from itertools import combinations

import pytest

from iopsched.domain.people import KeepApart, KeepTogether
from iopsched.domain.pins import Pin
from iopsched.domain.services import Need, Role, Times
from iopsched.verifier import violations
from tests.support.accepting import accepts
from tests.support.clinics import (
    adult,
    at,
    clinic,
    group,
    level,
    phase,
    room,
    schedule,
    service,
    small,
    therapist,
    windows,
)
from tests.support.every_schedule import every_session, is_sensible, legal_sessions, shares_a_group

NARROW = windows("Mon 09:00-12:00", "Tue 09:00-12:00")
ON_MONDAY = windows("Mon 09:00-12:00")
STARTS = [at("Mon 09:00"), at("Mon 10:00"), at("Tue 09:00"), at("Tue 11:00")]


def tiny(services, starts=STARTS, most=3, **changes):
    """Return a clinic that opens on two mornings, the starts to try and the most sessions of a schedule."""
    rules = changes.pop("clinic", {})
    facts = {
        "clinic": clinic(**{"open": NARROW, **rules}),
        "services": tuple(services),
        "rooms": (room("R1", capacity=3),),
    }
    return small(**{**facts, **changes}), starts, most


def closed_group():
    """A group of one or two, twice a week, one lead, same start; three who could join."""
    return tiny(
        [service(minutes=60, min_participants=2, max_participants=3, participants_per_staff=3)],
        participants=(
            adult("A1", group_ids=("G1",), authorized_days=1),
            adult("A2", availability=ON_MONDAY),
            adult("A3", tracks=("sud", "mh"), phase="initial"),
        ),
        rooms=(room("R1", capacity=4),),
        clinic={"phases": phase(0, 1), "staff": {"max_minutes_per_day": 60, "min_rest_minutes": 1380}},
        groups=(group(same_start=True, min_size=1, max_size=2, one_lead="require", sessions_per_week=2),),
        starts=[*STARTS, at("Tue 10:00")],
    )


def two_groups():
    """A closed and an open group, one of which lasts from Monday nine to ten only."""
    times = Times(windows("Mon 09:00-10:00"), frozenset({at("Tue 11:00")}))
    return tiny(
        [service(minutes=60, participants_per_staff=2, max_per_day=1)],
        participants=(adult("A1", group_ids=("G1",)), adult("A2"), adult("A3", gender="f")),
        therapists=(therapist("T1"), therapist("T2", busy=ON_MONDAY)),
        groups=(
            group("G1", times=times, gender=None),
            group("G2", membership="open", gender="f", sessions_per_week=1),
            group("G3"),
        ),
        keep_together=(KeepTogether("A2", "A3"),),
        starts=[at("Mon 09:00"), at("Mon 10:00"), at("Tue 11:00")],
    )


def individual():
    """Visits with a primary, a caseload, changeover, a limit in a row and one a day."""
    return tiny(
        [service("individual", kind="individual", with_primary=True, per_week={"adult": 2}, max_per_day=2)],
        participants=(adult("A1", primary_id="T1"), adult("A2", max_minutes_in_a_row=60)),
        therapists=(
            therapist("T1", max_caseload=2),
            therapist("T2", max_caseload=0, max_minutes_per_day=60),
            therapist("T3"),
        ),
        rooms=(room("R1", capacity=2), room("R2", capacity=2, busy=windows("Mon 09:00-10:00"))),
        clinic={"staff": {"changeover_minutes": 60, "break_minutes": 60, "min_rest_minutes": 22 * 60}},
        starts=[at("Mon 09:00"), at("Mon 10:00"), at("Mon 11:00"), at("Tue 09:00")],
    )


def pooled():
    """Sessions formed freely, a co-facilitator for every second, an intern who does not count, a pair apart."""
    return tiny(
        [service(minutes=60, participants_per_staff=1, max_participants=2)],
        participants=(adult("A1"), adult("A2", individual_per_week=0), adult("A3", max_sessions_per_day=1)),
        therapists=(therapist("T1"), therapist("T2", tracks=("mh",)), therapist("T3", counts_for_ratio=False)),
        rooms=(room("R1", capacity=4, max_participants=2),),
        keep_apart=(KeepApart("A1", other_participant_id="A3"), KeepApart("A2", therapist_id="T2")),
        clinic={"level": level(max_minutes_per_week=120, max_minutes_per_day=60)},
        starts=[at("Mon 09:00"), at("Mon 10:00"), at("Tue 09:00")],
    )


def hybrid():
    """Somebody in the room, somebody remote and somebody who may be either; few seats, a guest each."""
    return tiny(
        [service(minutes=60, modality="hybrid", guests=1, staff=(Role("group", 1), Role("nurse", 1)))],
        participants=(adult("A1"), adult("A2", modality="telehealth"), adult("A3", modality="either")),
        therapists=(
            therapist("T1", skills=("group", "nurse")),
            therapist("T2", skills=("group", "nurse"), modality="telehealth"),
            therapist("T3", skills=("nurse",), modality="in_person"),
        ),
        rooms=(room("R1", capacity=4), room("R2", capacity=3, max_participants=1)),
        starts=[at("Mon 09:00"), at("Mon 10:00")],
    )


def either():
    """Visits in person or by video; needs of a language, of two therapists and of one all week."""
    return tiny(
        [service("individual", kind="individual", modality="either", per_week={"adult": 2})],
        participants=(
            adult("A1", modality="either"),
            adult("A2", modality="telehealth"),
            adult("A3", modality="either"),
        ),
        therapists=(
            therapist("T1", languages=("English",)),
            therapist("T2", skills=()),
            therapist("T3", modality="in_person"),
        ),
        rooms=(room("R1", capacity=2), room("R2", capacity=3)),
        needs=(
            Need("A1", "individual", 2, ("T2",), same_therapist="require"),
            Need("A2", "individual", 1, max_per_day=0),
            Need("A3", "individual", 1, language="Spanish"),
        ),
        starts=[at("Mon 09:00"), at("Tue 09:00")],
    )


def pinned():
    """A pin that must hold in one of two rooms, one that must not, and a therapist whom only a pin brings."""
    return tiny(
        [service("individual", kind="individual", per_week={"adult": 2}, max_per_day=0)],
        participants=(adult("A1"), adult("A2")),
        therapists=(therapist("T1"), therapist("T2", skills=()), therapist("T3")),
        rooms=(room("R1", capacity=3), room("R2", capacity=3)),
        pins=(
            Pin("must", participant_id="A1", room_id="R2", row=2),
            Pin("must", therapist_id="T2", participant_id="A2", day=0, row=3),
            Pin("must_not", room_id="R1", start=600, row=4),
        ),
        starts=[at("Mon 09:00"), at("Mon 10:00"), at("Tue 09:00")],
    )


def equipment():
    """Two services that share one kit, one of them twice as long; one of kind other, one multifamily."""
    return tiny(
        [
            service("other", kind="other", minutes=60, equipment={"kit": 1}, per_week={"adult": 1}),
            service(
                "multi",
                kind="multifamily",
                minutes=120,
                equipment={"kit": 1},
                per_week={"adult": 1},
                min_participants=None,
            ),
        ],
        participants=(adult("A1"), adult("A2", family_availability=ON_MONDAY)),
        rooms=(room("R1", capacity=9), room("R2", capacity=9)),
        clinic={"equipment": {"kit": 1}},
        starts=[at("Mon 09:00"), at("Mon 10:00"), at("Mon 11:00")],
    )


WORLDS = [closed_group, two_groups, individual, pooled, hybrid, either, pinned, equipment]
MOST_FAST = 250


def agrees(problem, *sessions):
    """Assert that the model admits a schedule exactly if the verifier finds nothing; return whether they do admit it."""
    whole = schedule(*sessions)
    found = violations(problem, whole)
    assert accepts(problem, whole) == (found == ()), (found, [str(row) for row in sessions], sessions)
    return found == ()


def compare(problem, starts, most, share):
    """Compare on every single session and every set of legal ones, of each size one in so many; return (compared, legal)."""
    sessions = [row for row in every_session(problem, starts, most_staff=3) if is_sensible(problem, row)]
    legal = legal_sessions(problem, sessions)
    sets = [()]
    sets += [(row,) for row in _thin(sessions, share)] + [(row,) for row in legal]
    for number in range(2, most + 1):
        sets += _thin([rows for rows in combinations(legal, number) if not shares_a_group(*rows)], share)
    return len(sets), sum(agrees(problem, *rows) for rows in sets)


def _thin(rows, most):
    """Return at most so many of the rows, evenly spread; all of them where ``most`` is None."""
    if most is None or len(rows) <= most:
        return rows
    step = len(rows) / most
    return [rows[int(place * step)] for place in range(most)]


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_model_and_verifier_agree(world):
    """On a spread of schedules, among them legal and illegal ones."""
    compared, legal = compare(*world(), MOST_FAST)
    assert 0 < legal < compared


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_model_and_verifier_agree_on_all(world):
    """On every schedule of the family."""
    compared, legal = compare(*world(), None)
    print(f"{compared} schedules compared, {legal} of them legal")
    assert 0 < legal < compared
