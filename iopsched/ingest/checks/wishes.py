"""Warnings about single people: what they need and what the week can give them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from iopsched.domain.authorization import certified_until
from iopsched.domain.clinic import NO_PAYER, Clinic, Level, Payer
from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import HOUR, Windows, hours
from iopsched.ingest.checks.sheet import SoundRows, longest, minutes_by_day
from iopsched.ingest.checks.suitability import known_tracks, tell_primary, tell_tracks
from iopsched.ingest.checks.supply import tell_never_free
from iopsched.ingest.report import At
from iopsched.policy.needs import Needs, may_join, stated_sessions
from iopsched.policy.numbers import countable_minutes, in_force, level_of
from iopsched.policy.presets import guide
from iopsched.words.wording import quoted
from iopsched.words.wordings import said


def check_people_can_be_served(problem: Problem, sheet: SoundRows) -> None:
    """Warn of participants who cannot get what they need, before a long solve."""
    offer, tracks = Offer(problem, sheet), known_tracks(problem)
    needy = {need.participant_id for need in problem.needs}
    for entry in sheet.participants.values():
        person = problem.participant[entry.value.id]
        if not sheet.is_here(person):
            if person.id in needy:
                _outside(sheet, entry.at, person)
            continue
        _authorization(sheet, entry.at, person)
        if _is_free(problem, sheet, entry.at, person):
            _hours(sheet, entry.at, person, offer)
        tell_tracks(sheet, entry.at, person, tracks.get(person.population, []))
        tell_primary(problem, sheet, entry.at, person)


def _outside(sheet: SoundRows, at: At, person: Participant) -> None:
    sheet.report.tell(
        "W-STAY-OUTSIDE",
        at.cell("participant_id"),
        said("{needs.csv} names {}, who is not admitted on any open day of this week.", quoted(person.id)),
        "Nothing is scheduled; correct admitted or discharged if that is wrong.",
    )


def _payer(sheet: SoundRows, person: Participant) -> Payer:
    return sheet.clinic.payers.get(person.payer or "", NO_PAYER)


def _authorization(sheet: SoundRows, at: At, person: Participant) -> None:
    payer = _payer(sheet, person)
    if payer.certified_days:
        _certification(sheet, at, person, payer)
    first, last = person.authorized_from, person.authorized_until
    if first is not None and first > sheet.week + timedelta(days=6):
        sheet.report.tell(
            "W-AUTHORIZATION",
            at.cell("authorized_from"),
            f"The authorization begins on {first}, after this week.",
            "No session that counts is scheduled; correct the date if that is wrong.",
        )
    if last is not None and last < sheet.week:
        sheet.report.tell(
            "W-AUTHORIZATION",
            at.cell("authorized_until"),
            f"The authorization ended on {last}, before this week.",
            "No session that counts is scheduled; have it extended, or correct the date.",
        )


def _certification(sheet: SoundRows, at: At, person: Participant, payer: Payer) -> None:
    end = sheet.week + timedelta(days=6)
    if person.certified is None:
        message, remedy = f"The payer {quoted(payer.id)} asks for a certification; none is dated.", "Fill certified."
    elif person.certified > end:
        message, remedy = f"The certification is dated {person.certified}, after this week.", "Correct the date."
    else:
        until = certified_until(person, payer)
        if until is None or end <= until:
            return
        message = f"The certification of {person.certified} holds {payer.certified_days} days, until {until}."
        remedy = "Have it renewed, and write the new date."
    sheet.report.tell("W-CERTIFICATION", at.cell("certified"), message, remedy)


def _is_free(problem: Problem, sheet: SoundRows, at: At, person: Participant) -> bool:
    free = sheet.free_of_participant(person)
    if not free:
        tell_never_free(sheet, at, person.id)
        return False
    shortest = min((service.minutes for service in problem.services), default=0)
    if longest(free) < shortest:
        sheet.report.tell_of(
            person.id,
            "W-TOO-SHORT",
            at.cell("availability"),
            f"{{}} is free for at most {longest(free)} minutes in one go, and the shortest session has {shortest}.",
            said("Widen availability, or check busy and {time_off.csv}."),
        )
        return False
    return True


def required_minutes(problem: Problem, sheet: SoundRows, person: Participant) -> int:
    """Return the weekly minimum in minutes, in proportion to the open weekdays of the stay."""
    return sheet.prorated(person, in_force(problem.clinic, person, "min_hours_per_week").value)


def usable_minutes(problem: Problem, person: Participant, free: Windows) -> int:
    """Return how much of free time counts toward hours: no more a day than level and payer allow."""
    per_day = in_force(problem.clinic, person, "max_hours_per_day").value
    return sum(min(minutes, per_day) for minutes in minutes_by_day(free))


def _hours(sheet: SoundRows, at: At, person: Participant, offer: Offer) -> None:
    clinic = offer.problem.clinic
    level = level_of(clinic, person)
    required = required_minutes(offer.problem, sheet, person)
    maximum, whose, remedy = _maximum(clinic, person, level, _payer(sheet, person))
    php = guide(clinic.preset, "partial_hospitalization_hours") * HOUR
    if maximum >= php and not level.php_guard_minutes and level.id.startswith("iop-"):
        _partial_hospitalization(sheet, at, person, level, maximum, php)
    if maximum < required:
        sheet.report.tell_of(
            person.id,
            "W-MIN-MAX",
            at.cell("max_hours_per_week"),
            f"{{}} has a maximum of {hours(maximum)} a week{whose}, which is below the minimum of {hours(required)}.",
            remedy,
        )
        return
    free = sheet.free_of_participant(person)
    usable = usable_minutes(offer.problem, person, free)
    if usable < required:
        sheet.report.tell_of(
            person.id,
            "W-WINDOWS-SHORT",
            at.cell("availability"),
            f"{{}} needs {hours(required)} this week, but can attend at most {hours(usable)}.",
            said("Widen availability, or check busy and {time_off.csv}."),
        )
        return
    offered = offer.minutes(person, with_phase=False)
    if offered is not None and offered < required:
        sheet.report.tell_of(
            person.id,
            "W-OFFER-SHORT",
            at,
            f"{{}} needs {hours(required)} this week, but groups and needs offer at most {hours(offered)}.",
            "Raise sessions_per_week of the group, or add needs.",
        )
        return
    within = offer.minutes(person, with_phase=True)
    if person.phase is not None and within is not None and within < required:
        sheet.report.tell_of(
            person.id,
            "W-PHASE-LEVEL",
            at.cell("phase"),
            f"{{}} may have at most {hours(within)} this week in the phase {quoted(person.phase)}, but needs {hours(required)}.",
            "Choose another level or phase.",
        )


def _maximum(clinic: Clinic, person: Participant, level: Level, payer: Payer) -> tuple[int, str, str]:
    """Return the lowest maximum of a week, whose it is, and what helps where it is too low."""
    most = in_force(clinic, person, "max_hours_per_week")
    found = [(most.value, "", "Fill min_hours_per_week, too, or raise the maximum.")]
    if most.owner == f"payer {payer.id}":
        remedy = said("Lower the minimum, or correct {[}payers.{}{]} in {clinic.toml}.", payer.id)
        found = [(most.value, f" of the payer {quoted(payer.id)}", remedy)]
    if level.php_guard_minutes:
        below = level.php_guard_minutes - (0 if level.php_guard_is_inclusive else 1)
        found.append(
            (
                below,
                " that php_guard_hours leaves",
                said("Lower the minimum, or raise php_guard_hours in {clinic.toml}."),
            )
        )
    return min(found)


def _partial_hospitalization(
    sheet: SoundRows, at: At, person: Participant, level: Level, maximum: int, php: int
) -> None:
    """Warn at the number that lets an outpatient week be one of partial hospitalization: the person's or the level's."""
    setting = sheet.draft.settings.at(f"levels.{level.id}.max_hours_per_week")
    sheet.report.tell(
        "W-PHP",
        setting if person.max_minutes_per_week is None else at.cell("max_hours_per_week"),
        f"The maximum of {hours(maximum)} a week reaches partial hospitalization, which begins at {hours(php)}.",
        said(
            "Lower the maximum, or write php_guard_hours = {} under {[}levels.{}{]} in {clinic.toml}.",
            php // HOUR,
            level.id,
        ),
    )


class Offer:
    """What the services and groups of the week offer to participants."""

    def __init__(self, problem: Problem, sheet: SoundRows) -> None:
        self.problem = problem
        self._free = Needs(problem, sheet.is_here, sheet.prorated).offered_freely
        self._countable = {row.id: countable_minutes(problem.clinic, row) for row in problem.services}
        self._services = sorted(
            (row for row in problem.services if row.counts), key=lambda row: -self._countable[row.id]
        )
        self._fitting: dict[tuple[str, str, tuple[str, ...]], list[Group]] = {}

    def minutes(
        self, person: Participant, *, with_phase: bool, possible: Mapping[str, int] = MappingProxyType({})
    ) -> int | None:
        """Return the most countable minutes that the offer allows a participant; None where there is no limit.

        ``possible`` are the sessions that a group can hold where they are fewer than its row says.
        """
        phase = self.problem.clinic.phases[person.phase] if person.phase is not None and with_phase else None
        groups_left = 99 if phase is None else phase.max_group_sessions
        total = 0
        for service in self._services:
            most = self._most_sessions(person, service, possible)
            if most is None and (phase is None or service.kind != "group"):
                return None
            if service.kind == "group":
                most = groups_left if most is None else min(most, groups_left)
                groups_left -= most
            total += (most or 0) * self._countable[service.id]
        return total

    def _most_sessions(self, person: Participant, service: Service, possible: Mapping[str, int]) -> int | None:
        """Return the most sessions of one service a week; None where there is no limit."""
        stated = stated_sessions(self.problem, person, service)
        if service.id in self.problem.groups_of:
            fitting = self._groups(person, service)
            held = {group.id: possible.get(group.id, group.sessions_per_week) for group in fitting}
            closed = max((held[group.id] for group in fitting if group.membership == "closed"), default=0)
            any_of = sum(held[group.id] for group in fitting if group.membership == "open")
            most = max(closed, any_of)
            return most if stated is None else min(stated, most)
        if stated is None and service.id in self._free:
            return None
        return stated or 0

    def _groups(self, person: Participant, service: Service) -> list[Group]:
        """Return the groups of a service that a participant is in; where none is given, all that they may join."""
        own = [self.problem.group[group_id] for group_id in person.group_ids]
        if own := [group for group in own if group.service_id == service.id]:
            return own
        key = (service.id, person.population, person.tracks)
        if key not in self._fitting:
            self._fitting[key] = [
                group
                for group in self.problem.groups_of[service.id]
                if group.population == person.population and set(group.tracks) & set(person.tracks)
            ]
        return [group for group in self._fitting[key] if may_join(self.problem, person, group)]
