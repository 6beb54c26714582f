"""A small clinic as files, for tests and scripts that start from a folder: its week is solved in a moment.

One group meets on three mornings; three adults, two therapists and two rooms. What differs is said by the user:
``{**FILES, "therapists.csv": ...}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SETTINGS = """name = "Small"
clinic_id = "small"
timezone = "America/Chicago"
open = "Mon-Fri 08:00-21:00"
populations = ["adult"]
grid_minutes = 30
[[blocks]]
id = "morning"
part = "day"
start = "09:00"
end = "12:00"
days = "Mon-Fri"
[levels.iop-adult]
min_hours_per_week = 9
max_hours_per_week = 19
min_days_per_week = 3
max_hours_per_day = 5
[ratios]
adult = 12
"""
FILES: Mapping[str, str] = {
    "clinic.toml": SETTINGS,
    "participants.csv": """participant_id,population,track,group_id,name,initials
P1,adult,sud,G1,Zyxcanary One,AO
P2,adult,sud,G1,Zyxcanary Two,BT
P3,adult,sud,G1,Zyxcanary Three,CT
""",
    "therapists.csv": "therapist_id\nT1\nT2\n",
    "rooms.csv": "room_id,capacity\nR1,14\nR2,4\n",
    "groups.csv": "group_id,service_id,track,population,sessions_per_week\nG1,group,sud,adult,3\n",
}
THREE_STARTS = {
    **FILES,
    "groups.csv": "group_id,track,population,sessions_per_week,times\nG1,sud,adult,3,Mon Wed Fri 09:00\n",
}
"""The group has three starts: whoever is away, only the lead can change."""

ONE_SHORT = {
    "clinic.toml": SETTINGS.replace("min_hours_per_week = 9", "min_hours_per_week = 0").replace(
        "_week = 3", "_week = 0"
    ),
    "participants.csv": "participant_id,population,availability\nP01,adult,Mon 09:00-11:00\nP02,adult,\n",
    "therapists.csv": "therapist_id,availability\nT01,\nT02,Tue 09:00-10:00\n",
    "rooms.csv": "room_id,capacity\nR1,4\n",
    "services.csv": "service_id,kind,minutes,adult_per_week,max_per_day\nindividual,individual,60,1,0\n",
    "needs.csv": "participant_id,service_id,per_week\nP01,individual,3\n",
}
"""P01 needs three hours with somebody and can come for two; P02 has everything."""


def write(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Make a folder of these files and return it."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def call_out(clinic: Path, folder: Path) -> tuple[str, str, str]:
    """Have the lead of the last session of a week be away on its day; return weekday, lead and the other therapist."""
    rows = [row.split(",") for row in (folder / "sessions.csv").read_text(encoding="utf-8").splitlines()[1:]]
    _, day, weekday, *_, lead, _, _ = max(rows, key=lambda row: row[1])
    text = f"kind,id,start,end\ntherapist,{lead},{day},{day}\n"
    (clinic / "time_off.csv").write_text(text, encoding="utf-8")
    return weekday, lead, {"T1": "T2", "T2": "T1"}[lead]
