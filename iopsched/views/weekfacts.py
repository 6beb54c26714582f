"""A week that is edited, as JSON has it: what is held, what is lacking, what is broken, and what it is worth.

Ids stay ids; only labels are names, and only where somebody asked for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from iopsched.board.bestplaces import BestPlace
from iopsched.board.draftweek import DraftWeek
from iopsched.board.lastingpins import LastingPins
from iopsched.board.movejson import place_facts
from iopsched.board.moveremedies import remedy_at_grid
from iopsched.board.startsmap import StartVerdict
from iopsched.board.unplaced import Unplaced, unplaced_in
from iopsched.board.verdict import BrokenPlaces, JudgedWeek, Verdict, by_rule
from iopsched.domain.outcome import GoalResult
from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import clock, clock_of_end, day_of, moment
from iopsched.rulebook import TITLES, UNITS, GoalId, RuleId
from iopsched.verifier import GoalValue, Violation
from iopsched.views.compared import difference_words
from iopsched.views.goals import GOAL_WORDS, value_words
from iopsched.views.labels import Labels
from iopsched.views.lacks import facts as lacks_words
from iopsched.views.relabeling import told
from iopsched.views.weekframe import week_frame
from iopsched.words.phrases import count, words

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WeekTelling:
    """Tells one week to whoever may see as much as the labels show."""

    problem: Problem
    labels: Labels

    def sessions(self, week: DraftWeek, saved: Collection[Session], judged: JudgedWeek) -> list[Facts]:
        """Return the sessions, each with the rules that it breaks and whether it is where the ``saved`` week has it."""
        known = {row.id: row for row in saved}
        broken: dict[str, set[RuleId]] = {}
        for violation in judged.violations:
            for key in violation.sessions:
                broken.setdefault(key, set()).add(violation.rule)
        found = []
        pins = LastingPins(self.problem)
        for row in week.schedule.sessions:
            before = known.get(row.id)
            origin = "new" if before is None else "saved" if before == row else "moved"
            facts = self.session(row)
            facts |= {
                "begun": row in self.problem.begun,
                "pinned": row.id in week.locked,
                "kept": not pins.lacking(row),
                "left": [self._asked_place(pin) for pin in pins.left(row, week.schedule.sessions)],
                "rules": sorted(broken.get(row.id, ())),
                "origin": origin,
            }
            if before is not None and before != row:
                facts["was"] = self.session(before)
            found.append(facts)
        return found

    def _asked_place(self, pin: Pin) -> Facts:
        """Return where a pin of this week asks for a session."""
        day = self.problem.week + timedelta(days=pin.day or 0)
        start = clock(pin.start or 0)
        return {"date": day.isoformat(), "start": start, "room": pin.room_id, "therapist": pin.therapist_id}

    def session(self, row: Session) -> Facts:
        """Return one session: ids, date and clock, and what it is called."""
        is_of_group = row.group_id in self.problem.group
        return {
            "id": row.id,
            "date": day_of(self.problem.week, row.start).isoformat(),
            "start": clock(row.start),
            "end": clock_of_end(row.end),
            "service": row.service_id,
            "group": row.group_id,
            "label": self.labels.group(row.group_id or "", row.service_id) if is_of_group else words(row.service_id),
            "room": row.room_id,
            "therapists": list(row.therapist_ids),
            "participants": list(row.participant_ids),
            "modality": row.modality,
        }

    def where(self, row: Session | None) -> str:
        """Return when, with whom and where a session is, in words."""
        if row is None:
            return "not held"
        staff = ", ".join(map(self.labels.therapist, row.therapist_ids))
        room = self.labels.room(row.room_id) or ("by video" if row.modality == "telehealth" else "")
        people = count(len(row.participant_ids), "participant")
        return " · ".join(part for part in (moment(row.start), staff, room, people) if part)

    def broken(self, rows: Iterable[BrokenPlaces], moved: Collection[str] = ()) -> list[Facts]:
        """Return broken rules, each with its places and what somebody could do who has just moved these sessions."""
        return [
            {
                "rule": row.rule.value,
                "title": TITLES[row.rule],
                "count": len(row.places),
                "places": [self._place(violation, moved) for violation in row.places],
            }
            for row in rows
        ]

    def _place(self, violation: Violation, moved: Collection[str]) -> Facts:
        remedy = remedy_at_grid(self.problem, violation, moved)
        return {
            "sentence": told(violation.sentence, self.problem, self.labels),
            "remedy": told(remedy.sentence, self.problem, self.labels),
            "sessions": list(violation.sessions),
            "people": list(violation.people),
            "staff": list(violation.staff),
            "room": violation.rooms[0] if violation.rooms else None,
            "too": list(remedy.sessions),
            "whole_group": remedy.is_for_group,
        }

    def goals(self, judged: JudgedWeek) -> list[Facts]:
        """Return the goals in rank order, in the clinic's words."""
        return [
            {
                "name": goal.value,
                "label": GOAL_WORDS[goal],
                "value": value.value,
                "unit": UNITS[goal],
                "text": value_words(GoalResult(goal, value.value, 0, UNITS[goal], value.parts), self.problem.clinic),
            }
            for goal, value in judged.goals.items()
        ]

    def goal_changes(self, rows: Iterable[tuple[GoalId, GoalValue, GoalValue]]) -> list[Facts]:
        """Return goals that change: both values, and the difference in the clinic's words."""
        clinics = (self.problem.clinic, self.problem.clinic)
        return [
            {
                "name": goal.value,
                "label": GOAL_WORDS[goal],
                "now": now.value,
                "then": then.value,
                "unit": UNITS[goal],
                "text": difference_words(goal, (now, then), clinics),
            }
            for goal, now, then in rows
        ]

    def unplaced(self, rows: Iterable[Unplaced]) -> list[Facts]:
        """Return what is lacking and could be held."""
        return [
            {
                "id": row.id,
                "kind": row.kind,
                "service": row.service_id,
                "label": self._unplaced_label(row),
                "minutes": row.minutes,
                "count": row.count,
                **{
                    name: key
                    for name, key in (
                        ("participant", row.participant_id),
                        ("group", row.group_id),
                        ("session", row.session_id),
                    )
                    if key is not None
                },
            }
            for row in rows
        ]

    def _unplaced_label(self, row: Unplaced) -> str:
        if row.group_id is not None:
            return self.labels.group(row.group_id, row.service_id)
        return words(row.service_id)

    def short(self, judged: JudgedWeek) -> list[Facts]:
        """Return who lacks what, the greatest need first."""
        rows = [row for row in judged.accounts if row.unmet_minutes]
        return [
            {
                "participant": row.participant.id,
                "minutes": row.unmet_minutes,
                "missing": [f"{key}:{number}" for key, number in row.lacking.items()],
                "text": lacks_words(row),
            }
            for row in sorted(rows, key=lambda row: (-row.unmet_minutes, row.participant.id))
        ]

    def whole(self, week: DraftWeek, saved: Collection[Session], judged: JudgedWeek) -> Facts:
        """Return all of a week."""
        return {
            **week_frame(self.problem, self.labels),
            "sessions": self.sessions(week, saved, judged),
            "unplaced": self.unplaced(unplaced_in(judged.week, week, judged.accounts)),
            "broken": self.broken(by_rule(judged.violations)),
            "goals": self.goals(judged),
            "short": self.short(judged),
        }

    def start(self, found: StartVerdict) -> Facts:
        """Return a start and whether it is legal."""
        day = day_of(self.problem.week, found.start).isoformat()
        return {"date": day, "start": clock(found.start), "legal": found.is_legal, "rules": list(found.rules)}

    def best_place(self, found: BestPlace) -> Facts:
        """Return a place as a move names it, with the goals that change and the sessions that it displaces."""
        return {
            "place": place_facts(self.problem.week, found.session),
            "broken": 0,
            "goals": self.goal_changes(found.changes),
            "displaces": [row.id for row in found.displaced],
        }

    def verdict(self, found: Verdict, moved: Collection[str]) -> Facts:
        """Return what a move of these sessions would do."""
        needs: Mapping[str, tuple[int, int]] = found.changed_needs
        return {
            "broken": {
                "new": self.broken(found.new, moved),
                "mended": self.broken(found.mended),
                "left": found.left,
            },
            "goals": self.goal_changes(found.changed_goals),
            "short": {"now": len(found.now.short), "then": len(found.then.short)},
            "needs": [{"participant": key, "now": now, "then": then} for key, (now, then) in needs.items()],
        }
