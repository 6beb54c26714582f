"""Words are for readers: no search looks into a sentence of the verifier, so that rewording one changes no week."""

import hashlib
import random
import sys
import threading
from dataclasses import replace

from iopsched.model.build import build_model
from iopsched.params import SolveParams
from iopsched.search import solve
from iopsched.search.start.construct import construct
from iopsched.search.start.first_week import drop_violations
from iopsched.verifier import violations
from iopsched.words.sentence import Sentence
from tests.support.solving import example

PARAMS = SolveParams(time_limit_s=20, workers=1, seed=1)


class Nonsense(Sentence):
    """The same sentence in other words, none of which any code can know, and without references."""

    def __new__(cls, template, *values):
        return Sentence(hashlib.sha256(Sentence(template, *values).encode()).hexdigest())


def disturbed(problem, seed, every=1):
    """Return a legal week in which somebody has changed the time, room, staff or people of every so-many-th session."""
    dice = random.Random(seed)

    def changed(session):
        other = {
            "room_id": dice.choice(problem.rooms).id,
            "therapist_ids": (dice.choice(problem.therapists).id, *session.therapist_ids[1:]),
            "participant_ids": (*session.participant_ids, dice.choice(problem.participants).id),
            "modality": dice.choice(("in_person", "telehealth")),
        }
        field = dice.choice([*other, "start", ""])
        moved = {"start": session.start - 60, "end": session.end - 60} if field == "start" else {}
        return replace(session, **(moved or ({field: other[field]} if field else {})))

    week = construct(build_model(problem).x)
    return replace(week, sessions=tuple(row if n % every else changed(row) for n, row in enumerate(week.sessions)))


def reword(monkeypatch):
    """Reword every sentence of the verifier."""
    for name, module in list(sys.modules.items()):
        if name.startswith("iopsched.verifier") and hasattr(module, "Sentence"):
            monkeypatch.setattr(module, "Sentence", Nonsense)


def test_rewording_every_sentence_changes_no_first_week(monkeypatch):
    problem = example("complete")
    weeks = [disturbed(problem, seed) for seed in range(3)]
    kept = [drop_violations(problem, week) for week in weeks]
    assert all(3 < len(row.sessions) < len(week.sessions) for row, week in zip(kept, weeks, strict=True))
    reword(monkeypatch)
    told = [row.sentence for week in weeks for row in violations(problem, week)]
    assert len(told) > 60
    assert all(len(sentence) == 64 and not sentence.refs for sentence in told)
    assert [drop_violations(problem, week) for week in weeks] == kept


def test_rewording_every_sentence_changes_no_search(monkeypatch):
    """A search that is stopped at once keeps what it began with: the legal part of the earlier week."""
    problem, stop = example("complete"), threading.Event()
    stop.set()
    earlier = [replace(problem, previous=disturbed(problem, seed, every=9)) for seed in range(1)]
    found = [solve(each, PARAMS, stop=stop).schedule for each in earlier]
    reword(monkeypatch)
    assert [solve(each, PARAMS, stop=stop).schedule for each in earlier] == found
