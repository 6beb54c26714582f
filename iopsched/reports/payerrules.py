"""What keeps a day of a participant from being billed: the payer's rules of a day, the authorization, the certification."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from iopsched.domain.authorization import certified_until
from iopsched.domain.clinic import Payer
from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import hours_of
from iopsched.records.presence import Presence
from iopsched.verifier.days import session_kinds
from iopsched.views.standards import payer_source
from iopsched.words.phrases import count


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot be billed, and where the rule stands; ``only_countable``: it speaks of sessions that count only."""

    reason: str
    source: str
    only_countable: bool = False


def refusals(problem: Problem, person: Participant | None, day: date, held: Sequence[Presence]) -> tuple[Refusal, ...]:
    """Return what keeps the sessions that somebody had on a day from being billed; ``held`` are without absences."""
    if person is None:
        return ()
    payer = problem.clinic.payers.get(person.payer or "")
    if payer is None:
        return tuple(_authorization(person, day))
    return (
        *_authorization(person, day),
        *_certification(problem, person, payer, day),
        *_day_rules(problem, payer, held),
    )


def _authorization(person: Participant, day: date) -> Iterator[Refusal]:
    if person.authorized_from is not None and day < person.authorized_from:
        yield Refusal(
            f"the authorization begins on {person.authorized_from}",
            "authorized_from in participants.csv",
            only_countable=True,
        )
    if person.authorized_until is not None and day > person.authorized_until:
        yield Refusal(
            f"the authorization ended on {person.authorized_until}",
            "authorized_until in participants.csv",
            only_countable=True,
        )


def _certification(problem: Problem, person: Participant, payer: Payer, day: date) -> Iterator[Refusal]:
    until = certified_until(person, payer)
    if until is None and payer.certified_days:
        yield _refusal(problem, payer, "certified_days", "no certification is dated")
    elif until is not None and day > until:
        yield _refusal(problem, payer, "certified_days", f"the certification ended on {until}")


def _day_rules(problem: Problem, payer: Payer, held: Sequence[Presence]) -> Iterator[Refusal]:
    """Yield the rules of the payer that the sessions of a day which count do not meet together."""
    countable = [row for row in held if row.expected.countable]
    minutes = sum(row.expected.countable for row in countable)
    if not minutes:
        return
    services = [
        problem.service[row.session.service_id] for row in countable if row.session.service_id in problem.service
    ]
    asked = {"program_day_hours": payer.program_day_minutes}
    if any(service.kind == "group" for service in services):
        asked["min_hours_on_group_days"] = payer.min_minutes_on_group_days
    for key, least in asked.items():
        if minutes < least:
            yield _refusal(problem, payer, key, f"{hours_of(minutes, least)} on the day")
    kinds = sum(
        len(
            list(
                session_kinds(
                    problem, problem.service[row.session.service_id], problem.group.get(row.session.group_id or "")
                )
            )
        )
        for row in countable
        if row.session.service_id in problem.service
    )
    if kinds < payer.services_per_day:
        yield _refusal(
            problem, payer, "services_per_day", f"{kinds} of {count(payer.services_per_day, 'service')} on the day"
        )


def _refusal(problem: Problem, payer: Payer, key: str, what: str) -> Refusal:
    found = payer_source(problem, payer.id, key)
    return Refusal(f"{what} ({key} of payer {payer.id})", f"{found.place}: {found.source}", only_countable=True)
