"""Weeks ahead in words: a table of weeks and what gets short in them, why, and where admissions are placed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from iopsched.comparisons.factchanges import LAST_DAYS, FactChange
from iopsched.comparisons.facttables import day_in
from iopsched.domain.timegrid import hours
from iopsched.plans.plannedweek import Placement, PlannedAhead, ShortCause, WeekAhead
from iopsched.policy.columns import EXTRA_TIME, PINS, SETTINGS_FILE, STEPS, TIME_OFF
from iopsched.rulebook import GoalId
from iopsched.views.answertables import AnswerCell, AnswerColumn, AnswerTable, AnswerTold
from iopsched.views.factwords import fact_place, fact_sentence
from iopsched.views.labels import Labels
from iopsched.views.relabeling import told
from iopsched.views.resources import staff_weeks
from iopsched.views.sessions import group_rows
from iopsched.words.phrases import count, short_date
from iopsched.words.wording import listed

A_WEEK, A_DAY = timedelta(days=7), timedelta(days=1)
MOST_FACTS = 6
_TELLING = (TIME_OFF.file, EXTRA_TIME.file, STEPS.file, PINS.file, SETTINGS_FILE)


@dataclass(frozen=True, slots=True)
class WeekNumbers:
    """A week ahead in numbers: who is there, comes and leaves, what is lacking, and what staff and groups have left.

    ``staff_left`` are minutes of staff below their weekly limits, ``seats_left`` places in groups that are held. ``moves`` is how many
    entries differ from the week before.
    """

    week: date
    origin: str
    people: int
    came: tuple[str, ...]
    left: tuple[str, ...]
    minutes: int
    bound: int
    short: Mapping[str, int]
    staff_left: int
    seats_left: int
    held: int
    planned: int
    moves: int

    def as_json(self) -> dict[str, Any]:
        """Return it as an object of names and values."""
        return {
            "week": self.week.isoformat(),
            "origin": self.origin,
            "people": self.people,
            "came": list(self.came),
            "left": list(self.left),
            "unmet": {"minutes": self.minutes, "people": len(self.short), "bound": self.bound},
            "short": [{"participant_id": key, "minutes": minutes} for key, minutes in self.short.items()],
            "staff_minutes_left": self.staff_left,
            "seats_left": self.seats_left,
            "group_sessions": {"held": self.held, "planned": self.planned},
            "moves": self.moves,
        }


def week_numbers(ahead: PlannedAhead) -> tuple[WeekNumbers, ...]:
    """Return the weeks in numbers, in their order."""
    found = []
    for number, week in enumerate(ahead.weeks):
        previous = week.problem.previous
        before = (
            ahead.weeks[number - 1].present if number else previous.census if previous is not None else week.present
        )
        groups = group_rows(week.problem, week.schedule, Labels())
        staff = staff_weeks(week.problem, week.schedule, Labels())
        found.append(
            WeekNumbers(
                week=week.week,
                origin=week.origin,
                people=len(week.present),
                came=tuple(sorted(week.present - before)),
                left=tuple(sorted(before - week.present)),
                minutes=week.minutes,
                bound=min(week.bound, week.minutes),
                short=week.unmet,
                staff_left=sum(max(0, row.most_a_week - row.minutes) for row in staff if row.most_a_week is not None),
                seats_left=sum(max(0, row.most - row.members) for row in groups if row.held),
                held=sum(row.held for row in groups),
                planned=sum(row.planned for row in groups),
                moves=week.values[GoalId.MOVES].value,
            )
        )
    return tuple(found)


def plan_facts(ahead: PlannedAhead, folders: Mapping[date, Path]) -> dict[str, Any]:
    """Return the weeks for a machine."""
    weeks = []
    for week, row in zip(ahead.weeks, week_numbers(ahead), strict=True):
        causes = [_cause_facts(cause) for cause in ahead.causes.get(week.week, ())]
        facts = [change.as_json() for change in week.read.facts]
        folder = folders.get(week.week)
        weeks.append(
            {**row.as_json(), "facts": facts, "causes": causes, "folder": None if folder is None else str(folder)}
        )
    return {
        "weeks": weeks,
        "placements": [_placement_facts(row) for row in ahead.placements],
        "lasting": [_placement_facts(row) for row in ahead.lasting],
        "interrupted": ahead.was_interrupted,
        "unfinished": [str(sentence) for sentence in ahead.unfinished],
    }


def _cause_facts(cause: ShortCause) -> dict[str, Any]:
    return {
        "participants": list(cause.participants),
        "minutes": cause.minutes,
        "sentence": str(cause.sentence),
        "like": None if cause.like is None else cause.like.isoformat(),
    }


def _placement_facts(row: Placement) -> dict[str, Any]:
    return {
        "participant_id": row.participant_id,
        "week": row.week.isoformat(),
        "service_id": row.service_id,
        "group_id": row.group_id,
        "until": row.until.isoformat(),
        "moved_to": row.moved_to or None,
    }


# --- words ------------------------------------------------------------------
WEEK_COLUMNS = (
    AnswerColumn("Week of", 14),
    AnswerColumn("People", 8),
    AnswerColumn("Come, leave", 12),
    AnswerColumn("Unmet need", 12),
    AnswerColumn("At best", 10),
    AnswerColumn("People short", 10),
    AnswerColumn("Staff hours left", 11),
    AnswerColumn("Seats left in groups", 11),
    AnswerColumn("Group sessions", 11),
    AnswerColumn("Appointments changed", 12),
)


def week_cells(row: WeekNumbers) -> tuple[AnswerCell, ...]:
    """Return what stands in the columns of a week."""
    flow = f"+{len(row.came)} -{len(row.left)}" if row.came or row.left else "-"
    best = "proven" if row.bound >= row.minutes else hours(row.bound)
    sessions = f"{row.held} of {row.planned}"
    left = hours(row.staff_left // 60 * 60)
    numbers = (hours(row.minutes), best if row.minutes else "-", len(row.short))
    return row.week.isoformat(), row.people, flow, *numbers, left, row.seats_left, sessions, row.moves


class PlanWords:
    """The words of weeks ahead; who reads them sees the labels, ``waiting`` people stand on the waitlist."""

    def __init__(self, ahead: PlannedAhead, labels: Labels, waiting: int) -> None:
        self._ahead = ahead
        self._labels = labels
        self._waiting = waiting

    def headline(self) -> tuple[str, ...]:
        """Return which week is the first to be short, in a sentence, or that none is."""
        weeks = self._ahead.weeks
        first = next((week for week in weeks if week.minutes), None)
        if first is None:
            return (f"In {'the week' if len(weeks) == 1 else f'all {len(weeks)} weeks'} everybody has everything.",)
        begin = (
            "The first week in which somebody lacks something" if weeks[0] is not first else "Already in the first week"
        )
        return (f"{begin}{': the week of' if weeks[0] is not first else ', that of'} {short_date(first.week)}.",)

    def week_rows(self) -> tuple[tuple[str, ...], ...]:
        """Return what stands in the columns of each week, as texts."""
        return tuple(tuple(map(str, week_cells(row))) for row in week_numbers(self._ahead))

    def week_lines(self, week: WeekAhead) -> Iterator[str]:
        """Yield what a week lacks and why, what begins or ends in it, and until when something can be done; nothing where nobody is short."""
        if not week.minutes:
            return
        causes = self._ahead.causes.get(week.week, ())
        proof = "proven the least" if week.is_proven else f"at best {hours(week.bound)}"
        who = count(len(week.unmet), "person lacks", "people lack") if week.unmet else "groups lack"
        yield f"Week of {short_date(week.week)}: {who} {hours(week.minutes)} in all ({proof})."
        for cause in causes:
            yield f"- {self._cause(cause, week)}"
        facts = self._facts(week)
        if facts:
            yield f"- New in this week: {'; '.join(facts)}."
        if week.week > self._ahead.weeks[0].week:
            yield f"- It can be changed until {short_date(week.week - A_DAY)}."

    def _cause(self, cause: ShortCause, week: WeekAhead) -> str:
        who = listed(list(map(self._labels.participant, cause.participants))) if self._labels.shows_people else ""
        lack = f"{who or count(len(cause.participants), 'person', 'people')} ({hours(cause.minutes)})"
        if cause.like is not None:
            return f"{lack}: as in the week of {short_date(cause.like)}."
        return f"{lack}: {told(cause.sentence, week.problem, self._labels)}"

    def _facts(self, week: WeekAhead) -> tuple[str, ...]:
        shown = [change for change in week.read.facts if _is_telling(change, week.week)]
        words = [self._fact(change, week) for change in shown[:MOST_FACTS]]
        more = len(shown) - MOST_FACTS
        return (*filter(None, words), *([f"{more} more"] if more > 0 else []))

    def _fact(self, change: FactChange, week: WeekAhead) -> str:
        said = told(fact_sentence(change, (week.week - A_WEEK, week.week)), week.problem, self._labels)
        return f"{said} ({fact_place(change, self._labels)})" if said else ""

    def placement_lines(self) -> Iterator[str]:
        """Yield where everybody new is placed, and how long they stay there."""
        if not self._labels.shows_people:
            return
        last = self._ahead.weeks[-1].week if self._ahead.weeks else date.min
        for row in self._ahead.placements:
            stay = (
                "stays as far as is planned"
                if row.until == last
                else f"is in it until the week of {short_date(row.until)}"
            )
            then = f", then in {row.moved_to}" if row.moved_to else ""
            yield f"{self._labels.participant(row.participant_id)} joins {row.group_id} in the week of {short_date(row.week)} and {stay}{then}."
        for row in self._ahead.lasting:
            yield (
                f"{self._labels.participant(row.participant_id)} is in {row.moved_to} from the start: {row.group_id} would have "
                f"lasted only until the week of {short_date(row.until)}."
            )

    def open_ends(self) -> Iterator[str]:
        """Yield what is not finished, and who is not in the plan."""
        for sentence in self._ahead.unfinished:
            yield str(sentence)
        open_weeks = [short_date(week.week) for week in self._ahead.weeks if not week.is_proven]
        if open_weeks:
            many = f"week{'s' if len(open_weeks) > 1 else ''} of {listed(open_weeks)}"
            yield f"It is not certain that so much has to be lacking in the {many}: a longer --time-limit may find more."
        if self._waiting:
            yield (
                f"{count(self._waiting, 'person', 'people')} of waitlist.csv {'is' if self._waiting == 1 else 'are'} not in these weeks: "
                "only rows of participants.csv are, from their day in admitted on."
            )


def _is_telling(change: FactChange, monday: date) -> bool:
    """Return whether a fact begins something in a week: the end of an absence does not, nor a day long before."""
    if not change.is_date:
        return change.is_gained and change.file in _TELLING
    day = day_in(change.new) if isinstance(change.new, str) else None
    return day is not None and (change.column in LAST_DAYS or monday <= day < monday + A_WEEK)


def plan_told(ahead: PlannedAhead, labels: Labels, waiting: int) -> AnswerTold:
    """Return weeks ahead as an answer to be laid out."""
    words = PlanWords(ahead, labels, waiting)
    weeks = AnswerTable(
        "Weeks ahead",
        "Each week is made from the one before. Only the first is to be published; less of unmet need is better.",
        WEEK_COLUMNS,
        tuple(week_cells(row) for row in week_numbers(ahead)),
    )
    rows = tuple((line,) for week in ahead.weeks for line in words.week_lines(week))
    why = AnswerTable(
        "What gets short", "Each short week, why, and what is new in it.", (AnswerColumn("What", 120),), rows
    )
    places = tuple((line,) for line in words.placement_lines())
    placed = AnswerTable("Admissions", "Where whoever is new is placed.", (AnswerColumn("Who and where", 120),), places)
    tables: Sequence[AnswerTable] = [weeks, *([why] if rows else []), *([placed] if places else [])]
    return AnswerTold("plan", "Weeks ahead", words.headline(), tuple(tables), tuple(words.open_ends()))
