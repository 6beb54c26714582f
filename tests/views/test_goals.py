"""Goals in clinic words: things and time by their weights, points beside them, and what no week can beat."""

import pytest

from iopsched.domain.outcome import GoalId, GoalResult
from iopsched.rulebook import DEFAULT_WEIGHTS
from iopsched.views.goals import goal_lines, proven, unproven
from tests.support.clinics import clinic

ONLY_LEADS = {GoalId.PREFERENCES: {name: 60 * (name == "leads") for name in DEFAULT_WEIGHTS[GoalId.PREFERENCES]}}


def preferences(value, bound, **parts):
    return GoalResult(GoalId.PREFERENCES, value, bound, "minutes", tuple(parts.items()))


@pytest.mark.parametrize(
    ("goal", "weights", "sentence"),
    [
        (
            preferences(180, 60, leads=180), ONLY_LEADS,
            "Preferences: 3 other leads in groups or needs; at best 1; at most 67% better is possible.",
        ),
        (
            preferences(180, 61, leads=180), ONLY_LEADS,
            "Preferences: 3 other leads in groups or needs; at best 2; at most 66% better is possible.",
        ),
        (
            preferences(200, 80, skipped=140, leads=60), {},
            ("Preferences: 2 h 20 min of their own groups missed by members, 1 other lead in a group or need "
            "(200 points); at best 80 points; at most 60% better is possible."),
        ),
        (
            preferences(60, 0, leads=60), {},
            "Preferences: 1 other lead in a group or need (60 points); how much better is possible is not known yet.",
        ),
    ],
)  # fmt: skip
def test_goals_are_told_in_things_and_points(goal, weights, sentence):
    assert unproven(goal, clinic(weights=weights)) == sentence


def test_the_clinics_own_weight_turns_points_back_into_things():
    goal = preferences(30, 30, leads=30)
    mild = {GoalId.PREFERENCES: {"leads": 10}}
    assert (
        proven(goal, clinic(weights=mild)) == "Preferences: 3 other leads in groups or needs (30 points), proven best."
    )


def test_a_table_says_what_is_not_known_and_what_is_best():
    lines = goal_lines([preferences(60, 0, leads=60), preferences(0, 0)], clinic())
    assert [(line.best, line.points) for line in lines] == [("not known yet", "60 points"), ("0 points", "0 points")]
    assert lines[1].value == "all met"
