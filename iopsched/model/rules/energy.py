"""Rule ``overlap`` where starts are left open: nobody, and no set of rooms, has more to do between two moments than fits.

Energetic reasoning (Baptiste, Le Pape and Nuijten, *Constraint-Based
Scheduling*, 2001): whatever must lie between two moments takes no longer than
what lies between them. Sessions that must lie between the same moments are
counted first, so that each constraint has a term for each such span and not
for each session.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from iopsched.domain.timegrid import TimeRange, Windows
from iopsched.model.candidate import Candidate
from iopsched.model.owner import ClinicRef
from iopsched.model.ownsessions import Attendance
from iopsched.model.posting import Expression, Literal, Posting
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId
from iopsched.words.sentence import Reference

Span = tuple[int, int]
"""The first minute and the minute after the last."""


@dataclass(slots=True)
class _Crowd:
    """Loose sessions that must lie between the same two moments: literals by length, who comes, where they may be."""

    literals: dict[int, list[Literal]] = field(default_factory=lambda: defaultdict(list))
    people: set[tuple[str, str, int]] = field(default_factory=set)
    places: set[Span] = field(default_factory=set)

    def add(self, candidate: Candidate, literal: Literal) -> None:
        minutes = candidate.service.minutes
        self.literals[minutes].append(literal)
        self.people.add((candidate.participant_ids[0], candidate.service.id, minutes))
        self.places.update((start, start + minutes) for start in candidate.starts)

    @property
    def most_minutes(self) -> int:
        """Return the minutes if everybody comes: a loose visit is held at most once a day, whoever leads it."""
        return sum(minutes for *_, minutes in self.people)

    def load(self, cp: cp_model.CpModel) -> Expression:
        """Return the minutes of the sessions that are held."""
        return sum(minutes * _counted(cp, literals) for minutes, literals in self.literals.items())


def _counted(cp: cp_model.CpModel, literals: list[Literal]) -> Expression:
    if len(literals) == 1:
        return literals[0]
    count = cp.new_int_var(0, len(literals), "")
    cp.add(count == cp_model.LinearExpr.sum(literals))
    return count


def time_enough(x: Variables, post: Posting) -> None:
    """Keep the loose sessions of each person within their possible times, beside the placed sessions."""
    for subject, sessions in x.sessions_by_person():
        keep_time_enough(x.cp, post, subject, sessions)


def keep_time_enough(cp: cp_model.CpModel, post: Posting, subject: Reference, sessions: Attendance) -> None:
    """Keep the loose sessions of one person within their possible times, beside the placed sessions."""
    _keep_within(cp, post, subject, sessions, _time_of)


def rooms_enough(x: Variables, post: Posting) -> None:
    """Keep the loose sessions of each day within the time of all rooms together, beside the placed sessions."""
    sessions = [(candidate, x.held[candidate]) for candidate in x.candidates if candidate.needs_room]

    def rooms_of(span: Span, _: Iterable[_Crowd]) -> list[Windows]:
        asked = Windows.of([TimeRange(*span)])
        return [row.windows.intersection(asked) for row in x.rooms.classes for _ in row.room_ids]

    _keep_within(x.cp, post, ClinicRef("rooms"), sessions, rooms_of)


def _time_of(_: Span, crowds: Iterable[_Crowd]) -> list[Windows]:
    places = {place for crowd in crowds for place in crowd.places}
    return [Windows.of(TimeRange(*place) for place in places)]


def _keep_within(
    cp: cp_model.CpModel,
    post: Posting,
    subject: Reference,
    sessions: Attendance,
    free_of: Callable[[Span, Iterable[_Crowd]], list[Windows]],
) -> None:
    """Post, for each span of loose sessions, that they and the placed ones fit into the free time."""
    if not any(candidate.starts for candidate, _ in sessions):
        return
    days: dict[int, dict[Span, _Crowd]] = defaultdict(lambda: defaultdict(_Crowd))
    placed: dict[int, dict[Span, list[Literal]]] = defaultdict(lambda: defaultdict(list))
    for candidate, literal in sessions:
        if candidate.is_loose:
            span = candidate.start, candidate.latest_start + candidate.service.minutes
            days[candidate.day][span].add(candidate, literal)
        else:
            placed[candidate.day][candidate.start, candidate.end].append(literal)
    for day, crowds in days.items():
        loads = {span: crowd.load(cp) for span, crowd in crowds.items()}
        for first, last in sorted(crowds):
            inside = [span for span in crowds if first <= span[0] and span[1] <= last]
            free = free_of((first, last), [crowds[span] for span in inside])
            used = [loads[span] for span in inside]
            most = sum(crowds[span].most_minutes for span in inside)
            for (start, end), literals in placed[day].items():
                shared = max((windows.minutes_inside(start, end) for windows in free), default=0)
                if shared:
                    used.append(shared * cp_model.LinearExpr.sum(literals))
                    most += shared * len(literals)
            limit = sum(windows.minutes for windows in free)
            if most > limit:
                post.at_most(RuleId.OVERLAP, subject, sum(used), limit)
