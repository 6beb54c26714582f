"""Reasons of the group's own row: too few people, one time of day, one lead, times, people who are free together."""

from __future__ import annotations

from dataclasses import replace

from iopsched.rulebook import ALL_RULES, RuleId
from iopsched.why.counts.grouptrial import Trial
from iopsched.why.counts.ways import leads_at
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.words.wording import named, quoted
from iopsched.words.wordings import said


def few_people(trial: Trial) -> bool:
    """Tell that fewer people than its smallest size may be in the group at all."""
    low = trial.ways.terms.size(trial.service, trial.group, trial.group.population)[0]
    people = sorted(trial.ways.joiners(trial.group))
    if len(people) >= low:
        return False
    column = "min_size" if trial.group.min_size is not None else "track"
    if not people:
        trial.tell(
            "W-GROUP-NOBODY",
            "track",
            Sentence("0 participants of this week may be in group {}, which needs {}.", quoted(trial.group.id), low),
            said("Write a track, population, gender or language that {participants.csv} has; or delete the row."),
        )
        return True
    trial.ledger.tell(
        "W-GROUP-FEW",
        trial.short.spot(column),
        Sentence(
            "Group {} needs {} participants, and only {} may be in it: {}.",
            *(quoted(trial.group.id), low, len(people), named(people)),
        ),
        said("Write {} in min_size; or delete the row.", len(people)),
    )
    return True


def same_start(trial: Trial) -> bool:
    """Tell that ``same_start`` leaves too few days."""
    if not trial.group.same_start:
        return False
    leads = leads_at(trial.ways.of_group[trial.group.id])
    loose = replace(trial.group, same_start=False)
    if not trial.enough(leads, loose):
        return False
    trial.tell(
        "W-SAME-START-DAYS",
        "same_start",
        Sentence(
            "{} at one time of day, and {} at different times.", trial.short.told, trial.ways.possible(loose, leads)
        ),
        said("Write no in same_start; or {}.", trial.short.otherwise),
    )
    return True


def one_lead(trial: Trial) -> bool:
    """Tell that no one lead is there often enough, where one is required."""
    leads = leads_at(trial.ways.of_group[trial.group.id])
    loose = replace(trial.group, one_lead="prefer")
    if trial.group.one_lead != "require" or not trial.enough(leads, loose):
        return False
    trial.tell(
        "W-ONE-LEAD-DAYS",
        "one_lead",
        Sentence("{} with one lead, and {} with several.", trial.short.told, trial.ways.possible(loose, leads)),
        said("Write prefer in one_lead; or {}.", trial.short.otherwise),
    )
    return True


def own_times(trial: Trial) -> bool:
    """Tell that ``times`` inside the opening hours, and blocks, hold too few sessions."""
    terms, minutes = trial.ways.terms, trial.service.minutes
    starts = {
        start: {""}
        for start in terms.starts_on_grid(trial.service)
        if trial.ways.problem.clinic.open.covers(start, start + minutes)
        and terms.fits_blocks(trial.service, start, start + minutes)
        and (trial.group.times is None or trial.group.times.allow(start, start + minutes))
    }
    found = trial.ways.possible(replace(trial.group, one_lead="prefer"), starts)
    if trial.group.times is None or found >= trial.group.sessions_per_week:
        return False
    is_block = trial.service.starts == "blocks" and trial.ways.problem.clinic.blocks
    trial.tell(
        "W-GROUP-TIMES",
        "times",
        Sentence(
            "{}: its times hold {} of {}{}.",
            *(trial.short.told, count(found, "session"), count(trial.service.minutes, "minute")),
            " that begin with a block" if is_block else "",
        ),
        said("Write more times; or {}.", trial.short.otherwise),
    )
    return True


def together(trial: Trial) -> bool:
    """Tell that too few people are free at the same time; return whether that is so."""
    if not trial.enough(trial.leads(trial.ways, rules=ALL_RULES - {RuleId.SIZE})):
        return False
    low = trial.ways.terms.size(trial.service, trial.group, trial.group.population)[0]
    trial.tell(
        "W-GROUP-TOGETHER",
        "times",
        Sentence("{} with {} participants who are free at the same time.", trial.short.told, low),
        said(
            "Write other times, a smaller min_size, or more availability in {participants.csv}; or {}.",
            trial.short.otherwise,
        ),
    )
    return True
