"""What the rule tests rest on: a model with every decision fixed says yes to one schedule and no other."""

from tests.support.accepting import accepts
from tests.support.clinics import adults, family, individual, schedule, service, small


def test_a_visit_is_fixed_to_its_very_room():
    """Two visits at once fit two rooms, not one, though the model only counts rooms of visits."""
    problem = small()
    first = individual("Mon 09:00-10:00")
    assert accepts(problem, schedule(first, individual("Mon 09:00-10:00", "A2", "T2", id_="S-2", room_id="R2")))
    assert not accepts(problem, schedule(first, individual("Mon 09:00-10:00", "A2", "T2", id_="S-2")))


def test_two_sessions_that_are_one_candidate_are_no_schedule_of_the_model():
    """A session entered twice must not pass for the one session it repeats."""
    problem = small(
        participants=adults(2, modality="either"),
        services=(service("video", kind="individual", modality="telehealth", per_week={"adult": 5}),),
    )
    once = individual("Mon 09:00-10:00", service_id="video", room_id=None, modality="telehealth")
    assert accepts(problem, schedule(once))
    twice = individual("Mon 09:00-10:00", service_id="video", room_id=None, modality="telehealth", id_="S-2")
    assert not accepts(problem, schedule(once, twice))


def test_a_room_where_none_is_used_and_no_room_where_one_is_are_no_schedules_of_the_model():
    """Rooms are part of what is fixed, also where the model has no literal for them."""
    walk = service("walk", kind="individual", needs_room=False, per_week={"adult": 5})
    problem = small(services=(walk,))
    assert accepts(problem, schedule(individual("Mon 09:00-10:00", service_id="walk", room_id=None)))
    assert not accepts(problem, schedule(individual("Mon 09:00-10:00", service_id="walk")))
    assert not accepts(small(), schedule(family("Mon 09:00-10:00", room_id=None)))
