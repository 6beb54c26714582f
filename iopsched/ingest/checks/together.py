"""Rows of ``keep_together.csv`` against the people, ``keep_apart.csv`` and the groups that could take them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from iopsched.domain.people import Participant, circles
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.ingest.checks.offers import most_people
from iopsched.ingest.checks.references import check_participant
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.row.cells import Entry
from iopsched.policy.needs import may_join, stated_sessions
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said

Pair = tuple[str, str]
MOST_NAMED = 4


def check_pairs(sheet: SoundRows) -> None:
    """Tell of ids that are no participant's, rows that say the same twice, and people kept together and apart."""
    draft = sheet.draft
    for entry in draft.together:
        for column, text in zip(("a", "b"), entry.value, strict=True):
            if draft.therapists.knows(text) and text not in {*draft.participants.ids, *draft.waitlist.ids}:
                sheet.report.tell(
                    "E-TOGETHER-STAFF",
                    entry.at.cell(column),
                    f"{quoted(text)} is a member of staff; only participants can be kept together.",
                    said(
                        "Name a participant, or delete the row and write therapist_id in {participants.csv} or {needs.csv}."
                    ),
                    text,
                )
            else:
                check_participant(sheet, entry.at, column, text)
    for pairs in (draft.pairs, draft.together):
        sheet.tell_twice(pairs, frozenset, "W-PAIR-TWICE", "names the same two people", "Delete one of the rows.")
    last = _circles(sheet)
    for entry in draft.pairs:
        circle = next((circle for circle in last if circle.issuperset(entry.value)), None)
        if circle is not None:
            sheet.report.tell(
                "C-TOGETHER-APART",
                last[circle].at,
                said(
                    "{} {} together; row {} of {keep_apart.csv} keeps them apart.",
                    _rows(circle),
                    _named(entry.value),
                    entry.at.row,
                ),
                "Delete one of the rows.",
            )


def _circles(sheet: SoundRows) -> Mapping[frozenset[str], Entry[Pair]]:
    """Return everybody that the sound rows join, directly or through others, with the last of these rows."""
    rows = [entry for entry in sheet.draft.together if sheet.is_sound(entry.at)]
    joined = circles(entry.value for entry in rows)
    return {joined[entry.value[0]]: entry for entry in rows}


def _rows(circle: Collection[str]) -> str:
    return "This row keeps" if len(circle) == 2 else "This row and those above keep"


def _named(people: Iterable[str]) -> str:
    names = [quoted(key) for key in sorted(people)]
    shown = names[:MOST_NAMED] + ([f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else [])
    return f"{listed(shown[:-1])} and {shown[-1]}"


def check_groups(problem: Problem, sheet: SoundRows) -> None:
    """Report people kept together that no single group can take, rows without effect, and rivals for one group."""
    for circle, entry in _circles(sheet).items():
        people = _present(problem, sheet, circle)
        for service in problem.services:
            _one_group(problem, sheet, entry, service, people)
    for entry in sheet.draft.together:
        _no_service(problem, sheet, entry)
    for entry in sheet.draft.pairs:
        _only_group(problem, sheet, entry)


def _present(problem: Problem, sheet: SoundRows, ids: Iterable[str]) -> list[Participant]:
    people = [problem.participant[key] for key in sorted(ids) if key in problem.participant]
    return [person for person in people if sheet.is_here(person)]


def _no_service(problem: Problem, sheet: SoundRows, entry: Entry[Pair]) -> None:
    """Tell that the people of a row attend groups of no common service, so that they are never kept together."""
    people = _present(problem, sheet, set(entry.value))
    if len(people) < 2:
        return
    if not any(all(_groups_of(problem, person, service) for person in people) for service in problem.services):
        sheet.report.tell(
            "W-TOGETHER-IDLE",
            entry.at,
            f"This row has no effect this week: no service has groups for both {_named(entry.value)}.",
            said("Correct the ids, or population, track or group_id in {participants.csv}; otherwise delete the row."),
        )


def _only_group(problem: Problem, sheet: SoundRows, entry: Entry[Pair]) -> None:
    """Report two people kept apart who must both attend all of the same group."""
    people = _present(problem, sheet, set(entry.value))
    if len(people) < 2:
        return
    only: dict[str, Group] = {}
    for service in problem.services:
        one, other = (_groups_of(problem, person, service) for person in people)
        if len(one) == 1 and one == other and one[0].attend == "all":
            only[service.id] = one[0]
    if not only:
        return
    groups = " and ".join(f"{quoted(group.id)} of service {quoted(key)}" for key, group in only.items())
    sheet.report.tell(
        "W-APART-ONE-GROUP",
        entry.at,
        f"This row keeps {_named(entry.value)} apart, and both can be in no group but {groups}: "
        "each session can have only one of them.",
        said(
            "Give one of them another group (group_id in {participants.csv}), add a group to {groups.csv}, or delete the row."
        ),
    )


def _one_group(
    problem: Problem, sheet: SoundRows, entry: Entry[Pair], service: Service, people: list[Participant]
) -> None:
    attending = {p.id: groups for p in people if (groups := _groups_of(problem, p, service))}
    if len(attending) < 2:
        return
    shared = [g for g in problem.groups_of[service.id] if all(g in groups for groups in attending.values())]
    room = [g for g in shared if len(attending) <= most_people(sheet, service, g)]
    if room:
        return
    if shared:
        most = max(most_people(sheet, service, g) for g in shared)
        why = f"the largest that admits them all takes {most} of {len(attending)}"
    else:
        names = [f"{quoted(key)} may be in {listed(quoted(g.id) for g in groups)}" for key, groups in attending.items()]
        why = "; ".join(names[:MOST_NAMED])
    sheet.report.tell(
        "C-TOGETHER-NEVER",
        entry.at,
        f"{_rows(attending)} {_named(attending)} together, but no one group of service {quoted(service.id)} can take "
        f"them: {why}.",
        said(
            "Delete the row, or change population, track or group_id in {participants.csv}, or the group in {groups.csv}."
        ),
    )


def _groups_of(problem: Problem, person: Participant, service: Service) -> list[Group]:
    """Return the groups of a service in which a participant may be, none where they have no session of it."""
    if stated_sessions(problem, person, service) == 0:
        return []
    own = [problem.group[key] for key in person.group_ids if problem.group[key].service_id == service.id]
    return [
        group
        for group in problem.groups_of.get(service.id, ())
        if group.population == person.population
        and set(group.tracks) & set(person.tracks)
        and may_join(problem, person, group)
        and (not own or group in own or "closed" not in (group.membership, own[0].membership))
    ]
