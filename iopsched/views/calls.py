"""The call list: who must be told of what, since people were told last; one entry a person and appointment.

A person whose own week is as it was has no entry, whatever became of the others in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Change
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import WEEKDAYS, Minute
from iopsched.views.labels import Labels
from iopsched.views.sessions import session_rows
from iopsched.words.phrases import count


@dataclass(frozen=True, slots=True)
class Call:
    """What one person must be told of one appointment.

    ``who`` is an id and ``label`` what of it is shown, ``kind`` is ``participant`` or ``therapist``, ``what`` the
    session. ``old`` and ``new`` say when, with whom and where; blank where there is none. ``is_held``: others still
    have what this person no longer has. ``start`` is when it begins, the earlier of both that is still to come.
    ``old_session`` and ``new_session`` are what the words speak of; ``replaced`` is what that was for others, where
    this person is new in it, and ``replacing`` what it is for them, where this person no longer is.
    """

    who: str
    label: str
    kind: str
    what: str
    old: str
    new: str
    is_held: bool
    start: Minute
    old_session: Session | None = None
    new_session: Session | None = None
    replaced: Session | None = None
    replacing: Session | None = None

    @property
    def kind_words(self) -> str:
        """Return ``participant`` or ``staff``."""
        return "staff" if self.kind == "therapist" else self.kind

    @property
    def before(self) -> str:
        """Return how it was, in words."""
        return self.old or "new"

    @property
    def after(self) -> str:
        """Return how it is, in words."""
        return self.new or ("no longer in it" if self.is_held else "cancelled")

    def facts(self) -> dict[str, str]:
        """Return it for a machine."""
        return {"who": self.who, "kind": self.kind, "what": self.what, "old": self.old, "new": self.new}


_NOWHERE = Session("", "", 0, 0, (), ())


@dataclass(frozen=True, slots=True)
class _Own:
    """A session as a person had it and has it, whether it is still held, and what it was or is without them."""

    before: Session | None
    after: Session | None
    is_held: bool
    replaced: Session | None = None
    replacing: Session | None = None

    @property
    def session(self) -> Session:
        """Return the session as it was, of a new one as it is."""
        return self.before or self.after or _NOWHERE

    def kind(self) -> tuple[object, ...]:
        """Return the service."""
        return (self.session.service_id,)

    def company(self) -> tuple[object, ...]:
        """Return the service and with whom it is."""
        row = self.session
        return row.service_id, row.group_id or "", row.participant_ids if row.group_id is None else ()

    def place(self) -> tuple[object, ...]:
        """Return the service and when it begins."""
        return self.session.service_id, self.session.start

    @property
    def start(self) -> Minute:
        """Return when it begins."""
        return next((session.start for session in (self.before, self.after) if session is not None), 0)


def call_list(
    problem: Problem, changes: Iterable[Change], labels: Labels, now: Minute | None = None, then: Problem | None = None
) -> tuple[Call, ...]:
    """Return the calls by person, first whose changed appointment is next after ``now``, then by time.

    Of those with the same time first the staff who take something over, without whom the others need not be called.

    Without labels for participants there are only the calls of staff. ``then`` are the facts with which it is told how
    things were, by default those of ``problem``.
    """
    changes = tuple(changes)
    kinds = ("participant", "therapist") if labels.shows_people else ("therapist",)
    facts = (then or problem, problem)
    found = [call for kind in kinds for call in _calls(facts, changes, labels, kind, now or 0)]
    urgent: dict[tuple[str, str], tuple[bool, Minute, bool]] = {}
    for call in found:
        takes_over = call.kind == "therapist" and not call.old
        own = (call.start < (now or 0), call.start, not takes_over)
        urgent[call.kind, call.who] = min(urgent.get((call.kind, call.who), own), own)
    return tuple(sorted(found, key=lambda call: (*urgent[call.kind, call.who], call.kind, call.who, call.start)))


def by_person(calls: Iterable[Call]) -> Iterator[tuple[Call, Sequence[Call]]]:
    """Yield the calls of each person together, with the first of them, in the order of :func:`call_list`."""
    for _, own in groupby(calls, key=lambda call: (call.kind, call.who)):
        rows = list(own)
        yield rows[0], rows


def people_line(calls: Sequence[Call]) -> str:
    """Return for instance ``5 participants and 2 staff``."""
    number = {kind: len({call.who for call in calls if call.kind == kind}) for kind in ("participant", "therapist")}
    parts = [count(number["participant"], "participant"), count(number["therapist"], "member of staff", "staff")]
    return " and ".join(part for part, kind in zip(parts, number, strict=True) if number[kind]) or "nobody"


def _calls(
    facts: tuple[Problem, Problem], changes: Sequence[Change], labels: Labels, kind: str, now: Minute
) -> Iterator[Call]:
    own: dict[str, list[_Own]] = defaultdict(list)
    for change in changes:
        before, after = (_people(session, kind) for session in (change.before, change.after))
        for who in before | after:
            old, new = (change.before if who in before else None), (change.after if who in after else None)
            replaced, replacing = (change.before if old is None else None), (change.after if new is None else None)
            own[who].append(_Own(old, new, change.after is not None, replaced, replacing))
    for who, rows in sorted(own.items()):
        readers = [one.participant.get(who) if kind == "participant" else one.therapist.get(who) for one in facts]
        label = labels.participant(who) if kind == "participant" else labels.therapist(who)
        for row in _joined(rows, kind):
            was, now_is = (
                _words(problem, session, labels, reader, kind)
                for problem, session, reader in zip(facts, (row.before, row.after), readers, strict=True)
            )
            if was != now_is:
                starts = [session.start for session in (row.before, row.after) if session is not None]
                start = min([start for start in starts if start >= now] or starts)
                title = now_is[0] or was[0]
                told = was[1] if was[0] in ("", title) else f"{was[0]}, {was[1]}"
                others = row.replaced, row.replacing
                yield Call(who, label, kind, title, told, now_is[1], row.is_held, start, row.before, row.after, *others)


def _people(session: Session | None, kind: str) -> frozenset[str]:
    if session is None:
        return frozenset()
    return frozenset(session.participant_ids if kind == "participant" else session.therapist_ids)


def _joined(rows: Sequence[_Own], kind: str) -> Iterator[_Own]:
    """Yield the rows of a person; an appointment that goes and one like it that comes are one.

    Of a participant they are alike where the service is the same, of staff where the people or the time are, too.
    """
    yield from (row for row in rows if row.before is not None and row.after is not None)
    left = [row for row in rows if row.before is None or row.after is None]
    if kind == "therapist":
        paired: list[_Own] = []
        for likeness in (_Own.company, _Own.place):
            found = list(_pairs(left, likeness))
            paired += [row for row in found if row.before is not None and row.after is not None]
            left = [row for row in found if row.before is None or row.after is None]
        yield from (*paired, *left)
    else:
        yield from _pairs(left, _Own.kind)


def _pairs(rows: Iterable[_Own], likeness: Callable[[_Own], tuple[object, ...]]) -> Iterator[_Own]:
    """Yield what goes with what comes instead, in the order of their times; alone where nothing does."""
    gone: dict[tuple[object, ...], list[_Own]] = defaultdict(list)
    come: dict[tuple[object, ...], list[_Own]] = defaultdict(list)
    for row in rows:
        (gone if row.before is not None else come)[likeness(row)].append(row)
    nothing = _Own(None, None, is_held=False)
    for key in sorted(gone.keys() | come.keys()):
        sides = (sorted(side[key], key=lambda row: row.start) for side in (gone, come))
        for old, new in zip_longest(*sides, fillvalue=nothing):
            yield _Own(old.before, new.after, old.is_held, new.replaced, old.replacing)


def _words(
    problem: Problem,
    session: Session | None,
    labels: Labels,
    reader: Participant | Therapist | None,
    kind: str,
) -> tuple[str, str]:
    """Return what a session is, and when, with whom and where it is for its reader; participants are told the lead."""
    if session is None:
        return "", ""
    row = session_rows(problem, Schedule(problem.week, (session,)), labels, reader)[0]
    staff = row.lead if kind == "participant" else row.staff
    return row.title, " · ".join((f"{WEEKDAYS[row.day]} {row.times}", staff, *row.where))
