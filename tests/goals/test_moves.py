"""Sub-terms of ``moves``, each alone."""

from iopsched.rulebook import GoalId
from tests.goals.test_changes import MON9, VISITED, after, led, newcomers, visit
from tests.support.clinics import session
from tests.support.term_cases import Case, check_term, every

TUE9 = "Tue 09:00-12:00"
BOTH = after(session(MON9), session(TUE9), census=("A1", "A2"))


@every(
    Case("the same", 0, (BOTH, session(MON9), session(TUE9))),
    Case("somebody joins one session", 1, (BOTH, session(MON9, "A1 A2"), session(TUE9))),
    Case("somebody joins both: one person, two entries", 2, (BOTH, session(MON9, "A1 A2"), session(TUE9, "A1 A2"))),
    Case("one goes and one comes", 2, (BOTH, session(MON9, "A2"), session(TUE9))),
    Case(
        "an admission is no move",
        0,
        (after(session(MON9), census=("A1",)), session(MON9, "A1 A2")),
    ),
)
def test_participant_entries(case):
    check_term(GoalId.MOVES, "participant_entries", case)


@every(
    Case("the same", 0, (newcomers("T1"), led("T1"))),
    Case("another lead: one has lost it, one has it now", 2, (newcomers("T1"), led("T2"))),
    Case("another room: the old entry and the new one", 2, (newcomers("T1"), led("T1", room_id="R2"))),
    Case("canceled", 1, (newcomers("T1"),)),
    Case("another day", 2, (newcomers("T1"), session(TUE9, "A3"))),
    Case("two sessions more", 2, (newcomers("T1"), led("T1"), session(TUE9, "A3"), session("Wed 09:00-12:00", "A3"))),
    Case("the same visit", 0, (VISITED, visit())),
    Case("a visit in another room", 2, (VISITED, visit(room_id="R2"))),
)
def test_therapist_entries(case):
    check_term(GoalId.MOVES, "therapist_entries", case)
