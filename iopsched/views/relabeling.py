"""What verifier and search tell by id, with the labels that a reader may see."""

from __future__ import annotations

from iopsched.domain.problem import Problem
from iopsched.views.labels import Labels
from iopsched.words.sentence import GroupRef, ParticipantRef, Reference, RoomRef, Sentence, TherapistRef


def told(sentence: Sentence, problem: Problem, labels: Labels) -> str:
    """Return the sentence with labels for its references; nothing where nobody is shown."""

    def label(reference: Reference) -> str:
        match reference:
            case ParticipantRef():
                return labels.participant(reference.id)
            case TherapistRef():
                return labels.therapist(reference.id)
            case RoomRef():
                return labels.room(reference.id)
            case GroupRef() if reference.id in problem.group:
                return labels.group(reference.id, problem.group[reference.id].service_id)
        return reference.id

    return sentence.text(label) if labels.shows_people else ""
