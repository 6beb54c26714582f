"""Sentences of the verifier and of the search, which know ids only, as far as a reader may know of whom they tell."""

from __future__ import annotations

import re

from iopsched.domain.problem import Problem
from iopsched.views.labels import Labels, NameMode


class Told:
    """Turns the ids of people, staff, rooms and groups in a sentence into their labels."""

    def __init__(self, problem: Problem, labels: Labels) -> None:
        self._labels = labels
        shown = {row.id: labels.group(row.id, row.service_id) for row in problem.groups}
        shown |= {row.id: labels.room(row.id) for row in problem.rooms}
        shown |= {row.id: labels.therapist(row.id) for row in problem.therapists}
        shown |= {row.id: labels.participant(row.id) for row in problem.participants}
        self._shown = {
            key: label for key, label in shown.items() if re.search(r"\d", key) and re.search(r"[^\W\d]", key)
        }
        ids = "|".join(map(re.escape, sorted(self._shown, key=len, reverse=True)))
        self._pattern = re.compile(rf"(?<![\w-])(?:{ids})(?![\w-])")

    def sentence(self, text: str) -> str:
        """Return the sentence with labels for ids; nothing where nobody is shown.

        Ids that are mere numbers or words stay: they cannot be told from the other words of a sentence.
        """
        if not self._labels.shows_people:
            return ""
        if self._labels.mode is NameMode.ID or not self._shown:
            return text
        return self._pattern.sub(lambda match: self._shown[match[0]], text)
