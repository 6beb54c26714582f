"""A repaired week in words: what happened, what each choice leaves and asks, what becomes of each session, who could cover."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from iopsched.domain.outcome import GoalId, GoalResult
from iopsched.domain.people import TimeOff
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import DAY, WEEKDAYS, day_of, hours, moment
from iopsched.policy.columns import TIME_OFF
from iopsched.repairs.happeningwords import in_words
from iopsched.repairs.lostsessions import hit_sessions, stay_as_begun
from iopsched.repairs.repaired import RepairChoice, Repaired
from iopsched.repairs.substitution import Substitute
from iopsched.rulebook.repairchoices import ORDERS, ChoiceName
from iopsched.verifier.account import Account, accounts
from iopsched.verifier.week import Week
from iopsched.views.calls import Call, call_list, people_line
from iopsched.views.fates import Fate, fates
from iopsched.views.labels import Labels
from iopsched.views.lacks import facts, shortage
from iopsched.views.relabeling import told
from iopsched.views.sessionwords import title
from iopsched.views.substitutewords import brief_costs, by_loss, further_cover
from iopsched.words.phrases import count, short_date, words
from iopsched.words.sentence import GroupRef, ParticipantRef, Reference, RoomRef, Sentence, SessionRef, TherapistRef
from iopsched.words.unknowncauses import UNFINISHED

MOST_NAMED, MOST_ALIKE = 3, 8
CHOICE_WORDS: Mapping[ChoiceName, str] = {
    ChoiceName.LEAST_UNMET: "Least unmet need",
    ChoiceName.FEWEST_MOVES: "Fewest changes",
    ChoiceName.CANCEL_ONLY: "Cancel only",
}
"""What each choice is called."""


@dataclass(frozen=True, slots=True)
class ToldChoice:
    """A choice in words: what it leaves unmet and for whom, who must be told, and how certain both are."""

    number: int
    name: str
    unmet: str
    calls: str
    proof: str

    @property
    def line(self) -> str:
        """Return the choice as one line."""
        certain = f" {self.proof}" if self.proof else ""
        return f"{self.number}. {self.name}: {self.unmet}. To call: {self.calls}.{certain}"


@dataclass(frozen=True, slots=True)
class ToldFate:
    """What becomes of one session in words. ``is_hit``: it lost staff, its room or somebody by what happened."""

    when: str
    title: str
    what: str
    is_hit: bool

    @property
    def line(self) -> str:
        """Return it as one line."""
        return f"{self.when} {self.title}: {self.what}"


@dataclass(frozen=True, slots=True)
class ToldCover:
    """Who else could cover one session, in words."""

    when: str
    title: str
    who: tuple[str, ...]

    @property
    def line(self) -> str:
        """Return it as one line."""
        return f"{self.when} {self.title}: {'; '.join(self.who)}"


class RepairWords:
    """The words of one repair for readers who see people under these labels."""

    def __init__(self, repaired: Repaired, labels: Labels) -> None:
        self.repaired = repaired
        self.labels = labels
        self.problem = repaired.problem
        base = repaired.base.schedule
        self._lacked = _lacking(replace(repaired.before, previous=None, now=None), base)
        self._was = {session.id: session for session in base.sessions}
        held = (session for choice in repaired.choices for session in choice.solved.schedule.sessions)
        self._sessions = {**{session.id: session for session in held}, **self._was}

    def heading(self) -> tuple[str, ...]:
        """Return the week and the revision that is repaired, from when on, and what happened."""
        base, problem = self.repaired.base, self.problem
        from_when = "Nothing of it has begun"
        if problem.now is not None:
            from_when = f"What began before {moment(problem.now)} stays"
        said = [self.told(in_words(one)) for one in self.repaired.happenings]
        what = "; ".join(said) or "nothing new; the week is held against what the tables say now"
        first = f"Week of {base.week.isoformat()}, revision {base.revision}: {what}. {from_when}."
        return (first,)

    def day_title(self, day: int) -> str:
        """Return for instance ``Tue 1 December``."""
        return f"{WEEKDAYS[day]} {short_date(day_of(self.problem.week, day * DAY))}"

    def label(self, row: Substitute) -> str:
        """Return the person or room that a session lost."""
        return self.labels.room(row.instead_of) if row.kind == "room" else self.labels.therapist(row.instead_of)

    # --- a choice in one line ---------------------------------------------
    def choice(self, choice: RepairChoice) -> ToldChoice:
        """Return a choice in words."""
        name = CHOICE_WORDS[choice.name]
        if choice.is_as_published:
            stays = f"nothing changes; revision {self.repaired.base.revision} holds as it is"
            return ToldChoice(choice.number, name, stays, "nobody", "")
        return ToldChoice(
            choice.number, name, self._unmet(choice), people_line(self.calls(choice)), self._proof(choice)
        )

    def _unmet(self, choice: RepairChoice) -> str:
        total = _goal(choice, GoalId.UNMET_NEED).value
        if not total:
            return "everybody has what they need"
        now = {row.participant.id: row for row in accounts(Week(self.problem, choice.solved.schedule))}
        worse = self._worse(choice)
        before = sum(now[key].unmet_minutes > 0 for key in self._lacked if self._lacked[key] and key in now)
        already = f"{count(before, 'participant')} {'was' if before == 1 else 'were'} short already" if before else ""
        if not worse:
            return f"nobody has less than before ({already})"
        return f"{self._who_lacks(worse)} ({already})" if already else self._who_lacks(worse)

    def _worse(self, choice: RepairChoice) -> list[Account]:
        """Return who has less than in the published week."""
        now = accounts(Week(self.problem, choice.solved.schedule))
        return [row for row in now if row.unmet_minutes > self._lacked.get(row.participant.id, 0)]

    def is_short(self, choice: RepairChoice) -> bool:
        """Return whether somebody has less than they need and had in the published week."""
        return bool(self._worse(choice))

    def why(self, choice: RepairChoice) -> tuple[str, ...]:
        """Return why people have less than before, a line for each cause that is known; nothing where nobody may be shown."""
        worse = {row.participant.id for row in self._worse(choice)}
        solved = choice.solved
        own = [row for row in solved.unmet if row.participant_id in worse and str(row.why) not in UNFINISHED]
        short = shortage(self.problem, solved.schedule, own, self.labels)
        return tuple(f"{row.who}: {row.why}" for row in short.by_cause if row.why)

    def _who_lacks(self, worse: Sequence[Account]) -> str:
        """Return what each of these people has and lacks; of many who do not lack the same only who lacks most."""
        alike = {facts(row, people=2) for row in worse}
        if len(alike) == 1 and 1 < len(worse) <= MOST_ALIKE and self.labels.shows_people:
            return f"{', '.join(self.labels.participant(row.participant.id) for row in worse)} {alike.pop()}"
        if len(worse) > MOST_NAMED or not self.labels.shows_people:
            most = sorted(worse, key=lambda row: (-row.unmet_minutes, row.participant.id))[:MOST_NAMED]
            named = ", ".join(self.labels.participant(row.participant.id) for row in most)
            have = "has" if len(worse) == 1 else "have"
            told_most = f": {named} most" if self.labels.shows_people else ""
            return f"{count(len(worse), 'participant')} {have} less than they need{told_most}"
        return "; ".join(f"{self.labels.participant(row.participant.id)} {facts(row)}" for row in worse)

    def _proof(self, choice: RepairChoice) -> str:
        """Return how certain it is that no week is better, in the order of the choice."""
        order = [goal for goal in ORDERS[choice.name] if goal in (GoalId.UNMET_NEED, GoalId.CHANGES, GoalId.MOVES)]
        found = [_goal(choice, name) for name in order]
        if all(goal.value <= goal.bound for goal in found):
            if choice.name == ChoiceName.CANCEL_ONLY:
                return "No week that only cancels does better: proven."
            return "No week does better: proven."
        first = next(goal for goal in found if goal.value > goal.bound)
        return _doubt(first)

    def calls(self, choice: RepairChoice) -> tuple[Call, ...]:
        """Return who must be told of what, as these readers see them."""
        return call_list(self.problem, choice.changes, self.labels, self.problem.now)

    # --- what becomes of sessions -----------------------------------------
    def fates(self, choice: RepairChoice) -> tuple[ToldFate, ...]:
        """Return what becomes of each session that changes, those first that what happened takes something from."""
        hit = hit_sessions(self.problem, self.repaired.base.schedule, self.repaired.happenings)
        rows = [
            self._fate(fate, choice, is_hit=(change.before or fate.session).id in hit)
            for change in choice.changes
            for fate in fates([change])
        ]
        return tuple(row for _, row in sorted(rows, key=lambda pair: (not pair[1].is_hit, *pair[0])))

    def _fate(self, fate: Fate, choice: RepairChoice, *, is_hit: bool) -> tuple[tuple[int, str], ToldFate]:
        """Return a fate in words, and its place in time."""
        what = fate.what
        for row in choice.substitutes:
            if row.is_taken and row.who and row.session_id == fate.session.id and (costs := brief_costs(row)):
                what = Sentence("{} ({})", what, costs)
        line = ToldFate(moment(fate.start), self.told(fate.title), self.told(what), is_hit)
        return (fate.start, fate.session.id), line

    def begun(self) -> tuple[ToldFate, ...]:
        """Return the sessions that have begun and stay as they were published, although something is lacking by now."""
        found = stay_as_begun(self.problem, self.repaired.base.schedule, self.repaired.happenings)
        stays = "has begun, and stays as it was published"
        return tuple(ToldFate(moment(row.start), self.told(title(row)), stays, is_hit=True) for row in found)

    # --- who could cover --------------------------------------------------
    def covers(self, choice: RepairChoice) -> Iterator[ToldCover]:
        """Yield who else could cover each session that lost its lead, staff or room."""
        away = {one.id for one in self.repaired.happenings if isinstance(one, TimeOff)}
        for rows in by_loss(choice.substitutes):
            session = self._was[rows[0].session_id]
            who = tuple(
                self.told(sentence) for sentence in further_cover([row for row in rows if not _is_away(row, away)])
            )
            if who:
                yield ToldCover(moment(session.start), self.told(title(session)), who)

    def told(self, sentence: Sentence) -> str:
        """Return a sentence as these readers see it; who see nobody, see what it says of sessions, staff and rooms."""
        if self.labels.shows_people:
            return told(sentence, self.problem, self.labels)
        return sentence.text(self._nameless)

    def _nameless(self, reference: Reference) -> str:
        match reference:
            case ParticipantRef():
                return "somebody"
            case SessionRef():
                session = self._sessions.get(reference.id)
                if session is None:
                    return "a session"
                group_id, service_id = session.group_id, session.service_id
                return self.labels.group(group_id, service_id) if group_id is not None else words(service_id)
            case GroupRef() if reference.id in self.problem.group:
                return self.labels.group(reference.id, self.problem.group[reference.id].service_id)
            case TherapistRef():
                return self.labels.therapist(reference.id)
            case RoomRef():
                return self.labels.room(reference.id)
            case _:
                return reference.id


def _is_away(row: Substitute, away: Collection[str]) -> bool:
    """Return whether somebody cannot stand in because of what happened: that is told already."""
    fact = None if row.forbidden_by is None else row.forbidden_by.fact
    return row.who in away and fact is not None and fact.file == TIME_OFF.file


def _goal(choice: RepairChoice, name: GoalId) -> GoalResult:
    return next(goal for goal in choice.solved.goals if goal.name == name)


def _doubt(goal: GoalResult) -> str:
    """Return how much better a week could be in the first goal that is not proven, as far as that is known."""
    rest = goal.value - goal.bound
    match goal.name:
        case GoalId.UNMET_NEED:
            asked, fewer = "somebody could have more", f"Perhaps up to {hours(rest)} less could be lacking"
        case GoalId.CHANGES:
            asked, fewer = (
                "fewer could be told",
                f"Perhaps up to {count(rest, 'person', 'people')} fewer would have to be told",
            )
        case _:
            asked, fewer = "less could change", f"Perhaps up to {count(rest, 'appointment')} fewer would change"
    return f"{fewer}: not proven." if goal.bound else f"Whether {asked} is not proven."


def _lacking(problem: Problem, schedule: Schedule) -> Mapping[str, int]:
    """Return the minutes of unmet need of everybody."""
    return {row.participant.id: row.unmet_minutes for row in accounts(Week(problem, schedule))}
