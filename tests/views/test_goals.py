"""Goals in clinic words: things and time by their weights, points beside them, and what no week can beat."""

from itertools import product

import pytest

from iopsched.domain.outcome import GoalId, GoalResult
from iopsched.rulebook import DEFAULT_WEIGHTS
from iopsched.views.goals import Gain, gains, goal_lines, more_people, proven, unproven
from tests.support.clinics import clinic

ONLY_LEADS = {GoalId.PREFERENCES: {name: 60 * (name == "leads") for name in DEFAULT_WEIGHTS[GoalId.PREFERENCES]}}


def preferences(value, bound, **parts):
    return GoalResult(GoalId.PREFERENCES, value, bound, "minutes", tuple(parts.items()))


@pytest.mark.parametrize(
    ("goal", "weights", "sentence"),
    [
        (
            preferences(180, 60, leads=180), ONLY_LEADS,
            "Preferences: 3 other leads in groups or needs; at most 2 fewer other leads in groups or needs.",
        ),
        (
            preferences(180, 61, leads=180), ONLY_LEADS,
            "Preferences: 3 other leads in groups or needs; at most 1 fewer other lead in a group or need.",
        ),
        (
            preferences(200, 80, skipped=140, leads=60), {},
            ("Preferences: 2 h 20 min of their own groups missed by members, 1 other lead in a group or need "
            "(200 points); at most 2 h less of their own groups missed by members, if nothing else gets worse."),
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


def test_a_sub_term_can_fall_by_no_more_than_the_sum_and_is_told_where_that_is_less_than_there_is():
    goal = preferences(500, 230, skipped=100, leads=360, wishes=40)
    own = DEFAULT_WEIGHTS[GoalId.PREFERENCES]
    found = gains(goal, clinic())
    assert found == (Gain("leads", 4),)  # of 60 points; that all of what is skipped could be spared says nothing
    for gain in found:
        most = gain.most * own[gain.term]
        assert most <= goal.value - goal.bound < most + own[gain.term]


def test_what_no_single_sub_term_can_win_is_told_as_a_share():
    goal = preferences(200, 150, leads=180, skipped=0)
    assert gains(goal, clinic()) == ()
    assert unproven(goal, clinic()).endswith("; at best 150 points; at most 25% better is possible.")


@pytest.mark.parametrize(("most", "number"), [(59, 0), (60, 1), (149, 1), (150, 2), (1000, 2)])
def test_whoever_has_only_preferred_times_has_lost_all_minutes_outside(most, number):
    assert more_people((90, 0, 60), most) == number


def test_people_are_told_with_the_minutes():
    goal = preferences(151, 60, outside_preferred=151)
    (line,) = goal_lines([goal], clinic(), (90, 61))
    assert line.left == (
        "At most 1 more participant with preferred times only (1 h 31 min less outside preferred times), if nothing else gets worse."
    )


def test_the_words_hold_in_every_week_that_makes_nothing_worse():
    """By brute force over the amounts that a better week could have."""
    own, rows = {"leads": 60, "skipped": 1, "wishes": 60}, {"leads": 2, "skipped": 90, "wishes": 1}
    value = sum(own[name] * number for name, number in rows.items())
    for bound in range(0, value, 37):
        goal = preferences(value, bound, **{name: own[name] * number for name, number in rows.items()})
        told = {gain.term: gain.most for gain in gains(goal, clinic())}
        best = dict.fromkeys(rows, 0)
        for leads, skipped, wishes in product(range(3), range(91), range(2)):
            other = {"leads": leads, "skipped": skipped, "wishes": wishes}
            if sum(own[name] * number for name, number in other.items()) >= bound:
                best = {name: max(most, rows[name] - other[name]) for name, most in best.items()}
        assert told == {name: most for name, most in best.items() if 0 < most < rows[name]}
