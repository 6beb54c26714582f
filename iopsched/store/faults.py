"""What may have happened to a revision after it was published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from iopsched.store.record import Record, check


class Harm(StrEnum):
    """What may have happened to a revision after it was published."""

    EDITED = "edited"
    OUT_OF_ORDER = "out of order"
    NO_FILE = "no file"
    FILE_EDITED = "file edited"
    NO_ENTRY = "no entry"

    @property
    def sentence(self) -> str:
        """Return what happened, as the end of a sentence that begins with the revision."""
        return _SENTENCES[self]


_SENTENCES = {
    Harm.EDITED: "was edited in iopsched.db after it was published",
    Harm.OUT_OF_ORDER: "does not follow the revision before it, which was replaced or removed",
    Harm.NO_FILE: "has lost its file in published",
    Harm.FILE_EDITED: "was edited in its file in published",
    Harm.NO_ENTRY: "has a file in published, but is not in iopsched.db",
}


@dataclass(frozen=True, slots=True, order=True)
class Damage:
    """A revision that is no longer as it was published."""

    week: str
    revision: int
    harm: Harm
    remedy: str = field(default="", compare=False)
    """What mends it; blank while only the fault itself is known."""

    @property
    def sentence(self) -> str:
        """Return what happened to which revision."""
        return f"Revision {self.revision} of the week of {self.week} {self.harm.sentence}."


def is_readable(record: Record) -> bool:
    """Return whether a revision is one, edited or not."""
    try:
        check(record.content)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    return True


def faults_of(records: Sequence[Record]) -> Iterator[Damage]:
    """Yield what is wrong with the chain itself, whatever the files say."""
    number, sha = 0, ""
    revisions: dict[str, int] = {}
    for record in records:
        if not record.is_whole or not (record.is_link or is_readable(record)):
            yield Damage(*record.place, Harm.EDITED)
        week, revision = record.place
        is_next = revision == revisions.get(week, 0) + 1 and record.content["site"] == records[0].content["site"]
        if (record.number, record.prev_sha) != (number + 1, sha) or not is_next:
            yield Damage(week, revision, Harm.OUT_OF_ORDER)
        number, sha, revisions[week] = record.number, record.sha, revision
