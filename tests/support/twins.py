"""The textbook twin on tiny clinics: its optimum of every goal, and whether it admits a schedule."""

from __future__ import annotations

import numpy as np

from benchmarks.twins.facts import MODES
from benchmarks.twins.formulation import Terms
from benchmarks.twins.refusals import refuse_unknown
from benchmarks.twins.sessions import NONE
from benchmarks.twins.textbook import Textbook
from benchmarks.twins.textbook_model import TextbookModel
from iopsched.rulebook import GoalId

NOTHING = Terms.joined([])
SECONDS = 60.0


def optimum(problem):
    """Return the values of all goals in rank order and the week, None and None where no week keeps the rules.

    Each value is proven, and what the verifier counts is told beside it by the caller.
    """
    refuse_unknown(problem)
    model, solver = TextbookModel(problem), Textbook(1, 1)
    values, week = [], None
    for goal in GoalId:
        target = model.goal(goal)
        if goal is not GoalId.UNMET_NEED and not len(target.variables):
            values.append(0)
            continue
        answer = solver.minimize(model.model, target, SECONDS, lambda *_: None)
        if answer.solution is None:
            assert goal is GoalId.UNMET_NEED
            return None, None
        assert answer.value == answer.bound
        values.append(answer.value)
        week = model.schedule(answer.solution)
        model.model.require(target, upper=answer.value)
    return tuple(values), week


def admits(problem, week):
    """Return whether the twin's rules admit a week: its decisions are fixed, and anything else has to follow."""
    model = TextbookModel(problem)
    layout, found = model.layout, model.layout.candidates
    chosen = {}
    for session in week.sessions:
        at = _candidate(layout, session)
        if at is None or at in chosen:
            return False
        chosen[at] = session
    held = np.isin(np.arange(len(found.variable)), list(chosen)).astype(np.int64)
    layout.model.require(Terms.of(found.variable, np.arange(len(held))), held, held)
    tables = (
        (layout.attends, layout.people, lambda row: row.participant_ids),
        (layout.staff, layout.workers, lambda row: row.therapist_ids),
        (layout.leads, layout.workers, lambda row: row.therapist_ids[:1]),
        (layout.rooms, problem.rooms, lambda row: (row.room_id,) if row.room_id else ()),
    )
    for entries, rows, ids in tables:
        place = {row.id: who for who, row in enumerate(rows)}
        asked = {(at, key) for at, session in chosen.items() for key in ids(session)}
        there = {(int(at), rows[who].id) for at, who in zip(entries.at, entries.who, strict=True)}
        if not asked <= there:
            return False
        keys = entries.at * (len(place) + 1) + entries.who
        wanted = {at * (len(place) + 1) + place[key] for at, key in asked}
        numbers = np.isin(np.unique(keys), list(wanted)).astype(np.int64)
        layout.model.require(Terms.of(entries.variable, keys), numbers, numbers)
    answer = Textbook(1, 1).minimize(layout.model, NOTHING, SECONDS, lambda *_: None)
    return answer.solution is not None


def _candidate(layout, session):
    """Return the number of the candidate that a session is, None where the twin has none."""
    found = layout.candidates
    same = (found.start == session.start) & (found.mode == MODES.index(session.modality))
    same &= np.array([row.id == session.service_id for row in layout.services])[found.kind]
    groups = [place for place, row in enumerate(layout.groups) if row.id == session.group_id]
    same &= found.group == (groups[0] if groups else NONE)
    for at in np.flatnonzero(same).tolist():
        people = {layout.people[who].id for who in layout.attends.who[layout.attends.at == at].tolist()}
        leads = {layout.workers[who].id for who in layout.leads.who[layout.leads.at == at].tolist()}
        if people.issuperset(session.participant_ids) and session.lead_id in leads and _is_own(layout, at, session):
            return at
    return None


def _is_own(layout, at, session):
    """Return whether a visit's candidate is that of its participant."""
    who = int(layout.candidates.person[at])
    return who == NONE or (layout.people[who].id,) == session.participant_ids
