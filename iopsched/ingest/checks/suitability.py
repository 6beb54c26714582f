"""Warnings about people whom no group or no given primary suits: tracks, skill, license, population."""

from __future__ import annotations

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.report import At
from iopsched.policy.needs import stated_sessions
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said


def known_tracks(problem: Problem) -> dict[str, list[str]]:
    """Return population -> tracks of its groups, sorted."""
    found: dict[str, set[str]] = {}
    for group in problem.groups:
        found.setdefault(group.population, set()).update(group.tracks)
    return {population: sorted(tracks) for population, tracks in found.items()}


def tell_tracks(sheet: SoundRows, at: At, person: Participant, known: list[str]) -> None:
    """Warn of a participant whose tracks no group has; ``known`` are those of the population's groups."""
    if not known:
        return
    if not person.tracks:
        sheet.report.tell_of(
            person.id,
            "W-TRACK-BLANK",
            at.cell("track"),
            "{} has no track and can join no group.",
            f"Write one of: {listed(known)}.",
        )
    elif not set(person.tracks) & set(known):
        sheet.report.tell_of(
            person.id,
            "W-TRACK",
            at.cell("track"),
            f"{{}} shares a track with no group for '{person.population}'.",
            f"Write one of: {listed(known)}.",
        )


def tell_primary(problem: Problem, sheet: SoundRows, at: At, person: Participant) -> None:
    """Warn of a given primary who may not lead what the participant needs."""
    if person.primary_id is None:
        return
    primary = problem.therapist[person.primary_id]
    for service in problem.services:
        if not service.with_primary or not stated_sessions(problem, person, service):
            continue
        fits = (
            (primary.licensed or not service.licensed_lead)
            and (not primary.populations or person.population in primary.populations)
            and (not primary.tracks or not person.tracks or set(primary.tracks) & set(person.tracks))
        )
        if service.staff[0].skill not in primary.skills:
            sheet.report.tell_of(
                person.id,
                "W-PRIMARY",
                at.cell("therapist_id"),
                f"{{}} has the primary {quoted(primary.id)}, who lacks the skill {quoted(service.staff[0].skill)} "
                f"and may not lead {quoted(service.id)}.",
                said("Add the skill in {therapists.csv}, or name another therapist."),
            )
        elif not fits:
            sheet.report.tell_of(
                person.id,
                "W-PRIMARY",
                at.cell("therapist_id"),
                f"{{}} has the primary {quoted(primary.id)}, who may not lead {quoted(service.id)} for them.",
                said("Check license, populations and tracks in {therapists.csv}, or name another therapist."),
            )
