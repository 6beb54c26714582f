"""The limits of shared staff over all of their sites: those of ``people.csv``, else the largest that a site allows them."""

from __future__ import annotations

from collections.abc import Mapping

from iopsched.domain.problem import Problem
from iopsched.domain.sharing import SharedPerson, SiteLinks
from iopsched.networks.sites import LinkedGroup, SharedStaff
from iopsched.policy.numbers import staff_limit


def links_of(group: LinkedGroup, problems: Mapping[str, Problem]) -> SiteLinks:
    """Return who is shared, with the limits of those sites that could be read (``problems``, by site).

    Of rest and changeover the longest that a site asks holds between sites. Whoever has left a site is not there.
    """
    return SiteLinks(tuple(_resolved(person, problems) for person in group.people), group.travel)


def _resolved(person: SharedStaff, problems: Mapping[str, Problem]) -> SharedPerson:
    at = tuple((site, key) for site, key in person.at if site not in problems or key in problems[site].therapist)
    known = [(problems[site].clinic, problems[site].therapist[key]) for site, key in at if site in problems]

    def largest(key: str, stated: int | None) -> int:
        rows = (staff_limit(clinic, therapist, key).value for clinic, therapist in known)
        return max(rows, default=0) if stated is None else stated

    return SharedPerson(
        person.id,
        at,
        largest("max_hours_per_day", person.max_minutes_per_day),
        largest("max_hours_per_week", person.max_minutes_per_week),
        max((clinic.staff.min_rest_minutes for clinic, _ in known), default=0),
        max((clinic.staff.changeover_minutes for clinic, _ in known), default=0),
    )
