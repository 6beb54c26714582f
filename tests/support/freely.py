"""Random tiny clinics whose sessions are formed freely."""

from __future__ import annotations

import random
from dataclasses import replace

from iopsched.domain.services import Need, Role
from tests.support.clinics import adults, clinic, level, room, service, small, therapist, windows

HOURS = (
    "Mon 08:00-10:00",
    "Mon 08:00-09:30",
    "Mon 09:00-11:00",
    "Mon 08:00-11:00",
    "Tue 08:00-09:30",
    "Tue 09:00-10:30",
)


def formed_freely(seed):
    """Return a clinic of four to six adults who need sessions of several sizes and lengths, in short windows."""
    chance = random.Random(seed)
    days = windows("Mon-Tue 08:00-11:00")
    people = adults(chance.randint(4, 6), availability=days)
    if chance.random() < 0.3:
        people = tuple(p if chance.random() < 0.5 else replace(p, availability=_some(chance)) for p in people)
    offer = []
    for name in "abcd":
        low, high = chance.choice([(1, 1), (1, 2), (2, 3), (3, 4), (1, 5)])
        roles = [Role(chance.choice("xy"), 1)] + ([Role("z", 1)] if chance.random() < 0.3 else [])
        offer.append(
            service(
                name,
                kind="individual" if high == 1 else "other",
                minutes=chance.choice([30, 45, 60]),
                min_participants=low,
                max_participants=high,
                participants_per_staff=chance.choice([None, 5]) if high > 1 else None,
                staff=tuple(roles),
                max_per_day=chance.choice([0, 1, 2]),
                needs_room=chance.random() < 0.7,
                room_features=frozenset(chance.choice([[], ["big"]])),
            )
        )
    needs = [
        Need(p.id, row.id, per_week=chance.choice([1, 1, 2, 3]))
        for p in people
        for row in offer
        if chance.random() < 0.6
    ]
    staff = [therapist(f"T{n}", skills=tuple(chance.sample("xyz", 2)), availability=_some(chance)) for n in (1, 2, 3)]
    rooms = (room("R1", availability=days, features=frozenset({"big"})), room("R2", availability=days, capacity=4))
    return small(
        clinic=clinic(open=days, grid_minutes=30, level=level()),
        services=tuple(offer),
        participants=people,
        needs=tuple(needs),
        therapists=tuple(staff),
        rooms=rooms,
    )


def of_other_kinds(seed):
    """Return such a clinic in which some services are groups with a ratio, or held online, and some staff suit nobody."""
    problem, chance = formed_freely(seed), random.Random(1000 + seed)

    def changed(row):
        if row.max_participants == 1:
            return row
        return replace(
            row,
            kind=chance.choice(("group", "multifamily", "other")),
            max_participants=chance.choice((None, row.max_participants)),
            participants_per_staff=chance.choice((None, 1, 2, 3)),
            modality=chance.choice(("in_person", "either", "hybrid", "telehealth")),
            equipment=chance.choice(({}, {"kit": 1})),
            licensed_lead=chance.random() < 0.5,
        )

    is_online = chance.random() < 0.5
    return replace(
        problem,
        clinic=replace(problem.clinic, equipment={"kit": 1}, ratios={"adult": 3}),
        services=tuple(changed(row) for row in problem.services),
        participants=tuple(
            replace(row, modality="either" if is_online else row.modality) for row in problem.participants
        ),
        therapists=tuple(
            replace(
                row,
                tracks=("sud",) if chance.random() < 0.2 else (),
                counts_for_ratio=chance.random() < 0.8,
                licensed=chance.random() < 0.8,
                modality=chance.choice(("either", "either", "in_person")),
            )
            for row in problem.therapists
        ),
        rooms=problem.rooms[: chance.choice((1, 2))],
    )


def _some(chance):
    return windows(*chance.sample(HOURS, 2))
