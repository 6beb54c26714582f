"""A table of bad rows only: faults beyond those kept are counted, which takes little time and memory."""

import csv
import resource
import shutil

import pytest

from scripts.memory import COMPLETE, KEYS, LIMIT_BYTES, MOST_ROWS, PLAIN, PROMISED_MB, WEEK, measured, rows_of

# Processor time is held, as other work on the machine changes it least; measured are 3 to 7 s where columns are few.
FEW_COLUMNS = 12
MOST_S, MOST_WIDE_S = 10, 40


def write_bad_rows(path, table, number):
    """Fill a table with rows of the example, each with a word of its own in one cell that cannot hold it."""
    header, *rows = rows_of(table)
    key = header.index(KEYS[table]) if table in KEYS else None
    places = [place for place, name in enumerate(header) if place != key and name not in {"name", "initials", "reason"}]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        for count in range(number):
            row = list(rows[count % len(rows)])
            if key is not None:
                row[key] = f"N{count:06}"
            row[places[count % len(places)]] = f"xq{count}z"
            writer.writerow(row)
            if stream.tell() > LIMIT_BYTES:
                break
    return len(header)


@pytest.mark.slow
@pytest.mark.parametrize("table", [*KEYS, *PLAIN])
def test_a_hundred_thousand_bad_rows_are_checked_in_bounded_time_and_memory(tmp_path, table):
    clinic = tmp_path / "clinic"
    shutil.copytree(COMPLETE, clinic)
    columns = write_bad_rows(clinic / f"{table}.csv", table, MOST_ROWS)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = measured("check", str(clinic), "--week", WEEK)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert cost.code == 3
    assert cost.peak_mb < PROMISED_MB
    taken_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert taken_s < (MOST_S if columns <= FEW_COLUMNS else MOST_WIDE_S)
