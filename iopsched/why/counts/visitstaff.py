"""Causes among those who could hold the session: named staff, gender, language, the primary, their hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iopsched.domain.people import Therapist
from iopsched.domain.timegrid import hours
from iopsched.model.filters import none
from iopsched.model.matching import TALKS, share_language, speaks
from iopsched.model.terms.membership import same_word
from iopsched.why.counts.ledger import WHO, Spot
from iopsched.why.counts.visitcase import Found, VisitCase, longest_of
from iopsched.words.sentence import Sentence
from iopsched.words.wording import listed, named, quoted
from iopsched.words.wordings import said


def named_staff(case: VisitCase) -> Iterator[Found]:
    """Yield that the staff whom the need names are never there together, with the participant."""
    ids = case.need.therapist_ids if case.need is not None else ()
    if not ids:
        return
    together = case.free
    for key in ids:
        together = together.intersection(case.terms.therapist_free[key])
    longest = longest_of(together)
    if longest < case.service.minutes:
        yield (
            "W-NEED-STAFF",
            case.needed("therapist_id"),
            Sentence(
                "{} and {} are free together for at most {} in one go, and a session of {} has {}.",
                *(WHO, named(ids), hours(longest), quoted(case.service.id), hours(case.service.minutes)),
            ),
            said("Name other staff, blank the cell, or correct availability in {therapists.csv}."),
        )


def matching(case: VisitCase, staff: list[Therapist]) -> Iterator[Found]:
    """Yield that nobody with the skill has the gender or language that the need asks for."""
    need, person = case.need, case.person
    is_asked = case.problem.clinic.match_language == "require" and case.service.kind in TALKS
    if is_asked and staff and not any(share_language(row, person) for row in staff):
        yield (
            "W-VISIT-LANGUAGE",
            case.cell("language"),
            Sentence(
                "{} speaks {}, and 0 of {} who could hold {} do.",
                *(WHO, listed(map(quoted, person.languages)), len(staff), quoted(case.service.id)),
            ),
            said("Add the language in {therapists.csv}, or write prefer in language of {[}match{]} in {clinic.toml}."),
        )
    if need is None or not staff:
        return
    if need.gender is not None and not any(same_word(row.gender, need.gender) for row in staff):
        yield _nobody(case, "W-NEED-GENDER", "gender", staff)
    if need.language is not None and not any(speaks(row, need.language) for row in staff):
        yield _nobody(case, "W-NEED-LANGUAGE", "language", staff)


def _nobody(case: VisitCase, code: str, column: str, staff: list[Therapist]) -> Found:
    """Tell it without the word: any is allowed there, so where columns slipped it is a person's name."""
    return (
        code,
        case.needed(column),
        Sentence(
            "{} needs {} with the {} in this cell, and 0 of {} with the skill {} have it.",
            *(WHO, quoted(case.service.id), column, len(staff), quoted(case.skill)),
        ),
        said("Write another {}, blank the cell, or correct {therapists.csv}.", column),
    )


def primary(case: VisitCase) -> Iterator[Found]:
    """Yield that the participant and the primary are never free together, or only outside the primary's time off."""
    key = case.person.primary_id
    if not case.service.with_primary or key is None:
        return
    longest = longest_of(case.free.intersection(case.terms.therapist_free[key]))
    if longest >= case.service.minutes:
        return
    row = case.problem.therapist[key]
    usual = longest_of(case.free.intersection(row.availability.minus(row.busy)).intersection(case.terms.opening))
    if usual >= case.service.minutes:
        others = _who_else(case, key)
        yield (
            "W-PRIMARY-AWAY",
            Spot("time_off.csv", ("therapist", key), "start"),
            Sentence(
                "{} can have 0 sessions of {} while the primary {} is away; {} could lead them.",
                *(WHO, quoted(case.service.id), quoted(key), named(others) if others else "nobody else"),
            ),
            said(
                "{}Change the dates here, or write another therapist_id in {participants.csv}.",
                said("Add a row to {covers.csv} for {} with {} in covered_by. ", quoted(key), quoted(others[0]))
                if others
                else "",
            ),
        )
    else:
        yield (
            "W-PRIMARY-HOURS",
            case.cell("therapist_id"),
            Sentence(
                "{} and the primary {} are free together for at most {} in one go, and a session of {} has {}.",
                *(WHO, quoted(key), hours(longest), quoted(case.service.id), hours(case.service.minutes)),
            ),
            said("Write another therapist_id, or more availability here or in {therapists.csv}."),
        )


def _who_else(case: VisitCase, primary_id: str) -> list[str]:
    """Return who else has the skill and the time for a session with the participant."""
    other = replace(case.person, primary_id=None)
    return [
        row.id
        for row in case.problem.therapists
        if row.id != primary_id
        and case.skill in row.skills
        and (row.licensed or not case.service.licensed_lead)
        and none(case.ways.filters.to_meeting(other, row, case.service))
        and longest_of(case.free.intersection(case.terms.therapist_free[row.id])) >= case.service.minutes
    ]


def hours_of_staff(case: VisitCase, staff: list[Therapist]) -> Iterator[Found]:
    """Yield that nobody with the skill is there long enough, or never while the participant is free."""
    able = [
        row
        for row in staff
        if (row.licensed or not case.service.licensed_lead)
        and none(case.ways.filters.to_meeting(case.person, row, case.service))
    ]
    if not able:
        return
    minutes = case.service.minutes
    alone = max(longest_of(case.terms.therapist_free[row.id]) for row in able)
    if alone < minutes:
        yield (
            "W-SKILL-HOURS",
            Spot("services.csv", (case.service.id,), "staff"),
            Sentence(
                "{} can have 0 sessions of {}: those who may hold one are there for at most {} in one go, and it has {}.",
                *(WHO, quoted(case.service.id), hours(alone), hours(minutes)),
            ),
            said(
                "Correct availability and busy of {} in {therapists.csv}, or {time_off.csv}.",
                named([row.id for row in able]),
            ),
        )
        return
    both = max(longest_of(case.free.intersection(case.terms.therapist_free[row.id])) for row in able)
    if both < minutes:
        yield (
            "W-NO-COMMON-HOURS",
            case.cell("availability"),
            Sentence(
                "{} and those who may hold {} ({}) are free together for at most {} in one go, and a session has {}.",
                *(WHO, quoted(case.service.id), named([row.id for row in able]), hours(both), hours(minutes)),
            ),
            said("Write more availability here or in {therapists.csv}, or check {time_off.csv}."),
        )
