"""Who lacks what, as facts: hours, days and sessions, never the penalties by which goals count them; and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from iopsched.domain.outcome import Unmet
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import hours, hours_of
from iopsched.verifier.account import Account, accounts
from iopsched.verifier.closedays import ClosureLoss, closure_loss
from iopsched.verifier.meetings import lacking_sessions
from iopsched.verifier.week import Week
from iopsched.views.labels import Labels
from iopsched.views.relabeling import told
from iopsched.words.papers import paper_words
from iopsched.words.phrases import count, words
from iopsched.words.sentence import GroupRef, Sentence

FIRST = 5
MOST_OF_A_CAUSE = 8


@dataclass(frozen=True, slots=True)
class ShortLine:
    """A participant who is short: the minutes that the goal counts, what is lacking, and the reason if known.

    ``facts_of_several`` says what is lacking of several people who lack the same.
    """

    participant_id: str
    label: str
    minutes: int
    facts: str
    facts_of_several: str
    why: str


@dataclass(frozen=True, slots=True)
class CauseLine:
    """People who are short for one and the same cause; at least one."""

    lines: tuple[ShortLine, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Return who they are."""
        return tuple(line.label for line in self.lines)

    @property
    def who(self) -> str:
        """Return the first few of them, and how many more there are."""
        more = len(self.labels) - MOST_OF_A_CAUSE
        return ", ".join(self.labels[:MOST_OF_A_CAUSE]) + (f" and {more} more" if more > 0 else "")

    @property
    def facts(self) -> str:
        """Return what is lacking, where all lack the same; else that each lacks something."""
        if len(self.lines) == 1:
            return self.lines[0].facts
        alike = {line.facts_of_several for line in self.lines}
        return alike.pop() if len(alike) == 1 else "lack hours or sessions"

    @property
    def why(self) -> str:
        """Return the cause, blank where it is not known."""
        return self.lines[0].why


@dataclass(frozen=True, slots=True)
class Shortage:
    """Everybody with unmet need; ``lines`` is empty where people are not shown, the numbers are always filled.

    ``groups`` says of each group that always meets and lacks sessions how often it meets, ``closure`` who is short by
    closed days alone, and who besides.
    """

    people: int
    short: int
    minutes: int
    lines: tuple[ShortLine, ...]
    groups: tuple[str, ...] = ()
    closure: str = ""

    @property
    def sentence(self) -> str:
        """Return how many have everything, and what the rest counts as; without its full stop."""
        what = f"; what is lacking counts as {hours(self.minutes)} of unmet need" if self.short else ""
        have = self.people - self.short
        said = f"{have} of {count(self.people, 'participant')} have all their hours and sessions{what}"
        return "; ".join((said, *self.groups, *filter(None, [self.closure])))

    @property
    def by_cause(self) -> tuple[CauseLine, ...]:
        """Return the people with one cause as one, in the order of the first of them."""
        alike: dict[str, list[ShortLine]] = {}
        for line in self.lines:
            alike.setdefault(line.why or line.participant_id, []).append(line)
        return tuple(CauseLine(tuple(rows)) for rows in alike.values())


def shortage(problem: Problem, schedule: Schedule, unmet: Iterable[Unmet], labels: Labels) -> Shortage:
    """Return the people with unmet need, the greatest first."""
    found, people = people_short(problem, schedule)
    why = {row.participant_id: row.why for row in unmet}
    lines = (
        ShortLine(
            participant_id=account.participant.id,
            label=labels.participant(account.participant.id),
            minutes=account.unmet_minutes,
            facts=facts(account),
            facts_of_several=facts(account, people=2),
            why=told(why.get(account.participant.id, Sentence("")), problem, labels),
        )
        for account in found
    )
    minutes = sum(account.unmet_minutes for account in found)
    groups = tuple(told(row, problem, labels) for row in groups_short(problem, schedule))
    return Shortage(
        people,
        len(found),
        minutes,
        tuple(lines) if labels.shows_people else (),
        groups,
        closure_words(closure_loss(problem, schedule)),
    )


def closure_words(loss: ClosureLoss | None) -> str:
    """Return for instance ``the clinic is closed Fri 27 Nov: by the days that are open 28 more have enough, 3 are short``."""
    if loss is None or not loss.alone:
        return ""
    enough, short = count(len(loss.alone), "more has", "more have"), len(loss.besides)
    days = paper_words().short_dates(loss.days)
    return f"the clinic is closed {days}: by the days that are open {enough} enough, {short} {'is' if short == 1 else 'are'} short"


def groups_short(problem: Problem, schedule: Schedule) -> tuple[Sentence, ...]:
    """Return for instance ``group G1 meets 2 of 3 times`` of each group that always meets and lacks sessions."""
    week = Week(problem, schedule)
    return tuple(
        Sentence(
            "group {} meets {} of {} times",
            GroupRef(key),
            len(week.of_group.get(key, ())),
            problem.group[key].sessions_per_week,
        )
        for key in lacking_sessions(week)
    )


def people_short(problem: Problem, schedule: Schedule) -> tuple[list[Account], int]:
    """Return the accounts with unmet need, the greatest first, and the number of people considered."""
    every = accounts(Week(problem, schedule))
    short = (account for account in every if account.unmet_minutes)
    return sorted(short, key=lambda account: (-account.unmet_minutes, account.participant.id)), len(every)


def facts(account: Account, people: int = 1) -> str:
    """Return for instance ``has 7 of 9 h, 2 of 3 days; lacks 1 family, 1 group session of the phase``, of several ``have``."""
    has = []
    if account.scheduled_minutes < account.required_minutes:
        has.append(hours_of(account.scheduled_minutes, account.required_minutes))
    if account.scheduled_days < account.required_days:
        has.append(f"{account.scheduled_days} of {count(account.required_days, 'day')}")
    if account.long_gaps:
        has.append(f"{count(account.long_gaps, 'gap')} of too many days")
    lacks = [f"{number} {words(service)}" for service, number in account.lacking.items()]
    if account.phase_sessions_short:
        lacks.append(f"{count(account.phase_sessions_short, 'group session')} of the phase")
    to_have, to_lack = ("has", "lacks") if people == 1 else ("have", "lack")
    parts = [f"{to_have} {', '.join(has)}"] if has else []
    parts += [f"{to_lack} {', '.join(lacks)}"] if lacks else []
    return "; ".join(parts)


def needs_line(short: Sequence[Account], everybody: int, lacking: Mapping[str, int]) -> str:
    """Return for instance ``Needs: 23 of 24 participants have everything; C05 lacks 1 individual.``.

    ``lacking`` are the sessions that groups lack which always meet, by id: ``; group G1 lacks 1 session``.
    """
    people = [f"{account.participant.id} {facts(account)}" for account in short[:1]]
    if len(short) > 1:
        ids = ", ".join(account.participant.id for account in short[:FIRST])
        more = f" and {len(short) - FIRST} more" if len(short) > FIRST else ""
        people = [f"short are {ids}{more}"]
    groups = [f"group {key} lacks {count(number, 'session')}" for key, number in lacking.items()]
    have = f"{everybody - len(short)} of {count(everybody, 'participant')} have everything"
    return f"Needs: {'; '.join([have, *people, *groups])}."
