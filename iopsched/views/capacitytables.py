"""How many more people can come, as tables for a page and a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.answers.capacity.capacityanswer import Capacity, KindAnswer, ReferralAnswer
from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import WEEKDAYS, decimal_hours, hours
from iopsched.views.answertables import STEP_COLUMNS, AnswerCell, AnswerColumn, AnswerTable, AnswerTold, step_cells
from iopsched.views.explained import told_fact, told_step
from iopsched.views.freeplaces import FreePart
from iopsched.views.labels import Labels
from iopsched.views.relabeling import told
from iopsched.words.phrases import short_date

PROVEN = "proven"


def capacity_told(found: Capacity, problem: Problem, labels: Labels) -> AnswerTold:
    """Return how many more can come; those who wait are only counted where nobody is shown."""
    tables = [_kinds(found.kinds)]
    if limited := sorted((row for row in found.kinds if row.price_of_next), key=lambda row: row.price):
        tables.append(_limits(limited, problem, labels))
    if found.waitlist and labels.shows_people:
        tables.insert(0, _waitlist(found, problem, labels))
    if found.places:
        tables.append(places_table(found.places))
    return AnswerTold(
        "capacity",
        "Who more could come",
        tuple(_lines(found, labels)),
        tuple(table for table in tables if table.rows),
        tuple(filter(None, (told(sentence, problem, labels) for sentence in found.unfinished))),
    )


def _lines(found: Capacity, labels: Labels) -> Iterator[str]:
    stays = ", and no session moves" if found.moves_nobody else ""
    yield f"Whoever comes has all they need, and nobody who is there now lacks more than before{stays}."
    together, waiting = found.together, len(found.waitlist)
    if waiting:
        who = ", ".join(filter(None, map(labels.participant, together.who)))
        sure = PROVEN if together.is_proven else f"at most {together.bound}"
        yield f"{len(together.who)} of {waiting} on the waitlist can start at once ({sure}){': ' if who else ''}{who}."
    if found.people:
        lack = "participant lacks" if found.people == 1 else "participants lack"
        yield f"{found.people} {lack} something already: {hours(found.minutes)} of unmet need. `iopsched explain` says what would help."


def _kinds(kinds: tuple[KindAnswer, ...]) -> AnswerTable:
    columns = (
        AnswerColumn("Population", 16),
        AnswerColumn("Track", 16),
        AnswerColumn("Part of the day", 16),
        AnswerColumn("More", 8),
        AnswerColumn("How sure", 24),
    )
    rows = tuple(
        (row.kind.population, row.kind.track, row.kind.part or "any time", row.more, how_sure(row)) for row in kinds
    )
    about = "How many more of one kind can come, if nobody of another kind and nobody of the waitlist does."
    return AnswerTable("Room for more", about, columns, rows)


def how_sure(row: KindAnswer) -> str:
    """Return whether no more of a kind can come."""
    if row.is_proven:
        return PROVEN
    return "at least; the most is not known" if row.bound is None else f"at least; {row.bound} at most"


def _limits(kinds: list[KindAnswer], problem: Problem, labels: Labels) -> AnswerTable:
    columns = (
        AnswerColumn("One more", 24),
        AnswerColumn("What is in the way", 44),
        AnswerColumn("Points", 7),
        *STEP_COLUMNS,
    )
    rows: list[tuple[AnswerCell, ...]] = []
    for kind in kinds:
        why = "\n".join(filter(None, (told(fact.sentence, problem, labels) for fact in kind.limited_by)))
        for place, step in enumerate(kind.price_of_next):
            head = (kind.kind.title, why, kind.price) if place == 0 else ("", "", "")
            rows.append((*head, *step_cells(told_step(step, problem, labels))))
    about = (
        "The cheapest steps found with which one more can come, the cheapest first. Steps of one kind are taken together. "
        "Points are trouble: [prices] of clinic.toml says how many a step has."
    )
    return AnswerTable("What breaks first", about, columns, tuple(rows))


def _waitlist(found: Capacity, problem: Problem, labels: Labels) -> AnswerTable:
    columns = (
        AnswerColumn("Who", 16),
        AnswerColumn("Waits since", 14),
        AnswerColumn("Alone this week", 18),
        AnswerColumn("Group", 24),
        AnswerColumn("Primary", 16),
        AnswerColumn("From the week of", 16),
        AnswerColumn("All at once", 12),
        AnswerColumn("Why not", 60),
        AnswerColumn("What stands in the tables", 44),
    )
    rows = tuple(_waiting(row, found, problem, labels) for row in found.waitlist)
    return AnswerTable("Waitlist", "Whoever has waited longest comes first.", columns, rows)


def _waiting(row: ReferralAnswer, found: Capacity, problem: Problem, labels: Labels) -> tuple[AnswerCell, ...]:
    since, week = found.waiting.get(row.participant_id), row.earliest_week
    alone = "can start" if row.can_start else "cannot start" if row.is_proven else "none found"
    facts = [told_fact(fact, problem, labels) for fact in row.facts]
    groups = (labels.group(key, problem.group[key].service_id) for key in row.group_ids)
    return (
        labels.participant(row.participant_id),
        "" if since is None else since.isoformat(),
        alone,
        ", ".join(groups),
        "" if row.therapist_id is None else labels.therapist(row.therapist_id),
        "none found" if week is None else short_date(week),
        "yes" if row.participant_id in found.together.who else "no",
        "" if row.why is None else told(row.why, problem, labels),
        "\n".join(f"{fact.place}: {fact.value}" for fact in facts),
    )


def places_table(places: tuple[FreePart, ...]) -> AnswerTable:
    """Return what the week has left, part by part of each day."""
    columns = (
        AnswerColumn("Day", 8),
        AnswerColumn("Part of the day", 16),
        AnswerColumn("Seats in groups", 12),
        AnswerColumn("By track", 24),
        AnswerColumn("Hours of group leads", 12),
        AnswerColumn("Hours of individual staff", 12),
        AnswerColumn("Rooms", 8),
    )
    rows = tuple(
        (
            WEEKDAYS[row.day],
            row.part,
            row.all_seats,
            ", ".join(f"{track} {number}" for track, number in row.seats.items() if track),
            decimal_hours(row.group_minutes),
            decimal_hours(row.visit_minutes),
            row.rooms,
        )
        for row in places
    )
    about = (
        "If nothing moves: seats of groups that begin then, hours of staff in no session within their limits "
        "(one person may be in both columns), rooms that are open all through and hold nothing."
    )
    return AnswerTable("Left in the week", about, columns, rows)
