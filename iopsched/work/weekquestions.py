"""A question about a clinic's week that is asked beside the page: what it is about, and how that is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from iopsched import work
from iopsched.errors import UsageError
from iopsched.params import SolveParams
from iopsched.work.explanations import Questioned


@dataclass(frozen=True, slots=True)
class WeekQuestion:
    """A clinic's week that something is asked of, to be answered within the seconds of ``params``."""

    clinic: Path
    week: date
    now: datetime
    params: SolveParams

    def read(self) -> Questioned:
        """Return the clinic and the newest week on the disk, as a command would choose it.

        Raises
        ------
        InputError
            If the clinic's files have faults.
        """
        return work.explanations.read_question(self.clinic, self.week, self._newest(), self.now)

    def _newest(self) -> Path | None:
        """Return the folder of the week, None where there is none yet."""
        try:
            return work.drafts.newest_folder(self.clinic, self.week, self.week).folder
        except UsageError:
            return None
