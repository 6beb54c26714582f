"""Offers that bring in somebody else: a cover, a further skill, a further member of staff."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from math import ceil

from iopsched.domain.people import Cover, Therapist
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import HOUR, TimeRange, Windows, day_index, day_of, moment
from iopsched.ingest.file.people import DEFAULT_SKILLS
from iopsched.policy.numbers import roles_of
from iopsched.rulebook.steps import StepKind
from iopsched.steps.offer import AddItem, NewRow, OfferedStep
from iopsched.steps.offers.offering import free_id, step
from iopsched.steps.offers.rowchanges import with_item, with_new
from iopsched.steps.offers.shortfall import Shortfall, may_lead, suits
from iopsched.words.sentence import TherapistRef
from iopsched.words.wordings import said

MOST_SPANS = 12
"""So many times are offered at most of somebody with one skill who comes in besides."""


def cover(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer each who could stand in for a primary or lead who is away in the week, on those days."""
    for away_id, (service, group) in _needed_and_away(at).items():
        first, last = _days_away(at, away_id)
        for other in at.problem.therapists:
            if other.id != away_id and _could_cover(at, other, away_id, service, group):
                row = Cover(away_id, (other.id,), first, last)
                cells = {
                    "therapist_id": away_id,
                    "covered_by": other.id,
                    "from": first.isoformat(),
                    "until": last.isoformat(),
                }
                told = said(
                    "Let {} cover for {} from {} to {} ({covers.csv}, a new row).",
                    *(TherapistRef(other.id), TherapistRef(away_id), first.isoformat(), last.isoformat()),
                )
                change = with_new("covers", row, key=lambda row: (row.therapist_id, row.covered_by, str(row.first_day)))
                yield step(at, StepKind.COVER, (away_id, other.id), NewRow(cells), told, change)


def _needed_and_away(at: Shortfall) -> dict[str, tuple[Service, Group | None]]:
    """Return who must lead something that is lacking and is away in the week, with what they lead."""
    found: dict[str, tuple[Service, Group | None]] = {}
    for service in at.services:
        for person in at.lacking[service.id] if service.with_primary else ():
            keys = [person.primary_id] if person.primary_id else [row.id for row in at.problem.therapists]
            found.update({key: (service, None) for key in keys if key not in found})
    for group in at.groups:
        found.update(dict.fromkeys(group.lead_ids, (at.problem.service[group.service_id], group)))
    return {key: found[key] for key in sorted(found) if _away(at, key)}


def _away(at: Shortfall, therapist_id: str) -> Windows:
    away = at.problem.therapist[therapist_id].busy.union(at.absent("therapist", therapist_id))
    return away.intersection(at.opening)


def _days_away(at: Shortfall, therapist_id: str) -> tuple[date, date]:
    ranges = _away(at, therapist_id).ranges
    return day_of(at.problem.week, ranges[0].start), day_of(at.problem.week, ranges[-1].end - 1)


def _could_cover(at: Shortfall, other: Therapist, away_id: str, service: Service, group: Group | None) -> bool:
    if any(
        row.first_day is None and row.last_day is None for row in at.problem.covers_between.get((other.id, away_id), ())
    ):
        return False
    if group is not None:
        return may_lead(other, service, group) and suits(other, group.population, group.tracks)
    return may_lead(other, service, None) and any(
        suits(other, person.population, person.tracks) for person in at.lacking[service.id]
    )


def new_skill(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer a skill to each who lacks one that a lacking session asks for, and could hold it otherwise; no license."""
    offered: set[tuple[str, str]] = set()
    for service, group in at.offered:
        for place, role in enumerate(roles_of(service, group)):
            for therapist in at.problem.therapists:
                key = (therapist.id, role.skill)
                is_allowed = therapist.licensed or place or not service.licensed_lead
                if role.skill in therapist.skills or key in offered or not is_allowed:
                    continue
                if _suits_somebody(at, therapist, service, group):
                    offered.add(key)
                    told = said(
                        "Train {} for sessions that need the skill {} ({therapists.csv}, skills).",
                        *(TherapistRef(therapist.id), role.skill),
                    )
                    edit = AddItem(role.skill, "; ".join(DEFAULT_SKILLS))
                    change = with_item("therapists", therapist.id, "skills", role.skill)
                    yield step(at, StepKind.NEW_SKILL, (therapist.id,), edit, told, change)


def _suits_somebody(at: Shortfall, therapist: Therapist, service: Service, group: Group | None) -> bool:
    if group is not None:
        return suits(therapist, group.population, group.tracks)
    return any(suits(therapist, person.population, person.tracks) for person in at.lacking[service.id])


def extra_staff(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer somebody with a skill who comes in for one session that is lacking, priced by the hour: licensed where the lead must be."""
    seen: set[tuple[str, TimeRange]] = set()
    for service, group in at.offered:
        if group is not None and group.lead_ids and len(roles_of(service, group)) == 1:
            continue
        for skill in dict.fromkeys(role.skill for role in roles_of(service, group)):
            for span in _times(at, service, group):
                if (skill, span) in seen or sum(skill == other for other, _ in seen) >= MOST_SPANS:
                    continue
                seen.add((skill, span))
                row = Therapist(_id_of(skill, span, at.problem.therapist), (skill,), Windows.of([span]))
                cells = {"therapist_id": row.id, "skills": skill, "availability": str(span)}
                told = said(
                    "Have somebody with the skill {} come in {}: {} ({therapists.csv}, a new row).",
                    skill,
                    str(span),
                    row.id,
                )
                hours = ceil(span.minutes / HOUR)
                yield step(
                    at, StepKind.EXTRA_STAFF, (row.id,), NewRow(cells), told, with_new("therapists", row), times=hours
                )


def _id_of(skill: str, span: TimeRange, taken: Collection[str]) -> str:
    """Return for instance ``group-Tue-1800``, which says what somebody comes in for."""
    wanted = f"{skill}-{moment(span.start)}".replace(" ", "-").replace(":", "")
    return free_id(wanted, taken) if wanted in taken else wanted


def _times(at: Shortfall, service: Service, group: Group | None) -> list[TimeRange]:
    """Return when somebody could come in: while most of those who lack the session are free, on all days in turn."""
    people = at.lackers_of(group) if group is not None else at.lacking[service.id]
    free = [at.free(person, service) for person in people]
    spans = at.spans(service, group)
    could = {span: sum(windows.covers(span.start, span.end) for windows in free) for span in spans}
    by_day: dict[int, list[TimeRange]] = {}
    for span in sorted((span for span in spans if could[span]), key=lambda span: (-could[span], span)):
        by_day.setdefault(day_index(span.start), []).append(span)
    rounds = max(map(len, by_day.values()), default=0)
    turns = [found[turn] for turn in range(rounds) for _, found in sorted(by_day.items()) if turn < len(found)]
    return sorted(turns[:MOST_SPANS])
