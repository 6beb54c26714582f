"""The complete example with a week that was solved once, for tests of what is done to a week by hand."""

from datetime import date
from functools import cache
from pathlib import Path

from iopsched import ingest
from iopsched.board.draftweek import DraftWeek

DATA = Path(__file__).parents[2] / "data"
WEEK = date(2026, 12, 7)
TABLES = Path(__file__).parents[1] / "board" / "complete_week"


@cache
def complete():
    """Return the problem of the complete example and a legal week of it."""
    problem = ingest.inspect_clinic(DATA / "complete", WEEK).problem
    return problem, DraftWeek(ingest.read_schedule(TABLES, problem))
