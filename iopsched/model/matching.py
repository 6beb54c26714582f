"""Matching of people: population, track, gender, language, and enough rest after and before the weeks around this one."""

from __future__ import annotations

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.schedule import Border
from iopsched.domain.timegrid import DAY
from iopsched.model.terms import Demand, same_word

TALKS = ("individual", "family")
"""Kinds of sessions whose lead should share a language with the participant."""


def share_language(lead: Therapist, person: Participant) -> bool:
    """Return whether two people have a language in common; a blank on either side matches."""
    if not lead.languages or not person.languages:
        return True
    return any(same_word(own, other) for own in lead.languages for other in person.languages)


def speaks(therapist: Therapist, language: str | None) -> bool:
    """Return whether a therapist may lead in a language; blank cells ask and limit nothing."""
    return language is None or not therapist.languages or any(same_word(own, language) for own in therapist.languages)


def staff_matches(therapist: Therapist, population: str, tracks: tuple[str, ...]) -> bool:
    """Return whether a therapist's populations and tracks admit these; blank on either side of tracks matches."""
    if therapist.populations and population not in therapist.populations:
        return False
    return not therapist.tracks or not tracks or bool(set(therapist.tracks) & set(tracks))


def lead_suits(lead: Therapist, demand: Demand) -> bool:
    """Return whether a lead has the gender and language that a need asks for."""
    if demand.need is None:
        return True
    if demand.need.gender is not None and not same_word(lead.gender, demand.need.gender):
        return False
    return speaks(lead, demand.need.language)


def rests(border: Border, start: int, end: int, least_minutes: int) -> bool:
    """Return whether a session leaves enough rest to the Sunday before the week and to the Monday after it."""
    if border.last_end is not None and start < DAY and start - border.last_end < least_minutes:
        return False
    return border.first_start is None or start < 6 * DAY or border.first_start - end >= least_minutes
