"""A sentence is data: words, and references that each reader sees under another name."""

import copy
import json
import pickle

import pytest

from iopsched.words.sentence import GroupRef, ParticipantRef, RoomRef, Sentence, TherapistRef


def label(reference):
    """Return a label that shows the type and the id."""
    return f"<{type(reference).__name__} {reference.id}>"


def test_ids_are_told_apart_from_words_and_from_each_other():
    """Ids that are numbers or words, and one id for two things."""
    said = Sentence(
        "{} of {} sit {} in {}, 12 of 12.", ParticipantRef("12"), GroupRef("sit"), ParticipantRef("of"), RoomRef("12")
    )
    assert said == "12 of sit sit of in 12, 12 of 12."
    assert said.text(label) == (
        "<ParticipantRef 12> of <GroupRef sit> sit <ParticipantRef of> in <RoomRef 12>, 12 of 12."
    )
    assert said.refs == (ParticipantRef("12"), GroupRef("sit"), ParticipantRef("of"), RoomRef("12"))


def test_a_sentence_in_a_sentence_keeps_its_references():
    both = Sentence.joined(" and ", [TherapistRef("T1"), TherapistRef("T2")])
    said = Sentence("{} lead {}.", both, Sentence("group {}", GroupRef("G1")))
    assert said == "T1 and T2 lead group G1."
    assert said.text(label) == "<TherapistRef T1> and <TherapistRef T2> lead group <GroupRef G1>."
    assert Sentence.joined(", ", ()) == ""


def test_sentences_are_values():
    one, same = (Sentence("{} is {}.", ParticipantRef("P1"), 3) for _ in range(2))
    assert (one, hash(one)) == (same, hash(same))
    assert one.parts == (ParticipantRef("P1"), " is 3.")
    assert sorted([Sentence("b"), Sentence("a")]) == ["a", "b"]
    assert ParticipantRef("1") != RoomRef("1")
    for again in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one), copy.copy(one)):  # noqa: S301
        assert (type(again), again, again.parts) == (Sentence, one, one.parts)


@pytest.mark.parametrize("values", [(), ("a", "b")])
def test_each_gap_needs_its_value(values):
    with pytest.raises(ValueError, match="zip"):
        Sentence("{}.", *values)


def test_a_sentence_is_kept_as_json_and_trusted_only_where_it_says_the_same():
    said = Sentence(
        "{} of {} with {} in {}: {}.", ParticipantRef("1"), GroupRef("1"), TherapistRef("1"), RoomRef("1"), 1
    )
    parts = json.loads(json.dumps(said.as_json()))
    assert parts == [
        {"participant": "1"},
        " of ",
        {"group": "1"},
        " with ",
        {"therapist": "1"},
        " in ",
        {"room": "1"},
        ": 1.",
    ]
    assert Sentence.from_json(str(said), parts).parts == said.parts
    for odd in (None, [], 3, "1 of", [{"participant": "2"}], [{"who": "1"}], [[1]], [None]):
        assert Sentence.from_json("1 of 1 {}.", odd).parts == ("1 of 1 {}.",)
