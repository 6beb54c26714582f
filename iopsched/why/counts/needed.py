"""Needed sessions that do not fit into days, the hours of the week or the phase."""

from __future__ import annotations

from iopsched.domain.services import Service
from iopsched.domain.timegrid import WEEKDAYS, hours
from iopsched.why.counts.chances import Chance
from iopsched.why.counts.ledger import WHO, Spot
from iopsched.why.counts.oneperson import OnePerson
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said


def tell_needs(one: OnePerson, *, with_groups: bool) -> None:
    """Tell of needed sessions that do not fit into days, the hours of the week or the phase."""
    needed = 0
    for service in one.ways.problem.services:
        demand = one.terms.demand(one.person, service)
        needed += demand.required * one.terms.countable_minutes(service)
        chance = one.chances.of_service.get(service.id)
        is_group = service.id in one.ways.problem.groups_of
        if chance is not None and chance.total < demand.required and (with_groups or not is_group):
            _tell_days_of(one, service, demand.required, chance)
    week, spot, whose = one.limit("max_hours_per_week")
    if needed > week.value:
        one.tell(
            "W-WEEK-NEEDS",
            spot,
            Sentence(
                "{} may have {} a week{}, and the needed sessions count {}.",
                WHO,
                hours(week.value),
                whose,
                hours(needed),
            ),
            "Write a larger max_hours_per_week, or fewer needed sessions.",
        )
    _tell_phase_needs(one)
    _tell_sessions_a_day(one)


def _tell_days_of(one: OnePerson, service: Service, required: int, chance: Chance) -> None:
    is_row = (one.person.id, service.id) in one.ways.problem.need
    spot = Spot("needs.csv", (one.person.id, service.id), "per_week") if is_row else one.cell("availability")
    one.tell(
        "W-NEED-DAYS",
        spot,
        Sentence(
            "{} needs {} of {} a week and can have at most {} ({}).",
            *(
                WHO,
                count(required, "session"),
                quoted(service.id),
                chance.total,
                listed(WEEKDAYS[d] for d in sorted(chance.by_day)),
            ),
        ),
        said("Write {} in per_week of {needs.csv}, or allow more availability or a larger max_per_day.", chance.total),
    )


def tell_phase(one: OnePerson) -> bool:
    """Tell that fewer group sessions are possible than the phase asks for; return whether that is so."""
    person, most = one.person, one.chances.group_sessions
    required = one.terms.required_group_sessions(person)
    if required <= most:
        return False
    one.tell(
        "W-PHASE-SESSIONS",
        one.cell("phase"),
        Sentence(
            "{} should have {} of kind group in the phase {} and can have at most {}.",
            *(WHO, count(required, "session"), quoted(person.phase or ""), most),
        ),
        said(
            "Write another phase, more sessions_per_week in {groups.csv}, or {} as the first number of group_sessions in {clinic.toml}.",
            most,
        ),
    )
    return True


def _tell_phase_needs(one: OnePerson) -> None:
    person = one.person
    phase = one.terms.clinic.phases.get(person.phase or "")
    needed = sum(
        one.terms.demand(person, service).required for service in one.ways.problem.services if service.kind == "group"
    )
    if phase is not None and needed > phase.max_group_sessions:
        one.tell(
            "W-PHASE-NEEDS",
            one.cell("phase"),
            Sentence(
                "{} needs {} of kind group, and the phase {} allows {}.",
                *(WHO, count(needed, "session"), quoted(phase.id), phase.max_group_sessions),
            ),
            said("Write another phase, or fewer sessions in {needs.csv} or {services.csv}."),
        )


def _tell_sessions_a_day(one: OnePerson) -> None:
    most = one.terms.max_sessions_per_day(one.person)
    required = sum(one.terms.demand(one.person, service).required for service in one.ways.problem.services)
    days = {day for chance in one.chances.of_service.values() for day in chance.by_day}
    if most and days and required > most * len(days):
        _, spot, whose = one.limit("max_sessions_per_day")
        one.tell(
            "W-SESSIONS-DAY",
            spot,
            Sentence(
                "{} needs {}, and {} a day{} on {} make {}.",
                *(WHO, count(required, "session"), most, whose, count(len(days), "possible day"), most * len(days)),
            ),
            "Write a larger max_sessions_per_day or 0, or fewer needed sessions.",
        )
