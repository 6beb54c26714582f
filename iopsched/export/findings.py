"""What is to be said about an edition's week: how good it is, what is tight, who is short, what is broken or changed.

Pure functions. Sentences of the verifier and of the search name people by
id: they are told with the edition's labels, and not at all where nobody is
shown.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property

from iopsched.domain.outcome import GoalResult
from iopsched.domain.publication import Change
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import WEEKDAYS, clock, clock_of_end, day_index, hours
from iopsched.export.content import DASH, MODALITIES, Content, span, title_of, words
from iopsched.export.edition import Edition
from iopsched.goalwords import GOAL_WORDS, WEIGHTED, left, parts_words, points
from iopsched.phrases import DAYS, count, long_date, short_date
from iopsched.rulebook import RULES, GoalId, RuleId
from iopsched.verifier.account import Account, accounts
from iopsched.view import NameMode, session_rows

LITTLE_TIME = 60
MOST_TOLD = 10
MODE_WORDS = {
    NameMode.NONE: "Participants are not shown.",
    NameMode.ID: "Participants are shown by id.",
    NameMode.INITIALS: "Participants are shown by initials.",
    NameMode.FULL: "Participants are shown by full name. Handle this as a health record.",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the few numbers at the top."""

    value: str
    of: str
    label: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal with its value and bound in words. ``left`` says how much better a week may be."""

    name: str
    value: str
    parts: str
    bound: str
    is_proven: bool
    left: str


@dataclass(frozen=True, slots=True)
class Tight:
    """One kind of tight spot, and where it is."""

    title: str
    why: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Short:
    """Participants who lack the same for the same reason."""

    people: tuple[str, ...]
    lacks: str
    reason: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that is broken, and by what; no sentences where nobody is shown."""

    rule: str
    sentence: str
    number: int
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One session that is different since the last revision."""

    title: str
    kinds: str
    before: str
    after: str
    people: str


class Findings:
    """What is said about one edition; ``content`` is its week."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.edition = content.edition
        self.labels = content.labels

    def goals(self) -> tuple[GoalLine, ...]:
        """Return the goals in rank order, none where the search's report is not known."""
        return tuple(_goal_line(goal) for goal in self.edition.goals)

    def figures(self) -> tuple[Figure, ...]:
        """Return the few numbers that a director asks for first."""
        rows = self.edition.hours
        met = sum(row.status == "met" for row in rows)
        shared = [card for card in self.content.cards if not card.row.is_single]
        used, seats = sum(card.row.heads for card in shared), sum(card.row.most for card in shared)
        loads = self.content.loads()
        worked, limit = sum(load.minutes for load in loads), sum(load.limit for load in loads)
        broken = len({row.rule for row in self.edition.violations})
        goals = self.edition.goals
        found = [
            Figure(str(met), f"of {len(rows)}", "participants have everything they need", is_bad=met < len(rows)),
            Figure(str(len(self.content.cards)), "", f"sessions, {len(shared)} of them shared"),
            Figure(str(used), f"of {seats}", "seats of shared sessions are taken"),
            Figure(_bare(worked), f"of {_bare(limit)} h", "hours of staff are in sessions"),
        ]
        if goals:
            proven = sum(goal.is_proven for goal in goals)
            found.append(Figure(str(proven), f"of {len(goals)}", "goals are proven best"))
        found.append(Figure(str(broken), "", f"broken {'rule' if broken == 1 else 'rules'}", is_bad=broken > 0))
        return tuple(found)

    def tight(self) -> tuple[Tight, ...]:
        """Return where the week has nothing to spare."""
        full, one, least = self._seats()
        found = (
            Tight("No seat left", "Nobody can be added without another group, room or therapist.", full),
            Tight("One seat left", "One admission fills it.", one),
            Tight("At the minimum", "One absence for good, and there are too few to hold it.", least),
            Tight(
                "Staff with less than an hour left",
                "Their weekly limit leaves no room for one more session.",
                self._staff(),
            ),
            Tight("No room free", "Every room of the clinic is in use at once.", self._rooms()),
        )
        return tuple(tight for tight in found if tight.places)

    def _seats(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        full: Counter[str] = Counter()
        one: Counter[str] = Counter()
        least: Counter[str] = Counter()
        for card in self.content.cards:
            for mark in card.marks:
                count_of = full if mark.startswith("full") else one if mark.startswith("1 ") else least
                count_of[f"{card.title} {card.row.heads}/{card.row.most}"] += 1
        return tuple(map(_times, full.items())), tuple(map(_times, one.items())), tuple(map(_times, least.items()))

    def _staff(self) -> tuple[str, ...]:
        return tuple(
            f"{load.label} {_bare(load.minutes)} of {_bare(load.limit)} h"
            for load in self.content.loads()
            if load.minutes and load.limit - load.minutes < LITTLE_TIME
        )

    def _rooms(self) -> tuple[str, ...]:
        """Return when no room is free, in stretches; a clinic with one room is no news."""
        rooms = len(self.edition.problem.rooms)
        held = [session for session in self.edition.schedule.sessions if session.room_id]
        moments = sorted({minute for session in held for minute in (session.start, session.end)})
        stretches: list[tuple[int, int]] = []
        for start, end in itertools.pairwise(moments):
            used = {session.room_id for session in held if session.start <= start < session.end}
            if rooms > 1 and len(used) >= rooms:
                if stretches and stretches[-1][1] == start:
                    stretches[-1] = (stretches[-1][0], end)
                else:
                    stretches.append((start, end))
        return tuple(f"{WEEKDAYS[day_index(a)]} {clock(a)}{DASH}{clock_of_end(b)}" for a, b in stretches)

    def short(self) -> tuple[Short, ...]:
        """Return who lacks anything and why, who lacks most first; nobody where people are not shown."""
        if not self.labels.shows_people:
            return ()
        why = {row.participant_id: row.why for row in self.edition.unmet}
        short = [account for account in accounts(self.content.week) if account.unmet_minutes]
        short.sort(key=lambda account: (-account.unmet_minutes, account.participant.id))
        together: dict[tuple[str, str], list[str]] = {}
        for account in short:
            key = lacks(account), self.told(why.get(account.participant.id, ""))
            together.setdefault(key, []).append(self.labels.participant(account.participant.id))
        return tuple(Short(tuple(people), *key) for key, people in together.items())

    def short_numbers(self) -> tuple[int, str]:
        """Return how many people are short, and of how much in all."""
        rows = [row for row in self.edition.hours if row.status == "short"]
        return len(rows), hours(sum(row.unmet_minutes for row in rows))

    def broken(self) -> tuple[Broken, ...]:
        """Return the broken rules, the least negotiable first."""
        found = []
        for rule in reversed(RuleId):
            sentences = [row.sentence for row in self.edition.violations if row.rule is rule]
            if sentences:
                shown = tuple(map(self.told, sentences[:MOST_TOLD])) if self.labels.shows_people else ()
                if shown and len(sentences) > MOST_TOLD:
                    shown += (f"and {len(sentences) - MOST_TOLD} more, which iopsched verify tells.",)
                found.append(Broken(rule.value, RULES[rule].sentence, len(sentences), shown))
        return tuple(found)

    def changes(self) -> tuple[Changed, ...] | None:
        """Return what is different since the last revision, in order of time; None where there is none."""
        if self.edition.changes is None:
            return None
        ordered = sorted(self.edition.changes, key=lambda change: (_session(change).start, change.key))
        return tuple(map(self._changed, ordered))

    def _changed(self, change: Change) -> Changed:
        session = _session(change)
        row = session_rows(self.edition.problem, Schedule(self.edition.schedule.week, (session,)), self.labels)[0]
        before = set(change.before.participant_ids) if change.before else set()
        after = set(change.after.participant_ids) if change.after else set()
        is_moved_people = "participants" in change.kinds and change.before and change.after
        return Changed(
            title=title_of(session, row, self.labels),
            kinds=", ".join(change.kinds),
            before=self._place(change.before),
            after=self._place(change.after),
            people=self._people(after - before, before - after) if is_moved_people else "",
        )

    def _place(self, session: Session | None) -> str:
        if session is None:
            return ""
        row = session_rows(self.edition.problem, Schedule(self.edition.schedule.week, (session,)), self.labels)[0]
        staff = " + ".join(row.therapists) or "nobody"
        place = row.room or MODALITIES.get(row.modality, row.modality)
        return f"{WEEKDAYS[row.day]} {span(row.times)}, {staff}, {place}"

    def _people(self, joined: set[str], gone: set[str]) -> str:
        if not self.labels.shows_people:
            return f"{len(joined)} joined, {len(gone)} left"
        pieces = [
            f"{what}: {', '.join(map(self.labels.participant, sorted(who)))}"
            for what, who in (("joined", joined), ("left", gone))
            if who
        ]
        return "; ".join(pieces)

    def told(self, sentence: str) -> str:
        """Return a sentence with the ids of people, rooms and groups replaced by what the reader may see.

        Ids that are mere numbers or words stay: they cannot be told from the other words of a sentence.
        """
        if self.labels.mode is NameMode.ID or not self._labels_of:
            return sentence
        return self._pattern.sub(lambda match: self._labels_of[match[0]], sentence)

    @cached_property
    def _labels_of(self) -> dict[str, str]:
        problem, labels = self.edition.problem, self.labels
        found = {row.id: labels.group(row.id, row.service_id) for row in problem.groups}
        found |= {row.id: labels.room(row.id) for row in problem.rooms}
        found |= {row.id: labels.therapist(row.id) for row in problem.therapists}
        found |= {row.id: labels.participant(row.id) for row in problem.participants}
        return {key: label for key, label in found.items() if re.search(r"\d", key) and re.search(r"[^\W\d]", key)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        ids = "|".join(map(re.escape, sorted(self._labels_of, key=len, reverse=True)))
        return re.compile(rf"(?<![\w-])(?:{ids})(?![\w-])")


def lacks(account: Account) -> str:
    """Return in words what a participant lacks, such as ``has 7 of 9 h, lacks 1 family``."""
    found = []
    if account.scheduled_minutes < account.required_minutes:
        found.append(f"has {_bare(account.scheduled_minutes)} of {_bare(account.required_minutes)} h")
    if account.scheduled_days < account.required_days:
        found.append(f"comes on {account.scheduled_days} of {count(account.required_days, 'day')}")
    if account.lacking:
        found.append(f"lacks {', '.join(f'{number} {words(key)}' for key, number in account.lacking.items())}")
    if account.phase_sessions_short:
        found.append(f"lacks {count(account.phase_sessions_short, 'group session')} of the phase")
    if account.long_gaps:
        found.append(f"has {count(account.long_gaps, 'gap')} of too many days")
    return ", ".join(found)


def status_line(edition: Edition) -> str:
    """Return whether the week is a draft, else its revision and when it was published."""
    if edition.publication.is_draft:
        return "Draft, not published"
    told = edition.publication.published.astimezone(edition.zone)
    return f"Revision {edition.publication.revision}, published {long_date(told.date())} at {told:%H:%M}"


def zone_line(edition: Edition) -> str:
    """Return in which zone the times are, and when the clocks change this week."""
    zone = edition.problem.clinic.timezone
    noons = [datetime.combine(edition.schedule.week + timedelta(days=n), time(12), edition.zone) for n in range(-1, 7)]
    for before, after in itertools.pairwise(noons):
        if before.utcoffset() != after.utcoffset():
            way = "forward" if (after.utcoffset() or timedelta()) > (before.utcoffset() or timedelta()) else "back"
            day = f"{DAYS[after.weekday()]} {short_date(after.date())}"
            return f"Times are clock times in {zone}; the clocks go {way} on {day}."
    return f"Times are clock times in {zone}."


def _goal_line(goal: GoalResult) -> GoalLine:
    name = GoalId(goal.name)
    return GoalLine(
        name=GOAL_WORDS[name],
        value=points(goal.value, name, goal.unit),
        parts=parts_words(goal),
        bound=str(goal.bound) if name in WEIGHTED else points(goal.bound, name, goal.unit),
        is_proven=goal.is_proven,
        left="Proven: no week does better." if goal.is_proven else f"{_sentence(left(goal))}.",
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _session(change: Change) -> Session:
    session = change.after or change.before
    if session is None:
        msg = f"A change without a session: {change.key}."
        raise ValueError(msg)
    return session


def _bare(minutes: int) -> str:
    """Return minutes as a number of hours."""
    return f"{minutes / 60:.1f}".removesuffix(".0") if minutes % 15 else f"{minutes / 60:g}"


def _times(item: tuple[str, int]) -> str:
    title, number = item
    return title if number == 1 else f"{title} ({number} times)"
