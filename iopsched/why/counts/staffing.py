"""Reasons among staff and rooms: supervisor, time off, license, hours, a second member of staff, a room."""

from __future__ import annotations

from dataclasses import replace

from iopsched.domain.timegrid import NEVER, hours
from iopsched.rulebook import ALL_RULES, RuleId
from iopsched.why.counts.grouptrial import Trial
from iopsched.why.counts.ledger import Spot
from iopsched.why.counts.ways import Ways
from iopsched.words.sentence import Sentence
from iopsched.words.wording import named, quoted
from iopsched.words.wordings import said


def supervisor(trial: Trial) -> bool:
    """Tell that no supervisor is on site often enough."""
    if not trial.enough(trial.leads(trial.ways, rules=ALL_RULES - {RuleId.SUPERVISOR})):
        return False
    trial.tell(
        "W-GROUP-SUPERVISOR",
        "times",
        Sentence("{} while a supervisor is on site (supervisor_on_site).", trial.short.told),
        said(
            "Write yes in supervisor of a licensed therapist who is there at these times ({therapists.csv}), or other times; or {}.",
            trial.short.otherwise,
        ),
    )
    return True


def time_off(trial: Trial) -> bool:
    """Tell that a lead's time off is to blame, and who could stand in."""
    problem, leads = trial.ways.problem, trial.who_may_lead()
    ids = {row.id for row in leads}
    there = replace(
        problem, time_off=tuple(row for row in problem.time_off if row.kind != "therapist" or row.id not in ids)
    )
    if len(there.time_off) == len(problem.time_off) or not trial.enough(trial.leads(Ways(there))):
        return False
    away = next(row for row in problem.time_off if row.kind == "therapist" and row.id in ids)
    others = _stand_ins(trial, ids)
    remedy = (
        said(
            "Add {} to lead of group {} in {groups.csv}, who could lead it, or as covered_by to {covers.csv}; or {}.",
            *(" or ".join(map(quoted, others[:3])), quoted(trial.group.id), trial.short.otherwise),
        )
        if others and trial.group.lead_ids
        else said("Change the dates here; or {}.", trial.short.otherwise)
    )
    who = named(sorted(row.id for row in leads if any(a.id == row.id for a in problem.time_off)))
    none_else = "" if others or not trial.group.lead_ids else ", and nobody else could lead it often enough"
    trial.ledger.tell(
        "W-LEAD-AWAY",
        Spot("time_off.csv", ("therapist", away.id), "start"),
        Sentence("{}: {} may lead it and has time off{}.", trial.short.told, who, none_else),
        remedy,
    )
    return True


def _stand_ins(trial: Trial, ids: set[str]) -> list[str]:
    """Return those who could lead the group so often that it meets as it should, beside its own leads."""
    found = []
    for row in trial.ways.problem.therapists:
        if row.id in ids:
            continue
        group = replace(trial.group, lead_ids=(*trial.group.lead_ids, row.id))
        if trial.enough(trial.leads(trial.ways, group=group), group):
            found.append(row.id)
    return found


def second_staff(trial: Trial) -> bool:
    """Tell that the second member of staff is lacking whom two_staff asks for; return whether that is so."""
    if not trial.enough(trial.leads(trial.ways, rules=ALL_RULES - {RuleId.TWO_STAFF})):
        return False
    trial.tell(
        "W-GROUP-TWO-STAFF",
        "staff",
        Sentence("{} with 2 members of staff, without whom two of its people may not be together.", trial.short.told),
        said(
            "Add the skill for another in {therapists.csv}, or take the population out of two_staff in {clinic.toml}; or {}.",
            trial.short.otherwise,
        ),
    )
    return True


def longest(trial: Trial) -> bool:
    """Tell that a session is longer than those who may lead it may work; return whether that is so."""
    if not trial.enough(trial.leads(trial.ways, rules=ALL_RULES - {RuleId.STAFF_LOAD})):
        return False
    limits = [min(trial.ways.terms.therapist_limits(row)) for row in trial.who_may_lead()]
    trial.tell(
        "W-GROUP-LOAD",
        "lead",
        Sentence(
            "{}: a session has {}, and those who may lead it may have {} in sessions, with their rest and meals.",
            *(trial.short.told, hours(trial.service.minutes), hours(max(limits, default=0))),
        ),
        said(
            "Write another lead, shorter minutes in {services.csv}, or a larger max_hours_per_day; or {}.",
            trial.short.otherwise,
        ),
    )
    return True


def rooms(trial: Trial) -> bool:
    """Tell that the rooms are there too seldom; return whether that is so."""
    if not trial.enough(trial.leads(trial.ways, with_room=False)):
        return False
    named_room = trial.group.room_id
    what = said("in the room {}", quoted(named_room)) if named_room else said("in any room that is large enough")
    trial.tell(
        "W-GROUP-ROOM-HOURS",
        "room_id",
        Sentence("{} {}, by its availability, busy and time off.", trial.short.told, what),
        said(
            "Write another room or other times, or correct {rooms.csv} or {time_off.csv}; or {}.",
            trial.short.otherwise,
        ),
    )
    return True


def staff(trial: Trial) -> bool:
    """Tell that the staff of a session is never there together; return whether that is so."""
    if not trial.enough(trial.leads(trial.ways, with_staff=False)):
        return False
    terms, group = trial.ways.terms, trial.group
    number = sum(role.number for role in terms.roles(trial.service, group))
    ratio = terms.ratio(trial.service, group, group.population)
    if ratio:
        number = max(number, -(-terms.size(trial.service, group, group.population)[0] // ratio))
    trial.tell(
        "W-GROUP-STAFF",
        "staff",
        Sentence(
            "{} with the staff that a session needs: {}, by the roles in staff and the ratio.",
            *(trial.short.told, number),
        ),
        said(
            "Add skills, tracks or availability in {therapists.csv}, or ask for fewer in staff; or {}.",
            trial.short.otherwise,
        ),
    )
    return True


def license_of_leads(trial: Trial) -> bool:
    """Tell that others with the skill are there, who are not licensed; return whether that is so."""
    if not _licensed(trial):
        return False
    trial.tell(
        "W-GROUP-LICENSED",
        "times",
        Sentence("{} with a licensed lead; others with the skill are there more often.", trial.short.told),
        said("Write other times, or correct licensed in {therapists.csv}; or {}.", trial.short.otherwise),
    )
    return True


def _licensed(trial: Trial) -> bool:
    """Return whether the group could meet often enough if everybody were licensed."""
    problem = trial.ways.problem
    everybody = tuple(replace(row, licensed=True) for row in problem.therapists)
    return trial.service.licensed_lead and trial.enough(trial.leads(Ways(replace(problem, therapists=everybody))))


def hours_of_leads(trial: Trial) -> bool:
    """Tell that the leads' availability and busy times are to blame."""
    problem, leads = trial.ways.problem, trial.who_may_lead()
    ids = {row.id for row in leads}
    free = tuple(
        replace(row, availability=problem.clinic.open, busy=NEVER) if row.id in ids else row
        for row in problem.therapists
    )
    off = tuple(row for row in problem.time_off if row.kind != "therapist" or row.id not in ids)
    if not leads or not trial.enough(trial.leads(Ways(replace(problem, therapists=free, time_off=off)))):
        return False
    trial.tell(
        "W-GROUP-LEAD-HOURS",
        "lead",
        Sentence("{} within the availability of those who may lead it: {}.", trial.short.told, named(sorted(ids))),
        said(
            "Write another lead or other times, or correct availability and busy in {therapists.csv}; or {}.",
            trial.short.otherwise,
        ),
    )
    return True
