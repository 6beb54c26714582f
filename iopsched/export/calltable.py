"""The call list as a table to be ticked off: one row a person and appointment."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from iopsched.export.texts import guard, one_line
from iopsched.views.calls import Call

COLUMNS = ("who", "kind", "what", "before", "after", "told")


def calls_table(calls: Iterable[Call]) -> bytes:
    """Return the CSV file of a call list, with a blank column to tick."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for call in calls:
        cells = (call.label, call.kind_words, call.what, call.before, call.after, "")
        writer.writerow([guard(one_line(cell)) for cell in cells])
    return text.getvalue().encode("utf-8-sig")
