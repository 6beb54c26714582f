"""A first look at preferences: each visit keeps its lead and gets another time."""

from __future__ import annotations

import threading

from iopsched.model.terms import Terms
from iopsched.params import SolveParams, Tuning
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.parts.improvement import Improvement
from iopsched.search.workshop import Workshop
from iopsched.verifier import violations
from tests.support.clinics import adults, group, individual, schedule, service, session, small

TALK = service("individual", kind="individual", per_week={"adult": 1})
PROBLEM = small(participants=adults(2, group_ids=("G1",)), services=(service(), TALK), groups=(group(attend="some"),))
TOGETHER = session("Mon 09:00-12:00", "A1 A2", group_id="G1")


def test_visits_find_a_day_on_which_people_come_anyway():
    """Lot by lot; nobody has another lead."""
    week = schedule(TOGETHER, individual("Tue 09:00-10:00"), individual("Wed 09:00-10:00", "A2", "T2"))
    assert violations(PROBLEM, week) == ()
    params = SolveParams(workers=1, tuning=Tuning(people_at_once=1))
    workshop = Workshop(Terms(PROBLEM), params.tuning)
    improvement = Improvement(workshop, Clock(params, threading.Event()), week)
    improvement.turn_to(GoalId.PREFERENCES, (GoalId.UNMET_NEED,))
    assert dict(improvement.values[GoalId.PREFERENCES].parts)["short_days"] == 120
    assert improvement.retime()
    assert dict(improvement.values[GoalId.PREFERENCES].parts)["short_days"] == 0
    leads = {row.participant_ids: row.lead_id for row in improvement.week.sessions}
    assert leads == {("A1", "A2"): "T1", ("A1",): "T1", ("A2",): "T2"}
    assert not improvement.retime()
