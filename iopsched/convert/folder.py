"""A clinic's input as the files of a clinic folder."""

from __future__ import annotations

import csv
import io

from iopsched.ingest.source.raw import RawClinic, RawTable, without_spare_columns
from iopsched.ingest.source.settingrows import toml_of
from iopsched.policy.columns import SETTINGS_FILE
from iopsched.words.formulas import guard


def folder_files(clinic: RawClinic) -> dict[str, bytes]:
    """Return the files of a clinic folder by name; each row of a table keeps its number."""
    files = {SETTINGS_FILE: toml_of(clinic.settings, clinic.notes).encode()}
    for name, table in clinic.tables.items():
        files[name] = _csv(without_spare_columns(name, table)).encode()
    return files


def _csv(table: RawTable) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    at = 1
    for number, cells in (table.header, *table.rows):
        stream.write("\n" * (number - at))
        writer.writerow([guard(cell) for cell in cells])
        at = number + 1
    return stream.getvalue()
