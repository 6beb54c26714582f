"""A week with another choice in words: what it costs, who else moves, how certain that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iopsched.answers.alternatives.answer import GoalShift, Moved, OtherChoice
from iopsched.domain.outcome import GoalId
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import moment
from iopsched.store.revisions import changes, draft
from iopsched.verifier import goal_values
from iopsched.views.calls import call_list
from iopsched.views.labels import Labels
from iopsched.views.sessionwords import place, title
from iopsched.views.shifts import shift_words
from iopsched.words.sentence import ParticipantRef, RoomRef, Sentence, TherapistRef

MOST_MOVED = 3
NOT_HELD = "not held"


def other_choice(
    problem: Problem,
    before: Schedule,
    after: Schedule,
    choice: str,
    own: frozenset[str],
    bounds: Mapping[GoalId, int],
    *,
    is_proven: bool,
    is_edit: bool = False,
) -> OtherChoice:
    """Return another choice in a week that the verifier accepts; ``own`` are the ids of the sessions that it is about."""
    old, new = goal_values(problem, before), goal_values(problem, after)
    goals = tuple(GoalShift(goal, old[goal].value, new[goal].value, bounds.get(goal, 0)) for goal in GoalId)
    moved = moves(problem, before, after)
    worse, better = shift_words(problem.clinic, old, new)
    sentence = Sentence("{} {}. {}", choice, _costs(worse, better), _others(before, after, own))
    if not is_edit:
        sentence = Sentence("{}{}", sentence, _certainty(worse, is_proven=is_proven))
    return OtherChoice(choice, sentence, goals, moved, is_proven)


def _costs(worse: Sequence[str], better: Sequence[str]) -> str:
    """Return what becomes worse, and what becomes better."""
    gains = ", ".join(better)
    if worse:
        return f"costs {', '.join(worse)}" + (f"; for it there is {gains}" if gains else "")
    return f"costs nothing, and there is {gains}" if gains else "costs nothing: no goal gets worse"


def _others(before: Schedule, after: Schedule, own: frozenset[str]) -> Sentence:
    """Return which other sessions are otherwise."""
    old, new = ({row.id: row for row in week.sessions} for week in (before, after))
    ids = [key for key in sorted(old.keys() | new.keys()) if key not in own and old.get(key) != new.get(key)]
    if not ids:
        return Sentence("Nothing else moves.")
    shown = [_change(old.get(key), new.get(key)) for key in ids[:MOST_MOVED]]
    more = f" and {len(ids) - MOST_MOVED} more" if len(ids) > MOST_MOVED else ""
    return Sentence("Also otherwise: {}{}.", Sentence.joined("; ", shown), more)


def _change(old: Session | None, new: Session | None) -> Sentence:
    if old is None or new is None:
        row = old or new
        return Sentence(
            "{} {}", title(row) if row else "", "is not held" if new is None else f"is new, {place(row)}" if row else ""
        )
    return Sentence("{} {}", title(old), _difference(old, new))


def _difference(old: Session, new: Session) -> Sentence:
    parts: list[object] = []
    if old.start != new.start:
        parts.append(f"{moment(old.start)} -> {moment(new.start)}")
    if old.therapist_ids != new.therapist_ids:
        was, now = (Sentence.joined(" + ", map(TherapistRef, row.therapist_ids)) for row in (old, new))
        parts.append(Sentence("{} -> {}", was, now))
    if old.room_id != new.room_id:
        was, now = (Sentence("{}", RoomRef(row.room_id)) if row.room_id else Sentence("no room") for row in (old, new))
        parts.append(Sentence("{} -> {}", was, now))
    gone, come = (sorted(set(a.participant_ids) - set(b.participant_ids)) for a, b in ((old, new), (new, old)))
    for ids, verb in ((gone, "without"), (come, "with")):
        if ids:
            parts.append(Sentence("{} {}", verb, Sentence.joined(", ", map(ParticipantRef, ids))))
    return Sentence.joined(", ", parts or ["is held another way"])


def _certainty(worse: Sequence[str], *, is_proven: bool) -> str:
    if is_proven:
        return " No other choice is better: proven." if worse else ""
    return " Not proven: a longer search may find a cheaper one." if worse else ""


def moves(problem: Problem, before: Schedule, after: Schedule) -> tuple[Moved, ...]:
    """Return every appointment that changes, by person."""
    found = changes(draft("", before), after)
    calls = call_list(problem, found, Labels())
    return tuple(Moved(call.who, call.kind, call.what, call.old, call.new) for call in calls)


def choice_words(before: Schedule, after: Schedule, own: Sequence[str], facet: str) -> str:
    """Return what is otherwise of these sessions, such as ``Tue 15:00`` or ``T03, Tue 15:00``."""
    old, new = ({row.id: row for row in week.sessions} for week in (before, after))
    if facet == "days":
        return ", ".join(
            moment(row.start) for row in sorted(after.sessions, key=lambda row: row.start) if row.id in own
        )
    told: list[str] = []
    for key in own:
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        if now is None:
            told.append(f"{key} {NOT_HELD}" if len(own) > 1 else NOT_HELD)
        elif was is None:
            told.append(f"{key} {place(now)}")
        else:
            words = _sides(was, now, facet)
            told.append(f"{key} {words}" if len(own) > 1 else words)
    return "; ".join(told) or "the same"


def _sides(was: Session, now: Session, facet: str) -> str:
    sides = {
        "start": (moment(was.start), moment(now.start), moment(now.start)),
        "lead": (was.lead_id, now.lead_id, f"with {now.lead_id}"),
        "room": (was.room_id, now.room_id, f"in {now.room_id or 'no room'}"),
        "modality": (was.modality, now.modality, "by video" if now.modality == "telehealth" else "in person"),
    }
    order = sorted(sides, key=lambda name: name != facet)
    told = " ".join(words for old, new, words in (sides[name] for name in order) if old != new)
    return told or str(_difference(was, now))
