"""Clinics whose columns slipped: what a hurried paste or a filter in the wrong place makes of a sound one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import combinations

Rows = list[list[str]]
SETTINGS = """name = "Riverbend IOP"
clinic_id = "riverbend"
timezone = "America/Chicago"
open = "Mon-Fri 08:00-21:00; Sat 09:00-13:00"
populations = ["adult", "adolescent"]
grid_minutes = 30
[[blocks]]
id = "morning"
part = "day"
start = "09:00"
end = "12:00"
days = "Mon-Fri"
[[blocks]]
id = "night"
part = "evening"
start = "18:00"
end = "21:00"
days = "Mon-Thu"
[levels.step-down]
min_hours_per_week = 4
[phases.initial]
group_sessions = [2, 5]
[phases.last]
group_sessions = [1, 2]
[equipment]
van = 1
"""
# Twelve texts that no output may hold; {0} to {11} stand where they belong.
TABLES = {
    "participants.csv": """participant_id,population,track,availability,age,age_override,level,phase,name,therapist_id,gender,language,admitted,discharged,group_id,initials
P1,adult,sud,Mon-Fri 08:00-16:00,34,,,initial,{0},T1,f,en,2026-11-02,,G1,{1}
P2,adult,sud,,41,,,,{2},T2,m,en,,,G1,
P3,adolescent,mood,Mon-Fri 15:30-21:00,15,,,,{3},,m,en;es,,,G2,
P4,adolescent,mood,daily evening; Sat,18,{4},step-down,,{5},,,,,2026-12-31,G2,
""",
    "therapists.csv": """therapist_id,skills,availability,busy,tracks,populations,licensed,max_caseload,credential,name
T1,group;individual;family,,Wed 12:00-13:00,,,yes,4,LCSW,{6}
T2,group;individual;family,,,,,yes,,LPC,
T3,psychiatry,Mon-Fri 08:00-17:00,,,,yes,,MD,{7}
""",
    "rooms.csv": "room_id,capacity,max_participants,features,availability,name\nR1,16,,wheelchair,,Oak\nR2,6,,,,\n",
    "services.csv": """service_id,kind,minutes,counts,staff,min_participants,max_participants,adult_per_week,adolescent_per_week,equipment
group,group,180,yes,,,,,,
individual,individual,60,yes,,,,1,1,
family,family,60,yes,,,,,1,
medication,other,30,no,psychiatry:1,,,1,,
outing,other,120,no,group:1,,,,,van:1
""",
    "groups.csv": """group_id,service_id,track,population,sessions_per_week,times,min_size,max_size,lead,room_id,gender,language
G1,group,sud,adult,3,Mon Wed Fri 09:00,,,T1,R1,,
G2,group,mood,adolescent,3,Mon-Thu night,,,,,,
""",
    "needs.csv": "participant_id,service_id,per_week,therapist_id,every_weeks,last_held\nP1,medication,1,T3,4,2026-11-03\n",
    "time_off.csv": "kind,id,start,end,reason\ntherapist,T2,2026-12-04,2026-12-04,{8}\nclinic,,2026-12-25,2026-12-25,{9}\n",
    "extra_time.csv": "kind,id,start,end,reason\ntherapist,T2,2026-12-05 09:00,2026-12-05 12:00,{8}\n",
    "covers.csv": "therapist_id,covered_by,from,until\nT2,T1,2026-12-01,\n",
    "keep_apart.csv": "a,b,reason\nP1,P2,{10}\nP3,T2,\n",
    "pins.csv": "action,participant_id,therapist_id,room_id,service_id,day,start,until\n"
    "must,P1,,,individual,Tue,15:00,\nmust_not,,T1,R2,,,,2026-12-31\n",
    "attendance.csv": "date,participant_id,session_id,service_id,minutes,status\n"
    "2026-11-23,P1,G1-1,,180,attended\n2026-11-24,P1,,individual,,no_show\n",
    "waitlist.csv": "participant_id,population,track,referred,name\nW1,adult,sud,2026-11-20,{11}\n",
}


def tables(texts: list[str]) -> dict[str, Rows]:
    """Return the rows of each table with the private texts in their places."""
    return {
        file: [[cell.format(*texts) for cell in row] for row in csv.reader(io.StringIO(text))]
        for file, text in TABLES.items()
    }


def text_of(rows: Rows) -> str:
    """Return rows as CSV."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def swapped(rows: Rows, first: int, second: int) -> Rows:
    """Return rows whose header has two names exchanged."""
    head = list(rows[0])
    head[first], head[second] = head[second], head[first]
    return [head, *rows[1:]]


def shifted(rows: Rows, by: int, start: int = 1) -> Rows:
    """Return rows whose cells from a row on moved by so many columns, the last coming first."""
    return [*rows[:start], *([row[(at - by) % len(row)] for at in range(len(row))] for row in rows[start:])]


def headless(rows: Rows) -> Rows:
    """Return rows without their header."""
    return rows[1:]


def short(rows: Rows, at: int) -> Rows:
    """Return rows in which the first lacks a cell, so that those behind it moved left."""
    return [rows[0], [*rows[1][:at], *rows[1][at + 1 :]], *rows[2:]]


def filled(rows: Rows, at: int) -> Rows:
    """Return rows in which the first lacks a cell and was filled at its end."""
    return [rows[0], [*rows[1][:at], *rows[1][at + 1 :], ""], *rows[2:]]


def slips(clinic: dict[str, Rows]) -> Iterator[tuple[str, str, Rows]]:
    """Yield every slip of one table: what it is, the file, and its rows."""
    for file, rows in clinic.items():
        head = rows[0]
        private = [at for at, name in enumerate(head) if name in ("name", "initials", "reason", "age_override")]
        for first, second in combinations(range(len(head)), 2):
            if first in private or second in private:
                yield f"{head[first]} and {head[second]} swapped", file, swapped(rows, first, second)
        if private:
            for by in (1, -1, 2, -2):
                yield f"shifted by {by}", file, shifted(rows, by)
                yield f"last rows shifted by {by}", file, shifted(rows, by, len(rows) - 1)
            yield "no header", file, headless(rows)
            for at in range(len(head) - 1):
                yield f"the cell {head[at]} missing", file, short(rows, at)
                yield f"the cell {head[at]} missing, filled", file, filled(rows, at)
        for other in ("participants.csv", "therapists.csv", "waitlist.csv"):
            if other != file:
                width = len(head)
                strange = [(row + [""] * width)[:width] for row in clinic[other][1:]]
                yield f"rows of {other}", file, [*rows, *strange]
