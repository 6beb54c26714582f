"""What ``explain`` answers, as a machine reads it: to the letter of the documented format."""

import json
from dataclasses import replace

import pytest

from iopsched.answers.explanation import CauseAnswer, CellFact, Effect, Explanation, WayOut
from iopsched.domain.names import Names
from iopsched.rulebook.steps import StepKind
from iopsched.steps.offer import WrittenStep
from iopsched.views.answertables import explanation_told
from iopsched.views.labels import Labels, NameMode
from iopsched.words.sentence import ParticipantRef, Sentence, TherapistRef
from tests.support.clinics import adult, schedule, small

AWAY = CellFact("time_off.csv", "TO1", "start", "2026-12-01", Sentence("{} is away on Tuesday.", TherapistRef("T02")))
CAUSE = CauseAnswer(
    "shortage-1",
    "shortage",
    ("P017",),
    180,
    (AWAY,),
    Sentence("{} lacks 3 h.", ParticipantRef("P017")),
    True,
    5,
    4,
    "h",
)
STEP = WrittenStep(
    StepKind.STAFF_WINDOW,
    "therapists.csv",
    "T05",
    "availability",
    "Mon",
    "Mon; Tue",
    4,
    Sentence("Ask {}.", TherapistRef("T05")),
)
WAY = WayOut(1, "complete", 4, (STEP,), 180, 0, 0, (Effect("P017", 180, 0),), (Effect("P002", 0, 60),))
FOUND = Explanation(180, 1, 180, (CAUSE,), (WAY,), (Sentence("Time ended."),))


def test_the_answer_reads_as_the_format_says():
    assert json.loads(json.dumps(FOUND.as_json())) == {
        "unmet": {"minutes": 180, "people": 1, "bound": 180},
        "causes": [
            {
                "id": "shortage-1",
                "kind": "shortage",
                "participants": ["P017"],
                "minutes": 180,
                "facts": [
                    {
                        "file": "time_off.csv",
                        "id": "TO1",
                        "column": "start",
                        "value": "2026-12-01",
                        "sentence": "T02 is away on Tuesday.",
                    }
                ],
                "demand": 5,
                "supply": 4,
                "unit": "h",
                "sentence": "P017 lacks 3 h.",
                "proven": True,
            }
        ],
        "ways_out": [
            {
                "number": 1,
                "kind": "complete",
                "price": 4,
                "steps": [
                    {
                        "kind": "staff_window",
                        "file": "therapists.csv",
                        "id": "T05",
                        "column": "availability",
                        "old": "Mon",
                        "new": "Mon; Tue",
                        "price": 4,
                        "decider": "therapist",
                        "sentence": "Ask T05.",
                    }
                ],
                "unmet_before": 180,
                "unmet_after": 0,
                "bound_after": 0,
                "helps": [{"participant_id": "P017", "before": 180, "after": 0}],
                "harms": [{"participant_id": "P002", "before": 0, "after": 60}],
            }
        ],
        "unfinished": ["Time ended."],
    }


@pytest.mark.parametrize(("mode", "shown"), [(NameMode.NONE, ""), (NameMode.ID, "P017"), (NameMode.INITIALS, "AO")])
def test_tables_show_participants_as_their_reader_may_see_them(mode, shown):
    problem = small(participants=(adult("P017"), adult("P002")))
    labels = Labels(mode, Names(participants={"P017": "Zyxcanary"}, initials={"P017": "AO", "P002": "BT"}))
    ended = Sentence("Time ended before {} was looked at.", ParticipantRef("P017"))
    told = explanation_told(replace(FOUND, unfinished=(ended,)), problem, schedule(), labels)
    text = repr((told.lines, [(table.rows) for table in told.tables], told.open_ends))
    assert "Zyxcanary" not in text
    assert {key for key in ("P017", "AO") if key in text} == ({shown} - {""})
