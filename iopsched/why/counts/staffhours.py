"""Primaries and staff of whom more hours are needed than they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iopsched.domain.people import Therapist
from iopsched.domain.timegrid import Windows, hours
from iopsched.model.filters import none
from iopsched.why.counts.burdens import Burden, unions_of, usable
from iopsched.why.counts.ledger import Ledger, Spot
from iopsched.why.counts.ways import Ways
from iopsched.words.sentence import Sentence
from iopsched.words.wording import named, quoted
from iopsched.words.wordings import said


def tell_primaries(ways: Ways, ledger: Ledger) -> Iterator[str]:
    """Yield whose visits that only they may hold, as primaries, exceed their hours with the groups that only they may lead."""
    visits = _visits(ways, ledger)
    for row in ways.problem.therapists:
        own = [load for load in visits if load.servers == {row.id}]
        if not own:
            continue
        led = [
            ways.problem.service[group.service_id].minutes * ways.held[group.id]
            for group in ways.problem.groups
            if {key for c in ways.of_group[group.id] for key in c.lead_ids} == {row.id}
        ]
        asked, there = sum(load.minutes for load in own), usable(ways, row)
        if asked + sum(led) > there:
            groups = f" and {hours(sum(led))} of groups" if led else ""
            ledger.tell(
                "W-PRIMARY-LOAD",
                Spot("therapists.csv", (row.id,), _binding(ways, row)),
                Sentence(
                    "{} has {} of sessions that nobody else may hold{}, and can be in sessions for {}.",
                    *(quoted(row.id), hours(asked), groups, hours(there)),
                ),
                said(
                    "Write another therapist_id for some in {participants.csv}, another lead in {groups.csv}, or more hours here; otherwise {} cannot be held.",
                    hours(asked + sum(led) - there),
                ),
            )
            yield row.id
        else:
            _primary_windows(ways, ledger, row, own)


def _binding(ways: Ways, row: Therapist) -> str:
    return "max_hours_per_week" if usable(ways, row) == ways.terms.therapist_limits(row)[1] else "availability"


def _primary_windows(ways: Ways, ledger: Ledger, row: Therapist, own: Sequence[Burden]) -> None:
    """Compare the visits of those who are free in the same hours only with these hours of their primary."""
    for window in sorted({load.window for load in own}, key=lambda window: window.minutes):
        inside = sum(load.minutes for load in own if not load.window.minus(window))
        there = usable(ways, row, window)
        if inside > there:
            ledger.tell(
                "W-PRIMARY-WINDOWS",
                Spot("therapists.csv", (row.id,), "availability"),
                Sentence(
                    "{} must hold {} of sessions with people who are free at {} only, and is there for {} of it.",
                    *(quoted(row.id), hours(inside), _shown(window), hours(there)),
                ),
                said(
                    "Write more availability here or in {participants.csv}, or another therapist_id there; otherwise {} cannot be held.",
                    hours(inside - there),
                ),
            )
            return


def _shown(window: Windows) -> str:
    parts = [str(item) for item in window]
    return ", ".join(parts[:4]) + (f" and {len(parts) - 4} more" if len(parts) > 4 else "")


def _visits(ways: Ways, ledger: Ledger) -> list[Burden]:
    """Return the needed one-to-one sessions that only a given primary may hold."""
    found = []
    for service in ways.problem.services:
        if not service.with_primary or service.id in ways.problem.groups_of:
            continue
        for person in ways.terms.participants:
            required = ways.terms.demand(person, service).required
            most = ways.terms.size(service, None, person.population)[1]
            if not required or person.primary_id is None or most > 1 or (person.id, service.id) in ledger.told:
                continue
            if any(ways.filters.covers.may_ever_lead(row.id, person.primary_id) for row in ways.problem.therapists):
                continue
            window = ways.free(person, service).intersection(ways.terms.therapist_free[person.primary_id])
            found.append(Burden(frozenset({person.primary_id}), window, required * service.minutes))
    return found


def tell_skills(ways: Ways, ledger: Ledger, told: set[str]) -> None:
    """Compare needed sessions with the hours of those who may lead them: for each set of staff that some need, and unions."""
    loads = [*_needed_visits(ways, ledger), *_led(ways)]
    staff = {row.id: row for row in ways.problem.therapists}
    for names in unions_of(load.servers for load in loads):
        asked = sum(load.minutes for load in loads if load.servers <= names)
        there = sum(usable(ways, staff[key]) for key in names)
        if asked > there and not names & told:
            ledger.tell(
                "W-STAFF-HOURS",
                Spot(
                    "therapists.csv",
                    (min(names, key=lambda key: ledger.row("therapists.csv", key)),),
                    "max_hours_per_week",
                ),
                Sentence(
                    "Sessions that only {} may lead take {}, and they can be in sessions for {}.",
                    *(named(sorted(names)), hours(asked), hours(there)),
                ),
                said(
                    "Add staff, skills or hours in {therapists.csv}; otherwise {} cannot be held.", hours(asked - there)
                ),
            )
            return


def _needed_visits(ways: Ways, ledger: Ledger) -> Iterator[Burden]:
    """Yield needed sessions for one, with those who may lead them."""
    for service in ways.problem.services:
        if service.id in ways.problem.groups_of:
            continue
        skill = ways.terms.roles(service, None)[0].skill
        able = [
            row
            for row in ways.problem.therapists
            if skill in row.skills and (row.licensed or not service.licensed_lead)
        ]
        known: dict[tuple[object, ...], frozenset[str]] = {}
        for person in ways.terms.participants:
            demand = ways.terms.demand(person, service)
            if not demand.required or ways.terms.size(service, None, person.population)[1] > 1:
                continue
            if (person.id, service.id) in ledger.told:
                continue
            key: tuple[object, ...] = (
                person.population,
                person.tracks,
                person.primary_id if service.with_primary else "",
            )
            if demand.need is not None or ways.apart[person.id]:
                key = (*key, person.id)
            if key not in known:
                known[key] = frozenset(row.id for row in able if none(ways.filters.to_meeting(person, row, service)))
            if known[key]:
                yield Burden(known[key], Windows(), demand.required * service.minutes)


def _led(ways: Ways) -> Iterator[Burden]:
    for group in ways.problem.groups:
        leads = frozenset(key for c in ways.of_group[group.id] for key in c.lead_ids)
        if leads:
            minutes = ways.problem.service[group.service_id].minutes
            yield Burden(leads, Windows(), minutes * ways.held[group.id])
