"""Two sites of a night, by hand: at one a therapist has too few hours, at the other somebody has hours left."""

from dataclasses import replace
from pathlib import Path

from iopsched.domain.outcome import GoalId, GoalResult, Solved, Unmet
from iopsched.errors import Issue
from iopsched.networks.parcels import packed
from iopsched.networks.results import SiteResult, SiteState
from iopsched.networks.sites import Site
from iopsched.verifier import goal_values, unmet_minutes, violations
from iopsched.words.sentence import ParticipantRef, Sentence
from tests.support.clinics import MONDAY, adults, individual, schedule, services, small, therapist, windows

NEED = {"individual": {"per_week": {"adult": 1}}, "family": {"per_week": {}}, "workshop": {"per_week": {}}}


def short_problem(**changes):
    """Return a clinic whose three adults need an individual session each, and whose T1 is there for one."""
    staff = (therapist("T1", availability=windows("Mon 09:00-10:00")),)
    facts = {"services": services(**NEED, multifamily={"per_week": {}}), "participants": adults(3), "therapists": staff}
    return small(**{**facts, **changes})


def rich_problem(**changes):
    """Return a clinic whose one adult has their session, and whose T1 could hold many more."""
    facts = {
        "services": services(**NEED, multifamily={"per_week": {}}),
        "participants": adults(1),
        "therapists": (therapist("T1", availability=windows("Tue 09:00-12:00"), target_minutes_per_week=180),),
    }
    return small(**{**facts, **changes})


HELD = schedule(individual("Mon 09:00-10:00", "A1", "T1"))
HELD_AT_RICH = schedule(individual("Tue 10:00-11:00", "A1", "T1"))


def site_result(name, problem, week, **changes):
    """Return what became of a site, as the verifier counts its week; it has to be legal."""
    assert violations(problem, week) == ()
    values = goal_values(problem, week)
    goals = tuple(GoalResult(key, values[key].value, values[key].value, "minutes") for key in GoalId)
    why = "{} cannot come when T1 is there."
    unmet = tuple(
        Unmet(key, minutes, Sentence(why, ParticipantRef(key)))
        for key, minutes in unmet_minutes(problem, week).items()
        if minutes
    )
    site = Site(name, Path("clinics") / name, MONDAY)
    facts = {
        "folder": Path("clinics") / name / "schedules" / MONDAY.isoformat(),
        "goals": goals,
        "packed_problem": packed(problem),
        "packed_outcome": packed(Solved(week, goals, unmet)),
        "tries": 1,
    }
    return SiteResult(site, changes.pop("state", SiteState.DONE), **{**facts, **changes})


def short_site(name="north", **changes):
    """Return the site that lacks two sessions."""
    return site_result(name, short_problem(**changes), HELD)


def rich_site(name="south", **changes):
    """Return the site whose T1 has hours left."""
    return site_result(name, rich_problem(**changes), HELD_AT_RICH)


def faulty_site(name="east"):
    """Return a site whose table has a fault."""
    issue = Issue("participants.csv", 3, "population", "E-POPULATION", "There is no population 'x'.", "Write adult.")
    warning = replace(issue, code="W-OTHER", level="warning")
    return SiteResult(Site(name, Path("clinics") / name, MONDAY), SiteState.BAD_INPUT, issues=(issue, warning))
