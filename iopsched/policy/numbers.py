"""Which number is in force for a person, a member of staff or a session, and where it stands.

The model resolves the same numbers on its own, so that a mistake here is no mistake there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from iopsched.domain.clinic import NO_PAYER, Clinic, Level
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.services import Group, Role, Service
from iopsched.domain.timegrid import DAY, HOUR, WEEK
from iopsched.policy.presets import BASE, preset_table
from iopsched.policy.setting import ANY
from iopsched.policy.settings import setting_at
from iopsched.words.sentence import GroupRef, Sentence

NO_LEVEL = Level("", 0, WEEK, 0, DAY, 0)
OTHER_CAP = 12
_ALLOWANCE_PER = 3 * HOUR
_SMALLEST = {"group": 2, "multifamily": 2}
_LARGEST = {"individual": 1, "family": 1, "other": OTHER_CAP}


class Limit(NamedTuple):
    """A number in force: durations in minutes; the setting or column in which it stands; whose it is.

    ``where`` are the keys in ``clinic.toml``, or the one file in which a size or load stands; nothing for a default.
    """

    value: int
    setting: str
    owner: str
    where: tuple[str, ...] = ()


def level_of(clinic: Clinic, person: Participant) -> Level:
    """Return the level of care: the person's, else that of the population, else one without limits."""
    levels = clinic.levels
    return levels.get(person.level) or levels.get(f"iop-{person.population}") or NO_LEVEL


def in_force(clinic: Clinic, person: Participant, key: str) -> Limit:
    """Return what a setting of levels, such as ``max_hours_per_week``, is for one participant.

    A cell of ``participants.csv`` stands before the level's number. The payer's number holds besides, where it is the
    stricter one.
    """
    setting = setting_at("levels", ANY, key)
    level, payer = level_of(clinic, person), clinic.payers.get(person.payer or "", NO_PAYER)
    own = getattr(person, setting.field, None)
    usual, asked = getattr(level, setting.field) if own is None else own, getattr(payer, setting.field, 0)
    if asked and setting.is_looser(usual, asked):
        return Limit(asked, f"{key} of payer {payer.id}", f"payer {payer.id}")
    if own is None:
        return Limit(usual, f"{key} of level {level.id}", f"level {level.table}")
    return Limit(own, f"{key} in participants.csv", "participants.csv")


def program_day_minutes(clinic: Clinic, person: Participant) -> int:
    """Return the countable minutes from which on a day is a program day, at least one."""
    return max(1, in_force(clinic, person, "program_day_hours").value)


def authorized_days(person: Participant) -> Limit | None:
    """Return the most days with countable sessions this week, None where there is no limit."""
    limits = (
        (person.authorized_days, "authorized_days in participants.csv"),
        (person.units_left, f"{units_told(person)} in participants.csv"),
    )
    found = [Limit(days, setting, "participants.csv") for days, setting in limits if days is not None]
    return min(found, default=None)


def units_told(person: Participant) -> str:
    """Return what the units left are made of: the columns, and the days counted of published weeks."""
    counted = person.units_counted
    days = f" and {counted} day{'s' if counted != 1 else ''} of earlier weeks" if counted else ""
    return f"units_authorized less units_used{days}"


def staff_limit(clinic: Clinic, therapist: Therapist, key: str) -> Limit:
    """Return ``max_hours_per_day`` or ``max_hours_per_week`` of a member of staff: the own number, else the clinic's."""
    setting = setting_at("staff", key)
    own = getattr(therapist, setting.field)
    if own is None:
        return Limit(setting.value(clinic), f"{key} in clinic.toml", "clinic.toml", ("staff", key))
    return Limit(own, f"{key} in therapists.csv", "therapists.csv", ("therapists.csv",))


def is_supervisor(therapist: Therapist) -> bool:
    """Return whether somebody counts as a supervisor: called one, licensed, and in the building."""
    return therapist.supervisor and therapist.licensed and therapist.modality != "telehealth"


def target_minutes(clinic: Clinic, therapist: Therapist) -> int:
    """Return the fair share of session minutes a week: the therapist's own, else the most that are allowed."""
    return therapist.target_minutes_per_week or staff_limit(clinic, therapist, "max_hours_per_week").value


def countable_minutes(clinic: Clinic, service: Service) -> int:
    """Return the minutes of a session that count: contact, and as much break as is allowed."""
    if not service.counts:
        return 0
    breaks = service.minutes - service.contact_minutes
    allowed = service.minutes * clinic.break_allowance_minutes // _ALLOWANCE_PER
    return service.contact_minutes + max(0, min(breaks, allowed))


def smallest(service: Service, group: Group | None) -> Limit:
    """Return the fewest participants that a held session may have, at least one."""
    found = _written(service, group, "min_size", "min_participants")
    if found is None:
        return Limit(_SMALLEST.get(service.kind, 1), "default of min_participants", f"{service.kind} services")
    return found._replace(value=max(1, found.value))


def largest(clinic: Clinic, service: Service, group: Group | None, populations: Sequence[str]) -> Limit:
    """Return the most participants of a session; of mixed populations, which break ``match``, the widest cap."""
    found = _written(service, group, "max_size", "max_participants")
    if found is None and service.kind in _LARGEST:
        found = Limit(_LARGEST[service.kind], "default of max_participants", f"{service.kind} services")
    if found is None:
        usual = preset_table(BASE)["caps"]
        caps = {name: clinic.caps.get(name, usual.get(name, OTHER_CAP)) for name in populations or ("",)}
        name = max(caps, key=lambda key: caps[key])
        found = Limit(caps[name], "caps in clinic.toml", f"population {name}", ("caps", name))
    return found


def staff_ratio(clinic: Clinic, service: Service, group: Group | None, populations: Sequence[str]) -> Limit | None:
    """Return participants per counting member of staff; None where no ratio holds."""
    if service.kind in ("individual", "family"):
        return None
    found = _written(service, group, "participants_per_staff", "participants_per_staff")
    ratios = {key: clinic.ratios[key] for key in populations if key in clinic.ratios}
    if found is None and ratios:
        population = max(ratios, key=lambda key: ratios[key])
        found = Limit(ratios[population], "ratios in clinic.toml", f"population {population}", ("ratios", population))
    return found


def _written(service: Service, group: Group | None, of_group: str, of_service: str) -> Limit | None:
    """Return the group's own number, else the service's."""
    value = getattr(group, of_group, None)
    if group is not None and value is not None:
        owner = _group_named(group.id)
        return Limit(value, f"{of_group} in groups.csv", owner, ("groups.csv",))
    value, file = getattr(service, of_service), "services.csv"
    return None if value is None else Limit(value, f"{of_service} in {file}", f"service {service.id}", (file,))


@lru_cache(maxsize=1024)
def _group_named(group_id: str) -> Sentence:
    return Sentence("group {}", GroupRef(group_id))


def roles_of(service: Service, group: Group | None) -> tuple[Role, ...]:
    """Return the roles of a session of the service, and of the group if any, the lead's first."""
    asked = group.staff if group and group.staff else service.staff
    return asked or (Role(service.kind, 1),)


def role_skills(service: Service, group: Group | None) -> frozenset[str]:
    """Return the skills that the roles list."""
    return frozenset(role.skill for role in roles_of(service, group))
