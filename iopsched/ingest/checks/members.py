"""Participants against their population, groups and primary therapist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from iopsched.domain.clinic import age_range
from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group
from iopsched.ingest.cell.spelling import LANGUAGES
from iopsched.ingest.checks.offers import lacks, most_people
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.report import At
from iopsched.ingest.row.cells import Entry
from iopsched.policy.presets import guide
from iopsched.words.phrases import count
from iopsched.words.wording import is_it, listed, quoted
from iopsched.words.wordings import said


def check_people(sheet: SoundRows) -> None:
    """Tell of people whose own cells contradict each other or their groups."""
    tracks = {track for entry in sheet.draft.groups for track in entry.value.tracks}
    for entry in sheet.participants.values():
        _check_person(sheet, entry.at, entry.value, tracks)
    for waiting in sheet.draft.waitlist:
        if sheet.is_sound(waiting.at):
            _check_person(sheet, waiting.at, waiting.value.participant, tracks)
    _caseload(sheet)
    _languages(sheet)


def _languages(sheet: SoundRows) -> None:
    """Warn of a language of one row only that looks like one of another row, misspelled."""
    draft = sheet.draft
    rows: dict[str, list[At]] = {}
    people = [*draft.participants, *(Entry(row.at, row.value.participant) for row in draft.waitlist)]
    for entry in (*people, *draft.therapists):
        for language in entry.value.languages:
            rows.setdefault(language, []).append(entry.at)
    for asking in (*draft.groups, *draft.needs):
        rows.setdefault(asking.value.language or "", []).append(asking.at)
    rows.pop("", None)
    for language, places in list(rows.items()):
        if len(places) > 1 or language in LANGUAGES.values():
            continue
        del rows[language]
        other = sheet.report.nearest(language, rows)
        rows[language] = places
        if other is not None:
            sheet.report.tell(
                "W-LANGUAGE",
                places[0].cell("language"),
                f"{quoted(language)} is not the language of any other row, so it matches nobody.",
                said("Check its spelling; row {} of {participants.csv} has {}.", rows[other][0].row, quoted(other)),
                language,
            )


def _check_person(sheet: SoundRows, at: At, person: Participant, tracks: set[str]) -> None:
    _age(sheet, at, person)
    groups = [sheet.groups[group_id].value for group_id in person.group_ids if group_id in sheet.groups]
    _one_group_a_service(sheet, at, groups)
    for group in groups:
        _member(sheet, at, person, group, tracks)


def _age(sheet: SoundRows, at: At, person: Participant) -> None:
    if person.age is None or person.age_override or person.population not in sheet.clinic.ages:
        return
    low, high = sheet.clinic.ages[person.population]
    if person.age < low and person.population in guide(sheet.clinic.preset, "youngest_is_usual"):
        sheet.report.tell(
            "W-AGE-YOUNG",
            at.cell("age"),
            f"Age {person.age} is below {low}, where {person.population}s usually begin.",
            "Check the age, or give a reason in age_override.",
        )
    elif not low <= person.age <= high:
        sheet.report.tell(
            "E-AGE",
            at.cell("age"),
            f"Age {person.age} does not belong to the population '{person.population}' ({age_range(low, high)}).",
            "Correct age or population, or give the reason of the exception in age_override.",
        )


def _one_group_a_service(sheet: SoundRows, at: At, groups: list[Group]) -> None:
    for service_id, number in Counter(group.service_id for group in groups).items():
        if number > 1:
            names = listed(quoted(group.id) for group in groups if group.service_id == service_id)
            sheet.report.tell(
                "E-GROUP-TWO",
                at.cell("group_id"),
                f"The groups {names} are of the same service {quoted(service_id)}.",
                "Keep at most one group of each service.",
            )


def _member(sheet: SoundRows, at: At, person: Participant, group: Group, tracks: set[str]) -> None:
    if person.population != group.population:
        sheet.report.tell(
            "E-GROUP-MEMBER",
            at.cell("group_id"),
            f"The group {quoted(group.id)} is for '{group.population}', this person's population is '{person.population}'.",
            "Name a group of the same population, or blank the cell.",
        )
    elif person.tracks and not set(person.tracks) & tracks:
        sheet.report.tell(
            "E-GROUP-MEMBER",
            at.cell("track"),
            f"No group has the track {quoted(listed(person.tracks))}, and this person belongs to {quoted(group.id)}.",
            is_it(person.tracks[0], group.tracks) or f"The group's tracks are: {listed(group.tracks)}.",
        )
    elif not set(person.tracks) & set(group.tracks):
        sheet.report.tell(
            "E-GROUP-MEMBER",
            at.cell("group_id"),
            f"The group {quoted(group.id)} and this person have no track in common.",
            f"The group's tracks are: {listed(group.tracks)}.",
        )
    if lacks(group.gender, (person.gender or "",)) or lacks(group.language, person.languages):
        sheet.report.tell(
            "W-GROUP-MATCH",
            at.cell("group_id"),
            f"The group {quoted(group.id)} asks for a gender or language that this person's row does not show.",
            "The person cannot attend it; fill gender or language, or blank the cell.",
        )


def check_members(problem: Problem, sheet: SoundRows) -> None:
    """Warn of closed groups whose given members are too many."""
    members = sheet.given_members()
    for group in problem.groups:
        if group.membership == "closed":
            rows = {entry.value.id: entry.at.row for entry in members.get(group.id, ())}
            most = most_people(sheet, problem.service[group.service_id], group)
            if len(rows) > most:
                _too_many(sheet, group, rows, most)


def _too_many(sheet: SoundRows, group: Group, rows: Mapping[str, int], most: int) -> None:
    column = "group_id" if group.max_size is None else "max_size"
    places = listed(str(row) for row in sorted(rows.values()))
    sheet.report.tell(
        "W-GROUP-FULL",
        sheet.groups[group.id].at.cell(column),
        said(
            "{} has {}, but {}: rows {} of {participants.csv}.",
            quoted(group.id),
            count(len(rows), "given member"),
            count(most, "place"),
            places,
        ),
        f"Write another group_id for {len(rows) - most} of them, or a larger max_size; otherwise some of them miss sessions.",
    )


def _caseload(sheet: SoundRows) -> None:
    """Count the given primaries of the participants of the week, as the rule does."""
    people = [entry.value for entry in sheet.participants.values() if sheet.is_here(entry.value)]
    given = Counter(person.primary_id for person in people if person.primary_id)
    skills = {service.staff[0].skill for service in sheet.services.values() if service.with_primary and service.staff}
    _caseload_by_population(sheet, people)
    for entry in sheet.therapists.values():
        most = entry.value.max_caseload
        if most is None or given[entry.value.id] <= most:
            continue
        held = count(given[entry.value.id], "participant")
        if skills and not skills.intersection(entry.value.skills):
            sheet.report.tell(
                "E-CASELOAD",
                entry.at.cell("skills"),
                f"{quoted(entry.value.id)} is the primary of {held}, but lacks the skill {quoted(min(skills))}.",
                said("Name another therapist_id in {participants.csv}, or add the skill."),
            )
        else:
            sheet.report.tell(
                "E-CASELOAD",
                entry.at.cell("max_caseload"),
                f"{quoted(entry.value.id)} is the primary of {held}, more than {most}.",
                said("Raise max_caseload, or name another therapist_id in {participants.csv}."),
            )


def _caseload_by_population(sheet: SoundRows, people: list[Participant]) -> None:
    given = Counter((person.primary_id, person.population) for person in people if person.primary_id)
    for entry in sheet.therapists.values():
        for population, most in sheet.clinic.caseload.items():
            held = given[entry.value.id, population]
            if held > most:
                sheet.report.tell(
                    "E-CASELOAD",
                    entry.at.cell("therapist_id"),
                    said(
                        "{} is the primary of {} of population {}, more than {} ({[}caseload{]} in {clinic.toml}).",
                        quoted(entry.value.id),
                        count(held, "participant"),
                        quoted(population),
                        most,
                    ),
                    said("Name another therapist_id in {participants.csv}, or raise the number in {clinic.toml}."),
                )
