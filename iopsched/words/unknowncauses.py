"""What is said of somebody who is short where no cause is told: how far it was looked for."""

from __future__ import annotations

from iopsched.words.sentence import Sentence

CUT_SHORT = Sentence("The search ended before it was certain that no week gives more.")
NOT_LOOKED = Sentence("The reason was not looked for, because so many are short.")
NO_TIME = Sentence("The reason was not looked for, because time was over.")
UNFINISHED = frozenset(map(str, (CUT_SHORT, NOT_LOOKED, NO_TIME)))
"""The words of those that only say that a longer search may know more."""
