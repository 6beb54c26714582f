"""A clinic in files in which a counselor has one hour left."""

FILES = {
    "clinic.toml": """
name = "Tiny"
timezone = "America/Chicago"
open = "Mon-Fri 09:00-17:00"
populations = ["adult"]
[levels.iop-adult]
min_hours_per_week = 0
min_days_per_week = 0
""",
    "participants.csv": "participant_id,population,track,individual_per_week\nP1,adult,sud,1\nP2,adult,sud,1\n",
    "therapists.csv": "therapist_id,skills,availability,max_hours_per_week\nT1,individual,Mon-Fri 09:00-17:00,3\n",
    "rooms.csv": "room_id,capacity\nR1,4\n",
    "services.csv": "service_id,kind,minutes,adult_per_week\nindividual,individual,60,1\n",
}
WAITLIST = (
    "participant_id,population,track,admitted,referred\nW1,adult,sud,,2026-11-20\nW2,adult,sud,,2026-11-10\n"
    "W3,adult,sud,2026-12-09,2026-11-01\n"
)


def write_tiny(folder, **more):
    """Write the clinic, with further files by name without ``.csv``, and return its folder."""
    folder.mkdir(exist_ok=True)
    for name, text in {**FILES, **{f"{key}.csv": text for key, text in more.items()}}.items():
        (folder / name).write_text(text)
    return folder
