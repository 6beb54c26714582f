"""A clinic on the disk in which one person is short, small enough to be explained in a moment."""

from pathlib import Path

CLINIC = """
name = "Short Clinic"
timezone = "America/Chicago"
open = "Mon-Fri 09:00-17:00"
populations = ["adult"]
[levels.iop-adult]
min_hours_per_week = 0
max_hours_per_week = 19
min_days_per_week = 0
max_hours_per_day = 5
[ratios]
adult = 12
"""
TABLES = {
    "participants.csv": "participant_id,population,availability\nP01,adult,Mon 09:00-11:00\nP02,adult,\n",
    "therapists.csv": "therapist_id,availability\nT01,\nT02,Tue 09:00-10:00\n",
    "rooms.csv": "room_id,capacity\nR1,4\n",
    "services.csv": "service_id,kind,minutes,adult_per_week,max_per_day\nindividual,individual,60,1,0\n",
    "needs.csv": "participant_id,service_id,per_week\nP01,individual,3\n",
}


def write(folder: Path, **tables: str) -> Path:
    """Write the clinic; ``needs="..."`` replaces a table."""
    folder.mkdir(parents=True)
    (folder / "clinic.toml").write_text(CLINIC, encoding="utf-8")
    for name, text in {**TABLES, **{f"{name}.csv": text for name, text in tables.items()}}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
