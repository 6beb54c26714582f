"""A night as data for a machine."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from iopsched.domain.outcome import Solved
from iopsched.files.output import goal_list, unmet_list
from iopsched.networks.results import Linked, NightResult, SiteResult

SCHEMA = "iopsched.network/1"


def night_facts(night: NightResult) -> dict[str, Any]:
    """Return what became of all sites, with everything that a machine may want to know of each."""
    return {
        "schema": SCHEMA,
        "interrupted": night.was_interrupted,
        "lost": night.lost or None,
        "seconds": round(night.seconds, 3),
        "sites": [site_facts(result) for result in night.results],
    }


def site_facts(result: SiteResult) -> dict[str, Any]:
    """Return what became of one site; people by id."""
    outcome = result.outcome
    week = {"goals": goal_list(outcome), "unmet": unmet_list(outcome)} if isinstance(outcome, Solved) else {}
    kept = None if result.kept is None else {"folder": str(result.kept[0]), "why": result.kept[1]}
    return {
        "site": result.site.name,
        "clinic": str(result.site.clinic),
        "week": result.site.week.isoformat(),
        "state": result.state,
        "message": result.message,
        "issues": [asdict(issue) for issue in sorted(result.issues)],
        "folder": None if result.folder is None else str(result.folder),
        "kept": kept,
        "previous": result.earlier,
        "published": result.published,
        "linked": None if result.linked is None else linked_facts(result.linked),
        **week,
        "tries": result.tries,
        "seconds": {name: round(value, 3) for name, value in asdict(result.times).items()},
    }


def linked_facts(told: Linked) -> dict[str, Any]:
    """Return what became of sites that share staff, together."""
    people = [{"person": key, "therapist_ids": dict(at), "minutes": dict(minutes)} for key, at, minutes in told.people]
    return {"sites": list(told.sites), "people": people, "way": told.way, "unmet": told.unmet, "bound": told.bound}
